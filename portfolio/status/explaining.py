"""What status reports bring to explain: declared and computed health, age, strip, and the figures of the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.audit.as_of import instant_of
from pmo.audit.entered import Entry
from pmo.kernel import rag
from pmo.kernel.errors import NotVisible
from pmo.organisation.models import Organisation
from pmo.organisation.queries import day_of
from pmo.ui import formats, marks, words
from pmo.ui.explaining import FIGURES, Asked, Figure, Input, Reasons, Shown
from portfolio.projects.explaining import about_project, cost_limits, find_project, inputs, slip_limits
from portfolio.projects.models import Project
from portfolio.projects.rules.finish import slip_days
from portfolio.status import rules
from portfolio.status.content import computed_health
from portfolio.status.models import StatusReport
from portfolio.status.panels import HealthChip, health_chips, strip_cells, unchanged_words
from portfolio.status.queries import last_published, last_reports, open_report
from portfolio.status.worksheet import Worksheet, worksheet

COMPUTED = ("overall", "schedule", "cost")
LIMITS = {"schedule": slip_limits, "cost": cost_limits}
FIELDS = {"schedule": ("finish_baseline", "finish_actual", "finish_forecast"), "cost": ("budget", "forecast")}


# --- reading --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Judged:
    """A project with its last published report, and which of its dimensions is meant."""

    project: Project
    organisation: Organisation
    last: StatusReport | None
    dimension: str = "overall"

    def __str__(self) -> str:
        return str(self.project)

    @property
    def chip(self) -> HealthChip:
        """What the page of the project shows of it."""
        chips = health_chips(self.project, self.last, self.organisation)
        return next(chip for chip in chips if chip.name == self.dimension)

    @property
    def today(self) -> date:
        return day_of(self.organisation, instant_of(self.project))


def find_judged(asked: Asked, dimensions: Sequence[str] = ()) -> Judged:
    project = find_project(asked)
    dimension = asked.one_of("dimension", dimensions) if dimensions else "overall"
    return Judged(project, asked.organisation, last_published(project), dimension)


def find_declared(asked: Asked) -> Judged:
    return find_judged(asked, ("overall", *rag.DIMENSIONS))


def find_computed(asked: Asked) -> Judged:
    return find_judged(asked, COMPUTED)


def find_sheet(asked: Asked) -> Worksheet:
    """The open report of the project as its form shows it, for those who may see what is not yet published."""
    project = find_project(asked)
    report = open_report(project)
    if report is None or not StatusReport.objects.visible_to(asked.user).filter(pk=report.pk).exists():
        raise NotVisible(_("This project has no open report, or you may not see it."))
    report.project = project
    return worksheet(report, asked.organisation)


# --- values ---------------------------------------------------------------------------------------------------------
def _status(value: str) -> Shown:
    return Shown(value or None, words.status_word(value))


def _declared(judged: Judged) -> Shown:
    return _status(judged.chip.value)


def _computed(judged: Judged) -> Shown:
    return _status(judged.chip.computed)


def _age(judged: Judged) -> Shown:
    if judged.last is None:
        return Shown(None, _("never"))
    return Shown((judged.today - judged.last.as_of).days, formats.age(judged.last.as_of, judged.today))


def _unchanged(judged: Judged) -> Shown:
    number = judged.last.unchanged if judged.last else 0
    return Shown(number, unchanged_words(number))


def _strip(judged: Judged) -> Shown:
    reported = [cell for cell in strip_cells(judged.project, judged.today) if not cell.due]
    told = [{"as_of": day.isoformat(), "value": value} for day, value, _pk in _reports(judged)][-len(reported) :]
    return Shown(told, ngettext("%(n)s report", "%(n)s reports", len(reported)) % {"n": len(reported)})


def _sheet_slip(sheet: Worksheet) -> Shown:
    return Shown(sheet.slip_days, marks.slip_words(sheet.slip_days))


def _sheet_worst(sheet: Worksheet) -> Shown:
    return _status(sheet.computed_overall)


def _reports(judged: Judged) -> list[Any]:
    project = judged.project
    return last_reports(judged.today, [project.pk], known_at=instant_of(project))[project.pk]


# --- reasons --------------------------------------------------------------------------------------------------------
def published_input(report: StatusReport, value: str) -> Input:
    """What a published report says, with whoever answers for it."""
    label = _("Report %(number)s") % {"number": report.number}
    person = str(report.published_by or report.author)
    entry = Entry(report.published_at, person) if report.published_at else None
    return Input(label, value, report.get_absolute_url(), report.as_of, entry)


def _of_report(judged: Judged, value: str) -> list[Input]:
    return [published_input(judged.last, value)] if judged.last else []


def _declared_reasons(asked: Asked, judged: Judged) -> Reasons:
    chip = judged.chip
    found = _of_report(judged, words.status_word(chip.value))
    if chip.computed:
        found.append(Input(_("Computed from the figures"), f"{words.status_word(chip.computed)}: {chip.reason}"))
    note = "" if judged.last else _("No report has been published yet.")
    return Reasons(instant_of(judged.project), found, _limits(judged), note=note)


def _computed_reasons(asked: Asked, judged: Judged) -> Reasons:
    project = judged.project
    names = FIELDS.get(judged.dimension, (*FIELDS["schedule"], *FIELDS["cost"]))
    given = [name for name in names if name != "finish_actual" or project.finish_actual]
    note = judged.chip.reason
    return Reasons(instant_of(project), inputs(asked, project, given), _limits(judged), note=note)


def _limits(judged: Judged) -> list[tuple[str, str]]:
    kinds = ("schedule", "cost") if judged.dimension == "overall" else (judged.dimension,)
    return [limit for kind in kinds if kind in LIMITS for limit in LIMITS[kind](judged.organisation)]


def _age_reasons(asked: Asked, judged: Judged) -> Reasons:
    today = Input(_("Counted up to"), formats.day(judged.today))
    due = judged.project.report_due_on
    found = [*_of_report(judged, formats.day(judged.last.as_of) if judged.last else ""), today]
    limits = [(_("Next report is due on"), formats.day(due))] if due else []
    return Reasons(instant_of(judged.project), found, limits)


def _unchanged_reasons(asked: Asked, judged: Judged) -> Reasons:
    limit = formats.number(judged.organisation.unchanged_reports)
    shown = [(_("Shown to the PMO from unchanged reports"), limit)]
    return Reasons(instant_of(judged.project), _of_report(judged, _unchanged(judged).words), shown)


def _strip_reasons(asked: Asked, judged: Judged) -> Reasons:
    ids = [pk for _day, _value, pk in _reports(judged)]
    reports = StatusReport.objects.filter(pk__in=ids).select_related("published_by", "author").order_by("-as_of", "-pk")
    found = [published_input(report, words.status_word(report.overall)) for report in reports]
    return Reasons(instant_of(judged.project), found)


def _sheet_slip_reasons(asked: Asked, sheet: Worksheet) -> Reasons:
    project = sheet.project
    found = inputs(asked, project, ("finish_baseline",))
    typed = "finish_forecast" in sheet.report.proposed
    label = _("Finish as written in this report") if typed else _("Finish as in the project")
    raw = str(sheet.finish_forecast or "")
    found.append(Input(label, formats.day(date.fromisoformat(raw)) if raw else _("not given"), at=sheet.report.as_of))
    note = _("What is typed counts once the draft has been saved.")
    return Reasons(None, found, slip_limits(asked.organisation), note=note)


def _sheet_worst_reasons(asked: Asked, sheet: Worksheet) -> Reasons:
    found = [Input(row.label, words.status_word(row.value), at=sheet.report.as_of) for row in sheet.rows]
    return Reasons(None, found, note=_("What is typed counts once the draft has been saved."))


# --- declaring ------------------------------------------------------------------------------------------------------
def _about_form(slug: str, **told: Any) -> Figure:
    return Figure(slug, may="project.view", parameters=("project",), find=find_sheet, **told)


def offer() -> None:
    """Called once, when the app is ready."""
    FIGURES.add(*_of_projects(), *_of_forms())


def _of_projects() -> list[Figure]:
    judged: dict[str, Any] = {"may": "project.view", "parameters": ("project", "dimension"), "past": True}
    return [
        Figure(
            "health",
            name=gettext_lazy("Declared health"),
            meaning=gettext_lazy("What the last published report says about the project or one of its dimensions."),
            formula=gettext_lazy("the value of the last published report; nothing is computed into it"),
            source=health_chips,
            find=find_declared,
            compute=_declared,
            explain=_declared_reasons,
            terms=("rag", "computed-health", "delivery-confidence"),
            **judged,
        ),
        Figure(
            "computed-health",
            name=gettext_lazy("Computed health"),
            meaning=gettext_lazy("What the dates and the money of the project say by themselves."),
            formula=gettext_lazy("schedule from the slip, cost from the overrun, overall the worst of the two"),
            source=computed_health,
            find=find_computed,
            compute=_computed,
            explain=_computed_reasons,
            terms=("computed-health", "slip", "overrun"),
            **judged,
        ),
        _of_project(
            "report-age",
            name=gettext_lazy("Age of the report"),
            meaning=gettext_lazy("Days since the business date of the last published report."),
            formula=gettext_lazy("age = today − business date of the last published report, in calendar days"),
            source=formats.age,
            compute=_age,
            explain=_age_reasons,
            terms=("business-date", "late-report"),
        ),
        _of_project(
            "unchanged-reports",
            name=gettext_lazy("Unchanged reports"),
            meaning=gettext_lazy("How many published reports in a row changed no judgement and no word of one."),
            formula=gettext_lazy("reports in a row with the same values, comments and summary as the one before"),
            source=rules.is_unchanged,
            compute=_unchanged,
            explain=_unchanged_reasons,
        ),
        _of_project(
            "status-strip",
            name=gettext_lazy("Last 12 reports"),
            meaning=gettext_lazy("The overall status of the last published reports, oldest first."),
            formula=gettext_lazy("one cell for each published report; a corrected report counts once"),
            source=last_reports,
            compute=_strip,
            explain=_strip_reasons,
            terms=("rag",),
        ),
    ]


def _of_project(slug: str, **told: Any) -> Figure:
    figure = about_project(slug, **told)
    return Figure(**{**figure.__dict__, "find": find_judged})


def _of_forms() -> list[Figure]:
    return [
        _about_form(
            "report-slip",
            name=gettext_lazy("Slip as reported"),
            meaning=gettext_lazy("Calendar days from the baseline finish to the finish written in the open report."),
            formula=gettext_lazy("slip = finish in the report − finish (baseline), in calendar days"),
            source=slip_days,
            compute=_sheet_slip,
            explain=_sheet_slip_reasons,
            terms=("slip", "baseline"),
        ),
        _about_form(
            "report-worst",
            name=gettext_lazy("Worst of the dimensions"),
            meaning=gettext_lazy("The most severe value that the open report gives to one of its eight dimensions."),
            formula=gettext_lazy("worst = the value of the highest severity: red, then amber, then green"),
            source=rag.worst,
            compute=_sheet_worst,
            explain=_sheet_worst_reasons,
            terms=("rag",),
        ),
    ]
