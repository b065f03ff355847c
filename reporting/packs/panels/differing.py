"""Two versions of a template side by side, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pmo.audit.history import field_label
from portfolio.projects.models import Project
from reporting.packs.models import PackTemplate
from reporting.packs.offers import SECTIONS
from reporting.packs.rules.design import Line, differences
from reporting.packs.rules.lines import compared


@dataclass(frozen=True)
class Row:
    """A field that differs; a text is told line by line."""

    label: str
    before: str = ""
    after: str = ""
    lines: Sequence[Line] = ()


def rows(earlier: PackTemplate, later: PackTemplate) -> list[Row]:
    """Every field that the two decide otherwise."""
    found = [_row(each.field, each.before, each.after) for each in differences(earlier.design, later.design)]
    if earlier.language != later.language:
        found.insert(0, Row(_label("language"), earlier.get_language_display(), later.get_language_display()))
    return found


def _label(field: str) -> str:
    return capfirst(field_label(PackTemplate, field))


def _row(field: str, before: Any, after: Any) -> Row:
    if field == "introduction":
        return Row(_label(field), lines=compared(before, after))
    return Row(_label(field), _words(field, before), _words(field, after))


def _words(field: str, value: Any) -> str:
    if field == "sections":
        return ", ".join(str(section.title) for section in SECTIONS.chosen(value))
    if field == "chosen":
        return ", ".join(Project.objects.filter(pk__in=value).order_by("code").values_list("code", flat=True))
    if field == "one_pagers":
        return str(PackTemplate.OnePagers(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
