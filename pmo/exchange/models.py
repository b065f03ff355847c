"""Import runs and what each of their rows did or would do."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked


def stored_name(_run: models.Model, original: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the file system but a harmless ending."""
    ending = PurePosixPath(original).suffix.lower()
    return f"imports/{uuid.uuid4().hex}{ending if ending in ('.csv', '.txt', '.tsv', '.xlsx') else '.dat'}"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: type_of_user) -> Self:
        """Runs into portfolios for which the person may import."""
        return self.filter(within(user, "import.run", self.model))


@tracked(exclude=["report", "remarks", "edits"])
class ImportRun(Versioned):
    """One uploaded file on its way from upload over preview to application, and back when it is undone."""

    noun: ClassVar = "import"

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        MAPPING = "mapping", _("Columns to confirm")
        PREVIEWED = "previewed", _("Ready to apply")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")
        FAILED = "failed", _("Failed")

    profile = models.CharField(_("kind of file"), max_length=40)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200)
    file_name = models.CharField(_("file name"), max_length=200)
    file_size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    into = models.PositiveBigIntegerField(_("into"), null=True)
    into_label = models.CharField(_("into"), max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)
    apply_when_clean = models.BooleanField(_("apply when nothing is refused"), default=False)
    asks = models.BooleanField(_("ask about columns that are not certain"), default=False)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    edits = models.JSONField(_("mended cells"), default=dict, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.READING, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_read = models.PositiveIntegerField(_("read"), default=0)
    rows_created = models.PositiveIntegerField(_("created"), default=0)
    rows_updated = models.PositiveIntegerField(_("updated"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rows_refused = models.PositiveIntegerField(_("refused"), default=0)
    questions = models.PositiveIntegerField(_("open questions"), default=0)
    report = models.JSONField(default=dict, blank=True)
    remarks = models.JSONField(default=list, blank=True)
    error = models.JSONField(default=list, blank=True)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("applied by")
    )
    applied_at = models.DateTimeField(_("applied"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.profile})"

    def get_absolute_url(self) -> str:
        return reverse("exchange:import_run", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.READING, self.State.APPLYING)

    @property
    def mapped_as(self) -> str:
        """By what name a mapping of its columns is remembered."""
        return ":".join(part for part in (self.profile, self.options.get("target", "")) if part)

    @property
    def is_workbook(self) -> bool:
        return "sheet" in self.report

    @property
    def is_written(self) -> bool:
        return self.state in (self.State.APPLIED, self.State.UNDONE)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "read": self.rows_read,
            "created": self.rows_created,
            "updated": self.rows_updated,
            "unchanged": self.rows_unchanged,
            "refused": self.rows_refused,
            "questions": self.questions,
        }

    def set_counts(self, counts: dict[str, int]) -> None:
        self.questions = counts["questions"]
        for name in ("read", "created", "updated", "unchanged", "refused"):
            setattr(self, f"rows_{name}", counts[name])


class ImportRow(models.Model):
    """What one row does; `undo` holds what its application must put back."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        UPDATED = "updated", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Refused")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    key = models.CharField(_("key"), max_length=240, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    changes = models.JSONField(default=list, blank=True)
    messages = models.JSONField(default=list, blank=True)
    choices = models.JSONField(default=list, blank=True)
    question = models.CharField(max_length=12, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=dict, blank=True)
    undo = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["line", "pk"]
        verbose_name = _("row")
        indexes = [models.Index(fields=["run", "outcome"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.line}: {self.label or self.key}"

    @property
    def is_open_question(self) -> bool:
        return bool(self.choices) and not self.answer

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["level"] == "error"]

    @property
    def notes(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["level"] != "error"]


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    def for_person(self, user: User) -> Self:
        """The person's own mappings and those of the whole organisation, the own ones first."""
        mine = self.filter(models.Q(person=user) | models.Q(person=None))
        return mine.order_by(models.F("person").asc(nulls_last=True))


@tracked()
class ImportMapping(Versioned):
    """Which column of files with these headers means which field; without a person it holds for everybody."""

    noun: ClassVar = "import"

    profile = models.CharField(_("kind of file"), max_length=60)
    signature = models.CharField(_("headers"), max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    columns = models.JSONField(_("columns"), default=dict)

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "signature", "person"],
                name="one_mapping_per_headers",
                nulls_distinct=False,
                violation_error_message=_("These headers are mapped already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.signature[:8]}"
