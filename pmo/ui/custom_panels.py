"""Custom fields on the page of their object: a block with their values, under the headings they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN
from pmo.fields.queries import People, fields_of
from pmo.fields.rules import definitions as d
from pmo.fields.rules.values import typed
from pmo.fields.words import shown
from pmo.ui import formats, marks
from pmo.ui.custom_lists import outward
from pmo.ui.pages import Fact, Panel


@dataclass(frozen=True)
class Line:
    """A field with its value drawn; `missing` when it is asked for and not given."""

    label: str
    value: str
    help: str = ""
    missing: bool = False
    long: bool = False


def panel(kind: str, *, column: str = "side", order: int = 70) -> Panel:
    """The block of a kind of object; it vanishes where there is nothing to tell."""

    def data(request: HttpRequest, obj: Any) -> Mapping[str, Any] | None:
        sections = sections_of(obj, fields_of(kind, request.user))
        return {"sections": sections} if sections else None

    return Panel(
        "custom", gettext_lazy("Further details"), "ui/custom_values.html", data, column=column, order=order, past=True
    )


def sections_of(obj: Any, fields: Sequence[CustomField]) -> list[tuple[str, list[Line]]]:
    """The lines under their headings; fields without a value are left out unless they are required."""
    people = People()
    found: dict[str, list[Line]] = {}
    for field in fields:
        value = getattr(obj, COLUMN).get(field.slug)
        if value is not None or field.required:
            found.setdefault(field.section, []).append(_line(field, value, people))
    return sorted(found.items(), key=lambda section: section[0] != "")


def _line(field: CustomField, value: Any, people: People) -> Line:
    drawn = _drawn(field, value, people)
    return Line(field.label, drawn, field.help, missing=value is None, long=field.type == d.LONG_TEXT)


def _drawn(field: CustomField, value: Any, people: People) -> str:
    stands = typed(field.definition, value)
    if field.type == d.LINK and stands:
        return outward(stands)
    if field.type == d.PERSON and stands:
        return marks.person(people.get(stands), avatar=False)
    if field.type == d.MONEY and stands is not None:
        return f"{formats.symbol(field.unit)}{formats.NBSP}{formats.number(stands, 2)}"
    if field.type == d.DATE and stands:
        return marks.time(stands)
    return format_html("{}", conditional_escape(shown(field.definition, value, people.name)))


def facts_of(kind: str, obj: Any, reader: User) -> list[Fact]:
    """The values for the head of a page that has no blocks; long texts do not fit there."""
    people = People()
    fields = [field for field in fields_of(kind, reader) if field.type != d.LONG_TEXT]
    values = [(field, getattr(obj, COLUMN).get(field.slug)) for field in fields]
    return [Fact(field.label, _drawn(field, value, people)) for field, value in values if value is not None]
