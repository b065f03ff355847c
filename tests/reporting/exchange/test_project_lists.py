"""A plain list makes and changes projects by their code; an empty cell leaves what is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pmo.access.models import Grant, Role, User
from pmo.attachments.actions import comments, files
from pmo.attachments.offers import KINDS
from pmo.exchange import actions
from pmo.exchange.models import ImportRun
from pmo.followups.actions import raise_item
from pmo.kernel.errors import Refused, WrongState
from pmo.organisation.models import Unit
from portfolio.projects.models import Portfolio, Programme, Project
from tests.pmo.attachments.making import PDF, upload

pytestmark = pytest.mark.django_db

HEAD = "Project code;Name;Programme;Unit;Project manager;Phase;Planned finish;Finish;Budget;Tags\n"
BRIDGE = "BR-1;River Bridge;ROADS;Traffic;pm_alice;Deliver;31.03.2026;30.09.2026;1.234,50 €;road, steel\n"
TUNNEL = "TU-2;Tunnel;;;Alice Adams;plan;2027-01-31;;12,5;\n"


def listed(*lines: str) -> bytes:
    return (HEAD + "".join(lines)).encode()


@pytest.fixture
def place(portfolio: Portfolio) -> Portfolio:
    Programme.objects.create(code="ROADS", name="Roads", portfolio=portfolio)
    Unit.objects.create(code="TRAFFIC", name="Traffic")
    User.objects.create_user("pm_alice", first_name="Alice", last_name="Adams")
    return portfolio


def reasons(run: ImportRun) -> dict[int, list[str]]:
    return {
        row.line: [message["reason"][0] % message["reason"][1] for message in row.errors]
        for row in run.rows.filter(outcome="refused")
    }


def test_new_codes_make_projects(imported: Any, place: Portfolio) -> None:
    run = imported(listed(BRIDGE, TUNNEL), profile="projects-csv")
    assert (run.rows_created, run.report["delimiter"]) == (2, "semicolon")
    bridge = Project.objects.get(code="BR-1")
    assert (bridge.name, bridge.portfolio, bridge.programme.code, bridge.unit.code) == (
        "River Bridge",
        place,
        "ROADS",
        "TRAFFIC",
    )
    assert (bridge.manager.username, bridge.phase, bridge.tags) == ("pm_alice", "deliver", ["road", "steel"])
    assert (bridge.finish_baseline, bridge.finish_forecast) == (date(2026, 3, 31), date(2026, 9, 30))
    assert (bridge.budget, bridge.currency) == (Decimal("1234.50"), "EUR")
    assert Project.objects.get(code="TU-2").manager == bridge.manager


def test_the_same_list_again_changes_nothing_and_a_blank_cell_leaves_what_is_there(
    imported: Any, place: Portfolio
) -> None:
    imported(listed(BRIDGE, TUNNEL), profile="projects-csv")
    again = imported(listed(TUNNEL, BRIDGE), "renamed.csv", profile="projects-csv")
    assert (again.rows_unchanged, again.rows_created, again.rows_updated) == (2, 0, 0)
    run = imported(b"code,name,budget\nbr-1,,n/a\n", profile="projects-csv")
    assert run.rows.get().changes == [
        ["Budget of the year", "1,234.50", ""],
        ["Absent figures", "", "Budget of the year: n/a"],
    ]
    bridge = Project.objects.get(code="BR-1")
    assert (bridge.name, bridge.budget, bridge.absent) == ("River Bridge", None, {"budget": "n/a"})
    imported(b"code,budget\nBR-1,7\n", profile="projects-csv")
    bridge.refresh_from_db()
    assert (bridge.budget, bridge.absent) == (Decimal("7.00"), {})


def test_rows_that_cannot_be_read_are_refused_with_all_their_reasons(preview: Any, place: Portfolio) -> None:
    run = preview(
        listed(
            ";No code;;;;;;;;\n",
            "A B;Spaces;;;;;;;;\n",
            "X-1;;;;;;;;;\n",
            "X-2;Two;NOWHERE;;nobody;flying;31.02.2026;;12 apples;\n",
            "X-3;Three;;;;;;;;\n",
            "x-3;Three again;;;;;;;;\n",
        ),
        profile="projects-csv",
    )
    assert reasons(run) == {
        2: ["The row has no code."],
        3: ["“A B” is no code."],
        4: ["A new project needs a name."],
        5: [
            "“flying” is not known here.",
            "“NOWHERE” is not known here.",
            "“nobody” is not known here.",
            "The date “31.02.2026” does not exist.",
            "“12 apples” is not an amount.",
        ],
        6: ["The code “X-3” stands on lines 6, 7."],
        7: ["The code “x-3” stands on lines 6, 7."],
    }


def test_an_ambiguous_date_is_refused_unless_another_tells_the_order(preview: Any, place: Portfolio) -> None:
    assert reasons(preview(b"code,name,finish\nA,Alpha,03/04/2026\n", profile="projects-csv")) == {
        2: ["The date “03/04/2026” is ambiguous: either number may be the day."]
    }
    told = preview(b"code,name,finish\nA,Alpha,03/04/2026\nB,Beta,12/25/2026\n", profile="projects-csv")
    assert (told.rows_created, told.rows_refused) == (2, 0)


def test_a_baseline_never_ends_before_it_begins(preview: Any, imported: Any, place: Portfolio) -> None:
    imported(b"code,name,planned start\nA,Alpha,2026-05-01\n", profile="projects-csv")
    run = preview(b"code,planned finish\nA,2026-04-01\n", profile="projects-csv")
    assert reasons(run) == {2: ["The baseline would end (2026-04-01) before it begins (2026-05-01)."]}


def test_a_project_of_another_portfolio_is_neither_changed_nor_named(
    preview: Any, analyst: User, place: Portfolio
) -> None:
    other = Portfolio.objects.create(code="OTHER", name="Other")
    Project.objects.create(code="SECRET", name="Quiet thing", portfolio=other, confidential=True)
    run = preview(b"code,name\nsecret,Mine\n", profile="projects-csv")
    row = run.rows.get()
    assert (row.outcome, row.label) == ("refused", "Mine")
    assert reasons(run) == {2: ["This code is not available. Choose another one."]}


def test_undoing_a_list_restores_every_value(imported: Any, analyst: User, place: Portfolio) -> None:
    imported(listed(BRIDGE), profile="projects-csv")
    before = Project.objects.values().get() | {"version": 0, "updated_at": None}
    run = imported(
        listed(BRIDGE.replace("River", "Long").replace(";Traffic;", ";TRAFFIC;"), TUNNEL), profile="projects-csv"
    )
    assert (run.rows_updated, run.rows_created) == (1, 1)
    actions.undo(run.pk, actor=analyst)
    assert Project.objects.values().get() | {"version": 0, "updated_at": None} == before


ADDED = {
    "a file": lambda project, user: files.add(KINDS.find("project"), project.pk, upload("a.pdf", PDF), actor=user),
    "a comment": lambda project, user: comments.write(KINDS.find("project"), project.pk, "Mine.", actor=user),
    "an action item": lambda project, user: raise_item(
        title="Do it", owner=user, actor=user, parent=project, due_on=date(2030, 1, 1)
    ),
    "a role within it": lambda project, user: Grant.objects.create(
        user=user, role=Role.objects.get(code="member"), scope="project", scope_id=project.pk
    ),
}


@pytest.mark.parametrize("what", ADDED)
def test_what_people_added_to_a_made_project_stops_the_undoing(
    imported: Any, analyst: User, place: Portfolio, what: str
) -> None:
    run = imported(listed(BRIDGE), profile="projects-csv")
    ADDED[what](Project.objects.get(), analyst)
    with pytest.raises(WrongState, match="Changed since this import: BR-1"):
        actions.undo(run.pk, actor=analyst)
    assert Project.objects.count() == 1


def test_only_who_appoints_takes_an_appointment_back(imported: Any, analyst: User, place: Portfolio) -> None:
    imported(listed(BRIDGE.replace("pm_alice", "")), profile="projects-csv")
    grant = Grant.objects.get(user=analyst)
    grant.role.permissions.create(permission="project.assign_manager", reach="all")
    run = imported(listed(BRIDGE), profile="projects-csv")
    assert Project.objects.get().manager.username == "pm_alice"
    grant.role.permissions.filter(permission="project.assign_manager").delete()
    with pytest.raises(Refused, match="This import appointed people"):
        actions.undo(run.pk, actor=User.objects.get(pk=analyst.pk))
    assert Project.objects.get().manager.username == "pm_alice"


def test_a_project_changed_by_hand_stops_the_undoing(imported: Any, analyst: User, place: Portfolio) -> None:
    run = imported(listed(BRIDGE), profile="projects-csv")
    Project.objects.update(name="By hand")
    with pytest.raises(WrongState, match="Changed since this import: BR-1"):
        actions.undo(run.pk, actor=analyst)
