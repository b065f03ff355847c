"""Which column is which: headers by alias, in any order, upright or transposed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pmo.exchange.rules.grid import Grid, Record
from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.sentence import excerpt
from pmo.exchange.rules.sentence import sentence as _

_SEARCHED_ROWS = 20
_SEARCHED_COLUMNS = 4
_SAMPLED_ROWS = 200
_SHOWN_SAMPLES = 3
REPEATED = " #"
NAMELESS = "column"
_BRACKETS = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^\w%/£$€]+|_")


@dataclass(frozen=True)
class Column:
    """A column that a profile reads: its name, the headers it goes by, and patterns for headers that name a year."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


@dataclass(frozen=True)
class HeaderReport:
    """What was made of the headers: where each column stands, and which headers were repeated or not known."""

    positions: dict[str, tuple[int, ...]]
    texts: tuple[str, ...]
    duplicates: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """One row of the source: its line (or column, when transposed) and its cells by column name."""

    line: int
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)
    surplus: int = 0

    def get(self, name: str) -> str:
        """The first filled cell of a column, stripped; empty when there is none."""
        return next((cell.strip() for cell in self.cells.get(name, ()) if cell.strip()), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every cell of a column that occurs more than once, in the order of the file."""
        return tuple(cell.strip() for cell in self.cells.get(name, ()))


@dataclass(frozen=True)
class Table:
    """A grid with its columns recognised."""

    headers: HeaderReport
    rows: tuple[SourceRow, ...]
    transposed: bool = False


def normalised(header: str) -> str:
    """A header without case, punctuation and bracketed explanation, so that its wording alone counts."""
    text = unicodedata.normalize("NFKC", header).casefold()
    bare = _BRACKETS.sub(" ", text)
    return " ".join(_NOT_WORD.sub(" ", bare if bare.strip() else text).split())


@dataclass(frozen=True)
class Headers:
    """The headers of a file where they were found: their words, keys that name each once, and values below them."""

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    known: int
    records: tuple[Record, ...]
    transposed: bool = False

    @staticmethod
    def column_of(key: str, columns: Sequence[Column], mapping: Mapping[str, str]) -> str | None:
        """The column of a header: as mapped ("" leaves it out), else by alias, else by pattern."""
        return mapping[key] if key in mapping else _column_of(key.partition(REPEATED)[0], columns)


def find_headers(grid: Grid, columns: Sequence[Column]) -> Headers:
    """The headers, in a row or down a column; the first record that has several cells when none is known."""
    upright = _best_header(grid.records[:_SEARCHED_ROWS], columns)
    turned = _turned(grid)
    sideways = _best_header(turned[:_SEARCHED_COLUMNS], columns)
    transposed = sideways.score > upright.score
    found = sideways if transposed else upright
    if found.score == 0:
        found = _first_row(grid.records[:_SEARCHED_ROWS])
    records = (turned if transposed else grid.records)[found.index + 1 :]
    texts = _padded(found, grid.width)
    return Headers(texts, keys_of(texts), _samples(records, len(texts)), found.score, records, transposed)


def keys_of(texts: Sequence[str]) -> tuple[str, ...]:
    """A name for each header that no other bears: its wording, counted when it is repeated, its place when blank."""
    seen: Counter[str] = Counter()
    keys = []
    for place, text in enumerate(texts, start=1):
        bare = normalised(text) or f"{NAMELESS} {place}"
        seen[bare] += 1
        keys.append(bare if seen[bare] == 1 else f"{bare}{REPEATED}{seen[bare]}")
    return tuple(keys)


def header_key(written: str) -> str:
    """The key of a header as people or programs write it; a key stays as it is."""
    bare, mark, number = written.rpartition(REPEATED)
    return f"{normalised(bare)}{REPEATED}{number}" if mark and number.isdigit() else normalised(written)


def _samples(records: Sequence[Record], width: int) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[] for _place in range(width)]
    for record in records[:_SAMPLED_ROWS]:
        for place, cell in enumerate(record.cells[:width]):
            text = excerpt(cell)
            if text and len(found[place]) < _SHOWN_SAMPLES and text not in found[place]:
                found[place].append(text)
    return tuple(tuple(each) for each in found)


def _first_row(records: Sequence[Record]) -> _Candidate:
    index = next((place for place, record in enumerate(records) if _filled(record) > 1), 0)
    return _Candidate(index, records[index].cells, 0, records[index].width)


def _filled(record: Record) -> int:
    return sum(1 for cell in record.cells if cell.strip())


def arrange(grid: Grid, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Table:
    """Cut the grid into rows of named cells. Raises Unreadable when no header is known and none is mapped."""
    headers = find_headers(grid, columns)
    if headers.known == 0 and not any((mapping or {}).values()):
        _refuse_headers(grid, columns)
    report = recognise(headers.texts, columns, mapping)
    rows = tuple(row for record in headers.records if (row := _source_row(record, report)).cells)
    return Table(report, rows, headers.transposed)


def recognise(
    headers: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str] | None = None
) -> HeaderReport:
    """Assign each header to a column: as mapped, else by its exact alias, else by pattern."""
    positions: dict[str, list[int]] = {}
    duplicates: list[str] = []
    unknown: list[str] = []
    for index, (key, text) in enumerate(zip(keys_of(headers), headers, strict=True)):
        name = Headers.column_of(key, columns, mapping or {})
        if not name:
            unknown.append(excerpt(text) or str(_("column %(place)s, without a header", place=index + 1)))
            continue
        duplicates += [excerpt(text)] if name in positions else []
        positions.setdefault(name, []).append(index)
    missing = tuple(column.name for column in columns if column.required and column.name not in positions)
    return HeaderReport(
        {name: tuple(places) for name, places in positions.items()},
        tuple(headers),
        tuple(duplicates),
        tuple(unknown),
        missing,
    )


@dataclass(frozen=True)
class _Candidate:
    index: int
    cells: tuple[str, ...]
    score: int
    width: int = 0


def _padded(found: _Candidate, filled: int) -> tuple[str, ...]:
    """The header with its blank cells as far as some row is filled: what stands below them has no header."""
    return found.cells + ("",) * (min(found.width, filled) - len(found.cells))


def _best_header(records: Iterable[Record], columns: Sequence[Column]) -> _Candidate:
    best = _Candidate(0, (), 0)
    for index, record in enumerate(records):
        names = {_column_of(normalised(cell), columns) for cell in record.cells if len(cell) < 400} - {None}
        if len(names) > best.score:
            best = _Candidate(index, record.cells, len(names), record.width)
    return best


def _column_of(key: str, columns: Sequence[Column]) -> str | None:
    if not key:
        return None
    return _aliases(tuple(columns)).get(key) or _by_pattern(key, columns)


@lru_cache(maxsize=64)
def _aliases(columns: tuple[Column, ...]) -> dict[str, str]:
    known = ((column, (column.name, column.label, *column.aliases)) for column in columns)
    return {normalised(alias): column.name for column, aliases in known for alias in aliases}


def _by_pattern(key: str, columns: Sequence[Column]) -> str | None:
    matching = (column.name for column in columns for pattern in column.patterns if re.search(pattern, key))
    return next(matching, None)


def _turned(grid: Grid) -> tuple[Record, ...]:
    width = grid.width
    padded = [record.cells + ("",) * (width - len(record.cells)) for record in grid.records]
    return tuple(Record(index + 1, cells) for index, cells in enumerate(zip(*padded, strict=True)))


def _source_row(record: Record, report: HeaderReport) -> SourceRow:
    cells = {
        name: tuple(record.cells[place] if place < len(record.cells) else "" for place in places)
        for name, places in report.positions.items()
    }
    filled = any(cell.strip() for values in cells.values() for cell in values)
    surplus = sum(1 for cell in record.cells[len(report.texts) :] if cell.strip())
    return SourceRow(record.line, cells if filled else {}, surplus)


def _refuse_headers(grid: Grid, columns: Sequence[Column]) -> None:
    seen = ", ".join(excerpt(cell) for cell in grid.records[0].cells[:8] if cell.strip())
    expected = ", ".join(column.label for column in columns if column.required)
    raise Unreadable(
        _("No known header was found; the file begins with: %(seen)s.", seen=seen),
        _(
            "Put a line of headers first with at least: %(expected)s. "
            "Columns are parted by comma, semicolon, tab or bar.",
            expected=expected,
        ),
    )
