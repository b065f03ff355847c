"""The two-minute report in a real browser: it saves itself, opens what changes, says what is left, loses nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portfolio.status import actions
from portfolio.status.models import StatusReport
from tests.browser.conftest import PHONE

FORM = "/projects/N-1/report/"


@pytest.fixture
def draft(site):
    """Alice's open report, as it starts: amber on schedule, seven dimensions unchanged."""
    return actions.start(site.world.projects["N-1"].pk, actor=site.world.users["alice"])


def test_what_is_typed_saves_itself_and_the_bar_says_what_is_left(open_as, site, draft):
    page = open_as("alice", FORM)
    expect(page.locator("#left")).to_contain_text("1 thing left: confirm schedule")
    page.locator("#summary").fill("Half of the deck is laid.")
    expect(page.locator("[data-save-state]")).to_contain_text("Draft saved", timeout=10_000)
    page.locator("#schedule_confirm").check()
    expect(page.locator("#left")).to_contain_text("Ready to submit", timeout=10_000)
    draft.refresh_from_db()
    assert (draft.summary, draft.confirmed) == ("Half of the deck is laid.", ["schedule"])


def test_confirm_all_ticks_the_unchanged_ones_without_leaving_the_page(open_as, site, draft):
    page = open_as("alice", FORM)
    page.get_by_role("button", name="Confirm all 7").click()
    expect(page.locator("#unchanged input[name=confirm]:checked")).to_have_count(7)
    expect(page.locator("[data-save-state]")).to_contain_text("Draft saved", timeout=10_000)
    assert page.url.endswith(FORM)


def test_a_row_that_changes_opens_and_asks_why(open_as, site, draft):
    page = open_as("alice", FORM)
    expect(page.locator("#cost_comment")).to_be_hidden()
    page.locator("#unchanged").get_by_text("Change Cost").click()
    page.locator("label[for=cost-red]").click()
    expect(page.locator("#cost_comment")).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name=re.compile("say why.*cost", re.IGNORECASE)).first.click()
    assert page.url.endswith("#cost_comment")
    expect(page.locator("#cost-red")).to_be_checked()
    expect(page.locator("#cost_comment")).to_be_visible()


def test_a_date_moved_while_typing_tells_its_slip(open_as, site, draft):
    page = open_as("alice", FORM)
    finish = site.world.projects["N-1"].finish_baseline
    page.locator("#finish_forecast").fill(finish.replace(month=8, day=29).isoformat())
    expect(page.locator("#slip")).to_contain_text("+60", timeout=10_000)


def test_two_writers_see_each_others_words_and_nothing_is_lost(open_as, site, draft):
    page = open_as("alice", FORM)
    actions.save_draft(draft.pk, {"summary": "By the administrator."}, actor=site.world.users["administrator"])
    page.locator("#summary").fill("By the manager.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("By the administrator.")
    expect(page.locator(".error-summary")).to_contain_text("By the manager.")
    expect(page.locator("#summary")).to_have_value("By the manager.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_have_count(0)
    assert StatusReport.objects.get(pk=draft.pk).summary == "By the manager."


def test_the_form_fits_a_phone_and_the_rules_of_access(open_as, site, draft, violations):
    page = open_as("alice", FORM, viewport=PHONE, color_scheme="dark")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Submit").click()
    page.wait_for_selector("html[data-ready]")
    assert violations(page) == []


def test_my_work_shows_what_is_needed_beside_the_list(open_as, site, draft):
    actions.save_draft(draft.pk, {"confirmed": ["schedule"]}, actor=site.world.users["alice"])
    actions.submit(draft.pk, actor=site.world.users["alice"])
    page = open_as("analyst", "/my-work/")
    page.get_by_role("link", name="Report 3 of Bridge", exact=True).click()
    expect(page.locator("#preview")).to_contain_text("The steel is late.")
    page.wait_for_url(f"**item=check-{draft.pk}")
    page.locator("#preview").get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url(f"**/reports/{draft.pk}/")
    draft.refresh_from_db()
    assert draft.state == "published"
