"""The portfolio home, and the same for one portfolio, programme or unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.policy import can
from pmo.kernel.errors import Invalid, NotVisible
from pmo.organisation.queries import day_of
from pmo.ui import formats
from pmo.ui.pages import Bulk, Crumb, Door, ListPage, ListView, page
from portfolio.projects.models import Portfolio
from portfolio.projects.offers import PROJECTS
from portfolio.projects.queries import listed, money_of
from portfolio.projects.tables import LIST_VIEWS, ProjectFilters, ProjectTable
from portfolio.status.panels import ASK
from reporting.dashboard import panels
from reporting.dashboard.parts import Part, find_portfolio, find_programme, find_unit
from reporting.dashboard.queries import PortfolioState, periods_of
from reporting.dashboard.rules import Periods

MOST_SCOPES = 12


class Home(ListPage):
    """Key figures, what needs attention, three pictures, and the rows behind them."""

    table, filters = ProjectTable, ProjectFilters
    noun = gettext_lazy("Projects")
    template_name = "reporting/dashboard/home.html"
    menu = "reporting:home"
    page_size = 25
    kept = ("at",)
    bulk: ClassVar[Sequence[Bulk]] = (ASK,)
    empty = gettext_lazy("No projects yet. Create one, or import them from a file.")

    @cached_property
    def views(self) -> Sequence[ListView]:  # type: ignore[override]
        """The tabs of every list of projects; where reports come as snapshots, those in the last one."""
        if self.periods.snapshots:
            reported = Q(status_as_of=self.periods.ends[-1])
            *cuts, everything = LIST_VIEWS
            return [*(replace(cut, condition=cut.filter(self) & reported) for cut in cuts), everything]
        first, second, *rest = LIST_VIEWS
        return [first, second, *PROJECTS.views, *rest]

    @cached_property
    def periods(self) -> Periods:
        return periods_of(self.scope(), self.at)

    # --- what and when ------------------------------------------------------------------------------------------
    part = Part()

    def scope(self) -> QuerySet[Any]:
        """The projects of this home that the reader may see."""
        return self.part.projects(self.user)

    def about(self) -> dict[str, str]:
        """What an explanation of a figure must know of this home."""
        return {"at": self.request.GET.get("at", "")}

    def visible(self) -> QuerySet[Any]:
        formats.home_currency.set(money_of(self.scope(), self.organisation))
        rows: QuerySet[Any] = listed(self.scope(), self.organisation, formats.home_currency.get())
        return rows

    @property
    def today(self) -> date:
        return day_of(self.organisation)

    @property
    def at(self) -> date:
        """The business date asked for; today when none is."""
        raw = self.request.GET.get("at", "")
        if not raw:
            return self.today
        try:
            return min(date.fromisoformat(raw), self.today)
        except ValueError as error:
            raise Invalid(
                {"at": [_("“%(day)s” is not a date; write it as 2026-11-30.") % {"day": raw[:20]}]}
            ) from error

    def state(self) -> PortfolioState:
        return self.part.state(self.user, self.organisation, self.at, self.today, self.periods)

    # --- answers ------------------------------------------------------------------------------------------------
    def listing(self, table: Any, rows: Any) -> HttpResponse:
        """Rows alone when htmx asks for them; the whole home otherwise; earlier dates have a table of their own."""
        if self.at >= self.today or self._asked_by_htmx("results"):
            return super().listing(table, rows)
        return self.answer("reporting/dashboard/past.html", address=self.address())

    def context(self, **more: Any) -> dict[str, Any]:
        if self._asked_by_htmx("results") or "problems" in more:
            return super().context(**more)
        state, here = self.state(), self.request.path
        columns = panels.attention(state, here, self.about())
        return super().context(
            state=state,
            kpis=panels.kpis(state, here),
            about=self.about(),
            columns=columns,
            calm=panels.nothing(columns),
            charts=panels.charts(state, here),
            trends=panels.trends(state),
            home_lead=self.home_lead(state),
            scopes=self.scopes(),
            remind=can(self.user, "status.remind"),
            past=self.past_table(state) if self.at < self.today else None,
            asked_at=self.request.GET.get("at", ""),
            **more,
        )

    def scopes(self) -> list[tuple[str, str, bool]]:
        """The whole, and each portfolio on its own; none when there is only one."""
        found = list(Portfolio.objects.visible_to(self.user)[:MOST_SCOPES])
        if len(found) < 2:
            return []
        places = [(each.name, reverse("reporting:portfolio_home", args=[each.code])) for each in found]
        here = self.request.path
        whole = (_("All portfolios"), reverse("reporting:home"))
        return [(name, url, url == here) for name, url in (whole, *places)]

    def past_table(self, state: PortfolioState) -> dict[str, Any]:
        table, keys = ProjectTable(), state.worst_first
        shown = Paginator(keys, self.page_size).get_page(self._page_number())
        body = table.body(state.rows(list(shown.object_list)))
        return {"headings": table.headings(""), "body": body, "count": len(keys), "shown": shown}

    def home_lead(self, state: PortfolioState) -> str:
        """As of when, compared with what."""
        snapshot = state.periods.snapshots and state.periods.ends
        facts = {"at": formats.day(state.periods.ends[-1] if snapshot else state.at), "previous": ""}
        if state.periods.previous is not None:
            facts["previous"] = panels.period_name(state.periods.previous, snapshots=state.periods.snapshots)
        if state.is_live:
            return self.live_lead(facts)
        if state.periods.previous is None:
            return _("As of %(at)s, from published reports.") % facts
        return _("As of %(at)s, from published reports, compared with %(previous)s.") % facts

    def live_lead(self, facts: dict[str, str]) -> str:
        """Today's money and dates may be newer than the last reports, on which packs stand."""
        if not facts["previous"]:
            return _("As of %(at)s: statuses as last published, money and dates as the projects have them now.") % facts
        return (
            _(
                "As of %(at)s: statuses as last published, money and dates as the projects have them now; "
                "compared with %(previous)s."
            )
            % facts
        )

    def doors(self) -> Sequence[Door]:
        if not can(self.user, "pack.run"):
            return []
        return [Door(_("Prepare a pack"), reverse("reporting:pack_list"), icon="report-analytics", primary=True)]


@page("dashboard/", name="reporting:home", may="dashboard.view")
class PortfolioHome(Home):
    """Everything that the reader sees."""

    title = gettext_lazy("Portfolio")


class ScopedHome(Home):
    """The home of one part."""

    kind = ""

    def prepare(self) -> None:
        super().prepare()
        found = self.find()
        if found is None:
            raise NotVisible(_("This does not exist, or you may not see it."))
        self.part = found

    def find(self) -> Part | None:
        raise NotImplementedError

    def get_title(self) -> str:
        return str(self.part.subject.name)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Portfolio"), reverse("reporting:home"))]

    def about(self) -> dict[str, str]:
        key = self.kwargs["code"] if "code" in self.kwargs else str(self.kwargs["pk"])
        return {self.kind: key, **super().about()}


@page("dashboard/portfolios/<str:code>/", name="reporting:portfolio_home", may="dashboard.view")
class OnePortfolio(ScopedHome):
    """One portfolio with those inside it."""

    kind = "portfolio"

    def find(self) -> Part | None:
        return find_portfolio(self.kwargs["code"], self.user)


@page("dashboard/programmes/<str:code>/", name="reporting:programme_home", may="dashboard.view")
class OneProgramme(ScopedHome):
    """One programme."""

    kind = "programme"

    def find(self) -> Part | None:
        return find_programme(self.kwargs["code"], self.user)


@page("dashboard/units/<int:pk>/", name="reporting:unit_home", may="dashboard.view")
class OneUnit(ScopedHome):
    """One unit with those below it; only units that run a visible project have a home."""

    kind = "unit"

    def find(self) -> Part | None:
        return find_unit(self.kwargs["pk"], self.user)
