"""Reads rates from pasted lines or a CSV: day, currency, currency, rate and, if there is one, the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from pmo.kernel.errors import Invalid

MOST_LINES = 5000
MOST_FAULTS = 20
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class RateLine:
    valid_on: date
    base: str
    quote: str
    rate: Decimal
    source: str = ""


class _Fault(Exception):
    """What is wrong with a line."""


def read_rates(text: str) -> list[RateLine]:
    """All lines, or Invalid that names every line which cannot be read; a first line of headings is passed over."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if lines and not any(sign.isdigit() for sign in lines[0][1]):
        lines = lines[1:]
    if not lines or len(lines) > MOST_LINES:
        raise Invalid({"rows": [_("Paste between 1 and %(most)s lines.") % {"most": MOST_LINES}]})
    found, faults = [], []
    for number, line in lines:
        try:
            found.append(_line(line))
        except _Fault as fault:
            faults.append(_("Line %(number)s: %(fault)s") % {"number": number, "fault": fault})
    if faults:
        raise Invalid({"rows": faults[:MOST_FAULTS]})
    return found


def _line(line: str) -> RateLine:
    mark = next((each for each in ("\t", ";") if each in line), ",")
    cells = [cell.strip().strip('"') for cell in line.split(mark)]
    if len(cells) < 4:
        raise _Fault(_("four cells are needed: day, currency, currency, rate."))
    return RateLine(_day(cells[0]), _code(cells[1]), _code(cells[2]), _rate(cells[3]), " ".join(cells[4:])[:120])


def _day(cell: str) -> date:
    match = _DAY.fullmatch(cell)
    try:
        if match and match[1]:
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match:
            return date(int(match[6]), int(match[5]), int(match[4]))
    except ValueError:
        pass
    raise _Fault(_("“%(cell)s” is no day; write it as in 2027-03-31 or 31.03.2027.") % {"cell": cell[:40]})


def _code(cell: str) -> str:
    if not _CODE.fullmatch(cell.upper()):
        raise _Fault(_("“%(cell)s” is no currency; write three letters such as EUR.") % {"cell": cell[:40]})
    return cell.upper()


def _rate(cell: str) -> Decimal:
    plain = cell.replace(",", ".") if "." not in cell else cell
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0 or found >= Decimal(10) ** 10:
        raise _Fault(_("“%(cell)s” is no rate; write a number above zero such as 1.0845.") % {"cell": cell[:40]})
    return found.quantize(Decimal("0.00000001"))
