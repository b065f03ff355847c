"""The shell: menu by role, palette, preferences, refusals as pages, headers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.access.models import User
from pmo.kernel.errors import Broken, NotVisible, Refused, Stale, WrongState
from pmo.kernel.verdict import no
from pmo.ui import errors
from pmo.ui.inbox import Inbox, InboxSource, nothing
from pmo.ui.offers import PICK
from pmo.ui.registry import Declared, page, pages
from pmo.ui.shell import menu_for

PALETTE = "/search/"


@pytest.fixture
def admin(holder):
    return holder("sys", "sysadmin")


@pytest.fixture
def signed_in(client, admin):
    client.force_login(admin)
    return client


def test_the_menu_has_only_what_the_reader_may_open(admin, holder):
    words = {str(entry.label) for section in menu_for(admin) for entry in section.entries}
    assert "Users" in words
    assert "Packs" not in words
    assert "Users" not in {str(entry.label) for section in menu_for(holder("nobody")) for entry in section.entries}


def test_waiting_work_is_the_sum_of_all_rooms_in_one_statement(admin, holder, django_assert_num_queries):
    holder("alice", "analyst")
    inbox = Inbox()
    inbox.add(InboxSource("own", "Own", nothing, lambda user, today: User.objects.filter(pk=user.pk)))
    both = ("sys", "alice")
    inbox.add(InboxSource("both", "Both", nothing, lambda user, today: User.objects.filter(username__in=both)))
    inbox.add(InboxSource("none", "None", nothing, lambda user, today: User.objects.none()))
    inbox.add(InboxSource("others", "Others", nothing))
    with django_assert_num_queries(1):
        assert inbox.count(admin) == 3


def test_people_can_be_picked_and_what_nobody_offers_cannot():
    assert PICK.find("person") is not None
    assert PICK.find("planet") is None


def test_people_are_suggested_as_one_types(client, holder):
    alice = holder("alice", "analyst")
    alice.first_name, alice.last_name = "Alice", "Brandt"
    alice.save()
    client.force_login(alice)
    text = client.get("/pick/person/", {"manager": "bran"}).content.decode()
    assert '<option value="alice" label="Alice Brandt">' in text


def test_suggestions_need_the_permission_of_their_source(client, holder):
    client.force_login(holder("nobody"))
    assert client.get("/pick/person/", {"q": "a"}).status_code == 403
    assert client.get("/pick/planet/", {"q": "a"}).status_code == 404


def test_the_theme_is_saved_and_printed_by_the_server(signed_in, admin):
    answer = signed_in.post(reverse("ui:preferences"), {"theme": "dark", "next": "/search/?q=a"})
    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=a")
    assert 'data-bs-theme="dark"' in signed_in.get(PALETTE).content.decode()
    admin.refresh_from_db()
    assert (admin.theme, admin.density) == ("dark", "comfortable")


def test_a_quiet_change_of_theme_answers_without_a_page(signed_in):
    assert signed_in.post(reverse("ui:preferences"), {"theme": "light", "quiet": "1"}).status_code == 204


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_after_preferences_nobody_is_sent_elsewhere(signed_in, goal):
    answer = signed_in.post(reverse("ui:preferences"), {"theme": "light", "next": goal})
    assert answer["Location"] == reverse("ui:preferences")


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"language": "xx"}, {"density": "huge"}])
def test_an_impossible_preference_is_refused(signed_in, wrong):
    assert signed_in.post(reverse("ui:preferences"), wrong).status_code == 422


def test_the_reader_chooses_the_language_and_the_page_says_so(signed_in):
    signed_in.post(reverse("ui:preferences"), {"language": "en-us"})
    assert '<html lang="en-us"' in signed_in.get(PALETTE).content.decode()


def test_pages_are_never_kept_by_others_and_allow_no_inline_code(signed_in):
    answer = signed_in.get(PALETTE)
    assert answer["Cache-Control"] == "no-store, private"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_long_page_is_compressed_and_the_api_is_not(signed_in):
    assert signed_in.get(PALETTE, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
    answer = signed_in.get("/api/v1/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_an_unknown_address_is_a_page_of_the_house(signed_in):
    answer = signed_in.get("/no/such/page/")
    assert answer.status_code == 404
    assert "does not exist" in answer.content.decode()


class Thing:
    updated_at = None


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotVisible("gone"), 404, "Not found"),
        (Refused(no("Only the sponsor decides this.", "/ask/")), 403, "Only the sponsor decides this."),
        (WrongState("The report is published.", [no("Return it first.", "/r/")]), 409, "Return it first."),
        (Stale(Thing()), 409, "Somebody was faster"),
        (Broken("Say why.", "note"), 422, "Say why."),
    ],
)
def test_each_kind_of_failure_has_its_page(rf, admin, error, status, words):
    request = rf.get("/x/")
    request.user = admin
    answer = errors.page_for(request, error)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_two_pages_cannot_share_a_name():
    taken = pages()[0]
    with pytest.raises(ValueError, match=taken.name):
        page("elsewhere/", name=taken.name, may="")(type("Other", (taken.view,), {}))


def test_every_declared_page_is_reachable_and_names_its_permission():
    assert all(isinstance(each, Declared) and each.may is not None for each in pages())


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/"])
def test_the_doors_of_the_house_carry_no_inline_code(client, admin, path):
    text = client.get(path).content.decode()
    assert "<form" in text
    assert " style=" not in text
    assert "onclick" not in text


def test_a_wrong_password_is_told_on_top_and_keeps_the_name(client, admin):
    answer = client.post("/account/login/", {"login": "sys", "password": "wrong"})
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert 'value="sys"' in text
