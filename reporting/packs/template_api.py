"""The template of a pack over REST: read, change, look at versions, restore, preview."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.rest import conditional
from pmo.rest.bodies import Body
from pmo.rest.fields import Instant, Reference
from pmo.rest.viewsets import RoomViewSet
from reporting.packs import designing, queries
from reporting.packs.models import Pack, PackTemplate
from reporting.packs.rules.design import LONGEST_INTRODUCTION

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The number of the version.")
RETRY_SECONDS = 2


class TemplateShape(serializers.Serializer[PackTemplate]):
    """A version of a template; number 0 is what is shipped, until somebody saves."""

    number = serializers.IntegerField()
    language = serializers.CharField()
    title = serializers.CharField()
    audience = serializers.CharField()
    introduction = serializers.CharField()
    sections = serializers.ListField(child=serializers.CharField())
    logo = serializers.BooleanField()
    accent = serializers.CharField()
    one_pagers = serializers.ChoiceField(choices=PackTemplate.OnePagers.choices)
    chosen = serializers.ListField(child=serializers.IntegerField())
    most_one_pagers = serializers.IntegerField()
    custom_fields = serializers.BooleanField()
    restored_from = serializers.IntegerField(allow_null=True)
    saved_by = serializers.SerializerMethodField()
    used_at = Instant(allow_null=True)
    version = serializers.IntegerField()
    updated_at = Instant()

    def get_saved_by(self, row: PackTemplate) -> dict[str, Any] | None:
        return Reference().to_representation(row.saved_by) if row.saved_by_id else None


class TemplateBody(Body):
    """What may be changed of a template."""

    language = serializers.ChoiceField(choices=Pack.Language.choices, required=False)
    title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    audience = serializers.CharField(max_length=120, required=False, allow_blank=True)
    introduction = serializers.CharField(
        max_length=LONGEST_INTRODUCTION, required=False, allow_blank=True, trim_whitespace=False
    )
    sections = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=40)
    logo = serializers.BooleanField(required=False)
    accent = serializers.CharField(max_length=7, required=False, allow_blank=True)
    one_pagers = serializers.ChoiceField(choices=PackTemplate.OnePagers.choices, required=False)
    chosen = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=500
    )
    most_one_pagers = serializers.IntegerField(min_value=1, max_value=500, required=False)
    custom_fields = serializers.BooleanField(required=False)


class RestoreTemplateBody(Body):
    """Which version comes back as the latest."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class WithTemplate(RoomViewSet):
    """Adds the template beneath a pack; whoever may edit the pack reads and changes it."""

    def _template(self) -> PackTemplate:
        pack = self.subject("pack.edit", matched=False)
        return queries.template_of(pack)

    def _told(self, template: PackTemplate) -> Response:
        return Response(TemplateShape(template).data, headers=conditional.tag(template))

    @extend_schema(responses=TemplateShape)
    @action(detail=True, methods=["get"], url_path="template")
    def template(self, request: Request, pk: str) -> Response:
        """The version in force."""
        return self._told(self._template())

    @extend_schema(request=TemplateBody, responses=TemplateShape)
    @template.mapping.patch
    def change_template(self, request: Request, pk: str) -> Response:
        """Change the template; a version that an edition was printed with is followed by the next."""
        template = self.matched(self._template())
        changes = self.body(TemplateBody, partial=True)
        saved = designing.save_template(template.pack_id, changes, actor=self.actor, version=template.version)
        return self._told(saved)

    @extend_schema(responses=TemplateShape(many=True))
    @action(detail=True, methods=["get"], url_path="template/versions", pagination_class=None, filter_backends=[])
    def template_versions(self, request: Request, pk: str) -> Response:
        """Every version, the latest first."""
        pack = self.subject("pack.edit", matched=False)
        versions: Any = PackTemplate.objects.filter(pack=pack).select_related("saved_by")
        return Response(TemplateShape(versions, many=True).data)

    @extend_schema(parameters=[NUMBER], responses=TemplateShape)
    @action(detail=True, methods=["get"], url_path=r"template/versions/(?P<number>[0-9]{1,9})")
    def template_version(self, request: Request, pk: str, number: str) -> Response:
        """One version."""
        pack = self.subject("pack.edit", matched=False)
        found = PackTemplate.objects.filter(pack=pack, number=int(number)).select_related("saved_by").first()
        if found is None:
            raise NotFound
        return self._told(found)

    @extend_schema(request=RestoreTemplateBody, responses=TemplateShape)
    @action(detail=True, methods=["post"], url_path="template/restore")
    def restore_template(self, request: Request, pk: str) -> Response:
        """Save what an earlier version decided as the latest."""
        template = self.matched(self._template())
        number = self.body(RestoreTemplateBody)["number"]
        restored = designing.restore_template(template.pack_id, number, actor=self.actor, version=template.version)
        return self._told(restored)
