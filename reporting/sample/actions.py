"""Plants the whole sample: an organisation that has reported for two years."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.acting import acting
from pmo.kernel.errors import WrongState
from pmo.search.following import laid_aside
from portfolio.projects.models import Portfolio, Project
from portfolio.status.standing import refresh
from reporting.sample import building, chronicle, corrections, custom, followups, packs, staffing, talk
from reporting.sample.building import Planned
from reporting.sample.loading import references_at_once
from reporting.sample.rules import people
from reporting.sample.rules.crowd import CAST_SERVES, crowd

AT_A_TIME = 250
"""So many projects get their reports before the next ones are told."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Planted:
    """How much was planted."""

    people: int
    projects: int
    reports: int


def plant(
    *, actor: User, today: date, size: int | None = None, append: bool = False, tell: Tell = lambda done: None
) -> Planted:
    """Fill an empty system; the same day and size give the same data.

    With `append` the projects are added to those that are there, as more districts; `tell` hears how many projects
    have their reports. Raises WrongState in production, and when there are projects already.
    """
    _refuse_where_people_work(append)
    large = append or (size or 0) > CAST_SERVES
    with acting(actor, "sample.seed", source="sample"), laid_aside() if large else nullcontext():
        references_at_once()
        return _plant(today, size, tell, large=large)


def _refuse_where_people_work(append: bool) -> None:
    if settings.PRODUCTION:
        raise WrongState(_("A production system takes no sample data."))
    if Project.objects.exists() and not append:
        raise WrongState(_("There are projects already; sample data goes into an empty system only."))


def _plant(today: date, size: int | None, tell: Tell, *, large: bool) -> Planted:
    before = Project.objects.count()
    persons = [*people.CAST, *people.OTHERS, *crowd(before + (size or 0))]
    rows = sorted(building.catalogue(size, persons, before), key=lambda found: (-found[1].began, found[1].name))
    plans = [building.plan(portfolio, row, today) for portfolio, row in rows]
    staffing.plant_organisation()
    units = staffing.plant_units()
    users = staffing.plant_people(persons, units)
    portfolios = building.plant_portfolios(users, units)
    programmes = building.plant_programmes(users, portfolios)
    codes = staffing.take_numbers(len(plans))
    projects = building.plant_projects(codes, plans, users, units, portfolios, programmes, today)
    staffing.plant_grants(persons, users, portfolios, projects)
    custom.plant_fields(users["director"])
    reports = sum(_told(plans, projects, users, today, tell))
    if large:
        talk.plant_talk(projects, users, today)
    if not before:
        _plant_office(users, portfolios, len(projects), today)
    return Planted(len(users), len(projects), reports)


def _told(
    plans: Sequence[Planned], projects: Sequence[Project], users: Mapping[str, User], today: date, tell: Tell
) -> Iterator[int]:
    """How many reports each lot of projects got."""
    pairs = list(zip(plans, projects, strict=True))
    for done in range(0, len(pairs), AT_A_TIME):
        lot = pairs[done : done + AT_A_TIME]
        found = [chapter for planned, project in lot for chapter in chronicle.chapters(planned, project, users, today)]
        corrections.plant_correction(chronicle.write(found))
        refresh(project.pk for _planned, project in lot)
        yield len(found)
        tell(done + len(lot))


def _plant_office(users: Mapping[str, User], portfolios: Mapping[str, Portfolio], projects: int, today: date) -> None:
    packs.plant_packs(users, portfolios, projects)
    followups.plant_action_items(users, today)
