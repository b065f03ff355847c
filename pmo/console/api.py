"""REST doors of the foundation: people and their roles, the audit log, and what other modules of the room declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from pmo.access.models import Grant, Role, User
from pmo.access.policy import within
from pmo.audit.models import Record
from pmo.console import me_api, settings_api
from pmo.console.acts import RecordFilters, acts
from pmo.console.delegations_api import DelegationApi
from pmo.console.fields_api import CustomFieldApi
from pmo.console.organisation_api import ConversionApi, CurrencyApi, FiscalYearApi, RateApi
from pmo.console.own_api import NoticeApi, TokenApi, WorkApi
from pmo.console.queries import accounts
from pmo.console.settings_api import PrefixApi
from pmo.console.tables import UserFilters
from pmo.console.units_api import UnitApi
from pmo.rest.fields import Instant, Reference
from pmo.rest.pagination import Cursor
from pmo.rest.viewsets import RoomViewSet
from pmo.ui.filters import FilterSet, PickFilter


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
    keeps_history = True
    hides = False
    filters = AccountFilters
    sorts: ClassVar[Mapping[str, str]] = {name: name for name in ("username", "first_name", "last_name", "date_joined")}
    default_sort = "username"

    def get_queryset(self) -> QuerySet[Any]:
        return accounts().filter(within(self.request.user, "user.view", User))


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
    hides = False
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
    hides = False
    filters = GrantFilters
    sorts: ClassVar[Mapping[str, str]] = {"user": "user__username", "role": "role__name", "ends_at": "ends_at"}
    default_sort = "user,role"

    def get_queryset(self) -> QuerySet[Any]:
        return Grant.objects.select_related("user", "role").filter(within(self.request.user, "user.view", Grant))


# --- audit ----------------------------------------------------------------------------------------------------------
class RecordShape(serializers.Serializer[Record]):
    """One act: who did what to which object, why, and by which door.

    What it was about is blank where the caller does not see the project; `told_in_full` is then false.
    """

    id = serializers.IntegerField()
    at = Instant()
    actor = Reference()
    on_behalf_of = Reference()
    verb = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.IntegerField(allow_null=True)
    object_label = serializers.CharField(source="label")
    project_id = serializers.IntegerField(allow_null=True)
    changes = serializers.DictField()
    note = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    request_id = serializers.CharField()
    token = serializers.CharField()
    told_in_full = serializers.BooleanField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        if not instance.told_in_full:
            instance.label, instance.changes, instance.note = "", {}, ""
        return super().to_representation(instance)


class AuditApi(RoomViewSet):
    """The audit log, newest first, in cursor pages."""

    queryset = Record.objects.select_related("actor", "on_behalf_of")
    serializer_class = RecordShape
    pagination_class = Cursor
    default_sort = "-at"
    view_code = "audit.view"
    filters = RecordFilters

    def get_queryset(self) -> QuerySet[Any]:
        return acts(self.request.user)


router = SimpleRouter()
router.register("tokens", TokenApi, basename="token")
router.register("users", UserApi, basename="user")
router.register("roles", RoleApi, basename="role")
router.register("grants", GrantApi, basename="grant")
router.register("delegations", DelegationApi, basename="delegation")
router.register("units", UnitApi, basename="unit")
router.register("number-prefixes", PrefixApi, basename="number-prefix")
router.register("rates", RateApi, basename="rate")
router.register("conversion", ConversionApi, basename="conversion")
router.register("fiscal-years", FiscalYearApi, basename="fiscal-year")
router.register("currencies", CurrencyApi, basename="currency")
router.register("audit", AuditApi, basename="audit")
router.register("custom-fields", CustomFieldApi, basename="custom-field")
router.register("work", WorkApi, basename="work")
router.register("notices", NoticeApi, basename="notice")
urlpatterns = [*me_api.urlpatterns, *settings_api.urlpatterns, *router.urls]
