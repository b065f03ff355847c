"""The figures of one project that explain themselves: slip, overrun and the amounts and dates behind them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import within
from pmo.audit.as_of import instant_of, known_to
from pmo.audit.entered import Entry, entered
from pmo.audit.history import field_label
from pmo.kernel.errors import NotVisible
from pmo.kernel.money import change_ratio
from pmo.kernel.periods import next_due
from pmo.organisation.models import Organisation
from pmo.ui import formats, marks, words
from pmo.ui.explaining import FIGURES, Asked, Figure, Input, Reasons, Shown
from portfolio.projects.models import Project
from portfolio.projects.rules.finish import slip_days

AMOUNTS = ("budget", "forecast", "whole_life_cost")


# --- reading --------------------------------------------------------------------------------------------------------
def find_project(asked: Asked) -> Project:
    """The project that the address names, if the reader sees it, at the instant of the page before."""
    rows = known_to(Project.objects.with_parents(), asked.user, asked.instant)
    found: Project | None = rows.filter(code__iexact=asked.needed("project")[:40].replace("\x00", "")).first()
    if found is None:
        raise NotVisible(_("This project does not exist, or you may not see it."))
    return found


@dataclass(frozen=True)
class Origins:
    """Who entered which field of which project; names only where the reader may read history."""

    entries: Any
    told: Collection[int]

    def of(self, project: Project, *names: str) -> Entry | None:
        """The latest entry of these fields."""
        found = [entry for name in names if (entry := self.entries.get((project.pk, name))) is not None]
        latest = max(found, key=lambda entry: entry.at, default=None)
        return latest if latest is None or project.pk in self.told else replace(latest, by="", source="")


def origins(projects: Sequence[Project], names: Iterable[str], reader: User) -> Origins:
    """Where present values come from; three queries for any number of projects."""
    ids = [project.pk for project in projects]
    told = Project.objects.filter(within(reader, "audit.view", Project), pk__in=ids).values_list("pk", flat=True)
    return Origins(entered(projects, names), set(told))


def inputs(asked: Asked, project: Project, names: Sequence[str]) -> list[Input]:
    """Fields of the project as inputs, each with its origin."""
    known = origins([project], names, asked.user)
    return [
        Input(
            capfirst(field_label(Project, name)),
            written(project, name),
            project.get_absolute_url(),
            entry=known.of(project, name),
        )
        for name in names
    ]


def written(project: Project, name: str) -> str:
    """A date or an amount of the project, or why it is missing."""
    value = getattr(project, name)
    if value is None or value == "":
        reason = project.absent.get(name, "")
        return words.absent_word(reason) if reason else _("not given")
    if name in AMOUNTS:
        return formats.money(value, project.currency)
    if hasattr(project, f"get_{name}_display"):
        return str(getattr(project, f"get_{name}_display")())
    return formats.day(value) if hasattr(value, "year") else str(value)


# --- thresholds -----------------------------------------------------------------------------------------------------
def slip_limits(organisation: Organisation) -> list[tuple[str, str]]:
    """From which slip on a project is at risk and off track."""
    limits = organisation.limits
    return [
        (_("At risk from a slip of"), formats.days(limits.slip_amber_days)),
        (_("Off track from a slip of"), formats.days(limits.slip_red_days)),
    ]


def cost_limits(organisation: Organisation) -> list[tuple[str, str]]:
    """From which overrun on a project is at risk and off track."""
    limits = organisation.limits
    return [
        (_("At risk from an overrun of"), formats.percent(limits.cost_amber_percent / 100, 1)),
        (_("Off track from an overrun of"), formats.percent(limits.cost_red_percent / 100, 1)),
    ]


# --- values ---------------------------------------------------------------------------------------------------------
def _slip(project: Project) -> Shown:
    return Shown(project.slip_days, marks.slip_words(project.slip_days))


def _overrun(project: Project) -> Shown:
    over = change_ratio(project.budget, project.forecast)
    return Shown(None if over is None else str(over), formats.percent(over, 1, sign=True) or _("not computed"))


def _amount(name: str, project: Project) -> Shown:
    value = getattr(project, name)
    plain = None if value is None else {"amount": str(value), "currency": project.currency}
    shown = formats.money(value, project.currency) or words.short_reason(project.absent.get(name, ""))
    return Shown(plain, shown)


def _next_report(project: Project) -> Shown:
    due = project.report_due_on if project.is_open else None
    return Shown(due and due.isoformat(), formats.day(due) or _("none is due"))


# --- reasons --------------------------------------------------------------------------------------------------------
def _slip_reasons(asked: Asked, project: Project) -> Reasons:
    finish = "finish_actual" if project.finish_actual else "finish_forecast"
    known = project.slip_days is not None
    note = "" if known else _("Baseline finish and forecast finish are both needed to compute the slip.")
    found = inputs(asked, project, ("finish_baseline", finish))
    return Reasons(_seen(project), found, slip_limits(asked.organisation), note=note)


def _overrun_reasons(asked: Asked, project: Project) -> Reasons:
    note = ""
    if change_ratio(project.budget, project.forecast) is None:
        note = _("Budget and forecast of the year are both needed to compute the overrun.")
    found = inputs(asked, project, ("budget", "forecast"))
    return Reasons(_seen(project), found, cost_limits(asked.organisation), note=note)


def _amount_reasons(name: str, asked: Asked, project: Project) -> Reasons:
    names = (name,) if name == "whole_life_cost" else (name, "fiscal_year")
    reason = words.absent_word(project.absent[name]) if project.absent.get(name) else ""
    return Reasons(_seen(project), inputs(asked, project, names), note=reason)


def _next_reasons(asked: Asked, project: Project) -> Reasons:
    found = inputs(asked, project, ("cadence", "report_weekday"))
    last = formats.day(project.status_as_of) or _("never reported")
    grace = [(_("Late after days of grace"), formats.days(asked.organisation.report_grace_days))]
    return Reasons(_seen(project), [*found, Input(_("Last report as of"), last)], grace)


def _seen(project: Project) -> Any:
    return instant_of(project)


# --- declaring ------------------------------------------------------------------------------------------------------
def about_project(slug: str, **told: Any) -> Figure:
    """A figure of one project."""
    return Figure(slug, may="project.view", parameters=("project",), find=find_project, past=True, **told)


def _stored(slug: str, name: str, label: Any, meaning: Any, *terms: str) -> Figure:
    compute: Callable[[Any], Shown] = partial(_amount, name)
    return about_project(
        slug,
        name=label,
        meaning=meaning,
        formula=gettext_lazy("the amount as entered in the project, or taken over from its last published report"),
        source=Project,
        compute=compute,
        explain=partial(_amount_reasons, name),
        terms=terms,
    )


def offer() -> None:
    """Called once, when the app is ready."""
    FIGURES.add(
        about_project(
            "slip",
            name=gettext_lazy("Slip"),
            meaning=gettext_lazy("Calendar days from the baseline finish to the forecast finish. Positive is late."),
            formula=gettext_lazy("slip = finish (actual, otherwise forecast) − finish (baseline), in calendar days"),
            source=slip_days,
            compute=_slip,
            explain=_slip_reasons,
            terms=("slip", "baseline"),
        ),
        about_project(
            "overrun",
            name=gettext_lazy("Overrun"),
            meaning=gettext_lazy("Forecast minus budget, divided by budget. Blank when there is no budget."),
            formula=gettext_lazy("overrun = (forecast of the year − budget of the year) ÷ budget of the year"),
            source=change_ratio,
            compute=_overrun,
            explain=_overrun_reasons,
            terms=("overrun", "forecast"),
        ),
        _stored(
            "budget", "budget", gettext_lazy("Budget of the year"), gettext_lazy("What was approved for the year.")
        ),
        _stored(
            "forecast",
            "forecast",
            gettext_lazy("Forecast of the year"),
            gettext_lazy("What the project expects to spend in its fiscal year, beside the budget of the same year."),
            "forecast",
        ),
        _stored(
            "project-whole-life-cost",
            "whole_life_cost",
            gettext_lazy("Whole-life cost"),
            gettext_lazy("What the project costs from its start to its end, all years together."),
            "whole-life-cost",
        ),
        about_project(
            "next-report",
            name=gettext_lazy("Next report"),
            meaning=gettext_lazy("The day on which the next status report of the project is due."),
            formula=gettext_lazy("next report = business date of the last report + one cadence, moved to its weekday"),
            source=next_due,
            compute=_next_report,
            explain=_next_reasons,
            terms=("cadence", "late-report"),
        ),
    )
