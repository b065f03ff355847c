"""Pages that can show what the system knew at an instant: ?as_of= on lists and on the pages of one object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.audit.as_of import read_instant, seen_as_known
from pmo.kernel.errors import Invalid
from pmo.kernel.verdict import Verdict, no
from pmo.organisation.models import Organisation
from pmo.organisation.queries import organisation_of

PARAMETER = "as_of"
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Moment:
    """The instant of a page with the way back to today and the address that keeps to it."""

    instant: datetime
    now_url: str
    raw: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.instant)


class KnowsThePast:
    """Part of every page. A page with `keeps_history` reads its rows by `seen()`; the others know only today."""

    request: HttpRequest
    user: User
    keeps_history: ClassVar[bool] = False

    @property
    def organisation(self) -> Organisation:
        return organisation_of(self.request)

    @cached_property
    def instant(self) -> datetime | None:
        """The instant that the address asks for; None for today. Invalid when it cannot be read."""
        raw = self.request.GET.get(PARAMETER, "")
        return read_instant(raw, self.organisation.time_zone) if raw else None

    @property
    def today(self) -> date:
        """The day of the instant shown, or today."""
        return timezone.localdate(self.instant) if self.instant else timezone.localdate()

    def seen(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the reader may see today, as they are or as they were at the page's instant."""
        visible = rows.visible_to(self.user) if hasattr(rows, "visible_to") else rows
        return visible if self.instant is None else seen_as_known(rows, self.instant, visible)

    def refusal_of_the_past(self) -> HttpResponse | None:
        """400 when the past is to be written, cannot be read, or is not kept by this page."""
        if PARAMETER not in self.request.GET:
            return None
        if self.request.method not in SAFE:
            return self._refuse(_("The past cannot be changed. Go back to now to do this."))
        if not self.keeps_history:
            return self._refuse(_("This page knows only today."))
        try:
            return None if self.instant else self._refuse(_("Say of which day or instant."))
        except Invalid as error:
            return self._refuse(error.message)

    def _refuse(self, message: str) -> HttpResponse:
        told = {"title": _("This cannot be shown as of then"), "message": message, "now_url": self.now_url()}
        return render(self.request, "ui/past_refused.html", told, status=400)

    def unknown(self, otherwise: str) -> str:
        """Why an object is not found; one that came later is not distinguished from one that is hidden."""
        return _("Nothing was known of this then, or you may not see it.") if self.instant else otherwise

    def dated(self, title: str) -> str:
        """What a file of this page is called before its day; one of the past says so."""
        return _("%(title)s as of") % {"title": title} if self.instant else title

    def now_url(self) -> str:
        """The address of this page without the instant."""
        kept = self.request.GET.copy()
        kept.pop(PARAMETER, None)
        return f"{self.request.path}?{kept.urlencode()}".rstrip("?")

    @property
    def moment(self) -> Moment | None:
        """What the bar over a page of the past says."""
        if self.instant is None:
            return None
        return Moment(self.instant, self.now_url(), self.request.GET[PARAMETER])

    @property
    def last_day(self) -> date:
        return timezone.localdate()

    def other_parameters(self) -> list[tuple[str, str]]:
        """What another instant keeps of the address; the number of a page is not its."""
        query = self.request.GET
        return [(name, value) for name in query if name not in (PARAMETER, "page") for value in query.getlist(name)]

    def keeping(self, tabs: Iterable[Any]) -> Sequence[Any]:
        """The tabs; those that know the past keep to the instant shown."""
        if self.instant is None:
            return list(tabs)
        kept = urlencode({PARAMETER: self.request.GET[PARAMETER]})
        return [replace(each, url=f"{each.url}?{kept}") if each.past else each for each in tabs]

    def open_now(self, doors: Iterable[Any]) -> Sequence[Any]:
        """The doors of the page; all are shut while it shows the past."""
        if self.instant is None:
            return list(doors)
        return [replace(door, verdict=past_verdict()) for door in doors if not door.verdict.hidden]


def past_verdict() -> Verdict:
    """Why nothing can be done on a page of the past."""
    return no(_("You are looking at the past. Go back to now to do this."))
