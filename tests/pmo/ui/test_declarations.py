"""What is declared wrongly is told when it is declared, with what mends it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmo.access.models import User
from pmo.rest.custom import WithCustomFields
from pmo.ui.offers import Hit, SearchRegistry, SearchSource
from pmo.ui.tables import Text


def test_a_column_whose_path_has_dots_says_how_it_is_written():
    with pytest.raises(ImproperlyConfigured, match="project__name"):
        Text("project.name")


def test_a_door_with_custom_fields_that_cannot_list_them_says_what_lacks():
    with pytest.raises(ImproperlyConfigured, match=r"listing = staticmethod\(asked_for\)"):
        type("Half", (WithCustomFields,), {"custom_kind": "project"})


def source(kind: str) -> SearchSource:
    rows = User.objects.all
    return SearchSource(
        kind, "u", kind, "users", "user.view", User, rows, lambda user: rows(), lambda row: Hit("", "", "")
    )


def test_letters_of_search_belong_to_one_kind():
    known = SearchRegistry()
    known.add(source("person"))
    known.add(source("person"))
    with pytest.raises(ImproperlyConfigured, match="already means person"):
        known.add(source("assumption"))
