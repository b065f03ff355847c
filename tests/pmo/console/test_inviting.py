"""People are invited with a role; the link works once, until it expires, is sent again or withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pmo.access.models import Grant, Role, User
from pmo.audit.models import Record
from pmo.console.actions.inviting import accept, free_name, invite_person, resend, withdraw
from pmo.console.invitations import find_invitation, invitation_key
from pmo.console.models import Invitation
from pmo.console.tasks import send_invitation_letter
from pmo.kernel.errors import Broken, Invalid, Refused, WrongState
from pmo.notices.models import Message

pytestmark = pytest.mark.django_db

NADIA = {"first_name": "Nadia", "last_name": "Novak", "email": "nadia.novak@small.example"}
PASSWORD = "correct horse battery"


@pytest.fixture
def invitation(cast):
    return invite_person(NADIA, actor=cast.sysadmin, role=Role.objects.get(code="analyst"))


def system() -> User:
    return User.objects.system()


def test_an_invitation_opens_an_account_with_its_role_and_waits_in_the_outbox(invitation, cast):
    person = invitation.person
    assert (person.username, person.has_usable_password()) == ("nadia.novak", False)
    assert person.grants.get().role.code == "analyst"
    assert Message.objects.get(task="console.invited").arguments == [invitation.pk]
    assert Record.objects.filter(object_id=person.pk, changes={"invitation": ["", "sent"]}).count() == 1


def test_an_invitation_keeps_to_the_rules_of_accounts_and_grants(world, cast):
    role = Role.objects.get(code="portfolio_manager")
    with pytest.raises(Refused):
        invite_person(NADIA, actor=cast.director)
    with pytest.raises(Broken):
        invite_person({**NADIA, "email": ""}, actor=cast.sysadmin)
    with pytest.raises(Broken):
        invite_person({**NADIA, "email": "ALICE@small.example"}, actor=cast.sysadmin)
    with pytest.raises(Broken):
        invite_person(NADIA, actor=cast.sysadmin, role=role, scope="portfolio", scope_id=999_999)
    north = world.portfolios["NORTH"].pk
    made = invite_person(NADIA, actor=cast.sysadmin, role=role, scope="portfolio", scope_id=north)
    assert made.person.grants.get().scope_id == north


def test_a_sign_in_name_is_made_from_the_address_and_is_free(cast):
    assert free_name("Alice@small.example") == "alice2"
    assert free_name("né+w@small.example") == "né+w"
    assert free_name("!!@small.example") == "person"


def test_the_letter_carries_a_link_with_which_the_person_chooses_a_password_once(invitation, mailbox, client_of):
    send_invitation_letter(invitation.pk)
    text, html = (part.get_payload(decode=True).decode() for part in mailbox[0].get_payload())
    link = re.search(r"https?://[^/\s]+(/invitation/\S+)", text)
    assert link is not None
    assert link[1] in html
    browser = client_of()
    page = browser.get(link[1])
    assert "Welcome, Nadia Novak. Your sign-in name is nadia.novak." in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    done = browser.post(link[1], {"password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert browser.get("/me/").status_code == 200
    assert Invitation.objects.get().state == "accepted"
    again = client_of().get(link[1])
    assert again.status_code == 410
    assert "This link does not work" in again.content.decode()
    assert client_of().post(link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 410


def test_a_weak_or_mistyped_password_is_refused_and_the_link_still_works(invitation, client_of):
    address = reverse("console:invitation", args=[invitation_key(invitation)])
    for typed in ({"password": "short", "again": "short"}, {"password": PASSWORD, "again": "other"}):
        assert client_of().post(address, typed).status_code == 422
    with pytest.raises(Invalid):
        accept(invitation_key(invitation), password="nadia", actor=system())
    assert Invitation.objects.get().state == "open"


@pytest.mark.parametrize("key", ["nonsense", "a:b:c", "WzEsInh4Il0:1abcde:forged"])
def test_a_forged_link_opens_nothing(key, client_of, db):
    User.objects.create(username="somebody")
    assert client_of().get(reverse("console:invitation", args=[key])).status_code == 410


def test_a_link_sent_again_makes_the_earlier_one_worthless(invitation, cast):
    before = invitation_key(invitation)
    again = resend(invitation.pk, actor=cast.sysadmin)
    assert find_invitation(before) is None
    assert find_invitation(invitation_key(again)) == again


def test_a_withdrawn_or_expired_link_lets_nobody_in(invitation, cast, mailbox):
    key = invitation_key(invitation)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongState):
        accept(key, password=PASSWORD, actor=system())
    send_invitation_letter(invitation.pk)
    assert mailbox == []
    resend(invitation.pk, actor=cast.sysadmin)
    withdrawn = withdraw(invitation.pk, actor=cast.sysadmin)
    assert (withdrawn.state, User.objects.get(email=NADIA["email"]).is_active) == ("withdrawn", False)
    with pytest.raises(WrongState):
        withdraw(invitation.pk, actor=cast.sysadmin)
    with pytest.raises(WrongState):
        resend(invitation.pk, actor=cast.sysadmin)


def test_who_was_invited_gets_no_other_link(invitation, cast):
    from pmo.console.actions import people
    from pmo.console.entrance import asking

    with pytest.raises(Refused) as refusal:
        people.send_link(invitation.person.pk, actor=cast.sysadmin)
    assert refusal.value.verdict.remedy_url == "/users/invitations/"
    assert list(asking(NADIA["email"])) == []


def test_invitations_are_sent_listed_repeated_and_withdrawn_on_pages(world, cast, client_of):
    browser = client_of(cast.sysadmin)
    form = {**NADIA, "role": Role.objects.get(code="member").pk, "within": "portfolio:NORTH", "ends_on": "2099-12-31"}
    wrong = browser.post(reverse("console:invite"), {**form, "within": "somewhere"})
    assert wrong.status_code == 422
    assert 'value="Nadia"' in wrong.content.decode()
    answer = browser.post(reverse("console:invite"), form)
    assert answer.status_code == 302, answer.content.decode()
    invitation = Invitation.objects.get()
    assert Grant.objects.get(user=invitation.person).scope == "portfolio"
    account = browser.get(answer["Location"]).content.decode()
    assert "invited" in account
    assert "Withdraw the invitation" in account
    assert "Nadia Novak" in browser.get(reverse("console:invitation_list")).content.decode()
    assert browser.post(reverse("console:invitation_resend", args=[invitation.pk])).status_code == 302
    assert browser.post(reverse("console:invitation_withdraw", args=[invitation.pk])).status_code == 302
    assert browser.post(reverse("console:invitation_resend", args=[invitation.pk])).status_code == 409
