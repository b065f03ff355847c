"""Files with versions, and comments, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.policy import can, insist, require
from pmo.attachments import downloads, queries, wording
from pmo.attachments.actions import comments, files
from pmo.attachments.models import About, Attachment, Comment, FileVersion, with_subjects
from pmo.attachments.offers import Kind
from pmo.attachments.rules import life
from pmo.attachments.tables import AttachmentFilters, CommentFilters
from pmo.kernel.errors import Broken, WrongState
from pmo.rest.bodies import Body, Note, Nothing
from pmo.rest.fields import Instant, Reference
from pmo.rest.histories import WithHistory
from pmo.rest.parsers import Json
from pmo.rest.problems import TooLarge
from pmo.rest.uploads import carries_more_than, discard_body
from pmo.rest.viewsets import verb
from pmo.workflow.engine import permission

BYTES = {(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="Of the type that the file has.")}
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The number of the version.")


# --- representations --------------------------------------------------------------------------------------------------
class SubjectShape(serializers.Serializer[Any]):
    """What something is about; `address` is what `?on=` and bodies take."""

    kind = serializers.CharField()
    address = serializers.CharField()
    id = serializers.IntegerField()
    name = serializers.CharField()


def subject_of(row: About) -> dict[str, Any]:
    kind, subject = row.kind, row.subject
    return {
        "kind": kind.slug,
        "address": f"{kind.slug}:{kind.key_of(subject)}",
        "id": subject.pk,
        "name": getattr(subject, "name", None) or str(subject),
    }


class VersionShape(serializers.Serializer[FileVersion]):
    """A version of a file."""

    number = serializers.IntegerField()
    state = serializers.CharField()
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    sha256 = serializers.CharField()
    note = serializers.CharField()
    uploaded_by = Reference()
    uploaded_at = Instant()
    approved_by = Reference()
    approved_at = Instant(allow_null=True)
    restored_from = serializers.IntegerField(allow_null=True)
    purged_at = Instant(allow_null=True)


class AttachmentShape(serializers.Serializer[Attachment]):
    """A file with its newest version."""

    id = serializers.IntegerField()
    on = serializers.SerializerMethodField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=Attachment.State.choices)
    number = serializers.IntegerField()
    approved_number = serializers.IntegerField(allow_null=True)
    newest = VersionShape()
    created_by = Reference()
    withdrawn_at = Instant(allow_null=True)
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()

    @extend_schema_field(SubjectShape)
    def get_on(self, row: Attachment) -> dict[str, Any]:
        return subject_of(row)


class CommentShape(serializers.Serializer[Comment]):
    """A comment; a removed one has no words."""

    id = serializers.IntegerField()
    on = serializers.SerializerMethodField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    author = Reference()
    text = serializers.CharField()
    html = serializers.SerializerMethodField()
    mentioned = serializers.ListField(child=serializers.IntegerField())
    edited_at = Instant(allow_null=True)
    removed_at = Instant(allow_null=True)
    removed_by = Reference()
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()

    @extend_schema_field(SubjectShape)
    def get_on(self, row: Comment) -> dict[str, Any]:
        return subject_of(row)

    def get_html(self, row: Comment) -> str:
        return str(queries.shown_html(row, self.context.get("names")))


# --- bodies -----------------------------------------------------------------------------------------------------------
class UploadBody(Body):
    """A file and what to say about it."""

    file = serializers.FileField(allow_empty_file=True, max_length=1000)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=600)


class NewFileBody(UploadBody):
    """A new file about an object, named as `project:APO-1`."""

    on = serializers.CharField(max_length=120)
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class TitleBody(Body):
    """What may be changed of a file without a new version."""

    title = serializers.CharField(max_length=200)


class RestoreBody(Body):
    """Which version comes back as the newest."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class CommentBody(Body):
    """A comment about an object, named as `project:APO-1`, or an answer to one."""

    on = serializers.CharField(max_length=120)
    text = serializers.CharField(trim_whitespace=False)
    parent = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1, default=None)  # type: ignore[assignment]


class TextBody(Body):
    """Other words."""

    text = serializers.CharField(trim_whitespace=False)


def place(user: Any, address: str) -> tuple[Kind, Any]:
    """The kind and the object of `kind:key`; Broken when there is none for this caller."""
    found = queries.at_address(user, address)
    if found is None:
        raise Broken(_("There is no such object, or not for you. Name it as in project:APO-1."), "on")
    return found


# --- doors ------------------------------------------------------------------------------------------------------------
class AttachmentApi(WithHistory):
    """Files, addressed by id."""

    queryset = queries.with_versions(Attachment.objects.all())
    serializer_class = AttachmentShape
    parser_classes: Any = [Json, MultiPartParser]
    view_code = "project.view"
    filters = AttachmentFilters
    sorts: ClassVar[Mapping[str, str]] = {
        name: name for name in ("id", "title", "state", "created_at", "updated_at", "number")
    }
    default_sort = "-id"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if carries_more_than(request._request, settings.FILE_MAX_BYTES):
            discard_body(request._request)
            raise TooLarge(wording.too_large())
        super().initial(request, *args, **kwargs)

    def represent(self, found: Any, *, many: bool = False) -> Any:
        with_subjects(found if many else [found])
        return super().represent(found, many=many)

    # --- writing ------------------------------------------------------------------------------------------------------
    @extend_schema(request={"multipart/form-data": NewFileBody})
    def create(self, request: Request) -> Response:
        """Attach a file to an object."""
        require(request.user, "attachment.add")
        sent = self.sent(NewFileBody)
        kind, subject = place(request.user, sent["on"])
        told = {"title": sent["title"], "note": sent["note"]}
        try:
            return self.created(files.add(kind, subject.pk, sent["file"], actor=self.actor, **told))
        except files.TooLarge as error:
            raise TooLarge(error.message) from error

    def sent(self, kind: type[UploadBody]) -> dict[str, Any]:
        reader = kind(data=self.request.data)
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)

    @extend_schema(request=TitleBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give a file another title."""
        file = self.subject(matched=False)
        if not can(request.user, "attachment.withdraw", file):
            require(request.user, "attachment.add", file)
        self.matched(file)
        changes = self.body(TitleBody, partial=True)
        return self.changed(files.rename(file.pk, changes, actor=self.actor, version=file.version))

    def step(self, name: str) -> Attachment:
        """The file, when the caller may take this step of its life now: 404, 403, 428, 412, 409 in this order."""
        file: Attachment = self.get_object()
        step = life.FLOW.find(file.state, name)
        anywhere = next(each for each in life.FLOW.steps if each.verb == name)
        insist(permission(file, step or anywhere, self.actor))
        self.matched(file)
        if step is None:
            raise WrongState(queries.may_step(file, name, self.actor).reason)
        return file

    @verb("submit", body=Note)
    def submit(self, request: Request, pk: str) -> Response:
        """Ask for the approval of the newest version."""
        file = self.step("submit")
        return self.changed(files.submit(file.pk, actor=self.actor, version=file.version, **self.body(Note)))

    @verb("return", body=Note)
    def send_back(self, request: Request, pk: str) -> Response:
        """Return a file in review to a draft, with the reason."""
        file = self.step("return")
        return self.changed(files.send_back(file.pk, actor=self.actor, version=file.version, **self.body(Note)))

    @verb("approve", body=Note)
    def approve(self, request: Request, pk: str) -> Response:
        """Put the newest version in force; tokens never may, nor whoever brought its content."""
        file = self.step("approve")
        return self.changed(files.approve(file.pk, actor=self.actor, version=file.version, **self.body(Note)))

    @verb("withdraw", body=Note)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a file out of use, with the reason."""
        file = self.step("withdraw")
        return self.changed(files.withdraw(file.pk, actor=self.actor, version=file.version, **self.body(Note)))

    @verb("reinstate", body=Nothing)
    def reinstate(self, request: Request, pk: str) -> Response:
        """Bring a withdrawn file back as a draft."""
        file = self.step("reinstate")
        self.body(Nothing)
        return self.changed(files.reinstate(file.pk, actor=self.actor, version=file.version))

    @verb("restore", body=RestoreBody)
    def restore(self, request: Request, pk: str) -> Response:
        """Make an earlier version the newest again, as a new version."""
        file = self.step("revise")
        number = self.body(RestoreBody)["number"]
        return self.changed(files.restore(file.pk, number, actor=self.actor, version=file.version))

    # --- versions and bytes -------------------------------------------------------------------------------------------
    @extend_schema(methods=["GET"], responses=VersionShape(many=True))
    @extend_schema(methods=["POST"], request={"multipart/form-data": UploadBody}, responses={201: AttachmentShape})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def versions(self, request: Request, pk: str) -> Response:
        """Every version, newest first; or a new one, which begins as a draft."""
        if request.method == "GET":
            return Response(VersionShape(self.get_object().versions.all(), many=True).data)
        file = self.step("revise")
        sent = self.sent(UploadBody)
        try:
            made = files.revise(file.pk, sent["file"], actor=self.actor, version=file.version, note=sent["note"])
        except files.TooLarge as error:
            raise TooLarge(error.message) from error
        return self.created(made)

    @extend_schema(responses=BYTES)
    @action(detail=True, methods=["get"], url_path="file")
    def file(self, request: Request, pk: str) -> FileResponse:
        """The bytes of the newest version."""
        file = self.get_object()
        return downloads.file_of(queries.version_of(file, file.number), self.actor)

    @extend_schema(responses=BYTES, parameters=[NUMBER])
    @action(detail=True, methods=["get"], url_path="versions/(?P<number>[0-9]{1,9})/file", url_name="version-file")
    def version_file(self, request: Request, pk: str, number: str) -> FileResponse:
        """The bytes of one version."""
        return downloads.file_of(queries.version_of(self.get_object(), int(number)), self.actor)


class CommentApi(WithHistory):
    """Comments, addressed by id."""

    queryset = Comment.objects.select_related("author", "removed_by")
    serializer_class = CommentShape
    view_code = "project.view"
    filters = CommentFilters
    sorts: ClassVar[Mapping[str, str]] = {name: name for name in ("id", "created_at", "updated_at")}
    default_sort = "created_at"

    def represent(self, found: Any, *, many: bool = False) -> Any:
        rows = list(found) if many else [found]
        with_subjects(rows)
        self._names = queries.names_of(rows)
        return super().represent(rows if many else found, many=many)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "names": getattr(self, "_names", None)}

    @extend_schema(request=CommentBody)
    def create(self, request: Request) -> Response:
        """Say something about an object, or answer."""
        require(request.user, "comment.write")
        sent = self.body(CommentBody)
        kind, subject = place(request.user, sent["on"])
        return self.created(comments.write(kind, subject.pk, sent["text"], actor=self.actor, parent=sent["parent"]))

    @extend_schema(request=TextBody)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change one's own words, within a day."""
        comment = self.subject("comment.write", matched=False)
        if comment.author_id != self.actor.pk:
            insist(queries.may_edit(comment, self.actor))
        self.matched(comment)
        changes = self.body(TextBody, partial=True)
        text = changes.get("text", comment.text)
        return self.changed(comments.change(comment.pk, text, actor=self.actor, version=comment.version))

    @verb("remove", body=Note)
    def remove(self, request: Request, pk: str) -> Response:
        """Take a comment out of sight; who did it stays to be read."""
        comment = self.get_object()
        if not comment.is_removed:
            insist(queries.may_remove(comment, self.actor))
        self.matched(comment)
        return self.changed(comments.remove(comment.pk, actor=self.actor, version=comment.version, **self.body(Note)))


router = SimpleRouter()
router.register("attachments", AttachmentApi, basename="attachment")
router.register("comments", CommentApi, basename="comment")
urlpatterns = router.urls
