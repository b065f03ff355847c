"""Files as people bring them, honest and not, made anew for each test."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
PROGRAM = b"MZ\x90\x00" + b"\x00" * 200
PLACE = "Exif secret: 52.5200 N"


def upload(name: str, body: bytes) -> SimpleUploadedFile:
    """What a form hands over; the claimed type is never believed."""
    return SimpleUploadedFile(name, body, content_type="application/pdf")


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **options: object) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", size, "teal").save(body, kind, **options)  # type: ignore[arg-type]
    return body.getvalue()


def photograph() -> bytes:
    """A JPEG lying on its side, with words and a place in its EXIF data."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE
    return picture("JPEG", (600, 200), exif=exif)


def huge_png() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 64)) + chunk(b"IEND", b"")
    )


def container(parts: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


def office(part: str = "word/document.xml", **more: bytes) -> bytes:
    """The least that a Word, Excel or PowerPoint file is."""
    return container({"[Content_Types].xml": b"<Types/>", part: b"<document/>", **more})


def open_document() -> bytes:
    return container({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def bomb() -> bytes:
    """A document of 200 kB that unpacks to 200 MB."""
    return office(**{"word/media.xml": b"\x00" * (200 * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A document whose largest part says in the directory that it is a thousandth of what it is."""
    size = 30 * 1024 * 1024
    body = bytearray(office(**{"word/big.xml": b"\x00" * size}))
    true, told = struct.pack("<I", size), struct.pack("<I", size // 1000)
    return bytes(body.replace(true, told))
