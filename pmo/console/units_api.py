"""Units over REST: the tree as everybody who sees projects knows it, and everything that the pages do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.models import User
from pmo.access.policy import can, insist
from pmo.organisation import actions, units
from pmo.organisation.models import Unit
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Reference, Related
from pmo.rest.viewsets import RoomViewSet, verb
from pmo.ui.filters import FilterSet, PickFilter


class UnitShape(serializers.Serializer[Unit]):
    """A unit of the organisation's tree; a retired one is offered no more."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    parent: Any = Reference()
    retired_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class UnitBody(Body):
    """A unit and its place; `parent` null makes it a top."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=160)
    parent = Related(Unit.objects.filter(retired_on=None), required=False, allow_null=True)  # type: ignore[assignment]


class MergeBody(Body):
    """Where everything goes."""

    target = Related(Unit.objects.filter(retired_on=None))


class UnitFilters(FilterSet):
    """The filters of units."""

    search_fields = ("code", "name")

    parent = PickFilter(queryset=Unit.objects.all(), to_field_name="code", source="unit", label=gettext_lazy("Part of"))

    class Meta:
        model = Unit
        fields: list[str] = []


def sees_units(user: User) -> bool:
    """Who sees projects knows their units; so does who looks after the settings."""
    return bool(can(user, "project.view")) or bool(can(user, "settings.view"))


class UnitApi(RoomViewSet):
    """Units: the names of departments and teams."""

    queryset = Unit.objects.select_related("parent")
    serializer_class = UnitShape
    view_code = "project.view"
    hides = False
    filters = UnitFilters
    sorts: ClassVar[Mapping[str, str]] = {"code": "code", "name": "name"}
    default_sort = "name"

    def admit(self) -> None:
        if not sees_units(self.actor):
            super().admit()

    def get_queryset(self) -> QuerySet[Any]:
        rows = Unit.objects.select_related("parent")
        return rows if sees_units(self.actor) else rows.none()

    def kept(self) -> Unit:
        """The unit that this request changes."""
        unit: Unit = self.get_object()
        insist(can(self.actor, "settings.edit"))
        self.matched(unit)
        return unit

    @extend_schema(request=UnitBody)
    def create(self, request: Request) -> Response:
        """A new unit of the tree."""
        insist(can(self.actor, "settings.edit"))
        return self.created(actions.add_unit(**self.body(UnitBody), actor=self.actor))

    @extend_schema(request=UnitBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a unit, or move it in the tree with all below it."""
        unit = self.kept()
        changes = self.body(UnitBody, partial=True)
        return self.changed(actions.edit_unit(unit, changes, actor=self.actor, version=unit.version))

    @verb("retire")
    def retire(self, request: Request, pk: str) -> Response:
        """Offer the unit no more; 422 while something hangs on it."""
        unit = self.kept()
        self.body(Nothing)
        return self.changed(units.retire_unit(unit.pk, actor=self.actor, version=unit.version))

    @verb("restore")
    def restore(self, request: Request, pk: str) -> Response:
        """Offer a retired unit again."""
        unit = self.kept()
        self.body(Nothing)
        return self.changed(units.restore_unit(unit.pk, actor=self.actor, version=unit.version))

    @verb("merge", body=MergeBody)
    def merge(self, request: Request, pk: str) -> Response:
        """Carry all that hangs on the unit over to another, and retire it."""
        unit = self.kept()
        return self.changed(units.merge_unit(unit.pk, **self.body(MergeBody), actor=self.actor, version=unit.version))
