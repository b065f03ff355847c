"""Packs and their runs over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from pmo.access.models import User
from pmo.access.policy import require
from pmo.organisation.models import Unit
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Instant, Reference, Related
from pmo.rest.viewsets import RoomViewSet, verb
from portfolio.projects.models import Portfolio, Programme
from reporting.packs import actions, downloads
from reporting.packs.models import Pack, PackRun
from reporting.packs.tables import PackFilters, PackRunFilters
from reporting.packs.template_api import RETRY_SECONDS, WithTemplate


class PackShape(serializers.Serializer[Pack]):
    """A pack."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    portfolio = Reference()
    programme = Reference()
    unit = Reference()
    language = serializers.CharField()
    sections = serializers.ListField(child=serializers.CharField())
    recipients = serializers.ListField(child=Reference(), source="recipients.all")
    link_only = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


class PackRunShape(serializers.Serializer[PackRun]):
    """One making of a pack."""

    id = serializers.IntegerField()
    pack = Reference()
    schedule = serializers.IntegerField(source="schedule_id", allow_null=True)
    slot = Instant(allow_null=True)
    at = serializers.DateField()
    published = serializers.BooleanField()
    preview = serializers.BooleanField()
    template = serializers.IntegerField(source="template.number", allow_null=True, default=None)
    state = serializers.ChoiceField(choices=PackRun.State.choices)
    progress = serializers.IntegerField()
    stage = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    as_of = Instant(allow_null=True)
    compared_with = serializers.IntegerField(source="compared_with_id", allow_null=True)
    counted = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)
    data_sha256 = serializers.CharField()
    sha256 = serializers.CharField()
    pages = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True)
    requested_by = Reference()
    requested_at = Instant()
    finished_at = Instant(allow_null=True)


class PackBody(Body):
    """What may be changed of a pack."""

    name = serializers.CharField(max_length=80)
    portfolio = Related(Portfolio.objects.all(), required=False, allow_null=True)
    programme = Related(Programme.objects.all(), required=False, allow_null=True)
    unit = Related(Unit.objects.all(), required=False, allow_null=True)
    language = serializers.ChoiceField(choices=Pack.Language.choices, required=False)
    sections = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=40)
    recipients = serializers.ListField(
        child=Related(User.objects.people().filter(is_active=True), key="username"), required=False, max_length=500
    )
    link_only = serializers.BooleanField(required=False)


class RunBody(Body):
    """Which pack to make, for which business date, and whether as a draft."""

    pack = Related(Pack.objects.all(), key="name")
    at = serializers.DateField(required=False, allow_null=True, default=None)
    draft = serializers.BooleanField(required=False, default=False)


class PackApi(WithTemplate):
    """Packs: what is reported on, to whom, in which language."""

    queryset = Pack.objects.with_scope().prefetch_related("recipients")
    serializer_class = PackShape
    view_code = "pack.view"
    costs: ClassVar[Mapping[str, int]] = {"preview_template": 10}
    keeps_history = True
    filters = PackFilters
    sorts: ClassVar[Mapping[str, str]] = {"name": "name", "created_at": "created_at", "updated_at": "updated_at"}
    default_sort = "name"

    @extend_schema(request=PackBody)
    def create(self, request: Request) -> Response:
        """Create a pack."""
        require(self.actor, "pack.edit")
        return self.created(actions.create_pack(self.body(PackBody), actor=self.actor))

    @extend_schema(request=PackBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a pack or its recipients."""
        pack = self.subject("pack.edit")
        changes = self.body(PackBody, partial=True)
        return self.changed(actions.edit_pack(pack, changes, actor=self.actor, version=pack.version))

    @extend_schema(request=None, responses={202: PackRunShape})
    @action(detail=True, methods=["post"], url_path="template/preview")
    def preview_template(self, request: Request, pk: str) -> Response:
        """Have the template in force printed with today's figures; follow `Location`."""
        pack = self.subject("pack.edit", matched=False)
        self.body(Nothing)
        run = actions.request_preview(pack.pk, actor=self.actor)
        place = reverse("api:pack-run-detail", args=[run.pk], request=request)
        headers = {"Location": place, "Retry-After": str(RETRY_SECONDS)}
        return Response(PackRunShape(run).data, status=202, headers=headers)


class PackRunApi(RoomViewSet):
    """Runs: have a pack made, follow it, fetch the file."""

    queryset = PackRun.objects.select_related("pack", "requested_by", "template").defer("figures", "earlier")
    serializer_class = PackRunShape
    view_code = "pack.view"
    costs: ClassVar[Mapping[str, int]] = {"create": 10}
    filters = PackRunFilters
    sorts: ClassVar[Mapping[str, str]] = {
        name: name for name in ("at", "number", "state", "requested_at", "finished_at", "slot")
    }
    default_sort = "-requested_at"

    @extend_schema(request=RunBody, responses={202: PackRunShape})
    def create(self, request: Request) -> Response:
        """Have a pack made; follow `Location` until its state is done or failed."""
        require(self.actor, "pack.run")
        asked = self.body(RunBody)
        run = actions.request_run(asked["pack"].pk, actor=self.actor, at=asked["at"], published=not asked["draft"])
        answer = self.created(run, 202)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, methods=["get"], url_path="pdf")
    def pdf(self, request: Request, pk: str) -> FileResponse:
        """The file; 403 when it counts a project that the caller may not see, 409 while it is not made."""
        return downloads.pdf_of(self.get_object(), self.actor)

    @verb("publish", body=Nothing)
    def publish(self, request: Request, pk: str) -> Response:
        """Hand a draft out to its recipients."""
        run = self.subject("pack.run")
        self.body(Nothing)
        return self.changed(actions.publish_run(run.pk, actor=self.actor))
