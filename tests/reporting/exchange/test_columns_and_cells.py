"""A person maps columns once, pastes rows, mends cells in the preview, and brings an edited workbook back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import load_workbook

from pmo.access.models import User
from pmo.audit.acting import acting
from pmo.audit.records import record
from pmo.exchange import actions, working
from pmo.exchange.models import ImportMapping, ImportRun
from pmo.kernel.errors import Broken, WrongState
from portfolio.projects.models import Phase, Portfolio, Project
from portfolio.projects.sheets import sheet_of

pytestmark = pytest.mark.django_db

FOREIGN = "Vorhaben;Projct name;Wetter\nA-1;Alpha;nass\nA-2;Beta;\n"


@pytest.fixture
def browser(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


def asked(analyst: User, portfolio: Portfolio, text: str, profile: str = "generic", **more: Any) -> ImportRun:
    """Upload as the page does, and read as the worker does."""
    file = ContentFile(text.encode(), name="month.csv")
    run = actions.upload(profile, file, into=portfolio.code, asks=True, actor=analyst, **more)
    working.read(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def read_again(run: ImportRun) -> ImportRun:
    working.read(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def applied(run: ImportRun, analyst: User) -> ImportRun:
    actions.apply(run.pk, actor=analyst)
    working.apply(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def test_a_file_of_unknown_columns_waits_for_a_person_and_the_next_month_does_not(
    analyst: User, portfolio: Portfolio, browser: Client
) -> None:
    run = asked(analyst, portfolio, FOREIGN)
    assert run.state == "mapping"
    assert not run.rows.exists()
    page = browser.get(f"/imports/{run.pk}/columns/").content.decode()
    assert "Vorhaben" in page
    assert "Looks alike: please check" in page
    sent = {"column-0": "code", "column-1": "name", "column-2": "", "remember": "on"}
    assert browser.post(f"/imports/{run.pk}/columns/", sent).status_code == 302
    run = read_again(run)
    assert (run.state, run.rows_created) == ("previewed", 2)
    assert ImportMapping.objects.get().columns == {"vorhaben": "code", "projct name": "name", "wetter": ""}
    later = asked(analyst, portfolio, "Wetter;Projct name;Vorhaben\n;Gamma;A-3\n")
    assert (later.state, later.rows_created) == ("previewed", 1)


def test_columns_that_lack_what_is_needed_keep_the_answers_and_say_what(
    analyst: User, portfolio: Portfolio, browser: Client
) -> None:
    run = asked(analyst, portfolio, FOREIGN)
    answer = browser.post(f"/imports/{run.pk}/columns/", {"column-0": "", "column-1": "name", "column-2": ""})
    assert answer.status_code == 422
    assert "Say which column holds: Code." in answer.content.decode()
    assert ImportRun.objects.get(pk=run.pk).state == "mapping"


def test_a_shared_mapping_serves_everybody_and_needs_the_right(analyst: User, portfolio: Portfolio) -> None:
    run = asked(analyst, portfolio, FOREIGN)
    chosen = {"vorhaben": "code", "projct name": "name", "wetter": ""}
    actions.choose_columns(run.pk, chosen, share=True, actor=analyst)
    assert ImportMapping.objects.get().person is None


def test_a_program_names_its_columns_with_the_file(analyst: User, portfolio: Portfolio) -> None:
    file = ContentFile(FOREIGN.encode(), name="month.csv")
    chosen = {"Vorhaben": "code", "Projct name": "name"}
    run = actions.upload("projects-csv", file, into=portfolio.code, mapping=chosen, actor=analyst)
    assert read_again(run).rows_created == 2
    with pytest.raises(Broken, match="There is no column “nonsense”"):
        actions.upload("projects-csv", file, into=portfolio.code, mapping={"Vorhaben": "nonsense"}, actor=analyst)


def test_pasted_rows_without_headers_are_mapped_by_their_values(
    browser: Client, analyst: User, portfolio: Portfolio
) -> None:
    answer = browser.post("/imports/paste/", {"text": "P-1\tPasted\nP-2\tAlso pasted\n", "into": "GOV"})
    assert answer.status_code == 302
    run = read_again(ImportRun.objects.get())
    assert run.state == "mapping"
    assert [heading["samples"] for heading in run.report["headers"]] == [["P-1", "P-2"], ["Pasted", "Also pasted"]]
    keys = [heading["key"] for heading in run.report["headers"]]
    actions.choose_columns(run.pk, dict(zip(keys, ("code", "name"), strict=True)), actor=analyst)
    applied(read_again(run), analyst)
    assert sorted(Project.objects.values_list("code", "name")) == [("P-1", "Pasted"), ("P-2", "Also pasted")]


def test_a_paste_into_nowhere_keeps_the_typed_rows(browser: Client, portfolio: Portfolio) -> None:
    answer = browser.post("/imports/paste/", {"text": "code\tname\nP-1\tKept text\n", "headers": "on", "into": "NO"})
    assert answer.status_code == 422
    assert "Kept text" in answer.content.decode()


def test_a_refused_cell_is_mended_in_the_preview_and_checked_again(
    browser: Client, analyst: User, portfolio: Portfolio
) -> None:
    run = asked(analyst, portfolio, "code,name,budget\nA,Alpha,12 apples\nB,Beta,5\n")
    row = run.rows.get(outcome="refused")
    page = browser.get(f"/imports/{run.pk}/mend/").content.decode()
    assert "12 apples" in page
    assert "is not an amount." in page
    sent = {f"{row.pk}-code": "A", f"{row.pk}-name": "Alpha", f"{row.pk}-budget": "12"}
    assert browser.post(f"/imports/{run.pk}/mend/", sent).status_code == 302
    run = read_again(run)
    assert (run.rows_created, run.rows_refused, run.edits) == (2, 0, {"2": {"budget": "12"}})
    applied(run, analyst)
    assert Project.objects.get(code="A").budget == Decimal("12.00")


def test_a_preview_says_what_will_be_and_an_applied_import_what_was_done(
    browser: Client, analyst: User, portfolio: Portfolio
) -> None:
    run = asked(analyst, portfolio, "code,name\nA,Alpha\n")
    assert "Will be created" in browser.get(f"/imports/{run.pk}/").content.decode()
    applied(run, analyst)
    assert "Will be created" not in browser.get(f"/imports/{run.pk}/").content.decode()


def test_undoing_names_who_built_on_what_was_imported(analyst: User, portfolio: Portfolio) -> None:
    run = applied(asked(analyst, portfolio, "code,name\nA,Alpha\nB,Beta\n"), analyst)
    other = User.objects.create_user("director", first_name="Dora", last_name="Rector", is_superuser=True)
    changed_by(other, Project.objects.get(code="A"), name="Changed")
    with pytest.raises(WrongState, match=r"Changed since this import: A \(Dora Rector, .*\)\. Undo what came later"):
        actions.undo(run.pk, actor=analyst)
    assert Project.objects.filter(code="B").exists()


# --- the round trip ---------------------------------------------------------------------------------------------


Change = Callable[[Any], None]


@pytest.fixture
def bridge(portfolio: Portfolio) -> Project:
    return Project.objects.create(
        code="BR-1",
        name="Bridge",
        portfolio=portfolio,
        phase=Phase.PLAN,
        tags=["road"],
        finish_forecast=date(2027, 6, 30),
        budget=Decimal("1234.50"),
        absent={"whole_life_cost": "Exempt"},
    )


def changed_by(person: User, project: Project, **values: Any) -> None:
    """What an edit by that person leaves: new values, the next version, and a record."""
    with acting(person, "project.edit"):
        for name, value in values.items():
            setattr(project, name, value)
        project.version += 1
        project.save()
        record(person, "project.edit", project)


def downloaded(client: Client) -> Any:
    answer = client.get("/projects-to-edit/")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def column(sheet: Any, label: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == label)


def came_back(book: Any, analyst: User, portfolio: Portfolio) -> ImportRun:
    kept = io.BytesIO()
    book.save(kept)
    file = ContentFile(kept.getvalue(), name="projects.xlsx")
    run = actions.upload("projects-xlsx", file, into=portfolio.code, asks=True, actor=analyst)
    return read_again(run)


def test_an_untouched_download_changes_nothing(
    browser: Client, analyst: User, portfolio: Portfolio, bridge: Project
) -> None:
    book = downloaded(browser)
    assert book.sheetnames == ["Projects", "About", "Lists"]
    assert [rule.type for rule in book["Projects"].data_validations.dataValidation].count("list") >= 5
    run = came_back(book, analyst, portfolio)
    assert (run.state, run.rows_unchanged, run.rows_refused) == ("previewed", 1, 0)


def test_cells_that_were_changed_emptied_and_added_come_back_as_such(
    browser: Client, analyst: User, portfolio: Portfolio, bridge: Project
) -> None:
    book = downloaded(browser)
    sheet = book["Projects"]
    sheet.cell(2, column(sheet, "Name")).value = "Long bridge"
    sheet.cell(2, column(sheet, "Tags")).value = None
    sheet.cell(3, column(sheet, "Code")).value = "NEW-1"
    sheet.cell(3, column(sheet, "Name")).value = "New one"
    run = came_back(book, analyst, portfolio)
    assert run.rows.get(key="BR-1").changes == [["Name", "Bridge", "Long bridge"], ["Tags", "road", ""]]
    applied(run, analyst)
    bridge.refresh_from_db()
    assert (bridge.name, bridge.tags, bridge.budget) == ("Long bridge", [], Decimal("1234.50"))
    assert Project.objects.get(code="NEW-1").portfolio == portfolio


def test_what_others_changed_elsewhere_stays_and_the_same_cell_is_a_question(
    browser: Client, analyst: User, portfolio: Portfolio, bridge: Project
) -> None:
    book = downloaded(browser)
    sheet = book["Projects"]
    sheet.cell(2, column(sheet, "Name")).value = "Mine"
    sheet.cell(2, column(sheet, "Phase")).value = "Deliver"
    other = User.objects.create_user("director", first_name="Dora", last_name="Rector", is_superuser=True)
    changed_by(other, bridge, name="Theirs", category="Road")
    run = came_back(book, analyst, portfolio)
    row = run.rows.get()
    assert (row.question, row.outcome, run.questions) == ("conflict", "refused", 1)
    template, words = row.messages[0]["reason"]
    assert (template % words).startswith("Dora Rector changed this to Theirs on ")
    actions.answer(run.pk, {row.pk: "theirs"}, actor=analyst)
    applied(ImportRun.objects.get(pk=run.pk), analyst)
    bridge.refresh_from_db()
    assert (bridge.name, bridge.phase, bridge.category) == ("Theirs", "deliver", "Road")


def test_mine_overwrites_once_it_is_chosen(
    browser: Client, analyst: User, portfolio: Portfolio, bridge: Project
) -> None:
    book = downloaded(browser)
    sheet = book["Projects"]
    sheet.cell(2, column(sheet, "Name")).value = "Mine"
    other = User.objects.create_user("director", is_superuser=True)
    changed_by(other, bridge, name="Theirs")
    run = came_back(book, analyst, portfolio)
    actions.answer(run.pk, {run.rows.get().pk: "mine"}, actor=analyst)
    applied(ImportRun.objects.get(pk=run.pk), analyst)
    bridge.refresh_from_db()
    assert bridge.name == "Mine"


def test_a_row_version_that_was_tampered_with_is_refused_by_its_address(
    browser: Client, analyst: User, portfolio: Portfolio, bridge: Project
) -> None:
    book = downloaded(browser)
    sheet = book["Projects"]
    place = column(sheet, "Row version")
    sheet.cell(2, place).value = 99
    sheet.cell(2, column(sheet, "Name")).value = "=1+1"
    run = came_back(book, analyst, portfolio)
    told = {message["column"]: message["cell"] for message in run.rows.get().messages}
    assert told == {"name": "B2"}
    sheet.cell(2, column(sheet, "Name")).value = "Bridge"
    run = came_back(book, analyst, portfolio)
    assert [message["column"] for message in run.rows.get().messages] == ["row_version"]


def test_a_download_holds_only_projects_that_may_be_changed(analyst: User, portfolio: Portfolio) -> None:
    Project.objects.create(code="X", name="=cmd|' /C calc'!A0", portfolio=portfolio)
    sheet = sheet_of(list(Project.objects.with_parents()), analyst)
    row = next(iter(sheet.rows))
    assert row[1] == "=cmd|' /C calc'!A0"
    stranger = Client()
    stranger.force_login(User.objects.create_user("nobody"))
    assert stranger.get("/projects-to-edit/").status_code in (403, 404)
