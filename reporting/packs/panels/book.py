"""The pack as a document: cover, contents and the chosen sections, with their drawings and the data behind them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pmo.access.preferences import written_for
from pmo.kernel import rag
from pmo.organisation.models import Logo
from pmo.pdf.document import render
from pmo.pdf.parts import Asset, Attachment, Document
from pmo.ui import formats
from reporting.packs.offers import SECTIONS, PackSection
from reporting.packs.panels import charts, tables, wording
from reporting.packs.panels.heading import heading, period
from reporting.packs.rules import health
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import PackFigures, ProjectFigures

STYLE = "pdf/pack/pack.css"
SVG = "image/svg+xml"
LONG_TITLE = 22
DATA_COLUMNS = (
    "code",
    "name",
    "programme",
    "unit",
    "manager",
    "phase",
    "overall",
    "reported_on",
    "finish_baseline",
    "finish_forecast",
    "whole_life_cost",
    "budget",
    "forecast",
    "currency",
)


@dataclass(frozen=True)
class Part:
    section: PackSection
    title: str
    context: dict[str, Any]


def print_pack(edition: Edition, language: str, picture: bytes = b"") -> Document:
    """The edition as a PDF in that language, with a picture (PNG) on its cover; alike for the same edition."""
    with translation.override(language), written_for(None), timezone.override(ZoneInfo(edition.time_zone)):
        title = heading(edition.figures)
        logo: dict[str, Asset] = {"logo": (picture, "image/png")} if picture else {}
        return render(
            render_to_string("pdf/pack/book.html", {**_context(edition), "logo": bool(logo)}),
            title=title,
            lang=language,
            assets={**_drawings(edition.figures), **_looks(edition), **logo},
            attachments=[Attachment("pack-data.csv", _("The figures of this pack"), data_csv(edition.figures))],
            author=edition.figures.organisation,
            created=edition.as_of,
            style=STYLE,
        )


def _context(edition: Edition) -> dict[str, Any]:
    figures = edition.figures
    chosen = [section for section in SECTIONS.chosen(edition.design.sections) if section.applies(edition)]
    return {
        "edition": edition,
        "figures": figures,
        "head": heading(figures),
        "period": period(figures),
        "title_is_long": len(figures.pack) > LONG_TITLE,
        "stamp": _stamp(edition),
        "facts": _facts(edition),
        "proof": _proof(edition),
        "cover_alt": tables.tally_words(figures),
        "legend": _legend(figures),
        "key": _key(),
        "parts": [Part(section, section.title_in(edition), section.build(edition)) for section in chosen],
    }


def _legend(figures: PackFigures) -> list[dict[str, Any]]:
    tally = health.tally(figures.projects)
    return [{**wording.band_status(band), "count": count} for band, count in tally.items() if count]


def _key() -> list[dict[str, str]]:
    meanings = {
        rag.RED: _("cannot meet a baseline without a decision"),
        rag.AMBER_RED: _("in doubt, counted as off track"),
        rag.AMBER: _("can, if the named action works"),
        rag.AMBER_GREEN: _("probable, counted as on track"),
        rag.GREEN: _("within tolerance"),
        rag.BLUE: _("accepted, closing"),
        rag.GREY: _("stopped by decision"),
        rag.EXEMPT: _("may not be published"),
        rag.NOT_REPORTED: _("no value was published"),
    }
    return [wording.status(value) | {"meaning": meaning} for value, meaning in meanings.items()]


def _stamp(edition: Edition) -> str:
    told = {"day": wording.day(edition.figures.at), "number": edition.number, "hash": _short(edition.sha256)}
    if not edition.number:
        return _("As of %(day)s · preview of the template · data %(hash)s") % told
    if not edition.published:
        return _("As of %(day)s · edition %(number)s, draft · data %(hash)s") % told
    return _("As of %(day)s · edition %(number)s · data %(hash)s") % told


def _short(sha256: str) -> str:
    return f"{sha256[:8]}…{sha256[-4:]}"


def _facts(edition: Edition) -> list[tuple[str, str]]:
    figures = edition.figures
    earlier = wording.day(edition.previous.at) if edition.previous else _("none, first pack")
    state = _("%(number)s, published") if edition.published else _("%(number)s, draft")
    state = state if edition.number else _("preview")
    return [
        (_("As of"), wording.day(figures.at)),
        (_("Period from"), wording.day(figures.period_start)),
        (_("Compared with"), earlier),
        (_("Projects counted"), _("%(counted)s of %(of)s") % {"counted": figures.counted, "of": figures.of}),
        (_("Edition"), state % {"number": edition.number}),
        (_("Data hash"), _short(edition.sha256)),
    ]


def _proof(edition: Edition) -> list[tuple[str, str]]:
    read = timezone.localtime(edition.as_of)
    rows = [
        (_("Data hash (SHA-256)"), edition.sha256),
        (_("Figures read"), formats.moment(read)),
        (_("History sealed"), _sealed(edition)),
        (_("Seal (SHA-256)"), edition.seal.hash if edition.seal else ""),
        (_("Software"), edition.software),
        (_("Attached to this file"), "pack-data.csv"),
    ]
    return [(name, value) for name, value in rows if value]


def _sealed(edition: Edition) -> str:
    """The head of the chain over history, by which it can be proved later that nothing was rewritten."""
    noted = edition.seal
    if noted is None:
        return ""
    at = timezone.localtime(datetime.fromisoformat(noted.at))
    told = {"number": noted.number, "when": formats.moment(at)}
    return _("seal %(number)s of %(when)s") % told


def _looks(edition: Edition) -> dict[str, Asset]:
    """The accent of the template, which the style sheets name."""
    accent = edition.design.accent
    return {"css/accent": (f":root {{ --accent: {accent} }}".encode() if accent else b"", "text/css")}


def picture_of(edition: Edition) -> bytes:
    """The organisation's logo as PNG, when it has one and the template prints it."""
    found = Logo.objects.first() if edition.design.logo else None
    return bytes(found.content) if found else b""


def _drawings(figures: PackFigures) -> dict[str, Asset]:
    return {
        "chart/cover": (charts.cover(figures), SVG),
        "chart/status-bar": (charts.status_bar(figures), SVG),
        "chart/budget": (charts.budget_chart(figures), SVG),
    }


def data_csv(figures: PackFigures) -> bytes:
    """One row per project with the columns of the tables, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(DATA_COLUMNS)
    writer.writerows([_cell(project, column) for column in DATA_COLUMNS] for project in figures.projects)
    return out.getvalue().encode("utf-8-sig")


def _cell(project: ProjectFigures, column: str) -> str:
    value = getattr(project, column)
    written = project.absent.get(column, "") if value is None else str(value)
    return f"'{written}" if written[:1] in ("=", "+", "-", "@", "\t", "\r") else written
