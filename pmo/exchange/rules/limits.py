"""How much one import may hold."""

from __future__ import annotations

from dataclasses import dataclass

from pmo.exchange.rules.sentence import Sentence


@dataclass(frozen=True)
class Limits:
    """Bounds of one file; rows and columns count what the file holds, whichever way round it is laid out."""

    file_bytes: int = 25 * 1024 * 1024
    rows: int = 50_000
    columns: int = 2_000
    cells: int = 2_000_000
    cell_characters: int = 100_000
    entries: int = 2_000
    unpacked_bytes: int = 100 * 1024 * 1024
    part_bytes: int = 60 * 1024 * 1024
    packing_ratio: int = 200
    sheets: int = 40
    sheet_rows: int = 60_000
    xml_depth: int = 64


LIMITS = Limits()


class Unreadable(Exception):
    """The file as a whole cannot be read; says why and how to mend it."""

    def __init__(self, reason: Sentence, remedy: Sentence) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.remedy = remedy


class BadCell(Exception):
    """One cell cannot be read; says why and how to mend it. An `unsafe` one is not even kept as words."""

    def __init__(self, reason: Sentence, remedy: Sentence, *, unsafe: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.remedy = remedy
        self.unsafe = unsafe
