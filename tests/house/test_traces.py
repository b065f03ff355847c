"""What is written through a door carries the person, the door and the request; a token never decides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pmo.audit.models import Record
from pmo.audit.tracking import event_model_of
from portfolio.projects.models import Project
from portfolio.status.models import StatusReport
from tests.portfolio.status.writing import submitted

pytestmark = pytest.mark.django_db


def facts_of_last_event(obj) -> dict:
    events = event_model_of(type(obj))._default_manager.filter(pgh_obj_id=obj.pk)
    return events.select_related("pgh_context").order_by("-pgh_id").first().pgh_context.metadata


def test_what_a_page_writes_names_the_person_and_the_request(world, cast, client_of):
    report = submitted(world, "N-3", "alice")
    url = reverse("portfolio:status_publish", args=[report.pk])
    response = client_of(cast.analyst).post(url, {"version": report.version})
    assert response.status_code == 302
    report.refresh_from_db()
    assert report.state == "published"
    facts = facts_of_last_event(report)
    assert (facts["actor"], facts["verb"], facts["source"]) == (cast.analyst.pk, "status.publish", "page")
    assert facts["request_id"] == response["X-Request-ID"]
    assert Record.objects.get(verb="status.publish").request_id == response["X-Request-ID"]


def test_what_a_token_writes_names_its_owner_and_its_prefix(world, cast, api_of):
    client = api_of(cast.robot, "write")
    url = reverse("api:project-detail", kwargs={"code": "N-1"})
    tag = client.get(url)["ETag"]
    response = client.patch(url, {"name": "By token"}, format="json", headers={"If-Match": tag})
    assert response.status_code == 200, response.content
    facts = facts_of_last_event(Project.objects.get(code="N-1"))
    assert (facts["actor"], facts["source"]) == (cast.robot.pk, "rest")
    assert facts["token"] == cast.robot.tokens.get().prefix
    assert facts["request_id"] == response["X-Request-ID"]


@pytest.mark.parametrize("scope", ["write", "*", "status.*", "status.publish"])
def test_a_token_never_publishes_whatever_its_scopes(scope, world, cast, api_of):
    report = submitted(world, "N-3", "alice")
    url = reverse("api:status-report-publish", args=[report.pk])
    response = api_of(cast.analyst, scope, "read").post(url, {}, format="json", headers={"If-Match": report.etag})
    assert response.status_code == 403
    assert response.json()["detail"] == "A token never decides; sign in to do this."
    assert StatusReport.objects.get(pk=report.pk).state == "submitted"


def test_a_refused_request_leaves_no_trace(world, cast, client_of):
    before = Record.objects.count()
    report = submitted(world, "N-3", "alice")
    written = Record.objects.count()
    url = reverse("portfolio:status_publish", args=[report.pk])
    assert client_of(cast.alice).post(url, {"version": report.version}).status_code == 403
    assert Record.objects.count() == written > before
