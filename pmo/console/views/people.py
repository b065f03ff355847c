"""Pages about accounts: the list, one account, its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Grant, User
from pmo.access.policy import can, require, within
from pmo.console import guards
from pmo.console.actions import people
from pmo.console.forms import NewPersonForm, PasswordForm, PersonForm
from pmo.console.histories import account_history
from pmo.console.queries import (
    account_version,
    accounts,
    listed_accounts,
    rights_in_words,
    scope_keys,
    scope_names,
    scope_words,
)
from pmo.console.tables import UserFilters, UserTable
from pmo.console.views.lent import delegations_panel
from pmo.ui import formats
from pmo.ui.pages import (
    ActionPage,
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

LIST = "console:user_list"


def page_of(pk: int) -> str:
    return reverse("console:user", args=[pk])


@page("users/", name=LIST, may="user.view")
class UserList(ListPage):
    """Everybody with an account."""

    title = gettext_lazy("Users")
    queryset = accounts()
    table, filters = UserTable, UserFilters
    export_may = "user.view"
    views = (
        ListView("people", gettext_lazy("People"), Q(is_service=False, is_active=True)),
        ListView("services", gettext_lazy("Service accounts"), Q(is_service=True, is_active=True)),
        ListView("closed", gettext_lazy("Closed"), Q(is_active=False)),
    )
    empty = gettext_lazy("Nobody is here. People whose accounts were closed are under Closed.")

    def visible(self) -> QuerySet[Any]:
        return listed_accounts().filter(within(self.user, "user.view", User))

    def doors(self) -> Sequence[Door]:
        return [
            door(_("Roles"), "console:role_list", user=self.user, icon="shield-lock"),
            door(_("Invitations"), "console:invitation_list", user=self.user, may="user.edit", icon="mail"),
            door(_("Add person"), "console:user_new", user=self.user, may="user.edit", icon="user-plus"),
            door(_("Invite person"), "console:invite", user=self.user, may="user.edit", icon="mail", primary=True),
        ]


class AccountPage:
    """What all pages about one account share: which accounts there are and where they are shown."""

    menu = LIST
    user: User
    object: Any
    title: Any

    def prepare(self) -> None:
        """Whoever sees no accounts learns nothing about one; the right to see comes before the search."""
        require(self.user, "user.view")
        self.object = self.find()  # type: ignore[attr-defined]

    def visible(self) -> QuerySet[Any]:
        return accounts().select_related("placement__unit", "invitation").filter(within(self.user, "user.view", User))

    def crumbs(self) -> Sequence[Crumb]:
        trail = [Crumb(gettext_lazy("Users"), reverse(LIST))]
        return [*trail, Crumb(str(self.object), page_of(self.object.pk))] if self.title else trail

    def success_url(self, result: Any) -> str:
        return page_of(self.object.pk)

    def cancel_url(self) -> str:
        return page_of(self.object.pk)


def grant_row(grant: Grant, scope: str) -> dict[str, Any]:
    """A grant with its last day: the stored end is the first instant without it."""
    end = grant.ends_at
    last = end - timedelta(seconds=1) if end else None
    return {"grant": grant, "scope": scope, "last_day": last, "ended": end is not None and end <= timezone.now()}


# --- panels -------------------------------------------------------------------------------------------------------
def grants_panel(request: HttpRequest, person: User) -> Mapping[str, Any]:
    grants = list(person.grants.select_related("role").order_by("role__name", "scope", "pk"))
    names = scope_names(scope_keys(grants))
    rows = [grant_row(grant, scope_words(grant, names)) for grant in grants]
    return {"rows": rows, "verdict": can(request.user, "grant.edit"), "person": person}  # type: ignore[arg-type]


def rights_panel(request: HttpRequest, person: User) -> Mapping[str, Any]:
    return {"rights": rights_in_words(person), "person": person}


def tokens_panel(request: HttpRequest, person: User) -> Mapping[str, Any]:
    verdict = can(request.user, "user.edit")  # type: ignore[arg-type]
    return {"tokens": person.tokens.filter(revoked_at=None), "verdict": verdict}


def history_panel(request: HttpRequest, person: User) -> Mapping[str, Any]:
    return {"happenings": account_history(person)}


@page("users/<int:pk>/", name="console:user", may="user.view")
class UserPage(AccountPage, DetailPage):
    """One account: what it holds, what that allows, what happened to it."""

    panels = (
        Panel("roles", gettext_lazy("Roles"), "console/grants.html", grants_panel, order=10),
        Panel("history", gettext_lazy("History"), "console/history.html", history_panel, order=20, may="audit.view"),
        Panel("rights", gettext_lazy("What this allows"), "console/rights.html", rights_panel, column="side"),
        Panel("tokens", gettext_lazy("API tokens"), "console/tokens_panel.html", tokens_panel, column="side", order=60),
        Panel("lent", gettext_lazy("Delegations"), "console/delegations_panel.html", delegations_panel, order=15),
    )

    def code(self) -> str:
        return str(self.object.username)

    def facts(self) -> Sequence[Fact]:
        person, placement = self.object, getattr(self.object, "placement", None)
        return [
            Fact(_("Account"), self._account()),
            Fact(_("Kind"), _("Service account") if person.is_service else _("Person")),
            Fact(_("Job title"), person.job_title or "–"),
            Fact(_("E-mail"), person.email or "–"),
            Fact(_("Unit"), placement.unit if placement else _("no unit")),
            Fact(_("Last sign-in"), formats.instant(person.last_login) or _("never")),
        ]

    def _account(self) -> str:
        """Whether the account is open, and whether its holder has come yet."""
        waiting = getattr(self.object, "invitation", None)
        if not self.object.is_active:
            return _("closed")
        words = {"open": _("invited"), "expired": _("invited, link expired")}
        return words.get(waiting.state if waiting else "", _("open"))

    def doors(self) -> Sequence[Door]:
        person, actor, args = self.object, self.user, [self.object.pk]
        edit = can(actor, "user.edit")
        grant = guards.may_grant(actor, person)
        link, word = guards.may_invite(actor, person), guards.may_set_password(actor, person)
        doors = [
            Door(_("Grant a role"), reverse("console:grant_new", args=args), grant, "user-check", primary=bool(grant)),
            Door(_("Edit"), reverse("console:user_edit", args=args), edit, "edit"),
        ]
        if not edit:
            return doors
        return [
            *doors,
            Door(_("Send password link"), reverse("console:user_invite", args=args), link, "mail"),
            Door(_("Set password"), reverse("console:user_password", args=args), word, "key"),
            *self._invitation(),
            self._closing(),
            *self._erasing(),
        ]

    def _invitation(self) -> list[Door]:
        """What can be done with an invitation that nobody has accepted."""
        waiting = getattr(self.object, "invitation", None)
        if waiting is None or waiting.state not in ("open", "expired"):
            return []
        again = reverse("console:invitation_resend", args=[waiting.pk])
        back = reverse("console:invitation_withdraw", args=[waiting.pk])
        return [
            Door(_("Send the invitation again"), again, icon="mail"),
            Door(_("Withdraw the invitation"), back, icon="x"),
        ]

    def _erasing(self) -> list[Door]:
        """Offered on closed accounts only; an open one is closed first."""
        if self.object.is_active:
            return []
        verdict = guards.may_erase(self.user, self.object)
        return [Door(_("Erase personal data"), reverse("console:user_erase", args=[self.object.pk]), verdict, "trash")]

    def _closing(self) -> Door:
        person, actor, args = self.object, self.user, [self.object.pk]
        if person.is_active:
            verdict = guards.may_close(actor, person)
            return Door(_("Close account"), reverse("console:user_close", args=args), verdict, "lock")
        verdict = guards.may_reopen(actor, person)
        return Door(_("Reopen account"), reverse("console:user_reopen", args=args), verdict, "arrow-back-up")


# --- forms --------------------------------------------------------------------------------------------------------
@page("users/new/", name="console:user_new", may="user.edit")
class UserNew(CreatePage):
    """A new account."""

    title, menu = gettext_lazy("Add person"), LIST
    form_class = NewPersonForm
    lead = gettext_lazy("The account has no role yet; the next page grants one.")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("Users"), reverse(LIST))]

    def create(self, data: dict[str, Any]) -> User:
        entry, unit, password = data.pop("entry"), data.pop("unit"), data.pop("password")
        data["is_service"] = entry == "none"
        first = password if entry == "password" else ""
        return people.create_person(data, actor=self.user, unit=unit, password=first, invite=entry == "link")

    def success_url(self, result: User) -> str:
        return page_of(result.pk)

    def cancel_url(self) -> str:
        return reverse(LIST)


@page("users/<int:pk>/edit/", name="console:user_edit", may="user.edit")
class UserEdit(AccountPage, EditPage):
    """Name, address, sign-in name, unit."""

    form_class = PersonForm

    def prepare(self) -> None:
        super().prepare()
        require(self.user, self.may)
        self.object.version = account_version(self.object)
        self.title = _("Edit %(name)s") % {"name": self.object}

    def save(self, changes: Mapping[str, Any], *, version: int) -> User:
        plain = {name: value for name, value in changes.items() if name != "unit"}
        return people.edit_person(self.object.pk, plain, actor=self.user, version=version, unit=self._unit(changes))

    def _unit(self, changes: Mapping[str, Any]) -> Any:
        if "unit" in changes:
            return changes["unit"]
        placement = getattr(self.object, "placement", None)
        return placement.unit if placement else None


class AccountAction(AccountPage, ActionPage):
    """A verb on one account."""

    def prepare(self) -> None:
        super().prepare()
        require(self.user, self.code)


@page("users/<int:pk>/invite/", name="console:user_invite", may="user.view")
class UserInvite(AccountAction):
    """Send the link to choose a password."""

    title = gettext_lazy("Send password link")
    lead = gettext_lazy("A link to choose a password goes to the address of the account; it works once.")
    code, action = "user.edit", staticmethod(people.send_link)
    submit_label, success = gettext_lazy("Send the link"), gettext_lazy("The link is on its way.")


@page("users/<int:pk>/password/", name="console:user_password", may="user.view")
class UserPassword(AccountAction):
    """Give somebody a password to hand over."""

    title = gettext_lazy("Set password")
    code, action, form_class = "user.edit", staticmethod(people.set_password), PasswordForm
    submit_label, success = gettext_lazy("Set password"), gettext_lazy("Password set. Hand it over in person.")
