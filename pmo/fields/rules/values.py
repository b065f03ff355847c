"""Values of custom fields: read from what people and programs send, kept in one canonical form per type.

Canonical: texts and links as text, whole numbers as integers, decimals and amounts as plain text with a point, days as
ISO 8601, yes and no as booleans, choices by slug, people by id. Nothing is kept as None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from pmo.fields.rules import definitions as d
from pmo.fields.rules.definitions import BadValue, Definition

LINE, LONGEST, LINK = 300, 20_000, 2_000
LARGEST_WHOLE: Final = 10**15 - 1
DIGITS: Final = {d.DECIMAL: (12, 6), d.MONEY: (16, 2)}
"""Digits before and after the point."""
FIRST_YEAR, LAST_YEAR = 1900, 2200

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_THIN = re.compile(r"[\s\u00a0\u202f']+")
_NUMBER = re.compile(r"^[+-]?\d+(\.\d*)?$", re.ASCII)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$", re.ASCII)
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_MANY = re.compile(r"[;|\n]")
_YES = {"yes": True, "true": True, "1": True, "x": True, "on": True, "no": False, "false": False, "0": False}
SHOWN = 60

Person = Callable[[object, object], int]
"""Finds the id of a person by what was sent, given the stored one; raises BadValue."""


def nobody(raw: object, stored: object) -> int:
    raise BadValue("person", value=excerpt(raw))


def excerpt(raw: object) -> str:
    """What was sent, short enough to be quoted."""
    text = _SPACES.sub(" ", _CONTROL.sub("�", str(raw))).strip()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def normalise(field: Definition, raw: Any, *, stored: Any = None, person: Person = nobody) -> Any:
    """The canonical value, or None for none; `stored` is what stands there now. Raises BadValue."""
    if raw is None or raw == "" or raw == []:
        return None
    if isinstance(raw, str) and len(raw) > LONGEST * 5:
        raise BadValue("too_long", size=len(raw), most=LONGEST)
    if isinstance(raw, str) and _CONTROL.search(raw):
        raise BadValue("control")
    if isinstance(raw, str) and not raw.strip():
        return None
    if field.type == d.PERSON:
        return person(raw, stored)
    if field.type in d.CHOOSING:
        return _READ_CHOICE[field.type](field, raw, stored)
    return _READ[field.type](field, raw)


# --- texts ----------------------------------------------------------------------------------------------------------
def _string(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal | date):
        raise BadValue("text", value=excerpt(raw))
    return str(raw)


def _line(field: Definition, raw: Any) -> str:
    return _at_most(_SPACES.sub(" ", _string(raw)).strip(), LINE)


def _text(field: Definition, raw: Any) -> str:
    return _at_most(_string(raw).replace("\r\n", "\n").replace("\r", "\n").strip(), LONGEST)


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise BadValue("too_long", size=len(text), most=most)
    return text


def _link(field: Definition, raw: Any) -> str:
    text = _at_most(_string(raw).strip(), LINK)
    try:
        parts = urlsplit(text)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        complete = False
    if not complete or _SPACES.search(text):
        raise BadValue("link", value=excerpt(raw))
    return text


# --- figures --------------------------------------------------------------------------------------------------------
def _number(raw: Any) -> Decimal:
    """A number with a point before decimals, commas between thousands or none. Raises BadValue."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise BadValue("number", value=excerpt(raw))
    text = _THIN.sub("", str(raw)).replace("\u2212", "-")
    if len(text) > 40 or not (isinstance(raw, float) or _NUMBER.match(text) or _GROUPED.match(text)):
        raise BadValue("number", value=excerpt(raw))
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise BadValue("number", value=excerpt(raw)) from None
    if not found.is_finite():
        raise BadValue("number", value=excerpt(raw))
    return found


def _whole(field: Definition, raw: Any) -> int:
    found = _number(raw)
    if abs(found) > LARGEST_WHOLE:
        raise BadValue("too_large", value=excerpt(raw))
    if found != found.to_integral_value():
        raise BadValue("whole", value=excerpt(raw))
    return int(found)


def _decimal(field: Definition, raw: Any) -> str:
    before, after = DIGITS[field.type]
    found = _number(raw)
    if abs(found) >= Decimal(10) ** before:
        raise BadValue("too_large", value=excerpt(raw))
    if found != round(found, after):
        raise BadValue("places", value=excerpt(raw), most=after)
    plain = f"{round(found, after):f}"
    written = plain if field.type == d.MONEY else plain.rstrip("0").rstrip(".")
    return written.removeprefix("-") if Decimal(written) == 0 else written


def _money(field: Definition, raw: Any) -> str:
    if isinstance(raw, Mapping):
        if set(raw) != {"amount", "currency"}:
            raise BadValue("money", currency=field.unit)
        if raw["currency"] != field.unit:
            raise BadValue("currency", value=excerpt(raw["currency"]), currency=field.unit)
        raw = raw["amount"]
    return _decimal(field, raw)


# --- days, yes and no -----------------------------------------------------------------------------------------------
def _day(field: Definition, raw: Any) -> str:
    text = raw.isoformat()[:10] if isinstance(raw, date) else raw.strip() if isinstance(raw, str) else ""
    try:
        found = date.fromisoformat(text) if _ISO.match(text) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadValue("day", value=excerpt(raw))
    return found.isoformat()


def _yes_no(field: Definition, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    found = _YES.get(raw.strip().casefold()) if isinstance(raw, str) else None
    if found is None:
        raise BadValue("yes_no", value=excerpt(raw))
    return found


# --- choices --------------------------------------------------------------------------------------------------------
def _option(field: Definition, raw: Any, kept: Sequence[object]) -> str:
    """The slug of an option named by slug or label; a retired one only where it stands already."""
    word = raw.strip().casefold() if isinstance(raw, str) else ""
    found = next((each for each in field.options if each.slug == word), None)
    found = found or next((each for each in field.options if each.label.casefold() == word), None)
    if found is None:
        known = ", ".join(option.label for option in field.offered[:12])
        raise BadValue("choice", value=excerpt(raw), known=known)
    if found.retired and found.slug not in kept:
        raise BadValue("retired", value=found.label)
    return found.slug


def _one(field: Definition, raw: Any, stored: Any) -> str:
    return _option(field, raw, [stored])


def _several(field: Definition, raw: Any, stored: Any) -> list[str] | None:
    kept = stored if isinstance(stored, list) else []
    given = raw if isinstance(raw, list | tuple) else _parts(field, raw)
    chosen = {_option(field, each, kept) for each in given if each != ""}
    return [option.slug for option in field.options if option.slug in chosen] or None


def _parts(field: Definition, raw: Any) -> list[Any]:
    """Several options written in one cell: after semicolons, bars or line ends, otherwise after commas."""
    if not isinstance(raw, str) or raw.strip().casefold() in {option.label.casefold() for option in field.options}:
        return [raw]
    parts = _MANY.split(raw) if _MANY.search(raw) else raw.split(",")
    return [part.strip() for part in parts if part.strip()]


_READ: dict[str, Callable[[Definition, Any], Any]] = {
    d.TEXT: _line,
    d.LONG_TEXT: _text,
    d.WHOLE: _whole,
    d.DECIMAL: _decimal,
    d.MONEY: _money,
    d.DATE: _day,
    d.YES_NO: _yes_no,
    d.LINK: _link,
}
_READ_CHOICE: dict[str, Callable[[Definition, Any, Any], Any]] = {d.CHOICE: _one, d.CHOICES: _several}


# --- reading back ---------------------------------------------------------------------------------------------------
def typed(field: Definition, value: Any) -> Any:
    """The stored value as Python holds it: dates, decimals; None for what does not fit the type any more."""
    try:
        read: Callable[[Any], Any] = _TYPED.get(field.type, _as_text)
        return read(value) if value is not None else None
    except (ValueError, TypeError, InvalidOperation):
        return None


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _of(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        return value if type(value) is kind else None

    return read


_TYPED: dict[str, Callable[[Any], Any]] = {
    d.WHOLE: _of(int),
    d.DECIMAL: lambda value: Decimal(value) if isinstance(value, str) else None,
    d.MONEY: lambda value: Decimal(value) if isinstance(value, str) else None,
    d.DATE: lambda value: date.fromisoformat(value) if isinstance(value, str) else None,
    d.YES_NO: _of(bool),
    d.CHOICES: _of(list),
    d.PERSON: _of(int),
}


def plain(field: Definition, value: Any) -> str:
    """The value in words that `normalise` reads again; people have no such words."""
    if field.type == d.CHOICE:
        return field.labels.get(value, str(value))
    if field.type == d.CHOICES and isinstance(value, list):
        return "; ".join(field.labels.get(each, str(each)) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def convert(before: Definition, after: Definition, value: Any) -> Any:
    """The value under another type. Raises BadValue when it does not convert."""
    if d.PERSON in (before.type, after.type) and before.type != after.type:
        raise BadValue("convert", value=excerpt(value))
    if before.type == d.PERSON:
        return value
    found = normalise(after, plain(before, value), stored=value)
    if found is None:
        raise BadValue("convert", value=excerpt(value))
    return found
