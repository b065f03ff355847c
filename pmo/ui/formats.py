"""Dates, numbers and money as the reader's language writes them."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from pmo.access import preferences
from pmo.access.preferences import ISO_DATE, NBSP, WORDED_DATE

__all__ = ["ISO_DATE", "NBSP", "WORDED_DATE"]

MINUS: Final = "\u2212"
SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "NZD": "NZ$", "AUD": "A$", "CAD": "C$"}
SCALES: Final[dict[str, tuple[Decimal, int]]] = {
    "": (Decimal(1), 0),
    "k": (Decimal(1_000), 1),
    "m": (Decimal(1_000_000), 2),
    "bn": (Decimal(1_000_000_000), 2),
}
SCALE_WORDS: Final[dict[str, str | Promise]] = {
    "": "",
    "k": pgettext_lazy("thousands of money", "k"),
    "m": pgettext_lazy("millions of money", "m"),
    "bn": pgettext_lazy("billions of money", "bn"),
}

home_currency: ContextVar[str] = ContextVar("home_currency", default="EUR")


def day(value: date | None, style: str = "") -> str:
    """A date (or the local date of an instant): 5 Mar 2027, or as the reader prefers it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return preferences.day(value, style)


def instant(value: datetime | None) -> str:
    """A date and time in the reader's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


def moment(value: datetime) -> str:
    """An instant in the current zone with the zone's name, for what is printed."""
    return preferences.day(timezone.localtime(value), "j M Y, H:i T")


def number(value: Decimal | float | int | None, places: int | None = None, *, sign: bool = False) -> str:
    """A number with grouping, a true minus and, if asked, a plus sign."""
    if value is None:
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    written = preferences.number(abs(exact), places)
    if exact < 0:
        return MINUS + written
    return f"+{written}" if sign and exact > 0 else written


def percent(fraction: Decimal | float | None, places: int = 1, *, sign: bool = False) -> str:
    """A fraction as per cent: 0.058 becomes 5.8 %."""
    if fraction is None:
        return ""
    return f"{number(Decimal(str(fraction)) * 100, places, sign=sign)}{NBSP}%"


def symbol(currency: str) -> str:
    return SYMBOLS.get(currency, currency)


def scaled(amount: Decimal | None, scale: str = "m", places: int | None = None, *, sign: bool = False) -> str:
    """An amount in thousands, millions or billions, without its unit (columns say the unit in the head)."""
    if amount is None:
        return ""
    factor, usual = SCALES[scale]
    return number(Decimal(amount) / factor, usual if places is None else places, sign=sign)


def money(amount: Decimal | None, currency: str = "", scale: str | None = None, *, sign: bool = False) -> str:
    """An amount with its currency: € 3.20 m. The scale is chosen by size unless given."""
    if amount is None:
        return ""
    chosen = _fitting_scale(Decimal(amount)) if scale is None else scale
    written = scaled(Decimal(amount), chosen, sign=sign)
    head = written[0] if written[0] in f"+{MINUS}" else ""
    return placed(written.removeprefix(head), currency or home_currency.get(), chosen, head)


def placed(written: str, currency: str, scale: str, sign: str = "") -> str:
    """A written amount with currency and scale where the language puts them."""
    pattern = pgettext("money", "%(sign)s %(currency)s %(number)s %(scale)s")
    parts = {"sign": sign, "number": written, "currency": symbol(currency), "scale": SCALE_WORDS[scale]}
    return NBSP.join(part for part in (pattern % parts).split(" ") if part)


def unit_of(currency: str, scale: str) -> str:
    """Currency and scale of a column whose cells are bare numbers: €m."""
    return pgettext("money column", "%(currency)s%(scale)s") % {
        "currency": symbol(currency),
        "scale": SCALE_WORDS[scale],
    }


def _fitting_scale(amount: Decimal) -> str:
    size = abs(amount)
    if size >= 1_000_000_000:
        return "bn"
    if size >= 100_000:
        return "m"
    return ""


def days(count: int | None, *, sign: bool = False) -> str:
    """A number of days in short: +74 d."""
    unit = pgettext("short for days", "d")
    return "" if count is None else f"{number(count, 0, sign=sign)}{NBSP}{unit}"


def age(since: date | None, today: date | None = None) -> str:
    """How many days ago a date was."""
    if since is None:
        return _("never")
    return days(((today or timezone.localdate()) - _as_date(since)).days)


def _as_date(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def distance(target: date, today: date | None = None) -> str:
    """When something is due, in words: today, in 4 days, 3 days overdue."""
    gap = (_as_date(target) - (today or timezone.localdate())).days
    if gap == 0:
        return _("today")
    if gap > 0:
        return ngettext("in %(n)s day", "in %(n)s days", gap) % {"n": gap}
    return ngettext("%(n)s day overdue", "%(n)s days overdue", -gap) % {"n": -gap}


def counted(known: int, of: int) -> str:
    """How many parts a total stands on."""
    return _("%(known)s of %(of)s counted") % {"known": number(known), "of": number(of)}
