"""What stands behind the figures of a home: which projects count with what, and which are left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.audit.entered import Entry
from pmo.kernel import rag
from pmo.ui import formats, marks, words
from pmo.ui.explaining import MOST_INPUTS, Asked, Input, LeftOut, Reasons, left_out
from pmo.ui.figures import Chart
from portfolio.projects.explaining import cost_limits, origins, slip_limits
from portfolio.projects.models import Project
from portfolio.status.explaining import published_input
from portfolio.status.queries import latest_at
from reporting.dashboard import rules
from reporting.dashboard.panels import figures
from reporting.dashboard.parts import Part
from reporting.dashboard.queries import PortfolioState
from reporting.dashboard.rules import Reading

Written = Callable[[Reading], str]
MOST_LISTED = 100
"""Of a list that needs attention everything is named, as far as a page can hold it."""
DATES = ("finish_baseline", "finish_forecast", "finish_actual")


@dataclass(frozen=True)
class Home:
    """A home as its reader sees it."""

    part: Part
    state: PortfolioState

    def __str__(self) -> str:
        return str(self.part.subject or _("All portfolios"))


# --- inputs ---------------------------------------------------------------------------------------------------------
def rows_of(
    asked: Asked,
    home: Home,
    readings: Iterable[Reading],
    written: Written,
    fields: Sequence[str] = (),
    most: int = MOST_INPUTS,
) -> tuple[list[Input], int]:
    """The first readings as inputs and how many more there are.

    Today's `fields` come from the projects, everything else from the reports that stand at the date.
    """
    every = list(readings)
    chosen = every[:most]
    projects = home.state.whole([each.project for each in chosen])
    stored = bool(fields) and home.state.is_live
    entries = _stored_entries(asked, projects, fields) if stored else _reported_entries(home, projects)
    found = [
        Input(project.label, written(each), project.get_absolute_url(), None if stored else each.as_of,
              entries.get(project.pk))
        for each, project in zip(chosen, projects, strict=True)
    ]  # fmt: skip
    return found, len(every) - len(chosen)


def _stored_entries(asked: Asked, projects: Sequence[Project], fields: Sequence[str]) -> Mapping[int, Entry | None]:
    known = origins(projects, fields, asked.user)
    return {project.pk: known.of(project, *fields) for project in projects}


def _reported_entries(home: Home, projects: Sequence[Project]) -> Mapping[int, Entry | None]:
    reports = latest_at(home.state.at, [project.pk for project in projects])
    people = reports.select_related("published_by", "author")
    return {report.project_id: published_input(report, "").entry for report in people}


def named(home: Home, ids: Iterable[int]) -> list[tuple[str, str]]:
    """Projects as links."""
    return [(home.state.by_id[pk].label, home.state.by_id[pk].url) for pk in ids]


def without(home: Home, sentence: Callable[[int, int], str], lacks: Callable[[Reading], bool]) -> list[LeftOut]:
    """The open projects that a figure cannot count, in one sentence with links."""
    ids = [pk for pk, reading in home.state.now.items() if lacks(reading)]
    return left_out(sentence(len(ids), len(home.state.now)), named(home, ids))


def reasons(home: Home, slug: str, found: tuple[list[Input], int], **more: Any) -> Reasons:
    """What all explanations of a home say: the business date, and where the rows are."""
    url = figures.kpi(slug, home.state, home.part.url).url if slug in figures.KPIS else ""
    return Reasons(home.state.at, found[0], further=found[1], rows_url=url, **more)


# --- key figures ----------------------------------------------------------------------------------------------------
def open_projects(asked: Asked, home: Home) -> Reasons:
    state = home.state
    found = rows_of(asked, home, state.now.values(), lambda each: state.by_id[each.project].state_label, ("state",))
    ended = [project.pk for project in state.projects if not project.is_open]
    told = ngettext(
        "%(n)s project that is closed or cancelled is not counted:",
        "%(n)s projects that are closed or cancelled are not counted:",
        len(ended),
    ) % {"n": len(ended)}
    return reasons(home, "open-projects", found, left_out=left_out(told, named(home, ended)))


def off_track(asked: Asked, home: Home) -> Reasons:
    found = [each for each in home.state.now.values() if rag.band(each.overall) == "off_track"]
    shown = rows_of(asked, home, found, lambda each: words.status_word(each.overall))
    return reasons(
        home, "off-track", shown, left_out=without(home, _no_status, lambda each: rag.band(each.overall) == "none")
    )


def _no_status(number: int, of: int) -> str:
    return ngettext("%(n)s of %(of)s has no published status:", "%(n)s of %(of)s have no published status:", number) % {
        "n": number,
        "of": of,
    }


def whole_life_cost(asked: Asked, home: Home) -> Reasons:
    return _money(asked, home, "whole-life-cost", "whole_life_cost", _no_cost)


def year_forecast(asked: Asked, home: Home) -> Reasons:
    return _money(asked, home, "year-forecast", "forecast", _no_forecast)


def _no_cost(number: int, of: int) -> str:
    return ngettext("%(n)s of %(of)s has no whole-life cost:", "%(n)s of %(of)s have no whole-life cost:", number) % {
        "n": number,
        "of": of,
    }


def _no_forecast(number: int, of: int) -> str:
    return ngettext("%(n)s of %(of)s has no forecast:", "%(n)s of %(of)s have no forecast:", number) % {
        "n": number,
        "of": of,
    }


def _other_currency(number: int, of: int) -> str:
    return ngettext(
        "%(n)s of %(of)s is kept in another currency and not added:",
        "%(n)s of %(of)s are kept in another currency and not added:",
        number,
    ) % {"n": number, "of": of}


def _money(asked: Asked, home: Home, slug: str, name: str, lacking: Callable[[int, int], str]) -> Reasons:
    currency = home.state.currency
    known = [each for each in home.state.now.values() if getattr(each, name) is not None]
    counted = sorted((each for each in known if each.currency == currency), key=lambda each: -getattr(each, name))
    shown = rows_of(asked, home, counted, lambda each: formats.money(getattr(each, name), currency), (name,))
    missing = without(home, lacking, lambda each: getattr(each, name) is None)
    foreign = without(home, _other_currency, lambda each: getattr(each, name) is not None and each.currency != currency)
    return reasons(home, slug, shown, left_out=[*missing, *foreign], note=figures.kpi(slug, home.state).note)


def finish_on_baseline(asked: Asked, home: Home) -> Reasons:
    known = [each for each in home.state.now.values() if each.slip_days is not None]
    known.sort(key=lambda each: -(each.slip_days or 0))
    shown = rows_of(asked, home, known, lambda each: marks.slip_words(each.slip_days), DATES)
    return reasons(
        home, "finish-on-baseline", shown, left_out=without(home, _no_dates, lambda each: each.slip_days is None)
    )


def _no_dates(number: int, of: int) -> str:
    return ngettext(
        "%(n)s of %(of)s lacks a baseline or a forecast finish:",
        "%(n)s of %(of)s lack a baseline or a forecast finish:",
        number,
    ) % {"n": number, "of": of}


def reports_on_time(asked: Asked, home: Home) -> Reasons:
    return _late(asked, home, "reports-on-time")


def reports_late(asked: Asked, home: Home) -> Reasons:
    return _late(asked, home, "reports-late")


def _late(asked: Asked, home: Home, slug: str) -> Reasons:
    state = home.state
    found = [
        Input(project.label, formats.distance(project.report_due_on, state.today), project.url, project.report_due_on)
        for project in state.late[:MOST_INPUTS]
        if project.report_due_on
    ]  # fmt: skip
    free = [project.pk for project in state.projects if project.is_open and not project.owes_reports]
    told = ngettext("%(n)s open project owes no reports:", "%(n)s open projects owe no reports:", len(free)) % {
        "n": len(free)
    }
    grace = [(_("Late after days of grace"), formats.days(asked.organisation.report_grace_days))]
    more = max(len(state.late) - MOST_INPUTS, 0)
    return reasons(home, slug, (found, more), limits=grace, left_out=left_out(told, named(home, free)))


# --- lists that need attention --------------------------------------------------------------------------------------
def decisions_needed(asked: Asked, home: Home) -> Reasons:
    chosen = home.state.decisions
    found = [
        Input(
            each.text,
            formats.distance(each.needed_by, home.state.at),
            each.report.get_absolute_url(),
            each.report.as_of,
        )
        for each in chosen
    ]
    return reasons(home, "decisions-needed", (found, home.state.decisions_asked - len(chosen)))


def turned_red(asked: Asked, home: Home) -> Reasons:
    state = home.state
    found = [state.now[pk] for pk in rules.worsened(state.before, state.now)]

    def moved(each: Reading) -> str:
        return f"{words.status_word(state.before[each.project].overall)} → {words.status_word(each.overall)}"

    return reasons(home, "turned-red", rows_of(asked, home, found, moved, most=MOST_LISTED), note=_compared(home))


def finish_moved(asked: Asked, home: Home) -> Reasons:
    state = home.state
    days = dict(rules.finish_moves(state.before, state.now))
    found = [state.now[pk] for pk in days]
    shown = rows_of(
        asked,
        home,
        found,
        lambda each: formats.days(days[each.project], sign=True),
        ("finish_forecast", "finish_actual"),
        MOST_LISTED,
    )
    return reasons(home, "finish-moved", shown, limits=slip_limits(asked.organisation), note=_compared(home))


def _compared(home: Home) -> str:
    previous = home.state.periods.previous
    if previous is None:
        return _("There is no period before to compare with.")
    return _("Compared with what stood on %(day)s.") % {"day": formats.day(previous)}


def declared_better(asked: Asked, home: Home) -> Reasons:
    state = home.state
    told = {each.project: each for each in state.rosier}
    found = [state.now[pk] for pk in told if pk in state.now]

    def both(each: Reading) -> str:
        one = told[each.project]
        return f"{words.status_word(one.declared)} → {words.status_word(one.computed)}"

    limits = [*slip_limits(asked.organisation), *cost_limits(asked.organisation)]
    return reasons(home, "declared-better", rows_of(asked, home, found, both), limits=limits)


# --- pictures -------------------------------------------------------------------------------------------------------
def picture(asked: Asked, home: Home, chart: Chart) -> Reasons:
    """The table of the picture as inputs, with what it cannot show."""
    rows = [Input(_plain(row[0]), _cells(chart, row)) for row in chart.rows]
    missing = {
        "chart-status": lambda: without(home, _no_status, lambda each: rag.band(each.overall) == "none"),
        "chart-money": lambda: without(home, _no_pair, _lacks_money),
        "chart-slips": lambda: without(home, _no_dates, lambda each: each.slip_days is None),
        "chart-position": lambda: without(home, _no_pair, _lacks_money),
    }.get(chart.slug, list)()
    limits = {"chart-slips": slip_limits, "chart-position": _both_limits}.get(chart.slug, lambda _organisation: [])
    further = max(len(rows) - MOST_INPUTS, 0)
    return Reasons(home.state.at, rows[:MOST_INPUTS], limits(asked.organisation), missing, further, home.part.url)


def _both_limits(organisation: Any) -> list[tuple[str, str]]:
    return [*slip_limits(organisation), *cost_limits(organisation)]


def _lacks_money(each: Reading) -> bool:
    return each.budget is None or each.forecast is None


def _no_pair(number: int, of: int) -> str:
    return ngettext(
        "%(n)s of %(of)s lacks a budget or a forecast of the year:",
        "%(n)s of %(of)s lack a budget or a forecast of the year:",
        number,
    ) % {"n": number, "of": of}


def _plain(cell: object) -> str:
    return strip_tags(str(cell))


def _cells(chart: Chart, row: Sequence[object]) -> str:
    pairs = zip(chart.heads[1:], row[1:], strict=False)
    return " · ".join(f"{head}: {_plain(cell)}" for head, cell in pairs if cell not in ("", 0, None))
