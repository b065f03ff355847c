"""The REST door to one's own delegations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.models import Delegation, User
from pmo.access.policy import can, require
from pmo.console.actions import delegations
from pmo.console.queries import delegations_of
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Instant, Reference, Related
from pmo.rest.viewsets import RoomViewSet, verb


class DelegationShape(serializers.Serializer[Delegation]):
    """Somebody acts on somebody's behalf; without `permissions` he may use all rights that can be lent."""

    id = serializers.IntegerField()
    delegator = Reference()
    delegate = Reference()
    permissions = serializers.ListField(child=serializers.CharField())
    starts_at = Instant()
    ends_at = Instant()
    ended_at = Instant(allow_null=True)
    state = serializers.CharField()
    version = serializers.IntegerField()


class NewDelegationBody(Body):
    """A delegation from now on, or from `starts_at`; the end is the first instant without it."""

    delegate = Related(User.objects.people().filter(is_active=True), key="username")
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField()
    permissions = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=200)


class DelegationApi(RoomViewSet):
    """The caller's delegations, given and held; those who edit users see everybody's."""

    queryset = Delegation.objects.select_related("delegator", "delegate")
    serializer_class = DelegationShape
    view_code = "delegation.manage"
    sorts: ClassVar[Mapping[str, str]] = {"starts_at": "starts_at", "ends_at": "ends_at"}
    default_sort = "-starts_at"

    def get_queryset(self) -> QuerySet[Any]:
        user: Any = self.request.user
        if not can(user, self.view_code):
            return Delegation.objects.none()
        return delegations_of(user, everybody=bool(can(user, "user.edit")))

    @extend_schema(request=NewDelegationBody)
    def create(self, request: Request) -> Response:
        """Let somebody act on the caller's behalf."""
        user: Any = request.user
        require(user, "delegation.manage")
        sent = self.body(NewDelegationBody)
        return self.created(delegations.delegate(sent.pop("delegate"), actor=user, **sent))

    @verb("end")
    def end(self, request: Request, pk: str) -> Response:
        """End a delegation before its time."""
        user: Any = request.user
        given = self.matched(self.get_object())
        self.body(Nothing)
        return self.changed(delegations.end_delegation(given.pk, actor=user, version=given.version))
