"""Schedules of packs: a cron expression in a time zone."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pmo.access.policy import type_of_user
from pmo.audit.models import Versioned
from pmo.audit.tracking import tracked
from pmo.organisation.models import Organisation
from reporting.packs.models import Pack
from reporting.schedules import rules, wording

FLAWS = {
    "unreadable": _(
        "“%(cron)s” cannot be read. Write five parts (minute, hour, day of the month, month, day of the week), "
        "as in “0 6 1 * *” for the first of every month at 6:00 or “0 7 * * MON” for Mondays at 7:00."
    ),
    "never": _("“%(cron)s” never comes due, because no month has such a day. Choose a day that exists."),
    "zone": _("%(zone)s is no time zone; write it as in Europe/Berlin."),
}


def home_zone() -> str:
    return Organisation.current().time_zone


class PackScheduleQuerySet(models.QuerySet["PackSchedule"]):
    def visible_to(self, user: type_of_user) -> Self:
        return self.filter(pack__in=Pack.objects.visible_to(user))


@tracked(exclude=["checked_until"])
class PackSchedule(Versioned):
    """When a pack is made by itself; `checked_until` is the instant up to which its slots have become runs."""

    noun: ClassVar = "pack"

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("pack"))
    cron = models.CharField(
        _("when"), max_length=80, help_text=_("Minute, hour, day of the month, month, day of the week: 0 6 1 * *")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=home_zone)
    enabled = models.BooleanField(_("enabled"), default=True)
    checked_until = models.DateTimeField(default=timezone.now, editable=False)

    objects = PackScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return f"{self.pack.name}: {self.cron} ({self.time_zone})"

    @property
    def scope_subject(self) -> Pack:
        """Rights on a schedule are those on its pack."""
        return self.pack

    @property
    def words(self) -> str:
        """When it makes the pack, as a sentence."""
        return wording.said(self.cron, self.time_zone)

    @property
    def next_slots(self) -> list[datetime]:
        """The next three slots; none while the schedule is off."""
        return rules.next_slots(self.cron, self.time_zone, timezone.now()) if self.enabled else []

    def clean(self) -> None:
        found = rules.flaw(self.cron, self.time_zone)
        if found:
            field = "time_zone" if found == "zone" else "cron"
            told = ValidationError(FLAWS[found], params={"cron": self.cron, "zone": self.time_zone}, code=found)
            raise ValidationError({field: told})
