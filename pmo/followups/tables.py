"""How lists of action items look and what they can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.audit.as_of import instant_of
from pmo.followups.models import ActionItem
from pmo.followups.offers import PARENTS
from pmo.ui import formats, marks
from pmo.ui.filters import ChoiceFilter, FilterSet, PickFilter
from pmo.ui.tables import Badge, Date, Link, Moment, Person, Table, Text
from pmo.ui.widgets import DateInput

State, Priority, Source = ActionItem.State, ActionItem.Priority, ActionItem.Source
STATE_TONES: Mapping[Any, str] = {
    State.OPEN: "grey",
    State.IN_PROGRESS: "blue",
    State.DONE: "green",
    State.CANCELLED: "grey",
}
PRIORITY_TONES: Mapping[Any, str] = {Priority.HIGH: "red", Priority.NORMAL: "grey", Priority.LOW: "grey"}

PRIORITIES: Mapping[Any, Any] = dict(Priority.choices)


class DueDate(Date):
    """The due date; an open item says how far it is, in red when it is over."""

    def html(self, row: Any) -> str:
        drawn = super().html(row)
        if row.due_on is None or not row.is_open:
            return drawn
        instant = instant_of(row)
        day = timezone.localdate(instant) if instant else timezone.localdate()
        tone = "t-red b" if row.is_late(day) else ""
        return format_html('{}<div class="sub {}">{}</div>', drawn, tone, formats.distance(row.due_on, day))


def parent_url(row: Any) -> str:
    kind = PARENTS.of_type(row.parent_type)
    return kind.page(row.parent_code) if kind is not None and row.parent_code else ""


class ActionTable(Table):
    """A row of a list of action items."""

    action = Link("title", gettext_lazy("Action"), sort="title", css="wide")
    owner = Person("owner", gettext_lazy("Owner"), sort=("owner__first_name", "owner__last_name"))
    due = DueDate("due_on", gettext_lazy("Due"), sort="due_on", absent=gettext_lazy("no date"))
    state = Badge("state", gettext_lazy("State"), sort="stage", tones=STATE_TONES, choices=dict(State.choices))
    priority = Badge("priority", gettext_lazy("Priority"), sort="priority", tones=PRIORITY_TONES, choices=PRIORITIES)
    on = Link(
        "parent_code",
        gettext_lazy("Belongs to"),
        to=parent_url,
        sort="parent_code",
        sub=lambda row: row.parent_name,
    )
    source = Text(lambda row: row.get_source_display(), gettext_lazy("Comes from"), sort="source", phone=False)
    asked_by = Person(
        "created_by", gettext_lazy("Asked for by"), sort=("created_by__first_name", "created_by__last_name")
    )
    comment = Text("comment", gettext_lazy("Comment"), phone=False)
    closed = Moment("closed_at", gettext_lazy("Closed"), sort="closed_at", phone=False)
    default = ("action", "owner", "due", "state", "priority", "on", "asked_by")
    order = "due,priority"


class ActionFilters(FilterSet):
    """The filters of page and API."""

    search_fields = ("title", "details", "comment", "owner__first_name", "owner__last_name")

    owner = PickFilter(
        queryset=User.objects.people(),
        to_field_name="username",
        source="person",
        names=User.NAMES,
        label=gettext_lazy("Owner"),
    )
    state = ChoiceFilter(choices=State.choices, label=gettext_lazy("State"), everything=gettext_lazy("All states"))
    priority = ChoiceFilter(
        choices=Priority.choices, label=gettext_lazy("Priority"), everything=gettext_lazy("All priorities")
    )
    source = ChoiceFilter(
        choices=Source.choices, label=gettext_lazy("Comes from"), everything=gettext_lazy("All sources")
    )
    due_from = django_filters.DateFilter(
        field_name="due_on", lookup_expr="gte", label=gettext_lazy("Due from"), widget=DateInput
    )
    due_until = django_filters.DateFilter(
        field_name="due_on", lookup_expr="lte", label=gettext_lazy("Due until"), widget=DateInput
    )
    on = django_filters.CharFilter(method="standing_on", label=gettext_lazy("Belongs to"), max_length=120)

    class Meta:
        model = ActionItem
        fields: tuple[str, ...] = ()

    def standing_on(self, rows: QuerySet[ActionItem], name: str, address: str) -> QuerySet[ActionItem]:
        """Those on one object, addressed as `project:APO-1`; none when the reader may not see it."""
        assert self.request is not None
        parent = PARENTS.find(address, self.request.user)
        if parent is None:
            return rows.none()
        return rows.filter(parent_type=parent._meta.label_lower, parent_id=parent.pk)


def state_badge(item: ActionItem) -> SafeString:
    return marks.badge(item.get_state_display(), STATE_TONES[State(item.state)])
