"""Every page of the menu, as one who may see it: axe finds nothing, the console is empty, all fits the screen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import LAPTOP, PHONE

PAGES = {
    "director": [
        "/my-work/",
        "/dashboard/",
        "/projects/",
        "/portfolios/",
        "/portfolios/NORTH/",
        "/reports/",
        "/packs/",
        "/getting-started/",
        "/explain/year-forecast/",
        "/help/reporting:home/",
    ],
    "alice": [
        "/my-work/",
        "/projects/N-1/",
        "/projects/N-1/report/",
        "/projects/N-1/edit/",
        "/projects/N-1/run/",
        "/projects/N-1/reports/",
        "/projects/N-1/history/",
    ],
    "analyst": [
        "/imports/",
        "/imports/new/",
        "/reports/to-check/",
        "/reports/late/",
        "/packs/new/",
        "/packs/1/",
        "/packs/1/make/",
        "/jobs/",
    ],
    "sysadmin": ["/users/", "/roles/", "/settings/", "/settings/edit/", "/audit/", "/me/", "/me/tokens/"],
}


def prepare(world: Any) -> None:
    """An open report and a pack with a recipient, so that their pages have something to show."""
    from portfolio.status import actions
    from reporting.packs.models import Pack

    actions.start(world.projects["N-1"].pk, actor=world.users["alice"])
    pack = Pack.objects.create(pk=1, name="North, monthly", portfolio=world.portfolios["NORTH"])
    pack.recipients.add(world.users["director"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits_the_screen(open_as, site, violations, name, viewport, theme):
    prepare(site.world)
    page = open_as(name, PAGES[name][0], viewport=viewport, color_scheme=theme)
    for path in PAGES[name]:
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_selector("html[data-ready]")
        assert violations(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{path} is {width} px wide"
