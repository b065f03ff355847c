"""The history of one object over REST: who changed what from what to what, newest first."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from pmo.audit.history import Happening, history_of
from pmo.audit.tracking import event_model_of
from pmo.rest.fields import Instant
from pmo.rest.pagination import whole_number
from pmo.rest.viewsets import RoomViewSet

PARAMETERS = ("page", "page_size")
SHORT, LONG = 50, 200


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


class HappeningsShape(serializers.Serializer[Any]):
    """A page of happenings."""

    count = serializers.IntegerField()
    results = HappeningShape(many=True)


class WithHistory(RoomViewSet):
    """A room whose objects tell their history at `<object>/history/`, to those who may see it."""

    @extend_schema(responses=HappeningsShape)
    @action(detail=True, url_path="history", url_name="history", filter_backends=[], pagination_class=None)
    def happenings(self, request: Any, **_address: str) -> Response:
        """Who changed what, newest first."""
        found = self.subject("audit.view", matched=False)
        size = whole_number(request, "page_size", SHORT, LONG)
        first = (whole_number(request, "page", 1) - 1) * size
        count = event_model_of(type(found))._default_manager.filter(pgh_obj_id=found.pk).count()
        shown = history_of([found], limit=first + size, reader=request.user)[first:] if first < count else []
        return Response({"count": count, "results": HappeningShape(cast(Any, shown), many=True).data})

    def known_parameters(self) -> set[str]:
        return set(PARAMETERS) if self.action == "happenings" else super().known_parameters()
