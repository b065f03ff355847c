"""Templates keep the strict content security policy: no inline style, script or handler, no foreign asset."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT, short, tracked

PAGES = [
    path
    for path in tracked()
    if path.suffix in (".html", ".svg")
    and path.is_relative_to(ROOT / "templates")
    and path.relative_to(ROOT / "templates").parts[0] not in ("pdf", "email")
]
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>{]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", re.I),
    "a foreign asset": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
    "a script address": re.compile(r"javascript:", re.I),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_template_holds(what):
    found = [
        f"{short(path)}:{path.read_text(encoding='utf-8')[: match.start()].count(chr(10)) + 1}"
        for path in PAGES
        for match in FORBIDDEN[what].finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_htmx_is_never_told_to_run_text_as_script():
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert not re.search(r"hx-on[:=]|hx-vals=[\"']js:", text)
