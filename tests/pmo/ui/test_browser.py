"""The kit in a real browser: keyboard, palette, live lists, themes, phone, and everything again without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import OVERTAKEN
from tools.setup.system import CHROMIUM_NAMES

CHROMIUM = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, playwright: Playwright) -> Iterator[Browser]:
    """A browser for this module."""
    made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield made
    made.close()


@pytest.fixture
def site(chromium: Browser, transactional_db: None, live_server: Any, world: Any) -> Any:
    """The running server with the small world in it."""
    live_server.world = world
    return live_server


def _is_complaint(message: Any) -> bool:
    """An error, unless htmx only notes that the next request replaced one."""
    return message.type == "error" and not OVERTAKEN.match(message.text)


@pytest.fixture
def open_as(chromium: Browser, site: Any) -> Iterator[Any]:
    """Opens a page as somebody of the cast; afterwards the console must be empty."""
    complaints: list[str] = []
    contexts = []

    def visit(name: str, path: str, *, viewport: Any = LAPTOP, scripts: bool = True, **options: Any) -> Page:
        client = Client()
        client.force_login(site.world.users[name])
        context = chromium.new_context(viewport=viewport, java_script_enabled=scripts, **options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        if scripts:
            page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_list_filters_as_one_types_and_keeps_the_address(open_as):
    page = open_as("director", "/projects/")
    before = page.locator("[data-rows] tbody tr").count()
    first = page.locator("[data-rows] tbody th a").first.inner_text()
    page.locator("#id_q").fill(first)
    page.wait_for_url(re.compile(r"\?q="))
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    assert before > 1
    expect(page.locator("#id_q")).to_be_focused()
    expect(page.locator("#count")).to_have_text("1 row")


def test_a_sorted_list_can_be_filtered_without_losing_its_order(open_as):
    page = open_as("director", "/projects/")
    page.get_by_role("link", name="Project", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.locator("#id_q").fill("e")
    page.wait_for_url(re.compile(r"sort=project"))
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)


def test_rows_are_walked_and_opened_with_the_keyboard(open_as):
    page = open_as("director", "/projects/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("[data-rows] tbody tr").first).to_have_attribute("data-at", "")
    page.keyboard.press("/")
    expect(page.locator("#id_q")).to_be_focused()


def test_the_return_key_of_the_search_filters_and_downloads_nothing(open_as):
    page = open_as("director", "/projects/")
    page.locator("#id_q").press_sequentially("e", delay=0)
    page.locator("#id_q").press("Enter")
    page.wait_for_url(re.compile(r"q=e"))
    assert "export" not in page.url
    expect(page.locator("[data-rows]")).to_have_count(1)


def test_a_list_sorted_with_the_keyboard_keeps_the_focus_where_it_was(open_as):
    page = open_as("director", "/projects/")
    page.locator("#sort-finish").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort] #sort-finish")).to_be_focused()


def test_one_escape_shuts_the_palette_whatever_was_typed(open_as):
    page = open_as("director", "/projects/")
    page.locator("#id_q").focus()
    page.keyboard.press("Control+k")
    page.locator("#palette-q").press_sequentially("bridge")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#id_q")).to_be_focused()


def test_columns_are_ordered_with_the_keyboard_and_groups_shut(open_as):
    page = open_as("director", "/projects/?group=status")
    page.locator("summary", has_text="Columns").press("Enter")
    page.get_by_role("button", name="Move Manager to the left").press("Enter")
    page.wait_for_url(re.compile(r"columns=manager,project,"))
    expect(page.locator("[data-rows] thead th:nth-child(2)")).to_have_text("Manager")
    group = page.locator("[data-fold]").first
    group.press("Enter")
    expect(group).to_have_attribute("aria-expanded", "false")
    expect(page.locator("[data-rows] tbody").first.locator("tr:not(.group)").first).to_be_hidden()


def test_choosing_rows_shows_what_can_be_done_with_them(open_as):
    page = open_as("director", "/projects/")
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("[data-select-all]").check()
    expect(page.locator("#bulk")).to_be_visible()
    chosen = page.locator("input[name=selected]").count()
    expect(page.locator("[data-selected-count]")).to_have_text(f"Selected rows: {chosen}")


def test_the_palette_leads_to_a_project_without_the_mouse(open_as, site):
    project = next(iter(site.world.projects.values()))
    page = open_as("director", "/projects/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type(project.code)
    page.wait_for_selector(f".hit[href='/projects/{project.code}/']")
    while page.locator(f".hit[aria-selected=true][href='/projects/{project.code}/']").count() == 0:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/projects/{project.code}/"))


def test_the_palette_closes_with_escape(open_as):
    page = open_as("director", "/projects/")
    page.get_by_text("Search or jump to").click()
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_theme_changes_at_once_and_stays(open_as, site):
    page = open_as("director", "/projects/")
    page.locator(".user-menu summary").click()
    with page.expect_response(re.compile("/preferences/")) as saved:
        page.get_by_role("button", name="Dark").click()
    assert saved.value.status == 204
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_choice_the_device_decides_the_theme(open_as, scheme):
    page = open_as("director", "/projects/", color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_kit_shuts_anybody_out(open_as, site, scheme, viewport):
    page = open_as("director", "/projects/", viewport=viewport, color_scheme=scheme)
    found = []
    for path in ("/projects/", "/projects/?q=nothing-has-this-name", "/preferences/", "/search/?q=a"):
        page.goto(site.url + path)
        page.wait_for_selector("html[data-ready]")
        found += [(path, each["id"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]]
    assert found == []


def test_on_a_phone_the_menu_is_a_sheet_that_opens_and_closes(open_as):
    page = open_as("director", "/projects/", viewport=PHONE)
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_nothing_of_a_list_is_wider_than_a_phone(open_as):
    page = open_as("director", "/projects/", viewport=PHONE)
    assert page.locator("html").evaluate("element => element.scrollWidth") <= PHONE["width"]
    expect(page.locator("[data-rows] tbody tr").first).to_have_attribute("role", "row")


def test_open_menus_and_filters_of_a_list_stay_on_the_phone(open_as):
    page = open_as("director", "/audit/?source=page", viewport=PHONE)
    menus = page.locator("#main details[data-menu] > summary")
    for place in range(menus.count()):
        menus.nth(place).click()
        drop = menus.nth(place).locator("xpath=../*[contains(@class, 'drop')]").bounding_box()
        edges = drop["x"], drop["x"] + drop["width"]
        assert all(0 <= edge <= PHONE["width"] for edge in edges), menus.nth(place).inner_text()
        page.keyboard.press("Escape")
    assert page.locator("html").evaluate("element => element.scrollWidth") <= PHONE["width"]


def test_without_scripts_a_list_still_filters_exports_and_leads_on(open_as):
    page = open_as("director", "/projects/", scripts=False)
    first = page.locator("[data-rows] tbody th a").first.inner_text()
    page.locator("#id_q").fill(first)
    page.locator("#id_q").press("Enter")
    page.wait_for_url(re.compile(r"\?q="))
    assert page.locator("[data-rows] tbody tr").count() == 1
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as file:
        page.get_by_role("button", name="CSV").click()
    assert file.value.suggested_filename.startswith("projects-")
    page.get_by_text("Search or jump to").click()
    page.wait_for_url(re.compile("/search/"))


def test_without_scripts_the_phone_menu_opens_and_the_theme_changes(open_as):
    page = open_as("director", "/projects/", scripts=False, viewport=PHONE)
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
