"""Which types of files are kept, and whether the content is what the name says; read from the bytes themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from pmo.attachments.rules.archives import Trouble, archive_trouble, office_part

HEAD: Final = 4096
_CHUNK: Final = 256 * 1024
TEXT: Final = "text/plain"
OCTETS: Final = "application/octet-stream"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"
_ZIP, _OLE = "zip", "ole"


@dataclass(frozen=True)
class Type:
    """A type of file: what it is called, its media type and the family its first bytes show."""

    name: str
    media_type: str
    family: str


TYPES: Final[dict[str, Type]] = {
    "pdf": Type("PDF", "application/pdf", "pdf"),
    "png": Type("PNG image", "image/png", "png"),
    "jpg": Type("JPEG image", "image/jpeg", "jpeg"),
    "jpeg": Type("JPEG image", "image/jpeg", "jpeg"),
    "gif": Type("GIF image", "image/gif", "gif"),
    "webp": Type("WebP image", "image/webp", "webp"),
    "tif": Type("TIFF image", "image/tiff", "tiff"),
    "tiff": Type("TIFF image", "image/tiff", "tiff"),
    "docx": Type("Word document", f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": Type("Excel workbook", f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": Type("PowerPoint presentation", f"{_OFFICE}.presentationml.presentation", _ZIP),
    "vsdx": Type("Visio drawing", "application/vnd.ms-visio.drawing", _ZIP),
    "odt": Type("OpenDocument text", f"{_OPEN}.text", _ZIP),
    "ods": Type("OpenDocument spreadsheet", f"{_OPEN}.spreadsheet", _ZIP),
    "odp": Type("OpenDocument presentation", f"{_OPEN}.presentation", _ZIP),
    "zip": Type("ZIP archive", "application/zip", _ZIP),
    "doc": Type("Word 97 document", "application/msword", _OLE),
    "xls": Type("Excel 97 workbook", "application/vnd.ms-excel", _OLE),
    "ppt": Type("PowerPoint 97 presentation", "application/vnd.ms-powerpoint", _OLE),
    "mpp": Type("Project plan", "application/vnd.ms-project", _OLE),
    "msg": Type("Outlook message", "application/vnd.ms-outlook", _OLE),
    "rtf": Type("Rich text", "application/rtf", "rtf"),
    "mp4": Type("MP4 film", "video/mp4", "mp4"),
    "txt": Type("Text", TEXT, "text"),
    "md": Type("Markdown", "text/markdown", "text"),
    "csv": Type("CSV", "text/csv", "text"),
    "log": Type("Log", TEXT, "text"),
    "json": Type("JSON", "application/json", "text"),
    "xml": Type("XML", "application/xml", "text"),
    "eml": Type("E-mail", "message/rfc822", "text"),
    "ics": Type("Calendar", "text/calendar", "text"),
    "svg": Type("SVG drawing", "image/svg+xml", "text"),
    "html": Type("Web page", "text/html", "text"),
}
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

_SIGNATURES: Final[tuple[tuple[str, str, Callable[[bytes], bool]], ...]] = (
    ("pdf", "PDF", lambda head: head.startswith(b"%PDF-")),
    ("png", "PNG image", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("jpeg", "JPEG image", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("gif", "GIF image", lambda head: head[:6] in (b"GIF87a", b"GIF89a")),
    ("webp", "WebP image", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("tiff", "TIFF image", lambda head: head[:4] in (b"II*\x00", b"MM\x00*")),
    (_ZIP, "ZIP archive", lambda head: head[:4] in (b"PK\x03\x04", b"PK\x05\x06")),
    (_OLE, "Office 97 file", lambda head: head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    ("rtf", "Rich text", lambda head: head.startswith(b"{\\rtf")),
    ("mp4", "MP4 film", lambda head: head[4:8] == b"ftyp"),
    ("program", "program", lambda head: head[:2] == b"MZ" or head[:4] in (b"\x7fELF", b"\xca\xfe\xba\xbe")),
    ("gzip", "gzip archive", lambda head: head.startswith(b"\x1f\x8b")),
    ("rar", "RAR archive", lambda head: head.startswith(b"Rar!\x1a\x07")),
    ("7z", "7-Zip archive", lambda head: head.startswith(b"7z\xbc\xaf\x27\x1c")),
)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Judged:
    """What a file turned out to be, or why it is refused: a code, and what it says beside the name."""

    media_type: str = ""
    trouble: Trouble | None = None

    @property
    def refused(self) -> bool:
        return self.trouble is not None


def judge(extension: str, file: BinaryIO) -> Judged:
    """The media type of a seekable file with that extension, or the reason to refuse it."""
    known = TYPES.get(extension)
    if known is None:
        return Judged(trouble=Trouble("unknown", extension))
    file.seek(0)
    head = file.read(HEAD)
    family, called = family_of(head)
    if family != known.family and not (known.family == "text" and family == ""):
        return Judged(trouble=Trouble("lies", called or "", known.name))
    trouble = _deeper(known, file)
    return Judged(trouble=trouble) if trouble else Judged(known.media_type)


def family_of(head: bytes) -> tuple[str, str]:
    """The family that the first bytes show and its name; two blanks when they show none."""
    return next(((family, name) for family, name, fits in _SIGNATURES if fits(head)), ("", ""))


def _deeper(known: Type, file: BinaryIO) -> Trouble | None:
    if known.family == "text":
        return None if _is_text(file) else Trouble("binary", "", known.name)
    if known.family == _ZIP:
        trouble = archive_trouble(file, whole=known.media_type != "application/zip")
        if trouble or known.media_type == "application/zip":
            return trouble
        return None if office_part(file) == known.media_type else Trouble("lies", "ZIP archive", known.name)
    return None


def _is_text(file: BinaryIO) -> bool:
    """Whether no byte is one that texts do not hold; UTF-16 says what it is by its mark."""
    file.seek(0)
    if file.read(2) in _MARKS:
        return True
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if _BINARY.search(chunk):
            return False
    return True
