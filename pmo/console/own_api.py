"""REST doors to what is the caller's own: who he is, tokens, work, notices, and search over what he may see."""

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

from pmo.access.models import Grant, Token
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import insist, reach
from pmo.access.reach import Reach
from pmo.notices import actions as notices
from pmo.notices.models import Notice
from pmo.organisation.models import Organisation
from pmo.rest.fields import Instant, Reference
from pmo.rest.viewsets import Door, RoomViewSet, scoped, verb
from pmo.ui.filters import FilterSet
from pmo.ui.inbox import INBOX, WorkItem

MOST_HITS = 50


# --- who I am -------------------------------------------------------------------------------------------------------
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


class OrganisationShape(serializers.Serializer[Organisation]):
    """What a program needs to read dates and money here."""

    name = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    fiscal_start_month = serializers.IntegerField()


@extend_schema_serializer(many=False)
class MeShape(serializers.Serializer[Any]):
    """The caller, what he may do and how far that reaches."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    is_service = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.DictField(child=serializers.CharField())
    token = TokenShape(allow_null=True)
    organisation = OrganisationShape()


def extent(found: Reach) -> str:
    """How far a permission goes, in one word."""
    if found.everything:
        return "all"
    if found.own_portfolios or found.ids.get("portfolio"):
        return "portfolio"
    if found.own_units or found.ids.get("unit"):
        return "unit"
    return "project" if found.own_projects or found.ids else "self"


class MeApi(Door):
    """The caller."""

    serializer_class = MeShape

    @extend_schema(responses=MeShape, operation_id="me_retrieve")
    def list(self, request: Request) -> Response:
        """Who calls, with what rights: with a token, those that its scopes leave."""
        user: Any = request.user
        rights = {code: found for code in sorted(PERMISSIONS) if (found := reach(user, code))}
        roles = Grant.objects.current().filter(user=user).values_list("role__code", flat=True)
        shown = {
            "id": user.pk,
            "username": user.username,
            "name": str(user),
            "email": user.email,
            "is_service": user.is_service,
            "roles": sorted(set(roles)),
            "permissions": {code: extent(found) for code, found in rights.items()},
            "token": user.token,
            "organisation": Organisation.current(),
        }
        return Response(MeShape(shown).data)


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
    """The caller's own notices."""

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
        return self.shown(notices.read(notice.pk, actor=self._caller()))

    @verb("read-all", shape=ReadShape, detail=False)
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        self.admit()
        return Response(ReadShape({"read": notices.read_all(actor=self._caller())}).data)

    def _caller(self) -> Any:
        return self.request.user
