"""One's own delegations: who acts for me, for whom I act, and the forms that begin and end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Delegation, User
from pmo.access.permissions import PERMISSIONS
from pmo.access.policy import can, require
from pmo.console.actions import delegations
from pmo.console.queries import delegations_of
from pmo.console.views.grants import start_of
from pmo.console.views.lent import delegation_row
from pmo.console.views.me import DELEGATIONS, OwnPages
from pmo.ui.pages import ActionPage, CreatePage, Crumb, Door, Page, door, page
from pmo.ui.widgets import DateInput, PickField

NAMES = User.NAMES


class DelegationForm(forms.Form):
    """Who stands in, from when to when, and with which rights."""

    RIGHTS: ClassVar = [
        ("all", gettext_lazy("Everything I may do, but for my account and my tokens")),
        ("chosen", gettext_lazy("Only what I choose here")),
    ]
    delegate = PickField(
        User.objects.people().filter(is_active=True),
        source="colleague",
        key="username",
        names=NAMES,
        label=gettext_lazy("Who acts for me"),
        help_text=gettext_lazy("Found as you type."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=DateInput, help_text=gettext_lazy("Empty means from now on.")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"), widget=DateInput, help_text=gettext_lazy("The last day. It ends by itself.")
    )
    rights = forms.ChoiceField(
        label=gettext_lazy("With which rights"), choices=RIGHTS, widget=forms.RadioSelect, initial="all"
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("Chosen rights"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["permissions"]
        choices.choices = [(code, PERMISSIONS[code].label) for code in delegations.lendable(giver)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("rights") == "chosen" and not given.get("permissions") and "permissions" not in self.errors:
            self.add_error("permissions", _("Choose at least one right, or let the person use all."))
        return given

    def chosen(self) -> list[str]:
        """The rights as the action takes them; none means all."""
        found: list[str] = self.cleaned_data["permissions"] if self.cleaned_data["rights"] == "chosen" else []
        return found


@page("me/delegations/", name=DELEGATIONS, may="delegation.manage")
class DelegationList(OwnPages, Page):
    """Who acts for me and for whom I act."""

    title, template_name, tab = gettext_lazy("Delegations"), "console/delegations.html", DELEGATIONS
    lead = gettext_lazy(
        "While you are away somebody else can act on your behalf. The history names you both; nobody approves what "
        "the other one submitted."
    )

    def doors(self) -> Sequence[Door]:
        label, name = _("Let somebody act for me"), "console:delegation_new"
        return [door(label, name, user=self.user, may="delegation.manage", icon="user-check", primary=True)]

    def context(self, **more: Any) -> dict[str, Any]:
        rows = [delegation_row(each, self.user) for each in delegations_of(self.user)]
        given = [row for row in rows if row["delegation"].delegator_id == self.user.pk]
        held = [row for row in rows if row["delegation"].delegate_id == self.user.pk]
        return super().context(given=given, held=held, **more)


@page("me/delegations/new/", name="console:delegation_new", may="delegation.manage")
class DelegationNew(CreatePage):
    """Choose who stands in."""

    title, form_class, menu = gettext_lazy("Let somebody act for me"), DelegationForm, ""
    submit_label, success = gettext_lazy("Start delegation"), gettext_lazy("Delegation saved. The person was told.")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Delegations"), reverse(DELEGATIONS))]

    def form_options(self) -> dict[str, Any]:
        return {"giver": self.user}

    def perform(self, form: Any) -> Delegation:
        given = form.cleaned_data
        last: Any = start_of(given["ends_on"] + timedelta(days=1))
        return delegations.delegate(
            given["delegate"],
            actor=self.user,
            starts_at=start_of(given["starts_on"]),
            ends_at=last,
            permissions=form.chosen(),
        )

    def success_url(self, result: Any) -> str:
        return reverse(DELEGATIONS)

    def cancel_url(self) -> str:
        return reverse(DELEGATIONS)


@page("delegations/<int:pk>/end/", name="console:delegation_end", may="delegation.manage")
class DelegationEnd(ActionPage):
    """End a delegation now: one's own, or anybody's for those who edit users."""

    title, danger = gettext_lazy("End delegation"), True
    lead = gettext_lazy("What was done on somebody's behalf stays as it is.")
    action = staticmethod(delegations.end_delegation)
    submit_label, success = gettext_lazy("End delegation"), gettext_lazy("Delegation ended.")

    def prepare(self) -> None:
        require(self.user, self.may)
        self.object = self.find()

    def visible(self) -> QuerySet[Any]:
        return delegations_of(self.user, everybody=bool(can(self.user, "user.edit")))

    def context(self, **more: Any) -> dict[str, Any]:
        names = {"delegate": self.object.delegate, "person": self.object.delegator}
        lead = _("%(delegate)s can no longer act on behalf of %(person)s.") % names
        return super().context(lead=f"{lead} {self.lead}", **more)

    def success_url(self, result: Any) -> str:
        return self.cancel_url()

    def cancel_url(self) -> str:
        own = self.user.pk in (self.object.delegator_id, self.object.delegate_id)
        return reverse(DELEGATIONS) if own else reverse("console:user", args=[self.object.delegator_id])
