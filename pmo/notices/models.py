"""The outbox of work for workers, notices for people, how each wants to be told, and the mail that tells them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.notices import offers


class Message(models.Model):
    """A task to be sent to the broker: written in the same transaction as what it is about, so none is lost."""

    task = models.CharField(max_length=80)
    arguments = models.JSONField(default=list)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(sent_at=None), name="message_unsent")]

    def __str__(self) -> str:
        return f"{self.task}{tuple(self.arguments)}"


class Mail(models.TextChoices):
    AT_ONCE = offers.AT_ONCE, _("At once")
    DIGEST = offers.DIGEST, _("In the digest")
    NONE = offers.NONE, _("No mail")


class Letter(models.Model):
    """A mail to one person: at once about one notice, or the digest of one slot; `occasion` makes it unique."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        EMPTY = "empty", _("Nothing to tell")
        REFUSED = "refused", _("Not sent")
        FAILED = "failed", _("Failed")

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")
        DIGEST = "digest", _("Digest")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    occasion = models.CharField(max_length=60)
    notice = models.ForeignKey("Notice", on_delete=models.CASCADE, null=True, related_name="letters")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "occasion"], name="one_letter_per_person_and_occasion")]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="letter_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def shown_to(self, user: object) -> Self:
        """What stands under the bell of a person."""
        return self.filter(user=user, shown=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something a person should know, with the page where it can be dealt with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=40)
    text = models.CharField(_("notice"), max_length=300)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.NONE)
    digest = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, related_name="news")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="one_notice_per_occasion", violation_error_message=_("Already told.")
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at=None, shown=True), name="notice_unread"),
            models.Index(fields=["user", "-created_at"], name="notice_by_person"),
        ]

    def __str__(self) -> str:
        return self.text


class Preference(models.Model):
    """How a person wants to hear of one kind of notice; without a person it is what the organisation suggests."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.DIGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], nulls_distinct=False, name="one_preference_per_person_and_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class Habit(models.Model):
    """When a person gets the digest, by his own clock; without a person it is what the organisation suggests."""

    class Cadence(models.TextChoices):
        DAILY = "daily", _("Every working day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Never")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    cadence = models.CharField(_("digest"), max_length=8, choices=Cadence, default=Cadence.DAILY)
    hour = models.PositiveSmallIntegerField(_("hour"), default=7, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=Weekday, default=Weekday.MONDAY, validators=[MaxValueValidator(6)]
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], nulls_distinct=False, name="one_habit_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.cadence}"


@tracked(exclude=["note"])
class Absence(Versioned):
    """A person is away from one day to another; a deputy then hears what the person would hear.

    The note is personal, so that history does not keep it.
    """

    noun: ClassVar = "absence"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts_on"]
        verbose_name = _("absence")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="an_absence_ends_after_it_begins",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("user")),
                name="nobody_is_his_own_deputy",
                violation_error_message=_("Choose another person as deputy."),
            ),
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("user", RangeOperators.EQUAL),
                ],
                violation_error_message=_("You are away on some of these days already; change that absence instead."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        # The database cannot even compare a range that ends before it begins.
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day must not be before the first.")})


class Snooze(models.Model):
    """A person has put one item of his work aside until a day; then it comes back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    until = models.DateField(_("until"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_snooze_per_person_and_item")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.key} – {self.until}"
