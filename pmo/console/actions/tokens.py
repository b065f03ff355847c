"""Verbs on API tokens, one's own and, to revoke, everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pmo.access import tokens
from pmo.access.models import Token, User
from pmo.access.policy import can, require
from pmo.audit.acting import action, lock
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.kernel.verdict import no

LONGEST_NAME = 80


@action("token.manage")
def issue_token(*, name: str, scopes: Sequence[str], days: int, actor: User) -> tuple[Token, str]:
    """A token for oneself and its secret, which nobody sees again."""
    require(actor, "token.manage")
    return _issue(actor, name, scopes, days, actor)


@action("token.manage")
def issue_for(user: User, *, name: str, scopes: Sequence[str], days: int, actor: User) -> tuple[Token, str]:
    """A token for somebody else; only the command line, which needs the machine itself, gives one."""
    if not actor.is_system:
        raise Refused(no(_("Everybody makes his own tokens.")))
    return _issue(user, name, scopes, days, actor)


def _issue(user: User, name: str, scopes: Sequence[str], days: int, actor: User) -> tuple[Token, str]:
    if not name.strip():
        raise Broken(_("Say what the token is for."), field="name")
    token, secret = tokens.issue(user, name.strip()[:LONGEST_NAME], scopes, days=days)
    until = date_format(timezone.localtime(token.expires_at), "SHORT_DATE_FORMAT")
    told = {"user": ["", word(user)], "scopes": ["", ", ".join(token.scopes)], "expires_at": ["", until]}
    record(actor, "token.manage", token, changes=told)
    return token, secret


@action("token.manage")
def revoke_token(pk: int, *, actor: User) -> Token:
    """End a token at once: its holder does, or whoever edits users."""
    token = lock(Token.objects.select_related("user"), pk)
    if token.user_id != actor.pk and not can(actor, "user.edit"):
        raise NotVisible(_("This does not exist."))
    if token.revoked_at is not None:
        raise WrongState(_("This token was revoked already."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(actor, "token.manage", token, changes={"revoked_at": ["", _("revoked")]})
    return token
