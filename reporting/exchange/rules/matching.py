"""Which project each published row means: by identifier, by exact name, by a person's answer, or a new one.

A row that only resembles a project is never joined to it; the likely ones are offered to a person.
Projects are numbered: a positive number is the id of one that exists, a negative one is the line that will make it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pmo.exchange.rules.plans import SEPARATE, Choice
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from reporting.exchange.rules.naming import candidates, exact
from reporting.exchange.rules.project_years import ProjectYear

Snapshot = tuple[date, str, str]
"""The day, exact name and identifier of a row that was imported before."""


@dataclass
class Directory:
    """What is known of projects: identifiers, the exact names each was published under, and how to call them."""

    by_key: dict[str, int] = field(default_factory=dict)
    names: dict[int, set[str]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    snapshots: dict[Snapshot, int] = field(default_factory=dict)

    def named(self, name: str) -> list[int]:
        wanted = exact(name)
        return sorted(ref for ref, names in self.names.items() if wanted in names)

    def keyed(self) -> set[int]:
        return set(self.by_key.values())

    def learn(self, row: ProjectYear, ref: int) -> None:
        """Remember a row's identifier and name, so that later rows of the same file find them."""
        if row.key:
            self.by_key.setdefault(row.key, ref)
        self.names.setdefault(ref, set()).add(exact(row.name))
        self.labels.setdefault(ref, row.name)


@dataclass(frozen=True)
class Match:
    """The project of a row (negative: the row makes it), choices for a person, his answer, or why it is refused."""

    ref: int
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    clash: Sentence | None = None


def row_key(row: ProjectYear) -> str:
    """What a row is called across readings of its file, whatever its line."""
    return f"{row.year}:{row.key or exact(row.name)}"


def snapshot_of(row: ProjectYear) -> Snapshot:
    """What makes two readings of a row the same snapshot of the same project."""
    assert row.as_of is not None
    return row.as_of, exact(row.name), row.key


def match_rows(rows: Iterable[ProjectYear], directory: Directory, answers: Mapping[str, str]) -> dict[int, Match]:
    """The match of each row by its line; the latest year first, since late years carry identifiers."""
    found: dict[int, Match] = {}
    for year in sorted({row.year for row in rows}, reverse=True):
        _match_year([row for row in rows if row.year == year], directory, answers, found)
    return found


def _match_year(
    rows: Sequence[ProjectYear], directory: Directory, answers: Mapping[str, str], found: dict[int, Match]
) -> None:
    taken: dict[int, int] = {}
    certain = {row.line: ref for row in rows if (ref := _certain(row, directory)) is not None}
    for row in rows:
        if row.line in certain:
            found[row.line] = _take(row, Match(certain[row.line]), taken)
    for row in rows:
        if row.line not in certain:
            found[row.line] = _take(row, _uncertain(row, directory, answers, taken), taken)
    for row in rows:
        if found[row.line].clash is None:
            directory.learn(row, found[row.line].ref)


def _take(row: ProjectYear, match: Match, taken: dict[int, int]) -> Match:
    """One project has one row a year."""
    first = taken.setdefault(match.ref, row.line)
    if first == row.line:
        return match
    clash = _("The row of line %(line)s means the same project in the same year.", line=first)
    return Match(match.ref, match.choices, match.answer, clash)


def _certain(row: ProjectYear, directory: Directory) -> int | None:
    """By having been imported before, by identifier, or by an exact name that no other identifier claims."""
    before = directory.snapshots.get(snapshot_of(row)) if row.as_of else None
    if before is not None:
        return before
    if row.key and row.key in directory.by_key:
        return directory.by_key[row.key]
    same = directory.named(row.name)
    if row.key:
        same = [ref for ref in same if ref not in directory.keyed()]
    return same[0] if len(same) == 1 else None


def _uncertain(row: ProjectYear, directory: Directory, answers: Mapping[str, str], taken: Mapping[int, int]) -> Match:
    choices = _choices(row, directory, taken)
    given = answers.get(row_key(row), "")
    if given == SEPARATE:
        return Match(-row.line, choices, given)
    if given in {choice.key for choice in choices}:
        return Match(_ref_of(given), choices, given)
    return Match(-row.line, choices)


def _choices(row: ProjectYear, directory: Directory, taken: Mapping[int, int]) -> tuple[Choice, ...]:
    free = {ref: sorted(names) for ref, names in directory.names.items() if ref not in taken}
    same = [ref for ref in directory.named(row.name) if ref in free]
    offered = [_choice(ref, directory, 1.0, _same_name(row, ref, directory)) for ref in same]
    others = {ref: names for ref, names in free.items() if ref not in same}
    for near in candidates(row.name, others):
        reason = _("published as “%(name)s”", name=near.name)
        offered.append(_choice(near.id, directory, near.likeness, reason))
    return tuple(offered)


def _choice(ref: int, directory: Directory, likeness: float, reason: Sentence) -> Choice:
    return Choice(str(ref) if ref > 0 else f"line:{-ref}", directory.labels.get(ref, ""), likeness, reason)


def _same_name(row: ProjectYear, ref: int, directory: Directory) -> Sentence:
    keys = sorted(key for key, holder in directory.by_key.items() if holder == ref)
    if row.key and keys:
        return _("the same name under the identifier %(keys)s", keys=", ".join(keys))
    return _("the same name")


def _ref_of(answer: str) -> int:
    return -int(answer.removeprefix("line:")) if answer.startswith("line:") else int(answer)
