"""Files with their versions, and comments, each about one object of an offered kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user
from pmo.attachments.offers import KINDS, Kind
from pmo.attachments.rules import life
from pmo.attachments.rules.content import PICTURES
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked

PERSON = settings.AUTH_USER_MODEL


class AboutQuerySet(models.QuerySet[Any]):
    """Rows about objects; they are seen by whom their object is seen."""

    def visible_to(self, user: type_of_user) -> Self:
        seen = Q(pk__in=[])
        for kind in KINDS:
            seen |= Q(object_type=kind.object_type, object_id__in=kind.visible(user).order_by().values("pk"))
        return self.filter(seen)

    def about(self, subject: models.Model) -> Self:
        return self.filter(object_type=subject._meta.label_lower, object_id=subject.pk)


class About(Versioned):
    """Base of what is about one object: the object by the name of its model and its id, as records name it."""

    object_type = models.CharField(_("kind of object"), max_length=60, editable=False)
    object_id = models.BigIntegerField(_("object"), editable=False)

    class Meta:
        abstract = True

    @property
    def kind(self) -> Kind:
        return KINDS.named(self.object_type)

    @property
    def subject(self) -> Any:
        """The object it is about, as stored; read once."""
        known = self.__dict__.get("_subject")
        if known is None:
            known = self.__dict__["_subject"] = self.kind.model._default_manager.get(pk=self.object_id)
        return known

    @subject.setter
    def subject(self, subject: Any) -> None:
        self.object_type, self.object_id = subject._meta.label_lower, subject.pk
        self.__dict__["_subject"] = subject

    @property
    def scope_subject(self) -> Any:
        """Rights are those on the object."""
        return getattr(self.subject, "scope_subject", self.subject)

    @property
    def project_id(self) -> int | None:
        """The project whose history tells of this, if the object is one or belongs to one."""
        subject = self.subject
        found = subject.pk if self.object_type == "portfolio.project" else getattr(subject, "project_id", None)
        return None if found is None else int(found)


def with_subjects(rows: Iterable[About]) -> None:
    """Give rows their objects, with one query for each kind among them."""
    by_type: dict[str, list[About]] = {}
    for row in rows:
        by_type.setdefault(row.object_type, []).append(row)
    for object_type, found in by_type.items():
        subjects = KINDS.named(object_type).model._default_manager.in_bulk({row.object_id for row in found})
        for row in found:
            row.__dict__["_subject"] = subjects[row.object_id]


class AttachmentQuerySet(AboutQuerySet):
    def live(self) -> Self:
        """Without those withdrawn."""
        return self.exclude(state=life.WITHDRAWN)


@tracked()
class Attachment(About):
    """A file about an object: its title, its life, and the number of its newest and of its approved version."""

    noun: ClassVar = "attachment"

    class State(models.TextChoices):
        DRAFT = life.DRAFT, _("Draft")
        REVIEW = life.REVIEW, _("In review")
        APPROVED = life.APPROVED, _("Approved")
        WITHDRAWN = life.WITHDRAWN, _("Withdrawn")

    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    number = models.PositiveIntegerField(_("newest version"), default=1, editable=False)
    approved_number = models.PositiveIntegerField(_("approved version"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("added by"), editable=False
    )
    submitted_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [models.Index(fields=["object_type", "object_id", "state"], name="attachment_by_object")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_number=None) | Q(approved_number__lte=models.F("number")),
                name="an_approved_version_exists",
            ),
            models.CheckConstraint(
                condition=Q(state=life.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=life.WITHDRAWN) & Q(withdrawn_at=None)),
                name="a_withdrawn_file_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("attachments:attachment", args=[self.pk])

    @property
    def is_withdrawn(self) -> bool:
        return self.state == life.WITHDRAWN

    @property
    def newest(self) -> FileVersion:
        """The newest version; with `versions` prefetched it costs no query."""
        return next(each for each in self.versions.all() if each.number == self.number)

    @property
    def uploader_ids(self) -> set[int]:
        """Everybody who brought the very content of the newest version, as it is or in an earlier version."""
        same = self.versions.filter(sha256=self.versions.get(number=self.number).sha256)
        return set(same.values_list("uploaded_by_id", flat=True))


@tracked(exclude=["preview"])
class FileVersion(models.Model):
    """One version of a file: what it was called, what it is, and the hash by which every download is checked."""

    noun: ClassVar = "attachment"

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"), editable=False)
    file = models.CharField(max_length=100, unique=True, editable=False)
    file_name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"), editable=False)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    note = models.CharField(_("note"), max_length=600, blank=True)
    uploaded_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by"), editable=False
    )
    uploaded_at = models.DateTimeField(_("uploaded"), editable=False)
    approved_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
        editable=False,
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    restored_from = models.PositiveIntegerField(_("restored from version"), null=True, blank=True, editable=False)
    purged_at = models.DateTimeField(_("bytes deleted"), null=True, blank=True, editable=False)
    preview = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of a file")
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="one_file_per_version_number")]
        indexes = [models.Index(fields=["preview"], condition=~Q(preview=""), name="file_by_preview")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_picture(self) -> bool:
        return self.media_type in PICTURES

    @property
    def state(self) -> str:
        """Where this version stands; `attachment` is read."""
        whole = self.attachment
        return life.version_state(
            self.number, whole.number, whole.approved_number, self.approved_at is not None, whole.state
        )


@tracked()
class Comment(About):
    """Words of one person about an object, in Markdown; an answer stands below the comment that it answers."""

    noun: ClassVar = "comment"

    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("answers"),
        editable=False,
    )
    author = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"), editable=False
    )
    text = models.TextField(_("comment"), blank=True, validators=[MaxLengthValidator(life.MOST_CHARACTERS)])
    mentioned = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        PERSON,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("removed by"),
        editable=False,
    )

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["object_type", "object_id", "created_at"], name="comment_by_object")]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False, text=""),
                name="a_removed_comment_says_nothing_but_by_whom",
            )
        ]

    def __str__(self) -> str:
        return str(_("Comment of %(author)s") % {"author": self.author})

    def get_absolute_url(self) -> str:
        return reverse("attachments:comment_place", args=[self.pk])

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None
