"""One effect and one answer for each idempotency key, with real connections at the same moment."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pmo.rest.idempotency import forget_old
from pmo.rest.models import Answer
from portfolio.projects.models import Project

ADDRESS = "/api/v1/projects/"
BODY = json.dumps({"portfolio": "NORTH", "name": "Once"})


def send(secret: str, key: str, body: str = BODY, address: str = ADDRESS) -> Any:
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    try:
        return Client().post(address, body, content_type="application/json", headers=headers)
    finally:
        if not connection.in_atomic_block:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_at_once_with_one_key_make_one_project(cast: Any, token_of: Any) -> None:
    secret, threads = token_of(cast.director, "write"), 10
    together = Barrier(threads)

    def run(_number: int) -> list[Any]:
        together.wait()
        return [send(secret, "same") for _ in range(10)]

    with ThreadPoolExecutor(threads) as pool:
        answers = [answer for found in pool.map(run, range(threads)) for answer in found]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["code"] for answer in answers if answer.status_code == 201}) == 1
    assert Project.objects.filter(name="Once").count() == 1


@pytest.mark.django_db
def test_the_same_request_again_gets_the_first_answer(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.director, "write")
    first, again = send(secret, "k"), send(secret, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again["Location"], again["ETag"]) == (first.json(), first["Location"], first["ETag"])
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.director, "write")
    send(secret, "k")
    answer = send(secret, "k", json.dumps({"portfolio": "NORTH", "name": "Other"}))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert Project.objects.filter(name="Other").count() == 0


@pytest.mark.django_db
def test_refusals_are_replayed_too_and_leave_nothing_behind(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.director, "write")
    bad = json.dumps({"portfolio": "NORTH", "name": ""})
    first, again = send(secret, "k", bad), send(secret, "k", bad)
    assert (first.status_code, again.status_code) == (422, 422)
    assert again["Content-Type"] == "application/problem+json"
    assert again.json() == first.json()


@pytest.mark.django_db
def test_keys_belong_to_one_caller_and_one_path(cast: Any, token_of: Any) -> None:
    one, other = token_of(cast.director, "write"), token_of(cast.portfolio, "write")
    codes = {send(one, "k").json()["code"], send(other, "k").json()["code"]}
    assert len(codes) == 2
    started = send(one, "k", json.dumps({"project": "N-1"}), "/api/v1/status-reports/")
    assert started.status_code == 403
    assert Answer.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_request_that_still_runs_is_not_run_twice(cast: Any, token_of: Any) -> None:
    from pmo.rest.idempotency import _lock

    secret = token_of(cast.director, "write")
    place = {"caller": f"{cast.director.pk}:{secret[:12]}", "path": ADDRESS, "key": "k"}
    with transaction.atomic():
        _lock(place)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(send, secret, "k").result()
    assert answer.status_code == 409
    assert send(secret, "k").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ключ"])
def test_keys_that_are_none_are_refused(key: str, cast: Any, token_of: Any) -> None:
    assert send(token_of(cast.director, "write"), key).status_code == 400


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_day(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.director, "write")
    first = send(secret, "k").json()["code"]
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert send(secret, "k").json()["code"] != first
    Answer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert (forget_old(), Answer.objects.count()) == (1, 0)
