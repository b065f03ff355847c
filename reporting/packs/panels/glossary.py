"""The six figures with their words, and the definitions that the last page prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.ui import formats
from pmo.ui.explaining import FIGURES
from pmo.ui.glossary import TERMS
from reporting.packs.panels import wording
from reporting.packs.rules import health, money
from reporting.packs.rules.figures import PackFigures
from reporting.packs.rules.kpis import Kpi


def kpi(found: Kpi, figures: PackFigures) -> dict[str, Any]:
    """Label, value, its unit, the change in words and one line of context."""
    label, value, unit, change, context = _FACES[found.code](found, figures)
    unit = "" if found.value is None else unit
    return {"label": label, "value": value, "unit": unit, "change": _changed(found, change), "context": context}


def slug_of(code: str) -> str:
    """The name under which a figure is explained."""
    return f"pack-{code.replace('_', '-')}"


def _changed(found: Kpi, size: str) -> str:
    if found.change is None:
        return _("no earlier figure")
    verdicts = {
        "better": _("%(size)s, better") % {"size": size},
        "worse": _("%(size)s, worse") % {"size": size},
        "unchanged": _("unchanged"),
    }
    return verdicts[found.verdict]


def _count(change: Decimal | None) -> str:
    size = int(abs(change or Decimal(0)))
    told = _("%(n)s more") if (change or 0) > 0 else _("%(n)s fewer")
    return told % {"n": size}


SHARED = ("off-track", "at-risk", "on-track", "exempt", "not-reported", "slip")
Face = tuple[str, str, str, str, str]


def _attention(found: Kpi, figures: PackFigures) -> Face:
    tally = health.tally(figures.projects)
    context = _("%(red)s red, %(amber)s amber") % {"red": tally["off_track"], "amber": tally["at_risk"]}
    return _("Red or amber"), _figure(found), _("of %(of)s") % {"of": found.of}, _count(found.change), context


def _figure(found: Kpi) -> str:
    return wording.DASH if found.value is None else formats.number(found.value, 0)


def _forecast(found: Kpi, figures: PackFigures) -> Face:
    label = _("Forecast %(year)s, %(unit)s") % {
        "year": figures.fiscal_year,
        "unit": wording.amount_unit(figures.currency),
    }
    large = found.value is not None and abs(found.value) >= 10_000_000_000
    value = formats.scaled(found.value, "m", 0 if large else 1) if found.value is not None else wording.DASH
    return label, value, "", wording.millions(found.change, sign=True), formats.counted(found.counted, found.of)


def _overrun(found: Kpi, figures: PackFigures) -> Face:
    line = money.whole(figures)
    context = _("of %(budget)s budgeted") % {"budget": wording.amount(line.budget, figures.currency)}
    change = _("%(points)s points") % {"points": wording.percent(found.change)}
    return _("Forecast against budget"), wording.percent(found.value), "%", change, context


def _late_finishes(found: Kpi, figures: PackFigures) -> Face:
    context = _("by forecast finish")
    unit = _("of %(of)s") % {"of": found.of}
    return _("Later than baseline"), _figure(found), unit, _count(found.change), context


def _punctual(found: Kpi, figures: PackFigures) -> Face:
    context = _("%(n)s of %(of)s due") % {"n": found.counted, "of": found.of}
    points = formats.number(found.change, 0, sign=True) if found.change is not None else ""
    return _("Reports on time"), _figure(found), "%", _("%(points)s points") % {"points": points}, context


def _decisions(found: Kpi, figures: PackFigures) -> Face:
    overdue = found.counted
    context = ngettext("%(n)s overdue", "%(n)s overdue", overdue) % {"n": overdue} if overdue else _("none overdue")
    return _("Decisions needed"), _figure(found), "", _count(found.change), context


_FACES = {
    "attention": _attention,
    "forecast": _forecast,
    "overrun": _overrun,
    "late_finishes": _late_finishes,
    "punctual": _punctual,
    "decisions": _decisions,
}


def definitions(figures: PackFigures) -> list[tuple[str, str]]:
    """The words of the pack and its six figures, as the glossary and the explanations have them."""
    year = {"year": figures.fiscal_year}
    shared = [(str(term.word), str(term.meaning)) for term in TERMS.some(SHARED)]
    printed = [FIGURES.find(slug_of(code)) for code in _FACES]
    return [
        *shared,
        (
            _("As of"),
            _("The day the pack reports on: each project shows its latest published report of that day or before."),
        ),
        (
            _("Figures read"),
            _("The instant at which the figures were taken from the system. What was published later is not in them."),
        ),
        (
            _("Budget, forecast"),
            _("Of the fiscal year %(year)s, from the latest published report of each project.") % year,
        ),
        (_("± budget"), _("Forecast minus budget, over the projects that give both, in the pack's currency.")),
        *(("± %", str(term.meaning)) for term in TERMS.some(("overrun",))),
        *((str(figure.name), str(figure.meaning)) for figure in printed if figure is not None),
        (
            _("Since the last pack"),
            _(
                "Difference to the figures kept with the last published pack. "
                "Money is compared over the projects that both packs count."
            ),
        ),
        (_("Counted"), _("Projects whose figure is known and visible to everybody who receives the pack.")),
        (
            _("Age"),
            _("Days since the business date of the report. An exclamation mark means that a newer one was due."),
        ),
        (
            _("Data hash"),
            _("SHA-256 of the figures printed here, kept with the pack. Equal figures give an equal hash."),
        ),
    ]
