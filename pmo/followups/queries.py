"""Reads of action items with what stands around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.db.models import Case, CharField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from pmo.access.models import User
from pmo.followups.models import ActionItem, ActionItemQuerySet
from pmo.followups.offers import PARENTS, Parent
from pmo.followups.rules import OPEN_STATES

STATE_ORDER = ("in_progress", "open", "done", "cancelled")


def listed(rows: QuerySet[ActionItem], user: User) -> QuerySet[ActionItem]:
    """Action items with their people, a number by which their state sorts, and the parents that `user` may see."""
    places = [When(state=state, then=Value(place)) for place, state in enumerate(STATE_ORDER)]
    stage = Case(*places, output_field=IntegerField())
    codes = [_of_visible(kind, user, kind.key) for kind in PARENTS.kinds]
    names = [_of_visible(kind, user, kind.title) for kind in PARENTS.kinds]
    blank = Value("", output_field=CharField())
    people = rows.select_related("owner", "created_by")
    return people.annotate(
        stage=stage, parent_code=Coalesce(*codes, blank, blank), parent_name=Coalesce(*names, blank, blank)
    )


def _of_visible(kind: Parent, user: User, field: str) -> Case:
    """One field of the parent, for items on this kind of object whose parent the person may see."""
    row = kind.visible(user).order_by().filter(pk=OuterRef("parent_id")).values(field)[:1]
    return Case(When(parent_type=kind.type, then=Subquery(row)), output_field=CharField())


def of_parent(parent: models.Model, user: User) -> ActionItemQuerySet:
    """The action items on one object that the person may see."""
    kind = PARENTS.of_object(parent)
    rows = ActionItem.objects.visible_to(user).filter(parent_type=kind.type, parent_id=parent.pk)
    return rows.select_related("owner").order_by("due_on", "priority", "pk")


def parents_of(items: Iterable[ActionItem], user: User) -> dict[tuple[str, int], models.Model]:
    """The objects on which the items stand, as far as the person may see them; one query for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for item in items:
        if item.parent_id is not None:
            wanted[item.parent_type].add(item.parent_id)
    found: dict[tuple[str, int], models.Model] = {}
    for type_, keys in wanted.items():
        kind = PARENTS.of_type(type_)
        rows = kind.visible(user).filter(pk__in=keys) if kind is not None else ()
        found |= {(type_, row.pk): row for row in rows}
    return found


def parent_of(item: ActionItem, user: User) -> models.Model | None:
    """The object on which an item stands, when the person may see it."""
    return parents_of([item], user).get((item.parent_type, item.parent_id or 0))


def owed_by(user: User) -> QuerySet[ActionItem]:
    """Open action items of the person, soonest first."""
    return ActionItem.objects.filter(owner=user, state__in=OPEN_STATES).order_by("due_on", "priority", "pk")


def asked_by(user: User) -> QuerySet[ActionItem]:
    """Open action items that the person asked others for."""
    rows = ActionItem.objects.filter(~Q(owner=user), created_by=user, state__in=OPEN_STATES)
    return rows.select_related("owner").order_by("due_on", "priority", "pk")
