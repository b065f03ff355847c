"""Two callers at the same moment, each on a connection of his own: nobody's work is lost without being told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portfolio.projects.models import Project

ADDRESS = "/api/v1/projects/N-1/"
ROUNDS = 25


def call(method: str, address: str, secret: str, body: Any, etag: str = "*") -> Any:
    headers = {"Authorization": f"Bearer {secret}", "If-Match": etag}
    try:
        sent = json.dumps(body)
        return Client().generic(method, address, sent, content_type="application/json", headers=headers)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_of_one_version_exactly_one_is_kept(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.alice, "write")
    together = Barrier(2)

    def edit(name: str, etag: str) -> int:
        together.wait()
        return int(call("PATCH", ADDRESS, secret, {"name": name}, etag).status_code)

    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            etag = Client().get(ADDRESS, headers={"Authorization": f"Bearer {secret}"})["ETag"]
            names = [f"One {number}", f"Two {number}"]
            statuses = list(pool.map(edit, names, [etag, etag]))
            assert sorted(statuses) == [200, 412]
            assert Project.objects.get(code="N-1").name == names[statuses.index(200)]
    assert Project.objects.get(code="N-1").version >= ROUNDS


@pytest.mark.django_db(transaction=True)
def test_a_code_is_given_once_and_a_project_has_one_open_report(cast: Any, token_of: Any) -> None:
    director, bob = token_of(cast.director, "write"), token_of(cast.bob, "write")
    together = Barrier(4)

    def create(_number: int) -> int:
        together.wait()
        body = {"portfolio": "NORTH", "name": "Race", "code": "RACE"}
        return int(call("POST", "/api/v1/projects/", director, body).status_code)

    def start(_number: int) -> int:
        together.wait()
        return int(call("POST", "/api/v1/status-reports/", bob, {"project": "S-2"}).status_code)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(create, range(4)))
        started = list(pool.map(start, range(4)))
    assert made.count(201) == 1
    assert set(made) <= {201, 409, 422}
    assert set(started) <= {200, 201}
    assert Project.objects.get(code="S-2").reports.count() == 1
