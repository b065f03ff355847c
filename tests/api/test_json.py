"""JSON that has two meanings, or none, is refused with the place of what is wrong; nothing of it is written."""

from __future__ import annotations

from typing import Any

import pytest

from pmo.rest.parsers import strict
from pmo.rest.problems import Malformed
from portfolio.projects.models import Project

ADDRESS = "/api/v1/projects/N-1/"


def nested(depth: int) -> bytes:
    return b'{"tags": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        (b'{"name": "a", "name": "b"}', "name", "“name” stands twice in one object; send it once."),
        (b'{"budget": {"amount": "1", "amount": "2"}}', "amount", "“amount” stands twice in one object; send it once."),
        (b'{"name": NaN}', "", "NaN is no number in JSON; send null where there is none."),
        (b'{"name": -Infinity}', "", "-Infinity is no number in JSON; send null where there is none."),
        (b'{"name": -1e400}', "", "The number -1e400 is too large."),
        (
            b'{"tags": ["a", "\\ud800"]}',
            "tags.1",
            "This text holds half of a surrogate pair, which is no character.",
        ),
        (b'{"a": {"\\udfff": 1}}', "a.\\udfff", "This name holds half of a surrogate pair, which is no character."),
        (nested(30), "tags" + ".0" * 20, "This is nested more than 20 deep."),
        (nested(200_000), "", "This JSON is nested too deeply."),
        (b'{"name": "\xff"}', "", "This body is not UTF-8."),
        (b'{"name": "a",\n "b" }', "", "This is not JSON; see line 2, column 6."),
        (b'{"report_weekday": ' + b"9" * 5000 + b"}", "", "A number in this JSON has too many digits."),
    ],
)
def test_what_is_wrong_is_named(raw: bytes, field: str, words: str, api_of: Any, cast: Any) -> None:
    before = Project.objects.filter(code="N-1").values().get()
    answer = api_of(cast.alice).generic("PATCH", ADDRESS, raw, content_type="application/json", HTTP_IF_MATCH="*")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"] == [{"field": field, "message": words}]
    assert Project.objects.filter(code="N-1").values().get() == before


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_unread(api_of: Any, cast: Any, settings: Any) -> None:
    settings.API_MAX_BODY = 2000
    for more in ({}, {"HTTP_IDEMPOTENCY_KEY": "k"}):
        raw = b'{"name": "' + b"x" * 2000
        answer = api_of(cast.director).generic("POST", "/api/v1/projects/", raw, "application/json", **more)
        assert answer.status_code == 413
        assert answer.json()["detail"] == "A request carries at most 2000 bytes."


@pytest.mark.django_db
def test_a_text_with_nul_is_a_field_that_cannot_be_stored(api_of: Any, cast: Any) -> None:
    client = api_of(cast.alice)
    answer = client.generic("PATCH", ADDRESS, b'{"tags": ["\\u0000"]}', "application/json", HTTP_IF_MATCH="*")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tags")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": [1.5, null, "\\ud83d\\ude00"]}', {"a": [1.5, None, "😀"]}),
        ("1e2", 100.0),
        ('[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
    ],
)
def test_what_json_allows_is_read(text: Any, value: Any) -> None:
    assert strict(text) == value


def test_nothing_at_all_is_no_json() -> None:
    with pytest.raises(Malformed, match=r"This is not JSON; see line 1, column 1\."):
        strict(b"")
