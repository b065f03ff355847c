"""Columns and filters of imports and of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.exchange import queries
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import GENERIC, PROFILES, TARGETS
from pmo.exchange.rules.plans import CONFLICT, MINE, THEIRS
from pmo.exchange.speaking import column_labels, message_words, with_days
from pmo.kernel.errors import Invalid
from pmo.ui import marks
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.tables import Badge, Column, Link, Moment, Number, Person, Table, Text

STATE_TONES = {
    "previewed": "amber",
    "mapping": "amber",
    "applied": "green",
    "failed": "red",
    "reading": "blue",
    "applying": "blue",
}
OUTCOME_TONES = {"created": "green", "updated": "blue", "unchanged": "grey", "refused": "red"}
PLANNED = {
    "created": gettext_lazy("Will be created"),
    "updated": gettext_lazy("Will be changed"),
    "unchanged": gettext_lazy("Stays as it is"),
    "refused": gettext_lazy("Left out"),
}
DONE = {
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "refused": gettext_lazy("Refused"),
}


def profile_label(run: ImportRun) -> str:
    """The words for the kind of file."""
    profile = PROFILES.find(run.profile)
    if run.profile == GENERIC and (target := TARGETS.find(run.options.get("target", ""))):
        return _("Any table, as: %(register)s") % {"register": target.label}
    return str(profile.label) if profile else run.profile


class ImportTable(Table):
    """Imports, the latest first."""

    file = Link("file_name", gettext_lazy("File"), sort="file_name", sub=profile_label)
    into = Text("into_label", gettext_lazy("Into"), sort="into_label")
    state = Badge(
        "state", gettext_lazy("State"), sort="state", tones=STATE_TONES, choices=dict(ImportRun.State.choices)
    )
    read = Number("rows_read", gettext_lazy("Read"), sort="rows_read")
    created = Number("rows_created", gettext_lazy("Created"), sort="rows_created")
    updated = Number("rows_updated", gettext_lazy("Updated"), sort="rows_updated")
    unchanged = Number("rows_unchanged", gettext_lazy("Unchanged"), sort="rows_unchanged")
    refused = Number("rows_refused", gettext_lazy("Refused"), sort="rows_refused")
    by = Person("requested_by", gettext_lazy("Uploaded by"), phone=False)
    at = Moment("created_at", gettext_lazy("Uploaded"), sort="created_at")
    default = ("file", "into", "state", "read", "created", "updated", "unchanged", "refused", "by", "at")
    order = "-at"


class ImportFilters(FilterSet):
    """Imports by state."""

    search_fields = ("file_name", "into_label", "sha256")
    state = ChoiceFilter(choices=ImportRun.State, label=gettext_lazy("State"), everything=gettext_lazy("All states"))

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()


class Changes(Column):
    """What a row sets, each as label, before and after."""

    def value(self, row: Any) -> Any:
        return [change for change in row.changes if (change[1] or "") != (change[2] or "")] or None

    def plain(self, value: Any, row: Any) -> str:
        return "; ".join(f"{_(name)}: {before or '–'} → {after or '–'}" for name, before, after in value)

    def draw(self, value: Any, row: Any) -> str:
        return format_html('<ul class="short-list">{}</ul>', format_html_join("", "<li>{}</li>", map(_move, value)))


def _move(change: Sequence[str]) -> tuple[SafeString]:
    """What a field was and becomes; of one that was empty only what it becomes."""
    name, before, after = _(change[0]), with_days(change[1] or ""), with_days(change[2] or "–")
    if not before:
        return (format_html("{}: <b>{}</b>", name, after),)
    return (format_html("{}: <s>{}</s> → <b>{}</b>", name, before, after),)


class Outcome(Column):
    """What becomes of a row, said as what will be until it is written and as what was done from then on."""

    def plain(self, value: Any, row: Any) -> str:
        return str(outcome_words(row))

    def draw(self, value: Any, row: Any) -> str:
        return str(marks.badge(str(outcome_words(row)), OUTCOME_TONES.get(value, "grey")))


def outcome_words(row: ImportRow) -> Any:
    """The words for the outcome of a row as its import stands."""
    if row.is_open_question and row.question == CONFLICT:
        return _("Waits for your answer")
    return (DONE if row.run.is_written else PLANNED)[row.outcome]


class Messages(Column):
    """What is to be said about a row, and what it resembles."""

    def value(self, row: Any) -> Any:
        labels = labels_of(row.run)
        said = [(message["level"], message_words(message, labels)) for message in row.messages]
        if row.choices:
            said.append(("note", _resemblance(row)))
        return said or None

    def plain(self, value: Any, row: Any) -> str:
        return " ".join(text for _level, text in value)

    def draw(self, value: Any, row: Any) -> str:
        lines = (("t-red" if level == "error" else "", text) for level, text in value)
        return format_html('<ul class="short-list">{}</ul>', format_html_join("", '<li class="{}">{}</li>', lines))


def labels_of(run: ImportRun) -> dict[str, str]:
    """What people call the columns of the run's kind of file; asked once for all rows of a page."""
    if "column_labels" not in run.__dict__:
        run.__dict__["column_labels"] = _labels(run)
    found: dict[str, str] = run.__dict__["column_labels"]
    return found


def _labels(run: ImportRun) -> dict[str, str]:
    try:
        return column_labels(queries.profile_of(run).columns)
    except Invalid:
        return {}


def _resemblance(row: ImportRow) -> str:
    """What a doubtful row may mean, or what a person said it means."""
    labels = {choice["key"]: choice["label"] for choice in row.choices}
    if row.question == CONFLICT:
        return _conflict_words(row.answer)
    if row.answer:
        return _("Said to be: %(label)s") % {"label": labels.get(row.answer, _("a project of its own"))}
    return _("Resembles: %(labels)s") % {"labels": "; ".join(labels.values())}


def _conflict_words(answer: str) -> str:
    return {
        MINE: _("You chose: the values of your file."),
        THEIRS: _("You chose: the values that stand now."),
    }.get(answer, _("Somebody changed the same cells. Say which values stand; until then the row is left out."))


class ImportRowTable(Table):
    """The rows of one import."""

    line = Number("line", gettext_lazy("Line"), sort="line")
    label = Text("label", gettext_lazy("Name"), sort="label", sub=lambda row: row.key)
    outcome = Outcome("outcome", gettext_lazy("Outcome"), sort="outcome")
    changes = Changes("changes", gettext_lazy("What changes"))
    messages = Messages("messages", gettext_lazy("Remarks"))
    default = ("label", "line", "outcome", "changes", "messages")
    order = "line"


class ImportRowFilters(FilterSet):
    """Rows by what becomes of them."""

    search_fields = ("label", "key")
    outcome = ChoiceFilter(
        choices=ImportRow.Outcome, label=gettext_lazy("Outcome"), everything=gettext_lazy("All outcomes")
    )
    about = ChoiceFilter(
        choices=(("remarks", gettext_lazy("With remarks")), ("questions", gettext_lazy("With questions"))),
        label=gettext_lazy("Remarks"),
        everything=gettext_lazy("All rows"),
        method="with_something",
    )

    def with_something(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.exclude(messages=[]) if value == "remarks" else rows.filter(~Q(choices=[]))

    class Meta:
        model = ImportRow
        fields: tuple[str, ...] = ()
