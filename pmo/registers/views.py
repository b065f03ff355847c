"""The pages of every register; a room that wants more of one derives it here and declares it itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.organisation.queries import day_of
from pmo.registers import actions
from pmo.registers.declaring import Register
from pmo.registers.forms import form_of
from pmo.registers.panels import entry_panels
from pmo.registers.tables import filters_of, label_of, table_of
from pmo.ui import marks
from pmo.ui.custom_lists import WithCustomFields
from pmo.ui.pages import (
    ActionPage,
    Bulk,
    CreatePage,
    Crumb,
    DetailPage,
    Door,
    EditPage,
    Fact,
    ListPage,
    ListView,
    Page,
    door,
    page,
)
from pmo.ui.pages.bulk_edit import BulkEdit
from pmo.ui.step_forms import NoteForm, ReasonForm
from pmo.workflow.engine import may


class EntryList(WithCustomFields, ListPage):
    """Every entry that the reader may see."""

    register: ClassVar[Register]
    keeps_history = True

    def visible(self) -> QuerySet[Any]:
        return self.seen(self.register.rows)

    def doors(self) -> Sequence[Door]:
        register = self.register
        return [door(register.new, register.page("new"), user=self.user, may=register.edit, icon="plus", primary=True)]


class EntryNew(CreatePage):
    """Write an entry down."""

    register: ClassVar[Register]

    def form_options(self) -> dict[str, Any]:
        register = self.register
        code = self.request.GET.get(register.parent, "")
        rows = register.parent_model.objects.visible_to(self.user)
        parent = rows.filter(code__iexact=code).first() if code and "\x00" not in code else None
        return {"reader": self.user, "initial": {register.parent: parent, register.owner: self.user}}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(self.register.label, self.cancel_url())]

    def create(self, data: dict[str, Any]) -> Any:
        return actions.write_down(self.register, data, actor=self.user)

    def cancel_url(self) -> str:
        return reverse(self.register.page("list"))


class OneEntry:
    """What the pages of one entry share."""

    register: ClassVar[Register]
    object: Any
    user: Any
    seen: Any

    def visible(self) -> QuerySet[Any]:
        found: QuerySet[Any] = self.seen(self.register.rows)
        return found

    def crumbs(self) -> Sequence[Crumb]:
        parent = getattr(self.object, self.register.parent)
        return [
            Crumb(self.register.label, reverse(self.register.page("list"))),
            Crumb(str(parent), parent.get_absolute_url()),
        ]


class EntryPage(OneEntry, DetailPage):
    """One entry with its words and what happened."""

    keeps_history = True

    def facts(self) -> Sequence[Fact]:
        register, entry = self.register, self.object
        badge = marks.badge(entry.get_state_display(), register.tones.get(entry.state, "grey"))
        due = getattr(entry, register.due)
        return [
            Fact(label_of(register, "state"), badge),
            Fact(label_of(register, register.owner), marks.person(getattr(entry, register.owner), avatar=False)),
            Fact(label_of(register, register.due), marks.time(due, _("no date"))),
        ]

    def doors(self) -> Sequence[Door]:
        register, entry = self.register, self.object
        found = [self._step(verb) for verb in register.verbs if register.flow.find(entry.state, verb)]
        if entry.state in register.open_states:
            edit = register.page("edit")
            found.append(door(_("Edit"), edit, entry.pk, may=register.edit, user=self.user, obj=entry, icon="pencil"))
        return found

    def _step(self, verb: str) -> Door:
        register, entry = self.register, self.object
        verdict = may(entry, verb, self.user, register.flow, register.guards.get(verb, ()))
        words = register.steps[verb]
        primary = verb == register.flow.steps_from(entry.state)[0].verb
        return Door(words.label, reverse(register.page(verb), args=[entry.pk]), verdict, words.icon, primary)


class EntryEdit(OneEntry, EditPage):
    """Change what an entry says."""

    def form_options(self) -> dict[str, Any]:
        return {**super().form_options(), "reader": self.user}

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        return actions.change(self.register, self.object, changes, actor=self.user, version=version)


class EntryStep(OneEntry, ActionPage):
    """One step of an entry's life."""

    verb: ClassVar[str]

    def perform(self, form: Any) -> Any:
        return actions.step(self.register, self.object.pk, self.verb, actor=self.user, **form.cleaned_data)


# --- deriving -------------------------------------------------------------------------------------------------------
def declare_pages(register: Register) -> None:
    """List, new, one entry, edit, and a page for each verb, under the names of the register's app."""
    place = register.slug.replace("_", "-")
    new, edit = form_of(register, new=True), form_of(register, new=False)
    one = f"{place}/<int:pk>/"
    pages: list[tuple[str, str, str, type[Page], dict[str, Any]]] = [
        (f"{place}/", "list", register.view, EntryList, _list(register)),
        (f"{place}/new/", "new", register.edit, EntryNew, {"title": register.new, "form_class": new}),
        (one, "", register.view, EntryPage, {"panels": entry_panels(register)}),
        (f"{one}edit/", "edit", register.edit, EntryEdit, {"form_class": edit}),
        *((f"{one}{verb}/", verb, register.view, EntryStep, _step(register, verb)) for verb in register.verbs),
    ]
    for route, part, right, base, own in pages:
        told = {"__module__": f"{register.package}.views", "register": register, "menu": register.page("list"), **own}
        name = f"{register.model.__name__}{part.title()}Page"
        page(route, name=register.page(part), may=right)(type(name, (base,), told))


def _list(register: Register) -> dict[str, Any]:
    def mine(page_: Any) -> Q:
        return register.is_open & Q(**{register.owner: page_.user})

    def late(page_: Any) -> Q:
        day = day_of(page_.organisation, page_.instant)
        return register.is_open & Q(**{f"{register.due}__lt": day})

    return {
        "title": register.label,
        "noun": register.label,
        "custom_kind": register.noun,
        "table": table_of(register),
        "filters": filters_of(register),
        "empty": register.empty or register.purpose,
        "views": (
            ListView("open", gettext_lazy("Open"), register.is_open),
            ListView("mine", gettext_lazy("Mine"), mine),
            ListView("late", gettext_lazy("Late"), late),
            ListView("all", gettext_lazy("All")),
        ),
        "bulk": tuple(_bulk(register, verb) for verb in register.verbs),
        "editing": _editing(register),
    }


def _bulk(register: Register, verb: str) -> Bulk:
    def run(pk: int, *, actor: Any, note: str = "") -> Any:
        return actions.step(register, pk, verb, actor=actor, note=note)

    form: Any = ReasonForm if register.needs_note(verb) else None
    words = register.steps[verb]
    return Bulk(register.edit, words.label, run, form=form, icon=words.icon, slug=verb)


def _editing(register: Register) -> BulkEdit:
    """Owner and day of many entries at once."""
    made = form_of(register, new=False)

    def form(reader: Any, data: Any = None) -> forms.BaseForm:
        return made(data, reader=reader) if data is not None else made(reader=reader)

    def save(entry: Any, changes: Mapping[str, Any], *, actor: Any, version: int | None) -> Any:
        return actions.change(register, entry, changes, actor=actor, version=version)

    return BulkEdit(register.edit, (register.owner, register.due), form=form, bound=form, save=save)


def _step(register: Register, verb: str) -> dict[str, Any]:
    words = register.steps[verb]
    return {
        "verb": verb,
        "code": register.edit,
        "title": words.label,
        "submit_label": words.label,
        "success": words.success,
        "form_class": ReasonForm if register.needs_note(verb) else NoteForm,
    }
