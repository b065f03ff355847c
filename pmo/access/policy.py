"""The one place that answers "may this person do this to that?", with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from pmo.access import reliance
from pmo.access.models import Delegation, Grant, User
from pmo.access.offers import SCOPES
from pmo.access.permissions import PERMISSIONS
from pmo.access.reach import Holding, Reach, combine, united
from pmo.access.scopes import token_allows
from pmo.kernel.errors import NotVisible, Refused
from pmo.kernel.verdict import YES, Verdict, no, unseen

NOWHERE = Reach()
EVERYWHERE = Reach(everything=True)
type_of_user = User | AnonymousUser
_answers: ContextVar[dict[Any, bool] | None] = ContextVar("answers", default=None)


@dataclass(frozen=True)
class Standing:
    """Rights of a person, as an actor uses them: his own, or those of somebody on whose behalf he acts."""

    person: User
    reaches: dict[str, Reach]


def standings(user: type_of_user) -> list[Standing]:
    """The actor's own rights first, then those lent to him; kept on the user object of this request.

    One query, and a second one when somebody lends him rights. A token uses its owner's own rights only.
    """
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: list[Standing] | None = user.__dict__.get("_standing_cache")
    if cached is None:
        cached = user.__dict__["_standing_cache"] = _load_standings(user)
    return cached if user.token is None else cached[:1]


def _load_standings(user: User) -> list[Standing]:
    lenders = Delegation.objects.running().filter(delegate=user).values("delegator")
    rows = (
        Grant.objects.current()
        .filter(Q(user=user) | Q(user__in=lenders))
        .values_list(
            "user", "role__permissions__permission", "role__code", "role__permissions__reach", "scope", "scope_id"
        )
    )
    holdings: dict[int, dict[str, list[Holding]]] = {user.pk: {}}
    for person, permission, role, how_far, scope, scope_id in rows:
        held = holdings.setdefault(person, {})
        if permission:
            held.setdefault(permission, []).append(Holding(role, how_far, scope, scope_id))
    combined = {person: {code: combine(found) for code, found in held.items()} for person, held in holdings.items()}
    own = Standing(user, combined.pop(user.pk))
    return [own, *_lent(user, combined)] if combined else [own]


def _lent(user: User, combined: Mapping[int, dict[str, Reach]]) -> list[Standing]:
    """What others lend: their grants as far as a delegation names them, without what is personal."""
    running = Delegation.objects.running().filter(delegate=user, delegator__in=combined.keys())
    lent: dict[int, Standing] = {}
    for delegation in running.select_related("delegator").order_by("pk"):
        standing = lent.setdefault(delegation.delegator_id, Standing(delegation.delegator, {}))
        standing.reaches.update(_chosen(combined[delegation.delegator_id], delegation.permissions))
    return list(lent.values())


def _chosen(held: Mapping[str, Reach], codes: Collection[str]) -> dict[str, Reach]:
    return {
        code: found
        for code, found in held.items()
        if code in PERMISSIONS and not PERMISSIONS[code].personal and (not codes or code in codes)
    }


def reaches(user: type_of_user) -> dict[str, Reach]:
    """Every permission that the person holds by his own grants, with its reach."""
    held = standings(user)
    return held[0].reaches if held else {}


def principals(user: User) -> set[int]:
    """The ids of those on whose behalf the person may act now."""
    return {standing.person.pk for standing in standings(user)[1:]}


def forget(user: User) -> None:
    """Drop the cached reaches after grants changed."""
    user.__dict__.pop("_standing_cache", None)
    user.__dict__.pop("_scope_cache", None)


def reach(user: type_of_user, code: str) -> Reach:
    """Where the person holds the permission, lent rights included; the system actor holds each.

    It tells how far a right goes, not which objects it covers: `within` does, because what is "own" depends on whose
    right it is.
    """
    return united(each.reaches.get(code, NOWHERE) for each in _usable(user, code))


def _usable(user: type_of_user, code: str) -> list[Standing]:
    """The rights that count for this permission: a token uses no more than its scopes."""
    _known(code)
    if isinstance(user, User) and user.is_system:
        return [Standing(user, {code: EVERYWHERE})]
    if isinstance(user, User) and user.token is not None and not token_allows(user.token.scopes, code):
        return []
    return [each for each in standings(user) if each.reaches.get(code)]


@lru_cache(maxsize=512)
def _known(code: str) -> None:
    if code not in PERMISSIONS:
        raise LookupError(f"Unknown permission {code!r}.")


def within(user: type_of_user, code: str, model: type[models.Model]) -> Q:
    """The filter of `model` objects to which the permission reaches; an impossible filter when to none."""
    found = [_covered(each, code, model) for each in _usable(user, code)]
    # An empty Q covers everything, yet Django drops it from a union.
    return Q() if Q() in found else reduce(or_, found, Q(pk__in=[]))


def _covered(standing: Standing, code: str, model: type[models.Model]) -> Q:
    """The objects to which one person's right reaches."""
    found = standing.reaches[code]
    scoped = SCOPES.find(model)
    if scoped is None:
        return Q() if found.everything else Q(pk__in=[])
    return scoped.within(found, standing.person, PERMISSIONS[code].writes)


def can(user: type_of_user, code: str, obj: models.Model | None = None, *, view: str = "") -> Verdict:
    """Whether the person may do `code`, to `obj` when one is given.

    `view` is the permission that makes the object visible at all; without it an unreachable object is hidden.
    """
    usable = _usable(user, code)
    if obj is None:
        return _yes(user, usable[0]) if usable else no(_lacking(user, code))
    subject = _subject(obj)
    for standing in usable:
        if _holds(_covered(standing, code, type(subject)), subject):
            return _yes(user, standing)
    visible = bool(view) and _matches(user, view, subject)
    return no(_lacking(user, code)) if visible else unseen(_("This does not exist."))


def _yes(user: type_of_user, standing: Standing) -> Verdict:
    return YES if standing.person.pk == user.pk else Verdict(True, on_behalf_of=standing.person.pk)


def _subject(obj: Any) -> models.Model:
    """The object whose scope decides: a report answers as its project."""
    subject: models.Model = getattr(obj, "scope_subject", obj)
    return subject


def _matches(user: type_of_user, code: str, obj: models.Model) -> bool:
    return _holds(within(user, code, type(obj)), obj)


@contextmanager
def remembering() -> Iterator[None]:
    """While a page only reads, ask the database once whether an object lies within the same reach."""
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def _holds(covered: Q, obj: models.Model) -> bool:
    """Whether the object is among those covered."""
    answers = _answers.get()
    if answers is None:
        return _asked(covered, obj)
    key = (type(obj), obj.pk, covered)
    if key not in answers:
        answers[key] = _asked(covered, obj)
    return answers[key]


def _asked(covered: Q, obj: models.Model) -> bool:
    return type(obj)._default_manager.filter(covered, pk=obj.pk).exists()


def _lacking(user: type_of_user, code: str) -> str:
    permission = PERMISSIONS[code]
    if isinstance(user, User) and user.token is not None:
        if permission.decides:
            return _("A token never decides; sign in to do this.")
        if not permission.by_token:
            return _("No token does this; sign in.")
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
    reliance.note(verdict)
