"""Pages about roles: the matrix, one role, its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Role, RolePermission
from pmo.access.permissions import PERMISSIONS, Permission
from pmo.access.policy import require
from pmo.console.actions import roles
from pmo.console.forms import RoleForm
from pmo.console.queries import listed_accounts, matrix_version
from pmo.console.tables import account_url
from pmo.console.views.effects import WithPreview
from pmo.console.views.people import LIST
from pmo.kernel.errors import Stale
from pmo.ui.pages import CreatePage, Crumb, DetailPage, Door, EditPage, Fact, Page, Panel, door, page

ROLES = "console:role_list"
MOST_HOLDERS = 50


def role_url(role: Role) -> str:
    return reverse("console:role", args=[role.code])


def by_noun() -> list[tuple[str, list[Permission]]]:
    """The permissions, those about one kind of thing together."""
    found = groupby(PERMISSIONS.values(), key=lambda each: each.code.partition(".")[0])
    return [(noun, list(members)) for noun, members in found]


def reaches_of(role: Role) -> dict[str, str]:
    """How far each permission of the role goes, in words."""
    return {each.permission: each.get_reach_display() for each in role.permissions.all()}


def matrix() -> tuple[list[Role], list[dict[str, Any]]]:
    """All roles and, for each permission, how far each role goes; two queries."""
    everybody = list(Role.objects.prefetch_related("permissions"))
    held = {role.pk: reaches_of(role) for role in everybody}
    rows = [
        {"permission": each, "reaches": [held[role.pk].get(each.code, "") for role in everybody]}
        for each in PERMISSIONS.values()
    ]
    return everybody, rows


@page("roles/", name=ROLES, may="user.view")
class RoleList(Page):
    """Who may do what, as one table."""

    title, menu = gettext_lazy("Roles"), LIST
    template_name = "console/roles.html"
    lead = gettext_lazy("What each role may do and how far that reaches. A grant can narrow a role to one object.")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST))]

    def doors(self) -> Sequence[Door]:
        return [door(_("Add role"), "console:role_new", user=self.user, may="grant.edit", icon="plus", primary=True)]

    def context(self, **more: Any) -> dict[str, Any]:
        everybody, rows = matrix()
        return super().context(roles=everybody, rows=rows, **more)


@page("roles/new/", name="console:role_new", may="grant.edit")
class RoleNew(CreatePage):
    """A role of this installation."""

    title, menu, form_class = gettext_lazy("Add role"), LIST, RoleForm

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST)), Crumb(gettext_lazy("Roles"), reverse(ROLES))]

    def create(self, data: dict[str, Any]) -> Role:
        return roles.add_role(**data, actor=self.user)

    def success_url(self, result: Role) -> str:
        return role_url(result)

    def cancel_url(self) -> str:
        return reverse(ROLES)


class RolePages:
    """What the pages about one role share."""

    menu = LIST
    lookup = "code"
    queryset: ClassVar[QuerySet[Any] | None] = Role.objects.all()
    title: Any
    object: Any

    def crumbs(self) -> Sequence[Crumb]:
        trail = [Crumb(gettext_lazy("Users"), reverse(LIST)), Crumb(gettext_lazy("Roles"), reverse(ROLES))]
        return [*trail, Crumb(str(self.object), role_url(self.object))] if self.title else trail


def permissions_panel(request: HttpRequest, role: Role) -> Mapping[str, Any]:
    held = reaches_of(role)
    rows = [(each, held[each.code]) for each in PERMISSIONS.values() if each.code in held]
    return {"rows": rows, "missing": [each for each in PERMISSIONS.values() if each.code not in held]}


def holders_panel(request: HttpRequest, role: Role) -> Mapping[str, Any]:
    holding = listed_accounts().filter(is_active=True, grants__role=role).distinct()
    people = [(person, account_url(person)) for person in holding[:MOST_HOLDERS]]
    return {"people": people, "count": holding.count()}


@page("roles/<slug:code>/", name="console:role", may="user.view")
class RolePage(RolePages, DetailPage):
    """One role in words and who holds it."""

    panels = (
        Panel("permissions", gettext_lazy("May do"), "console/role_permissions.html", permissions_panel),
        Panel("holders", gettext_lazy("Held by"), "console/role_holders.html", holders_panel, column="side"),
    )

    def prepare(self) -> None:
        require(self.user, self.may)
        self.object = self.find()

    def facts(self) -> Sequence[Fact]:
        return [Fact(_("Permissions"), self.object.permissions.count())]

    def doors(self) -> Sequence[Door]:
        args = [self.object.code]
        return [door(_("Edit permissions"), "console:role_edit", *args, user=self.user, may="grant.edit", icon="edit")]


class MatrixForm(forms.Form):
    """One choice for each permission: not at all, or how far."""

    def __init__(self, *args: Any, instance: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = dict(instance.permissions.values_list("permission", "reach"))
        choices = [("", _("no")), *RolePermission.Reach.choices]
        for permission in PERMISSIONS.values():
            self.fields[permission.code] = forms.ChoiceField(
                label=str(permission.label), choices=choices, required=False, initial=held.get(permission.code, "")
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(noun, [self[each.code] for each in members]) for noun, members in by_noun()]


@page("roles/<slug:code>/edit/", name="console:role_edit", may="grant.edit")
class RoleEdit(WithPreview, RolePages, EditPage):
    """The permissions of one role."""

    form_class, template_name = MatrixForm, "console/role_form.html"
    success = gettext_lazy("Permissions saved. They hold from the next request of each holder on.")

    def prepare(self) -> None:
        require(self.user, "user.view")
        self.object = self.find()
        require(self.user, self.may)
        self.object.version = matrix_version(self.object)
        self.title = _("Edit %(name)s") % {"name": self.object}

    def touched(self, form: Any) -> list[int]:
        holding = listed_accounts().filter(is_active=True, grants__role=self.object)
        return list(holding.values_list("pk", flat=True).distinct())

    def save(self, changes: Mapping[str, Any], *, version: int) -> Role:
        return roles.set_permissions(self.object.pk, changes, actor=self.user, version=version)

    def conflict(self, form: Any, error: Stale) -> Any:
        """The stored reaches are attributes of the conflict table, as the fields of a model would be."""
        stored = dict(error.current.permissions.values_list("permission", "reach"))
        for name in form.fields:
            error.current.__dict__[name] = stored.get(name, "")
        return super().conflict(form, error)

    def success_url(self, result: Any) -> str:
        return role_url(self.object)

    def cancel_url(self) -> str:
        return role_url(self.object)
