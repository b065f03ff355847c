"""Custom fields: which there are, their order, and the forms behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Role
from pmo.access.policy import can, require
from pmo.audit.history import history_of
from pmo.console.field_forms import FieldForm, FieldTypeForm, NewFieldForm
from pmo.fields import actions
from pmo.fields.models import CustomField
from pmo.fields.offers import FIELDED, Fielded
from pmo.fields.queries import filled, option_use
from pmo.fields.rules import definitions as d
from pmo.kernel.errors import Invalid
from pmo.ui import formats
from pmo.ui.pages import ActionPage, CreatePage, Crumb, DetailPage, Door, EditPage, Fact, Page, Panel, door, page

HOME = "console:field_list"


@dataclass(frozen=True)
class Shelf:
    """The fields of one kind of object with how many objects have a value of each."""

    fielded: Fielded
    rows: Sequence[tuple[CustomField, int]]
    retired: Sequence[tuple[CustomField, int]]


def shelves(user: Any) -> list[Shelf]:
    """The fields that the person may see, by kind: two queries and one for each kind that has fields."""
    fields = list(CustomField.objects.visible_to(user))
    return [_shelf(each, [field for field in fields if field.kind == each.kind]) for each in FIELDED.all()]


def _shelf(fielded: Fielded, fields: Sequence[CustomField]) -> Shelf:
    counts = filled(fielded, [field.slug for field in fields])
    rows = [(field, counts[field.slug]) for field in fields]
    return Shelf(
        fielded,
        [row for row in rows if row[0].retired_at is None],
        [row for row in rows if row[0].retired_at is not None],
    )


def role_names(codes: Sequence[str]) -> str:
    """The roles in words; nobody in particular is everybody."""
    if not codes:
        return _("everybody who sees the object")
    return ", ".join(Role.objects.filter(code__in=codes).values_list("name", flat=True))


@page("settings/fields/", name=HOME, may="field.view")
class FieldList(Page):
    """Every custom field by kind of object, in the order of forms."""

    title = gettext_lazy("Custom fields")
    template_name = "console/fields.html"
    lead = gettext_lazy("What this organisation wants to know beyond the built-in fields.")

    def doors(self) -> Sequence[Door]:
        return [door(_("Add field"), "console:field_new", user=self.user, may="field.edit", icon="plus", primary=True)]

    def context(self, **more: Any) -> dict[str, Any]:
        found = shelves(self.user)
        names = dict(Role.objects.values_list("code", "name"))
        may_edit = bool(can(self.user, "field.edit"))
        return super().context(shelves=found, role_names=names, may_edit=may_edit, **more)


class FieldPages:
    """What the pages about one field share; who may see no list of them learns nothing of one."""

    menu = HOME
    queryset: ClassVar[QuerySet[Any] | None] = CustomField.objects.all()
    title: Any
    object: Any
    may: str
    user: Any

    def prepare(self) -> None:
        require(self.user, "field.view")
        self.object = self.find()  # type: ignore[attr-defined]
        require(self.user, self.may, self.object, view="field.view")

    def crumbs(self) -> Sequence[Crumb]:
        trail = [Crumb(gettext_lazy("Custom fields"), reverse(HOME))]
        return [*trail, Crumb(str(self.object), self.object.get_absolute_url())] if self.title else trail


@page("settings/fields/new/", name="console:field_new", may="field.edit")
class FieldNew(CreatePage):
    """Declare a field."""

    title, menu, form_class = gettext_lazy("Add field"), HOME, NewFieldForm

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"kind": self.request.GET.get("kind", "")}}

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Custom fields"), reverse(HOME))]

    def create(self, data: dict[str, Any]) -> CustomField:
        return actions.add_field(**data, actor=self.user)

    def cancel_url(self) -> str:
        return reverse(HOME)


def choices_panel(request: HttpRequest, field: CustomField) -> Mapping[str, Any] | None:
    if field.type not in d.CHOOSING:
        return None
    fielded = FIELDED.find(field.kind)
    used = option_use(fielded, field) if fielded is not None else {}
    return {"options": [(option, used.get(option.slug, 0)) for option in field.options]}


def history_panel(request: HttpRequest, field: CustomField) -> Mapping[str, Any]:
    return {"happenings": history_of([field], limit=20)}


@page("settings/fields/<int:pk>/", name="console:field", may="field.view")
class FieldPage(FieldPages, DetailPage):
    """One field: what it asks, whom it is shown to, how much it is used."""

    panels = (
        Panel("choices", gettext_lazy("Choices"), "console/field_choices.html", choices_panel, order=10),
        Panel("history", gettext_lazy("History"), "console/history.html", history_panel, order=90),
    )

    def facts(self) -> Sequence[Fact]:
        field = self.object
        fielded = FIELDED.find(field.kind)
        count = filled(fielded, [field.slug])[field.slug] if fielded is not None else 0
        pairs = [
            (_("Field of"), field.kind_label),
            (_("Type"), f"{field.get_type_display()}, {field.unit}" if field.unit else field.get_type_display()),
            (_("Name in addresses and files"), field.slug),
            (_("Section"), field.section),
            (_("Required"), _("yes, of new objects") if field.required else _("no")),
            (_("In packs"), _("yes") if field.in_packs else _("no")),
            (_("Seen by"), role_names(field.seen_by)),
            (_("Values"), formats.number(count)),
            (_("Retired"), formats.day(field.retired_at)),
        ]
        return [Fact(label, value) for label, value in pairs if value]

    def doors(self) -> Sequence[Door]:
        life = self._door(_("Restore"), "restore") if self.object.retired_at else self._door(_("Retire"), "retire")
        edit = self._door(_("Edit"), "edit", icon="edit", primary=True)
        return [edit, self._door(_("Change type"), "type"), life, self._door(_("Delete"), "delete")]

    def _door(self, label: str, verb: str, **options: Any) -> Door:
        return door(label, f"console:field_{verb}", self.object.pk, user=self.user, may="field.edit", **options)


@page("settings/fields/<int:pk>/edit/", name="console:field_edit", may="field.edit")
class FieldEdit(FieldPages, EditPage):
    """Change what a field is called, offers and demands."""

    title, form_class, template_name = gettext_lazy("Edit field"), FieldForm, "console/field_form.html"

    def perform(self, form: Any) -> CustomField:
        return actions.edit_field(self.object.pk, form.changes(), actor=self.user, version=self.sent_version())


@page("settings/fields/<int:pk>/type/", name="console:field_type", may="field.edit")
class FieldTypePage(FieldPages, EditPage):
    """Give the values another type: first it is told how many convert, then it is done."""

    title, form_class, template_name = gettext_lazy("Change type"), FieldTypeForm, "console/field_type.html"
    submit_label = gettext_lazy("See what converts")
    success = gettext_lazy("The type is changed and every value converted.")

    def form_options(self) -> dict[str, Any]:
        labels = "\n".join(option.label for option in self.object.options)
        return {"initial": {"type": self.object.type, "unit": self.object.unit, "choices": labels}}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.make_form(request.POST)
        if "confirmed" in request.POST or not form.is_valid():
            return super().post(request, *args, **kwargs)
        try:
            kept, failing = actions.preview_type(self.object, **form.cleaned_data)
        except Invalid as error:
            form.add_error(None, error.message)
            return self.show(form, status=422)
        return self.show(form, kept=kept, failing=failing, previewed=True)

    def perform(self, form: Any) -> CustomField:
        return actions.change_type(self.object.pk, **form.cleaned_data, actor=self.user, version=self.sent_version())


@page("settings/fields/<int:pk>/retire/", name="console:field_retire", may="field.edit")
class FieldRetire(FieldPages, ActionPage):
    """Take a field out of use."""

    title = gettext_lazy("Retire field")
    lead = gettext_lazy("Nobody is asked for it any more and lists do not show it. Its values stay for a return.")
    submit_label, success = gettext_lazy("Retire field"), gettext_lazy("The field is retired.")
    action = staticmethod(actions.retire)


@page("settings/fields/<int:pk>/restore/", name="console:field_restore", may="field.edit")
class FieldRestore(FieldPages, ActionPage):
    """Take a field into use again."""

    title = gettext_lazy("Restore field")
    lead = gettext_lazy("Forms and lists have it again, with the values it had.")
    submit_label, success = gettext_lazy("Restore field"), gettext_lazy("The field is in use again.")
    action = staticmethod(actions.restore)


@page("settings/fields/<int:pk>/delete/", name="console:field_delete", may="field.edit")
class FieldDelete(FieldPages, ActionPage):
    """Remove a field without values."""

    title, danger = gettext_lazy("Delete field"), True
    lead = gettext_lazy("Only a field that no object has a value of can go. Its history stays.")
    submit_label, success = gettext_lazy("Delete field"), gettext_lazy("The field is deleted.")
    action = staticmethod(actions.delete_field)

    def success_url(self, result: Any) -> str:
        return reverse(HOME)


@page("settings/fields/<int:pk>/move/", name="console:field_move", may="field.edit")
class FieldMove(FieldPages, DetailPage):
    """One place up or down; the list comes back with the field under the keyboard."""

    http_method_names = ("post",)  # type: ignore[assignment]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        moved = actions.move(self.object.pk, up=request.POST.get("way") == "up", actor=self.user)
        messages.success(request, _("“%(field)s” moved.") % {"field": moved.label})
        return HttpResponseRedirect(f"{reverse(HOME)}#field-{moved.pk}")
