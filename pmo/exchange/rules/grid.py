"""From text to records: delimiter, quotes, blank edges and size."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pmo.exchange.rules.limits import LIMITS, Limits, Unreadable
from pmo.exchange.rules.sentence import sentence as _

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SNIFFED_CHARACTERS = 200_000
_MOST_DELIMITERS_A_LINE = 200_000

# The reader's own bound is global to the process and raises in the middle of a file; rows measure their cells instead.
csv.field_size_limit(LIMITS.file_bytes * 4)


@dataclass(frozen=True)
class Record:
    """One record of a file: the line on which it starts (1-based), its cells, and how many were written."""

    line: int
    cells: tuple[str, ...]
    width: int = 0


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
    if _widest_line(text, delimiter) > _MOST_DELIMITERS_A_LINE:
        raise _too_much(limits)
    grid = collect(_records(text, delimiter), delimiter, limits)
    _refuse_open_quote(text, delimiter)
    return grid


def collect(records: Iterable[Record], delimiter: str, limits: Limits) -> Grid:
    """The filled records without blank trailing cells; refused as soon as they hold too much. Raises Unreadable."""
    found: list[Record] = []
    cells = 0
    for record in records:
        filled = _last_filled(record.cells)
        cells += filled
        if len(found) >= limits.rows or filled > limits.columns or cells > limits.cells:
            raise _too_much(limits)
        if filled:
            found.append(Record(record.line, record.cells[:filled], record.width))
    if not found:
        raise Unreadable(_("The file holds no rows."), _("Upload a file with a line of headers and at least one row."))
    return Grid(tuple(found), delimiter)


def _too_much(limits: Limits) -> Unreadable:
    return Unreadable(
        _(
            "The file holds more than is read at once: at most %(rows)s rows, %(columns)s columns and %(cells)s cells.",
            rows=limits.rows,
            columns=limits.columns,
            cells=limits.cells,
        ),
        _("Split the file and import its parts one after the other."),
    )


def _widest_line(text: str, delimiter: str) -> int:
    """The most delimiters on one line; the reader would hold a list of them before anybody could count."""
    return max((line.count(delimiter) for line in io.StringIO(text)), default=0)


def sniff_delimiter(text: str) -> str:
    """The delimiter that parts the first records most evenly; a single column counts as comma."""
    sample = text[:_SNIFFED_CHARACTERS]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        score = _evenness([record.cells for record in _records(sample, delimiter)])
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


def _records(text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    for cells in reader:
        yield Record(start, tuple(cells), len(cells))
        start = reader.line_num + 1


def _refuse_open_quote(text: str, delimiter: str) -> None:
    """A quotation mark that never closes swallows all that follows it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for _cells in reader:
            start = reader.line_num + 1
    except csv.Error as error:
        if "end of data" not in str(error):
            return
        raise Unreadable(
            _("A quotation mark that opens in the row of line %(line)s is never closed.", line=start),
            _("Close it, or remove it, and upload the file again."),
        ) from None


def _last_filled(cells: Sequence[str]) -> int:
    return next((index for index in range(len(cells), 0, -1) if cells[index - 1].strip()), 0)
