"""What was known then, for those who may see it now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from pmo.organisation.models import Organisation
from pmo.rest.as_of import read_instant
from portfolio.projects.models import Project
from portfolio.status.models import DecisionNeeded, StatusReport


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.django_db(transaction=True)
def test_a_project_and_the_list_tell_what_was_known_then(api_of: Any, cast: Any) -> None:
    before = timezone.now()
    Project.objects.filter(code="N-1").update(name="Renamed", budget=None, version=9)
    Project.objects.filter(code="N-3").update(manager=cast.bob)
    client = api_of(cast.alice)
    then = client.get(f"/api/v1/projects/N-1/?as_of={stamp(before)}").json()
    assert (then["name"], then["budget"]["amount"], then["portfolio"]["code"]) == ("Bridge", "1000000.00", "NORTH")
    rows = client.get(f"/api/v1/projects/?as_of={stamp(before)}&fields=code,name&sort=-code").json()
    assert rows["results"] == [{"code": "N-4", "name": "Secret site"}, {"code": "N-1", "name": "Bridge"}]
    assert client.get(f"/api/v1/projects/?as_of={stamp(before)}&q=bridge").json()["count"] == 1
    assert client.get("/api/v1/projects/N-1/").json()["name"] == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_what_did_not_exist_then_is_not_there(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    long_ago = "2001-01-01T00:00:00Z"
    assert client.get(f"/api/v1/projects/N-1/?as_of={long_ago}").status_code == 404
    assert client.get(f"/api/v1/projects/?as_of={long_ago}").json()["count"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_draft_of_then_stays_hidden_from_those_who_see_only_what_is_published(
    api_of: Any, cast: Any, world: Any
) -> None:
    report = StatusReport.objects.create(
        project=world.projects["S-2"], number=1, author=cast.bob, as_of=world.today, summary="A secret draft."
    )
    decision = DecisionNeeded.objects.create(report=report, text="Then", needed_by=world.today)
    drafted = timezone.now()
    DecisionNeeded.objects.filter(pk=decision.pk).update(text="Now")
    StatusReport.objects.filter(pk=report.pk).update(state="published", summary="Clean.")
    address = f"/api/v1/status-reports/{report.pk}/?as_of={stamp(drafted)}"
    assert api_of(cast.executive).get(f"/api/v1/status-reports/{report.pk}/").json()["summary"] == "Clean."
    assert api_of(cast.executive).get(address).status_code == 404
    listed = api_of(cast.executive).get(f"/api/v1/status-reports/?project=S-2&as_of={stamp(drafted)}")
    assert listed.json()["count"] == 0
    seen = api_of(cast.bob).get(address).json()
    assert (seen["summary"], seen["decisions"][0]["text"], seen["state"]) == ("A secret draft.", "Then", "draft")


@pytest.mark.django_db
def test_a_bare_date_is_the_end_of_that_day_in_the_organisations_zone() -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
    berlin = ZoneInfo("Europe/Berlin")
    assert read_instant("2026-03-29") == datetime(2026, 3, 30, tzinfo=berlin) - timedelta(microseconds=1)
    assert read_instant("2026-03-29T12:00") == datetime(2026, 3, 29, 12, tzinfo=berlin)
    assert read_instant("2026-03-29T12:00:00Z").utcoffset() == timedelta(0)
    assert read_instant("2026-03-29T12:00:00 01:00").utcoffset() == timedelta(hours=1)
