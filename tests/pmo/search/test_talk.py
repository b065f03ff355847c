"""Files, comments and action items are found by those who see what they are about, and by nobody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pmo.attachments.actions import comments, files
from pmo.attachments.offers import KINDS
from pmo.followups import actions
from pmo.followups.models import ActionItem
from pmo.search import queries
from pmo.search.following import differences
from pmo.ui.offers import SEARCH
from tests.pmo.attachments.making import PDF, upload

pytestmark = pytest.mark.django_db


def said(world, code: str, text: str, actor):
    return comments.write(KINDS.find("project"), world.projects[code].pk, text, actor=actor)


def brought(world, code: str, title: str, name: str, actor):
    project = world.projects[code]
    return files.add(KINDS.find("project"), project.pk, upload(name, PDF), title=title, actor=actor)


def test_a_file_is_found_by_its_title_and_by_the_names_of_its_versions(world, found, cast):
    file = brought(world, "N-1", "Ground survey", "boreholes-west.pdf", cast.alice)
    assert found(cast.director, "survey")["file"] == ["Ground survey"]
    assert found(cast.director, "boreholes")["file"] == ["Ground survey"]
    files.revise(file.pk, upload("drillings.pdf", PDF + b"2"), actor=cast.alice)
    assert found(cast.director, "drillings")["file"] == ["Ground survey"]
    files.withdraw(file.pk, "Wrong", actor=cast.alice)
    assert "file" not in found(cast.director, "survey")
    assert differences() == {}


def test_a_comment_is_found_by_its_words_until_it_is_removed(world, found, cast):
    comment = said(world, "N-1", "The **culvert** must be widened first.", cast.alice)
    assert found(cast.director, "culvert")["comment"] == ["The **culvert** must be widened first."]
    comments.change(comment.pk, "The weir must be widened first.", actor=cast.alice)
    assert "comment" not in found(cast.director, "culvert")
    assert "comment" in found(cast.director, "weir")
    comments.remove(comment.pk, actor=cast.alice)
    assert "comment" not in found(cast.director, "weir")
    assert differences() == {}


def test_what_is_about_a_confidential_project_is_found_only_by_those_named_on_it(world, found, fresh, cast):
    said(world, "N-4", "Zirconium prices doubled.", cast.alice)
    brought(world, "N-4", "Zirconium contract", "zirconium.pdf", cast.alice)
    actions.raise_item(
        parent=world.projects["N-4"], title="Ask for zirconium", owner=cast.alice, due_on=None, actor=cast.alice
    )
    for person in (cast.director, cast.analyst, cast.bob, cast.stranger, cast.sysadmin):
        assert found(person, "zirconium") == {}
        assert found(person, "zirkonium") == {}
        reader = fresh(person)
        assert not queries.counts(reader, "zirconium", SEARCH.for_user(reader))
    assert set(found(cast.alice, "zirconium")) == {"comment", "file", "action"}


def test_a_comment_on_an_action_item_is_found_by_who_sees_the_item(world, found, client_of, cast):
    item = actions.raise_item(
        parent=world.projects["N-1"], title="Order the gauge", owner=cast.member, due_on=None, actor=cast.alice
    )
    url = reverse("followups:action_item", args=[item.pk])
    assert 'id="comments"' in client_of(cast.member).get(url).content.decode()
    comments.write(KINDS.find("action-item"), item.pk, "The saffron one, please.", actor=cast.alice)
    assert found(cast.member, "saffron")["comment"] == ["The saffron one, please."]
    assert found(cast.bob, "saffron") == {}
    assert found(cast.member, "gauge")["action"] == ["Order the gauge"]
    page = client_of(cast.member).get(url).content.decode()
    assert "The saffron one, please." in page


def test_action_items_are_found_by_their_details_and_done_ones_come_last(world, found, cast):
    for title in ("Paint the gate", "Paint the fence"):
        fields = {"title": title, "details": "In umbra grey", "owner": cast.alice, "due_on": None}
        actions.raise_item(parent=world.projects["N-1"], **fields, actor=cast.alice)
    actions.complete(ActionItem.objects.get(title="Paint the fence").pk, actor=cast.alice)
    assert found(cast.director, "umbra")["action"] == ["Paint the gate", "Paint the fence"]


def test_the_number_of_statements_does_not_grow_with_files_and_comments(world, fresh, cast):
    def statements() -> int:
        reader = fresh(cast.director)
        with CaptureQueriesContext(connection) as asked:
            queries.best(reader, "garden", SEARCH.for_user(reader), 5)
        return len(asked)

    counted = []
    for number in range(6):
        for code in ("N-1", "S-1"):
            said(world, code, f"Garden {number}", cast.director)
            brought(world, code, f"Garden {number}", f"garden-{number}.pdf", cast.director)
        counted.append(statements())
    assert max(counted) == counted[0]
