"""Columns and filters of the console's lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
import pghistory
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Grant, Role, Token, User
from pmo.access.permissions import PERMISSIONS
from pmo.audit.models import Record
from pmo.audit.sentences import VERBS, told
from pmo.notices.models import Message
from pmo.organisation.models import Unit
from pmo.organisation.queries import subtree
from pmo.ui import formats
from pmo.ui.filters import ChoiceFilter, FilterSet, PickFilter, RelatedFilter
from pmo.ui.tables import Badge, Link, Moment, Number, Person, Table, Text
from pmo.ui.widgets import DateInput

SOURCES = {
    "page": gettext_lazy("Page"),
    "rest": gettext_lazy("REST"),
    "worker": gettext_lazy("Worker"),
    "import": gettext_lazy("Import"),
    "command": gettext_lazy("Command"),
    "shell": gettext_lazy("Shell"),
}


# --- accounts -----------------------------------------------------------------------------------------------------
def account_url(person: User) -> str:
    return reverse("console:user", args=[person.pk])


def roles_of(person: Any) -> str:
    """The roles in force, each once."""
    return ", ".join(sorted({str(grant.role) for grant in person.current_grants}))


def state_of(person: User) -> str:
    return "open" if person.is_active else "closed"


class UserTable(Table):
    person = Link(
        str, gettext_lazy("Name"), to=account_url, sort=("first_name", "last_name"), sub=lambda row: row.job_title
    )
    username = Text("username", gettext_lazy("Sign-in name"), sort="username")
    email = Text("email", gettext_lazy("E-mail"), sort="email", phone=False)
    roles = Text(roles_of, gettext_lazy("Roles"), absent=gettext_lazy("no role"))
    unit = Text("placement__unit__name", gettext_lazy("Unit"), sort="placement__unit__name", phone=False)
    state = Badge(
        state_of,
        gettext_lazy("Account"),
        sort="is_active",
        tones={"open": "green", "closed": "grey"},
        choices={"open": gettext_lazy("Open"), "closed": gettext_lazy("Closed")},
    )
    last_login = Moment(
        "last_login", gettext_lazy("Last sign-in"), sort="last_login", absent=gettext_lazy("never"), phone=False
    )
    default = ("person", "username", "roles", "unit", "state", "last_login")
    order = "person"


class UserFilters(FilterSet):
    search_fields = ("first_name", "last_name", "username", "email", "job_title")
    role = RelatedFilter(
        queryset=Role.objects.all(),
        method="with_role",
        label=gettext_lazy("Role"),
        everything=gettext_lazy("All roles"),
    )
    unit = RelatedFilter(
        queryset=Unit.objects.all(), method="in_unit", label=gettext_lazy("Unit"), everything=gettext_lazy("All units")
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def with_role(self, rows: QuerySet[User], name: str, role: Role) -> QuerySet[User]:
        return rows.filter(pk__in=Grant.objects.current().filter(role=role).values("user"))

    def in_unit(self, rows: QuerySet[User], name: str, unit: Unit) -> QuerySet[User]:
        """The unit with all below it."""
        return rows.filter(placement__unit__in=subtree([unit.pk]))


# --- records ------------------------------------------------------------------------------------------------------
def verb_words(row: Record) -> str:
    """What was done, as a sentence would say it; a verb without words of its own is named by its permission."""
    if row.verb not in VERBS:
        permission = PERMISSIONS.get(row.verb)
        return str(permission.label) if permission is not None else row.verb
    said = told([row])[0].verb.rstrip(":")
    return said[:1].upper() + said[1:]


def changes_words(row: Record) -> str:
    """What an act changed, in words."""
    return "; ".join(change.sentence for sentence in told([row]) for change in sentence.changes)


def object_words(row: Record) -> str:
    kind = recordable().get(row.object_type)
    return kind[:1].upper() + kind[1:] if kind else ""


def recordable() -> dict[str, str]:
    """The kinds of object that leave a history, by label."""
    events: list[Any] = list(pghistory.core.event_models())
    tracked = {event.pgh_tracked_model._meta.concrete_model for event in events}
    return {model._meta.label_lower: str(model._meta.verbose_name) for model in {*tracked, Token, Role} if model}


def object_choices() -> Iterable[tuple[str, str]]:
    return sorted(((label, name[:1].upper() + name[1:]) for label, name in recordable().items()), key=lambda e: e[1])


def verb_choices() -> Iterable[tuple[str, str]]:
    return sorted(((each.code, str(each.label)) for each in PERMISSIONS.values() if each.writes), key=lambda e: e[1])


class RecordTable(Table):
    what = Text("label", gettext_lazy("Object"), sort=("object_type", "label"), sub=object_words)
    at = Moment("at", gettext_lazy("When"), sort="at")
    actor = Person("actor", gettext_lazy("Person"), sort=("actor__first_name", "actor__last_name"))
    verb = Text(verb_words, gettext_lazy("Act"), sort="verb")
    changes = Text(changes_words, gettext_lazy("Changes"))
    note = Text("note", gettext_lazy("Reason"))
    source = Badge("source", gettext_lazy("Through"), sort="source", choices=SOURCES, phone=False)
    request = Text("request_id", gettext_lazy("Request"), phone=False)
    token = Text("token", gettext_lazy("Token"), phone=False)
    default = ("what", "at", "actor", "verb", "changes", "note", "source")
    order = "-at"


class RecordFilters(FilterSet):
    search_fields = ("label", "note", "actor__first_name", "actor__last_name", "actor__username")
    actor = PickFilter(
        queryset=User.objects.all(),
        to_field_name="username",
        source="person",
        names=User.NAMES,
        label=gettext_lazy("Person"),
    )
    verb = ChoiceFilter(choices=verb_choices, label=gettext_lazy("Act"), everything=gettext_lazy("All acts"))
    kind = ChoiceFilter(
        field_name="object_type",
        choices=object_choices,
        label=gettext_lazy("Kind of object"),
        everything=gettext_lazy("All objects"),
    )
    source = ChoiceFilter(
        choices=list(SOURCES.items()), label=gettext_lazy("Through"), everything=gettext_lazy("All doors")
    )
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=gettext_lazy("From"), widget=DateInput
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=gettext_lazy("Until"), widget=DateInput
    )

    class Meta:
        model = Record
        fields: tuple[str, ...] = ()


# --- background work ----------------------------------------------------------------------------------------------
def arguments_words(row: Message) -> str:
    return ", ".join(str(part) for part in row.arguments)


def message_state(row: Message) -> str:
    if row.sent_at is not None:
        return "sent"
    return "failing" if row.attempts else "waiting"


class MessageTable(Table):
    task = Text("task", gettext_lazy("Work"), sort="task")
    arguments = Text(arguments_words, gettext_lazy("For"))
    created = Moment("created_at", gettext_lazy("Asked for"), sort="created_at")
    sent = Moment("sent_at", gettext_lazy("Handed to a worker"), sort="sent_at", absent=gettext_lazy("not yet"))
    state = Badge(
        message_state,
        gettext_lazy("State"),
        tones={"waiting": "blue", "failing": "red", "sent": "green"},
        choices={
            "waiting": gettext_lazy("Waiting"),
            "failing": gettext_lazy("Broker does not answer"),
            "sent": gettext_lazy("Handed over"),
        },
    )
    attempts = Number("attempts", gettext_lazy("Attempts"), sort="attempts", places=0)
    error = Text("error", gettext_lazy("Error"))
    default = ("task", "arguments", "created", "sent", "state", "attempts", "error")
    order = "-created"


class MessageFilters(FilterSet):
    search_fields = ("task",)

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()


def waiting_words(count: int, oldest: Any) -> str:
    """How much waits and since when."""
    if not count:
        return _("Nothing waits: everything has been handed to a worker.")
    return _("%(count)s waiting, the oldest since %(since)s.") % {
        "count": formats.number(count),
        "since": formats.instant(oldest),
    }
