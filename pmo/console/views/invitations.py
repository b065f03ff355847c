"""Pages of invitations: ask somebody in, the list of them, and the page that an invited person sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from pmo.access.models import User
from pmo.console.actions import inviting
from pmo.console.forms import ComeInForm, InviteForm, NoteForm
from pmo.console.invitations import find_invitation
from pmo.console.models import Invitation
from pmo.console.tables import account_url
from pmo.console.views.grants import start_of
from pmo.console.views.people import LIST
from pmo.kernel.errors import Invalid, WrongState
from pmo.ui.filters import FilterSet
from pmo.ui.pages import ActionPage, CreatePage, Crumb, Door, ListPage, ListView, door, page
from pmo.ui.pages.forms import add_errors
from pmo.ui.tables import Badge, Link, Moment, Person, Table, Text

INVITATIONS = "console:invitation_list"


class InvitationTable(Table):
    person = Link(
        lambda row: str(row.person),
        gettext_lazy("Name"),
        to=lambda row: account_url(row.person),
        sort=("person__first_name", "person__last_name"),
    )
    email = Text("person__email", gettext_lazy("E-mail"), sort="person__email")
    invited_by = Person("invited_by", gettext_lazy("Invited by"), sort="invited_by__first_name", phone=False)
    sent = Moment("sent_at", gettext_lazy("Sent"), sort="sent_at")
    expires = Moment("expires_at", gettext_lazy("Expires"), sort="expires_at")
    state = Badge(
        "state",
        gettext_lazy("State"),
        group=False,
        tones={"open": "blue", "expired": "amber", "accepted": "green", "withdrawn": "grey"},
        choices={
            "open": gettext_lazy("Open"),
            "expired": gettext_lazy("Expired"),
            "accepted": gettext_lazy("Accepted"),
            "withdrawn": gettext_lazy("Withdrawn"),
        },
    )
    default = ("person", "email", "invited_by", "sent", "expires", "state")
    order = "-sent"


class InvitationFilters(FilterSet):
    search_fields = ("person__first_name", "person__last_name", "person__email", "person__username")

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()


@page("users/invitations/", name=INVITATIONS, may="user.edit")
class InvitationList(ListPage):
    """Who was asked in, and who has not come yet."""

    title, menu = gettext_lazy("Invitations"), LIST
    lead = gettext_lazy("Send an invitation again or withdraw it on the account of the person.")
    queryset = Invitation.objects.select_related("person", "invited_by")
    table, filters = InvitationTable, InvitationFilters
    export_may = "user.view"
    views = (
        ListView("open", gettext_lazy("Open"), Q(accepted_at=None, withdrawn_at=None)),
        ListView("accepted", gettext_lazy("Accepted"), Q(accepted_at__isnull=False)),
        ListView("withdrawn", gettext_lazy("Withdrawn"), Q(withdrawn_at__isnull=False)),
    )
    empty = gettext_lazy("No invitation waits for an answer.")

    def visible(self) -> QuerySet[Any]:
        return Invitation.objects.select_related("person", "invited_by").order_by(F("sent_at").desc())

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST))]

    def doors(self) -> Sequence[Door]:
        label = _("Invite person")
        return [door(label, "console:invite", user=self.user, may="user.edit", icon="mail", primary=True)]


@page("users/invite/", name="console:invite", may="user.edit")
class InvitePerson(CreatePage):
    """Ask somebody in by mail, with a first role."""

    title, menu, form_class = gettext_lazy("Invite person"), LIST, InviteForm
    lead = gettext_lazy("The person gets a letter with a link that works once, and chooses a password there.")
    submit_label, success = gettext_lazy("Send invitation"), gettext_lazy("The invitation is on its way.")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST)), Crumb(gettext_lazy("Invitations"), reverse(INVITATIONS))]

    def create(self, data: dict[str, Any]) -> Invitation:
        scope, scope_id = data.pop("within")
        role, unit, last = data.pop("role"), data.pop("unit"), data.pop("ends_on")
        until = start_of(last + timedelta(days=1)) if last else None
        return inviting.invite_person(
            data, actor=self.user, role=role, scope=scope, scope_id=scope_id, ends_at=until, unit=unit
        )

    def success_url(self, result: Invitation) -> str:
        return account_url(result.person)

    def cancel_url(self) -> str:
        return reverse(INVITATIONS)


class InvitationAction(ActionPage):
    """A verb on one invitation."""

    menu = LIST
    queryset: ClassVar[QuerySet[Any] | None] = Invitation.objects.select_related("person")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST)), Crumb(str(self.object.person), self.cancel_url())]

    def success_url(self, result: Any) -> str:
        return self.cancel_url()

    def cancel_url(self) -> str:
        return account_url(self.object.person)


@page("invitations/<int:pk>/resend/", name="console:invitation_resend", may="user.edit")
class InvitationResend(InvitationAction):
    """Send it again."""

    title, action = gettext_lazy("Send the invitation again"), staticmethod(inviting.resend)
    lead = gettext_lazy("A new link is sent; the earlier one stops working.")
    submit_label, success = gettext_lazy("Send again"), gettext_lazy("The invitation is on its way.")


@page("invitations/<int:pk>/withdraw/", name="console:invitation_withdraw", may="user.edit")
class InvitationWithdraw(InvitationAction):
    """Take it back."""

    title, action = gettext_lazy("Withdraw the invitation"), staticmethod(inviting.withdraw)
    lead = gettext_lazy("The link stops working and the account, which nobody has used, is closed.")
    submit_label, success, danger = gettext_lazy("Withdraw"), gettext_lazy("Invitation withdrawn."), True
    form_class = NoteForm


class ComeIn(View):
    """What an invited person sees: his name, and two fields for a password. Open to whoever has the link."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.invitation = find_invitation(kwargs["key"])
        answer = super().dispatch(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.show(ComeInForm())

    def show(self, form: ComeInForm, *, status: int = 200, **more: Any) -> HttpResponse:
        found = {"form": form, "invitation": self.invitation, **more}
        return render(self.request, "account/invitation.html", found, status=status if self.invitation else 410)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        form = ComeInForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            person = inviting.accept(key, password=form.cleaned_data["password"], actor=User.objects.system())
        except Invalid as error:
            add_errors(form, error)
            return self.show(form, status=422)
        except WrongState as error:
            return self.show(form, status=409, wrong_state=error.message)
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(request, _("Welcome. Your password is set."))
        return HttpResponseRedirect(reverse("ui:home"))
