"""From bytes to text, saying which encoding was found."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.sentence import sentence as _

REPLACEMENT = "\ufffd"
KNOWN_ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-15", "windows-1250", "windows-1251", "mac-roman")

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"PK\x03\x04", _("an Excel workbook or another zip archive")),
    (b"\xd0\xcf\x11\xe0", _("an old Excel or Word document")),
    (b"%PDF", _("a PDF document")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"\x1f\x8b", _("a compressed archive")),
)
_SAVE_AS_CSV = _("Open it in a spreadsheet and save it as “CSV UTF-8”, then upload that file.")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
# More accented letters than this among all letters, and the bytes were not Western text.
_FOREIGN_SHARE = 0.25
_CONTROL_SHARE = 0.002


@dataclass(frozen=True)
class Decoded:
    """The text, the encoding it was written in, and how many bytes stood for no character."""

    text: str
    encoding: str
    replaced: int = 0


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of a file; `declared` is an encoding that a person named. Raises Unreadable."""
    _refuse_other_formats(data)
    decoded = _declared(data, declared) if declared else _detected(data)
    text = decoded.text
    if not text.strip():
        raise Unreadable(_("The file is empty."), _("Upload a file with a line of headers and at least one row."))
    _refuse_binary(text)
    return _without_nul(decoded)


def _without_nul(decoded: Decoded) -> Decoded:
    """NUL stands for no character either, and no database keeps it."""
    found = decoded.text.count("\x00")
    if not found:
        return decoded
    return Decoded(decoded.text.replace("\x00", REPLACEMENT), decoded.encoding, decoded.replaced + found)


def _refuse_binary(text: str) -> None:
    if len(_CONTROL.findall(text)) > max(8, len(text) * _CONTROL_SHARE):
        raise Unreadable(_("The file is not text: it holds binary data."), _SAVE_AS_CSV)


def _refuse_other_formats(data: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable(_("The file is not text but %(kind)s.", kind=kind), _SAVE_AS_CSV)


def _declared(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding).removeprefix("\ufeff"), encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(
            _("The file cannot be read as %(encoding)s.", encoding=encoding),
            _("Leave the encoding to be found, or name another one."),
        ) from None


def _detected(data: bytes) -> Decoded:
    encoding = _marked(data) or _unmarked_utf16(data)
    if encoding:
        return _strictly(data, encoding)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _western(data)


def _marked(data: bytes) -> str:
    return next((name for bom, name in _BOMS if data.startswith(bom)), "")


def _unmarked_utf16(data: bytes) -> str:
    """Western text in UTF-16 has a zero in nearly every second byte."""
    sample = data[:4000]
    half = len(sample) // 2
    if half < 2:
        return ""
    if sample[1::2].count(0) > half * 0.7:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > half * 0.7 else ""


def _strictly(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding).removeprefix("\ufeff"), encoding.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The file says it is %(code)s but breaks off at byte %(place)s.", code=encoding, place=error.start),
            _("Save it again as “CSV UTF-8” and upload the whole file."),
        ) from None


def _western(data: bytes) -> Decoded:
    """Windows-1252; a byte that stands for nothing there is kept visible as a replacement character."""
    text = data.decode("cp1252", errors="replace")
    _refuse_binary(text)
    letters = sum(map(str.isalpha, text))
    accented = sum(1 for letter in text if letter > "\x7f" and letter.isalpha())
    if letters == 0 or accented > letters * _FOREIGN_SHARE:
        raise Unreadable(
            _("The file's encoding could not be found: it is neither Unicode nor Western European text."),
            _("Save it as “CSV UTF-8”, or name its encoding when you upload it."),
        )
    return Decoded(text, "windows-1252", text.count(REPLACEMENT))
