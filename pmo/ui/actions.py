"""Verbs on views of lists: save, change, share, delete, and choose what a list opens with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import Role, User
from pmo.access.policy import can, insist, require
from pmo.audit.acting import acting, action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken
from pmo.kernel.verdict import YES, Verdict, no
from pmo.ui.models import DefaultView, SavedView, Sharing


@contextmanager
def together(code: str, *, actor: User) -> Iterator[None]:
    """Several verbs of one form: all of them or none."""
    with acting(actor, code):
        yield


def may_change(view: SavedView, user: User) -> Verdict:
    """Its owner changes a view; whoever shares views also looks after those that others shared."""
    if view.owner_id == user.pk:
        return can(user, "view.edit")
    if view.is_shared and can(user, "view.share"):
        return YES
    return no(_("This view belongs to %(owner)s; save it under a name of your own.") % {"owner": view.owner})


@action("view.edit")
def save_view(page: str, fields: Mapping[str, Any], *, actor: User) -> SavedView:
    """A new view of a list, one's own."""
    require(actor, "view.edit")
    view = SavedView(owner=actor, page=page, **fields)
    _check_sharing(view, actor, was_shared=False)
    save_checked(view)
    record(actor, "view.edit", view)
    return view


@action("view.edit")
def change_view(pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> SavedView:
    """Rename, narrow, share or take back a view."""
    view = lock(SavedView.objects.visible_to(actor), pk, version=version)
    insist(may_change(view, actor))
    was_shared = view.is_shared
    differing = apply_changes(view, changes)
    if differing:
        _check_sharing(view, actor, was_shared=was_shared)
        view.version += 1
        save_checked(view)
        record(actor, "view.edit", view, changes=differing)
    return view


def _check_sharing(view: SavedView, actor: User, *, was_shared: bool) -> None:
    """Sharing needs its right, roles that exist, and somebody to share with; taking back needs none."""
    if view.sharing != Sharing.ROLES:
        view.roles = []
    if view.is_shared or was_shared and view.owner_id != actor.pk:
        require(actor, "view.share")
    if view.sharing == Sharing.ROLES:
        _check_roles(view.roles)


def _check_roles(roles: Sequence[str]) -> None:
    if not roles:
        raise Broken(_("Choose at least one role, or show the view to everybody."), field="roles")
    unknown = set(roles) - set(Role.objects.filter(code__in=roles).values_list("code", flat=True))
    if unknown:
        raise Broken(_("There is no role “%(role)s”.") % {"role": min(unknown)}, field="roles")


@action("view.edit")
def delete_view(pk: int, *, actor: User, version: int | None = None) -> None:
    """Remove a view; lists that opened with it open plainly again."""
    view = lock(SavedView.objects.visible_to(actor), pk, version=version)
    insist(may_change(view, actor))
    record(actor, "view.edit", view, changes={"name": [view.name, ""]})
    view.delete()


@action("view.edit")
def open_with(page: str, pk: int | None, *, actor: User) -> None:
    """The list opens with this view for the actor; with none it opens plainly, whatever his roles open with."""
    require(actor, "view.edit")
    view = lock(SavedView.objects.visible_to(actor).filter(page=page), pk) if pk is not None else None
    DefaultView.objects.update_or_create(page=page, user=actor, defaults={"view": view})
    record(actor, "view.edit", view, label=page if view is None else str(view), changes={"opens_for": ["", str(actor)]})


@action("view.share")
def open_for_roles(pk: int, roles: Iterable[str], *, actor: User) -> None:
    """The list opens with this view for the holders of these roles, and for no others any more."""
    require(actor, "view.share")
    view = lock(SavedView.objects.visible_to(actor), pk)
    chosen = sorted(set(roles))
    before = sorted(DefaultView.objects.filter(view=view).exclude(role="").values_list("role", flat=True))
    if chosen == before:
        return
    _check_reach(view, chosen)
    DefaultView.objects.filter(view=view).exclude(role__in=["", *chosen]).delete()
    for role in chosen:
        DefaultView.objects.update_or_create(page=view.page, role=role, defaults={"view": view})
    record(actor, "view.share", view, changes={"opens_for": [", ".join(before), ", ".join(chosen)]})


def _check_reach(view: SavedView, roles: Sequence[str]) -> None:
    """A list cannot open with a view that its reader does not have."""
    if not roles:
        return
    _check_roles(roles)
    if view.sharing == Sharing.NOBODY or view.sharing == Sharing.ROLES and set(roles) - set(view.roles):
        raise Broken(_("Show the view to these roles first; then their lists can open with it."), field="opens_for")
