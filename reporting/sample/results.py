"""The table of a measurement: what was found beside what is wanted, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from reporting.sample.asking import Timed
from reporting.sample.chores import Done
from reporting.sample.measuring import Measured

HEAD = (
    f"{'':<32}{'p50':>8}{'p95':>8}{'p50 of 8':>10}{'p95 of 8':>10}{'SQL':>5}{'KB':>7}{'sent':>7}{'CPU':>7}{'MB':>6}"
    "   wanted"
)


@dataclass
class Row:
    """One line; times in milliseconds, sizes in kilobytes, memory in megabytes, None where it was not measured.

    `how` says whether the answers came over HTTP from the web server or from this process.
    """

    name: str
    how: str
    p50: float | None = None
    p95: float | None = None
    p50_of_8: float | None = None
    p95_of_8: float | None = None
    statements: int | None = None
    kilobytes: float | None = None
    sent_kilobytes: float | None = None
    cpu: float | None = None
    megabytes: float | None = None
    wanted_ms: float | None = None
    wanted_statements: int | None = None
    wanted_kilobytes: int | None = None
    wanted_megabytes: int | None = None
    note: str = ""

    @property
    def misses(self) -> list[str]:
        pairs = (
            (self.p50, self.wanted_ms),
            (self.statements, self.wanted_statements),
            (self.kilobytes, self.wanted_kilobytes),
            (self.megabytes, self.wanted_megabytes),
        )
        return [f"{found:.0f} > {limit:.0f}" for found, limit in pairs if found and limit and found > limit]

    @property
    def wishes(self) -> str:
        pairs = (
            (self.wanted_ms, "ms"),
            (self.wanted_statements, "SQL"),
            (self.wanted_kilobytes, "KB"),
            (self.wanted_megabytes, "MB"),
        )
        return ", ".join(f"{limit:.0f} {unit}" for limit, unit in pairs if limit)

    def line(self) -> str:
        cells = (
            (self.p50, 8), (self.p95, 8), (self.p50_of_8, 10), (self.p95_of_8, 10), (self.statements, 5),
            (self.kilobytes, 7), (self.sent_kilobytes, 7), (self.cpu, 7), (self.megabytes, 6),
        )  # fmt: skip
        figures = "".join(f"{'' if each is None else f'{each:.0f}':>{width}}" for each, width in cells)
        mark = "" if not self.wishes else "no: " + ", ".join(self.misses) if self.misses else "yes"
        said = "   ".join(part for part in (f"≤ {self.wishes}" if self.wishes else "", mark, self.note) if part)
        return f"{self.name:<32}{figures}   {said}"

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "misses": self.misses}


def of_page(counted: Measured, alone: Timed, together: Timed, cpu: float) -> Row:
    """A page over HTTP, with the statements counted in this process."""
    wanted = counted.wanted
    return Row(
        wanted.name, "http", alone.at(0.5), alone.at(0.95), together.at(0.5), together.at(0.95),
        counted.statements, alone.size / 1024, alone.sent / 1024, cpu,
        wanted_ms=wanted.milliseconds, wanted_statements=wanted.statements, wanted_kilobytes=wanted.kilobytes,
    )  # fmt: skip


def of_call(counted: Measured) -> Row:
    """A call that writes, rolled back in this process."""
    wanted = counted.wanted
    return Row(
        wanted.name, "process", counted.milliseconds, statements=counted.statements, kilobytes=counted.kilobytes,
        wanted_ms=wanted.milliseconds, wanted_statements=wanted.statements, wanted_kilobytes=wanted.kilobytes,
    )  # fmt: skip


def of_chore(done: Done) -> Row:
    limit = None if done.chore.seconds is None else done.chore.seconds * 1000
    return Row(
        done.chore.name, "process", done.seconds * 1000, cpu=done.cpu_seconds * 1000, megabytes=done.peak_megabytes,
        wanted_ms=limit, note=done.made,
    )  # fmt: skip


def table(rows: Iterable[Row]) -> str:
    return "\n".join([HEAD, *(row.line() for row in rows)])
