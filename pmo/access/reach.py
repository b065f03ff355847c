"""How far one permission of one person goes: a pure value, computed once per request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Holding:
    """A role held: its code, the reach that the matrix gives the permission, and the scope of the grant."""

    role: str
    reach: str
    scope: str
    scope_id: int | None


@dataclass(frozen=True)
class Reach:
    """Where a permission holds.

    `everything`: all objects. `ids` names scopes granted explicitly ({"portfolio": {3}}).
    `own_portfolios`, `own_units`: those the person manages or belongs to. `own_projects` lists the roles whose
    holders of a project are meant (a project manager owns the projects he manages). `own_objects`: what he made.
    """

    everything: bool = False
    ids: dict[str, frozenset[int]] = field(default_factory=dict)
    own_portfolios: bool = False
    own_units: bool = False
    own_projects: frozenset[str] = frozenset()
    own_objects: bool = False

    def __bool__(self) -> bool:
        return bool(
            self.everything
            or self.ids
            or self.own_portfolios
            or self.own_units
            or self.own_projects
            or self.own_objects
        )


_NARROWEST_FIRST = {"": -1, "self": 0, "project": 1, "unit": 2, "portfolio": 3, "all": 4}


def is_wider(before: str, after: str) -> bool:
    """Whether a permission reaches further after a change of the matrix than before; "" is not at all."""
    return _NARROWEST_FIRST[after] > _NARROWEST_FIRST[before]


def combine(holdings: Iterable[Holding]) -> Reach:
    """The union of what each held role gives.

    A grant within a scope gives that scope and no more; a grant over the whole organisation gives the matrix' reach.
    """
    everything = own_portfolios = own_units = own_objects = False
    own_projects: set[str] = set()
    ids: dict[str, set[int]] = defaultdict(set)
    for held in holdings:
        if held.reach == "self":
            own_objects = True
        elif held.scope != "organisation" and held.scope_id is not None:
            ids[held.scope].add(held.scope_id)
        elif held.reach == "all":
            everything = True
        elif held.reach == "portfolio":
            own_portfolios = True
            own_projects.add(held.role)
        elif held.reach == "unit":
            own_units = True
        elif held.reach == "project":
            own_projects.add(held.role)
    return Reach(
        everything=everything,
        ids={kind: frozenset(found) for kind, found in ids.items()},
        own_portfolios=own_portfolios,
        own_units=own_units,
        own_projects=frozenset(own_projects),
        own_objects=own_objects,
    )


def united(reaches: Iterable[Reach]) -> Reach:
    """The union of the reaches of one permission."""
    found = list(reaches)
    kinds = {kind for each in found for kind in each.ids}
    return Reach(
        everything=any(each.everything for each in found),
        ids={kind: frozenset().union(*(each.ids.get(kind, frozenset()) for each in found)) for kind in kinds},
        own_portfolios=any(each.own_portfolios for each in found),
        own_units=any(each.own_units for each in found),
        own_projects=frozenset().union(*(each.own_projects for each in found)),
        own_objects=any(each.own_objects for each in found),
    )
