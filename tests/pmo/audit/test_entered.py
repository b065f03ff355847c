"""Who entered the present value of a field, out of its history."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from pmo.audit.as_of import known_to
from pmo.audit.entered import entered
from portfolio.projects import actions
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db


def test_a_value_is_traced_to_the_act_that_brought_it_not_to_later_ones(world, cast):
    bridge = world.projects["N-1"]
    actions.edit_project(bridge, {"forecast": Decimal("1100000.00")}, actor=cast.alice, version=bridge.version)
    bridge.refresh_from_db()
    actions.edit_project(bridge, {"category": "Bridges"}, actor=cast.portfolio, version=bridge.version)
    found = entered([Project.objects.get(pk=bridge.pk)], ("forecast", "category", "budget"))
    assert found[bridge.pk, "forecast"].by == "Alice Small"
    assert found[bridge.pk, "category"].by == "Portfolio Small"
    assert (found[bridge.pk, "budget"].by, found[bridge.pk, "budget"].door) == ("System", "Sample")


def test_a_value_that_came_back_is_of_whoever_brought_it_back(world, cast):
    bridge = world.projects["N-1"]
    first = bridge.forecast
    for amount, who in ((Decimal("5.00"), cast.alice), (first, cast.portfolio)):
        bridge.refresh_from_db()
        actions.edit_project(bridge, {"forecast": amount}, actor=who, version=bridge.version)
    assert entered([Project.objects.get(pk=bridge.pk)], ("forecast",))[bridge.pk, "forecast"].by == "Portfolio Small"


@pytest.mark.django_db(transaction=True)
def test_the_past_is_traced_to_what_was_known_then(world, cast):
    bridge, before = world.projects["N-1"], timezone.now()
    actions.edit_project(bridge, {"forecast": Decimal("7.00")}, actor=cast.alice, version=bridge.version)
    then = known_to(Project.objects.all(), cast.director, before).get(code="N-1")
    assert entered([then], ("forecast",))[bridge.pk, "forecast"].by == "System"


def test_many_objects_take_two_statements(world, django_assert_num_queries):
    projects = list(Project.objects.all())
    with django_assert_num_queries(2):
        assert len(entered(projects, ("budget", "forecast"))) == 2 * len(projects)
