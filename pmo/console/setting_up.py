"""The steps of a new installation that the console knows: organisation, units, people, mail, backups."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pmo.access.models import User
from pmo.audit.models import Record
from pmo.organisation.models import Organisation, Unit
from pmo.ui.setup import SETUP, Step

UNNAMED = Organisation._meta.get_field("name").get_default()
BACKUP = "backup.made"


def _named(user: User) -> QuerySet[Any]:
    return Organisation.objects.exclude(name=UNNAMED)


def _units(user: User) -> QuerySet[Any]:
    return Unit.objects.filter(retired_on=None)


def _people(user: User) -> QuerySet[Any]:
    return User.objects.people().filter(is_active=True).exclude(pk=user.pk)


def _mailed(user: User) -> QuerySet[Any]:
    return Record.objects.filter(verb="settings.edit", changes__has_key="test_mail")


def _backed_up(user: User) -> QuerySet[Any]:
    return Record.objects.filter(verb=BACKUP)


def offer() -> None:
    """Called once, when the app is ready."""
    SETUP.add(
        Step(
            "organisation",
            _("Name the organisation"),
            _("Its name, currency, time zone and thresholds stand on every page and pack."),
            _named,
            "console:settings_edit",
            "settings.edit",
            10,
        ),
        Step(
            "units",
            _("Enter the units"),
            _("Projects, people and figures are grouped by them."),
            _units,
            "console:unit_new",
            "settings.edit",
            20,
        ),
        Step(
            "people",
            _("Invite people"),
            _("Project managers write reports, the PMO checks them, others read."),
            _people,
            "console:invite",
            "user.edit",
            30,
        ),
        Step(
            "mail",
            _("Send a test mail"),
            _("Reminders and packs go out by mail; see once that it arrives."),
            _mailed,
            "console:test_mail",
            "settings.edit",
            70,
        ),
        Step(
            "backup",
            _("Make a backup"),
            _("Run “manage.py backup” every night; this point is done when one has been made."),
            _backed_up,
            "console:job_list",
            "job.view",
            80,
        ),
    )
