"""Files and comments in a browser: written without a reload, people suggested by keyboard, drafts that survive."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.house.subjects import subjects
from tests.pmo.attachments.making import PDF, picture

COMMENTS, FILES = "/attached/project/N-1/comments/", "/attached/project/N-1/files/"


def test_a_comment_is_written_with_a_person_chosen_by_keyboard_and_without_a_reload(open_as, violations):
    page = open_as("alice", COMMENTS)
    page.evaluate("window.same = true")
    area = page.get_by_label("Your comment", exact=True)
    area.press_sequentially("Please decide @dir")
    option = page.locator("#mentions [data-name=director]")
    expect(option).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    area.press("Enter")
    expect(area).to_have_value("Please decide @director ")
    area.press("Control+Enter")
    expect(page.locator(".said .mention")).to_have_text("@Director Small")
    assert page.evaluate("window.same") is True
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("")


def test_an_answer_stands_below_what_it_answers(open_as):
    page = open_as("alice", COMMENTS)
    page.get_by_label("Your comment", exact=True).fill("First")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator("summary", has_text="Answer").click()
    page.get_by_label("Your answer").fill("Second")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".answers .said-words")).to_have_text("Second")


def test_what_was_typed_survives_an_error_and_an_expired_session(open_as, site):
    page = open_as("alice", COMMENTS)
    long = "word " * 3000
    page.get_by_label("Your comment", exact=True).fill(long)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".say .field-error")).to_contain_text("at most 10,000 characters")
    expect(page.get_by_label("Your comment", exact=True)).to_have_value(long)
    kept = page.context.cookies()
    page.get_by_label("Your comment", exact=True).fill("Not lost")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.wait_for_url("**/account/login/**")
    page.context.add_cookies([each for each in kept if each["name"] == "sessionid"])
    page.goto(site.url + COMMENTS)
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("Not lost")


def test_a_file_is_attached_by_the_form_and_downloaded(open_as):
    page = open_as("alice", FILES)
    page.get_by_label("File", exact=True).set_input_files({"name": "Plan.pdf", "mimeType": "x/y", "buffer": PDF})
    page.get_by_role("button", name="Attach file").click()
    expect(page.locator(".file-title")).to_have_text("Plan")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download Plan").click()
    assert started.value.suggested_filename == "Plan.pdf"


def test_a_file_that_lies_is_refused_beside_its_field(open_as):
    page = open_as("alice", FILES)
    page.get_by_label("File", exact=True).set_input_files({"name": "Plan.pdf", "mimeType": "", "buffer": picture()})
    page.get_by_label("Note").fill("Kept")
    page.get_by_role("button", name="Attach file").click()
    expect(page.locator(".field-error")).to_contain_text("Its content is: PNG image")
    expect(page.get_by_label("Note")).to_have_value("Kept")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_pages_of_files_and_comments_are_accessible_and_fit_the_screen(open_as, site, violations, viewport, theme):
    things: dict[str, Any] = subjects(site.world)
    page = open_as("alice", FILES, viewport=viewport, color_scheme=theme)
    paths = [FILES, COMMENTS, f"/reports/{things['report']}/", f"/attachments/{things['waiting_file']}/"]
    paths += [f"/attachments/{things['file']}/{verb}/" for verb in ("versions", "withdraw", "edit")]
    paths += [f"/comments/{things['comment']}/{verb}/" for verb in ("edit", "remove")]
    for path in paths:
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_selector("html[data-ready]")
        assert violations(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{path} is {width} px wide"
