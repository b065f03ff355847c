"""Words for periods, and the way from a figure to its rows."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can
from pmo.ui import formats
from pmo.ui.pages import Door
from portfolio.projects.models import Portfolio, Programme
from portfolio.projects.offers import PROJECTS
from reporting.dashboard.queries import PortfolioState


def period_name(end: date, *, snapshots: bool) -> str:
    """November 2026, or the very date of a snapshot."""
    return formats.day(end) if snapshots else date_format(end, "F Y", use_l10n=False)


def since(state: PortfolioState) -> str:
    """“since October”: the end of the period before."""
    previous = state.periods.previous
    if previous is None:
        return ""
    name = formats.day(previous) if state.periods.snapshots else date_format(previous, "F", use_l10n=False)
    return _("since %(period)s") % {"period": name}


def link(rows_url: str, **asked: str) -> str:
    """The rows behind a figure, on the page itself."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{rows_url}{'&' if '?' in rows_url else '?'}{query}#list-title"


def way_home(user: User, parent: Portfolio | Programme) -> Door | None:
    """From a portfolio or programme to its key figures."""
    name = "reporting:portfolio_home" if isinstance(parent, Portfolio) else "reporting:programme_home"
    if not can(user, "dashboard.view"):
        return None
    return Door(_("Key figures"), reverse(name, args=[parent.code]), icon="layout-dashboard")


def offer() -> None:
    """Called once, when the app is ready."""
    PROJECTS.parent_doors.append(way_home)
