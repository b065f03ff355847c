"""The main journey: the analyst imports, the manager reports, the analyst publishes, the executive downloads."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

REGISTER = """year;project_number;project_name;department;report_category;colour_rating;start_date;end_date;\
total_baseline;yearly_forecast;wlc_baseline_incl_NCG
{year};T_0001_1415-Q1;Northern Light Rail;Transport;Infrastructure;{rating};01.04.2015;31.03.2027;\
£120.50;£119.00;£1,950.25
{year};T_0002_1516-Q3;Coastal Radar Renewal;Defence;Military;\
Exempt under Section 26 of the Freedom of Information Act 2000;01.10.2016;30.09.2025;\
£12.00;£12.00;Exempt under Section 26 of the Freedom of Information Act 2000
"""


@pytest.fixture
def register(tmp_path: Path) -> dict[int, Path]:
    """Two years of a small register of our own, as such files come: cp1252, semicolons, pounds."""
    files = {}
    for year, rating in ((2020, "Amber"), (2021, "Amber/Red")):
        files[year] = tmp_path / f"register_{year}.csv"
        files[year].write_bytes(REGISTER.format(year=year, rating=rating).encode("cp1252"))
    return files


def bring_in(page: Page, site: Any, file: Path) -> None:
    """Upload, look at the preview, apply."""
    page.goto(f"{site.url}/imports/new/")
    page.get_by_label("UK major projects portfolio (GMPP)").check()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Into portfolio").fill("NORTH")
    page.get_by_role("button", name="Show what it would change").click()
    apply = page.get_by_role("button", name="Apply", exact=True)
    expect(apply).to_be_enabled(timeout=60_000)
    apply.click()
    expect(page.get_by_role("link", name="Undo", exact=True)).to_be_visible(timeout=60_000)


class Hand:
    """What a person does to a page, counted: clicks and fields typed into."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done = 0

    def click(self, role: Any, name: str) -> None:
        self.done += 1
        self.page.get_by_role(role, name=name).click()

    def tick(self, label: str) -> None:
        self.done += 1
        self.page.get_by_label(label).check()

    def type(self, label: str, text: str) -> None:
        self.done += 1
        self.page.get_by_label(label).fill(text)


def test_the_analyst_signs_in_imports_two_years_and_sees_what_was_published(chromium, site, worker, register):
    analyst = site.world.users["analyst"]
    analyst.set_password("demo-analyst")
    analyst.save()
    page = chromium.new_context().new_page()
    page.goto(f"{site.url}/imports/new/")
    hand = Hand(page)
    page.locator("[name=login]").fill("analyst")
    page.locator("[name=password]").fill("demo-analyst")
    hand.click("button", "Sign in")
    page.wait_for_url("**/imports/new/")
    for year in (2020, 2021):
        bring_in(page, site, register[year])
    page.goto(f"{site.url}/projects/?q=Northern+Light")
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Northern Light Rail").click()
    expect(page.locator("main")).to_contain_text("Amber/Red")
    expect(page.locator("main")).to_contain_text("£ 1.95 bn")
    page.goto(f"{site.url}/projects/?q=Coastal+Radar")
    row = page.locator("[data-rows] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("exempt")
    expect(row).not_to_contain_text("On track")
    page.context.close()


def test_an_unchanged_week_goes_from_my_work_to_published_in_few_interactions(open_as, site):
    manager = open_as("alice", "/my-work/")
    hand = Hand(manager)
    hand.click("button", "Write : Report of Bridge")
    manager.wait_for_url("**/projects/N-1/report/")
    expect(manager.locator("#schedule_comment")).to_have_value("The steel is late.")
    expect(manager.locator("main")).to_contain_text("last: At risk")
    hand.click("button", "Confirm all 7")
    hand.tick("This comment still holds")
    hand.click("button", "Submit")
    manager.wait_for_url("**/reports/*/")
    expect(manager.locator("main")).to_contain_text("Submitted")
    assert hand.done == 4

    checker = open_as("analyst", "/my-work/")
    checker.get_by_role("link", name="Check : Report 3 of Bridge").click()
    checker.wait_for_url("**/reports/*/")
    expect(checker.locator("main")).to_contain_text("Unchanged")
    checker.locator("main").get_by_role("button", name="Publish").click()
    expect(checker.locator("main")).to_contain_text("Published")
    report = site.world.projects["N-1"].reports.get(number=3)
    assert (report.state, report.published_by, report.unchanged) == ("published", site.world.users["analyst"], 1)


def test_the_executive_downloads_the_pack_that_a_worker_made(open_as, site, worker):
    from reporting.packs.models import Pack

    world = site.world
    pack = Pack.objects.create(name="South, monthly", portfolio=world.portfolios["SOUTH"])
    pack.recipients.add(world.users["executive"])

    page = open_as("analyst", f"/packs/{pack.pk}/make/")
    page.get_by_role("button", name="Make now").click()
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible(timeout=90_000)
    assert pack.runs.get().published

    reader = open_as("executive", f"/packs/{pack.pk}/")
    reader.locator("[data-rows] tbody a").first.click()
    with reader.expect_download() as started:
        reader.get_by_role("link", name="Download PDF").click()
    document = pypdf.PdfReader(io.BytesIO(Path(started.value.path()).read_bytes()))
    text = "\n".join(each.extract_text() for each in document.pages)
    assert "Harbour" in text
    assert "Bridge" not in text
