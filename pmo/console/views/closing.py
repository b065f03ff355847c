"""Pages that close an account, after showing what goes to whom, and open it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pmo.access.models import User
from pmo.access.offers import POSSESSIONS, Possession
from pmo.console.actions import closing
from pmo.console.forms import NoteForm
from pmo.console.views.people import AccountAction
from pmo.ui.pages import page
from pmo.ui.widgets import PickField

MOST_NAMED = 12


def names_of(kind: Possession, person: User, reader: User) -> str:
    """What the person holds: the objects that the reader may see by name, of the others their number."""
    rows = kind.held(person)
    count = rows.count()
    seen = rows.visible_to(reader) if hasattr(rows, "visible_to") else rows
    names = [kind.named(each) for each in seen[:MOST_NAMED]]
    told = {"names": ", ".join(names), "n": count}
    if not names:
        return ngettext("There is %(n)s.", "There are %(n)s.", count) % told
    if len(names) == count:
        return _("These are: %(names)s.") % told
    return _("There are %(n)s, among them %(names)s.") % told


class ClosingForm(NoteForm):
    """Who takes over each kind of thing that the person answers for, and why the account is closed."""

    def __init__(self, *args: Any, person: User, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heirs = User.objects.people().filter(is_active=True).exclude(pk=person.pk)
        for kind in sorted(POSSESSIONS.all(), key=lambda each: not each.required):
            if not kind.held(person).exists():
                continue
            self.fields[closing.heir_field(kind)] = PickField(
                heirs,
                source="account",
                key="username",
                names=User.NAMES,
                required=kind.required,
                label=_("%(kind)s go to") % {"kind": kind.label},
                help_text=" ".join([names_of(kind, person, reader), str(kind.otherwise)]).strip(),
                error_messages={"required": _("Choose who takes these over.")},
            )
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])

    def heirs(self) -> Iterator[tuple[str, User]]:
        """Who takes which kind."""
        for kind in POSSESSIONS.all():
            heir = self.cleaned_data.get(closing.heir_field(kind))
            if heir is not None:
                yield kind.name, heir


@page("users/<int:pk>/close/", name="console:user_close", may="user.view")
class UserClose(AccountAction):
    """End all access of somebody and hand over what he answers for."""

    title = gettext_lazy("Close account")
    lead = gettext_lazy(
        "Sessions, tokens and delegations end at once. What the person did stays, roles are kept for a return."
    )
    code, danger, form_class = "user.edit", True, ClosingForm
    submit_label, success = gettext_lazy("Close account"), gettext_lazy("Account closed.")

    def form_options(self) -> dict[str, Any]:
        return {"person": self.object, "reader": self.user}

    def perform(self, form: Any) -> User:
        note = form.cleaned_data["note"]
        return closing.close_account(self.object.pk, actor=self.user, note=note, heirs=dict(form.heirs()))


@page("users/<int:pk>/reopen/", name="console:user_reopen", may="user.view")
class UserReopen(AccountAction):
    """Let somebody in again."""

    title = gettext_lazy("Reopen account")
    lead = gettext_lazy("The person can sign in again with the roles shown on the account. Tokens stay revoked.")
    code, action = "user.edit", staticmethod(closing.reopen_account)
    submit_label, success = gettext_lazy("Reopen account"), gettext_lazy("Account reopened.")
