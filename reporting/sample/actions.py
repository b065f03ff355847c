"""Plants the whole sample: an organisation that has reported for two years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.acting import acting
from pmo.kernel.errors import WrongState
from portfolio.projects.models import Project
from portfolio.status.standing import refresh
from reporting.sample import building, chronicle, corrections, custom, followups, packs, staffing


@dataclass(frozen=True)
class Planted:
    """How much was planted."""

    people: int
    projects: int
    reports: int


def plant(*, actor: User, today: date, size: int | None = None) -> Planted:
    """Fill an empty system; the same day and size give the same data.

    Raises WrongState in production and when there are projects already.
    """
    _refuse_where_people_work()
    with acting(actor, "sample.seed", source="sample"):
        return _plant(today, size)


def _refuse_where_people_work() -> None:
    if settings.PRODUCTION:
        raise WrongState(_("A production system takes no sample data."))
    if Project.objects.exists():
        raise WrongState(_("There are projects already; sample data goes into an empty system only."))


def _plant(today: date, size: int | None) -> Planted:
    rows = sorted(building.catalogue(size), key=lambda found: (-found[1].began, found[1].name))
    plans = [building.plan(portfolio, row, today) for portfolio, row in rows]
    staffing.plant_organisation(len(plans))
    units = staffing.plant_units()
    users = staffing.plant_people(units)
    portfolios = building.plant_portfolios(users, units)
    programmes = building.plant_programmes(users, portfolios)
    projects = building.plant_projects(plans, users, units, portfolios, programmes, today)
    staffing.plant_grants(users, portfolios, projects)
    custom.plant_fields(users["director"])
    found = [
        chapter
        for planned, project in zip(plans, projects, strict=True)
        for chapter in chronicle.chapters(planned, project, users, today)
    ]
    corrections.plant_correction(chronicle.write(found))
    refresh(project.pk for project in projects)
    packs.plant_packs(users, portfolios, len(projects))
    followups.plant_action_items(users, today)
    return Planted(len(users), len(projects), len(found))
