"""What is kept and what is refused, told by the bytes; names; the state of each version; how long words may change."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta

import pytest

from pmo.attachments.rules import life
from pmo.attachments.rules.archives import Trouble
from pmo.attachments.rules.content import judge
from pmo.attachments.rules.names import clean_name, extension, title_of
from tests.pmo.attachments import making

HONEST = {
    "plan.pdf": (making.PDF, "application/pdf"),
    "look.png": (making.picture("PNG"), "image/png"),
    "look.JPG": (making.picture("JPEG"), "image/jpeg"),
    "look.gif": (making.picture("GIF"), "image/gif"),
    "look.webp": (making.picture("WEBP"), "image/webp"),
    "scan.tiff": (making.picture("TIFF"), "image/tiff"),
    "case.docx": (making.office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "sums.xlsx": (
        making.office("xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "talk.pptx": (
        making.office("ppt/presentation.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "case.odt": (making.open_document(), "application/vnd.oasis.opendocument.text"),
    "all.zip": (making.container({"a.txt": b"a"}), "application/zip"),
    "old.doc": (making.OLE, "application/msword"),
    "plan.mpp": (making.OLE, "application/vnd.ms-project"),
    "words.txt": ("Grüße\n".encode(), "text/plain"),
    "latin.csv": ("Straße;1\r\n".encode("latin-1"), "text/csv"),
    "wide.csv": ("Straße;1\r\n".encode("utf-16"), "text/csv"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    "page.html": (b"<script>alert(1)</script>", "text/html"),
    "rich.rtf": (b"{\\rtf1 x}", "application/rtf"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_gets_the_type_of_its_content(name):
    body, media_type = HONEST[name]
    found = judge(extension(name), io.BytesIO(body))
    assert (found.trouble, found.media_type) == (None, media_type)


LIARS = {
    "png as pdf": ("pdf", making.picture("PNG"), Trouble("lies", "PNG image", "PDF")),
    "pdf as png": ("png", making.PDF, Trouble("lies", "PDF", "PNG image")),
    "program as pdf": ("pdf", making.PROGRAM, Trouble("lies", "program", "PDF")),
    "program as docx": ("docx", making.PROGRAM, Trouble("lies", "program", "Word document")),
    "web page as pdf": ("pdf", b"<html></html>", Trouble("lies", "", "PDF")),
    "workbook as document": ("docx", making.office("xl/workbook.xml"), Trouble("lies", "ZIP archive", "Word document")),
    "plain zip as document": (
        "docx",
        making.container({"a.txt": b"a"}),
        Trouble("lies", "ZIP archive", "Word document"),
    ),
    "old as new office": ("docx", making.OLE, Trouble("lies", "Office 97 file", "Word document")),
    "picture as text": ("txt", making.picture("PNG"), Trouble("lies", "PNG image", "Text")),
    "bytes as text": ("csv", b"a;b\n\x00\x01\x02", Trouble("binary", "", "CSV")),
    "program as text": ("txt", making.PROGRAM, Trouble("lies", "program", "Text")),
    "gzip as zip": ("zip", b"\x1f\x8b\x08" + b"\x00" * 20, Trouble("lies", "gzip archive", "ZIP archive")),
    "unknown extension": ("exe", making.PROGRAM, Trouble("unknown", "exe")),
    "no extension": ("", b"x", Trouble("unknown", "")),
    "cut document": ("docx", making.office()[:-30], Trouble("damaged")),
    "macros": ("docx", making.office(**{"word/vbaProject.bin": b"x"}), Trouble("macros")),
}


@pytest.mark.parametrize("what", LIARS)
def test_a_file_that_lies_about_its_type_is_refused_with_what_it_is(what):
    ending, body, trouble = LIARS[what]
    assert judge(ending, io.BytesIO(body)).trouble == trouble


@pytest.mark.parametrize("body", [making.bomb(), making.lying_bomb()], ids=["bomb", "bomb that lies about its size"])
def test_a_container_that_unpacks_to_too_much_is_refused_quickly(body):
    begun = time.process_time()
    trouble = judge("docx", io.BytesIO(body)).trouble
    assert trouble is not None
    assert trouble.code in ("bomb", "damaged")
    assert time.process_time() - begun < 5


def test_a_container_of_too_many_entries_is_refused():
    many = making.container({f"{number}.txt": b"" for number in range(10_001)})
    assert judge("zip", io.BytesIO(many)).trouble == Trouble("bomb")


NAMES = {
    "plan.pdf": "plan.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\ann\\plan.pdf": "plan.pdf",
    "..\\..\\boot.ini": "boot.ini",
    "/absolute/plan.pdf": "plan.pdf",
    "plan\x00.pdf": "plan.pdf",
    "plan\r\nSet-Cookie: a=b.pdf": "planSet-Cookie_ a=b.pdf",
    "gpj.\u202efdp.exe": "gpj.fdp.exe",
    "a\u200bb\ufeff.txt": "ab.txt",
    "Über die Brücke.docx": "Über die Brücke.docx",
    "U\u0308ber.docx": "Über.docx",
    "مشروع.pdf": "مشروع.pdf",
    "計画🚧.pdf": "計画🚧.pdf",
    "what?.pdf": "what_.pdf",
    'a"b<c>|d*.pdf': "a_b_c__d_.pdf",
    "CON.txt": "_CON.txt",
    "...": "file",
    "  . ": "file",
    "": "file",
    "///": "file",
    ".htaccess": "htaccess",
    "\ud800.pdf": "pdf",
}


@pytest.mark.parametrize("given", NAMES)
def test_a_name_is_made_harmless_and_stays_readable(given):
    assert clean_name(given) == NAMES[given]


def test_a_long_name_keeps_its_extension():
    name = clean_name("x" * 5000 + ".pdf")
    assert (len(name), name[-4:]) == (200, ".pdf")


def test_a_file_without_a_title_is_called_by_its_name():
    assert [title_of(name) for name in ("Gate_2_report.v3.pdf", "README")] == ["Gate 2 report.v3", "README"]


def test_each_version_says_whether_it_is_in_force():
    states = [life.version_state(number, 4, 2, number in (1, 2), "draft") for number in (4, 3, 2, 1)]
    assert states == ["draft", "replaced", "approved", "superseded"]


def test_ones_own_words_may_change_for_a_day():
    written = datetime(2026, 3, 1, 12, tzinfo=UTC)
    after = {hours: life.still_editable(written, written + timedelta(hours=hours)) for hours in (0, 23, 24, 48)}
    assert after == {0: True, 23: True, 24: False, 48: False}
