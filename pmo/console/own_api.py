"""REST doors to what is the caller's own: tokens, work and notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.models import Token
from pmo.access.policy import insist
from pmo.notices import actions as notices
from pmo.notices.models import Notice
from pmo.rest.bodies import Nothing
from pmo.rest.fields import Instant, Reference
from pmo.rest.pagination import CountedCursor
from pmo.rest.viewsets import Door, RoomViewSet, scoped, verb
from pmo.ui.filters import FilterSet
from pmo.ui.inbox import INBOX, WorkItem


class TokenShape(serializers.Serializer[Token]):
    """An API token without its secret, which nobody can show again."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = Instant()
    expires_at = Instant()
    last_used_at = Instant(allow_null=True)
    revoked_at = Instant(allow_null=True)


class TokenApi(RoomViewSet):
    """The caller's own tokens; they are made and revoked by a person who is signed in."""

    queryset = Token.objects.all()
    serializer_class = TokenShape
    view_code = "token.manage"
    sorts: ClassVar[Mapping[str, str]] = {"created_at": "created_at", "expires_at": "expires_at", "name": "name"}
    default_sort = "-created_at"

    def get_queryset(self) -> QuerySet[Any]:
        return Token.objects.filter(user=self.request.user.pk)


# --- work -------------------------------------------------------------------------------------------------------
class WorkShape(serializers.Serializer[WorkItem]):
    """One thing to do, or one that others owe; `when` is now, week, later, waiting, or aside `until` a day."""

    key = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    context = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()
    verb = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    when = serializers.SerializerMethodField()

    def get_when(self, item: WorkItem) -> str:
        return item.when(timezone.localdate())


@extend_schema_serializer(many=False)
class WorksShape(serializers.Serializer[Any]):
    """All that waits for the caller."""

    count = serializers.IntegerField()
    results = WorkShape(many=True)


class WorkApi(Door):
    """What waits for the caller."""

    serializer_class = WorksShape

    @extend_schema(responses=WorksShape, operation_id="work_retrieve")
    def list(self, request: Request) -> Response:
        """The items of "My work", soonest first."""
        user: Any = request.user
        insist(scoped(user, "project.view"))
        items = INBOX.items(user, timezone.localdate())
        items.sort(key=lambda item: (item.due is None, item.due, item.title))
        return Response({"count": len(items), "results": WorkShape(items, many=True).data})  # type: ignore[arg-type]


class NoticeShape(serializers.Serializer[Notice]):
    """Something the caller should know."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()
    created_at = Instant()
    read_at = Instant(allow_null=True)
    on_behalf_of = Reference()


@extend_schema_serializer(many=False)
class ReadShape(serializers.Serializer[Any]):
    """How many were unread."""

    read = serializers.IntegerField()


class NoticeFilters(FilterSet):
    """Whether a notice has been read."""

    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label=gettext_lazy("Unread"))

    class Meta:
        model = Notice
        fields: list[str] = []


class NoticeApi(RoomViewSet):
    """The caller's own notices, newest first."""

    pagination_class = CountedCursor
    queryset = Notice.objects.all()
    serializer_class = NoticeShape
    view_code = "project.view"
    filters = NoticeFilters
    sorts: ClassVar[Mapping[str, str]] = {"created_at": "created_at"}
    default_sort = "-created_at"

    def admit(self) -> None:
        insist(scoped(self.request.user, self.view_code))

    def get_queryset(self) -> QuerySet[Any]:
        return Notice.objects.filter(user=self.request.user.pk, shown=True).select_related("on_behalf_of")

    @verb("read", shape=NoticeShape)
    def read(self, request: Request, pk: str) -> Response:
        """Mark one as read; a notice has no version, so nothing is matched."""
        notice = self.subject(matched=False)
        self.body(Nothing)
        return self.shown(notices.read(notice.pk, actor=self._caller()))

    @verb("read-all", shape=ReadShape, detail=False)
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        self.admit()
        self.body(Nothing)
        return Response(ReadShape({"read": notices.read_all(actor=self._caller())}).data)

    def _caller(self) -> Any:
        return self.request.user
