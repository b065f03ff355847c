"""The organisation's settings and its numbers over REST, by the same verbs as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.policy import can, insist
from pmo.organisation import actions, picturing
from pmo.organisation.models import NumberPrefix, Organisation
from pmo.organisation.retention import KEEPINGS
from pmo.rest import conditional
from pmo.rest.bodies import Body, Nothing
from pmo.rest.parsers import Json
from pmo.rest.problems import TooLarge
from pmo.rest.uploads import carries_more_than, discard_body
from pmo.rest.viewsets import Door, RoomViewSet

DAYS = serializers.IntegerField(allow_null=True)


class SettingsFields(serializers.Serializer[Any]):
    """What can be set; the same names are read."""

    name = serializers.CharField(max_length=120)
    currency = serializers.CharField(max_length=3)
    time_zone = serializers.CharField(max_length=64)
    fiscal_start_month = serializers.IntegerField()
    report_grace_days = serializers.IntegerField()
    report_remind_days = serializers.IntegerField()
    report_chase_days = serializers.IntegerField()
    report_escalate_days = serializers.IntegerField()
    unchanged_reports = serializers.IntegerField()
    cost_amber_percent = serializers.DecimalField(max_digits=5, decimal_places=1)
    cost_red_percent = serializers.DecimalField(max_digits=5, decimal_places=1)
    slip_amber_days = serializers.IntegerField()
    slip_red_days = serializers.IntegerField()
    mail_sender = serializers.CharField(max_length=80, allow_blank=True)
    mail_reply_to = serializers.CharField(max_length=254, allow_blank=True)
    mail_footer = serializers.CharField(max_length=300, allow_blank=True)
    accent = serializers.CharField(max_length=7)
    accent_dark = serializers.CharField(max_length=7)


@extend_schema_serializer(many=False)
class SettingsShape(SettingsFields):
    """The settings; `retention` tells the days of every kind of record, null for ever."""

    retention = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_retention(self, organisation: Organisation) -> dict[str, int | None]:
        return {each.kind: each.days_in(organisation.retention) for each in KEEPINGS.all()}


class SettingsBody(SettingsFields, Body):
    """Settings to change; what is left out stays, also among the kinds of `retention`."""

    retention = serializers.DictField(child=DAYS, allow_empty=True)


class SettingsApi(Door):
    """The organisation's settings."""

    serializer_class = SettingsShape

    @extend_schema(responses=SettingsShape, operation_id="settings_retrieve")
    def list(self, request: Request) -> Response:
        """The settings in force."""
        insist(can(self.actor, "settings.view"))
        return self.told(Organisation.current())

    @extend_schema(request=SettingsBody, responses=SettingsShape, operation_id="settings_partial_update")
    def partial_update(self, request: Request) -> Response:
        """Change settings."""
        insist(can(self.actor, "settings.edit"))
        current = Organisation.current()
        conditional.require_match(request, current)
        changes = self.body(SettingsBody, partial=True)
        if "retention" in changes:
            changes["retention"] = {**current.retention, **changes["retention"]}
        return self.told(actions.configure(changes, actor=self.actor, version=current.version))

    @staticmethod
    def told(organisation: Organisation) -> Response:
        return Response(SettingsShape(organisation).data, headers=conditional.tag(organisation))


class LogoShape(serializers.Serializer[Any]):
    """The organisation's picture in pixels; all null when there is none."""

    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)


class LogoBody(Body):
    """A picture as PNG, JPEG or WebP."""

    logo = serializers.FileField(allow_empty_file=True, max_length=1000)


class LogoApi(Door):
    """The organisation's logo; its pixels are at `/branding/logo.png`."""

    serializer_class = LogoShape
    parser_classes: Any = [Json, MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if carries_more_than(request._request, picturing.MOST_BYTES):
            discard_body(request._request)
            raise TooLarge(picturing.too_large().message)
        super().initial(request, *args, **kwargs)

    @extend_schema(responses=LogoShape, operation_id="settings_logo_retrieve")
    def list(self, request: Request) -> Response:
        """The measures of the logo."""
        insist(can(self.actor, "settings.view"))
        return self.told()

    @extend_schema(request={"multipart/form-data": LogoBody}, responses=LogoShape, operation_id="settings_logo_update")
    def create(self, request: Request) -> Response:
        """Use a picture as the logo, instead of the one before."""
        insist(can(self.actor, "settings.edit"))
        picturing.set_logo(self.body(LogoBody)["logo"], actor=self.actor)
        return self.told()

    @extend_schema(request=None, responses=LogoShape, operation_id="settings_logo_remove")
    def remove(self, request: Request) -> Response:
        """Show the product's name again."""
        insist(can(self.actor, "settings.edit"))
        self.body(Nothing)
        picturing.remove_logo(actor=self.actor)
        return self.told()

    @staticmethod
    def told() -> Response:
        return Response(LogoShape(Organisation.with_logo().logo or dict.fromkeys(("width", "height", "sha256"))).data)


class PrefixShape(serializers.Serializer[NumberPrefix]):
    """How numbers of one kind look, and which comes next."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    prefix = serializers.CharField()
    width = serializers.IntegerField()
    next_number = serializers.IntegerField()
    version = serializers.IntegerField()


class PrefixBody(Body):
    """What can be changed; the next number only goes up."""

    prefix = serializers.CharField(max_length=12)
    width = serializers.IntegerField()
    next_number = serializers.IntegerField()


class PrefixApi(RoomViewSet):
    """Numbers of each kind of object."""

    queryset = NumberPrefix.objects.all()
    serializer_class = PrefixShape
    view_code = "settings.view"
    hides = False
    sorts: ClassVar[Mapping[str, str]] = {"kind": "kind"}
    default_sort = "kind"

    def get_queryset(self) -> QuerySet[Any]:
        rows = NumberPrefix.objects.all()
        return rows if can(self.actor, self.view_code) else rows.none()

    @extend_schema(request=PrefixBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change how numbers look."""
        row = self.subject("settings.edit")
        changes = self.body(PrefixBody, partial=True)
        return self.changed(actions.edit_prefix(row, changes, actor=self.actor, version=row.version))


urlpatterns = [
    path("settings/", SettingsApi.as_view({"get": "list", "patch": "partial_update"}), name="settings-list"),
    path("settings/logo/", LogoApi.as_view({"get": "list", "post": "create"}), name="settings-logo"),
    path("settings/logo/remove/", LogoApi.as_view({"post": "remove"}), name="settings-logo-remove"),
]
