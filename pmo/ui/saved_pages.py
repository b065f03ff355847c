"""The pages of saved views: all that one has, a new one, renaming and sharing, deleting, and what a list opens with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Role, User
from pmo.access.policy import can, insist, require
from pmo.kernel.errors import Invalid, NotVisible
from pmo.ui import actions
from pmo.ui.filters import ChoiceFilter, FilterSet
from pmo.ui.models import LONGEST_QUERY, DefaultView, SavedView, Sharing
from pmo.ui.pages import ActionPage, Crumb, Door, ListPage, ListView
from pmo.ui.pages.forms import FormPage
from pmo.ui.pages.page import Page
from pmo.ui.registry import Declared, page, pages
from pmo.ui.tables import Badge, Link, Moment, Person, Table, Text

LIST = "ui:view_list"


def list_named(name: str, user: User) -> Declared:
    """The declared list of that name, when the person may open it."""
    found = next((each for each in pages() if each.name == name and issubclass(each.view, ListPage)), None)
    if found is None or found.may and not can(user, found.may):
        raise NotVisible(_("There is no such list, or not for you."))
    return found


def list_words(view: SavedView) -> str:
    """The name of the list that a view belongs to."""
    found = next((each for each in pages() if each.name == view.page), None)
    title = getattr(found.view, "title", "") or getattr(found.view, "noun", "") if found else ""
    return str(title or view.page)


def shown_to(view: SavedView) -> str:
    """Who sees a view, in words."""
    if view.sharing != Sharing.ROLES:
        return str(Sharing(view.sharing).label)
    return _("Roles: %(roles)s") % {"roles": ", ".join(view.roles)}


class SavedViewTable(Table):
    """Views of lists."""

    name = Link("name", gettext_lazy("View"), to=lambda view: view.list_url, sort="name")
    of = Text(list_words, gettext_lazy("List"), sort="page", group="page")
    owner = Person("owner", gettext_lazy("Owner"), sort=("owner__first_name", "owner__last_name"))
    sharing = Badge("sharing", gettext_lazy("Shown to"), sort="sharing", choices=dict(Sharing.choices), group="sharing")
    roles = Text(shown_to, gettext_lazy("Roles"), phone=False)
    changed = Moment("updated_at", gettext_lazy("Changed"), sort="updated_at", phone=False)
    edit = Link(
        lambda view: _("Rename, share or delete"),
        gettext_lazy("Change"),
        to=lambda view: reverse("ui:view_edit", args=[view.pk]),
    )
    default = ("name", "of", "owner", "sharing", "changed", "edit")
    order = "of,name"


class SavedViewFilters(FilterSet):
    """Views by name and by who sees them."""

    search_fields = ("name",)
    sharing = ChoiceFilter(choices=Sharing, label=gettext_lazy("Shown to"), everything=gettext_lazy("Shown to anybody"))

    class Meta:
        model = SavedView
        fields: tuple[str, ...] = ()


@page("views/", name=LIST, may="view.edit")
class SavedViewList(ListPage):
    """The views that the reader has: his own and those that others share."""

    title, noun = gettext_lazy("Saved views"), gettext_lazy("Views")
    table, filters = SavedViewTable, SavedViewFilters
    views = (
        ListView("all", gettext_lazy("All")),
        ListView("mine", gettext_lazy("My own"), lambda page: Q(owner=page.user.pk)),
    )
    empty = gettext_lazy("No view yet. Filter a list, choose its columns, then save the view there.")

    def visible(self) -> QuerySet[Any]:
        return SavedView.objects.visible_to(self.user).select_related("owner")


class ViewForm(forms.Form):
    """Name of a view, who sees it, and whose list opens with it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    opens_mine = forms.BooleanField(label=gettext_lazy("The list opens with this view for me"), required=False)
    sharing = forms.ChoiceField(
        label=gettext_lazy("Who sees it"), choices=Sharing.choices, initial=Sharing.NOBODY, widget=forms.RadioSelect
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that see it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    opens_for = forms.MultipleChoiceField(
        label=gettext_lazy("Roles whose list opens with it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    SHARED = ("sharing", "roles", "opens_for")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.code, role.name) for role in Role.objects.all()]
        for name in ("roles", "opens_for"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not can(reader, "view.share"):
            for name in self.SHARED:
                del self.fields[name]

    def view_fields(self) -> dict[str, Any]:
        """What belongs to the view itself."""
        return {name: self.cleaned_data[name] for name in ("name", "sharing", "roles") if name in self.cleaned_data}


class ViewFormPage(FormPage):
    """Base of the forms about one view."""

    form_class = ViewForm
    submit_label = gettext_lazy("Save view")
    menu = LIST

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(_("Saved views"), reverse(LIST))]

    def form_options(self) -> dict[str, Any]:
        return {"reader": self.user, "initial": self.initial()}

    def initial(self) -> dict[str, Any]:
        return {}

    def set_defaults(self, view: SavedView, data: dict[str, Any], *, was_mine: bool = False) -> None:
        """Whose lists open with the view."""
        if data["opens_mine"] != was_mine:
            actions.open_with(view.page, view.pk if data["opens_mine"] else None, actor=self.user)
        if "opens_for" in data:
            actions.open_for_roles(view.pk, data["opens_for"], actor=self.user)

    def success_url(self, result: Any) -> str:
        return result.list_url or reverse(LIST)

    def cancel_url(self) -> str:
        return reverse(LIST)


@page("views/new/", name="ui:view_new", may="view.edit")
class ViewNew(ViewFormPage):
    """Keep the filters and columns of a list under a name."""

    title = gettext_lazy("Save this view")
    lead = gettext_lazy("Filters, columns, order and groups are kept; the rows are always those of today.")

    def prepare(self) -> None:
        super().prepare()
        self.listed = list_named(self.request.GET.get("list", ""), self.user)
        self.query = self.request.GET.get("query", "")
        if len(self.query) > LONGEST_QUERY:
            raise Invalid({"query": [_("This address is too long to be kept.")]})

    def perform(self, form: Any) -> SavedView:
        fields = {**form.view_fields(), "query": self.query}
        with actions.together("view.edit", actor=self.user):
            view = actions.save_view(self.listed.name, fields, actor=self.user)
            self.set_defaults(view, form.cleaned_data)
        return view

    def cancel_url(self) -> str:
        try:
            return f"{reverse(self.listed.name)}?{self.query}"
        except NoReverseMatch:
            return reverse(LIST)


class OfOneView(Page):
    """A page about one view that the reader has."""

    def prepare(self) -> None:
        require(self.user, "view.edit")
        self.object = self.find()

    def find(self) -> SavedView:
        found = SavedView.objects.visible_to(self.user).select_related("owner").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible(_("There is no such view, or it is not shown to you any more."))
        return found


@page("views/<int:pk>/edit/", name="ui:view_edit", may="view.edit")
class ViewEdit(OfOneView, ViewFormPage):
    """Rename a view, share it, or choose whose list opens with it."""

    success = gettext_lazy("View saved.")

    def prepare(self) -> None:
        super().prepare()
        insist(actions.may_change(self.object, self.user))

    def get_title(self) -> str:
        return self.object.name

    def doors(self) -> Sequence[Door]:
        return [Door(_("Delete"), reverse("ui:view_delete", args=[self.object.pk]), icon="trash")]

    def initial(self) -> dict[str, Any]:
        defaults = DefaultView.objects.filter(view=self.object)
        return {
            "name": self.object.name,
            "sharing": self.object.sharing,
            "roles": self.object.roles,
            "opens_mine": defaults.filter(user=self.user).exists(),
            "opens_for": list(defaults.exclude(role="").values_list("role", flat=True)),
        }

    def perform(self, form: Any) -> SavedView:
        with actions.together("view.edit", actor=self.user):
            view = actions.change_view(self.object.pk, form.view_fields(), actor=self.user)
            self.set_defaults(view, form.cleaned_data, was_mine=self.initial()["opens_mine"])
        return view


@page("views/<int:pk>/delete/", name="ui:view_delete", may="view.edit")
class ViewDelete(OfOneView, ActionPage):
    """Remove a view."""

    queryset = SavedView.objects.all()
    menu = LIST
    title, submit_label, danger = gettext_lazy("Delete this view"), gettext_lazy("Delete the view"), True
    lead = gettext_lazy("Nobody has it any more. Nothing but the view is lost: the rows of the list stay.")
    success = gettext_lazy("View deleted.")
    action = staticmethod(actions.delete_view)

    def prepare(self) -> None:
        super().prepare()
        insist(actions.may_change(self.object, self.user))

    def success_url(self, result: Any) -> str:
        return reverse(LIST)

    def cancel_url(self) -> str:
        return reverse("ui:view_edit", args=[self.object.pk])


class BackToList(Page):
    """A page that does something and goes back to the list it came from."""

    http_method_names = ["post", "options"]

    def back(self, query: str = "") -> HttpResponseRedirect:
        asked = self.request.POST.get("next", "")
        own = url_has_allowed_host_and_scheme(asked, {self.request.get_host()}, require_https=self.request.is_secure())
        place = asked if own and asked.startswith("/") else reverse(LIST)
        return HttpResponseRedirect(f"{place}?{query}" if query else place)


@page("views/<int:pk>/update/", name="ui:view_update", may="view.edit")
class ViewUpdate(OfOneView, BackToList):
    """Keep the present filters in a view, or have the list open with it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("act") == "open":
            actions.open_with(self.object.page, self.object.pk, actor=self.user)
            messages.success(request, _("The list opens with “%(view)s” for you.") % {"view": self.object.name})
        else:
            changes = {"query": request.POST.get("query", "")}
            actions.change_view(self.object.pk, changes, actor=self.user, version=self.version())
            messages.success(request, _("“%(view)s” keeps these filters and columns.") % {"view": self.object.name})
        return self.back(f"saved={self.object.pk}")

    def version(self) -> int | None:
        raw = self.request.POST.get("version", "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


@page("views/plain/", name="ui:view_plain", may="view.edit")
class ViewPlain(BackToList):
    """Have a list open plainly again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        listed = list_named(request.POST.get("list", ""), self.user)
        actions.open_with(listed.name, None, actor=self.user)
        messages.success(request, _("The list opens plainly for you."))
        return self.back()
