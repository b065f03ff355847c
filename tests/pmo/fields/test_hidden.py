"""A field that is kept to some roles tells nothing to the others, by whatever door they ask."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pmo.exchange.offers import PROFILES
from portfolio.projects import actions
from portfolio.projects.models import Project
from reporting.packs.models import Pack
from reporting.packs.queries import figures
from reporting.packs.rules.figures import from_json, to_json

pytestmark = pytest.mark.django_db

SECRET = "Zebra compromise"
READERS = ["director", "analyst", "alice", "administrator", "member", "robot"]


@pytest.fixture
def kept(declared: Any, world: Any) -> Project:
    """N-1 with a note that only portfolio managers see, and a note that everybody does."""
    declared("Appeal", "text", seen_by=["portfolio_manager"])
    declared("Stake", "money", unit="EUR", seen_by=["portfolio_manager"])
    declared("Remark", "text")
    project = world.projects["N-1"]
    values = {"appeal": SECRET, "stake": "7777777", "remark": "open"}
    return actions.edit_project(project, {"custom": values}, actor=world.users["portfolio"], version=project.version)


def texts_of(client: Any, api: Any) -> dict[str, str]:
    """Everything that a reader can open about projects, as text."""
    pages = [
        "/projects/", "/projects/?export=csv", "/projects/?columns=project,remark&export=csv", "/projects/N-1/",
        "/projects/N-1/edit/", "/projects/N-1/history/", "/audit/", "/audit/?export=csv", "/", "/portfolios/NORTH/",
        "/projects/?q=Zebra", "/search/?q=Zebra", "/search/palette/?q=Zebra",
    ]  # fmt: skip
    doors = [
        "/api/v1/projects/", "/api/v1/projects/N-1/", "/api/v1/projects/N-1/history/", "/api/v1/audit/",
        "/api/v1/search/?q=Zebra", "/api/v1/schema/", "/api/v1/projects/N-1/?as_of=2100-01-01", "/api/v1/work/",
    ]  # fmt: skip
    found = {}
    for asker, urls in ((client, pages), (api, doors)):
        for url in urls:
            response = asker.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            found[url] = body.decode()
    return found


@pytest.mark.parametrize("name", READERS)
def test_no_door_tells_a_hidden_value(kept, world, client_of, api_of, name):
    user = world.users[name]
    for url, text in texts_of(client_of(user), api_of(user)).items():
        assert SECRET not in text, url
        assert "7777777" not in text.replace(",", ""), url
        assert "7,777,777" not in text, url


def test_who_may_see_it_sees_it_everywhere(kept, world, client_of, api_of):
    user = world.users["portfolio"]
    found = texts_of(client_of(user), api_of(user))
    for url in ("/projects/N-1/", "/projects/N-1/edit/", "/projects/N-1/history/", "/api/v1/projects/N-1/",
                "/api/v1/projects/N-1/history/"):  # fmt: skip
        assert SECRET in found[url], url


QUERIES = ("appeal=Zebra", "sort=appeal", "columns=project,appeal", "stake_min=1", "sort=-stake", "group=appeal")


def test_a_hidden_field_is_as_unknown_as_one_that_is_not_there(kept, world, client_of, api_of):
    for user in (world.users[name] for name in READERS):
        for asker, url in ((client_of(user), "/projects/"), (api_of(user), "/api/v1/projects/")):
            for query in QUERIES:
                unknown = query.replace("appeal", "nosuch").replace("stake", "nosuch")
                hidden, absent = asker.get(f"{url}?{query}"), asker.get(f"{url}?{unknown}")
                assert hidden.status_code == absent.status_code == 400, (user, query)
                assert SECRET not in hidden.content.decode()


def test_writing_a_hidden_field_is_refused_as_unknown_and_changing_others_keeps_it(kept, world, api_of):
    api = api_of(world.users["alice"])
    answers = [
        api.patch("/api/v1/projects/N-1/", {"custom": {name: "x"}}, format="json", HTTP_IF_MATCH="*")
        for name in ("appeal", "nosuch")
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    texts = [answer.json()["detail"] for answer in answers]
    assert texts[0].replace("appeal", "nosuch") == texts[1]
    api.patch("/api/v1/projects/N-1/", {"custom": {"remark": "new"}}, format="json", HTTP_IF_MATCH="*")
    assert Project.objects.get(code="N-1").custom == {"appeal": SECRET, "stake": "7777777.00", "remark": "new"}


def test_files_and_packs_know_only_fields_that_everybody_sees(kept, declared, world):
    declared("Funding", "text", in_packs=True)
    project = Project.objects.get(code="N-1")
    actions.edit_project(
        project, {"custom": {"funding": "by the state"}}, actor=world.users["alice"], version=project.version
    )
    profile = PROFILES.find("projects-csv")
    assert profile is not None
    assert [column.name for column in profile.columns if column.name.startswith("custom.")] == [
        "custom.remark", "custom.funding",
    ]  # fmt: skip
    pack = Pack.objects.create(name="North", portfolio=world.portfolios["NORTH"])
    told = figures(pack, world.today, [world.users["portfolio"]])
    bridge = next(each for each in told.projects if each.code == "N-1")
    assert bridge.details == (("Funding", "by the state"),)
    assert SECRET not in json.dumps(to_json(told))
    assert from_json(to_json(told)) == told
