"""Exports that are too long for a request: asked for, made by a worker, fetched by who asked, deleted after a week."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from pmo.notices.models import Notice
from pmo.ui import exporting
from pmo.ui.models import ExportRun

pytestmark = pytest.mark.django_db


def asked(user, kind="csv", query="columns=code"):
    return exporting.ask("portfolio:project_list", {}, query, kind, actor=user)


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_list_that_is_too_long_is_offered_to_a_worker(cast, client_of, monkeypatch):
    monkeypatch.setitem(exporting.ListFile.__init__.__globals__["AT_ONCE"], "pdf", 1)
    answer = client_of(cast.analyst).get("/projects/?export=pdf&phase=deliver&view=all")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'name="kind" value="pdf"' in text
    assert 'name="address" value="/projects/?phase=deliver&amp;view=all"' in text


def test_the_file_holds_what_the_list_shows_and_only_for_who_asked(cast, client_of):
    run = asked(cast.alice)
    exporting.make(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.progress) == ("done", 1, 100)
    answer = client_of(cast.alice).get(f"/exports/{run.pk}/file/")
    codes = [row[0] for row in csv.reader(io.StringIO(body_of(answer).decode()))]
    screen = client_of(cast.alice).get("/projects/?columns=code&export=csv")
    assert codes == [row[0] for row in csv.reader(io.StringIO(body_of(screen).decode()))]
    assert client_of(cast.director).get(f"/exports/{run.pk}/file/").status_code == 404
    assert Notice.objects.filter(user=cast.alice, kind="export", url=f"/exports/{run.pk}/").count() == 1


def test_delivered_twice_it_is_made_once(cast):
    run = asked(cast.analyst)
    exporting.make(run.pk)
    exporting.make(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("done", 1)


def test_a_run_that_stopped_its_worker_too_often_is_given_up(cast):
    run = asked(cast.analyst)
    long_ago = timezone.now() - timedelta(hours=1)
    ExportRun.objects.filter(pk=run.pk).update(state="running", attempts=3, updated_at=long_ago)
    exporting.make(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "filter the list" in run.error


def test_after_a_week_the_file_is_gone_and_the_page_says_so(cast, client_of):
    run = asked(cast.analyst)
    exporting.make(run.pk)
    run.refresh_from_db()
    ExportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=8))
    exporting.sweep()
    assert not default_storage.exists(run.file)
    assert "deleted after a week" in client_of(cast.analyst).get(f"/exports/{run.pk}/").content.decode()
    assert client_of(cast.analyst).get(f"/exports/{run.pk}/file/").status_code == 409


def test_a_wrong_address_is_told_at_once(cast, client_of, api_of):
    sent = {"address": "/projects/?colour=red", "kind": "xlsx"}
    told = api_of(cast.analyst).post("/api/v1/exports/", sent, "json")
    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, "address")
    nowhere = api_of(cast.analyst).post("/api/v1/exports/", {"address": "/nowhere/", "kind": "xlsx"}, "json")
    assert nowhere.status_code == 422
    assert not ExportRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_what_a_program_asked_for(cast, api_of, worker, eventually):
    sent = {"address": "/projects/?columns=code,project&group=unit", "kind": "xlsx"}
    made = api_of(cast.analyst).post("/api/v1/exports/", sent, "json")
    assert made.status_code == 202, made.content
    address = f"/api/v1/exports/{made.json()['id']}/"
    done = eventually(lambda: (found := api_of(cast.analyst).get(address).json())["state"] == "done" and found)
    file = api_of(cast.analyst).get(f"{address}file/")
    assert len(body_of(file)) == done["size"] > 1000
