"""Custom fields as columns and filters, so that lists, exports and interfaces treat them as any other field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

import django_filters
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DecimalField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import GreaterThanOrEqual, IContains, LessThanOrEqual, Regex
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN
from pmo.fields.queries import People, fields_of
from pmo.fields.rules import definitions as d
from pmo.fields.rules.values import typed
from pmo.fields.words import shown
from pmo.ui import columns as kinds
from pmo.ui.columns import Column
from pmo.ui.filters import LONGEST_SEARCH, ChoiceFilter, Filter, FilterSet, ManyFilter, PickFilter
from pmo.ui.tables import ranked
from pmo.ui.widgets import DateInput

NONE = "none"
CUT = 120


# --- in the database ------------------------------------------------------------------------------------------------
def path(field: CustomField) -> str:
    """The field's value in a query, as JSON."""
    return f"{COLUMN}__{field.slug}"


def as_text(field: CustomField) -> KeyTextTransform:
    return KeyTextTransform(field.slug, COLUMN)


def as_number(field: CustomField) -> Case:
    """The figure; NULL for what is none, as rows of the past may hold what the field was before."""
    text = as_text(field)
    number = Cast(text, DecimalField(max_digits=30, decimal_places=6))
    return Case(When(Regex(text, Value(r"^-?[0-9]+(\.[0-9]+)?$")), then=number))


def person_name(field: CustomField) -> Subquery:
    """The name of the person, to sort by it."""
    text = KeyTextTransform(field.slug, OuterRef(COLUMN))
    number = Case(When(Regex(text, Value(r"^[0-9]{1,18}$")), then=Cast(text, BigIntegerField())))
    name = Concat("first_name", Value(" "), "last_name", output_field=CharField())
    return Subquery(User.objects.filter(pk=number).annotate(name_to_sort=name).values("name_to_sort")[:1])


# --- columns --------------------------------------------------------------------------------------------------------
def columns_of(fields: Iterable[CustomField], people: People) -> dict[str, Column]:
    """A column for each field, by slug; constant queries, because the people are read at once."""
    return {field.slug: column_of(field, people) for field in fields}


def column_of(field: CustomField, people: People) -> Column:
    made = _COLUMNS.get(field.type, _text)(field, people)
    made.name = field.slug
    return made


def _value(field: CustomField) -> Callable[[Any], Any]:
    definition, slug = field.definition, field.slug
    return lambda row: typed(definition, getattr(row, COLUMN).get(slug))


def _words(field: CustomField, people: People) -> Callable[[Any], str]:
    definition, slug = field.definition, field.slug
    return lambda row: shown(definition, getattr(row, COLUMN).get(slug), people.name)


def _text(field: CustomField, people: People) -> Column:
    return kinds.Text(_words(field, people), field.label, sort=path(field), hint=field.help, phone=False)


class LongText(Column):
    """The beginning of a long text; an export has all of it."""

    def draw(self, value: Any, row: Any) -> str:
        text = " ".join(str(value).split())
        return escape(text if len(text) <= CUT else f"{text[: CUT - 1]}…")


def _long_text(field: CustomField, people: People) -> Column:
    return LongText(_words(field, people), field.label, sort=path(field), hint=field.help, phone=False)


class Figure(kinds.Number):
    """A figure in a unit of its own, which the head names."""

    unit = ""

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


def _whole(field: CustomField, people: People) -> Column:
    return _figure(field, sort=path(field), places=0)


def _decimal(field: CustomField, people: People) -> Column:
    return _figure(field, sort=[as_number(field)])


def _money(field: CustomField, people: People) -> Column:
    made = _figure(field, sort=[as_number(field)], places=0)
    made.total = as_number(field)  # type: ignore[assignment]
    return made


def _figure(field: CustomField, **options: Any) -> Figure:
    made = Figure(_value(field), field.label, hint=field.help, phone=False, **options)
    made.unit = field.unit
    return made


def _date(field: CustomField, people: People) -> Column:
    return kinds.Date(_value(field), field.label, sort=path(field), hint=field.help, phone=False)


def _yes_no(field: CustomField, people: People) -> Column:
    return kinds.Flag(_value(field), field.label, sort=path(field), hint=field.help, phone=False, group=path(field))


def _choice(field: CustomField, people: People) -> Column:
    ranks = [option.slug for option in field.options]
    return kinds.Text(
        _words(field, people), field.label, sort=path(field), group=path(field), ranks=ranks, hint=field.help,
        phone=False,
    )  # fmt: skip


def _choices(field: CustomField, people: People) -> Column:
    return kinds.Text(_words(field, people), field.label, hint=field.help, phone=False)


def _person(field: CustomField, people: People) -> Column:
    slug, by_name = field.slug, cast(str, person_name(field))
    return kinds.Text(
        lambda row: str(people.get(getattr(row, COLUMN).get(slug)) or ""), field.label, sort=[by_name],
        group=path(field), hint=field.help, phone=False,
    )  # fmt: skip


class Outward(Column):
    """A link to another system, shown as its host."""

    def draw(self, value: Any, row: Any) -> str:
        return outward(value)


def outward(url: str) -> str:
    """A link that leaves the system, told by its host and last part."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    name = f"{parts.hostname} … {last}" if last else parts.hostname
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, name)


def _link(field: CustomField, people: People) -> Column:
    return Outward(_value(field), field.label, sort=path(field), hint=field.help, phone=False)


_COLUMNS: dict[str, Callable[[CustomField, People], Column]] = {
    d.LONG_TEXT: _long_text,
    d.WHOLE: _whole,
    d.DECIMAL: _decimal,
    d.MONEY: _money,
    d.DATE: _date,
    d.YES_NO: _yes_no,
    d.CHOICE: _choice,
    d.CHOICES: _choices,
    d.PERSON: _person,
    d.LINK: _link,
}


# --- filters --------------------------------------------------------------------------------------------------------
def filters_of(fields: Iterable[CustomField]) -> dict[str, Filter]:
    """The filters of all fields by parameter: from and to for figures and days, any of several for choices."""
    return {name: each for field in fields for name, each in _FILTERS.get(field.type, _contains)(field).items()}


class _Contains(django_filters.CharFilter):  # type: ignore[misc]
    def __init__(self, field: CustomField, **options: Any) -> None:
        super().__init__(**options)
        self.text = as_text(field)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(IContains(self.text, value)) if value else rows


class _Bound:
    """One end of a range; both ends belong to it."""

    def bound(self, by: Any, least: bool) -> None:
        self.by, self.lookup = by, GreaterThanOrEqual if least else LessThanOrEqual

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return rows if value is None else rows.filter(self.lookup(self.by, self.compared(value)))

    def compared(self, value: Any) -> Any:
        return value


class _NumberBound(_Bound, django_filters.NumberFilter):  # type: ignore[misc]
    def compared(self, value: Any) -> Any:
        return Value(value, output_field=DecimalField(max_digits=30, decimal_places=6))


class _DayBound(_Bound, django_filters.DateFilter):  # type: ignore[misc]
    def compared(self, value: Any) -> Any:
        return Value(value.isoformat())


class _OneOf(ManyFilter):
    """Any of the options; for several choices, rows that have one of them. `none` finds rows without a value."""

    def __init__(self, field: CustomField, **options: Any) -> None:
        super().__init__(**options)
        self.field_of_rows = field

    def filter(self, rows: QuerySet[Any], value: Sequence[str]) -> QuerySet[Any]:
        if not value:
            return rows
        wanted = [slug for slug in value if slug != NONE]
        found = Q(pk__in=[])
        for slug in wanted:
            found |= self._has(slug)
        if NONE in value:
            found |= ~Q(**{f"{COLUMN}__has_key": self.field_of_rows.slug})
        return rows.filter(found)

    def _has(self, slug: str) -> Q:
        held: Any = [slug] if self.field_of_rows.type == d.CHOICES else slug
        return Q(**{f"{COLUMN}__contains": {self.field_of_rows.slug: held}})


class _YesNo(ChoiceFilter):
    def __init__(self, field: CustomField, **options: Any) -> None:
        super().__init__(**options)
        self.slug = field.slug

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{COLUMN}__contains": {self.slug: value == "yes"}}) if value else rows


class _Named(PickFilter):
    def __init__(self, field: CustomField, **options: Any) -> None:
        super().__init__(**options)
        self.slug = field.slug

    def filter(self, rows: QuerySet[Any], value: User | None) -> QuerySet[Any]:
        return rows.filter(**{f"{COLUMN}__contains": {self.slug: value.pk}}) if value else rows


def _contains(field: CustomField) -> Mapping[str, Filter]:
    return {field.slug: _Contains(field, label=field.label, max_length=LONGEST_SEARCH)}


def _between(field: CustomField) -> Mapping[str, Filter]:
    lower = _NumberBound(label=_("%(field)s from") % {"field": field.label})
    upper = _NumberBound(label=_("%(field)s up to") % {"field": field.label})
    return _bounds(as_number(field), {f"{field.slug}_min": lower, f"{field.slug}_max": upper})


def _days(field: CustomField) -> Mapping[str, Filter]:
    first = _DayBound(label=_("%(field)s from") % {"field": field.label}, widget=DateInput)
    last = _DayBound(label=_("%(field)s until") % {"field": field.label}, widget=DateInput)
    return _bounds(as_text(field), {f"{field.slug}_after": first, f"{field.slug}_before": last})


def _bounds(by: Any, found: dict[str, Any]) -> Mapping[str, Filter]:
    for least, each in zip((True, False), found.values(), strict=True):
        each.bound(by, least)
    return found


def _options(field: CustomField) -> Mapping[str, Filter]:
    choices = [(option.slug, _option_words(option)) for option in field.options]
    return {field.slug: _OneOf(field, choices=[*choices, (NONE, _("not given"))], label=field.label)}


def _option_words(option: d.Option) -> str:
    return _("%(option)s (retired)") % {"option": option.label} if option.retired else option.label


def _yes_or_no(field: CustomField) -> Mapping[str, Filter]:
    return {field.slug: _YesNo(field, choices=[("yes", _("yes")), ("no", _("no"))], label=field.label)}


def _named(field: CustomField) -> Mapping[str, Filter]:
    people = User.objects.people()
    options: dict[str, Any] = {"to_field_name": "username", "source": "person", "names": User.NAMES}
    return {field.slug: _Named(field, queryset=people, label=field.label, **options)}


_FILTERS: dict[str, Callable[[CustomField], Mapping[str, Filter]]] = {
    d.WHOLE: _between,
    d.DECIMAL: _between,
    d.MONEY: _between,
    d.DATE: _days,
    d.YES_NO: _yes_or_no,
    d.CHOICE: _options,
    d.CHOICES: _options,
    d.PERSON: _named,
}


def sorts_of(columns: Mapping[str, Column]) -> dict[str, Any]:
    """What a list may be sorted by, by slug: a path, or an expression where the stored form sorts otherwise."""
    return {slug: ranked(each) if each.ranks else each.sort[0] for slug, each in columns.items() if each.sort}


def asked_for(
    own: type[FilterSet], fields: Sequence[CustomField], people: People
) -> tuple[type[FilterSet], dict[str, Any]]:
    """The filters of a list with those of its custom fields, and what these may be sorted by; built-in words win."""
    more = {name: each for name, each in filters_of(fields).items() if name not in own.base_filters}
    filters = type(own.__name__, (own,), more) if more else own
    return filters, sorts_of(columns_of(fields, people))


class WithCustomFields:
    """Mixed into a ListPage whose rows carry custom fields of `custom_kind`: they become columns and filters."""

    custom_kind: ClassVar[str] = ""
    table: ClassVar[Any]
    filters: ClassVar[Any]
    user: Any
    filter_set: Any

    @cached_property
    def custom_fields(self) -> list[CustomField]:
        return fields_of(self.custom_kind, self.user)

    def more_columns(self) -> Mapping[str, Column]:
        made = columns_of(self.custom_fields, People())
        return {slug: each for slug, each in made.items() if slug not in self.table.columns}

    def more_filters(self) -> Mapping[str, Filter]:
        made = filters_of(self.custom_fields)
        return {name: each for name, each in made.items() if name not in self.filters.base_filters}

    @cached_property
    def further_filters(self) -> Sequence[str]:
        return list(self.more_filters())
