"""Every way a text file is written is told, and what is no text is refused with a remedy."""

from __future__ import annotations

import codecs

import pytest

from pmo.exchange.rules.decoding import decode
from pmo.exchange.rules.limits import Unreadable

TEXT = "name,cost\nBrücke,“£12”\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_an_encoding_is_found_and_named(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.replaced) == (TEXT, encoding, 0)


def test_a_byte_that_stands_for_nothing_stays_visible_and_is_counted() -> None:
    decoded = decode(b"name,note\nBridge,the legacy Quantum\x9d prison system \x96 old\n")
    assert decoded.text.endswith("Quantum\ufffd prison system – old\n")
    assert (decoded.encoding, decoded.replaced) == ("windows-1252", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04rest", "The file is not text but an Excel workbook or another zip archive."),
        (b"%PDF-1.7 rest", "The file is not text but a PDF document."),
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (bytes(range(256)) * 20, "The file is not text: it holds binary data."),
        (
            "имя,цена\nМост,12\n".encode("cp1251"),
            "The file's encoding could not be found: it is neither Unicode nor Western European text.",
        ),
        (
            codecs.BOM_UTF16_LE + "name".encode("utf-16-le") + b"\x00",
            "The file says it is utf-16 but breaks off at byte 10.",
        ),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    assert str(refused.value.reason) == reason
    assert str(refused.value.remedy)


def test_a_person_may_name_the_encoding() -> None:
    assert decode("имя,цена\nМост,12\n".encode("cp1251"), "windows-1251").text == "имя,цена\nМост,12\n"


def test_a_named_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Unreadable, match="The file cannot be read as utf-8"):
        decode(b"\xff\xff", "utf-8")


def test_a_nul_becomes_visible_and_is_counted_because_no_database_keeps_it() -> None:
    found = decode(b"code,name\nA\x00B,Alpha\n")
    assert (found.text, found.replaced) == ("code,name\nA\ufffdB,Alpha\n", 1)
