"""How a reader likes numbers and days written: what he chose, otherwise as his language does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import numberformat
from django.utils.formats import date_format, get_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NBSP: Final = "\u00a0"
SEPARATORS: Final = {"point": (".", ","), "comma": (",", "."), "space": (",", NBSP)}
WORDED_DATE: Final = "j M Y"
ISO_DATE: Final = "Y-m-d"
ORDER: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "de": (("j ", "j. "),),
    "en-us": (("j M Y", "M j, Y"), ("j F Y", "F j, Y"), ("j M", "M j"), ("j F", "F j")),
}
"""How a language orders the patterns that are written here as British English does."""


class NumberStyle(models.TextChoices):
    """How digits are grouped and where decimals begin."""

    LANGUAGE = "", _("As the language does")
    POINT = "point", "1,234.5"
    COMMA = "comma", "1.234,5"
    SPACE = "space", "1 234,5"


class DateStyle(models.TextChoices):
    """How a day is written."""

    WORDED = "", _("With the month in letters")
    NUMERIC = "numeric", _("In figures, as the language does")
    ISO = "iso", "2027-03-05"


number_style: ContextVar[str] = ContextVar("number_style", default="")
date_style: ContextVar[str] = ContextVar("date_style", default="")


def languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


def check_time_zone(name: str) -> None:
    """Refuse a zone that the time zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is no time zone; write it as in Europe/Berlin."), params={"name": name})


def follow(reader: Any) -> None:
    """Write as this reader likes it from now on; as the language does for nobody."""
    number_style.set(reader.number_style if reader is not None else "")
    date_style.set(reader.date_style if reader is not None else "")


@contextmanager
def written_for(reader: Any) -> Iterator[None]:
    """Write as this reader likes it; for nobody, such as in a document for many, as the language does."""
    before = number_style.get(), date_style.get()
    follow(reader)
    try:
        yield
    finally:
        number_style.set(before[0])
        date_style.set(before[1])


def within_sentence(word: object) -> str:
    """A label as it stands inside a sentence: English writes it small, other languages know better."""
    written = str(word)
    return written.lower() if (get_language() or "en").startswith("en") else written


def separators() -> tuple[str, str]:
    """What stands before decimals, and between groups of digits."""
    own = str(get_format("DECIMAL_SEPARATOR")), str(get_format("THOUSAND_SEPARATOR"))
    return SEPARATORS.get(number_style.get(), own)


def number(value: Decimal | float | int, places: int | None = None) -> str:
    """A number with grouped digits."""
    chosen = SEPARATORS.get(number_style.get())
    if chosen is None:
        return str(number_format(value, places, force_grouping=True))
    point, group = chosen
    return str(numberformat.format(value, point, places, grouping=3, thousand_sep=group, force_grouping=True))


def day(value: date, pattern: str = "") -> str:
    """A day in the reader's style, or by a pattern in the order of his language; an instant in the current zone."""
    return _written(value, pattern or _own_pattern(), get_language())


def _own_pattern() -> str:
    style = date_style.get()
    if style == DateStyle.NUMERIC:
        return str(get_format("SHORT_DATE_FORMAT"))
    return ISO_DATE if style == DateStyle.ISO else WORDED_DATE


def _written(value: date, pattern: str, language: str | None) -> str:
    ordered = _ordered(pattern, language)
    return _kept(value, ordered, language) if not isinstance(value, datetime) else _fresh(value, ordered)


@lru_cache(maxsize=8192)
def _kept(value: date, pattern: str, language: str | None) -> str:
    return _fresh(value, pattern)


def _fresh(value: date, pattern: str) -> str:
    return str(date_format(value, pattern, use_l10n=False))


@lru_cache(maxsize=256)
def _ordered(pattern: str, language: str | None) -> str:
    for british, own in ORDER.get(language or "", ()):
        if british in pattern:
            return pattern.replace(british, own, 1)
    return pattern
