"""One's own pages: who I am, how I like the house, my tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.core import ratelimit
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import Token, User
from pmo.access.policy import can, insist, require
from pmo.console.actions import people, tokens
from pmo.console.forms import ProfileForm, TokenForm
from pmo.console.queries import account_version
from pmo.kernel.errors import Broken, NotVisible
from pmo.ui.pages import ActionPage, CreatePage, Crumb, Door, EditPage, Page, Tab, door, page

PROFILE = "console:me"
TOKENS = "console:token_list"
DELEGATIONS = "console:delegation_list"


class OwnPages:
    """What one's own pages share: two tabs and no permission beyond being signed in."""

    tab = PROFILE
    user: User

    def context(self, **more: Any) -> dict[str, Any]:
        tabs = [
            (_("Profile"), PROFILE),
            (_("Notices"), "console:notice_preferences"),
            (_("Out of office"), "console:away"),
        ]
        if can(self.user, "token.manage"):
            tabs.append((_("API tokens"), TOKENS))
        if can(self.user, "delegation.manage"):
            tabs.append((_("Delegations"), DELEGATIONS))
        shown = [Tab(label, reverse(name), current=name == self.tab) for label, name in tabs]
        return super().context(tabs=shown, **more)  # type: ignore[misc,no-any-return]


@page("me/", name=PROFILE, may="")
class Profile(OwnPages, EditPage):
    """Name, address and preferences."""

    title, form_class, template_name = gettext_lazy("My profile"), ProfileForm, "console/profile.html"
    success = gettext_lazy("Profile saved.")

    def prepare(self) -> None:
        self.object = User.objects.get(pk=self.user.pk)
        self.object.__dict__["version"] = account_version(self.object)

    def save(self, changes: Mapping[str, Any], *, version: int) -> User:
        own = {name: value for name, value in changes.items() if name in people.OWN_FIELDS}
        password = changes.get("current_password", "")
        if password and not ratelimit.consume(self.request, action="reauthenticate", user=self.user):
            raise Broken(_("Too many passwords were tried. Wait a minute and try again."), field="current_password")
        return people.edit_profile(own, actor=self.user, version=version, current_password=password)

    def success_url(self, result: Any) -> str:
        return reverse(PROFILE)

    def cancel_url(self) -> str:
        return reverse(PROFILE)


@page("me/tokens/", name=TOKENS, may="token.manage")
class TokenList(OwnPages, Page):
    """One's API tokens, those that ended below."""

    title, template_name, tab = gettext_lazy("API tokens"), "console/tokens.html", TOKENS
    lead = gettext_lazy(
        "A token lets a program do what you may, within its scopes, until it expires. It never approves."
    )

    def doors(self) -> Sequence[Door]:
        return [door(_("New token"), "console:token_new", user=self.user, may="token.manage", icon="key", primary=True)]

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(tokens=list(self.user.tokens.all()), **more)


@page("me/tokens/new/", name="console:token_new", may="token.manage")
class TokenNew(CreatePage):
    """Make a token; its secret is shown on the answer and nowhere else."""

    title, form_class, menu = gettext_lazy("New token"), TokenForm, ""
    submit_label = gettext_lazy("Make token")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(gettext_lazy("API tokens"), reverse(TOKENS))]

    def perform(self, form: Any) -> tuple[Token, str]:
        given = form.cleaned_data
        return tokens.issue_token(name=given["name"], scopes=form.wanted(), days=given["days"], actor=self.user)

    def done(self, result: tuple[Token, str]) -> HttpResponseBase:
        token, secret = result
        answer: HttpResponse = self.answer("console/token_made.html", token=token, secret=secret, title=token.name)
        answer["Cache-Control"] = "no-store, private"
        return answer

    def cancel_url(self) -> str:
        return reverse(TOKENS)


@page("tokens/<int:pk>/revoke/", name="console:token_revoke", may="token.manage")
class TokenRevoke(ActionPage):
    """End a token: one's own, or anybody's for those who edit users."""

    title, danger = gettext_lazy("Revoke token"), True
    queryset = Token.objects.select_related("user")
    action = staticmethod(tokens.revoke_token)
    submit_label, success = gettext_lazy("Revoke token"), gettext_lazy("Token revoked.")

    def prepare(self) -> None:
        require(self.user, self.may)
        self.object = self.find()
        if not self.is_own and not can(self.user, "user.view"):
            raise NotVisible
        if not self.is_own:
            insist(can(self.user, "user.edit"))

    @property
    def is_own(self) -> bool:
        return bool(self.object.user_id == self.user.pk)

    def context(self, **more: Any) -> dict[str, Any]:
        lead = _("Programs that use “%(token)s” stop working at once.") % {"token": self.object}
        return super().context(lead=lead, **more)

    def success_url(self, result: Any) -> str:
        return self.cancel_url()

    def cancel_url(self) -> str:
        return reverse(TOKENS) if self.is_own else reverse("console:user", args=[self.object.user_id])
