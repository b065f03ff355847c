"""REST doors of the foundation: who I am, people and their roles, own tokens, units, the audit log, search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.models import Grant, Role, Token, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import can, insist, reach, within
from pmo.access.reach import Reach
from pmo.audit.models import Record
from pmo.console.queries import accounts
from pmo.console.tables import RecordFilters, UserFilters
from pmo.organisation.models import Organisation, Unit
from pmo.rest.fields import Instant, Reference
from pmo.rest.pagination import Cursor, whole_number
from pmo.rest.viewsets import Door, RoomViewSet
from pmo.ui.filters import FilterSet, PickFilter
from pmo.ui.offers import SEARCH

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


# --- people and roles -----------------------------------------------------------------------------------------------
class UserShape(serializers.Serializer[User]):
    """A person or a service account."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField(source="__str__")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField()
    job_title = serializers.CharField()
    is_active = serializers.BooleanField()
    is_service = serializers.BooleanField()
    date_joined = Instant()
    last_login = Instant(allow_null=True)


class AccountFilters(UserFilters):
    """The filters of the page, and the kinds of account that programs ask for."""

    is_active = django_filters.BooleanFilter(label=gettext_lazy("Active"))
    is_service = django_filters.BooleanFilter(label=gettext_lazy("Service account"))


class UserApi(RoomViewSet):
    """People and service accounts."""

    queryset = User.objects.all()
    serializer_class = UserShape
    view_code = "user.view"
    filters = AccountFilters
    sorts: ClassVar[Mapping[str, str]] = {name: name for name in ("username", "first_name", "last_name", "date_joined")}
    default_sort = "username"

    def get_queryset(self) -> QuerySet[Any]:
        user = self.request.user
        return accounts().filter(within(user, "user.view", User) | Q(pk=user.pk))


class RoleShape(serializers.Serializer[Role]):
    """A role with its line of the matrix."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    permissions = serializers.SerializerMethodField()

    def get_permissions(self, role: Role) -> dict[str, str]:
        return {each.permission: each.reach for each in role.permissions.all()}


class RoleApi(RoomViewSet):
    """Roles: which permissions they give and how far."""

    queryset = Role.objects.prefetch_related("permissions")
    serializer_class = RoleShape
    view_code = "user.view"
    sorts: ClassVar[Mapping[str, str]] = {"code": "code", "name": "name"}
    default_sort = "name"

    def get_queryset(self) -> QuerySet[Any]:
        return Role.objects.prefetch_related("permissions").filter(within(self.request.user, "user.view", Role))


class GrantShape(serializers.Serializer[Grant]):
    """A role that a person holds, and where."""

    id = serializers.IntegerField()
    user = Reference()
    role = Reference()
    scope = serializers.CharField()
    scope_id = serializers.IntegerField(allow_null=True)
    starts_at = Instant(allow_null=True)
    ends_at = Instant(allow_null=True)


class GrantFilters(FilterSet):
    """The filters of grants."""

    user = PickFilter(
        queryset=User.objects.all(), to_field_name="username", source="person", label=gettext_lazy("Person")
    )
    role = PickFilter(queryset=Role.objects.all(), to_field_name="code", source="role", label=gettext_lazy("Role"))

    class Meta:
        model = Grant
        fields: list[str] = []


class GrantApi(RoomViewSet):
    """Who holds which role where."""

    queryset = Grant.objects.select_related("user", "role")
    serializer_class = GrantShape
    view_code = "user.view"
    filters = GrantFilters
    sorts: ClassVar[Mapping[str, str]] = {"user": "user__username", "role": "role__name", "ends_at": "ends_at"}
    default_sort = "user,role"

    def get_queryset(self) -> QuerySet[Any]:
        return Grant.objects.select_related("user", "role").filter(within(self.request.user, "user.view", Grant))


# --- organisation ---------------------------------------------------------------------------------------------------
class UnitShape(serializers.Serializer[Unit]):
    """A unit of the organisation's tree."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    parent: Any = Reference()
    version = serializers.IntegerField()


class UnitFilters(FilterSet):
    """The filters of units."""

    search_fields = ("code", "name")

    parent = PickFilter(queryset=Unit.objects.all(), to_field_name="code", source="unit", label=gettext_lazy("Part of"))

    class Meta:
        model = Unit
        fields: list[str] = []


class UnitApi(RoomViewSet):
    """Units: the names of departments and teams, known to all who see projects or the settings."""

    queryset = Unit.objects.select_related("parent")
    serializer_class = UnitShape
    filters = UnitFilters
    sorts: ClassVar[Mapping[str, str]] = {"code": "code", "name": "name"}
    default_sort = "name"

    @property
    def view_code(self) -> str:  # type: ignore[override]
        return "settings.view" if can(self.request.user, "settings.view") else "project.view"

    def get_queryset(self) -> QuerySet[Any]:
        units = Unit.objects.select_related("parent")
        return units if can(self.request.user, self.view_code) else units.none()


# --- audit ----------------------------------------------------------------------------------------------------------
class RecordShape(serializers.Serializer[Record]):
    """One act: who did what to which object, why, and by which door."""

    id = serializers.IntegerField()
    at = Instant()
    actor = Reference()
    verb = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.IntegerField(allow_null=True)
    object_label = serializers.CharField()
    project_id = serializers.IntegerField(allow_null=True)
    changes = serializers.DictField()
    note = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    request_id = serializers.CharField()
    token = serializers.CharField()


class ActFilters(RecordFilters):
    """The filters of the page, and the marks by which programs join acts."""

    object_id = django_filters.NumberFilter(label=gettext_lazy("Object"), min_value=0, max_value=2**63 - 1)
    request_id = django_filters.CharFilter(label=gettext_lazy("Request"), max_length=64)


class AuditApi(RoomViewSet):
    """The audit log, newest first, in cursor pages."""

    queryset = Record.objects.select_related("actor")
    serializer_class = RecordShape
    pagination_class = Cursor
    view_code = "audit.view"
    filters = ActFilters

    def get_queryset(self) -> QuerySet[Any]:
        return Record.objects.select_related("actor").filter(within(self.request.user, "audit.view", Record))


# --- search ---------------------------------------------------------------------------------------------------------
class HitShape(serializers.Serializer[Any]):
    """Something found."""

    kind = serializers.CharField()
    title = serializers.CharField()
    subtitle = serializers.CharField()
    url = serializers.CharField()


@extend_schema_serializer(many=False)
class HitsShape(serializers.Serializer[Any]):
    """What was found, by kind, best first."""

    count = serializers.IntegerField()
    results = HitShape(many=True)


class SearchApi(Door):
    """Search over everything the caller may see."""

    serializer_class = HitsShape
    parameters: ClassVar[Mapping[str, Any]] = {"list": ("q", "page_size")}

    @extend_schema(responses=HitsShape, operation_id="search_retrieve")
    def list(self, request: Request) -> Response:
        """The best hits of each kind."""
        user: Any = request.user
        words = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
        limit = whole_number(request, "page_size", 10, MOST_HITS)
        insist(can(user, "project.view"))
        found = [
            {"kind": str(source.label), "title": str(hit.title), "subtitle": str(hit.subtitle), "url": hit.url}
            for source in (SEARCH.for_user(user) if words else [])
            for hit in source.find(user, words, limit)
        ]
        return Response({"count": len(found), "results": found})


router = SimpleRouter()
router.register("me", MeApi, basename="me")
router.register("tokens", TokenApi, basename="token")
router.register("users", UserApi, basename="user")
router.register("roles", RoleApi, basename="role")
router.register("grants", GrantApi, basename="grant")
router.register("units", UnitApi, basename="unit")
router.register("audit", AuditApi, basename="audit")
router.register("search", SearchApi, basename="search")
urlpatterns = router.urls
