"""The REST door to the caller himself: who he is, what he may do, and how he likes to read."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pmo.access.models import Grant, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import insist, reach
from pmo.access.preferences import DateStyle, NumberStyle, languages
from pmo.access.reach import Reach
from pmo.console.own_api import TokenShape
from pmo.organisation.actions import prefer
from pmo.organisation.models import Organisation
from pmo.rest.bodies import Body
from pmo.rest.viewsets import Door, scoped


class OrganisationShape(serializers.Serializer[Organisation]):
    """What a program needs to read dates and money here."""

    name = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    fiscal_start_month = serializers.IntegerField()


class PreferencesShape(serializers.Serializer[User]):
    """How the caller reads; empty means as the browser, the organisation or the language does."""

    language = serializers.CharField()
    time_zone = serializers.CharField()
    number_style = serializers.CharField()
    date_style = serializers.CharField()
    theme = serializers.CharField()
    density = serializers.CharField()


@extend_schema_serializer(many=False)
class MeShape(serializers.Serializer[Any]):
    """The caller, what he may do and how far that reaches, and his preferences."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    is_service = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.DictField(child=serializers.CharField())
    token = TokenShape(allow_null=True)
    organisation = OrganisationShape()
    preferences = PreferencesShape()


class PreferencesBody(Body):
    """Preferences to change; what is left out stays."""

    language = serializers.ChoiceField(choices=languages(), allow_blank=True)
    time_zone = serializers.CharField(max_length=64, allow_blank=True)
    number_style = serializers.ChoiceField(choices=[each for each in NumberStyle.values if each], allow_blank=True)
    date_style = serializers.ChoiceField(choices=[each for each in DateStyle.values if each], allow_blank=True)
    theme = serializers.ChoiceField(choices=User.Theme.values)
    density = serializers.ChoiceField(choices=User.Density.values)


def extent(found: Reach) -> str:
    """How far a permission goes, in one word."""
    if found.everything:
        return "all"
    if found.own_portfolios or found.ids.get("portfolio"):
        return "portfolio"
    if found.own_units or found.ids.get("unit"):
        return "unit"
    return "project" if found.own_projects or found.ids else "self"


class MeApi(Door):
    """The caller."""

    serializer_class = MeShape

    @extend_schema(responses=MeShape, operation_id="me_retrieve")
    def list(self, request: Request) -> Response:
        """Who calls, with what rights: with a token, those that its scopes leave."""
        return Response(MeShape(self.told(self.actor)).data)

    @extend_schema(request=PreferencesBody, responses=MeShape, operation_id="me_partial_update")
    def partial_update(self, request: Request) -> Response:
        """Change how the caller likes to read; a token needs the scope of an edit of users."""
        insist(scoped(self.actor, "user.edit"))
        prefer(self.body(PreferencesBody, partial=True), actor=self.actor)
        return Response(MeShape(self.told(self.actor)).data)

    @staticmethod
    def told(user: User) -> dict[str, Any]:
        rights = {code: found for code in sorted(PERMISSIONS) if (found := reach(user, code))}
        roles = Grant.objects.current().filter(user=user).values_list("role__code", flat=True)
        return {
            "id": user.pk,
            "username": user.username,
            "name": str(user),
            "email": user.email,
            "is_service": user.is_service,
            "roles": sorted(set(roles)),
            "permissions": {code: extent(found) for code, found in rights.items()},
            "token": user.token,
            "organisation": Organisation.current(),
            "preferences": User.objects.only(*User.PREFERENCES).get(pk=user.pk),
        }


urlpatterns = [path("me/", MeApi.as_view({"get": "list", "patch": "partial_update"}), name="me-list")]
