"""A section of the pack for each register: its open entries, soonest first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pmo.registers.declaring import Register
from reporting.packs.offers import PackSection
from reporting.packs.panels import wording
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import EntryFigures, ProjectFigures

ORDER = 65
ROOM = 40
DASH = "–"


def section_of(register: Register) -> PackSection:
    """What a pack says of the register; nothing, where nothing is open."""

    def build(edition: Edition) -> dict[str, Any]:
        found = _entries(edition, register.noun)
        return {
            "lead": ngettext("%(n)s is open.", "%(n)s are open.", len(found)) % {"n": len(found)},
            "heading": register.model._meta.verbose_name,
            "rows": [_row(project, entry, edition.figures.at) for project, entry in found[:ROOM]],
            "further": max(len(found) - ROOM, 0),
        }

    def applies(edition: Edition) -> bool:
        return bool(_entries(edition, register.noun))

    answers = _("What is open, whose it is and until when")
    return PackSection(register.slug, register.label, answers, "pdf/pack/register.html", build, ORDER, applies)


def _entries(edition: Edition, noun: str) -> list[tuple[ProjectFigures, EntryFigures]]:
    found = [
        (project, entry) for project in edition.figures.projects for entry in project.entries if entry.register == noun
    ]
    return sorted(found, key=lambda pair: (pair[1].due_on or date.max, pair[0].code, pair[1].name))


def _row(project: ProjectFigures, entry: EntryFigures, at: date) -> dict[str, Any]:
    return {
        "name": entry.name,
        "project": project.label,
        "code": project.code,
        "owner": entry.owner or DASH,
        "due": wording.short_day(entry.due_on) or DASH,
        "overdue": entry.due_on is not None and entry.due_on < at,
    }
