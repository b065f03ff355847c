"""The history of one object over REST: who changed what from what to what, newest first."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from pmo.audit.history import Happening, happenings
from pmo.audit.tracking import event_model_of
from pmo.rest.fields import Instant
from pmo.rest.pagination import CountedCursor
from pmo.rest.viewsets import RoomViewSet


class ChangeShape(serializers.Serializer[Any]):
    """One field's move, in words."""

    field = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.CharField()
    sentence = serializers.CharField()


class HappeningShape(serializers.Serializer[Happening]):
    """Everything one act did to the object."""

    at = Instant()
    actor = serializers.CharField()
    what = serializers.CharField()
    verb = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    changes = ChangeShape(many=True)


class Happenings(CountedCursor):
    """Pages of a history."""

    order = "-pgh_created_at"


class WithHistory(RoomViewSet):
    """A room whose objects tell their history at `<object>/history/`, to those who may see it."""

    @extend_schema(responses=HappeningShape(many=True))
    @action(detail=True, url_path="history", url_name="history", filter_backends=[], pagination_class=Happenings)
    def happenings(self, request: Any, **_address: str) -> Response:
        """Who changed what, newest first."""
        found = self.subject("audit.view", matched=False)
        events = event_model_of(type(found))._default_manager.filter(pgh_obj_id=found.pk)
        page: Any = self.paginate_queryset(events.select_related("pgh_context"))
        told: Any = happenings(type(found), page, reader=request.user)
        return self.get_paginated_response(HappeningShape(told, many=True).data)

    def known_parameters(self) -> set[str]:
        return set(Happenings.parameters) if self.action == "happenings" else super().known_parameters()
