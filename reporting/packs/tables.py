"""How lists of packs and of their runs look."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.ui import formats
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.tables import Badge, Date, Link, Moment, Number, Person, Table, Text
from reporting.packs.models import Pack, PackRun

STATE_TONES = {"queued": "blue", "running": "blue", "done": "green", "failed": "red"}


def scope_words(pack: Pack) -> str:
    """What the pack is about, in words."""
    return str(pack.scope) if pack.scope else _("Everything")


def next_slot(pack: Pack) -> Any:
    """The next time at which the pack is made by itself."""
    slots = [slot for schedule in pack.schedules.all() for slot in schedule.next_slots[:1]]
    return min(slots, default=None)


class PackTable(Table):
    """Packs with their last edition and their next one."""

    name = Link("name", gettext_lazy("Pack"), sort="name", sub=scope_words)
    recipients = Number("recipient_count", gettext_lazy("Recipients"), sort="recipient_count")
    editions = Number("edition_count", gettext_lazy("Editions"), sort="edition_count", phone=False)
    latest = Date("latest_at", gettext_lazy("Last edition as of"), sort="latest_at", absent=gettext_lazy("none yet"))
    made = Moment("latest_made", gettext_lazy("Made"), sort="latest_made", phone=False)
    due = Moment(next_slot, gettext_lazy("Next"), absent=gettext_lazy("on request"))
    default = ("name", "recipients", "editions", "latest", "made", "due")
    order = "name"


class FormerPackTable(Table):
    """The same of the past: who got packs and when they were due is told of today only."""

    name, editions, latest, made = PackTable.name, PackTable.editions, PackTable.latest, PackTable.made
    default = ("name", "editions", "latest", "made")
    order = "name"


class PackFilters(FilterSet):
    """Packs by words."""

    search_fields = ("name", "portfolio__name", "programme__name", "unit__name")

    class Meta:
        model = Pack
        fields: tuple[str, ...] = ()


def edition_words(run: PackRun) -> str:
    """The edition's number, or that it has none yet."""
    if run.preview:
        return _("Preview")
    return _("Edition %(n)s") % {"n": run.number} if run.number else _("New edition")


def counted_words(run: PackRun) -> str:
    """How much of the scope the pack counts."""
    return "" if run.counted is None else formats.counted(run.counted, run.of or 0)


class PackRunTable(Table):
    """Editions of a pack, the latest first."""

    edition = Link(edition_words, gettext_lazy("Edition"), sort="number", sub=counted_words)
    at = Date("at", gettext_lazy("As of"), sort="at")
    state = Badge("state", gettext_lazy("State"), sort="state", tones=STATE_TONES, choices=dict(PackRun.State.choices))
    pages = Number("pages", gettext_lazy("Pages"), sort="pages")
    by = Person("requested_by", gettext_lazy("Asked by"), phone=False)
    asked = Moment("requested_at", gettext_lazy("Asked"), sort="requested_at")
    made = Moment("finished_at", gettext_lazy("Made"), sort="finished_at", phone=False)
    hash = Text(lambda run: run.data_sha256[:12], gettext_lazy("Data hash"), phone=False)
    default = ("edition", "at", "state", "pages", "by", "asked", "hash")
    order = "-asked"


class PackRunFilters(FilterSet):
    """Editions by state."""

    search_fields = ("data_sha256", "sha256")
    state = ChoiceFilter(choices=PackRun.State, label=gettext_lazy("State"), everything=gettext_lazy("All states"))

    class Meta:
        model = PackRun
        fields: tuple[str, ...] = ()
