"""The one place that answers "may this person do this to that?", with a reason."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.access.models import Grant, User
from pmo.access.offers import SCOPES
from pmo.access.permissions import PERMISSIONS
from pmo.access.reach import Holding, Reach, combine
from pmo.access.scopes import token_allows
from pmo.kernel.errors import NotVisible, Refused
from pmo.kernel.verdict import YES, Verdict, no, unseen

NOWHERE = Reach()
EVERYWHERE = Reach(everything=True)
type_of_user = User | AnonymousUser


def reaches(user: type_of_user) -> dict[str, Reach]:
    """Every permission of the person with its reach: one query, kept on the user object of this request."""
    if not isinstance(user, User) or not user.is_active:
        return {}
    cached = user.__dict__.get("_reach_cache")
    if cached is None:
        cached = user.__dict__["_reach_cache"] = _load_reaches(user)
    return cached


def _load_reaches(user: User) -> dict[str, Reach]:
    rows = (
        Grant.objects.current()
        .filter(user=user)
        .values_list("role__permissions__permission", "role__code", "role__permissions__reach", "scope", "scope_id")
    )
    holdings: dict[str, list[Holding]] = {}
    for permission, role, how_far, scope, scope_id in rows:
        if permission:
            holdings.setdefault(permission, []).append(Holding(role, how_far, scope, scope_id))
    return {permission: combine(found) for permission, found in holdings.items()}


def forget(user: User) -> None:
    """Drop the cached reaches after grants changed."""
    user.__dict__.pop("_reach_cache", None)
    user.__dict__.pop("_scope_cache", None)


def reach(user: type_of_user, code: str) -> Reach:
    """Where the person holds the permission; the system actor holds each, a token no more than its scopes."""
    _known(code)
    if isinstance(user, User) and user.is_system:
        return EVERYWHERE
    if isinstance(user, User) and user.token is not None and not token_allows(user.token.scopes, code):
        return NOWHERE
    return reaches(user).get(code, NOWHERE)


@lru_cache(maxsize=512)
def _known(code: str) -> None:
    if code not in PERMISSIONS:
        raise LookupError(f"Unknown permission {code!r}.")


def within(user: type_of_user, code: str, model: type[models.Model]) -> Q:
    """The filter of `model` objects to which the permission reaches; an impossible filter when to none."""
    found = reach(user, code)
    if not found:
        return Q(pk__in=[])
    scoped = SCOPES.find(model)
    if scoped is None:
        return Q() if found.everything else Q(pk__in=[])
    return scoped.within(found, user, PERMISSIONS[code].writes)


def can(user: type_of_user, code: str, obj: models.Model | None = None, *, view: str = "") -> Verdict:
    """Whether the person may do `code`, to `obj` when one is given.

    `view` is the permission that makes the object visible at all; without it an unreachable object is hidden.
    """
    found = reach(user, code)
    if obj is None:
        return YES if found else no(_lacking(user, code))
    subject = _subject(obj)
    if found and _matches(user, code, subject):
        return YES
    visible = bool(view) and _matches(user, view, subject)
    return no(_lacking(user, code)) if visible else unseen(_("This does not exist."))


def _subject(obj: Any) -> models.Model:
    """The object whose scope decides: a report answers as its project."""
    subject: models.Model = getattr(obj, "scope_subject", obj)
    return subject


def _matches(user: type_of_user, code: str, obj: models.Model) -> bool:
    model = type(obj)
    return model._default_manager.filter(within(user, code, model), pk=obj.pk).exists()


def _lacking(user: type_of_user, code: str) -> str:
    permission = PERMISSIONS[code]
    if isinstance(user, User) and user.token is not None:
        if permission.decides:
            return _("A token never decides; sign in to do this.")
        if not token_allows(user.token.scopes, code):
            return _("This token lacks the scope %(code)s.") % {"code": code}
    return _("Your roles do not include this here: %(permission)s.") % {"permission": permission.label}


def require(actor: type_of_user, code: str, obj: models.Model | None = None, *, view: str = "project.view") -> None:
    """Stop with Refused (403) or NotVisible (404) unless the actor may."""
    insist(can(actor, code, obj, view=view if obj is not None else ""))


def insist(verdict: Verdict) -> None:
    """Turn a refusal into the exception that doors translate."""
    if verdict.hidden:
        raise NotVisible(verdict.reason)
    if not verdict:
        raise Refused(verdict)
