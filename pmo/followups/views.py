"""The pages of action items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.audit.as_of import instant_of
from pmo.audit.history import history_of
from pmo.followups import actions, queries
from pmo.followups.forms import ActionForm, AssignForm, DueForm, NewActionForm
from pmo.followups.models import ActionItem
from pmo.followups.offers import ITEM_PANELS
from pmo.followups.rules import FLOW, OPEN_STATES
from pmo.followups.tables import ActionFilters, ActionTable, state_badge
from pmo.ui import marks
from pmo.ui.absent import away_words
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
    Panel,
    door,
    page,
)
from pmo.ui.step_forms import NoteForm, ReasonForm
from pmo.workflow.engine import may

LIST = "followups:action_item_list"
OPEN = Q(state__in=OPEN_STATES)
SOON = timedelta(days=7)


def _mine(page_: Any) -> Q:
    return OPEN & Q(owner=page_.user)


def _asked(page_: Any) -> Q:
    return OPEN & Q(created_by=page_.user) & ~Q(owner=page_.user)


def _late(page_: Any) -> Q:
    return OPEN & Q(due_on__lt=page_.today)


def _soon(page_: Any) -> Q:
    return OPEN & Q(due_on__range=(page_.today, page_.today + SOON))


@page("actions/", name=LIST, may="action.view")
class ActionList(ListPage):
    """Every action item that the reader may see."""

    title = noun = gettext_lazy("Action items")
    keeps_history = True
    table, filters = ActionTable, ActionFilters
    empty = gettext_lazy("No action items here. Raise one from a project, or one of your own.")
    views = (
        ListView("open", gettext_lazy("Open"), OPEN),
        ListView("mine", gettext_lazy("Mine"), _mine),
        ListView("asked", gettext_lazy("I asked for"), _asked),
        ListView("late", gettext_lazy("Late"), _late),
        ListView("soon", gettext_lazy("Next seven days"), _soon),
        ListView("done", gettext_lazy("Done"), Q(state="done")),
        ListView("all", gettext_lazy("All")),
    )
    bulk = (
        Bulk("action.edit", gettext_lazy("Mark as done"), actions.complete, icon="check"),
        Bulk("action.edit", gettext_lazy("Assign"), actions.assign, form=AssignForm, icon="user-check", slug="assign"),
        Bulk("action.edit", gettext_lazy("Set due date"), actions.set_due, form=DueForm, icon="calendar", slug="due"),
    )

    def visible(self) -> QuerySet[Any]:
        return queries.listed(self.seen(ActionItem.objects.all()), self.user)

    def doors(self) -> Sequence[Door]:
        new = door(_("New action item"), "followups:action_item_new", user=self.user, may="action.raise", icon="plus")
        return [Door(new.label, new.url, new.verdict, icon="plus", primary=True)]


@page("actions/new/", name="followups:action_item_new", may="action.raise")
class ActionNew(CreatePage):
    """Raise an action item."""

    title, form_class, menu = gettext_lazy("New action item"), NewActionForm, LIST
    success = gettext_lazy("Action item raised.")

    def form_options(self) -> dict[str, Any]:
        given = {"on": self.request.GET.get("on", ""), "owner": self.user}
        return {"reader": self.user, "initial": given}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Action items"), reverse(LIST))]

    def create(self, data: dict[str, Any]) -> ActionItem:
        fields = dict(data)
        return actions.raise_item(parent=fields.pop("on"), actor=self.user, **fields)

    def cancel_url(self) -> str:
        return reverse(LIST)


class OneAction:
    """What the pages of one action item share."""

    menu = LIST
    object: Any
    user: Any

    def crumbs(self) -> Sequence[Crumb]:
        trail = [Crumb(_("Action items"), reverse(LIST))]
        parent: Any = queries.parent_of(self.object, self.user)
        if parent is not None:
            trail.append(Crumb(str(parent), parent.get_absolute_url()))
        return trail


def _details(request: HttpRequest, item: ActionItem) -> Mapping[str, Any]:
    return {"item": item}


def _history(request: HttpRequest, item: ActionItem) -> Mapping[str, Any]:
    return {"happenings": history_of([item], limit=50, until=instant_of(item))}


@page("actions/<int:pk>/", name="followups:action_item", may="action.view")
class ActionItemPage(OneAction, DetailPage):
    """One action item with what is to be done, and what happened."""

    queryset = ActionItem.objects.select_related("owner", "created_by")
    keeps_history = True
    panels = (
        Panel("details", gettext_lazy("What is to be done"), "followups/details.html", _details, order=10, past=True),
        Panel(
            "history",
            gettext_lazy("What happened"),
            "console/history.html",
            _history,
            column="side",
            order=20,
            past=True,
        ),
    )

    def get_panels(self) -> Sequence[Panel]:
        return [*self.panels, *ITEM_PANELS]

    def facts(self) -> Sequence[Fact]:
        item = self.object
        away = "" if self.instant else away_words(item.owner)
        due = marks.time(item.due_on, _("no date"))
        return [
            Fact(_("State"), state_badge(item)),
            Fact(_("Owner"), marks.person(item.owner, avatar=False)),
            *([Fact(_("Away"), away)] if away else []),
            Fact(_("Due"), format_html('<span class="t-red b">{}</span>', due) if item.is_late(self.today) else due),
            Fact(_("Priority"), item.get_priority_display()),
            Fact(_("Comes from"), item.get_source_display()),
            Fact(_("Asked for by"), marks.person(item.created_by, avatar=False)),
        ]

    def doors(self) -> Sequence[Door]:
        item, edit = self.object, "followups:action_item_edit"
        steps = [
            Door(label, reverse(f"followups:action_item_{verb}", args=[item.pk]), verdict, icon, primary)
            for verb, label, icon, primary in STEPS
            if FLOW.find(item.state, verb) and not (verdict := may(item, verb, self.user, FLOW)).hidden
        ]
        if item.is_open:
            steps.append(door(_("Edit"), edit, item.pk, may="action.edit", user=self.user, obj=item, icon="pencil"))
        return steps


STEPS = (
    ("complete", gettext_lazy("Mark as done"), "check", True),
    ("start", gettext_lazy("Begin"), "player-play", False),
    ("cancel", gettext_lazy("Cancel it"), "x", False),
    ("reopen", gettext_lazy("Reopen"), "arrow-back-up", True),
)


@page("actions/<int:pk>/edit/", name="followups:action_item_edit", may="action.edit")
class ActionEdit(OneAction, EditPage):
    """Change what an action item says."""

    queryset, form_class = ActionItem.objects.select_related("owner"), ActionForm
    title = gettext_lazy("Edit action item")

    def save(self, changes: Mapping[str, Any], *, version: int) -> ActionItem:
        return actions.edit_item(self.object.pk, changes, actor=self.user, version=version)


class Step(OneAction, ActionPage):
    """One step of an action item's life."""

    queryset = ActionItem.objects.select_related("owner")
    code = "action.edit"
    form_class: ClassVar[type[forms.BaseForm]] = NoteForm

    def success_url(self, result: Any) -> str:
        home = self.request.POST.get("next") == "my-work"
        return reverse("ui:my_work") if home else super().success_url(result)


@page("actions/<int:pk>/start/", name="followups:action_item_start", may="action.view")
class StartAction(Step):
    title, action = gettext_lazy("Begin"), staticmethod(actions.start)
    submit_label, success = gettext_lazy("Begin"), gettext_lazy("The action item is in progress.")


@page("actions/<int:pk>/complete/", name="followups:action_item_complete", may="action.view")
class CompleteAction(Step):
    title, action = gettext_lazy("Mark as done"), staticmethod(actions.complete)
    submit_label, success = gettext_lazy("Mark as done"), gettext_lazy("The action item is done.")


@page("actions/<int:pk>/cancel/", name="followups:action_item_cancel", may="action.view")
class CancelAction(Step):
    title, action, form_class = gettext_lazy("Cancel it"), staticmethod(actions.cancel), ReasonForm
    submit_label, success = gettext_lazy("Cancel the action item"), gettext_lazy("The action item is cancelled.")


@page("actions/<int:pk>/reopen/", name="followups:action_item_reopen", may="action.view")
class ReopenAction(Step):
    title, action, form_class = gettext_lazy("Reopen"), staticmethod(actions.reopen), ReasonForm
    submit_label, success = gettext_lazy("Reopen"), gettext_lazy("The action item is open again.")
