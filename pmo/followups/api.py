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

from pmo.access.models import User
from pmo.access.policy import require
from pmo.followups import actions, queries
from pmo.followups.models import LONGEST_TEXT, ActionItem
from pmo.followups.offers import PARENTS
from pmo.followups.rules import FLOW
from pmo.followups.tables import ActionFilters
from pmo.kernel.errors import Broken
from pmo.rest.bodies import Body, Note
from pmo.rest.fields import Instant, Reference, Related
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


class ActionItemShape(serializers.Serializer[ActionItem]):
    """Something to be done by one person until a day."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    details = serializers.CharField()
    on = On()
    owner = Reference()
    due_on = serializers.DateField(allow_null=True)
    state = serializers.CharField()
    priority = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    comment = serializers.CharField()
    created_by = Reference()
    closed_at = Instant(allow_null=True)
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


class ActionItemBody(Body):
    """What an action item says."""

    title = serializers.CharField(max_length=200)
    details = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    owner = Related(User.objects.people(), key="username")
    due_on = serializers.DateField(required=False, allow_null=True)
    priority = serializers.ChoiceField(choices=ActionItem.Priority.choices, required=False)
    source = serializers.ChoiceField(choices=ActionItem.Source.choices, required=False)  # type: ignore[assignment]
    comment = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)


class NewActionItemBody(ActionItemBody):
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
