"""Dates, numbers and money as the reader's language writes them."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "NZD": "NZ$", "AUD": "A$", "CAD": "C$"}
SCALES: Final[dict[str, tuple[Decimal, int]]] = {
    "": (Decimal(1), 0),
    "k": (Decimal(1_000), 1),
    "m": (Decimal(1_000_000), 2),
    "bn": (Decimal(1_000_000_000), 2),
}
WORDED_DATE: Final = "j M Y"
ISO_DATE: Final = "Y-m-d"

date_style: ContextVar[str] = ContextVar("date_style", default=WORDED_DATE)
home_currency: ContextVar[str] = ContextVar("home_currency", default="EUR")


@lru_cache(maxsize=8192)
def _written_day(value: date, style: str, language: str | None) -> str:
    return date_format(value, style, use_l10n=False)


def day(value: date | None, style: str = "") -> str:
    """A date (or the local date of an instant): 5 Mar 2027, or ISO when the reader prefers it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return _written_day(value, style or date_style.get(), get_language())


def instant(value: datetime | None) -> str:
    """A date and time in the reader's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {local:%H:%M}"


def number(value: Decimal | float | int | None, places: int | None = None, *, sign: bool = False) -> str:
    """A number with grouping, a true minus and, if asked, a plus sign."""
    if value is None:
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    written = number_format(abs(exact), places, force_grouping=True)
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
    mark = symbol(currency or home_currency.get())
    written = scaled(Decimal(amount), chosen, sign=sign)
    head = written[0] if written[0] in f"+{MINUS}" else ""
    tail = f"{NBSP}{chosen}" if chosen else ""
    return f"{head}{NBSP if head else ''}{mark}{NBSP}{written.removeprefix(head)}{tail}"


def _fitting_scale(amount: Decimal) -> str:
    size = abs(amount)
    if size >= 1_000_000_000:
        return "bn"
    if size >= 100_000:
        return "m"
    return ""


def days(count: int | None, *, sign: bool = False) -> str:
    """A number of days in short: +74 d."""
    return "" if count is None else f"{number(count, 0, sign=sign)}{NBSP}{_('d')}"


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
