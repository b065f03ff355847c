"""Opens a workbook's archive only as far as it is harmless: bounded in parts, size and packing, and without DTDs."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pmo.exchange.rules.limits import LIMITS, Limits, Unreadable
from pmo.exchange.rules.sentence import sentence as _

_CHUNK = 256 * 1024
_READ = (".xml", ".rels")
_SMALL = 4096
Element = Callable[[str, dict[str, str]], None]


@dataclass
class Parts:
    """The XML parts of an archive, unpacked within the limits, and how much may still be unpacked."""

    archive: zipfile.ZipFile
    limits: Limits
    left: int
    kept: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str, element: Element | None = None) -> bytes:
        """A part by name, well-formed and without a DTD; `element` is told of every start tag. Raises Unreadable."""
        if name not in self.kept:
            info = self._info(name)
            data = self._unpacked(info)
            self.kept[name] = data
        scan(self.kept[name], self.limits, element)
        return self.kept[name]

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            return self.archive.getinfo(name)
        except KeyError:
            raise damaged() from None

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise Unreadable(
                _("The workbook is protected by a password."), _("Save it without a password and upload it again.")
            )
        taken = bytearray()
        for chunk in _chunks(self.archive, info):
            taken += chunk
            self.left -= len(chunk)
            if self.left < 0 or len(taken) > self.limits.part_bytes:
                raise too_large(self.limits)
        return bytes(taken)

    def names(self) -> list[str]:
        return [info.filename for info in self.archive.infolist() if info.filename.endswith(_READ)]

    def packed(self) -> io.BytesIO:
        """The parts that were read as an archive of their own: nothing else of the upload reaches the reader."""
        clean = io.BytesIO()
        with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.kept.items():
                archive.writestr(name, data)
        clean.seek(0)
        return clean


def open_parts(data: bytes, limits: Limits = LIMITS) -> Parts:
    """The parts of an archive whose directory promises no more than is read. Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise damaged() from None
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise too_large(limits)
    for info in infos:
        _check_entry(info, limits)
    if sum(info.file_size for info in infos if info.filename.endswith(_READ)) > limits.unpacked_bytes:
        raise too_large(limits)
    return Parts(archive, limits, limits.unpacked_bytes)


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    if posixpath.isabs(info.filename) or ".." in info.filename.split("/"):
        raise damaged()
    if info.file_size > limits.part_bytes and info.filename.endswith(_READ):
        raise too_large(limits)
    if info.file_size > _SMALL and info.file_size > info.compress_size * limits.packing_ratio:
        raise too_large(limits)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise damaged() from None


def scan(data: bytes, limits: Limits, element: Element | None = None) -> None:
    """Walk through XML without building anything. Raises Unreadable for DTDs, entities, depth and broken markup."""
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.xml_depth:
            raise too_large(limits)
        if element is not None:
            element(name.rpartition(":")[2], attributes)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise damaged() from None


def _refuse_dtd(*_args: object) -> None:
    raise Unreadable(
        _("The workbook declares entities or a document type, which no spreadsheet does; it was not read."),
        _("Open it in a spreadsheet, save it as a new workbook, and upload that."),
    )


def damaged() -> Unreadable:
    return Unreadable(
        _("The file is no Excel workbook (.xlsx), or it is damaged."),
        _("Open it in a spreadsheet, save it as “Excel workbook (.xlsx)”, and upload that."),
    )


def too_large(limits: Limits) -> Unreadable:
    return Unreadable(
        _("The workbook unpacks to more than is read at once (%(most)s MB).", most=limits.unpacked_bytes // 1024**2),
        _("Copy the rows to import into a new workbook without other sheets and pictures, and upload that."),
    )
