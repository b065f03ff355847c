"""The sample's packs: one for the executive, one about everything for the director, each with its schedule."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.organisation.models import Organisation
from portfolio.projects.models import Portfolio
from reporting.packs import actions
from reporting.packs.models import Pack
from reporting.sample.staffing import EXECUTIVE_SEES
from reporting.schedules.actions import create_schedule

FIRST_OF_MONTH, MONDAYS = "0 6 1 * *", "0 7 * * MON"
MOST_PROJECTS = 300
"""A larger sample is for measuring; it makes its packs when somebody asks."""


def plant_packs(users: Mapping[str, User], portfolios: Mapping[str, Portfolio], projects: int) -> None:
    """Packs, schedules and, in a sample of ordinary size, a first edition that a worker will make."""
    director, executive = users["director"], users["executive"]
    packs = [_pack(_("Authority report"), None, [director], MONDAYS, director)]
    for code in EXECUTIVE_SEES:
        portfolio = portfolios[code]
        readers = [person for person in (executive, portfolio.manager) if person is not None]
        packs.append(_pack(_("Portfolio report"), portfolio, readers, FIRST_OF_MONTH, director))
    for pack in packs if projects <= MOST_PROJECTS else ():
        actions.request_run(pack.pk, actor=director)


def _pack(name: str, portfolio: Portfolio | None, readers: list[User], cron: str, actor: User) -> Pack:
    pack = actions.create_pack({"name": name, "portfolio": portfolio, "recipients": readers}, actor=actor)
    zone = Organisation.current().time_zone
    create_schedule({"pack": pack, "cron": cron, "time_zone": zone}, actor=actor)
    return pack
