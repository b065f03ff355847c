"""Explanations, help and words of the glossary open by keyboard, pass axe, and give the focus back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE


@pytest.mark.parametrize(("viewport", "scheme"), [(LAPTOP, "light"), (PHONE, "dark")])
def test_a_figure_explains_itself_in_a_dialog(viewport, scheme, open_as, violations):
    page = open_as("director", "/dashboard/", viewport=viewport, color_scheme=scheme)
    mark = page.locator("a[data-why=off-track]")
    mark.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog#aside")
    expect(dialog.get_by_role("heading", name="Off track", exact=True)).to_be_focused()
    expect(dialog.locator("[data-value]")).to_have_text("0")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_question_mark_opens_the_help_of_the_page_and_a_word_tells_its_meaning(open_as, violations):
    page = open_as("alice", "/projects/N-1/")
    page.keyboard.press("?")
    dialog = page.locator("dialog#aside")
    expect(dialog.get_by_role("heading", name="Help: Project")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Finish, baseline").click()
    expect(page.locator("#term-baseline")).to_contain_text("agreed when the project was approved")
    assert violations(page) == []


def test_without_scripts_the_same_marks_lead_to_pages(open_as):
    page = open_as("alice", "/projects/N-1/")
    way = page.locator("a[data-why=slip]").get_attribute("href")
    page.goto(page.url.replace("/projects/N-1/", way))
    expect(page.get_by_role("heading", name="Slip", level=1)).to_be_visible()
    expect(page.locator("[data-value]")).to_have_text("on baseline")
