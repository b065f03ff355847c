"""Columns as data: where a value comes from, how it sorts, how it is drawn and what an export writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pmo.audit.as_of import instant_of
from pmo.ui import formats, marks, words

Text_ = str | Promise
Source = str | Callable[[Any], Any]


def read(row: Any, path: str) -> Any:
    """The value at the end of a double-underscore path; None where the path breaks off."""
    for name in path.split("__"):
        if row is None:
            return None
        try:
            row = row.get(name) if isinstance(row, Mapping) else getattr(row, name)
        except ObjectDoesNotExist:
            return None
    return row() if callable(row) and not isinstance(row, type) else row


def keeping(url: str, row: Any) -> str:
    """The address of a row's page at the instant at which the row was read."""
    instant = instant_of(row)
    if instant is None or "?" in url:
        return url
    return f"{url}?{urlencode({'as_of': instant.isoformat()})}"


_SUB = re.compile(r'<div class="?sub[^>]*>(.*?)</div>', re.S)
_UNSEEN = re.compile(r'<span class="visually-hidden">.*?</span>', re.S)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Typed:
    """A value for a workbook with the way it is written there."""

    value: Any
    number_format: str = ""


class Column:
    """A column of plain text; subclasses draw other kinds of value.

    source  path on the row (`manager__first_name`) or a function of the row
    sort    path or paths in the database; empty means not sortable
    total   path whose sum closes the column; True means the source
    absent  why a value may be missing: a word, or a function of the row
    sub     function of the row for a second, quiet line
    phone   whether a narrow screen keeps the column
    group   path of the value by which a list may be grouped; False when it may not
    ranks   the stored values in the order in which people know them, where the alphabet is wrong
    """

    align: ClassVar[str] = ""
    head_css: ClassVar[str] = ""
    """Classes of the head alone: what a width needs, its fifty cells need not repeat."""
    worst_first: ClassVar[bool] = False
    """Whether groups begin with the highest value."""

    def __init__(
        self,
        source: Source,
        label: Text_ = "",
        *,
        sort: str | Sequence[str] = "",
        total: str | bool = "",
        absent: object = "",
        sub: Callable[[Any], Any] | None = None,
        css: str = "",
        phone: bool = True,
        hint: Text_ = "",
        group: str | bool = "",
        ranks: Sequence[str] = (),
    ) -> None:
        if isinstance(source, str) and "." in source:
            raise ImproperlyConfigured(f"Write the path “{source}” as “{source.replace('.', '__')}”.")
        self.source, self._label, self.absent, self.sub, self.phone, self.hint = source, label, absent, sub, phone, hint
        self.sort: tuple[str, ...] = (sort,) if isinstance(sort, str) and sort else tuple(sort)
        self.total = str(source) if total is True else (total or "")
        self.css = " ".join(part for part in (self.align, css, "" if phone else "no-phone") if part)
        self.group = "" if group is False else str(group) if group and group is not True else self.usual_group()
        self.ranks = tuple(ranks)
        self.name = ""

    def usual_group(self) -> str:
        """The path to group by when the declaration names none."""
        return ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def label(self) -> str:
        return str(self._label or self.name.replace("_", " ").capitalize())

    @property
    def heading(self) -> str:
        """The label as an export writes it, unit included."""
        return self.label

    def value(self, row: Any) -> Any:
        return self.source(row) if callable(self.source) else read(row, self.source)

    def reason(self, row: Any) -> object:
        """Why this row has no value here."""
        return self.absent(row) if callable(self.absent) else self.absent

    def export(self, row: Any) -> Any:
        """What a spreadsheet gets: the exact value, or the word for its absence."""
        value = self.value(row)
        if value is None or value == "":
            reason = self.reason(row)
            return words.absent_word(reason) if reason else ""
        return self.plain(value, row)

    def plain(self, value: Any, row: Any) -> Any:
        return str(value)

    def draw(self, value: Any, row: Any) -> str:
        return conditional_escape(value)

    def html(self, row: Any) -> str:
        """The inside of the cell, escaped."""
        value = self.value(row)
        if value is None or value == "":
            reason = self.reason(row)
            drawn: str = marks.absent(reason) if reason else marks.dash()
        else:
            drawn = self.draw(value, row)
        if self.sub is not None and (second := self.sub(row)):
            drawn = f"{drawn}<div class=sub>{conditional_escape(second)}</div>"
        return drawn

    def typed(self, row: Any) -> Typed:
        """What a workbook gets: the value in its own type, or the word for its absence."""
        value = self.value(row)
        if value is None or value == "":
            return Typed(self.export(row))
        return self.cell(value, row)

    def cell(self, value: Any, row: Any) -> Typed:
        return Typed(self.plain(value, row))

    def printed(self, row: Any) -> str:
        """The cell on paper: the words of the screen without its marks and links."""
        drawn = self.html(row)
        below = "".join(f"<span>{_TAG.sub('', each)}</span>" for each in _SUB.findall(drawn))
        return _TAG.sub("", _UNSEEN.sub("", _SUB.sub("", drawn)).replace("</li>", "; ")) + below

    def closing(self, amount: Decimal | int) -> str:
        """The total of the column, drawn."""
        return escape(formats.number(amount))


class Text(Column):
    """Plain text."""


class Link(Column):
    """Text that leads to the row's page."""

    def __init__(
        self, source: Source, label: Text_ = "", *, to: str | Callable[[Any], str] = "get_absolute_url", **options: Any
    ) -> None:
        super().__init__(source, label, **options)
        self.to = to

    def draw(self, value: Any, row: Any) -> str:
        url = self.to(row) if callable(self.to) else read(row, self.to)
        return f'<a href="{escape(keeping(url, row))}">{escape(value)}</a>' if url else escape(value)


class Person(Column):
    """A person by name; nobody is said, not left blank."""

    head_css = "who-cell"

    def usual_group(self) -> str:
        return f"{self.source}_id" if isinstance(self.source, str) else ""

    def html(self, row: Any) -> str:
        user = self.value(row)
        return marks.person(user, avatar=False, missing=words.absent_word(self.reason(row)) if self.absent else "")


class Date(Column):
    """A day."""

    align = "n"

    def plain(self, value: date, row: Any) -> str:
        return value.isoformat()[:10]

    def cell(self, value: date, row: Any) -> Typed:
        return Typed(date.fromisoformat(value.isoformat()[:10]), "yyyy-mm-dd")

    def draw(self, value: date, row: Any) -> str:
        return escape(formats.day(value))


class Moment(Column):
    """An instant, in the reader's zone on screen and in UTC in an export."""

    align = "n"

    def plain(self, value: datetime, row: Any) -> str:
        return value.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")

    def cell(self, value: datetime, row: Any) -> Typed:
        return Typed(timezone.localtime(value).replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm")

    def draw(self, value: datetime, row: Any) -> str:
        return marks.moment(value)


class Number(Column):
    """A number, right-aligned with equal digits."""

    align = "n"

    def __init__(
        self, source: Source, label: Text_ = "", *, places: int | None = None, sign: bool = False, **options: Any
    ) -> None:
        super().__init__(source, label, **options)
        self.places, self.sign = places, sign

    def plain(self, value: Any, row: Any) -> Any:
        return value

    def cell(self, value: Any, row: Any) -> Typed:
        return Typed(value, "#,##0" + ("." + "0" * self.places if self.places else ""))

    def draw(self, value: Any, row: Any) -> str:
        return formats.number(value, self.places, sign=self.sign)

    def closing(self, amount: Decimal | int) -> str:
        return formats.number(amount, self.places, sign=self.sign)


class Percent(Number):
    """A fraction shown as per cent; `tone` colours what is worth looking at."""

    def __init__(
        self,
        source: Source,
        label: Text_ = "",
        *,
        places: int = 1,
        tone: Callable[[Any], str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(source, label, places=places, **options)
        self.tone = tone

    def cell(self, value: Any, row: Any) -> Typed:
        return Typed(value, "0" + ("." + "0" * self.places if self.places else "") + "%")

    def draw(self, value: Any, row: Any) -> str:
        written = formats.percent(value, self.places or 0, sign=self.sign)
        tone = self.tone(value) if self.tone else ""
        return f'<span class="t-{tone} b">{written}</span>' if tone else written


class Money(Number):
    """An amount; the head names currency and scale, a row in another currency names its own."""

    def __init__(
        self, source: Source, label: Text_ = "", *, scale: str = "m", currency: Source = "", **options: Any
    ) -> None:
        super().__init__(source, label, **options)
        self.scale, self.currency = scale, currency

    @property
    def heading(self) -> str:
        """An export writes whole units, so only the currency is named."""
        return f"{self.label} ({formats.home_currency.get()})"

    @property
    def unit(self) -> str:
        return formats.unit_of(formats.home_currency.get(), self.scale)

    def currency_of(self, row: Any) -> str:
        if not self.currency:
            return formats.home_currency.get()
        found = self.currency(row) if callable(self.currency) else read(row, self.currency)
        return str(found or formats.home_currency.get())

    def value(self, row: Any) -> Any:
        found = super().value(row)
        return getattr(found, "amount", found)

    def plain(self, value: Any, row: Any) -> Any:
        """A bare amount is in the currency of the head; any other names its own, so that no sum takes it in."""
        currency = self.currency_of(row)
        return value if currency == formats.home_currency.get() else f"{currency} {value}"

    def cell(self, value: Any, row: Any) -> Typed:
        return Typed(value, f'"{formats.symbol(self.currency_of(row))}" #,##0.00')

    def draw(self, value: Any, row: Any) -> str:
        written = formats.scaled(value, self.scale, self.places, sign=self.sign)
        currency = self.currency_of(row)
        if currency == formats.home_currency.get():
            return written
        return f"{escape(formats.symbol(currency))}{formats.NBSP}{written}"

    def closing(self, amount: Decimal | int) -> str:
        return formats.scaled(Decimal(amount), self.scale, self.places, sign=self.sign)


class Badge(Column):
    """One word out of a few, tinted by `tones`; `words` turns stored values into what people read."""

    def __init__(
        self,
        source: Source,
        label: Text_ = "",
        *,
        tones: Mapping[str, str] | None = None,
        choices: Mapping[str, Text_] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(source, label, **{"ranks": tuple(choices or ()), **options})
        self.tones, self.choices = tones or {}, choices or {}

    def usual_group(self) -> str:
        return self.source if isinstance(self.source, str) else ""

    def plain(self, value: Any, row: Any) -> str:
        return str(self.choices.get(value, value))

    def draw(self, value: Any, row: Any) -> str:
        return marks.badge(self.plain(value, row), self.tones.get(value, "grey"))


class Flag(Column):
    """Yes or no."""

    def plain(self, value: bool, row: Any) -> str:
        return _("yes") if value else _("no")

    def draw(self, value: bool, row: Any) -> SafeString:
        return mark_safe(escape(self.plain(value, row)))
