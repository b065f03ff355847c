"""One effect and one answer for each idempotency key, with real connections at the same moment."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pmo.attachments.models import Attachment
from pmo.rest.idempotency import forget_old
from pmo.rest.models import Answer
from portfolio.projects.api import ProjectApi
from portfolio.projects.models import Project
from tests.api.asking import told
from tests.api.conftest import House
from tests.house.rest_matrix import REST
from tests.house.rows import Row
from tests.pmo.attachments.making import PDF

ADDRESS = "/api/v1/projects/"
BODY = json.dumps({"portfolio": "NORTH", "name": "Once"})
POSTS = [(name, rows[0]) for name, rows in REST.items() if "y" in rows[0].post]


def send(secret: str, key: str, body: str = BODY, address: str = ADDRESS) -> Any:
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    try:
        return Client().post(address, body, content_type="application/json", headers=headers)
    finally:
        if not connection.in_atomic_block:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_at_once_with_one_key_make_one_project(cast: Any, token_of: Any) -> None:
    """Twenty callers at the same moment, five times; who came while the first ran is told to ask again."""
    secret, threads = token_of(cast.director, "write"), 20
    together = Barrier(threads)

    def run(_number: int) -> list[Any]:
        together.wait()
        return [send(secret, "same") for _ in range(5)]

    with ThreadPoolExecutor(threads) as pool:
        answers = [answer for found in pool.map(run, range(threads)) for answer in found]
    made = [answer for answer in answers if answer.status_code == 201]
    early = [answer for answer in answers if answer.status_code != 201]
    assert len(answers) == 100
    assert {answer.content for answer in made} == {send(secret, "same").content}
    assert sum("Idempotency-Replayed" not in answer for answer in made) == 1
    assert {(answer.status_code, answer["Retry-After"]) for answer in early} <= {(409, "1")}
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


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_not_kept_and_leaves_nothing(cast: Any, token_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = token_of(cast.director, "write")
    with monkeypatch.context() as broken:
        broken.setattr(ProjectApi, "created", _fails)
        assert send(secret, "k").status_code == 500
    assert (Answer.objects.count(), Project.objects.filter(name="Once").count()) == (0, 0)
    again = send(secret, "k")
    assert (again.status_code, again.get("Idempotency-Replayed")) == (201, None)


def _fails(*_arguments: Any) -> Any:
    raise RuntimeError("The disk is full.")


@pytest.mark.django_db
def test_an_upload_is_the_same_when_its_bytes_fields_and_name_are(cast: Any, token_of: Any) -> None:
    secret = token_of(cast.alice, "write")

    def upload(name: str, content: bytes, **fields: str) -> Any:
        sent = {"on": "project:N-1", "file": SimpleUploadedFile(name, content), **fields}
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "file"}
        return Client().post("/api/v1/attachments/", sent, headers=headers)

    first, again = upload("a.pdf", PDF), upload("a.pdf", PDF)
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    others = [upload("b.pdf", PDF), upload("a.pdf", PDF + b"%"), upload("a.pdf", PDF, title="Plan")]
    assert [answer.status_code for answer in others] == [422, 422, 422]
    assert Attachment.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "row"), POSTS, ids=[name for name, _row in POSTS])
def test_every_door_that_posts_answers_a_key_once(name: str, row: Row, house: House, settings: Any) -> None:
    settings.API_HEAVY_PER_MINUTE = 10**6
    client, url = house.of("y", row.post), house.address(name, row)
    assert client is not None
    with transaction.atomic():
        first, again = (told(client, "post", url, {}, If_Match="*", Idempotency_Key="k") for _ in range(2))
        transaction.set_rollback(True)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.get("Idempotency-Replayed"), again.get("Idempotency-Replayed")) == (None, "true")
    assert again.get("ETag") == first.get("ETag")
