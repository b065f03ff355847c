"""Records of verbs, the base of everything editable, and the history of people's rights."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Delegation, Grant, RolePermission, User
from pmo.audit.tracking import append_only_triggers


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
        ]
        triggers = append_only_triggers()

    def __str__(self) -> str:
        return f"{self.actor_id} {self.verb} {self.object_label}"


_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())


@pghistory.track(*_TRACKERS, exclude=["password", "last_login", *User.PERSONAL], app_label="audit")
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


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), app_label="audit")
class TrackedGrant(Grant):
    """Keeps the history of grants."""

    class Meta:
        proxy = True


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), app_label="audit")
class TrackedRolePermission(RolePermission):
    """Keeps the history of the matrix."""

    class Meta:
        proxy = True


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), app_label="audit")
class TrackedDelegation(Delegation):
    """Keeps the history of delegations."""

    class Meta:
        proxy = True
