"""The audit log as people read it: acts cut to the reader, told in words, filtered by whatever joins them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

import django_filters
import pghistory
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Role, Token, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import reach, type_of_user, within
from pmo.audit.history import SOURCES
from pmo.audit.models import Record, Verification
from pmo.audit.offers import PROJECTS_OF_CODE
from pmo.audit.sentences import VERBS, model_of, told
from pmo.organisation.models import Sweep
from pmo.ui.filters import ChoiceFilter, FilterSet, PickFilter
from pmo.ui.tables import Badge, Link, Moment, Person, Table, Text
from pmo.ui.widgets import DateInput, Picker, code_in

FOUNDATION = ("access", "organisation", "audit", "fields", "notices")
"""Apps whose objects are the system's own; what others do is told to those who see the projects."""
LARGEST_KEY = 2**63 - 1
CHUNK = 200


# --- who reads what -------------------------------------------------------------------------------------------------
def acts(user: type_of_user) -> QuerySet[Record]:
    """The records that the reader may see; `told_in_full` says whether also what they are about."""
    rows = Record.objects.select_related("actor", "on_behalf_of").filter(within(user, "audit.view", Record))
    return rows.annotate(told_in_full=_told_in_full(user))


def _told_in_full(user: type_of_user) -> Any:
    if reach(user, "project.view").everything:
        return Value(True, output_field=BooleanField())
    own = reduce(or_, (Q(object_type__startswith=f"{app}.") for app in FOUNDATION), Q(object_type=""))
    full = (Q(project_id=None) & own) | within(user, "project.view", Record)
    return Case(When(full, then=Value(True)), default=Value(False), output_field=BooleanField())


def prepared(rows: Iterable[Any]) -> list[Any]:
    """The records with their sentences, so that people in them are named by one query."""
    found = list(rows)
    for row, sentence in zip(found, told(found), strict=True):
        row.sentence = sentence
    return found


def in_chunks(rows: Iterable[Any]) -> Iterator[Any]:
    """The same for many, a few at a time."""
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        yield from prepared(chunk)


# --- words ----------------------------------------------------------------------------------------------------------
def label_words(row: Any) -> str:
    """What the act was about; of what is not for the reader, only its kind."""
    return str(row.label) if row.told_in_full else object_words(row) or _("not shown to you")


def verb_words(row: Any) -> str:
    """What was done, as a sentence would say it; a verb without words of its own is named by its permission."""
    if row.verb not in VERBS:
        permission = PERMISSIONS.get(row.verb)
        return str(permission.label) if permission is not None else row.verb
    said = str(row.sentence.verb).rstrip(":")
    return said[:1].upper() + said[1:]


def changes_words(row: Any) -> str:
    """What an act changed, in words."""
    return "; ".join(change.sentence for change in row.sentence.changes) if row.told_in_full else ""


def note_words(row: Any) -> str:
    return str(row.note) if row.told_in_full else ""


def kind_words(row: Any) -> str:
    """The kind below the name of an object; where there is no name it stands in its place."""
    return object_words(row) if row.told_in_full else ""


def object_words(row: Record) -> str:
    kind = recordable().get(row.object_type)
    return kind[:1].upper() + kind[1:] if kind else ""


def record_url(row: Record) -> str:
    return reverse("console:record", args=[row.pk])


def recordable() -> dict[str, str]:
    """The kinds of object that leave a history, by label."""
    events: list[Any] = list(pghistory.core.event_models())
    tracked = {event.pgh_tracked_model._meta.concrete_model for event in events}
    kinds = {*tracked, Token, Role, Sweep, Verification}
    return {model._meta.label_lower: str(model._meta.verbose_name) for model in kinds if model}


def object_choices() -> Iterable[tuple[str, str]]:
    return sorted(((label, name[:1].upper() + name[1:]) for label, name in recordable().items()), key=lambda e: e[1])


def verb_choices() -> Iterable[tuple[str, str]]:
    """Every verb that leaves records: those of permissions, and those that happen by themselves."""
    found = {code: capfirst(str(words).rstrip(":")) for code, words in VERBS.items()}
    found |= {each.code: str(each.label) for each in PERMISSIONS.values() if each.writes}
    return sorted(found.items(), key=lambda each: each[1])


def address_of(row: Any, user: type_of_user) -> str:
    """The page of what the act was about, when it is still there for the reader."""
    if row.object_id is None or not row.told_in_full or not row.object_type:
        return ""
    model = model_of(row)
    found = model._default_manager.filter(pk=row.object_id)
    found = found.visible_to(user) if hasattr(found, "visible_to") else found.filter(_foundation(model))
    shown: Any = found.first()
    return str(shown.get_absolute_url()) if hasattr(shown, "get_absolute_url") else ""


def _foundation(model: Any) -> Q:
    return Q() if model._meta.app_label in FOUNDATION else Q(pk__in=[])


# --- the list -------------------------------------------------------------------------------------------------------
class RecordTable(Table):
    what = Link(
        label_words, gettext_lazy("Object"), to=record_url, sort=("object_type", "object_label"), sub=kind_words
    )
    at = Moment("at", gettext_lazy("When"), sort="at")
    actor = Person("actor", gettext_lazy("Person"), sort=("actor__first_name", "actor__last_name"))
    on_behalf_of = Person("on_behalf_of", gettext_lazy("On behalf of"), absent=gettext_lazy("nobody"), phone=False)
    verb = Text(verb_words, gettext_lazy("Act"), sort="verb")
    changes = Text(changes_words, gettext_lazy("Changes"), css="any")
    note = Text(note_words, gettext_lazy("Reason"))
    source = Badge("source", gettext_lazy("Through"), sort="source", choices=SOURCES, phone=False)
    request = Text("request_id", gettext_lazy("Request"), phone=False)
    token = Text("token", gettext_lazy("Token"), phone=False)
    default = ("what", "verb", "changes", "note", "actor", "at", "source")
    order = "-at"

    def body(self, rows: Iterable[Any], **options: Any) -> Any:
        return super().body(prepared(rows), **options)


class RecordFilters(FilterSet):
    """The filters of the page and of REST; words are looked for only in what the reader is told."""

    search_fields = ("object_label", "note")

    actor = PickFilter(
        queryset=User.objects.all(),
        to_field_name="username",
        source="person",
        names=User.NAMES,
        label=gettext_lazy("Person"),
    )
    on_behalf_of = PickFilter(
        queryset=User.objects.all(),
        to_field_name="username",
        source="person",
        names=User.NAMES,
        label=gettext_lazy("On behalf of"),
    )
    verb = ChoiceFilter(choices=verb_choices, label=gettext_lazy("Act"), everything=gettext_lazy("All acts"))
    kind = ChoiceFilter(
        field_name="object_type",
        choices=object_choices,
        label=gettext_lazy("Kind of object"),
        everything=gettext_lazy("All objects"),
    )
    object_id = django_filters.NumberFilter(
        label=gettext_lazy("Number of the object"),
        min_value=0,
        max_value=LARGEST_KEY,
    )
    project = django_filters.CharFilter(
        method="about_project", label=gettext_lazy("Project"), max_length=200, widget=Picker("project")
    )
    source = ChoiceFilter(
        choices=list(SOURCES.items()), label=gettext_lazy("Through"), everything=gettext_lazy("All doors")
    )
    request_id = django_filters.CharFilter(label=gettext_lazy("Request"), max_length=64)
    token = django_filters.CharFilter(label=gettext_lazy("Token"), max_length=12)
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=gettext_lazy("From"), widget=DateInput
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=gettext_lazy("Until"), widget=DateInput
    )

    class Meta:
        model = Record
        fields: tuple[str, ...] = ()

    def _anywhere(self, word: str) -> Q:
        people = User.objects.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        ).values("pk")
        about = Q(object_label__icontains=word) | Q(note__icontains=word)
        about |= Q(object_type=User._meta.label_lower, object_id__in=people)
        return Q(actor__in=people) | (about & Q(told_in_full=True))

    def about_project(self, rows: QuerySet[Record], name: str, value: str) -> QuerySet[Record]:
        """Acts on the project of that code, and on what belongs to it."""
        found = [pk for each in PROJECTS_OF_CODE for pk in each(self.request.user, code_in(value))]
        return rows.filter(project_id__in=found)
