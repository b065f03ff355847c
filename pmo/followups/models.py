"""Action items: what somebody has promised to do, on an object or standing free."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user, within
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.followups.rules import OPEN_STATES

LONGEST_TEXT = 20_000


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: type_of_user) -> Self:
        """What stands on objects that the person reaches, and what is his own: to do, or asked for by him."""
        return self.filter(within(user, "action.view", self.model))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


@tracked()
class ActionItem(Versioned):
    """Something to be done by one person until a day."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Priority(models.IntegerChoices):
        HIGH = 1, _("High")
        NORMAL = 2, _("Normal")
        LOW = 3, _("Low")

    class Source(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        RISK = "risk", _("Risk")
        LESSON = "lesson", _("Lesson")
        COACHING = "coaching", _("Coaching")
        OTHER = "other", _("Other")

    noun: ClassVar = "action"

    title = models.CharField(_("action"), max_length=200)
    details = models.TextField(_("details"), blank=True, validators=[MaxLengthValidator(LONGEST_TEXT)])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="action_items", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    source = models.CharField(_("source"), max_length=12, choices=Source, default=Source.OTHER)
    comment = models.TextField(_("comment"), blank=True, validators=[MaxLengthValidator(LONGEST_TEXT)])
    parent_type = models.CharField(max_length=60, blank=True, editable=False)
    parent_id = models.BigIntegerField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("asked for by"),
        editable=False,
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "priority", "pk"]
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent_type="", parent_id=None) | (~Q(parent_type="") & Q(parent_id__isnull=False)),
                name="an_action_item_names_its_parent_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=OPEN_STATES, closed_at=None) | ~Q(state__in=OPEN_STATES)),
                name="an_open_action_item_is_not_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["parent_type", "parent_id"], name="action_by_parent"),
            models.Index(fields=["owner", "due_on"], condition=Q(state__in=OPEN_STATES), name="action_open_by_owner"),
            models.Index(fields=["due_on"], condition=Q(state__in=OPEN_STATES), name="action_open_by_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("followups:action_item", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def is_late(self, today: date | None = None) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < (today or timezone.localdate())

    @property
    def project_id(self) -> int | None:
        """The project under which the history of this item is told."""
        return self.parent_id if self.parent_type == "portfolio.project" else None


EDITABLE = ("title", "details", "owner", "due_on", "priority", "source", "comment")
