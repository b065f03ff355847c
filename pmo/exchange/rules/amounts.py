"""Amounts of money and numbers as people write them, in either way of writing decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pmo.exchange.rules.cells import Absent, absence
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.sentence import excerpt
from pmo.exchange.rules.sentence import sentence as _

POINT: Final = "point"
COMMA: Final = "comma"
MIXED: Final = "mixed"

MILLION: Final = Decimal(1_000_000)
_SCALES: Final = {
    "": Decimal(1),
    "k": Decimal(1000),
    "thousand": Decimal(1000),
    "m": MILLION,
    "mn": MILLION,
    "mio": MILLION,
    "million": MILLION,
    "millions": MILLION,
    "bn": MILLION * 1000,
    "b": MILLION * 1000,
    "billion": MILLION * 1000,
}
_CURRENCIES: Final = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY"}
_CODES = "GBP|EUR|USD|CHF|AUD|NZD|CAD|JPY|SEK|NOK|DKK|PLN|CZK|INR"
_AMOUNT = re.compile(
    rf"""^(?P<open>\()?\s*(?P<sign>[-+−–])?\s*
        (?P<before>[£€$¥]|{_CODES})?\s*(?P<inner>[-−–])?\s*
        (?P<digits>\d[\d.,'’\s]*|[.,]\d+)\s*
        (?P<scale>k|mn|mio|millions?|m|bn|billion|b|thousand)?\.?\s*
        (?P<after>[£€$¥]|{_CODES})?\s*(?P<trailing>[-−])?\s*(?P<close>\))?$""",
    re.VERBOSE | re.IGNORECASE,
)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_THOUSANDS = {",": re.compile(r"^\d{1,3}(,\d{3})+$"), ".": re.compile(r"^\d{1,3}(\.\d{3})+$")}
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Amount:
    """A number as written: its value in units, the scale it named (None when none), its currency ("" when none)."""

    value: Decimal
    scale: Decimal | None = None
    currency: str = ""


def decimal_style(cells: Iterable[str]) -> str:
    """Whether decimals follow a point or a comma, told by the numbers that can be read one way; "" when none tells."""
    found = {style for cell in cells if (style := _telling_style(cell))}
    return MIXED if len(found) > 1 else next(iter(found), "")


def read_amount(text: str, *, style: str = "") -> Amount | Absent:
    """The amount in a cell; `style` settles 1.234 and 1,234, else both are read the English way. Raises BadCell."""
    missing = absence(text)
    if missing:
        return missing
    match = _AMOUNT.match(text.strip())
    if not match or bool(match["open"]) != bool(match["close"]):
        raise _no_amount(text)
    value = Decimal(_plain(match["digits"], style, text))
    scale = (match["scale"] or "").casefold()
    if match["open"] or "+" not in (match["sign"] or "+") or match["inner"] or match["trailing"]:
        value = -value
    currency = match["before"] or match["after"] or ""
    return Amount(
        value * _SCALES[scale], _SCALES[scale] if scale else None, _CURRENCIES.get(currency, currency.upper())
    )


def _no_amount(text: str) -> BadCell:
    return BadCell(
        _("“%(cell)s” is not an amount.", cell=excerpt(text)),
        _("Write digits with a point before decimals, such as 1234.50."),
    )


def _plain(written: str, style: str, whole: str) -> str:
    """Digits with a point before decimals and nothing else."""
    digits = _SPACES.sub("", written)
    decimal_mark = _decimal_mark(digits, style, whole)
    for mark in {",", "."} - {decimal_mark}:
        digits = digits.replace(mark, "")
    plain = digits.replace(",", ".") if decimal_mark == "," else digits
    if plain.count(".") > 1 or sum(map(str.isdigit, plain)) > _MOST_DIGITS:
        raise _no_amount(whole)
    return plain


def _decimal_mark(digits: str, style: str, whole: str) -> str:
    if "," in digits and "." in digits:
        return max(",.", key=digits.rfind)
    mark = "," if "," in digits else "." if "." in digits else ""
    if not mark or not _THOUSANDS[mark].match(digits):
        return mark
    if digits.count(mark) > 1:
        return ""
    return _settled(mark, style, whole)


def _settled(mark: str, style: str, whole: str) -> str:
    """Whether the one mark in 1,234 or 1.234 begins decimals; the English way when the file tells nothing."""
    if style == MIXED:
        raise BadCell(
            _(
                "“%(cell)s” is ambiguous: the file writes decimals both with a point and with a comma.",
                cell=excerpt(whole),
            ),
            _("Write decimals with a point throughout, and no separators of thousands."),
        )
    decimal_mark = "," if style == COMMA else "."
    return mark if mark == decimal_mark else ""


def _telling_style(cell: str) -> str:
    match = _AMOUNT.match(cell.strip())
    if not match:
        return ""
    digits = _SPACES.sub("", match["digits"])
    mark = max(",.", key=digits.rfind)
    if digits.rfind(mark) < 0:
        return ""
    both = "," in digits and "." in digits
    if both or (digits.count(mark) == 1 and not _THOUSANDS[mark].match(digits)):
        return COMMA if mark == "," else POINT
    if digits.count(mark) > 1:
        return POINT if mark == "," else COMMA
    return ""
