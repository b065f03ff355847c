"""Schedules of packs over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.policy import require
from pmo.rest.bodies import Body
from pmo.rest.fields import Instant, Reference, Related
from pmo.rest.viewsets import RoomViewSet
from reporting.packs.models import Pack
from reporting.schedules import actions
from reporting.schedules.models import PackSchedule


class PackScheduleShape(serializers.Serializer[PackSchedule]):
    """When a pack is made by itself."""

    id = serializers.IntegerField()
    pack = Reference()
    cron = serializers.CharField()
    time_zone = serializers.CharField()
    words = serializers.CharField()
    enabled = serializers.BooleanField()
    next_slots = serializers.ListField(child=Instant())
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()


class ScheduleBody(Body):
    """What may be changed of a schedule."""

    cron = serializers.CharField(max_length=80)
    time_zone = serializers.CharField(max_length=64, required=False)
    enabled = serializers.BooleanField(required=False)


class NewScheduleBody(ScheduleBody):
    """A new schedule of a pack."""

    pack = Related(Pack.objects.all(), key="name")


class PackScheduleApi(RoomViewSet):
    """Schedules: a cron expression read in a time zone."""

    queryset = PackSchedule.objects.select_related("pack")
    serializer_class = PackScheduleShape
    view_code = "pack.view"
    keeps_history = True
    sorts: ClassVar[Mapping[str, str]] = {"pack": "pack__name", "created_at": "created_at"}
    default_sort = "pack"

    @extend_schema(request=NewScheduleBody)
    def create(self, request: Request) -> Response:
        """Have a pack made by itself."""
        require(self.actor, "pack.edit")
        return self.created(actions.create_schedule(self.body(NewScheduleBody), actor=self.actor))

    @extend_schema(request=ScheduleBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change when, or switch the schedule off."""
        schedule = self.subject("pack.edit")
        changes = self.body(ScheduleBody, partial=True)
        return self.changed(actions.edit_schedule(schedule, changes, actor=self.actor, version=schedule.version))
