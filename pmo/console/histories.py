"""Tells what happened to an account and to its roles, in one line of time."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pmo.access.models import Grant, Role, User
from pmo.audit.history import Happening, history_of
from pmo.audit.persons import detail_events
from pmo.audit.tracking import event_model_of
from pmo.console.queries import scope_keys, scope_names, scope_words

LATEST = 40


def account_history(person: User, *, limit: int = LATEST) -> list[Happening]:
    """The latest changes of the account and its grants, newest first, whoever or whatever made them."""
    # The database stamps a whole transaction alike: then the account came first and its roles are newer.
    merged = [*grant_history(person, limit=limit), *history_of([person], limit=limit), *detail_history(person, limit)]
    return sorted(merged, key=lambda each: each.at, reverse=True)[:limit]


def detail_history(person: User, limit: int) -> list[Happening]:
    """Changes of name and address; that the account was made is told by its own history."""
    told = history_of([person], limit=limit, events=detail_events().model)
    return [happening for happening in told if happening.changes]


def grant_history(person: User, *, limit: int = LATEST) -> list[Happening]:
    """Roles given, changed and taken; rows of the history table outlive the grants they tell of."""
    events: Any = event_model_of(Grant)._default_manager.filter(user_id=person.pk)
    rows = list(events.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")[:limit])
    names = scope_names(scope_keys(rows))
    roles = {role.pk: str(role) for role in Role.objects.filter(pk__in={row.role_id for row in rows})}
    actors = {user.pk: str(user) for user in User.objects.filter(pk__in={_facts(row).get("actor") for row in rows})}
    return [_happening(row, roles.get(row.role_id, "?"), scope_words(row, names), actors) for row in rows]


def _facts(row: Any) -> dict[str, Any]:
    return row.pgh_context.metadata if row.pgh_context else {}


def _happening(row: Any, role: str, scope: str, actors: dict[int, str]) -> Happening:
    facts = _facts(row)
    sentences = {
        "insert": _("gave the role %(role)s, %(scope)s"),
        "delete": _("took away the role %(role)s, %(scope)s"),
    }
    return Happening(
        at=row.pgh_created_at,
        actor=actors.get(facts.get("actor", 0), _("Unknown")),
        what=sentences.get(row.pgh_label, _("changed the role %(role)s, %(scope)s")) % {"role": role, "scope": scope},
        changes=(),
        note=facts.get("note", ""),
        source=facts.get("source", ""),
        verb=facts.get("verb", ""),
    )
