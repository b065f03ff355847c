"""Ceilings hold for all processes together, tell what is left, and stop nobody while Redis is away."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as house

from pmo.rest import throttling
from pmo.rest.throttling import Ceiling, Counter

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
SEARCH = "/api/v1/search/?q=bridge"


def left(answer: Any) -> dict[str, int]:
    """What the RateLimit header says is left, by ceiling."""
    parts = [part.strip().split(";") for part in answer["RateLimit"].split(",")]
    return {name.strip('"'): int(rest.removeprefix("r=")) for name, rest, _when in parts}


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of this file count in a minute of their own, which does not end while they run."""
    minute = float(os.getpid() * 10**6 + next(MINUTES)) * throttling.MINUTE
    monkeypatch.setattr(throttling.time, "time", lambda: minute + 1)


MINUTES = iter(range(10**6))


def test_every_answer_tells_what_is_left(api_of: Any, cast: Any, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE, settings.API_CALLS_OF_PERSON = 10, 30
    client = api_of(cast.alice, "read")
    first, second = client.get(ME), client.get("/api/v1/nothing-here/")
    assert first["RateLimit-Policy"] == '"calls";q=10;w=60, "person";q=30;w=60'
    assert first["RateLimit"] == '"calls";r=9;t=59, "person";r=29;t=59'
    assert second.status_code == 404
    assert left(client.get("/api/v1/projects/NONE/")) == {"calls": 8, "person": 28}


def test_each_token_has_its_own_calls_and_all_of_a_person_have_one_sum(api_of: Any, cast: Any, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE, settings.API_CALLS_OF_PERSON = 2, 3
    one, other = api_of(cast.alice, "read"), api_of(cast.alice, "read")
    assert [one.get(ME).status_code for _ in range(2)] == [200, 200]
    over = one.get(ME)
    assert (over.status_code, over["Retry-After"], over["Content-Type"]) == (429, "59", "application/problem+json")
    assert over.json()["detail"] == "A minute has at most 2 calls; go on in 59 s."
    assert left(over) == {"calls": 0, "person": 0}
    assert other.get(ME).json()["detail"] == "A minute has at most 3 calls; go on in 59 s."
    assert api_of(cast.bob, "read").get(ME).status_code == 200


def test_heavy_work_has_a_ceiling_of_its_own(api_of: Any, cast: Any, settings: Any) -> None:
    settings.API_HEAVY_PER_MINUTE = 11
    client = api_of(cast.analyst)
    exported = client.post("/api/v1/exports/", {"address": "/projects/", "kind": "csv"}, format="json")
    assert (exported.status_code, left(exported)["heavy"]) == (202, 1)
    assert [client.get(SEARCH).status_code, client.get(SEARCH).status_code] == [200, 429]
    refused = client.post("/api/v1/pack-runs/", {}, format="json")
    assert refused.json()["detail"] == "Searches, imports, exports and packs of a minute may cost 11; go on in 59 s."
    assert "heavy" not in left(client.get(ME))


def test_processes_count_together(cast: Any) -> None:
    code = "from pmo.rest.throttling import *; print(COUNTER.add([Ceiling('calls', 'together', 9)], 7)[0].used)"
    run = [sys.executable, "-c", code]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "pmo.settings"}
    before = Counter().add([Ceiling("calls", "together", 9)], 7)[0].used
    told = subprocess.run(run, env=environment, cwd=house.BASE_DIR, capture_output=True, text=True, check=True)
    assert int(told.stdout.split()[-1]) == before + 1


def test_while_redis_is_away_nothing_is_counted_nobody_stopped_and_the_log_says_so_once(
    api_of: Any, cast: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.REDIS_URL, settings.API_CALLS_PER_MINUTE = f"redis://127.0.0.1:{port}/0", 1
    monkeypatch.setattr(throttling, "COUNTER", Counter())
    client = api_of(cast.alice, "read")
    with caplog.at_level(logging.WARNING, logger=throttling.__name__):
        answers = [client.get(ME) for _ in range(3)]
    assert [(answer.status_code, answer.get("RateLimit")) for answer in answers] == [(200, None)] * 3
    said = [record.getMessage() for record in caplog.records if record.name == throttling.__name__]
    assert len(said) == 1
    assert said[0].endswith("calls are not counted for 5 seconds.")
