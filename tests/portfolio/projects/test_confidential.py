"""What must not tell of a confidential project: imports that touched it, and records that outlive it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from pmo.access.models import Grant, Role
from pmo.audit.models import Record
from pmo.exchange import actions, working
from pmo.exchange.models import ImportRun
from pmo.exchange.speaking import speak
from pmo.kernel.errors import Broken, Invalid, Refused
from portfolio.projects.actions import create_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(cast: Any, world: Any, fresh: Any) -> Any:
    """An administrator who is named on N-4."""
    Grant.objects.create(
        user=cast.administrator,
        role=Role.objects.get(code="administrator"),
        scope="project",
        scope_id=world.projects["N-4"].pk,
    )
    return fresh(cast.administrator)


def uploaded(text: bytes, actor: Any) -> ImportRun:
    run = actions.upload("projects-csv", ContentFile(text, name="list.csv"), into="NORTH", actor=actor)
    working.read(run.pk)
    return run


def test_an_import_about_a_confidential_project_is_for_those_named_on_it(named, cast, world, api_of):
    run = uploaded(b"code,name\nn-4,Secret bunker\n", named)
    assert api_of(named).get(f"/api/v1/imports/{run.pk}/rows/").json()["results"][0]["outcome"] == "updated"
    assert api_of(cast.analyst).get(f"/api/v1/imports/{run.pk}/rows/").status_code == 404
    assert api_of(cast.analyst).get("/api/v1/imports/").json()["count"] == 0


def rows_of(run: ImportRun) -> list[tuple[str, list[str]]]:
    """Outcome and reasons of each row, in words."""
    return [
        (row.outcome, [speak(message["reason"]) for message in row.messages if message["level"] == "error"])
        for row in run.rows.order_by("line")
    ]


NOT_AVAILABLE = "This code is not available. Choose another one."


def test_an_import_that_makes_a_confidential_project_is_for_its_importer_only(cast, world, api_of):
    run = uploaded(b"code,name,confidential\nX-1,Secret shaft,yes\n", cast.portfolio)
    others = (cast.administrator, cast.analyst, cast.robot)
    assert [api_of(other).get(f"/api/v1/imports/{run.pk}/").status_code for other in others] == [404, 404, 404]
    actions.apply(run.pk, actor=cast.portfolio)
    working.apply(run.pk)
    assert ImportRun.objects.get(pk=run.pk).state == "applied"
    assert api_of(cast.portfolio).get(f"/api/v1/imports/{run.pk}/").status_code == 200
    assert [api_of(other).get(f"/api/v1/imports/{run.pk}/rows/").status_code for other in others] == [404, 404, 404]


def test_only_who_answers_for_secrecy_imports_a_project_as_confidential(cast, world):
    run = uploaded(b"code,name,confidential\nX-1,Secret shaft,yes\nN-1,,yes\nN-2,,no\n", cast.analyst)
    reason = "Your roles do not let you make projects confidential, or open again."
    assert rows_of(run) == [("refused", [reason]), ("refused", [reason]), ("unchanged", [])]


def test_only_who_appoints_changes_manager_and_sponsor_by_a_list(cast, world):
    text = b"code,name,manager,sponsor\nN-1,,bob,\nN-2,,bob,\nN-3,,,executive\nX-1,New one,bob,\n"
    reason = "Your roles do not let you appoint people to this project."
    assert rows_of(uploaded(text, cast.analyst)) == [
        ("refused", [reason]),
        ("unchanged", []),
        ("refused", [reason]),
        ("created", []),
    ]
    outcomes = [outcome for outcome, _reasons in rows_of(uploaded(text, cast.portfolio))]
    assert outcomes == ["updated", "unchanged", "updated", "created"]


def test_a_hidden_code_and_one_beyond_reach_are_refused_in_the_same_words(cast, world):
    run = uploaded(b"code,name,budget\nN-4,Mine,7\nS-1,Mine,7\n", cast.portfolio)
    assert rows_of(run) == [("refused", [NOT_AVAILABLE]), ("refused", [NOT_AVAILABLE])]


def test_every_door_says_the_same_of_a_taken_code(cast, world, client_of, api_of):
    plain = {"cadence": "monthly", "report_weekday": "4", "currency": "EUR"}
    for code in ("N-1", "n-4"):
        fields = {"code": code, "name": "Mine", "portfolio": world.portfolios["NORTH"]}
        with pytest.raises(Broken) as refusal:
            create_project(fields, actor=cast.analyst)
        assert refusal.value.errors == {"code": [NOT_AVAILABLE]}
        sent = {"code": code, "name": "Mine", "portfolio": "NORTH"}
        answer = api_of(cast.analyst).post("/api/v1/projects/", sent, format="json")
        assert answer.json()["errors"] == [{"field": "code", "message": NOT_AVAILABLE}]
        page = client_of(cast.analyst).post(
            "/projects/new/",
            {**sent, **plain, "portfolio": world.portfolios["NORTH"].pk},
        )
        assert NOT_AVAILABLE in page.content.decode()
        assert "already exists" not in page.content.decode()


@pytest.mark.parametrize("code", ["new", "NEW", "assign-manager", ".", ".."])
def test_a_word_of_our_addresses_is_no_code(code, cast, world):
    fields = {"code": code, "name": "Mine", "portfolio": world.portfolios["NORTH"]}
    with pytest.raises(Invalid) as refusal:
        create_project(fields, actor=cast.analyst)
    assert refusal.value.errors == {"code": [f"“{code}” is a word of our own addresses. Choose another code."]}
    ((outcome, reasons),) = rows_of(uploaded(f"code,name\n{code},Mine\n".encode(), cast.analyst))
    assert (outcome, reasons) == ("refused", [f"“{code}” is a word of our own addresses."])


def test_a_project_is_made_confidential_at_its_birth_only_by_those_who_answer_for_it(cast, world):
    fields = {"name": "Mine", "portfolio": world.portfolios["NORTH"], "confidential": True}
    with pytest.raises(Refused):
        create_project(fields, actor=cast.analyst)
    assert create_project(fields, actor=cast.portfolio).confidential


def test_an_import_does_not_tell_what_a_confidential_project_is_called(cast, world, api_of):
    run = uploaded(b"code,budget\nN-4,7\n", cast.analyst)
    told = api_of(cast.analyst).get(f"/api/v1/imports/{run.pk}/rows/").content.decode()
    assert "refused" in told
    assert "Secret site" not in told


def test_the_records_of_a_confidential_project_stay_hidden_when_it_is_gone(cast, world, api_of, fresh):
    project = world.projects["N-4"]
    Record.objects.create(
        actor=cast.alice,
        verb="project.edit",
        object_type="portfolio.project",
        object_id=project.pk,
        object_label=str(project),
        project_id=project.pk,
        source="page",
    )
    project.delete()
    for reader in (cast.sysadmin, cast.director, cast.analyst):
        assert "Secret site" not in api_of(fresh(reader)).get("/api/v1/audit/").content.decode()
