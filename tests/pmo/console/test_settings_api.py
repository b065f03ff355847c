"""What the pages of the organisation do, programs do by the same verbs and with the same refusals."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from pmo.audit.models import Record
from pmo.organisation.models import ExchangeRate, NumberPrefix, Organisation, Unit
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast, api_of):
    """By a token of the system administrator."""
    return api_of(cast.sysadmin, "read", "write")


def sent(api, method: str, url: str, body: dict | None = None):
    """A write with the version that was read."""
    return getattr(api, method)(url, body or {}, format="json", headers={"If-Match": api.get(url_of(url))["ETag"]})


def url_of(url: str) -> str:
    verbs = ("retire/", "restore/", "merge/", "remove/")
    return next((url.removesuffix(verb) for verb in verbs if url.endswith(verb)), url)


def test_a_unit_is_made_renamed_moved_retired_and_brought_back(api, world):
    made = api.post("/api/v1/units/", {"code": "LAB", "name": "Laboratory", "parent": "works"}, format="json")
    assert (made.status_code, made.json()["parent"]["code"]) == (201, "WORKS")
    url = made["Location"].partition("testserver")[2]
    renamed = sent(api, "patch", url, {"name": "Test laboratory", "parent": None})
    assert (renamed.json()["name"], renamed.json()["parent"]) == ("Test laboratory", None)
    assert sent(api, "post", f"{url}retire/").json()["retired_on"] is not None
    assert sent(api, "post", f"{url}restore/").json()["retired_on"] is None
    acts = Record.objects.filter(object_type="organisation.unit", source="rest", token__gt="").order_by("pk")
    assert [act.changes for act in acts][1]["name"] == ["Laboratory", "Test laboratory"]
    assert acts.count() == 4


def test_a_unit_on_which_something_hangs_is_merged_not_retired(api, world):
    unit = Project.objects.exclude(unit=None).first().unit
    heir = Unit.objects.create(code="HEIR", name="Heir")
    url = reverse("api:unit-detail", args=[unit.pk])
    refused = sent(api, "post", f"{url}retire/")
    assert refused.status_code == 422
    assert "Projects" in refused.json()["detail"]
    merged = sent(api, "post", f"{url}merge/", {"target": "HEIR"})
    assert (merged.status_code, merged.json()["retired_on"] is not None) == (200, True)
    assert not Project.objects.filter(unit=unit).exists()
    assert Project.objects.filter(unit=heir).exists()


def test_a_ring_of_units_and_a_stale_version_are_refused(api, world):
    top, works = world.units["ROOT"], world.units["WORKS"]
    url = reverse("api:unit-detail", args=[top.pk])
    assert sent(api, "patch", url, {"parent": works.code}).json()["errors"][0]["field"] == "parent"
    assert api.patch(url, {"name": "X"}, format="json").status_code == 428
    assert api.patch(url, {"name": "X"}, format="json", headers={"If-Match": '"old"'}).status_code == 412


def test_settings_are_changed_in_part_and_nonsense_is_named(api):
    url = "/api/v1/settings/"
    changed = sent(api, "patch", url, {"name": "North", "retention": {"notices": 100, "mail": None}})
    assert (changed.status_code, changed.json()["name"]) == (200, "North")
    assert (changed.json()["retention"]["notices"], changed.json()["retention"]["mail"]) == (100, None)
    assert changed.json()["retention"]["exports"] == 180
    assert sent(api, "patch", url, {"retention": {"mail": 60}}).status_code == 200
    assert Organisation.current().retention == {"notices": 100, "mail": 60}
    refused = sent(api, "patch", url, {"retention": {"notices": 1}, "currency": "eur"})
    assert {each["field"] for each in refused.json()["errors"]} == {"retention", "currency"}
    assert sent(api, "patch", url, {"version": 9}).status_code == 400


def test_numbers_only_go_up(api):
    row = NumberPrefix.objects.create(kind="risk", prefix="R-", next_number=5)
    url = reverse("api:number-prefix-detail", args=[row.pk])
    assert sent(api, "patch", url, {"prefix": "RISK-", "width": 6}).json()["prefix"] == "RISK-"
    assert sent(api, "patch", url, {"next_number": 4}).json()["errors"][0]["field"] == "next_number"


def test_rates_are_corrected_and_pasted_whole_or_not_at_all(api):
    rate = ExchangeRate.objects.create(base="USD", quote="EUR", valid_on="2026-01-01", rate="0.9")
    corrected = sent(api, "patch", reverse("api:rate-detail", args=[rate.pk]), {"rate": "0.95"})
    assert corrected.json()["rate"] == "0.95000000"
    url = reverse("api:rate-paste")
    lines = "2026-01-01,USD,EUR,0.96\n2026-02-01,USD,EUR,0.97"
    assert api.post(url, {"rows": lines}, format="json").json() == {"new": 1, "changed": 1}
    refused = api.post(url, {"rows": f"{lines}\n2026-03-01,USD,EUR,nought"}, format="json")
    assert (refused.status_code, ExchangeRate.objects.count()) == (422, 2)
    assert refused.json()["errors"][0]["message"].startswith("Line 3:")


def png(size: tuple[int, int]) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return SimpleUploadedFile("mark.png", out.getvalue(), "image/png")


def test_a_logo_is_brought_told_and_removed(api):
    url = reverse("api:settings-logo")
    assert api.get(url).json() == {"width": None, "height": None, "sha256": None}
    brought = api.post(url, {"logo": png((960, 120))}, format="multipart")
    assert (brought.status_code, brought.json()["width"], brought.json()["height"]) == (200, 480, 60)
    assert api.get(url).json() == brought.json()
    gone = api.post(reverse("api:settings-logo-remove"))
    assert (gone.status_code, gone.json()["sha256"]) == (200, None)
    assert Record.objects.filter(verb="settings.edit", source="rest").count() == 2


def test_what_is_no_picture_or_too_large_is_refused_and_the_logo_stays(api):
    url = reverse("api:settings-logo")
    kept = api.post(url, {"logo": png((48, 12))}, format="multipart").json()
    lie = SimpleUploadedFile("mark.png", b"<svg/>", "image/png")
    refused = api.post(url, {"logo": lie}, format="multipart")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "logo")
    large = SimpleUploadedFile("mark.png", b"x" * (3 * 1024 * 1024), "image/png")
    assert api.post(url, {"logo": large}, format="multipart").status_code == 413
    assert api.get(url).json() == kept
