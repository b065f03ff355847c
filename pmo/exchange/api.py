"""Imports over REST: upload, preview, apply, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from pmo.access.policy import require
from pmo.exchange import actions, queries
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.rules.mapping import ALIKE
from pmo.exchange.speaking import speak
from pmo.exchange.tables import ImportFilters, ImportRowFilters
from pmo.kernel.verdict import Verdict
from pmo.rest import lists
from pmo.rest.bodies import Body, Nothing
from pmo.rest.fields import Instant, Reference
from pmo.rest.parsers import Json, strict
from pmo.rest.problems import Malformed, TooLarge
from pmo.rest.uploads import carries_more_than, discard_body
from pmo.rest.viewsets import RoomViewSet, verb

RETRY_SECONDS = 2
MOST_ERRORS = 500
OPTIONS = ("encoding", "sheet", "headers", "target", "year", "as_of")


class MessageShape(serializers.Serializer[Any]):
    """What is said about a cell of a line."""

    line = serializers.IntegerField()
    level = serializers.CharField()
    column = serializers.CharField()
    cell = serializers.CharField(help_text="The address in a workbook, such as B12; blank for other files.")
    value = serializers.CharField()
    reason = serializers.CharField()
    remedy = serializers.CharField()


class CountsShape(serializers.Serializer[Any]):
    """How many rows do what."""

    read = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    questions = serializers.IntegerField()


class PlaceShape(serializers.Serializer[Any]):
    """Where a file goes."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class ImportShape(serializers.Serializer[ImportRun]):
    """An import."""

    id = serializers.IntegerField()
    profile = serializers.CharField()
    file_name = serializers.CharField()
    file_size = serializers.IntegerField()
    sha256 = serializers.CharField()
    into = serializers.SerializerMethodField()
    options = serializers.DictField(child=serializers.CharField())
    state = serializers.CharField()
    progress = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField()
    counts = CountsShape()
    mapping = serializers.SerializerMethodField()
    report = serializers.DictField()
    remarks = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    requested_by = Reference()
    applied_by = Reference()
    applied_at = Instant(allow_null=True)
    undone_at = Instant(allow_null=True)
    version = serializers.IntegerField()
    created_at = Instant()
    updated_at = Instant()

    @extend_schema_field(PlaceShape(allow_null=True))
    def get_into(self, run: ImportRun) -> dict[str, Any] | None:
        return {"id": run.into, "name": run.into_label} if run.into else None

    def get_progress(self, run: ImportRun) -> int:
        return queries.progress(run)

    def get_stage(self, run: ImportRun) -> str:
        return queries.stage(run)

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_blank=True)))
    def get_mapping(self, run: ImportRun) -> dict[str, str]:
        """The column of each header as the file was last read; blank ones were left out."""
        return {heading["key"]: _used(heading) for heading in run.report.get("headers", [])}

    def get_remarks(self, run: ImportRun) -> list[str]:
        return [speak(message["reason"]) for message in run.remarks]

    def get_error(self, run: ImportRun) -> str | None:
        return " ".join(speak(sentence) for sentence in run.error) or None


def _used(heading: Mapping[str, Any]) -> str:
    """What only looks alike was not used."""
    return "" if heading["how"] == ALIKE else str(heading["column"])


class ImportDetailShape(ImportShape):
    """An import with everything that was refused."""

    errors = serializers.SerializerMethodField()  # type: ignore[assignment]

    @extend_schema_field(MessageShape(many=True))
    def get_errors(self, run: ImportRun) -> list[dict[str, Any]]:
        refused = run.rows.filter(outcome=ImportRow.Outcome.REFUSED)[:MOST_ERRORS]
        return [said for row in refused for said in messages_of(row) if said["level"] == "error"]


def messages_of(row: ImportRow) -> list[dict[str, Any]]:
    """The messages of a row in the caller's language."""
    return [
        {
            "line": row.line,
            **{name: message[name] for name in ("level", "column", "value")},
            "cell": message.get("cell", ""),
            "reason": speak(message["reason"]),
            "remedy": speak(message["remedy"]),
        }
        for message in row.messages
    ]


class SettingShape(serializers.Serializer[Any]):
    """What a row sets."""

    field = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.CharField()


class RowShape(serializers.Serializer[ImportRow]):
    """A row of an import."""

    id = serializers.IntegerField()
    line = serializers.IntegerField()
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    outcome = serializers.CharField()
    changes = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    choices = serializers.SerializerMethodField()
    answer = serializers.CharField()

    @extend_schema_field(SettingShape(many=True))
    def get_changes(self, row: ImportRow) -> list[dict[str, str]]:
        return [{"field": name, "before": before, "after": after} for name, before, after in row.changes]

    @extend_schema_field(MessageShape(many=True))
    def get_messages(self, row: ImportRow) -> list[dict[str, Any]]:
        return messages_of(row)

    def get_choices(self, row: ImportRow) -> list[dict[str, Any]]:
        return [{**choice, "reason": speak(choice["reason"])} for choice in row.choices]


class ImportBody(Body):
    """A file to import; `dry_run=false` applies it when nothing is refused. A profile's options are further fields."""

    profile = serializers.CharField(max_length=60)
    file = serializers.FileField(allow_empty_file=True, max_length=1000)
    into = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    dry_run = serializers.BooleanField(required=False, default=True)
    mapping = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200_000,
        help_text='The column of each header as a JSON object, such as {"Project no.": "code", "Colour": ""}.',
    )
    target = serializers.CharField(required=False, allow_blank=True, max_length=60)
    sheet = serializers.CharField(required=False, allow_blank=True, max_length=100)
    headers = serializers.ChoiceField(choices=["", "no"], required=False)
    encoding = serializers.CharField(required=False, allow_blank=True, max_length=40)
    year = serializers.CharField(required=False, allow_blank=True, max_length=20)
    as_of = serializers.CharField(required=False, allow_blank=True, max_length=20)


class ColumnsBody(Body):
    """The column of each header; blank leaves it out. `remember` keeps it for files with the same headers."""

    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=60))
    sheet = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    remember = serializers.BooleanField(required=False, default=False)
    share = serializers.BooleanField(required=False, default=False)


class EditsBody(Body):
    """By line, then by column, the text that replaces a cell."""

    edits = serializers.DictField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))


class AnswersBody(Body):
    """By row id, the key of a choice, or `separate`, or nothing to take an answer back."""

    answers = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200))


def read_mapping(text: str) -> dict[str, str]:
    """The columns by header out of a form's field. Raises ValidationError."""
    try:
        found = strict(text or "{}")
    except Malformed:
        found = None
    if not isinstance(found, dict) or not all(isinstance(column, str) for column in found.values()):
        raise serializers.ValidationError({"mapping": [_("Write a JSON object that names a column for each header.")]})
    return found


class ImportApi(RoomViewSet):
    """Imports, addressed by id."""

    queryset = ImportRun.objects.select_related("requested_by", "applied_by")
    serializer_class = ImportShape
    parser_classes: Any = [Json, MultiPartParser]
    view_code = "import.run"
    filters = ImportFilters
    sorts: ClassVar[Mapping[str, str]] = {
        name: name for name in ("id", "file_name", "state", "created_at", "applied_at")
    }
    default_sort = "-id"
    costs: ClassVar[Mapping[str, int]] = dict.fromkeys(("create", "columns", "mend", "apply", "undo"), 10)
    parameters: ClassVar[Mapping[str, Any]] = {"rows": ImportRowFilters.parameters() | {"page", "page_size"}}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if carries_more_than(request._request, settings.IMPORT_MAX_BYTES):
            discard_body(request._request)
            raise TooLarge(actions.TooLarge().message)
        super().initial(request, *args, **kwargs)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ImportShape if self.action == "list" else ImportDetailShape

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={202: ImportDetailShape})
    def create(self, request: Request) -> Response:
        """Upload a file; a worker reads it into a preview."""
        require(self.actor, "import.run")
        reader = ImportBody(data=request.data)
        reader.is_valid(raise_exception=True)
        sent = reader.validated_data
        options = {name: sent[name] for name in OPTIONS if sent.get(name)}
        try:
            run = actions.upload(
                sent["profile"],
                sent["file"],
                into=sent["into"],
                options=options,
                mapping=read_mapping(sent.get("mapping", "")),
                apply_when_clean=not sent["dry_run"],
                actor=self.actor,
            )
        except actions.TooLarge as error:
            raise TooLarge(error.message) from error
        return self._again(run)

    @extend_schema(responses=RowShape(many=True))
    @action(detail=True, methods=["get"])
    def rows(self, request: Request, pk: str) -> Response:
        """The rows of an import with what each does."""
        rows = lists.filtered(ImportRowFilters, self.get_object().rows.order_by("line", "pk"), request)
        shown: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(RowShape(shown, many=True).data)

    def ready(self, may: Callable[[ImportRun], Verdict]) -> ImportRun:
        """The import, when its state allows this: 404, 403, 428, 412, 409 in this order."""
        run: ImportRun = self.subject("import.run")
        actions.insist_ready(may(run))
        return run

    @verb("columns", body=ColumnsBody, shape=ImportDetailShape, status=202)
    def columns(self, request: Request, pk: str) -> Response:
        """Say what the columns of a file mean and have it read again."""
        run = self.ready(queries.may_map)
        given = self.body(ColumnsBody)
        run = actions.choose_columns(run.pk, actor=request.user, version=run.version, **given)  # type: ignore[arg-type]
        return self._again(run)

    @verb("mend", body=EditsBody, shape=ImportDetailShape, status=202)
    def mend(self, request: Request, pk: str) -> Response:
        """Correct cells of a preview and have its rows checked again."""
        run = self.ready(queries.may_mend)
        given = self.body(EditsBody)["edits"]
        if not all(line.isascii() and line.isdigit() and len(line) < 10 for line in given):
            raise serializers.ValidationError({"edits": [_("Edits are named by the lines of rows.")]})
        edits = {int(line): cells for line, cells in given.items()}
        return self._again(actions.mend(run.pk, edits, actor=request.user, version=run.version))  # type: ignore[arg-type]

    def _again(self, run: ImportRun) -> Response:
        answer = self.created(run, status=202)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer

    @verb("answer", body=AnswersBody, shape=ImportDetailShape)
    def answer(self, request: Request, pk: str) -> Response:
        """Say which existing objects doubtful rows mean."""
        run = self.ready(queries.may_answer)
        given = self.body(AnswersBody)["answers"]
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in given):
            raise serializers.ValidationError({"answers": [_("Answers are named by the ids of rows.")]})
        answers = {int(key): value for key, value in given.items()}
        return self.changed(actions.answer(run.pk, answers, actor=self.actor, version=run.version))

    @verb("apply", shape=ImportDetailShape, status=202)
    def apply(self, request: Request, pk: str) -> Response:
        """Write a preview, in one transaction."""
        run = self.ready(queries.may_apply)
        self.body(Nothing)
        run = actions.apply(run.pk, actor=self.actor, version=run.version)
        return self._again(run)

    @verb("discard", shape=ImportDetailShape)
    def discard(self, request: Request, pk: str) -> Response:
        """Give a preview up."""
        run = self.ready(queries.may_discard)
        self.body(Nothing)
        return self.changed(actions.discard(run.pk, actor=self.actor, version=run.version))

    @verb("undo", shape=ImportDetailShape)
    def undo(self, request: Request, pk: str) -> Response:
        """Take the import back, all of it or nothing."""
        run = self.ready(queries.may_undo)
        self.body(Nothing)
        return self.changed(actions.undo(run.pk, actor=self.actor, version=run.version))


router = SimpleRouter()
router.register("imports", ImportApi, basename="import")
urlpatterns = router.urls
