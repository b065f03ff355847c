"""Rows that people edit in a workbook and upload again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_ROWS: Final = 5_000
"""More rows than this are for an export, not for editing by hand."""
SPARE_ROWS: Final = 500
"""Rows below the data for which the lists of choices hold too."""


@dataclass(frozen=True)
class SheetColumn:
    """A column: its header, how wide it is, the words that may be chosen, and whether it is to be left alone."""

    label: str
    width: int = 18
    choices: Sequence[str] = ()
    locked: bool = False


@dataclass(frozen=True)
class Sheet:
    """The rows of one list, the name of their sheet, and lines that explain the workbook."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    about_title: str
    about: Sequence[str]
