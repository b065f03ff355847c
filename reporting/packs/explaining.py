"""The figures of a printed edition with what stands behind them, out of the figures that were kept with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from pmo.access.policy import insist
from pmo.kernel.errors import NotVisible
from pmo.ui import formats, marks, words
from pmo.ui.explaining import FIGURES, MOST_INPUTS, Asked, Figure, Input, LeftOut, Reasons, Shown, left_out
from portfolio.projects.models import Project
from portfolio.status.explaining import published_input
from portfolio.status.queries import published_until
from reporting.packs import queries
from reporting.packs.models import PackRun
from reporting.packs.panels import glossary
from reporting.packs.panels.tables import CHECK_NAMES
from reporting.packs.panels.tables import check as check_row
from reporting.packs.rules import health, kpis, quality, slips
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import PackFigures, ProjectFigures
from reporting.packs.rules.kpis import Kpi

PARAMETERS = ("run",)
Chosen = Callable[[PackFigures], Iterable[ProjectFigures]]
Written = Callable[[ProjectFigures], str]


@dataclass(frozen=True)
class Printed:
    """An edition that the reader may open."""

    run: PackRun
    edition: Edition
    check: str = ""

    def __str__(self) -> str:
        return str(self.run.pack.name)

    @property
    def figures(self) -> PackFigures:
        return self.edition.figures

    def kpi(self, code: str) -> Kpi:
        return next(each for each in kpis.kpis(self.figures, self.edition.previous) if each.code == code)


def find_printed(asked: Asked) -> Printed:
    """A finished edition, for those who may download it."""
    runs = PackRun.objects.select_related("pack").visible_to(asked.user)
    run = runs.filter(pk=asked.key("run"), state=PackRun.State.DONE).first()
    if run is None:
        raise NotVisible(_("This edition does not exist, or you may not see it."))
    insist(queries.may_download(run, asked.user))
    return Printed(run, queries.edition_of(run))


def find_check(asked: Asked) -> Printed:
    """The same, and which of its checks is meant."""
    check = asked.one_of("check", tuple(quality.CHECKS))
    printed = find_printed(asked)
    return Printed(printed.run, printed.edition, check)


# --- values ---------------------------------------------------------------------------------------------------------
def _kpi_shown(code: str, printed: Printed) -> Shown:
    found = printed.kpi(code)
    face = glossary.kpi(found, printed.figures)
    plain = None if found.value is None else str(found.value)
    return Shown(plain, f"{face['value']} {face['unit']}".strip())


def _check_shown(printed: Printed) -> Shown:
    row = check_row(_check_of(printed))
    return Shown(_check_of(printed).percent, f"{row['good']} / {row['of']}")


def _check_of(printed: Printed) -> quality.Check:
    return next(each for each in quality.checks(printed.figures) if each.code == printed.check)


# --- reasons --------------------------------------------------------------------------------------------------------
def _rows(asked: Asked, printed: Printed, projects: Sequence[ProjectFigures], written: Written) -> list[Input]:
    """The first projects as inputs, with the reports that the edition read."""
    chosen = projects[:MOST_INPUTS]
    ids = [each.id for each in chosen]
    seen = dict(Project.objects.visible_to(asked.user).filter(pk__in=ids).in_bulk())
    reports = published_until(printed.run.at, ids, printed.run.as_of).order_by("project_id", "-as_of", "-id")
    last = {each.project_id: each for each in reports.distinct("project_id").select_related("published_by", "author")}
    return [
        Input(
            each.label,
            written(each),
            seen[each.id].get_absolute_url() if each.id in seen else "",
            last[each.id].as_of if each.id in last else None,
            published_input(last[each.id], "").entry if each.id in last else None,
        )
        for each in chosen
    ]


def _reasons(asked: Asked, printed: Printed, found: Iterable[ProjectFigures], written: Written, **more: Any) -> Reasons:
    projects = list(found)
    return Reasons(
        printed.figures.at,
        _rows(asked, printed, projects, written),
        further=max(len(projects) - MOST_INPUTS, 0),
        rows_url=printed.run.get_absolute_url(),
        **more,
    )


def _missing(printed: Printed, sentence: Callable[[int, int], str], lacks: Callable[[ProjectFigures], bool]) -> Any:
    """The counted projects without the figure, and how many projects the whole edition does not count."""
    projects = [each for each in printed.figures.projects if lacks(each)]
    links = [(each.label, _address(each)) for each in projects]
    return [*left_out(sentence(len(projects), printed.figures.counted), links), *_uncounted(printed)]


def _uncounted(printed: Printed) -> list[LeftOut]:
    number = printed.figures.of - printed.figures.counted
    told = ngettext(
        "%(n)s of %(of)s projects is not counted, because not all recipients may see it.",
        "%(n)s of %(of)s projects are not counted, because not all recipients may see them.",
        number,
    )
    return [LeftOut(told % {"n": number, "of": printed.figures.of})] if number else []


def _address(project: ProjectFigures) -> str:
    return Project(code=project.code).get_absolute_url()


def _no_amount(number: int, of: int) -> str:
    told = ngettext("%(n)s of %(of)s has no forecast:", "%(n)s of %(of)s have no forecast:", number)
    return told % {"n": number, "of": of}


def _no_pair(number: int, of: int) -> str:
    told = ngettext(
        "%(n)s of %(of)s lacks a budget or a forecast of the year:",
        "%(n)s of %(of)s lack a budget or a forecast of the year:",
        number,
    )
    return told % {"n": number, "of": of}


def _no_dates(number: int, of: int) -> str:
    told = ngettext(
        "%(n)s of %(of)s lacks a baseline or a forecast finish:",
        "%(n)s of %(of)s lack a baseline or a forecast finish:",
        number,
    )
    return told % {"n": number, "of": of}


def _attention(asked: Asked, printed: Printed) -> Reasons:
    return _reasons(asked, printed, health.attention(printed.figures), lambda each: words.status_word(each.overall),
                    left_out=_uncounted(printed))  # fmt: skip


def _forecast(asked: Asked, printed: Printed) -> Reasons:
    currency = printed.figures.currency
    known = [each for each in printed.figures.projects if each.forecast is not None and each.currency == currency]
    known.sort(key=lambda each: -(each.forecast or 0))
    missing = _missing(printed, _no_amount, lambda each: each.forecast is None)
    return _reasons(asked, printed, known, lambda each: formats.money(each.forecast, currency), left_out=missing)


def _overrun(asked: Asked, printed: Printed) -> Reasons:
    currency = printed.figures.currency
    known = [each for each in printed.figures.projects if each.difference is not None and each.currency == currency]
    known.sort(key=lambda each: -(each.difference or 0))
    missing = _missing(printed, _no_pair, lambda each: each.difference is None)
    return _reasons(
        asked, printed, known, lambda each: formats.money(each.difference, currency, sign=True), left_out=missing
    )


def _late_finishes(asked: Asked, printed: Printed) -> Reasons:
    known = [each for each in printed.figures.projects if (each.slip_days or 0) > 0]
    known.sort(key=lambda each: -(each.slip_days or 0))
    missing = _missing(printed, _no_dates, lambda each: each.slip_days is None)
    return _reasons(asked, printed, known, lambda each: marks.slip_words(each.slip_days), left_out=missing)


def _punctual(asked: Asked, printed: Printed) -> Reasons:
    late = [each for each in printed.figures.projects if each.report_expected and each.late]
    grace = [(_("Late after days of grace"), formats.days(printed.figures.late_after_days))]
    return _reasons(asked, printed, late, lambda each: _("late"), limits=grace, left_out=_uncounted(printed))


def _decisions(asked: Asked, printed: Printed) -> Reasons:
    asking = [each for each in printed.figures.projects if each.decisions]
    return _reasons(asked, printed, asking, lambda each: formats.number(len(each.decisions)),
                    left_out=_uncounted(printed))  # fmt: skip


def _check(asked: Asked, printed: Printed) -> Reasons:
    found = _check_of(printed)
    note = str(CHECK_NAMES[found.code]())
    return _reasons(asked, printed, found.missing, lambda each: _("missing"), note=note, left_out=_uncounted(printed))


# --- declaring ------------------------------------------------------------------------------------------------------
def _figure(code: str, **told: Any) -> Figure:
    shown: Callable[[Any], Shown] = partial(_kpi_shown, code)
    return Figure(
        glossary.slug_of(code), may="pack.view", parameters=PARAMETERS, find=find_printed, compute=shown, **told
    )


SHIPPED = (
    _figure(
        "attention",
        name=lazy("Red or amber"),
        meaning=lazy("Projects of the pack whose last published report is red or amber."),
        formula=lazy("the number of counted projects that are off track or at risk"),
        source=health.attention,
        explain=_attention,
        terms=("off-track", "at-risk", "business-date"),
    ),
    _figure(
        "forecast",
        name=lazy("Forecast of the year"),
        meaning=lazy("What the counted projects together expect to spend in the year, from their published reports."),
        formula=lazy("the sum of the forecasts of the year in the pack's currency"),
        source=kpis.kpis,
        explain=_forecast,
        terms=("forecast",),
    ),
    _figure(
        "overrun",
        name=lazy("Forecast against budget"),
        meaning=lazy("How far the forecast is from the budget, over the projects that give both."),
        formula=lazy("(sum of forecasts − sum of budgets) ÷ sum of budgets"),
        source=kpis.kpis,
        explain=_overrun,
        terms=("overrun", "forecast"),
    ),
    _figure(
        "late_finishes",
        name=lazy("Later than baseline"),
        meaning=lazy("Projects whose forecast finish is after their baseline finish, of those that have both dates."),
        formula=lazy("the number of projects with a slip of more than zero days"),
        source=slips.late,
        explain=_late_finishes,
        terms=("slip", "baseline"),
    ),
    _figure(
        "punctual",
        name=lazy("Reports on time"),
        meaning=lazy("The share of expected reports that were not late on the business date."),
        formula=lazy("reports on time ÷ reports expected"),
        source=kpis.reports_on_time,
        explain=_punctual,
        terms=("late-report", "cadence"),
    ),
    _figure(
        "decisions",
        name=lazy("Decisions needed"),
        meaning=lazy("Decisions for which the published reports in force ask."),
        formula=lazy("the number of decisions in the last published report of each project"),
        source=kpis.decisions_asked,
        explain=_decisions,
    ),
)


def offer() -> None:
    """Called once, when the app is ready."""
    FIGURES.add(*SHIPPED)
    FIGURES.add(
        Figure(
            "pack-quality",
            name=lazy("Data quality"),
            meaning=lazy("How many of the counted projects pass one check of the data; what is exempt is not asked."),
            formula=lazy("projects that pass ÷ (projects asked − projects that are exempt), rounded down"),
            source=quality.checks,
            may="pack.view",
            parameters=("run", "check"),
            find=find_check,
            compute=_check_shown,
            explain=_check,
            terms=("exempt", "not-reported"),
        )
    )
