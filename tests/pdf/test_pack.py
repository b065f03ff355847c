"""The executive pack read back: structure, language, order of headings, figures, and the three kinds of data."""

from __future__ import annotations

import csv
import io
import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from reporting.packs.panels.book import print_pack
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import ProjectFigures
from tests.reporting.packs.world import OCTOBER, SEPTEMBER, project

from .structure import Read

AS_OF = datetime(2026, 11, 1, 5, tzinfo=UTC)
D = Decimal


def edition(figures=OCTOBER, previous=SEPTEMBER, **more) -> Edition:
    return Edition(figures, previous, 7, AS_OF, software="PMO 0.1.0", **more)


@pytest.fixture(scope="module")
def pack() -> Read:
    return Read(print_pack(edition(), "en-gb").bytes)


def test_it_states_title_language_and_author(pack):
    assert pack.reader.metadata.title == "Portfolio report, Transformation, October 2026"
    assert pack.reader.metadata.author == "Lakeland"
    assert pack.root["/Lang"] == "en-gb"


def test_no_heading_level_is_skipped_and_sections_come_in_order(pack):
    levels = pack.heading_levels
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert [entry.partition(". ")[2] or entry for entry in pack.bookmarks] == [
        "Contents",
        "1Summary",
        "2What changed",
        "3Health of all projects",
        "4Budget and forecast",
        "5Schedule",
        "6Red and amber projects",
        "7Data quality",
        "8Definitions",
    ]


def test_every_figure_has_words_and_every_table_has_heads(pack):
    assert pack.tree.of("Figure")
    assert [node for node in pack.tree.of("Figure") if not node.alt.strip()] == []
    for table in pack.tree.of("Table"):
        assert table.of("TH")


def test_it_prints_without_a_warning(caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        print_pack(edition(), "en-gb")
    assert caplog.records == []


def test_the_summary_says_the_hand_computed_figures(pack):
    page = pack.texts[2]
    assert "Two of 4 projects need attention: one off track, one at risk." in page
    assert "Two projects exceed their budgets of the year, by € 1.4 m together." in page
    assert "4 of 5 projects counted: the others are not visible to everybody who receives this pack." in page
    assert "Forecast 2026, € m 8.4+0.8, worse 3 of 4 counted" in page
    assert "Forecast against budget +18.3 % +11.0 points, worse of € 7.1 m budgeted" in page
    assert "Reports on time 75 % −25 points, worse 3 of 4 due" in page
    assert "The forecast of 2026 is € 8.4 m, 18.3 % above the budget of € 7.1 m." in page
    assert "It rose by € 0.8 m since 30 Sep 2026; the largest move is Tram line 4, € +0.8 m." in page
    assert "One of 4 projects finishes after its baseline; the latest is Tram line 4, by 91 days." in page
    assert "1 decision needed" in page
    assert "Approve option B" in page


def test_what_changed_tells_of_moves_comings_and_goings(pack):
    page = " ".join(text for text in pack.texts if "What changed" in text)
    assert "One got worse and two got better or finished since 30 Sep 2026." in page
    assert "One project was added. One project left." in page
    assert "Closed 1 Project Note Vehicle pool P-4 South" in page
    assert "Tram line 4 P-1 was Tram line" in page
    assert "Name a mediator" in page
    assert "No longer asked" in page
    assert "One decision of the last pack is still asked and not yet due." in page


def test_the_contents_name_the_right_pages(pack):
    pages = [pack.reader.get_destination_page_number(entry) + 1 for entry in _tops(pack)]
    assert pack.texts[1].startswith(" ".join(str(page) for page in pages[1:]))
    for page, title in zip(pages[1:3], ("Summary", "What changed"), strict=True):
        assert title in pack.texts[page - 1]


def _tops(pack: Read):
    return [entry for entry in pack.reader.outline if not isinstance(entry, list)]


def test_the_hash_on_every_page_is_that_of_the_figures(pack):
    sha256 = edition().sha256
    assert sha256 in pack.text
    for text in pack.texts[1:]:
        assert f"data {sha256[:8]}…{sha256[-4:]}" in text


def test_the_data_travel_with_the_pack_and_are_safe_in_a_spreadsheet():
    figures = replace(OCTOBER, projects=(replace(OCTOBER.projects[0], name="=cmd|'/c calc'!A1"),))
    read = Read(print_pack(edition(figures), "en-gb").bytes)
    (body,) = dict(read.reader.attachments)["pack-data.csv"]
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0]["name"] == "'=cmd|'/c calc'!A1"
    assert rows[0]["forecast"] == "4900000"


def test_an_exempt_figure_is_shown_as_exempt_and_never_as_zero():
    secret = project(9, "Secret site", "exempt", None, None, absent={"budget": "Exempt under section 26"})
    read = Read(print_pack(edition(replace(OCTOBER, projects=(secret,)), None), "en-gb").bytes)
    assert "× Exempt" in read.text
    assert "exempt" in next(text for text in read.texts if "Health of all projects" in text and "Secret site" in text)
    assert "Withheld figures are shown as exempt and never counted as zero." in read.text
    assert "All projects 0/1 – – – – 10.0" in read.text


def test_an_empty_portfolio_prints_an_honest_pack():
    empty = replace(OCTOBER, projects=(), of=0, gone={})
    read = Read(print_pack(edition(empty, None, published=False), "en-gb").bytes)
    assert "This pack counts no project." in read.text
    assert "Draft, not for distribution" in read.texts[0]
    assert "This is the first pack, so there is nothing to compare it with." in read.text


def test_one_project_is_spoken_of_in_the_singular():
    one = replace(OCTOBER, projects=OCTOBER.projects[:1], of=1, gone={})
    text = Read(print_pack(edition(one, None), "en-gb").bytes).text
    assert "One of 1 projects needs attention: one off track, none at risk." in text


def five_point(number: int) -> ProjectFigures:
    """A project as a public register has it: one rating, no dimensions, a narrative of ten thousand characters."""
    ratings = ("red", "amber_red", "amber", "amber_green", "green", "exempt", "")
    return ProjectFigures(
        id=number,
        code=f"REG_{number:04}_1718-Q1",
        name=f"Programme {number} for the renewal of everything that is old",
        unit=f"Department {number % 17}",
        overall=ratings[number % 7],
        strip=(ratings[(number + 1) % 7], ratings[number % 7]),
        reported_on=date(2021, 3, 31),
        report_expected=False,
        finish_forecast=date(2030, 1, 1),
        whole_life_cost=D(number) * 1_000_000_000,
        budget=D(number) * 1_000_000,
        forecast=D(number) * 1_100_000,
        currency="GBP",
        summary=f"Sentence {number} of the assessment. " * 300,
    )


@pytest.mark.slow
def test_a_public_register_of_184_projects_fits():
    figures = replace(
        OCTOBER,
        currency="GBP",
        projects=tuple(five_point(number) for number in range(184)),
        of=184,
        gone={},
    )
    document = print_pack(edition(figures, None), "en-gb")
    read = Read(document.bytes)
    assert document.pages < 120
    assert "◇ Amber/Red" in read.text
    assert "○ Amber/Green" in read.text
    assert "… continued in the system" in read.text
    assert "Sentence 1 of the assessment. … continued" in read.text.replace("  ", " ")


@pytest.mark.slow
def test_the_pack_speaks_the_language_it_is_told():
    with translation.override("de"):
        read = Read(print_pack(edition(), "en-gb").bytes)
    assert "Health of all projects" in read.text
    assert Read(print_pack(edition(), "de").bytes).root["/Lang"] == "de"


@pytest.mark.slow
def test_the_same_edition_gives_the_same_bytes():
    assert print_pack(edition(), "en-gb").sha256 == print_pack(edition(), "en-gb").sha256


def test_the_logo_of_the_organisation_stands_on_the_cover_with_its_name():
    drawn = io.BytesIO()
    Image.new("RGB", (48, 12), "#1d5fa8").save(drawn, "PNG")
    plain, with_logo = (print_pack(edition(), "en-gb", picture).bytes for picture in (b"", drawn.getvalue()))
    pictures = [len(PdfReader(io.BytesIO(body)).pages[0].images) for body in (plain, with_logo)]
    assert pictures == [0, 1]
