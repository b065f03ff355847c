"""When a pack is made, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.dates import WEEKDAYS as NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from reporting.schedules import rhythm
from reporting.schedules.rhythm import Rhythm

WEEKDAYS: Final = [(code, NAMES[place]) for place, code in enumerate(rhythm.WEEKDAYS)]
KINDS: Final = [
    (rhythm.DAILY, lazy("Every day")),
    (rhythm.WORKDAYS, lazy("Every working day, Monday to Friday")),
    (rhythm.WEEKLY, lazy("Every week on a weekday")),
    (rhythm.MONTHLY, lazy("Every month on a day")),
    (rhythm.FIRST_WEEKDAY, lazy("Every month on the first of a weekday")),
    (rhythm.LAST_DAY, lazy("Every month on its last day")),
    (rhythm.LAST_WORKDAY, lazy("Every month on its last working day")),
]
SENTENCES: Final[dict[str, Callable[[], str]]] = {
    rhythm.DAILY: lambda: _("Every day at %(time)s, %(zone)s"),
    rhythm.WORKDAYS: lambda: _("Every working day at %(time)s, %(zone)s"),
    rhythm.WEEKLY: lambda: _("Every %(weekday)s at %(time)s, %(zone)s"),
    rhythm.MONTHLY: lambda: _("Every month on day %(day)s at %(time)s, %(zone)s"),
    rhythm.FIRST_WEEKDAY: lambda: _("Every month on the first %(weekday)s at %(time)s, %(zone)s"),
    rhythm.LAST_DAY: lambda: _("Every month on its last day at %(time)s, %(zone)s"),
    rhythm.LAST_WORKDAY: lambda: _("Every month on its last working day at %(time)s, %(zone)s"),
}


def said(cron: str, zone: str) -> str:
    """The schedule as a sentence; an expression that nobody would say stands in it as it is."""
    found = rhythm.rhythm_of(cron)
    if found is None:
        return _("By the expression “%(cron)s”, %(zone)s") % {"cron": cron, "zone": zone}
    return SENTENCES[found.kind]() % _told(found, zone)


def _told(found: Rhythm, zone: str) -> dict[str, object]:
    weekday = NAMES[rhythm.WEEKDAYS.index(found.weekday)]
    return {"time": f"{found.at:%H:%M}", "zone": zone, "weekday": weekday, "day": found.day}
