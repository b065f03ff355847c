"""What the house knows already of the projects that a register may mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from pmo.access.models import User
from portfolio.projects.models import Portfolio, Project, ProjectKey
from portfolio.status.models import Origin, StatusReport
from reporting.exchange.rules import facts
from reporting.exchange.rules.matching import Directory
from reporting.exchange.rules.naming import exact

SOURCE = "gmpp"


@dataclass
class Register:
    """The projects of a portfolio and those that bear an identifier of the register, with their reports."""

    directory: Directory
    stored_keys: frozenset[str] = frozenset()
    projects: dict[int, Project] = field(default_factory=dict)
    reports: dict[int, dict[date, StatusReport]] = field(default_factory=dict)
    publishing: frozenset[int] = frozenset()
    """The projects whose reports the actor may publish; a token may nowhere."""

    def needs_publisher(self, project_id: int, day: date) -> bool:
        """Whether an imported report would stand in place of one that somebody here wrote and another published."""
        own = [at for at, each in self.reports.get(project_id, {}).items() if each.origin != Origin.IMPORT]
        return bool(own) and day > max(own) and project_id not in self.publishing

    def report(self, project_id: int, day: date) -> StatusReport | None:
        """The published report of a day."""
        return self.reports.get(project_id, {}).get(day)

    def report_before(self, project_id: int, day: date) -> StatusReport | None:
        """The published report that came before a day."""
        earlier = [each for each in self.reports.get(project_id, {}) if each < day]
        return self.reports[project_id][max(earlier)] if earlier else None

    def latest(self, project_id: int) -> date | None:
        return max(self.reports.get(project_id, {}), default=None)

    def imported(self, project_id: int) -> list[StatusReport]:
        """The imported reports, earliest day first."""
        found = [each for each in self.reports.get(project_id, {}).values() if each.origin == Origin.IMPORT]
        return sorted(found, key=lambda each: each.as_of)


def load_register(portfolio: Portfolio, actor: User) -> Register:
    """Everything a plan needs, in a constant number of queries.

    An identifier is known wherever its project is; `projects` are only those into which the actor may import, and
    only those of the portfolio, or with an identifier, are looked at for their names.
    """
    keys = list(ProjectKey.objects.filter(source=SOURCE).values_list("key", "project_id"))
    mine = Q(portfolio=portfolio) | Q(pk__in={project for _key, project in keys})
    projects = {project.pk: project for project in Project.objects.visible_to(actor, "import.run").filter(mine)}
    published = Project.objects.visible_to(actor, "status.publish").filter(pk__in=projects)
    publishing = frozenset(published.values_list("pk", flat=True))
    known = frozenset(key for key, _project in keys)
    register = Register(Directory(by_key=dict(keys)), known, projects, publishing=publishing)
    for project in projects.values():
        register.directory.names[project.pk] = {exact(project.name)}
        register.directory.labels[project.pk] = str(project)
    _add_reports(register)
    return register


def _add_reports(register: Register) -> None:
    for each in StatusReport.objects.published().filter(project__in=list(register.projects)):
        register.reports.setdefault(each.project_id, {})[each.as_of] = each
        published = facts.read_back(each.commentary.get(facts.TITLE, ""))
        name = exact(published.get(facts.NAME, ""))
        if name and each.origin == Origin.IMPORT:
            register.directory.names[each.project_id].add(name)
            snapshot = each.as_of, name, published.get(facts.IDENTIFIER, "")
            register.directory.snapshots[snapshot] = each.project_id


def taken_codes() -> set[str]:
    """Every code in use, in capitals."""
    return {code.upper() for code in Project.objects.values_list("code", flat=True)}
