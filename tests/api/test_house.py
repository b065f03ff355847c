"""The schema, the manual, health and figures, and inputs that must never break the door."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from openapi_spec_validator import validate

from pmo.notices import heartbeat

pytestmark = pytest.mark.django_db


def test_the_schema_is_openapi_3_1_and_valid(api_of: Any, cast: Any) -> None:
    answer = api_of(cast.alice).get("/api/v1/schema/")
    schema = answer.json()
    assert (answer.status_code, schema["openapi"]) == (200, "3.1.0")
    validate(schema)


def test_the_schema_names_the_filters_of_the_list(api_of: Any, cast: Any) -> None:
    schema = api_of(cast.alice).get("/api/v1/schema/").json()
    named = {each["name"] for each in schema["paths"]["/api/v1/projects/"]["get"]["parameters"]}
    assert {"q", "sort", "page", "page_size", "fields", "as_of", "portfolio", "status", "phase", "manager"} <= named
    patch = schema["paths"]["/api/v1/projects/{code}/"]["patch"]
    assert {"400", "401", "403", "404", "409", "412", "422", "428"} <= set(patch["responses"])
    assert "If-Match" in {each["name"] for each in patch["parameters"]}


def test_every_answer_holds_the_fields_that_the_schema_promises(api_of: Any, cast: Any) -> None:
    client = api_of(cast.director)
    schemas = client.get("/api/v1/schema/").json()["components"]["schemas"]
    for address, name in {"projects/N-1": "ProjectShape", "me": "MeShape"}.items():
        assert set(client.get(f"/api/v1/{address}/").json()) == set(schemas[name]["properties"])


def test_the_manual_is_served_from_this_house_alone(client_of: Any, cast: Any) -> None:
    answer = client_of(cast.member).get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "/api/v1/projects/{code}/" in page
    assert "style=" not in page
    assert page.count("<script") == page.count("<script src=")
    assert client_of().get("/api/v1/docs/").status_code == 302


def test_the_process_says_that_it_lives(client_of: Any) -> None:
    answer = client_of().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_ready_means_database_broker_worker_and_migrations(client_of: Any) -> None:
    heartbeat.give(heartbeat.WORKER)
    heartbeat.give(heartbeat.CLOCK)
    answer = client_of().get("/readyz")
    checks = answer.json()["checks"]
    assert (answer.status_code, sorted(checks)) == (200, ["beat", "broker", "database", "migrations", "worker"])
    assert all(check["ok"] for check in checks.values())


@pytest.mark.parametrize("sign", [heartbeat.WORKER, heartbeat.CLOCK])
def test_without_a_sign_of_worker_or_clock_the_house_is_not_ready(client_of: Any, sign: str) -> None:
    cache.delete(f"sign-of-life:{sign}")
    answer = client_of().get("/readyz")
    check = answer.json()["checks"][sign]
    assert (answer.status_code, check["ok"]) == (503, False)
    assert check["detail"] == f"no sign of {sign} within the last hour"
    heartbeat.give(sign)


def test_figures_are_for_private_addresses_or_tokens_that_may(client_of: Any, cast: Any, token_of: Any) -> None:
    def status(**extra: str) -> int:
        return int(client_of().get("/metrics", **extra).status_code)

    assert status(REMOTE_ADDR="127.0.0.1") == 200
    assert status(REMOTE_ADDR="8.8.8.8") == 403
    assert status(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8") == 403
    assert status(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1") == 403
    by_token = {name: f"Bearer {token_of(getattr(cast, name), 'read')}" for name in ("analyst", "alice")}
    assert status(REMOTE_ADDR="8.8.8.8", HTTP_AUTHORIZATION=by_token["analyst"]) == 200
    assert status(REMOTE_ADDR="8.8.8.8", HTTP_AUTHORIZATION=by_token["alice"]) == 403
    assert status(REMOTE_ADDR="8.8.8.8", HTTP_AUTHORIZATION="Bearer \xff") == 403


def test_behind_a_known_proxy_the_callers_own_address_counts(client_of: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = client_of().get("/metrics", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1, 8.8.8.8")
    inside = client_of().get("/metrics", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8, 10.0.0.9")
    assert (forged.status_code, inside.status_code) == (403, 200)


@pytest.mark.parametrize(
    "address",
    [
        "projects/%00/",
        "projects/%ED%A0%80/",
        "projects/" + "x" * 41 + "/",
        "projects/../../etc/passwd",
        "status-reports/0/",
        "status-reports/999999999999999999/",
        "status-reports/99999999999999999999999/",
        "status-reports/-1/",
        "status-reports/1e3/",
        "users/7%00/",
        "projects/?q=" + "x" * 5000,
        "projects/?q=%F0%9F%98%80",
        "projects/?manager=%00",
        "projects/?unit=1e400",
        "audit/?cursor=x",
        "audit/?cursor=%00",
        "audit/?page_size=0",
        "audit/?since=x",
        "audit/?since=9999-99-99",
        "audit/?object_id=1e30",
        "audit/?since=0001-01-01T00:00:00%2B14:00",
        "status-reports/?date_from=0000-00-00",
        "status-reports/?project=%00",
        "projects/?page=%D9%A3",
        "projects/?page=1e5",
        "projects/?sort=,,,",
        "projects/?sort=--name",
        "projects/?fields=,",
        "search/?q=%00",
        "projects/?as_of=0001-01-01",
        "projects/?as_of=2026-11-24T25:00",
        "projects/?as_of=-1",
        "projects/?as_of=%00",
        "me/?x=%00",
    ],
)
def test_no_address_breaks_the_door(address: str, api_of: Any, cast: Any) -> None:
    answer = api_of(cast.analyst).get(f"/api/v1/{address}")
    assert answer.status_code in (200, 400, 403, 404), answer.content
