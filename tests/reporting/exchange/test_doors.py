"""The pages and the REST door of imports: upload, preview, questions, apply, undo, and what they refuse."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pmo.access.models import Grant, Role, User
from pmo.access.tokens import issue
from pmo.exchange import working
from pmo.exchange.models import ImportRun
from pmo.notices.models import Message
from portfolio.projects.models import Portfolio, Project

pytestmark = pytest.mark.django_db

HEAD = "year,project_number,project_name,department,colour_rating,start_date,end_date,wlc_raw\n"
BRIDGE = "2020,MOT_0001_1920-Q1,River Bridge,MOT,Amber,01.04.18,31.12.24,1200\n"
ALIKE = "2020,MOT_0009_1920-Q1,River-Bridge Project,MOT,Red,01.04.18,31.12.24,3\n"
BROKEN = "2020,MOT_0002_1920-Q1,Tunnel,MOT,Red,31.02.18,,7\n"


def upload(*rows: str, name: str = "file.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (HEAD + "".join(rows)).encode(), content_type="text/csv")


@pytest.fixture
def browser(analyst: User) -> Client:
    client = Client()
    client.force_login(analyst)
    return client


@pytest.fixture
def member(db: None) -> Client:
    user = User.objects.create_user("member")
    Grant.objects.create(user=user, role=Role.objects.get(code="member"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def robot(analyst: User) -> Callable[..., Any]:
    """Calls the REST door with a token that may import."""
    _token, secret = issue(analyst, name="imports", scopes=["import.run", "project.view"])
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def call(method: str, path: str, data: Any = None, **headers: str) -> Any:
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if isinstance(data, dict) and "file" in data:
            return client.post(path, data, **named)
        return getattr(client, method)(path, data, content_type="application/json", **named)

    return call


def test_an_upload_by_page_leads_over_its_preview_to_projects(browser: Client, portfolio: Portfolio) -> None:
    answer = browser.post(
        "/imports/new/", {"profile": "gmpp", "into": "GOV · Major projects", "file": upload(BRIDGE, BROKEN)}
    )
    run = ImportRun.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/imports/{run.pk}/")
    assert [message.task for message in Message.objects.all()] == ["exchange.read"]
    assert "The file is being read" in browser.get(answer.url).content.decode()
    assert browser.get(f"/imports/{run.pk}/progress/").status_code == 200
    working.read(run.pk)
    assert browser.get(f"/imports/{run.pk}/progress/").headers["HX-Refresh"] == "true"
    page = browser.get(f"/imports/{run.pk}/").content.decode()
    assert "River Bridge" in page
    assert "Start: The date “31.02.18” does not exist. Write it as year-month-day, such as 2026-03-31." in page
    only = browser.get(f"/imports/{run.pk}/?outcome=created").content.decode()
    assert "River Bridge" in only
    assert "Tunnel" not in only
    assert browser.post(f"/imports/{run.pk}/apply/").status_code == 302
    working.apply(run.pk)
    assert Project.objects.get().code == "MOT_0001_1920-Q1"
    assert (
        "River Bridge" in browser.get("/imports/").content.decode()
        or "file.csv" in browser.get("/imports/").content.decode()
    )
    assert browser.get(f"/imports/{run.pk}/undo/").status_code == 200
    assert browser.post(f"/imports/{run.pk}/undo/").status_code == 302
    assert not Project.objects.exists()
    assert browser.post(f"/imports/{run.pk}/undo/").status_code == 409


def test_questions_are_answered_on_their_page(browser: Client, imported: Any, preview: Any) -> None:
    imported((HEAD + BRIDGE).encode())
    run = preview((HEAD + ALIKE).encode())
    row = run.rows.get()
    page = browser.get(f"/imports/{run.pk}/questions/").content.decode()
    assert "MOT_0001_1920-Q1 River Bridge (published as “River Bridge”)" in page
    answer = browser.post(f"/imports/{run.pk}/questions/", {f"row-{row.pk}": str(Project.objects.get().pk)})
    assert answer.status_code == 302
    assert (ImportRun.objects.get(pk=run.pk).questions, run.rows.get().outcome) == (0, "updated")


def test_a_form_that_lacks_something_says_so_and_keeps_the_rest(browser: Client, portfolio: Portfolio) -> None:
    answer = browser.post("/imports/new/", {"profile": "gmpp", "into": "NOWHERE", "file": upload(BRIDGE)})
    assert answer.status_code == 422
    assert "Choose a portfolio into which you may import." in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_of_two_hundred_megabytes_is_refused_by_both_doors_unread(
    browser: Client, robot: Any, portfolio: Portfolio
) -> None:
    class Endless(io.RawIOBase):
        """Counts what is read of a body that is never kept."""

        def __init__(self) -> None:
            self.left, self.largest = 200 * 1024 * 1024, 0

        def read(self, size: int = -1) -> bytes:
            size = min(size if size >= 0 else self.left, self.left)
            self.left -= size
            self.largest = max(self.largest, size)
            return b"x" * size

    for client, path in ((browser, "/imports/new/"), (browser, "/api/v1/imports/")):
        body = Endless()
        answer = client.generic(
            "POST",
            path,
            b"",
            content_type="multipart/form-data; boundary=b",
            **{"wsgi.input": body, "CONTENT_LENGTH": str(body.left)},
        )
        assert answer.status_code == 413, path
        assert body.largest <= 256 * 1024
    assert not ImportRun.objects.exists()


def test_a_page_upload_needs_its_token(analyst: User, portfolio: Portfolio) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    answer = client.post("/imports/new/", {"profile": "gmpp", "into": "GOV", "file": upload(BRIDGE)})
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


def test_who_may_not_import_sees_no_import(member: Client, preview: Any) -> None:
    run = preview((HEAD + BRIDGE).encode())
    for path in ("/imports/", "/imports/new/", "/api/v1/imports/"):
        assert member.get(path).status_code == 403, path
    for verb in ("", "apply/", "undo/", "discard/", "questions/", "progress/"):
        assert member.get(f"/imports/{run.pk}/{verb}").status_code == 404, verb
    assert member.get(f"/api/v1/imports/{run.pk}/").status_code == 404


def test_a_portfolio_manager_sees_and_makes_only_imports_into_his_own(preview: Any) -> None:
    run = preview((HEAD + BRIDGE).encode())
    user = User.objects.create_user("manager")
    Grant.objects.create(user=user, role=Role.objects.get(code="portfolio_manager"))
    Portfolio.objects.create(code="OWN", name="Own", manager=user)
    client = Client()
    client.force_login(user)
    assert client.get(f"/imports/{run.pk}/").status_code == 404
    answer = client.post("/imports/new/", {"profile": "gmpp", "into": "GOV", "file": upload(BRIDGE)})
    assert answer.status_code == 422
    assert client.post("/imports/new/", {"profile": "gmpp", "into": "OWN", "file": upload(BRIDGE)}).status_code == 302


def test_the_rest_door_previews_applies_and_undoes(robot: Any, portfolio: Portfolio) -> None:
    sent = robot("post", "/api/v1/imports/", {"profile": "gmpp", "into": portfolio.pk, "file": upload(BRIDGE, BROKEN)})
    assert (sent.status_code, sent.headers["Retry-After"]) == (202, "2")
    place, pk = sent.headers["Location"], sent.json()["id"]
    assert place.endswith(f"/api/v1/imports/{pk}/")
    assert (sent.json()["state"], sent.json()["into"]) == ("reading", {"id": portfolio.pk, "name": "Major projects"})
    working.read(pk)
    seen = robot("get", place)
    assert seen.json()["counts"] == {
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "refused": 1,
        "questions": 0,
    }
    assert seen.json()["errors"] == [
        {
            "line": 3,
            "level": "error",
            "column": "start_date",
            "value": "31.02.18",
            "cell": "",
            "reason": "The date “31.02.18” does not exist.",
            "remedy": "Write it as year-month-day, such as 2026-03-31.",
        }
    ]
    rows = robot("get", f"{place}rows/?outcome=created").json()
    assert [(row["line"], row["label"]) for row in rows["results"]] == [(2, "River Bridge")]
    assert robot("post", f"{place}apply/").status_code == 428
    applied = robot("post", f"{place}apply/", if_match=seen.headers["ETag"])
    assert (applied.status_code, applied.json()["state"]) == (202, "applying")
    working.apply(pk)
    done = robot("get", place)
    assert (done.json()["state"], Project.objects.count()) == ("applied", 1)
    assert robot("post", f"{place}apply/", if_match=done.headers["ETag"]).status_code == 409
    undone = robot("post", f"{place}undo/", if_match=done.headers["ETag"])
    assert (undone.status_code, undone.json()["state"], Project.objects.count()) == (200, "undone", 0)


def test_without_a_dry_run_a_clean_file_is_applied_and_another_waits(robot: Any, portfolio: Portfolio) -> None:
    for rows, state, projects in (((BROKEN, BRIDGE), "previewed", 0), ((BRIDGE,), "applied", 1)):
        body = {"profile": "gmpp", "into": "GOV", "dry_run": "false", "file": upload(*rows)}
        pk = robot("post", "/api/v1/imports/", body).json()["id"]
        working.read(pk)
        working.apply(pk)
        assert (ImportRun.objects.get(pk=pk).state, Project.objects.count()) == (state, projects)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"profile": "nonsense"}, 422, "profile"),
        ({"into": "999999"}, 422, "into"),
        ({"into": ""}, 422, "into"),
        ({"into": "9" * 60}, 422, "into"),
        ({"into": "a\x00b"}, 422, "into"),
        ({"profile": "🚀" * 20}, 422, "profile"),
        ({"encoding": "klingon"}, 422, "encoding"),
        ({"year": "<b>"}, 422, "year"),
        ({"dry_run": "maybe"}, 422, "dry_run"),
    ],
)
def test_a_wrong_upload_is_refused_by_field(
    change: dict[str, str], status: int, field: str, robot: Any, portfolio: Any
) -> None:
    answer = robot("post", "/api/v1/imports/", {"profile": "gmpp", "into": "GOV", "file": upload(BRIDGE), **change})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "The file is not text but a PDF document."),
        (b"one,two\n1,2\n", "No known header was found; the file begins with: one, two."),
        (b"year,department\n2020,MOT\n", "The file lacks a column that is needed: Project name."),
        (b'project_name,year\n"open,2020\n', "A quotation mark that opens in the row of line 2 is never closed."),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_its_reason_and_remedy(
    data: bytes, reason: str, preview: Any, robot: Any
) -> None:
    run = preview(data)
    assert run.state == "failed"
    told = robot("get", f"/api/v1/imports/{run.pk}/").json()["error"]
    assert told.startswith(reason)
    assert len(told) > len(reason) + 10


def test_names_of_files_are_kept_as_text_and_never_as_paths(robot: Any, portfolio: Portfolio) -> None:
    body = {"profile": "gmpp", "into": "GOV", "file": upload(BRIDGE, name="a\u202egsc.csv")}
    assert robot("post", "/api/v1/imports/", body).status_code == 202
    run = ImportRun.objects.get()
    assert run.file_name == "agsc.csv"
    assert run.file.name.startswith("imports/")
    assert run.file.name.count("/") == 1


def test_a_second_delivery_of_a_task_changes_nothing(imported: Any) -> None:
    run = imported((HEAD + BRIDGE).encode())
    for _again in range(10):
        working.read(run.pk)
        working.apply(run.pk)
    same = ImportRun.objects.get(pk=run.pk)
    assert (same.version, same.state, Project.objects.count()) == (run.version, "applied", 1)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_figures_of_a_day_out_of_reach_are_refused(preview: Any, day: str) -> None:
    run = preview((HEAD + BRIDGE).encode(), options={"as_of": day})
    assert (run.state, run.error) == ("failed", [["The day of the figures is out of reach.", {}]])
