"""The tables of the file, as texts by column, and typed access to a row of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from portfolio.schedule.rules.plan import UnreadableError

HOUR: Final = 3600
NEEDED: Final = ("PROJECT", "CALENDAR", "PROJWBS", "TASK")


@dataclass(frozen=True)
class Row:
    """One line of a table; `place` names table and line of the file for errors."""

    values: dict[str, str]
    place: str

    def text(self, *names: str) -> str:
        """The first of the columns that holds something."""
        return next((told for name in names if (told := self.values.get(name, "").strip())), "")

    def flag(self, name: str) -> bool:
        return self.text(name) == "Y"

    def number(self, name: str) -> Decimal | None:
        told = self.text(name)
        if not told:
            return None
        try:
            value = Decimal(told.replace(",", "."))
        except InvalidOperation:
            raise self.unreadable(name, told) from None
        if not value.is_finite():
            raise self.unreadable(name, told)
        return value

    def total(self, *names: str) -> Decimal | None:
        """The sum of the columns that hold a number; None when none does."""
        told = [value for name in names if (value := self.number(name)) is not None]
        return sum(told, Decimal(0)) if told else None

    def seconds(self, name: str) -> int | None:
        """A number of hours in seconds."""
        told = self.number(name)
        return None if told is None else round(told * HOUR)

    def moment(self, *names: str) -> datetime | None:
        for name in names:
            told = self.text(name)
            if told:
                try:
                    return datetime.fromisoformat(told).replace(tzinfo=None)
                except ValueError:
                    raise self.unreadable(name, told) from None
        return None

    def unreadable(self, name: str, told: str) -> UnreadableError:
        return UnreadableError(f"{name}: {told[:60]}", self.place)


class Tables:
    """All tables of a file by name; one that the file lacks is empty."""

    def __init__(self, data: bytes) -> None:
        """UnreadableError for what is no such file, or when a table is missing that every plan needs."""
        text = _decoded(data)
        if not text.startswith("ERMHDR"):
            raise UnreadableError("header", text[:20])
        self.rows: dict[str, list[Row]] = {}
        for name, row in _lines(text):
            self.rows.setdefault(name, [])
            if row is not None:
                self.rows[name].append(row)
        missing = [name for name in NEEDED if name not in self.rows]
        if missing:
            raise UnreadableError("tables", ", ".join(missing))

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows.get(name, [])


def _decoded(data: bytes) -> str:
    """P6 writes the code page of its machine, nearly always 1252; newer ones write UTF-8."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[str, Row | None]]:
    name, columns = "", list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        mark, *cells = line.rstrip("\r").split("\t")
        if mark == "%T" and cells:
            name, columns = cells[0].strip(), []
            yield name, None
        elif mark == "%F":
            columns = [cell.strip() for cell in cells]
        elif mark == "%R" and name:
            if not columns:
                raise UnreadableError("columns", f"{name} {number}")
            yield name, Row(dict(zip(columns, cells, strict=False)), f"{name} {number}")
        elif mark == "%E":
            return
