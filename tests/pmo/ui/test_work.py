"""My work: put aside and back, counted, done today; and the bell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pmo.followups.models import ActionItem
from pmo.notices import actions as notices
from pmo.notices.models import Notice, Snooze
from pmo.notices.telling import tell
from tests.pmo.followups.test_actions import raised

pytestmark = pytest.mark.django_db
WORK = "/my-work/"


@pytest.fixture
def item(cast, world) -> ActionItem:
    return raised(cast, world, owner="member", due_on=world.today)


def shown(client, query="") -> tuple[list[str], list[str], Any]:
    """The keys of what waits, of what is put aside, and the number in the sidebar."""
    context = client.get(WORK + query).context
    waiting = [each.key for group in context["groups"] for each in group.items]
    aside = [each.key for each in context["aside"].items] if context["aside"] else []
    return waiting, aside, context["work_count"]


def test_an_item_put_aside_is_not_counted_and_comes_back_on_its_day(cast, world, item, client_of):
    client, key = client_of(cast.member), f"action-{item.pk}"
    assert shown(client) == ([key], [], 1)
    until = world.today + timedelta(days=1)
    answer = client.post("/my-work/snooze/", {"key": key, "until": until.isoformat(), "kind": "action"})
    assert answer["Location"] == "/my-work/?kind=action"
    assert shown(client) == ([], [key], 0)
    Snooze.objects.update(until=world.today)
    assert shown(client) == ([key], [], 1)


def test_an_item_put_aside_is_brought_back_at_once(cast, world, item, client_of):
    client, key = client_of(cast.member), f"action-{item.pk}"
    notices.snooze(key, world.today + timedelta(days=3), actor=cast.member)
    client.post("/my-work/snooze/", {"wake": key})
    assert shown(client) == ([key], [], 1)


def test_what_one_puts_aside_stays_with_others(cast, world, item, client_of):
    notices.snooze(f"asked-{item.pk}", world.today + timedelta(days=3), actor=cast.alice)
    assert shown(client_of(cast.member))[0] == [f"action-{item.pk}"]


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "2999-01-01"])
def test_a_day_that_makes_no_sense_is_refused_in_words(until, cast, item, client_of):
    client = client_of(cast.member)
    answer = client.post("/my-work/snooze/", {"key": f"action-{item.pk}", "until": until}, follow=True)
    assert answer.status_code == 200
    assert "Choose a day" in answer.content.decode()
    assert not Snooze.objects.exists()


def test_the_count_costs_no_more_when_more_waits(cast, world, client_of, django_assert_max_num_queries):
    client = client_of(cast.member)
    client.get(WORK)
    for number in range(12):
        raised(cast, world, owner="member", title=f"Item {number}", due_on=world.today)
    with django_assert_max_num_queries(30):
        assert client.get(WORK).context["work_count"] == 12


def test_of_much_work_fifty_items_are_shown_until_all_are_asked_for(cast, world, client_of):
    for number in range(52):
        raised(cast, world, owner="member", title=f"Item {number}", due_on=world.today)
    client = client_of(cast.member)
    page, whole = client.get(WORK).content.decode(), client.get(f"{WORK}?all=1").content.decode()
    assert (page.count('<li data-item="'), whole.count('<li data-item="')) == (50, 52)
    assert "Show all 52" in page
    assert "Show all" not in whole


def test_mentions_wait_until_they_are_read(cast, client_of):
    tell([cast.stranger], kind="mention", text="Alice mentioned you on N-1.", url="/projects/", key="m")
    notice, client = Notice.objects.get(), client_of(cast.stranger)
    assert shown(client)[0] == [f"mention-{notice.pk}"]
    assert client.get(f"/notices/{notice.pk}/")["Location"] == "/projects/"
    assert shown(client)[0] == []


# --- the bell -------------------------------------------------------------------------------------------------------
def told(user, number: int) -> None:
    for each in range(number):
        tell([user], kind="status", text=f"News {each}", url="/projects/", key=f"n{each}")


def test_the_bell_counts_what_is_unread_and_answers_304_while_nothing_changes(cast, client_of):
    told(cast.alice, 3)
    client = client_of(cast.alice)
    first = client.get("/notices/count/")
    assert "3 unread" in first.content.decode()
    assert client.get("/notices/count/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    notices.read_all(actor=cast.alice)
    again = client.get("/notices/count/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "unread" in again.content.decode()) == (200, False)


def test_the_drop_down_has_the_last_ten_and_the_page_has_all(cast, client_of):
    told(cast.alice, 12)
    client = client_of(cast.alice)
    assert client.get("/notices/latest/").content.decode().count("<li") == 10
    assert client.get("/notices/?view=all").context["count"] == 12
    assert client.get("/notices/?q=News+11").context["count"] == 1


def test_chosen_notices_are_marked_as_read_and_then_all(cast, client_of):
    told(cast.alice, 3)
    client, first = client_of(cast.alice), Notice.objects.first()
    client.post("/notices/", {"bulk": "read", "selected": [first.pk]})
    assert Notice.objects.unread().count() == 2
    client.post("/notices/read/")
    assert Notice.objects.unread().count() == 0


def test_a_notice_leads_nowhere_outside_and_is_opened_by_nobody_else(cast, client_of):
    tell([cast.alice], kind="status", text="x", url="//evil.example/", key="k")
    notice = Notice.objects.get()
    assert client_of(cast.bob).get(f"/notices/{notice.pk}/").status_code == 404
    assert client_of(cast.alice).get(f"/notices/{notice.pk}/")["Location"] == "/notices/"


def test_a_program_reads_and_marks_its_callers_notices(cast, api_of):
    told(cast.alice, 2)
    api = api_of(cast.alice)
    rows = api.get("/api/v1/notices/?unread=true").json()["results"]
    one = api.post(f"/api/v1/notices/{rows[0]['id']}/read/", {}, format="json")
    assert (one.status_code, one.json()["read_at"] is not None) == (200, True)
    assert api.post("/api/v1/notices/read-all/", {}, format="json").json() == {"read": 1}


# --- how one is told and when one is away ---------------------------------------------------------------------------
def form(client, path: str) -> dict[str, str]:
    """What the form of channels would send."""
    found = client.get(path).context["form"]
    values = {name: found[name].value() for name in found.fields}
    return {name: "on" if value is True else str(value) for name, value in values.items() if value is not False}


def test_a_person_chooses_by_kind_and_keeps_following_the_organisation_in_the_rest(cast, client_of):
    client = client_of(cast.alice)
    sent = form(client, "/me/notices/") | {"mail_status": "none", "hour": "9"}
    assert client.post("/me/notices/", sent).status_code == 302
    changed = form(client_of(cast.sysadmin), "/settings/notices/") | {
        "mail_status": "at_once",
        "mail_mention": "digest",
    }
    assert client_of(cast.sysadmin).post("/settings/notices/", changed).status_code == 302
    told = form(client, "/me/notices/")
    assert (told["mail_status"], told["mail_mention"], told["hour"]) == ("none", "digest", "9")
    client.post("/me/notices/", told | {"follow": "1"})
    assert form(client, "/me/notices/")["mail_status"] == "at_once"


def test_a_kind_that_cannot_be_turned_off_says_so_and_stays_on(cast, client_of):
    client = client_of(cast.alice)
    assert "Cannot be turned off." in client.get("/me/notices/").content.decode()
    sent = form(client, "/me/notices/")
    sent.pop("app_asked")
    client.post("/me/notices/", sent)
    assert form(client, "/me/notices/")["app_asked"] == "on"


def test_a_colleague_who_is_away_is_said_to_be_with_his_deputy(cast, world, client_of):
    days = {"starts_on": world.today.isoformat(), "ends_on": world.today.isoformat()}
    assert client_of(cast.bob).post("/me/away/", {**days, "deputy": "alice"}).status_code == 302
    item = raised(cast, world, owner="bob")
    assert "Alice Small stands in" in client_of(cast.alice).get(f"/actions/{item.pk}/").content.decode()
    refused = client_of(cast.bob).post("/me/away/", {**days, "deputy": "alice"})
    assert (refused.status_code, "away on some of these days" in refused.content.decode()) == (422, True)
