"""Pages of projects: what each reader sees, how many queries it takes, what an edit refuses."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from pmo.organisation.models import Organisation
from pmo.ui.formats import NBSP
from portfolio.projects import views
from portfolio.projects.models import Project, label_of
from portfolio.status import actions as status

pytestmark = pytest.mark.django_db


def rows_of(response) -> list[str]:
    return [project.code for project in response.context["shown"].object_list]


def test_the_list_shows_worst_first_and_only_what_the_reader_may_see(cast, client_of):
    assert rows_of(client_of(cast.alice).get("/projects/")) == ["N-1", "N-3", "N-4"]
    everything = client_of(cast.director).get("/projects/?view=all")
    assert "N-4" not in everything.content.decode()
    assert everything.context["count"] == 5


def test_totals_say_how_many_rows_had_the_figure(cast, client_of):
    html = client_of(cast.alice).get("/projects/").content.decode()
    assert "2 of 3 counted" in html


def test_the_export_holds_the_rows_of_the_filter_with_exact_amounts(cast, client_of):
    response = client_of(cast.bob).get("/projects/?q=harbour&export=csv&columns=code,budget,status")
    table = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert table == [["Code", "Budget (EUR)", "Status"], ["S-1", "1000000.00", "On track"]]


def test_an_exported_amount_in_another_currency_than_the_head_names_its_own(cast, client_of):
    Project.objects.filter(code="S-1").update(currency="GBP")
    response = client_of(cast.bob).get("/projects/?export=csv&columns=code,budget&sort=code")
    assert b"".join(response.streaming_content).decode().split() == [
        "Code,Budget", "(EUR)", "N-2,1000000.00", "S-1,GBP", "1000000.00", "S-2,1000000.00",
    ]  # fmt: skip


def test_overrun_and_slip_are_coloured_by_the_thresholds_of_the_organisation(cast, client_of):
    Project.objects.filter(code="S-1").update(finish_forecast=F("finish_baseline") + timedelta(days=20))

    def drawn() -> tuple[bool, bool]:
        html = client_of(cast.bob).get("/projects/?q=harbour&columns=over,slip").content.decode()
        return 't-amber b nw">+20' in html, "t-amber" in html.replace('t-amber b nw">+20', "")

    assert drawn() == (True, False)
    Organisation.objects.update_or_create(pk=1, defaults={"slip_amber_days": 30, "cost_amber_percent": 2})
    assert drawn() == (False, True)


def test_the_late_view_holds_reports_overdue_and_not_handed_in(cast, client_of, world):
    report = status.start(world.projects["S-2"].pk, actor=cast.bob)
    before = rows_of(client_of(cast.director).get("/projects/?view=late"))
    Project.objects.filter(code="N-2").update(report_due_on=None)
    after = rows_of(client_of(cast.director).get("/projects/?view=late"))
    assert report.state == "draft"
    assert "S-2" in before
    assert "N-2" in before
    assert "N-2" not in after


def test_the_rows_of_a_list_take_ten_queries_whoever_reads(cast, client_of):
    for person in (cast.director, cast.alice, cast.portfolio, cast.executive):
        client = client_of(person)
        with CaptureQueriesContext(connection) as asked:
            client.get("/projects/?q=r", headers={"HX-Request": "true", "HX-Target": "results"})
        assert len(asked) <= 10, (person.username, len(asked))


def test_a_project_page_takes_at_most_twenty_queries_for_every_role(cast, client_of):
    for person in (cast.alice, cast.director, cast.analyst, cast.portfolio, cast.administrator, cast.member):
        client = client_of(person)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/projects/N-1/").status_code == 200
        assert len(asked) <= 20, (person.username, len(asked))


def test_the_one_primary_action_follows_role_and_state(cast, client_of, world):
    def first_door(person):
        doors = client_of(person).get("/projects/N-1/").context["page"].doors()
        return [str(door.label) for door in doors if door.primary]

    assert first_door(cast.alice)[0].startswith("Write ")
    assert first_door(cast.analyst) == []
    report = status.start(world.projects["N-1"].pk, actor=cast.alice)
    assert first_door(cast.alice) == [f"Continue report {report.number}"]
    status.save_draft(report.pk, {"confirmed": ["schedule"]}, actor=cast.alice)
    status.submit(report.pk, actor=cast.alice)
    assert first_door(cast.analyst) == [f"Check report {report.number}"]
    assert first_door(cast.member) == []


def test_a_declaration_that_differs_from_the_figures_is_marked(cast, client_of):
    html = client_of(cast.alice).get("/projects/N-1/").content.decode()
    assert html.count('<li class="diff">') == 2
    assert "2 differ" not in html
    assert "1 differs from the figures" in html


def test_an_edit_with_an_old_version_shows_both_and_saves_nothing(cast, client_of, world):
    client, project = client_of(cast.alice), world.projects["N-1"]
    page = client.get("/projects/N-1/edit/")
    form = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    sent = {**form, "portfolio": project.portfolio_id, "programme": project.programme_id or "", "unit": "",
            "manager": "alice", "sponsor": "", "name": "Long bridge", "version": project.version}  # fmt: skip
    Project.objects.filter(pk=project.pk).update(version=project.version + 1, name="Short bridge")
    response = client.post("/projects/N-1/edit/", sent)
    assert response.status_code == 409
    assert "Long bridge" in response.content.decode()
    assert "Short bridge" in response.content.decode()
    assert Project.objects.get(pk=project.pk).name == "Short bridge"


def test_moving_a_project_needs_the_right_to_create_where_it_goes(cast, client_of, world):
    client, project = client_of(cast.portfolio), world.projects["N-3"]
    form = {name: value for name, value in client.get("/projects/N-3/edit/").context["form"].initial.items() if value}
    sent = {**form, "portfolio": world.portfolios["SOUTH"].pk, "manager": "alice", "version": project.version}
    response = client.post("/projects/N-3/edit/", sent)
    assert response.status_code in (403, 404, 422)
    assert Project.objects.get(pk=project.pk).portfolio == world.portfolios["NORTH"]


def test_a_manager_is_assigned_to_chosen_rows_by_those_who_may(cast, client_of, world):
    chosen = {"bulk": "project.assign_manager", "selected": [world.projects["N-1"].pk, world.projects["N-3"].pk]}
    asked = client_of(cast.portfolio).post("/projects/", chosen)
    assert asked.status_code == 200
    done = client_of(cast.portfolio).post("/projects/", {**chosen, "confirmed": "1", "manager": "bob"})
    assert done.status_code == 302
    assert set(Project.objects.filter(manager=cast.bob).values_list("code", flat=True)) >= {"N-1", "N-3"}
    assert client_of(cast.alice).post("/projects/", {**chosen, "confirmed": "1", "manager": "bob"}).status_code == 400


def test_a_new_project_gets_the_next_number(cast, client_of, world):
    sent = {"name": "Ring road", "portfolio": world.portfolios["NORTH"].pk, "state": "active", "currency": "EUR",
            "cadence": "monthly", "report_weekday": "4"}  # fmt: skip
    response = client_of(cast.portfolio).post("/projects/new/", sent)
    assert response.status_code == 302
    assert response["Location"] == "/projects/PRJ-0001/"
    assert Project.objects.get(code="PRJ-0001").name == "Ring road"


def test_the_tree_counts_what_the_reader_sees(cast, client_of):
    html = client_of(cast.bob).get("/portfolios/").content.decode()
    assert "2 open projects" in html
    assert "Secret site" not in client_of(cast.director).get("/portfolios/NORTH/").content.decode()


def test_a_late_row_says_by_how_many_days_as_the_home_does(cast, client_of, world):
    Project.objects.filter(code="S-1").update(report_due_on=world.today - timedelta(days=9))
    html = client_of(cast.bob).get("/projects/?q=harbour").content.decode()
    assert f'">30{NBSP}d</span><div class="sub t-red">9{NBSP}d late</div>' in html


def test_a_portfolio_page_counts_all_its_projects_and_leads_to_those_it_does_not_show(cast, client_of, monkeypatch):
    monkeypatch.setattr(views, "MOST_SHOWN", 1)
    page = client_of(cast.director).get("/portfolios/SOUTH/")
    assert page.context["number"] == 2
    assert "The worst of 2 are shown. Open all of them as a list" in page.content.decode()


def test_a_long_name_without_a_short_one_is_cut_visibly():
    assert label_of("", "Digital Services at the Border (DSAB)") == "Digital Services at the Border…"
    assert label_of("", "Solar roofs") == "Solar roofs"


def test_the_projects_outside_programmes_are_the_rows_behind_their_number(cast, client_of):
    client = client_of(cast.director)
    north = next(each for each in client.get("/portfolios/").context["branches"] if each.portfolio.code == "NORTH")
    leaf = north.leaves[-1]
    assert (leaf.name, leaf.number) == ("Outside programmes", 2)
    assert sorted(rows_of(client.get(leaf.url))) == ["N-2", "N-3"]


def test_a_filter_that_cannot_be_read_is_named(cast, client_of):
    page = client_of(cast.director).get("/projects/?portfolio=NORTH")
    assert page.status_code == 400
    assert "Portfolio: Select a valid choice." in page.content.decode()
