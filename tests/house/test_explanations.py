"""What a page shows is what its explanation says, for every figure and every reader; nothing hidden is named."""

from __future__ import annotations

from collections import defaultdict
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from pmo.navigation import all_items
from pmo.organisation.models import Organisation
from pmo.ui.explaining import FIGURES, explained
from pmo.ui.glossary import TERMS
from pmo.ui.guidance import GUIDES
from pmo.ui.registry import pages
from portfolio.status import actions
from portfolio.status.models import StatusReport
from reporting.dashboard.panels.attention import LISTS
from reporting.dashboard.panels.figures import KPIS
from reporting.packs import queries
from reporting.packs.models import Pack, PackRun
from reporting.packs.rules.figures import data_sha256, to_json

pytestmark = pytest.mark.django_db
VOID = {"input", "br", "img", "link", "meta", "use", "hr", "rect", "path", "line", "circle"}
WITHIN = {"report-worst"}
"""Figures that a page shows inside of a sentence."""


class Shown(HTMLParser):
    """The texts marked as figures and the ways to their explanations, by figure, in the order of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.ways: dict[str, list[str]] = defaultdict(list)
        self.open: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("data-why"):
            self.ways[str(told["data-why"])].append(unescape(str(told["href"])))
        if tag in VOID:
            return
        slug = told.get("data-figure")
        self.open.append(slug)
        if slug:
            self.texts[slug].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Drawings say nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for slug in self.open:
            if slug:
                self.texts[slug][-1] += data


def tidy(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def edition(world: Any, director: Any) -> PackRun:
    """A finished edition for the director, with the figures of the world, without its file."""
    pack = Pack.objects.create(name="Everything")
    figures, now = queries.figures(pack, world.today, [director]), timezone.now()
    return PackRun.objects.create(
        pack=pack, state=PackRun.State.DONE, at=world.today, requested_by=director, requested_at=now, number=1,
        figures=to_json(figures), data_sha256=data_sha256(figures), counted=figures.counted, of=figures.of,
        finished_at=now, as_of=now, published=True, file="packs/none.pdf", sha256="0" * 64, pages=1, size=1,
    )  # fmt: skip


@pytest.fixture
def addresses(world, cast) -> dict[str, list[str]]:
    """The pages with figures that people look at: each kind of page once, and what only some may see."""
    actions.start(world.projects["N-1"].pk, actor=cast.alice)
    StatusReport.objects.published().filter(project=world.projects["N-1"]).update(unchanged=2)
    run = edition(world, cast.director)
    home, bridge = reverse("reporting:home"), reverse("portfolio:project", args=["N-1"])
    return {
        "director": [home, f"{home}?at={world.today.replace(day=1)}", bridge, run.get_absolute_url()],
        "portfolio": [reverse("reporting:portfolio_home", args=["NORTH"])],
        "alice": [reverse("portfolio:project", args=["N-4"]), reverse("portfolio:status_form", args=["N-1"])],
        "executive": [home, reverse("portfolio:project", args=["S-1"])],
        "bob": [home],
        "member": [bridge],
    }


def compare(html: str, reader: Any, organisation: Organisation) -> set[str]:
    """Every figure of a page against its explanation; returns which were compared."""
    page = Shown(html)
    for slug, ways in page.ways.items():
        texts = page.texts[slug]
        if slug == "status-strip":
            continue
        assert len(texts) == len(ways), slug
        for text, way in zip(texts, ways, strict=True):
            told = explained(slug, reader, organisation, dict(parse_qsl(urlsplit(way).query)))
            found, wanted = tidy(told.shown.words), tidy(text)
            assert found in wanted if slug in WITHIN else found == wanted, (slug, way)
    return set(page.ways)


def test_every_shown_figure_is_the_explained_one_for_every_reader(addresses, cast, client_of, fresh):
    organisation, seen = Organisation.current(), set()
    for name, places in addresses.items():
        reader = getattr(cast, name)
        for address in places:
            response = client_of(reader).get(address)
            assert response.status_code == 200, (name, address)
            seen |= compare(response.content.decode(), fresh(reader), organisation)
    unseen = {figure.slug for figure in FIGURES.all()} - seen
    assert unseen == {"turned-red", "finish-moved", "declared-better", "decisions-needed"}
    columns = client_of(cast.director).get(reverse("reporting:home")).context["columns"]
    empty = {each.slug: each.count for column in columns for each in column if each.slug in unseen}
    assert {slug: explained(slug, cast.director, organisation, {}).shown.value for slug in unseen} == empty


def test_no_explanation_names_a_project_that_its_reader_may_not_see(cast, client_of, api_of):
    for slug in ("open-projects", "off-track", "year-forecast", "finish-on-baseline", "reports-on-time", "chart-slips"):
        html = client_of(cast.director).get(reverse("ui:explain", args=[slug])).content.decode()
        assert "Secret site" not in html
        assert "N-4" not in html
        assert "Secret site" not in api_of(cast.director).get(f"/api/v1/explain/{slug}/").content.decode()


# --- what the house promises of every page ---------------------------------------------------------------------------
def test_every_page_of_the_menu_and_the_long_forms_have_help_of_their_own():
    long_forms = {"portfolio:project", "portfolio:status_form", "exchange:import_run", "reporting:pack"}
    wanted = {item.url for item in all_items()} | long_forms | {"reporting:pack_run"}
    assert sorted(name for name in wanted if GUIDES.find(name) is None) == []


def test_every_guide_is_about_a_declared_page_and_uses_known_words():
    declared = {each.name for each in pages()}
    assert [guide.page for guide in GUIDES.all() if guide.page not in declared] == []
    words = [(guide.page, slug) for guide in GUIDES.all() for slug in guide.terms]
    words += [(figure.slug, slug) for figure in FIGURES.all() for slug in figure.terms]
    assert [pair for pair in words if TERMS.find(pair[1]) is None] == []


def test_every_key_figure_of_the_home_has_an_explanation():
    assert sorted(set(KPIS) - {figure.slug for figure in FIGURES.all()}) == []
    assert sorted(set(LISTS) - {figure.slug for figure in FIGURES.all()}) == []


def test_the_rule_that_a_figure_names_exists():
    broken = []
    for figure in FIGURES.all():
        module, _dot, name = figure.rule.rpartition(".")
        if not hasattr(import_module(module), name):
            broken.append(figure.rule)
    assert broken == []
