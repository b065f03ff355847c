"""Custom fields over REST: which there are, and everything that the pages do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.policy import require
from pmo.fields import actions
from pmo.fields.models import CustomField, FieldType
from pmo.fields.offers import FIELDED
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Instant
from pmo.rest.histories import WithHistory
from pmo.rest.viewsets import verb
from pmo.ui.filters import ChoiceFilter, FilterSet


class OptionShape(serializers.Serializer[Any]):
    """One of the values that a field offers."""

    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    retired = serializers.BooleanField()


class CustomFieldShape(serializers.Serializer[CustomField]):
    """A custom field: the name under which values are read and written, its type and what it asks."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    type = serializers.CharField()
    unit = serializers.CharField()
    choices = OptionShape(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    in_packs = serializers.BooleanField()
    seen_by = serializers.ListField(child=serializers.CharField())
    section = serializers.CharField()
    position = serializers.IntegerField()
    retired_at = Instant(allow_null=True)
    version = serializers.IntegerField()


class OptionBody(Body):
    """One choice; without a slug it is a new one, or that of the same label."""

    slug = serializers.CharField(required=False, max_length=40)
    label = serializers.CharField(max_length=120)  # type: ignore[assignment]
    retired = serializers.BooleanField(required=False)


class CustomFieldBody(Body):
    """What can be changed of a field at any time; choices are sent whole, in their order."""

    label = serializers.CharField(max_length=80)  # type: ignore[assignment]
    help = serializers.CharField(required=False, allow_blank=True, max_length=300)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20)
    choices = OptionBody(many=True, required=False)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]
    in_packs = serializers.BooleanField(required=False)
    seen_by = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    section = serializers.CharField(required=False, allow_blank=True, max_length=60)


class NewCustomFieldBody(CustomFieldBody):
    """A new field; without a slug it gets one out of its label."""

    kind = serializers.CharField(max_length=40)
    type = serializers.ChoiceField(choices=FieldType.choices)
    slug = serializers.CharField(required=False, max_length=40)


class TypeBody(Body):
    """Another type; every value must convert."""

    type = serializers.ChoiceField(choices=FieldType.choices)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20)
    choices = OptionBody(many=True, required=False)


class MoveBody(Body):
    """Which way in the order of forms."""

    up = serializers.BooleanField()


def kinds() -> list[tuple[str, Any]]:
    return [(each.kind, each.label) for each in FIELDED.all()]


class CustomFieldFilters(FilterSet):
    """Fields by kind of object, and whether they are in use."""

    search_fields = ("slug", "label")
    kind = ChoiceFilter(choices=kinds, label=gettext_lazy("Kind of object"))
    type = ChoiceFilter(choices=FieldType, label=gettext_lazy("Type"))
    retired = django_filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label=gettext_lazy("Retired")
    )

    class Meta:
        model = CustomField
        fields: tuple[str, ...] = ()


class CustomFieldApi(WithHistory):
    """Custom fields, addressed by id; who may not declare them reads those whose values he may see."""

    queryset = CustomField.objects.all()
    serializer_class = CustomFieldShape
    view_code = "field.view"
    hides = False
    filters = CustomFieldFilters
    sorts: ClassVar[Mapping[str, str]] = {name: name for name in ("kind", "slug", "label", "position")}
    default_sort = "kind,position"

    @extend_schema(request=NewCustomFieldBody)
    def create(self, request: Request) -> Response:
        """Declare a field."""
        require(request.user, "field.edit")
        return self.created(actions.add_field(**self.body(NewCustomFieldBody), actor=self.actor))

    @extend_schema(request=CustomFieldBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what a field is called, offers and demands."""
        field = self.subject("field.edit")
        changes = self.body(CustomFieldBody, partial=True)
        return self.changed(actions.edit_field(field.pk, changes, actor=self.actor, version=field.version))

    @verb("move", body=MoveBody, shape=CustomFieldShape)
    def move(self, request: Request, pk: str) -> Response:
        """One place up or down among the fields in use of its kind."""
        field = self.subject("field.edit")
        return self.changed(actions.move(field.pk, up=self.body(MoveBody)["up"], actor=self.actor))

    @verb("retire", shape=CustomFieldShape)
    def retire(self, request: Request, pk: str) -> Response:
        """Take a field out of use; its values stay."""
        field = self.subject("field.edit")
        self.body(Nothing)
        return self.changed(actions.retire(field.pk, actor=self.actor, version=field.version))

    @verb("restore", shape=CustomFieldShape)
    def restore(self, request: Request, pk: str) -> Response:
        """Take a retired field into use again."""
        field = self.subject("field.edit")
        self.body(Nothing)
        return self.changed(actions.restore(field.pk, actor=self.actor, version=field.version))

    @verb("change-type", body=TypeBody, shape=CustomFieldShape)
    def change_type(self, request: Request, pk: str) -> Response:
        """Give a field another type and convert every value, or none."""
        field = self.subject("field.edit")
        given = self.body(TypeBody)
        return self.changed(actions.change_type(field.pk, **given, actor=self.actor, version=field.version))

    @verb("delete", status=204)
    def remove(self, request: Request, pk: str) -> Response:
        """Delete a field that no object has a value of."""
        field = self.subject("field.edit")
        self.body(Nothing)
        actions.delete_field(field.pk, actor=self.actor, version=field.version)
        return Response(status=204)
