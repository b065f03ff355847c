"""From text to records: delimiter, quotes, blank edges and size."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmo.exchange.rules.limits import LIMITS, Limits, Unreadable
from pmo.exchange.rules.sentence import sentence as _

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SNIFFED_CHARACTERS = 200_000

# The reader's own bound is global to the process and raises in the middle of a file; rows measure their cells instead.
csv.field_size_limit(LIMITS.file_bytes * 4)


@dataclass(frozen=True)
class Record:
    """One record of a file and the line on which it starts (1-based)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """The records of a file without blank edges, and the delimiter they were parted by ("" for a workbook)."""

    records: tuple[Record, ...]
    delimiter: str = ""

    @property
    def width(self) -> int:
        return max((len(record.cells) for record in self.records), default=0)


def read_grid(text: str, limits: Limits = LIMITS) -> Grid:
    """The records of delimited text. Raises Unreadable."""
    delimiter = sniff_delimiter(text)
    return bounded(Grid(tuple(_filled(_records(text, delimiter))), delimiter), limits)


def bounded(grid: Grid, limits: Limits) -> Grid:
    """The grid without blank trailing cells, refused when it holds too much."""
    width = max((_last_filled(record.cells) for record in grid.records), default=0)
    if not grid.records:
        raise Unreadable(_("The file holds no rows."), _("Upload a file with a line of headers and at least one row."))
    if len(grid.records) > limits.rows or width > limits.columns or len(grid.records) * width > limits.cells:
        raise Unreadable(
            _(
                "The file holds %(rows)s rows and %(columns)s columns; "
                "at most %(most_rows)s and %(most_columns)s are read.",
                rows=len(grid.records),
                columns=width,
                most_rows=limits.rows,
                most_columns=limits.columns,
            ),
            _("Split the file and import its parts one after the other."),
        )
    return Grid(tuple(Record(record.line, record.cells[:width]) for record in grid.records), grid.delimiter)


def sniff_delimiter(text: str) -> str:
    """The delimiter that parts the first records most evenly; a single column counts as comma."""
    sample = text[:_SNIFFED_CHARACTERS]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        score = _evenness([record.cells for record in _records(sample, delimiter, whole=False)])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    """The share of rows that have the commonest width, weighted so that more columns win among equals."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    widths.pop(1, None)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count / len(rows) + width / 10_000


def _records(text: str, delimiter: str, *, whole: bool = True) -> Iterator[Record]:
    """Records of the text; `whole` demands that the last quote is closed."""
    strict = whole and _is_strict(text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    start = 1
    for cells in reader:
        yield Record(start, tuple(cells))
        start = reader.line_num + 1


def _is_strict(text: str, delimiter: str) -> bool:
    """Whether every quote is well formed. An open one at the end is refused, because it swallows all that follows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for _cells in reader:
            start = reader.line_num + 1
    except csv.Error as error:
        if "end of data" not in str(error):
            return False
        raise Unreadable(
            _("A quotation mark that opens in the row of line %(line)s is never closed.", line=start),
            _("Close it, or remove it, and upload the file again."),
        ) from None
    return True


def _filled(records: Iterator[Record]) -> Iterator[Record]:
    return (record for record in records if any(cell.strip() for cell in record.cells))


def _last_filled(cells: Sequence[str]) -> int:
    return next((index for index in range(len(cells), 0, -1) if cells[index - 1].strip()), 0)
