"""Looks into ZIP containers with caps on entries, size and ratio, so that no bomb is kept or handed on."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

MOST_ENTRIES: Final = 10_000
MOST_BYTES: Final = 512 * 1024 * 1024
HIGHEST_RATIO: Final = 200
# Below this, a high ratio is plain repetition, not a bomb.
SMALL: Final = 10 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_ENCRYPTED: Final = 0x1
_MACROS: Final = "vbaproject.bin"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_PARTS: Final = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
    "visio/document.xml": "application/vnd.ms-visio.drawing",
}


@dataclass(frozen=True)
class Trouble:
    """Why a file is refused, as a code that words are found for, what it is and what it claims to be."""

    code: str
    found: str = ""
    claimed: str = ""


def archive_trouble(file: BinaryIO, *, whole: bool) -> Trouble | None:
    """What is wrong with a ZIP container; `whole` unpacks it too (to nowhere), to see that its sizes do not lie."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            return _declared_trouble(entries) or (_unpacking_trouble(archive, entries) if whole else None)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        return Trouble("damaged")


def _declared_trouble(entries: list[zipfile.ZipInfo]) -> Trouble | None:
    if len(entries) > MOST_ENTRIES:
        return Trouble("bomb")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MOST_BYTES or (unpacked > SMALL and unpacked / packed > HIGHEST_RATIO):
        return Trouble("bomb")
    return None


def _unpacking_trouble(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Trouble | None:
    """An entry is read no further than its declared size, so the caps above bound this; a lie shows as damage."""
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            return Trouble("locked")
        if entry.filename.lower().endswith(_MACROS):
            return Trouble("macros")
        with archive.open(entry) as part:
            while part.read(_CHUNK):
                pass
    return None


def office_part(file: BinaryIO) -> str:
    """The media type that the parts of an office container show; empty when it is none."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            return next((media_type for part, media_type in _PARTS.items() if part in names), "")
        if "mimetype" in names:
            with archive.open("mimetype") as part:
                return part.read(100).decode("ascii", "replace").strip()
    return ""
