"""Saved views and exports of lists over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.policy import insist, require
from pmo.kernel.errors import Broken, HouseError, Invalid, NotVisible
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Instant, Reference
from pmo.rest.viewsets import RoomViewSet, scoped, verb
from pmo.ui import actions, exporting
from pmo.ui.export_pages import ExportFilters
from pmo.ui.models import LONGEST_QUERY, ExportRun, SavedView, Sharing
from pmo.ui.pages import opening
from pmo.ui.pages.replay import list_at, named
from pmo.ui.saved_pages import SavedViewFilters, list_named

RETRY_SECONDS = 5


class ViewShape(serializers.Serializer[SavedView]):
    """A view: the filters, columns, order and groups of one list under a name."""

    id = serializers.IntegerField()
    owner = Reference()
    page = serializers.CharField()
    name = serializers.CharField()
    query = serializers.SerializerMethodField()
    sharing = serializers.ChoiceField(choices=Sharing.choices)
    roles = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()

    @extend_schema_field(OpenApiTypes.STR)
    def get_query(self, view: SavedView) -> str:
        """What others shared is told as far as the caller may use it: a filter may name what is hidden from him."""
        caller = self.context["request"].user
        if view.owner_id == caller.pk:
            return view.query
        try:
            return opening.clean(list_at(view.page, {}, "", caller), view.query).query.urlencode(safe=",")
        except (HouseError, NoReverseMatch):
            return ""


class ViewBody(Body):
    """What may be changed of a view."""

    name = serializers.CharField(max_length=60)
    query = serializers.CharField(allow_blank=True, required=False, max_length=LONGEST_QUERY)
    sharing = serializers.ChoiceField(choices=Sharing.choices, required=False)
    roles = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)


class NewViewBody(ViewBody):
    """A new view of the list that `page` names, such as `portfolio:project_list`."""

    page = serializers.CharField(max_length=80)


class RolesBody(Body):
    """The roles whose list opens with a view; none takes it back."""

    roles = serializers.ListField(child=serializers.CharField(max_length=40), max_length=50)


class ViewApi(RoomViewSet):
    """Views of lists: one's own and those that others share."""

    queryset = SavedView.objects.select_related("owner")
    serializer_class, view_code = ViewShape, "view.edit"
    filters, default_sort = SavedViewFilters, "page,name"
    sorts: ClassVar[Mapping[str, str]] = {"name": "name", "page": "page", "updated_at": "updated_at"}

    @extend_schema(request=NewViewBody, responses={201: ViewShape})
    def create(self, request: Request) -> Response:
        """Keep filters and columns of a list."""
        require(request.user, "view.edit")
        fields = self.body(NewViewBody)
        try:
            listed = list_named(fields.pop("page"), request.user)  # type: ignore[arg-type]
        except NotVisible as error:
            raise Broken(error.message, field="page") from error
        return self.created(actions.save_view(listed.name, fields, actor=request.user))  # type: ignore[arg-type]

    @extend_schema(request=ViewBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename, narrow, share or take back a view."""
        view = self.allowed()
        fields = self.body(ViewBody, partial=True)
        return self.changed(actions.change_view(view.pk, fields, actor=request.user, version=view.version))  # type: ignore[arg-type]

    def allowed(self) -> SavedView:
        view: SavedView = self.get_object()
        insist(actions.may_change(view, self.request.user))  # type: ignore[arg-type]
        matched: SavedView = self.matched(view)
        return matched

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def delete(self, request: Request, pk: str) -> Response:
        """Remove a view."""
        view = self.allowed()
        self.body(Nothing)
        actions.delete_view(view.pk, actor=request.user, version=view.version)  # type: ignore[arg-type]
        return Response(status=204)

    @verb("open-for-me")
    def open_for_me(self, request: Request, pk: str) -> Response:
        """The list opens with this view for the caller."""
        view = self.subject()
        self.body(Nothing)
        actions.open_with(view.page, view.pk, actor=request.user)  # type: ignore[arg-type]
        return self.changed(view)

    @verb("open-for-roles", body=RolesBody)
    def open_for_roles(self, request: Request, pk: str) -> Response:
        """The list opens with this view for the holders of these roles."""
        view = self.get_object()
        require(request.user, "view.share")
        view = self.matched(view)
        actions.open_for_roles(view.pk, self.body(RolesBody)["roles"], actor=request.user)  # type: ignore[arg-type]
        return self.changed(view)


class ExportShape(serializers.Serializer[ExportRun]):
    """An export: the file of a list under its filters."""

    id = serializers.IntegerField()
    page = serializers.CharField()
    title = serializers.CharField()
    query = serializers.CharField()
    kind = serializers.ChoiceField(choices=ExportRun.Kind.choices)
    state = serializers.ChoiceField(choices=ExportRun.State.choices)
    rows = serializers.IntegerField()
    progress = serializers.IntegerField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    error = serializers.CharField()
    created_at = Instant()
    finished_at = Instant(allow_null=True)
    version = serializers.IntegerField()


class ExportBody(Body):
    """The address of a list, as a browser shows it (`/projects/?phase=deliver`), and the kind of file."""

    address = serializers.CharField(max_length=LONGEST_QUERY)
    kind = serializers.ChoiceField(choices=ExportRun.Kind.choices)


class ExportApi(RoomViewSet):
    """One's own exports."""

    queryset = ExportRun.objects.all()
    serializer_class, view_code = ExportShape, "export.run"
    filters, default_sort = ExportFilters, "-id"
    costs: ClassVar[Mapping[str, int]] = {"create": 10}
    sorts: ClassVar[Mapping[str, str]] = {"id": "id", "title": "title", "created_at": "created_at"}

    def admit(self) -> None:
        """Everybody has his own; which lists may be exported is asked of each list."""
        insist(scoped(self.request.user, self.view_code))

    @extend_schema(request=ExportBody, responses={202: ExportShape})
    def create(self, request: Request) -> Response:
        """Have a list written by a worker."""
        self.admit()
        fields = self.body(ExportBody)
        try:
            name, parts, query = named(fields["address"])
            run = exporting.ask(name, parts, query, fields["kind"], actor=request.user)  # type: ignore[arg-type]
        except NotVisible as error:
            raise Broken(error.message, field="address") from error
        except Invalid as error:
            raise Invalid({"address": [error.message]}) from error
        answer = self.created(run, status=202)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """The file itself."""
        return exporting.download(self.get_object(), request.user)  # type: ignore[arg-type]


router = SimpleRouter()
router.register("views", ViewApi, basename="view")
router.register("exports", ExportApi, basename="export")
urlpatterns = router.urls
