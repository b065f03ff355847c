"""A register is kept as published: absent figures with their reason, doubtful rows asked, refused or taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from pmo.access.models import Grant, Role, User
from pmo.attachments.actions import comments
from pmo.attachments.offers import KINDS
from pmo.audit.models import Record
from pmo.exchange import actions, working
from pmo.exchange.models import ImportRun
from pmo.kernel.errors import WrongState
from pmo.organisation.models import Unit
from portfolio.projects.models import Portfolio, Project, ProjectKey
from portfolio.status.models import StatusReport

pytestmark = pytest.mark.django_db

HEAD = (
    "year,project_number,project_name,department,colour_rating,start_date,end_date,"
    "yearly_budget,yearly_forecast,wlc_raw,rating_comment\n"
)
BRIDGE_2020 = '2020,MOT_0001_1920-Q1,River Bridge,MOT,Amber,01.04.18,31.12.24,£10.50,£11,"£1,200.25",Steel is late.\n'
BRIDGE_2021 = (
    "2021,MOT_0001_1920-Q1,River Bridge Programme,MoT,Amber/ Red,01.04.18,2026-03-31,12,£13.2m,1300,Steel is later.\n"
)
SECRET = (
    "2020,MOD_0002_1920-Q1,Quiet Submarine,MOD,"
    "Exempt under Section 26 of the Freedom of Information Act 2000 (Defence),"
    "01.01.15,TBD,Exempt under Section 43,,n/a,\n"
)


def rows(*lines: str) -> bytes:
    return (HEAD + "".join(lines)).encode()


def refusals(run: ImportRun) -> dict[int, str]:
    """The first error of each refused row, with its remedy."""
    found = {}
    for row in run.rows.filter(outcome="refused"):
        first = row.errors[0]
        found[row.line] = f"{first['column']}: {first['reason'][0] % first['reason'][1]}"
    return found


def test_a_row_becomes_a_project_and_a_published_report_at_its_business_date(
    imported: Any, portfolio: Portfolio
) -> None:
    imported(rows(BRIDGE_2020))
    project = Project.objects.get(code="MOT_0001_1920-Q1")
    assert (project.name, project.portfolio, project.unit) == ("River Bridge", portfolio, Unit.objects.get(code="MOT"))
    assert (project.start_forecast, project.finish_forecast) == (date(2018, 4, 1), date(2024, 12, 31))
    assert project.finish_baseline == date(2024, 12, 31)
    assert (project.whole_life_cost, project.budget, project.forecast) == (
        Decimal("1200250000.00"),
        Decimal("10500000.00"),
        Decimal("11000000.00"),
    )
    assert (project.currency, project.fiscal_year, project.cadence) == ("GBP", "2019/20", "none")
    assert (project.status_overall, project.status_as_of) == ("amber", date(2019, 9, 30))
    report = project.reports.get()
    assert (report.state, report.origin, report.as_of, report.number) == ("published", "import", date(2019, 9, 30), 1)
    assert (report.overall, report.rating_as_published, report.summary) == ("amber", "Amber", "Steel is late.")
    assert report.dimensions == {}
    assert report.commentary["As published"] == "Name: River Bridge\nIdentifier: MOT_0001_1920-Q1\nDepartment: MOT"
    assert ProjectKey.objects.get(source="gmpp").key == "MOT_0001_1920-Q1"
    told = Record.objects.filter(project_id=project.pk).order_by("pk").values_list("verb", "object_label")
    assert list(told) == [
        ("import.run", "MOT_0001_1920-Q1 River Bridge"),
        ("import.run", "Report 1 of MOT_0001_1920-Q1"),
    ]


def test_an_absent_figure_keeps_its_reason_and_is_never_zero_or_green(imported: Any) -> None:
    imported(rows(SECRET))
    report = StatusReport.objects.get()
    exempt = "Exempt under Section 26 of the Freedom of Information Act 2000 (Defence)"
    assert report.overall == "exempt"
    assert (report.finish_forecast, report.whole_life_cost, report.budget, report.forecast) == (None, None, None, None)
    assert report.absent == {
        "overall": exempt,
        "finish_forecast": "TBD",
        "budget": "Exempt under Section 43",
        "whole_life_cost": "n/a",
    }
    assert report.project.absent == report.absent


def test_only_the_newest_snapshot_sets_the_project_and_an_older_one_moves_the_first_end(imported: Any) -> None:
    imported(rows(BRIDGE_2021))
    imported(rows(BRIDGE_2020))
    project = Project.objects.get()
    assert (project.name, project.finish_forecast) == ("River Bridge Programme", date(2026, 3, 31))
    assert (project.whole_life_cost, project.forecast) == (Decimal("1300000000.00"), Decimal("13200000.00"))
    assert project.finish_baseline == date(2024, 12, 31)
    assert project.slip_days == 455
    assert [overall for _day, overall in project.status_strip] == ["amber", "amber_red"]
    assert (project.status_overall, project.status_trend) == ("amber_red", "down")


def test_several_years_in_one_file_make_one_project(imported: Any) -> None:
    run = imported(rows(BRIDGE_2020, BRIDGE_2021))
    assert (run.rows_created, run.rows_updated) == (1, 1)
    assert Project.objects.get().reports.count() == 2


def test_what_a_person_changed_since_is_not_overwritten_by_the_same_file(imported: Any) -> None:
    imported(rows(BRIDGE_2020))
    Project.objects.update(name="Bridge over the river", version=9)
    run = imported(rows(BRIDGE_2020))
    assert (run.rows_unchanged, run.rows_updated) == (1, 0)
    assert Project.objects.get().name == "Bridge over the river"


def test_a_corrected_figure_makes_a_second_edition(imported: Any) -> None:
    imported(rows(BRIDGE_2020))
    run = imported(rows(BRIDGE_2020.replace("£11,", "£12,")))
    assert run.rows.get().changes == [["Forecast of the year", "GBP 11.00 m", "GBP 12.00 m"]]
    first, second = StatusReport.objects.order_by("edition")
    assert (first.state, second.state, second.edition, second.corrects) == ("superseded", "published", 2, first)
    assert second.forecast == Decimal("12000000.00")


def test_a_row_without_an_identifier_is_joined_by_exact_name_only(imported: Any) -> None:
    imported(rows(BRIDGE_2020))
    run = imported(rows("2019,,River  Bridge,MOT,Green,,,1,1,1,\n", "2018,,river bridge,MOT,Green,,,1,1,1,\n"))
    assert [(row.line, row.outcome, bool(row.choices)) for row in run.rows.all()] == [
        (2, "updated", False),
        (3, "created", True),
    ]


def test_a_project_made_from_a_name_is_found_under_its_later_identifier_too(imported: Any, analyst: User) -> None:
    imported(rows("2019,,River Bridge,MOT,Green,,,1,1,1,\n"))
    run = imported(rows(BRIDGE_2020))
    project = Project.objects.get()
    assert project.code == "RIVER-BRIDGE"
    assert set(project.keys.values_list("source", "key")) == {
        ("gmpp", "MOT_0001_1920-Q1"),
        ("code", "MOT_0001_1920-Q1"),
    }
    actions.undo(run.pk, actor=analyst)
    assert not project.keys.exists()


def test_a_likely_pair_is_asked_and_joined_only_by_a_person(preview: Any, imported: Any, analyst: User) -> None:
    imported(rows(BRIDGE_2020))
    run = preview(rows("2019,,River-Bridge,MOT,Green,,,1,1,1,\n"))
    row = run.rows.get()
    assert (run.questions, run.rows_created, row.outcome) == (1, 1, "created")
    project = Project.objects.get()
    assert [(choice["key"], choice["likeness"]) for choice in row.choices] == [(str(project.pk), 1.0)]
    run = actions.answer(run.pk, {row.pk: str(project.pk)}, actor=analyst)
    assert (run.questions, run.rows_created, run.rows_updated) == (0, 0, 1)
    actions.apply(run.pk, actor=analyst)
    working.apply(run.pk)
    assert Project.objects.get().reports.count() == 2
    assert preview(rows("2019,,River-Bridge,MOT,Green,,,1,1,1,\n")).rows_unchanged == 1


def test_an_identifier_that_changed_its_capitals_is_asked_not_assumed(preview: Any, imported: Any) -> None:
    imported(rows(BRIDGE_2020))
    run = preview(rows(BRIDGE_2021.replace("MOT_0001", "MoT_0001").replace("River Bridge Programme", "River Bridge")))
    choice = run.rows.get().choices[0]
    assert choice["reason"] == ["the same name under the identifier %(keys)s", {"keys": "MOT_0001_1920-Q1"}]


def test_an_unanswered_question_makes_a_project_of_its_own_with_its_own_code(imported: Any) -> None:
    imported(rows(BRIDGE_2020))
    imported(rows(BRIDGE_2021.replace("MOT_0001", "MoT_0001").replace("River Bridge Programme", "River Bridge")))
    codes = sorted(Project.objects.values_list("code", flat=True))
    assert codes[0] == "MOT_0001_1920-Q1"
    assert codes[1].startswith("MoT_0001_1920-Q1-")
    assert len({code.upper() for code in codes}) == 2


def test_a_transposed_file_with_the_long_headers_is_read_and_its_year_found_in_them(imported: Any) -> None:
    text = (
        "Project name,River Bridge,Quiet Submarine,\n"
        "Department,MOT,MOD,\n"
        '"MPA RAG rating\n(five-point scale; definitions in the annual report)",Amber/ Red,No DCA,\n'
        "Project - Start Date (latest approved),01/04/2010,15/06/2011,\n"
        "Project - End Date (latest approved),31/03/2020,#N/A,\n"
        "2013/14 Budget (£million),450.37,£1.90m,\n"
        "2013/14 Forecast (£million),-£120.11m,Reset,\n"
        'Total budgeted whole life costs (£million),"£12,131.50",Data exempt under section 27,\n'
        "Departmental narrative on schedule,On time – mostly,,\n"
    )
    run = imported(text.encode("cp1252"), "register.csv")
    assert (run.report["encoding"], run.report["transposed"], run.rows_created) == ("windows-1252", True, 2)
    bridge, submarine = StatusReport.objects.order_by("-project__name")
    assert (bridge.as_of, bridge.overall, bridge.start) == (date(2013, 9, 30), "amber_red", date(2010, 4, 1))
    assert (bridge.budget, bridge.forecast) == (Decimal("450370000.00"), Decimal("-120110000.00"))
    assert bridge.whole_life_cost == Decimal("12131500000.00")
    assert bridge.commentary["Schedule"] == "On time – mostly"
    assert bridge.project.code == "RIVER-BRIDGE"
    assert (submarine.overall, submarine.budget) == ("", Decimal("1900000.00"))
    assert submarine.absent["overall"] == "No DCA"


def test_the_second_of_two_rating_columns_speaks_where_the_first_is_silent(imported: Any) -> None:
    text = (
        "year;project_number;project_name;colour_rating;colour_rating;start_date;end_date;total_baseline\n"
        "2023;A_1;Alpha;;Amber;20.05.2020;30.09.2024;07. Sep\n2023;B_2;Beta;Green;Red;20.05.2020;30.09.2019;34\n"
    )
    run = imported(text.encode(), "file.csv")
    assert run.report["duplicates"] == ["colour_rating"]
    alpha, beta = StatusReport.objects.order_by("project__code")
    assert (alpha.overall, beta.overall, beta.as_of) == ("amber", "green", date(2023, 3, 31))
    assert (alpha.budget, alpha.absent["budget"]) == (None, "07. Sep")
    notes = {row.line: [note["column"] for note in row.notes] for row in run.rows.all()}
    assert notes == {2: ["budget"], 3: ["end_date"]}


def test_rows_that_cannot_be_told_are_refused_by_line_with_their_reason(preview: Any) -> None:
    run = preview(
        rows(
            "2020,A_1,=HYPERLINK(A1),MOT,Red,,,1,1,1,\n",
            "2020,B_2,,MOT,Red,,,1,1,1,\n",
            "2020,C_3,Gamma,MOT,Red,31.02.20,,1,1,1,\n",
            "2020,D_4,Delta,MOT,Red,,,1,1,1,,spilled\n",
            "2020,E_5,Epsilon,MOT,Red,,,$5m,1,1,\n",
            "2020,F_6,Zeta,MOT,Red,,,1,1,1,\n",
            "2020,F_6,Eta,MOT,Red,,,1,1,1,\n",
            "9999,G_7,Theta,MOT,Red,,,1,1,1,\n",
            "2020,H_8,Iota\x01,MOT,Red,,,1,1,1,\n",
        )
    )
    assert refusals(run) == {
        2: "project_name: The cell “=HYPERLINK(A1)” is a formula; formulas are never evaluated.",
        3: "project_name: The row names no project.",
        4: "start_date: The date “31.02.20” does not exist.",
        5: ": The row has 1 filled cells more than there are headers.",
        6: "budget: The amount is in USD.",
        7: "project_name: The same project stands on lines 7, 8 for one year.",
        8: "project_name: The same project stands on lines 7, 8 for one year.",
        9: "year: “9999” is no report year.",
        10: "project_name: The cell holds a control character (U+0001).",
    }
    assert run.counts == {"read": 9, "created": 0, "updated": 0, "unchanged": 0, "refused": 9, "questions": 0}


def test_markup_and_long_text_stay_text(imported: Any) -> None:
    text = "<script>alert(1)</script>" + "x" * 30_000
    imported(rows(BRIDGE_2020.replace("Steel is late.", text)))
    assert StatusReport.objects.get().summary == text[:20_000]


def test_the_year_is_taken_from_the_name_or_asked_for(preview: Any) -> None:
    text = b"project_name,colour_rating\nAlpha,Red\n"
    assert refusals(preview(text, "data.csv")) == {2: "year: The row does not say which year it reports."}
    assert preview(text, "uk_2018.csv").rows_created == 1
    told = preview(text, "data.csv", {"year": "2015/16", "as_of": "2015-12-31"})
    assert told.remarks[0]["reason"][1] == {"year": "2016", "day": "2015-12-31", "fiscal": "2015/16"}


def test_undoing_takes_everything_back(imported: Any, analyst: User) -> None:
    imported(rows(BRIDGE_2020))
    before = Project.objects.values().get() | {"version": 0, "updated_at": None}
    run = imported(rows(BRIDGE_2021, SECRET))
    assert Project.objects.count() == 2
    run = actions.undo(run.pk, actor=analyst)
    assert run.state == "undone"
    assert Project.objects.values().get() | {"version": 0, "updated_at": None} == before
    assert [report.as_of for report in StatusReport.objects.all()] == [date(2019, 9, 30)]
    assert list(ProjectKey.objects.values_list("key", flat=True)) == ["MOT_0001_1920-Q1"]
    assert list(Unit.objects.values_list("code", flat=True)) == ["MOT"]
    again = imported(rows(BRIDGE_2021, SECRET))
    assert (again.rows_created, again.rows_updated) == (1, 1)


def test_undoing_a_correction_brings_the_first_edition_back(imported: Any, analyst: User) -> None:
    imported(rows(BRIDGE_2020))
    run = imported(rows(BRIDGE_2020.replace("£11,", "£12,")))
    actions.undo(run.pk, actor=analyst)
    report = StatusReport.objects.get()
    assert (report.state, report.edition, report.forecast) == ("published", 1, Decimal("11000000.00"))
    assert Project.objects.get().forecast == Decimal("11000000.00")


def test_what_changed_since_stops_the_undoing_of_everything(imported: Any, analyst: User) -> None:
    run = imported(rows(BRIDGE_2020, SECRET))
    imported(rows(BRIDGE_2021))
    with pytest.raises(WrongState, match=r"since this import: MOT_0001_1920-Q1 \(Ana Lyst, .*\)\. Undo what came"):
        actions.undo(run.pk, actor=analyst)
    assert Project.objects.count() == 2


def test_imports_are_undone_one_after_the_other_from_the_last(imported: Any, analyst: User) -> None:
    first, second, third = (
        imported(rows(row)) for row in (BRIDGE_2020, BRIDGE_2021, SECRET + BRIDGE_2021.replace("1300", "9"))
    )
    for run in (third, second, first):
        assert actions.undo(run.pk, actor=analyst).state == "undone"
    assert not Project.objects.exists()
    assert not StatusReport.objects.exists()


def test_what_people_added_to_an_imported_project_stops_the_undoing(imported: Any, analyst: User) -> None:
    run = imported(rows(BRIDGE_2020))
    project = Project.objects.get()
    comments.write(KINDS.find("project"), project.pk, "Who owns this now?", actor=analyst)
    with pytest.raises(WrongState, match="Changed since this import: MOT_0001_1920-Q1"):
        actions.undo(run.pk, actor=analyst)
    assert Project.objects.get() == project


@pytest.mark.parametrize(("role", "outcome"), [("analyst", "updated"), ("administrator", "refused")])
def test_a_later_import_into_a_project_that_reports_here_needs_the_right_to_publish(
    imported: Any, preview: Any, analyst: User, role: str, outcome: str
) -> None:
    imported(rows(BRIDGE_2020))
    StatusReport.objects.update(origin="entered")
    Grant.objects.filter(user=analyst).update(role=Role.objects.get(code=role))
    run = preview(rows(BRIDGE_2021))
    assert run.rows.get().outcome == outcome
    earlier = preview(rows(BRIDGE_2020.replace("2020,", "2019,", 1)), name="before.csv")
    assert earlier.rows.get().outcome == "updated"


def test_a_year_that_lies_ahead_is_refused(preview: Any) -> None:
    run = preview(rows(BRIDGE_2020.replace("2020,", "2099,", 1)))
    assert refusals(run) == {2: "year: This day lies ahead."}


def test_a_report_written_here_is_never_replaced_by_an_import(imported: Any, preview: Any) -> None:
    imported(rows(BRIDGE_2020))
    StatusReport.objects.update(origin="entered")
    run = preview(rows(BRIDGE_2020.replace("Amber", "Red")))
    assert refusals(run) == {2: ": A report of 2019-09-30 was written and published here."}


def test_an_end_first_published_in_a_later_year_is_the_baseline_of_report_and_project_alike(imported: Any) -> None:
    imported(rows(BRIDGE_2020.replace("31.12.24", "TBD")))
    assert Project.objects.get().finish_baseline is None
    imported(rows(BRIDGE_2021))
    told = Project.objects.get().reports.order_by("as_of").last()
    assert told is not None
    assert Project.objects.get().finish_baseline == told.finish_baseline == date(2026, 3, 31)


def test_an_applied_import_leads_to_what_it_wrote_and_tells_days_as_people_write_them(
    imported: Any, analyst: User, portfolio: Portfolio
) -> None:
    run, browser = imported(rows(BRIDGE_2020)), Client()
    browser.force_login(analyst)
    page = browser.get(f"/imports/{run.pk}/").content.decode()
    assert "Start: <b>1 Apr 2018</b>" in page
    assert "The report of 2020 stands for 30 Sep 2019 (fiscal year 2019/20)." in page
    assert f'href="{portfolio.get_absolute_url()}"' in page
