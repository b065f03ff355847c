"""Verbs on portfolios, programmes and projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can, forget, insist, reach, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import edit, save_checked
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.fields.writing import composed, folded
from pmo.kernel.errors import Broken, Refused, Stale
from pmo.kernel.verdict import no
from pmo.organisation.models import Organisation
from pmo.organisation.numbering import take
from pmo.organisation.queries import day_of, house_today
from pmo.workflow import engine
from portfolio.projects.models import UNAVAILABLE, Portfolio, Programme, Project
from portfolio.projects.rules import running


@action("portfolio.edit")
def create_portfolio(fields: Mapping[str, Any], *, actor: User) -> Portfolio:
    """A new portfolio; only who edits all portfolios, or the parent, may make one."""
    _require_place(fields.get("parent"), actor)
    portfolio = Portfolio(**composed(Portfolio, fields, actor=actor))
    save_checked(portfolio)
    forget(actor)
    record(actor, "portfolio.edit", portfolio)
    return portfolio


def _require_place(parent: Portfolio | None, actor: User) -> None:
    """The right to put a portfolio into another one, or at the root."""
    require(actor, "portfolio.edit", parent, view="portfolio.view")
    if parent is None and not reach(actor, "portfolio.edit").everything:
        raise Refused(no(_("Choose a portfolio that you edit; only who edits all portfolios adds one beside them.")))


@action("portfolio.edit")
def edit_portfolio(portfolio: Portfolio, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Portfolio:
    """Change a portfolio; to move it needs the right to edit where it goes."""
    if "parent" in changes:
        changes = {**changes, "parent": _place(portfolio, changes["parent"], actor)}
    changes = folded(portfolio, changes, actor=actor)
    return edit(portfolio, changes, actor=actor, version=version)


def _place(portfolio: Portfolio, parent: Portfolio | None, actor: User) -> Portfolio | None:
    """The new parent as it is now. Two moves at once could close a ring that neither sees, so they wait in turn."""
    tree = {each.pk: each for each in Portfolio.objects.select_for_update(of=("self",)).order_by("pk")}
    found = tree.get(parent.pk) if parent is not None else None
    if found != tree[portfolio.pk].parent:
        _require_place(found, actor)
    return found


@action("portfolio.edit")
def edit_programme(programme: Programme, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Programme:
    """Change a programme; to move it needs the right to edit the portfolio where it goes."""
    target = changes.get("portfolio")
    if target is not None and target.pk != programme.portfolio_id:
        require(actor, "portfolio.edit", target, view="portfolio.view")
    changes = folded(programme, changes, actor=actor)
    return edit(programme, changes, actor=actor, version=version)


@action("portfolio.edit")
def create_programme(fields: Mapping[str, Any], *, actor: User) -> Programme:
    """A new programme in a portfolio that the actor edits."""
    portfolio = fields.get("portfolio")
    if portfolio is None:
        raise Broken(_("Choose the portfolio."), field="portfolio")
    require(actor, "portfolio.edit", portfolio, view="portfolio.view")
    programme = Programme(**composed(Programme, fields, actor=actor))
    save_checked(programme)
    record(actor, "portfolio.edit", programme)
    return programme


@action("project.create")
def create_project(fields: Mapping[str, Any], *, actor: User, organisation: Organisation | None = None) -> Project:
    """A new project in a portfolio where the actor may create; without a code it gets the next number.

    A door that has read the settings of the `organisation` passes them on.
    """
    organisation = organisation or Organisation.current()
    portfolio = fields.get("portfolio")
    if portfolio is None:
        raise Broken(_("Choose the portfolio."), field="portfolio")
    insist(can(actor, "project.create", portfolio, view="portfolio.view"))
    values = composed(Project, fields, actor=actor)
    values["currency"] = values.get("currency") or organisation.currency
    project = Project(**{**values, "code": values.get("code") or take("project", default_prefix="PRJ-")})
    project.report_due_on = project.due_after(day_of(organisation))
    if project.confidential:
        insist(can(actor, "project.classify", portfolio, view="portfolio.view"))
    if Project.objects.filter(code__iexact=project.code).exists():
        raise Broken(str(UNAVAILABLE), field="code")
    save_checked(project, known=("portfolio", "code"))
    record(actor, "project.create", project)
    return project


@action("project.edit")
def edit_project(project: Project, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Project:
    """Change plain fields of a project. The code never changes.

    Moving needs the right to create in the target, another manager the right to appoint one.
    """
    if "code" in changes and changes["code"] != project.code:
        raise Broken(_("A project keeps its code for life; give it a new name instead."), field="code")
    target = changes.get("portfolio")
    if target is not None and target.pk != project.portfolio_id:
        insist(can(actor, "project.create", target, view="portfolio.view"))
    if "manager" in changes and changes["manager"] != project.manager:
        require(actor, "project.assign_manager", project)
    if changes.get("confidential", project.confidential) != project.confidential:
        require(actor, "project.classify", project)
    changes = folded(project, changes, actor=actor)
    due = project.due_anew(changes, house_today())
    return edit(project, {**changes, **due}, actor=actor, version=version)


@action("project.edit")
def run(project_id: int, verb: str, *, actor: User, note: str = "", version: int | None = None) -> Project:
    """Hold, resume, close, cancel or reopen a project; all but resuming want the reason."""
    project: Project = lock(Project.objects.visible_to(actor), project_id, version=version)
    engine.move(project, verb, actor=actor, flow=running.FLOW, note=note)
    project.version += 1
    save_checked(project)
    return project


@action("project.assign_manager")
def assign_manager(
    projects: Sequence[int], manager: User, *, actor: User, versions: Mapping[int, int] | None = None
) -> list[Project]:
    """Appoint the manager of several projects at once: all of them or, when one refuses, none."""
    if not manager.is_active or manager.is_service:
        raise Broken(
            _("%(name)s cannot manage projects: the account is not active.") % {"name": manager}, field="manager"
        )
    changed = []
    for pk in sorted(projects):
        project = lock(Project.objects.visible_to(actor), pk)
        require(actor, "project.assign_manager", project)
        if versions and versions.get(pk, project.version) != project.version:
            raise Stale(project, _("%(project)s was changed in the meantime.") % {"project": project})
        if project.manager_id != manager.pk:
            changed.append(_appoint(project, manager, actor))
    return changed


@action("project.assign_manager")
def give_back_manager(project: Project, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Project:
    """Put the earlier manager, or none, back in place of one appointed in bulk."""
    current = lock(Project.objects.visible_to(actor), project.pk, version=version)
    require(actor, "project.assign_manager", current)
    return _appoint(current, changes["manager"], actor)


def _appoint(project: Project, manager: User | None, actor: User) -> Project:
    before, project.manager = project.manager, manager
    project.version += 1
    save_checked(project)
    record(actor, "project.assign_manager", project, changes={"manager": [word(before), word(manager)]})
    return project
