"""The renderer: tagged documents from our own assets, and nothing from anywhere else."""

from __future__ import annotations

import http.server
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pmo.pdf import micro
from pmo.pdf.document import render
from pmo.pdf.parts import Attachment, MissingAsset
from pmo.pdf.spacing import bind_units

from .structure import Read

WHEN = datetime(2026, 11, 1, 6, tzinfo=UTC)


def printed(body: str, **more) -> Read:
    return Read(render(body, title="A title", lang="en-gb", created=WHEN, **more).bytes)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that remembers who asked it for anything."""
    asked: list[str] = []

    class Remember(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"leaked")

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Remember)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


def test_a_document_states_its_title_language_and_that_it_is_tagged():
    read = printed("<h1>Hello</h1><p>World</p>")
    assert read.reader.metadata.title == "A title"
    assert read.root["/Lang"] == "en-gb"
    assert read.root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF boolean object)
    assert read.root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert b"pdfuaid" in read.root["/Metadata"].get_data()


def test_all_fonts_travel_in_the_file_and_are_ours():
    read = printed("<h1>Title</h1><p>Text <b>bold</b> ● ▲ ◆ ■ ○ ◇ → ≥ − ł ż ř Σ Ж</p>")
    assert read.fonts
    assert all(read.fonts.values())
    assert {name.partition("-")[0] for name in read.fonts} <= {"Inter", "InterDisplay"}


def test_the_same_arguments_give_the_same_bytes():
    first, second = (render("<p>x</p>", title="t", lang="en", created=WHEN).bytes for _again in range(2))
    assert first == second


@pytest.mark.parametrize(
    "vector",
    [
        '<img src="{url}/image.png" alt="x">',
        '<link rel="stylesheet" href="{url}/style.css">',
        '<link rel="attachment" href="{url}/attachment">',
        '<object data="{url}/object"></object>',
        '<embed src="{url}/embed">',
        '<p style="background: url({url}/background.png)">x</p>',
        "<style>@import url({url}/import.css); @font-face {{ font-family: a; src: url({url}/font) }} "
        "p {{ font: 9pt a }}</style><p>x</p>",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/svg.png" width="9" height="9"/></svg>',
        '<a href="{url}/only-a-link">x</a>',
    ],
)
def test_nothing_is_fetched_from_the_network_or_the_disk(vector, canary, tmp_path):
    url, asked = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-this-machine")
    for source in (url, f"file://{tmp_path}", Path("/etc/passwd").as_uri()):
        body = render(vector.format(url=source), title="t", lang="en", created=WHEN).bytes
        assert b"the-secret-of-this-machine" not in body
        assert b"root:x:" not in body
        assert not Read(body).reader.attachments
    assert asked == []


def test_a_local_file_is_not_attached_by_its_address(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-this-machine")
    read = printed(f'<link rel="attachment" href="{secret.as_uri()}"><p>x</p>')
    assert not read.reader.attachments


@pytest.mark.parametrize(
    "name", ["chart/none", "font/Comic.ttf", "font/../settings.py", "strip/Z", "slip/a/b/c", "css/x"]
)
def test_a_missing_asset_of_ours_stops_the_document(name):
    with pytest.raises(MissingAsset):
        render(f'<img src="pmo:{name}" alt="x">', title="t", lang="en")


def test_an_asset_is_found_by_its_name():
    drawing = micro.draw("mark/R")
    assert drawing
    read = printed('<img src="pmo:chart/one" alt="A drawing">', assets={"chart/one": (drawing, "image/svg+xml")})
    assert [node.alt for node in read.tree.of("Figure")] == ["A drawing"]


def test_a_file_travels_inside_the_document():
    read = printed("<p>x</p>", attachments=[Attachment("data.csv", "The data", b"a,b\r\n")])
    assert dict(read.reader.attachments) == {"data.csv": [b"a,b\r\n"]}


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("12 % of € 3.5 m", "12\u00a0% of €\u00a03.5\u00a0m"),
        ("74 d late", "74\u00a0d late"),
        ("3 men", "3 men"),
        ("£ −2.0 m.", "£\u00a0−2.0\u00a0m."),
        ("<td>5 k</td>", "<td>5\u00a0k</td>"),
    ],
)
def test_a_figure_and_its_unit_stay_together(text, bound):
    assert bind_units(text) == bound


@pytest.mark.parametrize("letters", ["", "G", "GHASRBNX-", "R" * 12])
def test_a_strip_draws_any_history(letters):
    drawing = micro.draw(f"strip/{letters}")
    assert drawing is not None
    assert drawing.count(b"<rect") == len(letters)


def test_a_slip_without_a_past_has_no_hollow_mark():
    assert micro.draw("slip/x/74/100").count(b"<circle") == 1
    assert micro.draw("slip/18/74/100").count(b"<circle") == 2


def test_hostile_text_is_printed_as_text(caplog):
    from django.utils.html import escape

    hostile = "<script>alert(1)</script> & \u202eright to left\u0007 \U0001f600 " + "x" * 2000
    with caplog.at_level(logging.ERROR, logger="weasyprint"):
        read = printed(f"<p>{escape(hostile)}</p>")
    assert "<script>alert(1)</script>" in read.text
