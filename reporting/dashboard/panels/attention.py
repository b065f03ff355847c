"""What must be decided, what got worse, whom to chase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.kernel.limits import Limits
from pmo.ui import formats, marks, words
from pmo.ui.explaining import address, why
from pmo.ui.pages.bulk import MOST_ROWS
from portfolio.projects.models import Project
from portfolio.status.models import DIMENSION_LABELS
from portfolio.status.queries import reminded_at
from reporting.dashboard import rules
from reporting.dashboard.briefs import Brief
from reporting.dashboard.panels.wording import link, since
from reporting.dashboard.queries import PortfolioState

MOST, MOST_ROSIER = 5, 3


@dataclass(frozen=True)
class Item:
    """One line: what, where it leads, when or how much, one quiet line."""

    text: str
    url: str
    when: str
    sub: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Attention:
    """A list under a heading: at most five, the rest behind a link."""

    title: str
    items: Sequence[Item]
    count: int
    none: str
    url: str = ""
    remind: Sequence[int] = ()
    reminded_at: datetime | None = None
    slug: str = ""
    why: str = ""


def attention(state: PortfolioState, rows_url: str, about: Mapping[str, str]) -> list[list[Attention]]:
    """Three columns: what must be decided, what got worse, whom to chase."""
    return [[_linked(one_list(slug, state, rows_url), about) for slug in column] for column in COLUMNS]


def _linked(found: Attention, about: Mapping[str, str]) -> Attention:
    """With its explanation, which names all that is counted where no view of the rows holds just these."""
    return replace(found, why=why(found.slug, **about), url=found.url or address(found.slug, **about))


def one_list(slug: str, state: PortfolioState, rows_url: str = "") -> Attention:
    """One list, for the page and for its explanation."""
    return replace(LISTS[slug](state, rows_url), slug=slug)


def nothing(columns: Sequence[Sequence[Attention]]) -> bool:
    """Whether no list has anything."""
    return not any(each.count for column in columns for each in column)


def _decisions(state: PortfolioState, _rows_url: str) -> Attention:
    items = [_decision(each, state.at) for each in state.decisions[:MOST]]
    return Attention(_("Decisions needed"), items, state.decisions_asked, _("No decision is asked for."))


def _decision(decision: Any, today: date) -> Item:
    days = (decision.needed_by - today).days
    tone = "red" if days < 0 else "amber" if days <= 3 else ""
    when = (
        formats.distance(decision.needed_by, today)
        if days <= 0
        else _("by %(day)s") % {"day": formats.day(decision.needed_by)}
    )
    project: Project = decision.report.project
    sub = " · ".join(part for part in (project.label, decision.asked_of) if part)
    return Item(decision.text, decision.report.get_absolute_url(), when, sub, tone)


def _turned_red(state: PortfolioState, _rows_url: str) -> Attention:
    found = rules.worsened(state.before, state.now)
    projects = [state.by_id[pk] for pk in found[:MOST]]
    managers = state.managers_of(projects)
    items = [_red(project, managers.get(project.pk)) for project in projects]
    title = _("Turned red %(since)s") % {"since": since(state)}
    return Attention(title.strip(), items, len(found), _("No project turned red."))


def _red(project: Brief, manager: User | None) -> Item:
    slip = project.slip_days
    when = _("%(days)s slip") % {"days": formats.days(slip)} if slip else ""
    return Item(project.label, project.url, when, str(manager or ""), "")


def _moved_finishes(state: PortfolioState, _rows_url: str) -> Attention:
    moves = rules.finish_moves(state.before, state.now)
    limits = state.organisation.limits
    items = [_move(state.by_id[pk], days, state.now[pk], limits) for pk, days in moves[:MOST]]
    title = _("Finish moved later %(since)s") % {"since": since(state)}
    return Attention(title.strip(), items, len(moves), _("No finish moved later."))


def _move(project: Brief, days: int, reading: rules.Reading, limits: Limits) -> Item:
    tone = marks.warning(limits.of_slip(days)) or "amber"
    now = _("now %(day)s") % {"day": formats.day(reading.finish_forecast)}
    return Item(project.label, project.url, formats.days(days, sign=True), now, tone)


def _late(state: PortfolioState, rows_url: str) -> Attention:
    managers = state.managers_of(state.late[:MOST])
    items = [_late_item(project, managers.get(project.pk), state.today) for project in state.late[:MOST]]
    none = _("No late reports.") if state.at >= state.today else _("Lateness is known for today only.")
    return Attention(
        _("Reports late"),
        items,
        len(state.late),
        none,
        link(rows_url, view="late"),
        [project.pk for project in state.late] if len(state.late) <= MOST_ROWS else (),
        reminded_at([project.pk for project in state.late]) if state.late else None,
    )


def _late_item(project: Brief, manager: User | None, today: date) -> Item:
    assert project.report_due_on is not None
    when = _("%(days)s late") % {"days": formats.days((today - project.report_due_on).days)}
    last = (
        _("last report %(day)s") % {"day": formats.day(project.status_as_of)}
        if project.status_as_of
        else _("never reported")
    )
    sub = " · ".join(part for part in (str(manager or _("nobody")), last) if part)
    return Item(project.label, project.url, when, sub, "red")


def _rosier(state: PortfolioState, _rows_url: str) -> Attention:
    items = [_rosier_item(state, each) for each in state.rosier[:MOST_ROSIER]]
    none = _("Declarations and figures agree.") if state.is_live else _("Computed for today only.")
    return Attention(_("Declared better than computed"), items, len(state.rosier), none)


def _rosier_item(state: PortfolioState, found: rules.Rosier) -> Item:
    project = state.by_id[found.project]
    when = f"{words.status_word(found.declared)} → {words.status_word(found.computed)}"
    tone = "red" if found.computed == "red" else "amber"
    return Item(project.label, project.url, when, str(DIMENSION_LABELS[found.dimension]), tone)


COLUMNS = (("decisions-needed",), ("turned-red", "finish-moved"), ("reports-late", "declared-better"))
LISTS: Mapping[str, Callable[[PortfolioState, str], Attention]] = {
    "decisions-needed": _decisions,
    "turned-red": _turned_red,
    "finish-moved": _moved_finishes,
    "reports-late": _late,
    "declared-better": _rosier,
}
