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
    expect(page.get_by_role("button", name="Apply")).to_be_enabled(timeout=60_000)
    page.get_by_role("button", name="Apply").click()
    page.locator("dialog[open]").get_by_role("button", name="Apply").or_(page.get_by_role("button", name="Undo")).or_(
        page.get_by_role("link", name="Undo")
    ).first.wait_for(timeout=60_000)


def test_the_analyst_imports_two_years_of_a_register_and_sees_what_was_published(open_as, site, worker, register):
    page = open_as("analyst", "/imports/")
    for year in (2020, 2021):
        bring_in(page, site, register[year])
        expect(page.get_by_text("Undo").first).to_be_visible(timeout=60_000)
    page.goto(f"{site.url}/projects/?q=Northern+Light")
    expect(page.locator("[data-rows] tr")).to_have_count(1)
    page.locator("[data-rows] th a").first.click()
    expect(page.locator("main")).to_contain_text("Amber/Red")
    expect(page.locator("main")).to_contain_text("1.95 bn")
    page.goto(f"{site.url}/projects/?q=Coastal+Radar")
    expect(page.locator("[data-rows] tr").first).to_contain_text("xempt")


class Counting:
    """Counts what a person does to a page: clicks, and fields filled."""

    def __init__(self) -> None:
        self.done = 0

    def click(self, target: Any) -> None:
        self.done += 1
        target.click()


def test_an_unchanged_week_takes_the_manager_fewer_than_ten_interactions(open_as, site):
    page = open_as("alice", "/my-work/")
    hand = Counting()
    page.goto(f"{site.url}/projects/N-1/")
    hand.click(
        page.locator("header, main")
        .get_by_role("button", name="report")
        .or_(page.locator("main").get_by_role("link", name="report"))
        .first
    )
    page.wait_for_url("**/report/")
    expect(page.locator("main")).to_contain_text("The steel is late.")
    hand.click(page.get_by_role("button", name="Confirm all"))
    hand.click(page.get_by_label("This comment still holds"))
    hand.click(page.get_by_role("button", name="Submit"))
    page.wait_for_url(lambda url: "/report/" not in url)
    expect(page.locator("main")).to_contain_text("ubmitted")
    assert hand.done < 10


def test_the_analyst_publishes_what_the_manager_submitted_and_sees_that_it_repeats(open_as, site):
    from portfolio.status import actions

    world = site.world
    alice = world.users["alice"]
    report = actions.start(world.projects["N-1"].pk, actor=alice)
    report = actions.save_draft(report.pk, {"confirmed": ["schedule"]}, actor=alice, version=report.version)
    actions.submit(report.pk, actor=alice, version=report.version)

    page = open_as("analyst", f"/reports/{report.pk}/")
    expect(page.locator("main")).to_contain_text("unchanged", ignore_case=True)
    page.get_by_role("button", name="Publish").or_(page.get_by_role("link", name="Publish")).first.click()
    if page.locator("form").get_by_role("button", name="Publish").count():
        page.locator("form").get_by_role("button", name="Publish").first.click()
    expect(page.locator("main")).to_contain_text("Published")
    report.refresh_from_db()
    assert (report.state, report.published_by, report.unchanged) == ("published", world.users["analyst"], 1)


def test_the_executive_downloads_the_pack_that_a_worker_made(open_as, site, worker):
    from reporting.packs.models import Pack, PackRun

    world = site.world
    pack = Pack.objects.create(name="South, monthly", portfolio=world.portfolios["SOUTH"])
    pack.recipients.add(world.users["executive"])

    page = open_as("analyst", f"/packs/{pack.pk}/make/")
    page.locator("main").get_by_role("button").last.click()
    expect(page.get_by_role("link", name="Download").first).to_be_visible(timeout=90_000)

    assert PackRun.objects.get(pack=pack).published

    reader = open_as("executive", f"/packs/{pack.pk}/")
    reader.locator("[data-rows] a").first.click()
    with reader.expect_download() as started:
        reader.get_by_role("link", name="Download").first.click()
    document = pypdf.PdfReader(io.BytesIO(Path(started.value.path()).read_bytes()))
    text = "\n".join(each.extract_text() for each in document.pages)
    assert "Harbour" in text
    assert "Bridge" not in text
