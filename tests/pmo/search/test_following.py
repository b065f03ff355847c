"""The index and its tables: laid once, laid anew when a source changes, rebuilt when asked."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from pmo.search import following
from pmo.search.models import Entry
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


def test_after_all_that_the_small_world_does_the_index_is_as_if_written_anew(world):
    Project.objects.filter(code="N-2").update(description="Tramway", state="closed")
    assert following.differences() == {}


def test_what_stands_already_is_not_laid_again(world):
    assert following.lay() is False


def test_without_triggers_the_index_falls_behind_and_laying_them_makes_it_right(world):
    following.take_up()
    Project.objects.filter(code="N-1").update(name="Viaduct")
    assert following.differences() == {"project": 1, "report": 2}
    assert following.lay() is True
    assert following.differences() == {}


def test_an_index_that_was_spoilt_is_named_and_made_anew_by_the_command(world, capsys):
    Entry.objects.filter(kind="project").update(title="Spoilt")
    with pytest.raises(SystemExit):
        call_command("search_index", check=True)
    assert "project: 6" in capsys.readouterr().out
    call_command("search_index")
    assert following.differences() == {}
