"""Action items over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.policy import require
from pmo.followups import actions, queries
from pmo.followups.models import EDITABLE, ActionItem
from pmo.followups.offers import PARENTS
from pmo.followups.rules import FLOW
from pmo.followups.tables import ActionFilters
from pmo.kernel.errors import Broken
from pmo.rest.bodies import Note
from pmo.rest.deriving import body_of, shape_of
from pmo.rest.histories import WithHistory
from pmo.rest.viewsets import verb
from pmo.workflow import engine


@extend_schema_field({"type": ["string", "null"], "examples": ["project:APO-1"]})
class On(serializers.Field):  # type: ignore[type-arg]
    """The address of the object on which the item stands; null when it stands free or the caller may not see it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, item: Any) -> str | None:
        kind, code = PARENTS.of_type(item.parent_type), getattr(item, "parent_code", "")
        return f"{kind.noun}:{code}" if kind is not None and code else None


SHOWN = ("title", "details", "owner", "due_on", "state", "priority", "source", "comment", "created_by", "closed_at")
ActionItemShape = shape_of(ActionItem, SHOWN, on=On())
ActionItemBody = body_of(ActionItem, EDITABLE)


class NewActionItemBody(ActionItemBody):  # type: ignore[misc,valid-type]
    """A new action item; `on` is the address of an object such as `project:APO-1`."""

    on = serializers.CharField(required=False, allow_null=True, max_length=120)


class ActionItemApi(WithHistory):
    """Action items on what the caller may see, and his own."""

    queryset = ActionItem.objects.select_related("owner", "created_by")
    serializer_class = ActionItemShape
    view_code = "action.view"
    filters = ActionFilters
    sorts: ClassVar[Mapping[str, str]] = {
        "due_on": "due_on",
        "title": "title",
        "priority": "priority",
        "state": "stage",
        "created_at": "created_at",
    }
    default_sort = "due_on,priority"

    def get_queryset(self) -> QuerySet[Any]:
        user: Any = self.request.user
        return queries.listed(ActionItem.objects.visible_to(user), user)

    def reread(self, found: Any) -> Any:
        user: Any = self.request.user
        return queries.listed(ActionItem.objects.all(), user).get(pk=found.pk)

    @extend_schema(request=NewActionItemBody, responses={201: ActionItemShape})
    def create(self, request: Request) -> Response:
        """Raise an action item."""
        require(self._actor(), "action.raise")
        given = self.body(NewActionItemBody)
        parent = self._parent(given.pop("on", None) or "")
        actor: Any = request.user
        return self.created(actions.raise_item(parent=parent, actor=actor, **given))

    def _parent(self, address: str) -> Any:
        if not address:
            return None
        user: Any = self.request.user
        found = PARENTS.find(address, user)
        if found is None:
            message = _("There is no “%(address)s”, or not for you. Write it as in project:APO-1.")
            raise Broken(message % {"address": address[:60]}, field="on")
        return found

    @extend_schema(request=ActionItemBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what an open action item says."""
        item, actor = self.subject("action.edit"), self._actor()
        actions.insist_open(item)
        changes = self.body(ActionItemBody, partial=True)
        return self.changed(actions.edit_item(item.pk, changes, actor=actor, version=item.version))

    def _actor(self) -> Any:
        return self.request.user

    def _step(self, verb: str, step: Any) -> Response:
        item = self.subject("action.edit")
        engine.begin(item, verb, actor=self._actor(), flow=FLOW)
        return self.changed(step(item.pk, actor=self._actor(), version=item.version, **self.body(Note)))

    @verb("start", body=Note)
    def start(self, request: Request, pk: str) -> Response:
        """Somebody has begun."""
        return self._step("start", actions.start)

    @verb("complete", body=Note)
    def complete(self, request: Request, pk: str) -> Response:
        """It is done."""
        return self._step("complete", actions.complete)

    @verb("cancel", body=Note)
    def cancel(self, request: Request, pk: str) -> Response:
        """It is no longer wanted; the note says why."""
        return self._step("cancel", actions.cancel)

    @verb("reopen", body=Note)
    def reopen(self, request: Request, pk: str) -> Response:
        """It is to be done after all; the note says why."""
        return self._step("reopen", actions.reopen)


router = SimpleRouter()
router.register("action-items", ActionItemApi, basename="action-item")
urlpatterns = router.urls
