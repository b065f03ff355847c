"""Every write names who, by which door, in which request; what comes from outside is unknown."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from pmo.access.models import User
from pmo.audit.acting import acting, action
from pmo.audit.ambience import _enter_task, ambience, current, with_token
from pmo.audit.history import history_of
from pmo.audit.middleware import RequestContextMiddleware
from pmo.audit.models import Record
from pmo.audit.records import record
from pmo.audit.tracking import event_model_of
from portfolio.projects.actions import edit_project
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


def last_event(project: Project):
    events = event_model_of(Project)._default_manager.filter(pgh_obj_id=project.pk)
    return events.select_related("pgh_context").order_by("-pgh_id").first()


def rename(project: Project, actor: User) -> dict:
    edit_project(project, {"name": f"{project.name}+"}, actor=actor, version=None)
    return last_event(project).pgh_context.metadata


def test_an_edit_names_its_actor_verb_source_and_request(world, cast):
    with ambience("page", "request-0001"):
        metadata = rename(world.projects["N-1"], cast.alice)
    assert metadata == {"actor": cast.alice.pk, "verb": "project.edit", "source": "page", "request_id": "request-0001"}
    kept = Record.objects.get(verb="project.edit", request_id="request-0001")
    assert (kept.actor, kept.source, kept.project_id) == (cast.alice, "page", world.projects["N-1"].pk)
    assert kept.changes == {"name": ["Bridge", "Bridge+"]}


def test_a_write_over_rest_names_the_token(world, cast):
    with ambience("rest", "request-0002"):
        with_token("pmo_abcdefgh")
        metadata = rename(world.projects["N-1"], cast.robot)
    assert (metadata["source"], metadata["token"]) == ("rest", "pmo_abcdefgh")
    assert Record.objects.get(request_id="request-0002").token == "pmo_abcdefgh"


def test_a_write_of_a_worker_names_its_task(world):
    with ambience("page"):
        _enter_task(task_id="task-77")
        metadata = rename(world.projects["N-1"], User.objects.system())
    assert (metadata["source"], metadata["request_id"]) == ("worker", "task-77")


def test_a_write_of_a_command_has_a_request_id_of_its_own(world, cast):
    metadata = rename(world.projects["N-1"], cast.alice)
    assert metadata["source"] == "command"
    assert re.fullmatch(r"[0-9a-f]{32}", metadata["request_id"])


@pytest.mark.django_db(transaction=True)
def test_sql_from_outside_is_kept_and_shown_as_unknown(world):
    project = world.projects["N-1"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_project SET name = 'Raw' WHERE id = %s", [project.pk])
    event = last_event(project)
    assert (event.name, event.pgh_context) == ("Raw", None)
    newest = history_of([project])[0]
    assert (newest.actor, [change.sentence for change in newest.changes]) == (
        "Unknown",
        ["Name changed from Bridge to Raw"],
    )


def test_a_bulk_update_leaves_one_event_for_each_row(world, cast):
    with acting(cast.director, "project.edit"):
        Project.objects.filter(portfolio=world.portfolios["SOUTH"]).update(category="Port")
    for code in ("S-1", "S-2"):
        happening = history_of([world.projects[code]])[0]
        assert happening.actor == "Director Small"
        assert [change.sentence for change in happening.changes] == ["Category set to Port"]


def test_an_update_that_changes_nothing_leaves_no_event(world):
    project = world.projects["N-1"]
    before = last_event(project).pgh_id
    Project.objects.filter(pk=project.pk).update(name="Bridge")
    assert last_event(project).pgh_id == before


def test_a_verb_inside_a_verb_is_one_act(world, cast):
    with acting(cast.director, "demand.approve"):
        edit_project(world.projects["N-1"], {"name": "Both"}, actor=User.objects.system(), version=None)
    metadata = last_event(world.projects["N-1"]).pgh_context.metadata
    assert (metadata["actor"], metadata["verb"]) == (cast.director.pk, "demand.approve")


def test_after_an_act_that_failed_the_next_one_names_its_own_actor(world, cast):
    with pytest.raises(ZeroDivisionError), acting(cast.bob, "project.edit"):
        _ = 1 / 0
    assert rename(world.projects["N-1"], cast.alice)["actor"] == cast.alice.pk


def test_an_action_without_an_actor_does_not_run():
    @action("project.edit")
    def touch(*, actor: User) -> None:
        raise AssertionError("It ran.")

    for actor in (None, "alice", 7):
        with pytest.raises(TypeError, match="touch needs the keyword actor"):
            touch(actor=actor)


def test_the_reason_is_in_the_record_and_in_the_history(world, cast):
    with acting(cast.alice, "project.edit"):
        Project.objects.filter(code="N-1").update(category="Rail")
        record(cast.alice, "project.edit", world.projects["N-1"], note="The council asked.")
    assert history_of([world.projects["N-1"]])[0].note == "The council asked."
    assert Record.objects.latest("id").note == "The council asked."


def test_the_reason_of_a_part_is_not_told_of_the_rest_of_the_act(world, cast):
    with acting(cast.director, "demand.approve"):
        Project.objects.filter(code="N-1").update(category="Rail")
        with acting(cast.director, "project.edit"):
            record(cast.director, "project.edit", world.projects["N-2"], note="The council asked.")
    assert history_of([world.projects["N-1"]])[0].note == ""
    assert Record.objects.latest("id").note == "The council asked."


@pytest.mark.parametrize(("path", "source"), [("/projects/", "page"), ("/api/v1/projects/", "rest")])
def test_a_request_gets_an_id_and_tells_it(path, source):
    seen = {}

    def view(request):
        seen.update(current().metadata())
        return HttpResponse()

    response = RequestContextMiddleware(view)(RequestFactory().get(path))
    assert seen == {"source": source, "request_id": response["X-Request-ID"]}


@pytest.mark.parametrize(
    ("given", "kept"), [("abcd-1234", True), ("short", False), ("x" * 65, False), ("a b c d e", False)]
)
def test_a_given_request_id_is_kept_when_it_is_plain(given, kept):
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    response = RequestContextMiddleware(lambda _request: HttpResponse())(request)
    assert (response["X-Request-ID"] == given) is kept
