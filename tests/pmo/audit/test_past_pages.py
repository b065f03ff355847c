"""Lists and pages show what was known at an instant to those who may see it now, and nothing can be done there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.db import connection
from django.utils import timezone

from pmo.access.models import User
from pmo.audit.as_of import as_known, instant_of
from pmo.audit.tracking import event_model_of
from pmo.followups import actions
from portfolio.projects.models import Project
from portfolio.status.models import StatusReport
from reporting.packs.models import Pack, PackRun

pytestmark = pytest.mark.django_db(transaction=True)
"""All rows of one transaction carry its one instant."""


@pytest.fixture
def before(world: Any, cast: Any) -> str:
    """An instant before much was changed, as an address writes it."""
    instant = timezone.now().isoformat()
    Project.objects.filter(code="N-1").update(name="Renamed", budget=7, status_overall="green")
    Project.objects.filter(code="S-1").update(confidential=True)
    Project.objects.filter(code="N-4").update(confidential=False)
    return quote(instant)


def text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode()


def test_a_list_shows_filters_and_counts_the_values_of_then(before, cast, client_of):
    client = client_of(cast.director)
    shown = text(client.get(f"/projects/?as_of={before}&q=bridge"))
    assert "You are looking at what was known on" in shown
    assert "Bridge" in shown
    assert "Renamed" not in shown
    assert "1 row" in shown
    assert "Nothing matches" in text(client.get(f"/projects/?as_of={before}&q=renamed"))
    assert "Renamed" in text(client.get("/projects/?q=renamed"))


def test_who_may_not_see_a_project_now_does_not_see_it_then(before, cast, client_of):
    """S-1 was open then and is confidential now; N-4 was confidential then and is open now."""
    codes = text(client_of(cast.director).get(f"/projects/?as_of={before}&view=all&columns=code&export=csv"))
    assert "S-1" not in codes
    assert "N-4" in codes
    assert client_of(cast.director).get(f"/projects/S-1/?as_of={before}").status_code == 404


def test_an_export_says_in_its_name_as_of_when(before, cast, client_of):
    answer = client_of(cast.director).get(f"/projects/?as_of={before}&export=csv")
    assert f'filename="projects-as-of-{timezone.localdate().isoformat()}.csv"' in answer["Content-Disposition"]


def test_the_page_of_a_project_shows_it_as_it_was_with_all_doors_shut(before, cast, client_of):
    shown = text(client_of(cast.alice).get(f"/projects/N-1/?as_of={before}"))
    assert "<title>Bridge" in shown
    assert "You are looking at the past. Go back to now to do this." in shown
    assert 'href="/projects/N-1/edit/"' not in shown
    assert f"/projects/N-1/reports/?as_of={before}" in shown


def test_a_bare_date_before_everything_knows_nothing(before, cast, client_of):
    client = client_of(cast.director)
    assert "No projects yet" in text(client.get("/projects/?as_of=2001-01-01&view=all"))
    gone = client.get("/projects/N-1/?as_of=2001-01-01")
    assert gone.status_code == 404
    assert "Nothing was known of this then" in text(gone)


@pytest.mark.parametrize("path", ["/projects/", "/projects/N-1/"])
@pytest.mark.parametrize("raw", ["yesterday", "2026-13-01", "2026-02-30T25:00", "%00", "9999-12-31"])
def test_an_instant_that_cannot_be_read_is_refused_and_leads_back(path, raw, before, cast, client_of):
    answer = client_of(cast.director).get(f"{path}?as_of={raw}")
    assert answer.status_code == 400
    assert f'href="{path}">Back to now' in text(answer)


@pytest.mark.parametrize("path", ["/audit/", "/jobs/", "/projects/N-1/edit/", "/imports/"])
def test_a_page_that_knows_only_today_says_so(path, before, cast, client_of):
    answer = client_of(cast.analyst).get(f"{path}?as_of={before}")
    assert answer.status_code == 400
    assert "This page knows only today." in text(answer)


@pytest.mark.parametrize("path", ["/projects/", "/projects/N-1/edit/", "/projects/N-1/run/"])
def test_the_past_cannot_be_written(path, before, cast, client_of):
    answer = client_of(cast.alice).post(f"{path}?as_of={before}", {"bulk": "project.assign_manager"})
    assert answer.status_code == 400
    assert "The past cannot be changed" in text(answer)
    assert Project.objects.get(code="N-1").name == "Renamed"


def test_reports_that_were_drafts_then_stay_with_those_who_see_drafts(world, cast, client_of):
    report = StatusReport.objects.create(
        project=world.projects["S-2"], number=1, author=cast.bob, as_of=world.today, summary="A secret draft."
    )
    drafted = quote(timezone.now().isoformat())
    StatusReport.objects.filter(pk=report.pk).update(state="published", summary="Clean.")
    assert "Clean." in text(client_of(cast.executive).get(f"/reports/{report.pk}/"))
    assert client_of(cast.executive).get(f"/reports/{report.pk}/?as_of={drafted}").status_code == 404
    assert "A secret draft." in text(client_of(cast.bob).get(f"/reports/{report.pk}/?as_of={drafted}"))
    listed = text(client_of(cast.executive).get(f"/reports/?as_of={drafted}&view=all&q=S-2"))
    assert f"/reports/{report.pk}/" not in listed


def test_tree_portfolio_and_programme_count_what_was_open_then(before, cast, client_of):
    Project.objects.filter(code="N-1").update(state="closed")
    client = client_of(cast.portfolio)
    assert "Renamed" not in text(client.get("/portfolios/NORTH/"))
    assert "Bridge" in text(client.get(f"/portfolios/NORTH/?as_of={before}"))
    for path in ("/portfolios/", "/programmes/RAILS/", "/reports/late/", "/projects/N-1/reports/"):
        assert client.get(f"{path}?as_of={before}").status_code == 200


def test_a_query_of_the_past_can_do_what_one_of_today_can(before, world, cast):
    instant = datetime.fromisoformat(unquote(before))
    then = as_known(Project.objects.with_parents(), instant)
    assert then.get(code="N-1").budget == 1_000_000
    assert then.filter(name="Bridge").exists()
    assert then.filter(portfolio__code="NORTH").exclude(name="Bridge").count() == 3
    assert list(then.filter(code__startswith="N").order_by("-name").values_list("name", flat=True))[-1] == "Bridge"
    assert instant_of(then) == instant_of(then.first()) == instant
    assert instant_of(Project.objects.first()) is None
    reports = StatusReport.objects.filter(project__in=then.filter(name="Bridge"))
    assert reports.count() == StatusReport.objects.filter(project__code="N-1").count()


def test_the_past_is_read_by_an_index(world, cast):
    events = event_model_of(Project)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [events])
        found = [row[0] for row in cursor.fetchall()]
    assert any("(pgh_obj_id, pgh_created_at DESC, pgh_id DESC)" in each for each in found)


@pytest.mark.parametrize("address", ["portfolios", "programmes", "packs", "pack-schedules", "users"])
def test_rest_reads_the_past_of_other_kinds_too(address, before, cast, api_of):
    client = api_of(cast.director)
    assert client.get(f"/api/v1/{address}/?as_of=2001-01-01").json()["count"] == 0
    today, then = (client.get(f"/api/v1/{address}/{more}") for more in ("", f"?as_of={before}"))
    assert (then.status_code, then.json()["count"]) == (200, today.json()["count"])


def test_an_account_closed_since_is_open_then(world, cast, api_of):
    before = quote(timezone.now().isoformat())
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    client = api_of(cast.director)
    assert client.get(f"/api/v1/users/{cast.bob.pk}/").json()["is_active"] is False
    assert client.get(f"/api/v1/users/{cast.bob.pk}/?as_of={before}").json()["is_active"] is True


def test_action_items_are_late_by_the_day_of_then(world, cast, client_of):
    fields = {"title": "Dig", "owner": cast.alice, "due_on": world.today - timedelta(days=3)}
    item = actions.raise_item(parent=world.projects["N-1"], **fields, actor=cast.alice)
    then = quote(timezone.now().isoformat())
    actions.edit_item(item.pk, {"title": "Dig deeper"}, actor=cast.alice)
    actions.complete(item.pk, actor=cast.alice)
    client = client_of(cast.alice)
    shown = text(client.get(f"/actions/?as_of={then}&view=late"))
    assert ("Dig" in shown, "Dig deeper" in shown, "3 days overdue" in shown) == (True, False, True)
    assert "Dig deeper" not in text(client.get("/actions/?view=late"))
    page = text(client.get(f"/actions/{item.pk}/?as_of={then}"))
    assert ("<title>Dig –" in page, "Dig deeper" in page) == (True, False)
    assert f"/actions/{item.pk}/edit/" not in page
    assert client.get("/actions/?as_of=2001-01-01").status_code == 200
    assert client.get(f"/actions/{item.pk}/?as_of=2001-01-01").status_code == 404


def test_packs_are_called_and_counted_as_they_were(world, cast, client_of):
    pack = Pack.objects.create(name="Board")
    then = quote(timezone.now().isoformat())
    Pack.objects.filter(pk=pack.pk).update(name="Committee")
    made = {"pack": pack, "at": world.today, "requested_by": cast.analyst, "requested_at": timezone.now()}
    PackRun.objects.create(
        **made, state="done", file="packs/x.pdf", sha256="0" * 64, number=1, finished_at=timezone.now()
    )
    client = client_of(cast.analyst)
    assert 'href="/packs/new/"' not in text(client.get("/packs/?as_of=2001-01-01"))
    listed = text(client.get(f"/packs/?as_of={then}&export=csv"))
    assert listed.splitlines()[0].split(",")[1:] == ["Editions", "Last edition as of", "Made"]
    assert listed.splitlines()[1].startswith("Board,0,")
    page = text(client.get(f"/packs/{pack.pk}/?as_of={then}"))
    assert ("<title>Board" in page, "No edition yet" in page, "told of today only" in page) == (True, True, True)
    assert client.get(f"/packs/{pack.pk}/?as_of=2001-01-01").status_code == 404
    assert "Edition 1" in text(client.get(f"/packs/{pack.pk}/"))
