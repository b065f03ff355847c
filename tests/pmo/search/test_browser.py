"""The palette in a real browser: keyboard, groups, marks, phone, and the page of results without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM, LAPTOP, PHONE, chromium, open_as, site, violations

__all__ = ["chromium", "open_as", "site", "violations"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
CHOSEN = ".hit[aria-selected=true]"


def ask(page, words):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    with page.expect_response(lambda answer: "/search/palette/" in answer.url and "q=&" not in f"{answer.url}&"):
        page.locator("#palette-q").fill(words)
    expect(page.locator("#palette-hits mark").first).to_be_visible()


def test_the_best_hit_is_chosen_and_enter_follows_it(open_as):
    page = open_as("director", "/packs/")
    ask(page, "bridge")
    expect(page.locator(CHOSEN)).to_have_attribute("href", "/projects/N-1/")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/projects/N-1/"))


def test_the_arrows_walk_the_lines_and_tab_leaps_to_the_next_group(open_as):
    page = open_as("director", "/packs/")
    ask(page, "bridge")
    page.keyboard.press("ArrowUp")
    expect(page.locator(CHOSEN)).to_have_attribute("href", re.compile("/reports/"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(CHOSEN)).to_have_attribute("href", "/projects/N-1/")
    page.keyboard.press("Tab")
    expect(page.locator(CHOSEN)).to_have_attribute("href", re.compile("/reports/"))
    page.keyboard.press("Shift+Tab")
    expect(page.locator(CHOSEN)).to_have_attribute("href", "/projects/N-1/")
    expect(page.locator("#palette-q")).to_be_focused()
    chosen = page.locator(CHOSEN).get_attribute("id")
    expect(page.locator("#palette-q")).to_have_attribute("aria-activedescendant", chosen or "")


def test_what_was_opened_last_is_one_key_away(open_as, site):
    page = open_as("alice", "/projects/N-3/")
    page.goto(f"{site.url}/my-work/")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("Control+k")
    expect(page.locator(CHOSEN)).to_have_attribute("href", "/projects/N-3/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_palette_and_results_shut_nobody_out_and_fit_the_screen(open_as, site, violations, viewport, scheme):
    page = open_as("director", "/packs/", viewport=viewport, color_scheme=scheme)
    ask(page, "bridge")
    assert violations(page) == []
    for path in ("/search/", "/search/?q=bridge", "/search/?q=bridge&kind=report", "/search/?q=zzzz"):
        page.goto(site.url + path)
        page.wait_for_selector("html[data-ready]")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_without_scripts_the_field_leads_to_a_page_that_finds(open_as, chromium, site):
    page = open_as("director", "/packs/")
    state = page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=state).new_page()
    plain.goto(f"{site.url}/packs/")
    plain.get_by_text("Search or jump to").click()
    plain.locator("#find-q").fill("bridge")
    plain.get_by_role("button", name="Search").click()
    expect(plain.locator(".found a").first).to_have_attribute("href", "/projects/N-1/")
    plain.context.close()
