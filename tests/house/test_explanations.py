"""What a page shows is what its explanation says, for every figure and every reader; nothing hidden is named."""

from __future__ import annotations

from collections import defaultdict
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from pmo.organisation.models import Organisation
from pmo.ui.explaining import FIGURES, explained
from portfolio.status import actions
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
    figures = queries.figures(pack, world.today, [director])
    return PackRun.objects.create(
        pack=pack, state=PackRun.State.DONE, at=world.today, requested_by=director, requested_at=timezone.now(), number=1,
        figures=to_json(figures), data_sha256=data_sha256(figures), counted=figures.counted, of=figures.of,
        finished_at=timezone.now(), as_of=timezone.now(), published=True, file="packs/none.pdf", sha256="0" * 64, pages=1, size=1,
    )  # fmt: skip


@pytest.fixture
def addresses(world, cast) -> SimpleNamespace:
    """The pages that show figures."""
    actions.start(world.projects["N-1"].pk, actor=cast.alice)
    run = edition(world, cast.director)
    return SimpleNamespace(
        all=[
            reverse("reporting:home"),
            f"{reverse('reporting:home')}?at={world.today.replace(day=1)}",
            reverse("reporting:portfolio_home", args=["NORTH"]),
            reverse("portfolio:project", args=["N-1"]),
            reverse("portfolio:project", args=["S-1"]),
            reverse("portfolio:project", args=["N-4"]),
            reverse("portfolio:status_form", args=["N-1"]),
            run.get_absolute_url(),
        ]
    )


def compare(html: str, reader: Any, organisation: Organisation) -> set[str]:
    """Every figure of a page against its explanation; returns which were compared."""
    page = Shown(html)
    assert set(page.texts) - {"decisions-needed"} <= set(page.ways) | set(page.texts)
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


def test_every_shown_figure_is_the_explained_one_for_every_reader(addresses, cast, client_of):
    organisation, seen = Organisation.current(), set()
    for name in ("director", "portfolio", "alice", "bob", "executive", "member", "sysadmin"):
        reader = getattr(cast, name)
        for address in addresses.all:
            response = client_of(reader).get(address)
            if response.status_code == 200:
                seen |= compare(response.content.decode(), type(reader).objects.get(pk=reader.pk), organisation)
    unseen = {figure.slug for figure in FIGURES.all()} - seen
    assert unseen == {"turned-red", "finish-moved", "declared-better", "decisions-needed"}


def test_no_explanation_names_a_project_that_its_reader_may_not_see(addresses, world, cast, client_of, api_of):
    world.projects["N-4"].finish_forecast = None
    world.projects["N-4"].save()
    for slug in ("open-projects", "off-track", "year-forecast", "finish-on-baseline", "reports-on-time", "chart-slips"):
        html = client_of(cast.director).get(reverse("ui:explain", args=[slug])).content.decode()
        assert "Secret site" not in html
        assert "N-4" not in html
        assert "Secret site" not in api_of(cast.director).get(f"/api/v1/explain/{slug}/").content.decode()
