"""What must not tell of a confidential project: imports that touched it, and records that outlive it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from pmo.access.models import Grant, Role
from pmo.audit.models import Record
from pmo.exchange import actions, working
from pmo.exchange.models import ImportRun

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


def test_an_import_that_made_a_confidential_project_stays_with_whoever_uploaded_it(cast, world, api_of):
    run = uploaded(b"code,name,confidential\nX-1,Secret shaft,yes\n", cast.analyst)
    actions.apply(run.pk, actor=cast.analyst)
    working.apply(run.pk)
    assert ImportRun.objects.get(pk=run.pk).state == "applied"
    assert api_of(cast.analyst).get(f"/api/v1/imports/{run.pk}/").status_code == 200
    for other in (cast.administrator, cast.portfolio, cast.robot):
        assert api_of(other).get(f"/api/v1/imports/{run.pk}/rows/").status_code == 404


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
