"""Where portfolios and programmes may be put, and who may appoint managers by any door."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from pmo.kernel.errors import Invalid, NotVisible, Refused
from portfolio.projects.actions import create_portfolio, edit_portfolio
from portfolio.projects.models import Portfolio, Project

pytestmark = pytest.mark.django_db


def test_a_portfolio_manager_adds_no_portfolio_beside_his_own(world, cast):
    with pytest.raises(Refused):
        create_portfolio({"code": "EAST", "name": "East"}, actor=cast.portfolio)
    assert create_portfolio({"code": "EAST", "name": "East", "parent": world.portfolios["NORTH"]}, actor=cast.portfolio)


def test_a_portfolio_moves_only_into_one_that_the_actor_edits(world, cast):
    north = world.portfolios["NORTH"]
    with pytest.raises(NotVisible):
        edit_portfolio(north, {"parent": world.portfolios["SOUTH"]}, actor=cast.portfolio, version=north.version)
    assert Portfolio.objects.get(pk=north.pk).parent is None


def test_a_manager_hands_his_project_over_by_no_door(world, cast, api_of):
    answer = api_of(cast.alice).patch("/api/v1/projects/N-1/", {"manager": "bob"}, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 403
    assert Project.objects.get(code="N-1").manager == cast.alice


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_never_close_a_ring(world: Any, cast: Any):
    """Each of them is right alone; together they would make a tree without a root."""
    north, south = world.portfolios["NORTH"], world.portfolios["SOUTH"]
    start, refused = threading.Barrier(2), []

    def move(portfolio: Portfolio, parent: Portfolio) -> None:
        start.wait()
        try:
            edit_portfolio(portfolio, {"parent": parent}, actor=cast.analyst, version=None)
        except Invalid as error:
            refused.append(sorted(error.errors))
        finally:
            connection.close()

    movers = [threading.Thread(target=move, args=pair) for pair in ((north, south), (south, north))]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    assert refused == [["parent"]]
    assert Portfolio.objects.filter(parent=None).count() == 1
