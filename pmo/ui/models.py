"""What readers keep of lists: views with their defaults, changes made in bulk, and exports made by workers."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from pmo.access.models import Grant
from pmo.access.policy import type_of_user
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked

LONGEST_QUERY = 4000


def roles_of(user: type_of_user) -> models.QuerySet[Any, Any]:
    """The codes of the roles that the person holds now."""
    return Grant.objects.current().filter(user=user.pk).values("role__code")


class Sharing(models.TextChoices):
    NOBODY = "nobody", _("Only me")
    ROLES = "roles", _("People with certain roles")
    EVERYBODY = "everybody", _("Everybody who sees the list")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: type_of_user) -> Self:
        """One's own views, and those shared with everybody or with a role that one holds."""
        to_roles = Q(sharing=Sharing.ROLES, roles__overlap=ArraySubquery(roles_of(user)))
        return self.filter(Q(owner=user.pk) | Q(sharing=Sharing.EVERYBODY) | to_roles)

    def with_defaults(self, user: type_of_user) -> Self:
        """Whether each view is the person's default, that of one of his roles, or whether he decided otherwise."""
        chosen = DefaultView.objects.filter(page=OuterRef("page"), user=user.pk)
        of_roles = DefaultView.objects.filter(view=OuterRef("pk"), role__in=roles_of(user))
        return self.annotate(
            is_mine=Exists(chosen.filter(view=OuterRef("pk"))), is_decided=Exists(chosen), is_of_role=Exists(of_roles)
        )


@tracked()
class SavedView(Versioned):
    """Filters, columns, order and groups of one list under a name. It keeps no rows: each reader sees his own."""

    noun: ClassVar = "view"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views", verbose_name=_("owner")
    )
    page = models.CharField(_("list"), max_length=80)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(_("filters and columns"), blank=True, validators=[MaxLengthValidator(LONGEST_QUERY)])
    sharing = models.CharField(_("shown to"), max_length=10, choices=Sharing, default=Sharing.NOBODY)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("roles"))

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("view of a list")
        verbose_name_plural = _("views of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                name="one_view_per_owner_list_and_name",
                violation_error_message=_("You have a view of this name already; choose another name or update it."),
            )
        ]
        indexes = [models.Index(fields=["page", "sharing"], name="view_by_page")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.sharing != Sharing.NOBODY

    @property
    def list_url(self) -> str:
        """Where the view opens; empty for lists that belong to one object, because no object is named here."""
        try:
            return f"{reverse(self.page)}?saved={self.pk}"
        except NoReverseMatch:
            return ""


@tracked()
class DefaultView(models.Model):
    """The view with which a list opens, for one person or for the holders of a role.

    A person's row without a view says that he wants the plain list, whatever his roles open with.
    """

    page = models.CharField(_("list"), max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(_("role"), max_length=40, blank=True)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, null=True, related_name="defaults")

    class Meta:
        verbose_name = _("default view")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "user"],
                condition=~Q(user=None),
                name="one_default_view_per_person",
                violation_error_message=_("This list has a default view already."),
            ),
            models.UniqueConstraint(
                fields=["page", "role"],
                condition=~Q(role=""),
                name="one_default_view_per_role",
                violation_error_message=_("This list has a default view for this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.view_id}"


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def visible_to(self, user: type_of_user) -> Self:
        """One's own acts: what they changed is told to others by the history of each object."""
        return self.filter(actor=user.pk)


@tracked()
class BulkAct(Versioned):
    """One change of many rows, with what is needed to take it back."""

    noun: ClassVar = "bulk"

    class State(models.TextChoices):
        DONE = "done", _("Done")
        PARTLY = "partly", _("Undone in part")
        UNDONE = "undone", _("Undone")

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    page = models.CharField(_("list"), max_length=80)
    verb = models.CharField(_("act"), max_length=60)
    label = models.CharField(_("what was done"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DONE)
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change in bulk")
        verbose_name_plural = _("changes in bulk")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("ui:bulk_act", args=[self.pk])


class BulkRow(models.Model):
    """One row of an act: its fields before and after, the version that the act left, or why it was refused."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="rows")
    object_id = models.BigIntegerField()
    label = models.CharField(_("row"), max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True)
    refusal = models.CharField(_("why not"), max_length=500, blank=True)
    undone = models.BooleanField(_("undone"), default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("row of a change in bulk")

    def __str__(self) -> str:
        return self.label


class ExportRunQuerySet(models.QuerySet["ExportRun"]):
    def visible_to(self, user: type_of_user) -> Self:
        """One's own exports: they hold what one could see oneself."""
        return self.filter(requested_by=user.pk)


@tracked(exclude=["progress", "rows"])
class ExportRun(Versioned):
    """An export too large for a request: a worker makes the file, the person fetches it within a week."""

    noun: ClassVar = "export"

    class Kind(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Excel (XLSX)")
        PDF = "pdf", _("PDF")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("Deleted")

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    page = models.CharField(_("list"), max_length=80)
    parts = models.JSONField(default=dict, blank=True)
    title = models.CharField(_("name"), max_length=200)
    query = models.TextField(_("filters and columns"), blank=True, validators=[MaxLengthValidator(LONGEST_QUERY)])
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    language = models.CharField(max_length=12)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    finished_at = models.DateTimeField(_("made"), null=True)

    objects = ExportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"{self.title} ({self.get_kind_display()})"

    def get_absolute_url(self) -> str:
        return reverse("ui:export", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)
