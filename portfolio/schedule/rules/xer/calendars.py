"""Working calendars of the file: nested parentheses with weekdays, hours and days that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pmo.calendars.rules.week import DAY, Deviation, Hours, Week, five_days, joined
from portfolio.schedule.rules.plan import PlanCalendar, UnreadableError
from portfolio.schedule.rules.xer.tables import Row

SERIAL_ZERO: Final = date(1899, 12, 30)
"""Days that differ are counted from here, as spreadsheets do."""
MOST_NESTED: Final = 12
_TOKEN: Final = re.compile(r"\(|\)|[^()]+")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?:\s*([AaPp])[Mm])?")


@dataclass
class _Part:
    """`(0||name(arguments)(parts))`: a name, what stands in the first parentheses, and the parts in the second."""

    name: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    parts: list[_Part] = field(default_factory=list)

    def child(self, name: str) -> _Part | None:
        return next((part for part in self.parts if part.name.lower() == name.lower()), None)


def read_calendars(rows: list[Row]) -> tuple[PlanCalendar, ...]:
    """All calendars with the days that differ in those they are based on."""
    own = {row.text("clndr_id"): (row, *_told(row)) for row in rows}
    return tuple(_whole(uid, own) for uid in own)


def _whole(uid: str, own: Mapping[str, tuple[Row, tuple[Hours, ...], list[Deviation]]]) -> PlanCalendar:
    row, days, deviations = own[uid]
    base, line = row.text("base_clndr_id"), [uid]
    inherited: list[Deviation] = []
    while base in own and base not in line:
        line.append(base)
        inherited = [*own[base][2], *inherited]
        base = own[base][0].text("base_clndr_id")
    week = Week(days, (*inherited, *deviations))  # type: ignore[arg-type]
    return PlanCalendar(uid, row.text("clndr_name"), week, row.text("base_clndr_id"), len(deviations))


def _told(row: Row) -> tuple[tuple[Hours, ...], list[Deviation]]:
    text = row.text("clndr_data")
    root = parsed(text, row.place) if text else _Part()
    week = root.child("DaysOfWeek")
    days = five_days().days if week is None else tuple(_weekdays(week, row))
    exceptions = root.child("Exceptions")
    return days, [] if exceptions is None else list(_deviations(exceptions, row))


def _weekdays(week: _Part, row: Row) -> Iterator[Hours]:
    """Hours from Monday to Sunday; the file counts from Sunday, which is 1."""
    for day in range(7):
        part = week.child(str((day + 1) % 7 + 1))
        yield () if part is None else _hours(part, row)


def _deviations(exceptions: _Part, row: Row) -> Iterator[Deviation]:
    for part in exceptions.parts:
        serial = part.arguments.get("d", "")
        if not serial.isdigit() or int(serial) > 200_000:
            raise row.unreadable("clndr_data", f"d|{serial}")
        day = SERIAL_ZERO + timedelta(days=int(serial))
        yield Deviation(day, day, _hours(part, row))


def _hours(day: _Part, row: Row) -> Hours:
    told = (part.arguments for part in day.parts if part.arguments.keys() >= {"s", "f"})
    return joined((_seconds(span["s"], row), _seconds(span["f"], row) or DAY) for span in told)


def _seconds(clock: str, row: Row) -> int:
    found = _CLOCK.search(clock)
    if found is None or int(found[1]) > 24 or int(found[2]) > 59:
        raise row.unreadable("clndr_data", clock)
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return (hour * 3600 + int(found[2]) * 60) % DAY


def parsed(text: str, place: str) -> _Part:
    """The outermost part of a calendar's data; UnreadableError when parentheses do not match."""
    tokens = [token for raw in _TOKEN.findall(text) if (token := raw.strip("\x7f \t\r\n"))]
    return _part(tokens, 0, place, 0)[0]


def _part(tokens: list[str], at: int, place: str, depth: int) -> tuple[_Part, int]:
    if depth > MOST_NESTED or not _is(tokens, at, "("):
        raise UnreadableError("clndr_data", place)
    part, at = _Part(), at + 1
    if at < len(tokens) and tokens[at] not in "()":
        part.name, at = tokens[at].rpartition("||")[2].strip(), at + 1
    if _is(tokens, at, "("):
        at += 1
        if at < len(tokens) and tokens[at] not in "()":
            pieces = tokens[at].split("|")
            part.arguments = dict(zip(pieces[0::2], pieces[1::2], strict=False))
            at += 1
        at = _closed(tokens, at, place)
    if _is(tokens, at, "("):
        at += 1
        while _is(tokens, at, "("):
            inner, at = _part(tokens, at, place, depth + 1)
            part.parts.append(inner)
        at = _closed(tokens, at, place)
    return part, _closed(tokens, at, place)


def _is(tokens: list[str], at: int, token: str) -> bool:
    return at < len(tokens) and tokens[at] == token


def _closed(tokens: list[str], at: int, place: str) -> int:
    if not _is(tokens, at, ")"):
        raise UnreadableError("clndr_data", place)
    return at + 1
