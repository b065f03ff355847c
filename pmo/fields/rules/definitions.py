"""What a custom field is, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TEXT: Final = "text"
LONG_TEXT: Final = "long_text"
WHOLE: Final = "whole"
DECIMAL: Final = "decimal"
MONEY: Final = "money"
DATE: Final = "date"
YES_NO: Final = "yes_no"
CHOICE: Final = "choice"
CHOICES: Final = "choices"
PERSON: Final = "person"
LINK: Final = "link"

TYPES: Final = (TEXT, LONG_TEXT, WHOLE, DECIMAL, MONEY, DATE, YES_NO, CHOICE, CHOICES, PERSON, LINK)
CHOOSING: Final = (CHOICE, CHOICES)
NUMERIC: Final = (WHOLE, DECIMAL, MONEY)


class BadValue(ValueError):
    """A value or a name that breaks a rule: the rule's code and what its sentence holds."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str] = {name: str(value) for name, value in params.items()}


@dataclass(frozen=True)
class Option:
    """One of the values that a field offers; a retired one stays where it stands and is not offered any more."""

    slug: str
    label: str
    retired: bool = False

    def stored(self) -> dict[str, Any]:
        return {"slug": self.slug, "label": self.label, "retired": self.retired}


@dataclass(frozen=True)
class Definition:
    """A field: its address word, its type, the unit of its figures (a currency for money), what it offers."""

    slug: str
    type: str
    label: str = ""
    unit: str = ""
    options: tuple[Option, ...] = ()

    @property
    def offered(self) -> list[Option]:
        return [option for option in self.options if not option.retired]

    @property
    def labels(self) -> dict[str, str]:
        return {option.slug: option.label for option in self.options}


def parameters(type_: str, slug: str) -> set[str]:
    """The words by which a field is asked for in an address."""
    suffixes = {"_min", "_max"} if type_ in NUMERIC else {"_after", "_before"} if type_ == DATE else set()
    return {slug, *(f"{slug}{suffix}" for suffix in suffixes)}
