"""No door shows or changes an object that its list hides, and no field that is only read can be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import resolve, reverse

from pmo.rest.root import described
from tests.api.asking import asked
from tests.api.conftest import House
from tests.house.rest_matrix import REST
from tests.house.rows import CAST, Row

pytestmark = pytest.mark.django_db
# Explanations are of figures, not of rows.
DETAILS = [
    name for name, rows in REST.items() if name.endswith("-detail") and rows[0].get and name != "api:explain-detail"
]
VERBS = [
    (name, row, method)
    for name, rows in REST.items()
    for row in rows[:1]
    for method in ("post", "patch")
    if getattr(row, method) and "y" in getattr(row, method)
]
WORDS = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}, "null": None}


def view_of(url: str) -> Any:
    return resolve(url).func.cls  # type: ignore[attr-defined]


# --- objects of others ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", DETAILS)
def test_what_the_list_hides_is_not_there(name: str, house: House) -> None:
    """Every object, for each of the cast: found exactly where his list has it, else told as one that does not exist."""
    part = next(iter(REST[name][0].parts))
    view = view_of(house.address(name, REST[name][0]))
    keys = set(view.queryset.model._default_manager.values_list("code" if part == "code" else "pk", flat=True)[:40])
    for person, client in house.clients.items():
        listed = listed_keys(client, reverse(name.replace("-detail", "-list")), part)
        nothing = asked(client, "get", reverse(name, kwargs={part: "999999999"}))
        for key in keys:
            answer = asked(client, "get", reverse(name, kwargs={part: str(key)}))
            if key in listed:
                assert answer.status_code == 200, (person, key)
            else:
                assert answer.status_code in (403, 404), (person, key)
                assert told(answer) == told(nothing), (person, key)


def listed_keys(client: Any, url: str, part: str) -> set[Any]:
    answer = asked(client, "get", f"{url}?page_size=500")
    if answer.status_code == 403:
        return set()
    found = {row["code" if part == "code" else "id"] for row in answer.json()["results"]}
    assert answer.json()["next"] is None
    return found


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


# --- fields that are not the caller's ---------------------------------------------------------------------------------
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(described("en-gb")))
    return found


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    for inner in node.get("allOf", node.get("oneOf", [])):
        if inner.get("type") != "null":
            return resolved(document, inner)
    if "$ref" in node:
        return resolved(document, document["components"]["schemas"][node["$ref"].rpartition("/")[2]])
    return node


def read_only(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of the representation that the body does not take, each with a value of its type."""
    body: set[str] = set()
    for content in operation.get("requestBody", {}).get("content", {}).values():
        body |= set(resolved(document, content["schema"]).get("properties", {}))
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values() if status < "300" else ():
            for field, node in resolved(document, content["schema"]).get("properties", {}).items():
                if field not in body:
                    kind = resolved(document, node).get("type", "string")
                    yield field, WORDS[kind if isinstance(kind, str) else kind[0]]


@pytest.mark.parametrize(("name", "row", "method"), VERBS, ids=[f"{method} {name}" for name, _row, method in VERBS])
def test_a_field_that_is_only_read_is_refused_by_name(
    name: str, row: Row, method: str, house: House, settings: Any
) -> None:
    settings.API_HEAVY_PER_MINUTE = 10**6
    document, url = schema(), house.address(name, row)
    template = url
    for key, value in row.parts.items():
        real = str(house.things[value[1:]]) if value.startswith(":") else value
        template = template.replace(f"/{real}/", f"/{{{'id' if key == 'pk' else key}}}/", 1)
    fields = dict(read_only(document, document["paths"][template][method]))
    client = house.of("y", getattr(row, method))
    assert client is not None
    answer = asked(client, method, url, {**fields, "is_superuser": True}, If_Match="*")
    if answer.status_code == 409:
        return
    assert answer.status_code == 400, answer.content
    assert {error["field"] for error in answer.json()["errors"]} == {*fields, "is_superuser"}


def test_the_cast_meets_something_hidden(house: House) -> None:
    hidden = asked(house.clients["alice"], "get", "/api/v1/projects/S-1/").status_code
    assert (len(CAST), len(DETAILS) > 15, hidden) == (12, True, 404)
