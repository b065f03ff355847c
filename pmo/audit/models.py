"""Records of verbs, the base of everything editable, and the history of people's rights."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf, Trim, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Delegation, Grant, RolePermission, User
from pmo.audit.tracking import append_only_triggers, no_truncate


class Versioned(models.Model):
    """Base of every editable object: the version guards against lost updates on both doors."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True

    @property
    def etag(self) -> str:
        """The strong entity tag of this version (RFC 9110)."""
        return f'"{self._meta.label_lower}-{self.pk}-{self.version}"'


class RecordManager(models.Manager["Record"]):
    """Records with `label`, what their object is called: people by the name they bear today, others as they were."""

    def get_queryset(self) -> models.QuerySet[Record]:
        full = Trim(Concat("first_name", Value(" "), "last_name"))
        person = User.objects.filter(pk=OuterRef("object_id")).annotate(full=full)
        name = Subquery(person.values_list(Coalesce(NullIf("full", Value("")), "username"))[:1])
        of_person = When(object_type=User._meta.label_lower, then=name)
        return super().get_queryset().annotate(label=Case(of_person, default=F("object_label")))


class Record(models.Model):
    """One act: who did what to which object, why, and by which door; never changed, never deleted.

    It holds no personal data: people stand in it by their ids (see `pmo.audit.persons`).
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=200)
    project_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=12)
    request_id = models.CharField(max_length=64)
    token = models.CharField(max_length=12, blank=True)

    objects = RecordManager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="record_by_object"),
            models.Index(fields=["project_id", "-at"], name="record_by_project"),
            models.Index(fields=["-at", "-id"], name="record_newest"),
            models.Index(fields=["actor", "-at"], name="record_by_actor"),
            models.Index(fields=["request_id"], name="record_by_request"),
            GinIndex(OpClass(Upper("object_label"), name="gin_trgm_ops"), name="record_label_trigrams"),
            GinIndex(OpClass(Upper("note"), name="gin_trgm_ops"), name="record_note_trigrams"),
        ]
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.actor_id} {self.verb} {self.object_label}"


class Seal(models.Model):
    """A link of the chain over all history: what was added since the link before, and the hash that holds both."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("sealed"))
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        ordering = ["-number"]
        verbose_name = _("seal of history")
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class SealPart(models.Model):
    """The rows of one table under a seal: their ids, the columns that count, and a digest of each row in turn."""

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="parts")
    table = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63))
    ids = models.TextField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    leaves = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["table", "-last_id"], name="seal_part_by_last_id")]
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.seal_id} {self.table}"


class Verification(models.Model):
    """One walk along the chain that somebody asked for: how far it is, and what it found."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        INTACT = "intact", _("Intact")
        BROKEN = "broken", _("Changed from outside")
        FAILED = "failed", _("Failed")

    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress, %"), default=0)
    seal = models.PositiveBigIntegerField(_("seal"), null=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    findings = models.JSONField(_("findings"), default=list)

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name = _("verification of history")

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


def _kept() -> dict[str, Any]:
    """Options of an event table of this app; made anew each time, because tracking adds to them."""
    return {"app_label": "audit", "meta": {"triggers": [no_truncate()]}}


def _moves() -> list[pghistory.RowEvent]:
    """Every insert, update and delete; made anew each time for the same reason."""
    return [pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()]


@pghistory.track(*_moves(), exclude=["password", "last_login", *User.PERSONAL], **_kept())
class TrackedUser(User):
    """Keeps the history of accounts without knowing their passwords, nor who they belong to."""

    class Meta:
        proxy = True


@pghistory.track(
    # Triggers of one table need names of their own.
    pghistory.InsertEvent(trigger_name="person_insert"),
    pghistory.UpdateEvent(trigger_name="person_update"),
    pghistory.DeleteEvent(trigger_name="person_delete"),
    fields=[*User.PERSONAL],
    app_label="audit",
    model_name="PersonalDetailsEvent",
    append_only=False,
    attrs={"erasable": True},
)
class PersonalDetails(User):
    """Keeps the history of names and addresses apart, because it goes when a person is erased."""

    class Meta:
        proxy = True


@pghistory.track(*_moves(), **_kept())
class TrackedGrant(Grant):
    """Keeps the history of grants."""

    class Meta:
        proxy = True


@pghistory.track(*_moves(), **_kept())
class TrackedRolePermission(RolePermission):
    """Keeps the history of the matrix."""

    class Meta:
        proxy = True


@pghistory.track(*_moves(), **_kept())
class TrackedDelegation(Delegation):
    """Keeps the history of delegations."""

    class Meta:
        proxy = True
