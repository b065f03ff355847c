"""A real browser in front of the running house, signed in as anybody of the cast; its console must stay empty."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from tools.setup.system import CHROMIUM_NAMES

CHROMIUM = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
REFUSED_FORM = re.compile(r"status of (409|422)")
OVERTAKEN = re.compile("htmx:(afterRequest|sendAbort)")
"""What htmx notes of a request that the next one replaced; one that failed leaves `htmx:sendError` as well."""
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium and says so where there is none."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"))


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, playwright: Playwright) -> Iterator[Browser]:
    """A browser for one module."""
    made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield made
    made.close()


@pytest.fixture
def site(chromium: Browser, transactional_db: None, live_server: Any, world: Any) -> Any:
    """The running server with the small world in it."""
    live_server.world = world
    return live_server


def _is_complaint(message: ConsoleMessage) -> bool:
    """An error, unless it only notes that a form was answered with 409 or 422, or that a newer question took over."""
    return message.type == "error" and not REFUSED_FORM.search(message.text) and not OVERTAKEN.match(message.text)


@pytest.fixture
def open_as(chromium: Browser, site: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody of the cast; afterwards no error and no breach of the CSP may stand in the console."""
    complaints: list[str] = []
    contexts = []

    def visit(name: str, path: str, *, viewport: Any = LAPTOP, **options: Any) -> Page:
        client = Client()
        client.force_login(site.world.users[name])
        context = chromium.new_context(viewport=viewport, accept_downloads=True, **options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """What axe finds on a page, all rules on and no element left out."""

    def find(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]

    return find
