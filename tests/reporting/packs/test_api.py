"""Packs over REST: ask, follow, fetch, and the codes of refusal."""

from __future__ import annotations

import pytest

from reporting.packs import tasks
from reporting.packs.models import Pack, PackRun

API = "/api/v1"


def test_a_run_is_asked_for_followed_and_fetched(north, cast, api_of, files):
    api = api_of(cast.analyst)
    asked = api.post(f"{API}/pack-runs/", {"pack": north.pk}, format="json")
    assert asked.status_code == 202
    assert asked["Retry-After"] == "2"
    assert asked.json()["state"] == "queued"
    place = asked["Location"]
    assert api.get(f"{place}pdf/").status_code == 409
    tasks.make(PackRun.objects.get().pk)
    done = api.get(place).json()
    assert (done["state"], done["progress"], done["number"], done["counted"], done["of"]) == ("done", 100, 1, 3, 4)
    fetched = api.get(f"{place}pdf/")
    body = b"".join(fetched.streaming_content)
    assert fetched["Content-Type"] == "application/pdf"
    assert (body[:5], len(body)) == (b"%PDF-", done["size"])


def test_a_token_with_the_scope_makes_packs_and_one_without_does_not(north, cast, api_of):
    asked = {"pack": north.pk}
    able = api_of(cast.analyst, "pack.run", "pack.view")
    unable = api_of(cast.analyst, "pack.view")
    assert able.post(f"{API}/pack-runs/", asked, format="json").status_code == 202
    refused = unable.post(f"{API}/pack-runs/", asked, format="json")
    assert refused.status_code == 403
    assert refused["Content-Type"].startswith("application/problem+json")


def test_a_pack_is_made_for_an_earlier_business_date_but_not_for_a_later_one(north, cast, api_of):
    api = api_of(cast.analyst)
    earlier = api.post(f"{API}/pack-runs/", {"pack": "North report", "at": "2026-01-31"}, format="json")
    later = api.post(f"{API}/pack-runs/", {"pack": north.pk, "at": "2999-01-01"}, format="json")
    assert (earlier.status_code, earlier.json()["at"]) == (202, "2026-01-31")
    assert later.status_code == 422


def test_a_pack_is_created_changed_and_guarded_by_its_version(world, cast, api_of):
    api = api_of(cast.analyst)
    made = api.post(
        f"{API}/packs/",
        {"name": "North", "portfolio": "NORTH", "recipients": ["executive"], "sections": ["summary"]},
        format="json",
    )
    assert made.status_code == 201
    assert [person["code"] for person in made.json()["recipients"]] == ["executive"]
    place, tag = made["Location"], made["ETag"]
    assert api.patch(place, {"name": "New"}, format="json").status_code == 428
    assert api.patch(place, {"name": "New"}, format="json", headers={"If-Match": tag}).status_code == 200
    assert api.patch(place, {"name": "Old"}, format="json", headers={"If-Match": tag}).status_code == 412
    assert Pack.objects.get().name == "New"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "sections": ["capacity-of-mars"]}, "sections"),
        ({"name": ""}, "name"),
        ({"name": "x", "portfolio": "NOWHERE"}, "portfolio"),
        ({"name": "x", "recipients": ["stranger"]}, "recipients"),
        ({"name": "x" * 100_000}, "name"),
    ],
)
def test_a_nonsensical_pack_is_refused_by_field(world, cast, api_of, body, field):
    answer = api_of(cast.analyst).post(f"{API}/packs/", body, format="json")
    assert answer.status_code == 422
    assert field in str(answer.json()["errors"])
    assert not Pack.objects.exists()


def test_a_schedule_is_created_refused_and_switched_off(north, cast, api_of):
    api = api_of(cast.analyst)
    schedule = {"pack": north.pk, "cron": "0 6 1 * *", "time_zone": "Europe/Berlin"}
    made = api.post(f"{API}/pack-schedules/", schedule, format="json")
    assert made.status_code == 201
    assert len(made.json()["next_slots"]) == 3
    refused = api.post(f"{API}/pack-schedules/", {**schedule, "cron": "0 6 31 2 *"}, format="json")
    assert refused.status_code == 422
    assert "never comes due" in str(refused.json())
    off = api.patch(made["Location"], {"enabled": False}, format="json", headers={"If-Match": made["ETag"]})
    assert (off.status_code, off.json()["next_slots"]) == (200, [])


def test_a_stranger_learns_nothing(north, cast, api_of, made):
    run = made(north, cast.analyst)
    for user in (cast.stranger, cast.alice):
        api = api_of(user)
        assert api.get(f"{API}/packs/{north.pk}/").status_code == 404
        assert api.get(f"{API}/pack-runs/{run.pk}/pdf/").status_code == 404
    assert api_of().get(f"{API}/packs/").status_code == 401


def test_counts_tell_only_what_the_caller_may_see(north, world, cast, api_of):
    Pack.objects.create(name="South report", portfolio=world.portfolios["SOUTH"])
    assert api_of(cast.director).get(f"{API}/packs/").json()["count"] == 2
    assert api_of(cast.portfolio).get(f"{API}/packs/").json()["count"] == 1
    assert api_of(cast.executive).get(f"{API}/packs/").json()["count"] == 1
