"""Columns and filters of the console's lists."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Grant, Role, User
from pmo.notices.models import Message
from pmo.organisation.models import Unit
from pmo.organisation.queries import subtree
from pmo.ui import formats
from pmo.ui.filters import FilterSet, RelatedFilter
from pmo.ui.tables import Badge, Link, Moment, Number, Table, Text


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
