"""Rows of the matrix: an address, the cast that knocks, and the letters that several addresses share."""

from __future__ import annotations

from dataclasses import dataclass, field

CAST = (
    "director",
    "portfolio",
    "alice",
    "bob",
    "analyst",
    "administrator",
    "executive",
    "resources",
    "member",
    "sysadmin",
    "stranger",
    "robot",
)
ALL = "yyyyyyyyyyyy"


@dataclass(frozen=True)
class Row:
    """An address with its parts, a query string, and the expected letters by method."""

    parts: dict[str, str] = field(default_factory=dict)
    query: str = ""
    get: str = ""
    post: str = ""
    patch: str = ""
    put: str = ""
    delete: str = ""

    def expected(self) -> dict[str, str]:
        """The letters by method, of those that are allowed."""
        methods = {name: getattr(self, name) for name in ("get", "post", "patch", "put", "delete")}
        return {name: letters for name, letters in methods.items() if letters}


# columns: director portfolio alice bob analyst administrator executive resources member sysadmin stranger robot
SEES_PROJECTS = "yyyyyyyyyffy"
KEEPS_TREE = "yyffyyffffff"
KNOWS_UNITS = "yyyyyyyyyyfy"
SETS = "fffffffffyff"
READS_FIELDS = "yyyyyyfyyyfy"
DECLARES = "yfffyyffffff"
# A guest has no place yet: who sees only his own part of the house does not see him.
KEEPS_GUESTS = "fnnnffnnnynf"
SEES_N1 = "yyynyynnynny"
KEEPS_VIEWS = "yyyyyyyyyyfy"
N1 = {"code": "N-1"}
NORTH = {"code": "NORTH"}
RAILS = {"code": "RAILS"}
