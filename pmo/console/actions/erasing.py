"""Erasing personal data of people who left: names go, the history of what was done stays."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.offers import FORGETTING
from pmo.access.policy import insist, require
from pmo.audit.acting import action
from pmo.audit.persons import detail_events
from pmo.audit.records import record
from pmo.console.actions.people import lock_account
from pmo.console.guards import former_name, may_erase, serialise_administration
from pmo.console.sessions import SessionStore
from pmo.kernel.errors import Broken
from pmo.notices.models import Message, Notice


@action("user.erase")
def erase(pk: int, *, confirmation: str, actor: User) -> User:
    """Replace everything that says who a closed account belonged to; it cannot be taken back.

    `confirmation` is the sign-in name, typed by hand. What people wrote in free text and what was published stays.
    """
    require(actor, "user.erase")
    serialise_administration()
    person = lock_account(pk)
    insist(may_erase(actor, person))
    if confirmation.strip() != person.username:
        raise Broken(_("Type the sign-in name exactly as it is shown."), field="confirmation")
    _forget(person)
    _pseudonymise(person)
    detail_events().filter(pgh_obj_id=person.pk).delete()
    record(actor, "user.erase", person)
    return person


def _forget(person: User) -> None:
    """What hangs on the person and has no meaning without him."""
    for forget in FORGETTING:
        forget(person)
    _end_sessions(person)
    person.tokens.all().delete()
    EmailAddress.objects.filter(user=person).delete()
    Notice.objects.filter(user=person).delete()
    if person.email:
        Message.objects.filter(arguments__contains=[person.email.lower()]).delete()


def _end_sessions(person: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            SessionStore(session.session_key).delete()


def _pseudonymise(person: User) -> None:
    person.username, person.first_name, person.last_name = former_name(person), _("Former user"), str(person.pk)
    person.email = person.job_title = person.language = person.time_zone = ""
    person.theme, person.density, person.last_login = User.Theme.AUTO, User.Density.COMFORTABLE, None
    person.set_unusable_password()
    person.save()
