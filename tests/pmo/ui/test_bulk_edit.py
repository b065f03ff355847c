"""Changing fields of many rows: previewed, applied where allowed, and taken back where nobody built upon it."""

from __future__ import annotations

import pytest

from pmo.access.models import Grant, Role
from pmo.kernel.errors import WrongState
from pmo.ui import reversing
from pmo.ui.models import BulkAct
from portfolio.projects import actions
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db
CODES = ("N-1", "N-2", "N-3")


def sent(world, step, **more):
    keys = [world.projects[code].pk for code in CODES]
    return {"bulk": "edit-fields", "step": step, "selected": keys, "set": ["method"], "method": "agile", **more}


def versions(world):
    return {f"version_{p.pk}": p.version for p in Project.objects.filter(code__in=CODES)}


def methods():
    return {p.code: p.method for p in Project.objects.filter(code__in=CODES)}


@pytest.fixture
def changed(world, cast, client_of):
    """Three projects that the portfolio manager made agile."""
    answer = client_of(cast.portfolio).post("/projects/", sent(world, "apply", **versions(world)))
    assert answer.status_code == 302, answer.content[:300]
    return BulkAct.objects.get()


def test_the_preview_shows_old_and_new_and_writes_nothing(world, cast, client_of):
    before = methods()
    answer = client_of(cast.portfolio).post("/projects/", sent(world, "preview"))
    assert answer.status_code == 200
    assert answer.content.decode().count("→ <b>Agile</b>") == 3
    assert methods() == before


def test_a_field_must_be_ticked(world, cast, client_of):
    answer = client_of(cast.portfolio).post("/projects/", sent(world, "preview", set=[]))
    assert answer.status_code == 422
    assert "Tick at least one field" in answer.content.decode()


def test_a_wrong_value_is_told_beside_its_field_and_kept(world, cast, client_of):
    more = {"set": ["finish_forecast"], "finish_forecast": "31.13.2027"}
    answer = client_of(cast.portfolio).post("/projects/", sent(world, "preview", **more))
    assert answer.status_code == 422
    assert "31.13.2027" in answer.content.decode()


def test_the_act_is_kept_with_its_rows(changed, cast):
    assert (changed.actor, changed.verb, changed.rows.count()) == (cast.portfolio, "project.edit", 3)
    assert set(methods().values()) == {"agile"}


def test_rows_that_the_actor_does_not_see_are_neither_changed_nor_named(world, cast, client_of):
    answer = client_of(cast.alice).post("/projects/", sent(world, "apply", **versions(world)))
    assert answer.status_code == 302
    assert [row.label.split()[0] for row in BulkAct.objects.get().rows.all()] == ["N-1", "N-3"]
    assert methods() == {"N-1": "agile", "N-2": world.projects["N-2"].method, "N-3": "agile"}


def test_a_row_changed_between_preview_and_act_is_left_alone(world, cast, client_of):
    stale = versions(world)
    actions.edit_project(world.projects["N-2"], {"category": "New"}, actor=cast.portfolio, version=None)
    client_of(cast.portfolio).post("/projects/", sent(world, "apply", **stale))
    assert methods()["N-2"] != "agile"
    assert BulkAct.objects.get().rows.exclude(refusal="").get().label.startswith("N-2")


def test_undo_gives_every_row_its_value_back(changed, world, cast, client_of):
    answer = client_of(cast.portfolio).post(f"/bulk/{changed.pk}/undo/", {"version": changed.version})
    assert answer.status_code == 302
    assert methods() == {code: world.projects[code].method for code in CODES}
    changed.refresh_from_db()
    assert changed.state == "undone"


def test_undo_leaves_what_others_built_upon_and_says_who(changed, world, cast, client_of):
    project = Project.objects.get(code="N-1")
    actions.edit_project(project, {"category": "Mine"}, actor=cast.alice, version=None)
    client = client_of(cast.portfolio)
    page = client.get(f"/bulk/{changed.pk}/").content.decode()
    assert str(cast.alice) in page
    assert "Undo the other 2 rows" in page
    client.post(f"/bulk/{changed.pk}/undo/")
    assert methods() == {"N-1": "agile", "N-2": world.projects["N-2"].method, "N-3": world.projects["N-3"].method}
    changed.refresh_from_db()
    assert changed.state == "partly"
    with pytest.raises(WrongState):
        reversing.undo(changed.pk, actor=cast.portfolio)


def test_what_became_confidential_since_tells_nothing_of_who_works_on_it(changed, world, cast, client_of):
    director = Grant.objects.create(user=cast.alice, role=Role.objects.get(code="director"))
    actions.edit_project(Project.objects.get(code="N-1"), {"confidential": True}, actor=cast.alice, version=None)
    director.delete()
    page = client_of(cast.portfolio).get(f"/bulk/{changed.pk}/").content.decode()
    assert str(cast.alice) not in page
    assert page.count("It does not exist any more.") == 1


def test_a_manager_appointed_in_bulk_is_taken_back_by_whoever_appointed(world, cast, client_of):
    before = {code: world.projects[code].manager_id for code in CODES}
    keys = [world.projects[code].pk for code in CODES]
    given = {"bulk": "project.assign_manager", "selected": keys, "confirmed": "1", "manager": cast.bob.username}
    answer = client_of(cast.director).post("/projects/", given, follow=True)
    act = BulkAct.objects.get()
    assert f'href="/bulk/{act.pk}/"' in answer.content.decode()
    reversing.undo(act.pk, actor=cast.director)
    assert {p.code: p.manager_id for p in Project.objects.filter(code__in=CODES)} == before


def test_nobody_sees_or_undoes_the_act_of_another(changed, cast, client_of):
    assert client_of(cast.director).get(f"/bulk/{changed.pk}/").status_code == 404
    assert client_of(cast.director).post(f"/bulk/{changed.pk}/undo/").status_code == 404
