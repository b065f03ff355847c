"""Filters refuse what they do not know and never widen a list by mistake."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.http import QueryDict

from pmo.access.models import User
from pmo.kernel.errors import Invalid
from pmo.ui.filters import ChoiceFilter, FilterSet, ManyFilter, refuse_unknown


class People(FilterSet):
    search_fields = ("first_name", "last_name")
    theme = ChoiceFilter(choices=User.Theme.choices, label="Theme", everything="All themes")
    density = ManyFilter(choices=User.Density.choices, label="Density")

    class Meta:
        model = User
        fields: list[str] = []


def filtered(query: str) -> People:
    return People(QueryDict(query), queryset=User.objects.all())


def test_every_word_must_be_found_somewhere():
    condition = filtered("q=ann+lee")
    wanted = (Q(first_name__icontains="ann") | Q(last_name__icontains="ann")) & (
        Q(first_name__icontains="lee") | Q(last_name__icontains="lee")
    )
    assert str(condition.checked().query) == str(User.objects.filter(wanted).query)


def test_an_unreadable_value_is_named():
    with pytest.raises(Invalid) as caught:
        filtered("theme=pink").checked()
    assert list(caught.value.errors) == ["theme"]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 201, "density=huge"])
def test_nonsense_is_refused_not_ignored(query):
    with pytest.raises(Invalid):
        filtered(query).checked()


def test_a_parameter_nobody_reads_is_refused_with_the_known_ones():
    with pytest.raises(Invalid) as caught:
        refuse_unknown(QueryDict("colour=red&q=x"), {"q", "sort"})
    assert caught.value.errors == {"colour": ["There is no filter “colour”. Known: q, sort."]}


def test_only_filters_in_use_count_as_active():
    assert filtered("q=&theme=dark&density=compact").active == ["theme", "density"]
    assert filtered("q=x").narrowing == []
    assert filtered("").active == []


def test_the_parameters_are_known():
    assert People.parameters() == {"q", "theme", "density"}
