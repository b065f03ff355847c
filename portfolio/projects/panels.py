"""What the pages of one project share: the head with its facts, the phases, the tabs; and this room's panels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import can
from pmo.audit.as_of import instant_of
from pmo.audit.models import Record
from pmo.audit.sentences import told
from pmo.kernel import rag
from pmo.kernel.money import change_ratio
from pmo.ui import custom_panels, formats, glossary, marks, words
from pmo.ui.absent import away_of
from pmo.ui.drawings import BAND_TONES, BANDS
from pmo.ui.explaining import keeping_as_of, why
from pmo.ui.pages import Crumb, Fact, Panel, Tab
from pmo.ui.words import short_reason
from portfolio.projects import queries
from portfolio.projects.models import Phase, Portfolio, Project
from portfolio.projects.offers import PROJECTS

LATEST_ACTS = 6
BAR_WIDTH = 340


def crumbs(project: Project) -> list[Crumb]:
    """From the portfolio down to the project."""
    trail = [Crumb(project.portfolio.name, project.portfolio.get_absolute_url())]
    if project.programme is not None:
        trail.append(Crumb(project.programme.name, project.programme.get_absolute_url()))
    return trail


def facts(project: Project) -> list[Fact]:
    """One line: status, people, dates, next report."""
    away = away_of([project.manager, project.sponsor])
    start = project.start_actual or project.start_forecast or project.start_baseline
    found = [
        Fact(_("Status"), marks.rag_chip(project.status_overall)),
        Fact(_("Manager"), _person(project.manager, away)),
        Fact(_("Sponsor"), _person(project.sponsor, away)),
        Fact(_("Start"), marks.time(start, project.absent.get("start", ""))),
        Fact(glossary.mark("baseline", _("Finish, baseline")), marks.time(project.finish_baseline, _("no baseline"))),
        Fact(_("Finish, actual") if project.finish_actual else _("Finish, forecast"), _finish(project)),
    ]
    if project.is_open and project.report_due_on is not None:
        found.append(Fact(_("Next report"), _next_report(project, project.report_due_on)))
    if not project.is_open:
        found.append(Fact(_("State"), marks.badge(project.get_state_display())))
    if project.confidential:
        found.append(Fact(_("Access"), marks.badge(_("confidential"), "amber")))
    return found


def _person(user: User | None, away: Mapping[int, str]) -> str:
    """A name, and beside it that the person is away."""
    drawn: str = marks.person(user, avatar=False)
    if user is None or user.pk not in away:
        return drawn
    return format_html('{}<span class="sub"> {}</span>', drawn, away[user.pk])


def _next_report(project: Project, day: date) -> str:
    today = timezone.localdate(instant_of(project))
    far, css = formats.distance(day, today), "t-red" if day < today else ""
    told = format_html(
        '<span class="{}"><span data-figure="next-report">{}</span>, {}</span>', css, marks.time(day), far
    )
    return format_html("{}{}", told, why("next-report", project=project.code, as_of=keeping_as_of(project)))


def _finish(project: Project) -> str:
    finish = project.finish_actual or project.finish_forecast
    drawn = marks.time(finish, project.absent.get("finish_forecast", ""))
    explained = why("slip", project=project.code, as_of=keeping_as_of(project))
    if project.slip_days is None:
        return drawn
    return format_html('{} <span data-figure="slip">{}</span>{}', drawn, marks.slip(project.slip_days), explained)


@dataclass(frozen=True)
class Step:
    """A phase of the project: done, now or to come."""

    label: str
    stage: str


def phases(project: Project) -> list[Step]:
    """The five phases around the present one; none when the project has no phase."""
    if not project.phase:
        return []
    now = Phase.values.index(project.phase)
    stages = ("done" if at < now else "now" if at == now else "next" for at in range(len(Phase.values)))
    return [Step(str(label), stage) for label, stage in zip(Phase.labels, stages, strict=True)]


def tabs(project: Project, current: str, reader: User) -> Sequence[Tab]:
    """Overview, what rooms above bring, history; `current` is the name of the shown one."""
    overview = Tab(_("Overview"), project.get_absolute_url(), current=current == "overview", past=True)
    offered = [each.tab(project) for each in sorted(PROJECTS.tabs, key=lambda each: each.order)]
    names = [each.name for each in sorted(PROJECTS.tabs, key=lambda each: each.order)]
    address = reverse("portfolio:project_history", args=[project.code])
    history = Tab(_("History"), address, current=current == "history", past=True)
    middle = [replace(tab, current=current == name) for name, tab in zip(names, offered, strict=True)]
    return [overview, *middle, *([history] if can(reader, "audit.view") else [])]


def _money(request: HttpRequest, project: Project) -> Mapping[str, Any] | None:
    over = change_ratio(project.budget, project.forecast)
    widest = max(project.budget or 0, project.forecast or 0)
    bars = [
        {"label": label, "width": round(amount / widest * 100), "drawn": round(amount / widest * BAR_WIDTH), "css": css}
        for label, amount, css in ((_("Budget"), project.budget, "plan"), (_("Forecast"), project.forecast, "actual"))
        if amount is not None and widest > 0
    ]
    difference = None
    if project.budget is not None and project.forecast is not None:
        difference = project.forecast - project.budget
    note = _("fiscal year %(year)s") % {"year": project.fiscal_year} if project.fiscal_year else ""
    saving = -difference if difference is not None else None
    shorts = {name: short_reason(reason) for name, reason in project.absent.items()}
    reasons = list(dict.fromkeys(reason for reason in project.absent.values() if reason not in shorts.values()))
    figures = {
        "over": over,
        "over_tone": marks.overrun_tone(over),
        "difference": difference,
        "saving": saving,
        "bars": bars,
    }
    return {"project": project, "shorts": shorts, "reasons": reasons, "note": note, **figures}


def _details(request: HttpRequest, project: Project) -> Mapping[str, Any]:
    rows = [
        (_("Portfolio"), project.portfolio.name),
        (_("Programme"), project.programme and project.programme.name),
        (_("Unit"), project.unit and project.unit.name),
        (_("Class"), project.get_investment_class_display()),
        (_("Category"), project.category),
        (_("Method"), project.get_method_display()),
        (_("Report cadence"), project.get_cadence_display()),
        (_("Tags"), ", ".join(project.tags)),
    ]
    return {"rows": [row for row in rows if row[1]], "description": project.description}


def _acts(request: HttpRequest, project: Project) -> Mapping[str, Any]:
    records = Record.objects.filter(project_id=project.pk).select_related("actor", "on_behalf_of")
    instant = instant_of(project)
    if instant is not None:
        records = records.filter(at__lte=instant)
    return {
        "acts": told(records[:LATEST_ACTS]),
        "project": project,
        "link": reverse("portfolio:project_history", args=[project.code]),
        "link_label": _("History"),
    }


PANELS = (
    custom_panels.panel("project"),
    Panel("money", gettext_lazy("Money"), "portfolio/panels/money.html", _money, column="side", order=10, past=True),
    Panel(
        "details", gettext_lazy("About"), "portfolio/panels/details.html", _details, column="side", order=80, past=True
    ),
    Panel(
        "acts",
        gettext_lazy("What happened"),
        "portfolio/panels/acts.html",
        _acts,
        may="audit.view",
        order=90,
        past=True,
    ),
)


@dataclass(frozen=True)
class Leaf:
    """A programme in the tree, or the projects of a portfolio outside any programme."""

    name: str
    url: str
    manager: Any
    number: int
    bands: Sequence[tuple[str, int, str]]


@dataclass(frozen=True)
class Branch:
    """A portfolio in the tree."""

    portfolio: Portfolio
    leaves: Sequence[Leaf]
    number: int
    bands: Sequence[tuple[str, int, str]]

    def belongs_to(self, parent: Any) -> bool:
        """Whether this is the portfolio itself or one directly inside it."""
        return isinstance(parent, Portfolio) and parent.pk in (self.portfolio.pk, self.portfolio.parent_id)


def branches(user: Any, instant: datetime | None = None) -> list[Branch]:
    """The visible tree with the open projects of each part by status; three queries."""
    counts = queries.counts_by_parent(user, instant)
    return [_branch(portfolio, programmes, counts) for portfolio, programmes in queries.tree(user, instant)]


def _branch(portfolio: Portfolio, programmes: Sequence[Any], counts: Mapping[Any, Mapping[str, int]]) -> Branch:
    leaves = [
        _leaf(each.name, each.get_absolute_url(), each.manager, counts.get((portfolio.pk, each.pk), {}))
        for each in programmes
    ]
    outside = counts.get((portfolio.pk, None), {})
    if outside:
        address = f"{reverse('portfolio:project_list')}?portfolio={portfolio.pk}&programme=none"
        leaves.append(_leaf(_("Outside programmes"), address, None, outside))
    together: dict[str, int] = {}
    for (parent, _programme), found in counts.items():
        if parent == portfolio.pk:
            for status, number in found.items():
                together[status] = together.get(status, 0) + number
    return Branch(portfolio, leaves, sum(together.values()), _bands(together))


def _leaf(name: str, url: str, manager: Any, found: Mapping[str, int]) -> Leaf:
    return Leaf(name, url, manager, sum(found.values()), _bands(found))


def _bands(found: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Tone, number and words of each band: worst first, what is on hold or not reported last."""
    numbers: Counter[str] = Counter()
    for status, number in found.items():
        numbers[rag.band(status)] += number
    return [
        (BAND_TONES.get(band, "grey"), numbers[band], str(words.BANDS[band]))
        for band in (*BANDS, "none")
        if numbers[band]
    ]


def parent_facts(parent: Any) -> list[Fact]:
    """The head of a portfolio or programme."""
    found = [Fact(_("Manager"), marks.person(parent.manager, avatar=False))]
    for label, name in ((_("Portfolio"), "portfolio"), (_("Part of"), "parent"), (_("Unit"), "unit")):
        if getattr(parent, name, None) is not None:
            found.append(Fact(label, getattr(parent, name)))
    return found
