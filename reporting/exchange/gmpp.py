"""The profile of the UK Government Major Projects Portfolio: one row is one project in one year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.exchange.offers import TEXT, Context, Option, ProfileRegistry, Source
from pmo.exchange.rules.plans import Plan, RowPlan
from portfolio.projects.listing import portfolio_of
from reporting.exchange.actions import take_back, write_register
from reporting.exchange.plans import plan_register
from reporting.exchange.rules.columns import COLUMNS


class GmppProfile:
    """Each yearly snapshot becomes a published status report; the newest one also sets the project's figures."""

    name = "gmpp"
    label = _("UK major projects portfolio (GMPP)")
    help = _(
        "The yearly files as published from 2013, upright or one project a column, as CSV in any encoding. "
        "Projects are found by their GMPP identifier, or by their exact name in years without one; "
        "a name that is only similar is shown to you as a question."
    )
    columns = COLUMNS
    needs_destination = True
    formats = (TEXT,)
    asks_unknown = False
    options = (
        Option(
            "year", _("Report year"), _("Only if the file does not say it, such as 2014 or 2013/14."), r"[\d /–-]{4,9}"
        ),
        Option(
            "as_of",
            _("Day of the figures"),
            _("As 2021-03-31. Left empty: 30 September of the year before up to 2020, 31 March from 2021."),
            r"\d{4}-\d{2}-\d{2}",
        ),
    )

    def plan(self, source: Source, context: Context) -> Plan:
        return plan_register(source, context)

    def apply(self, rows: Sequence[RowPlan], context: Context) -> dict[int, dict[str, Any]]:
        return write_register([row.payload for row in rows], portfolio_of(context), actor=context.actor)

    def undo(self, entries: Sequence[dict[str, Any]], *, actor: User) -> None:
        take_back(entries, actor=actor)


def offer_profiles(profiles: ProfileRegistry) -> None:
    """Tell the import framework which files this room reads."""
    profiles.add(GmppProfile())
