"""How a project goes month by month: slip, overrun and judgements along a story, repeatable by its seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pmo.kernel import rag

DAYS_PER_MONTH = 30.4375
SLIP_STEP = 7
SLIP_AMBER, SLIP_RED = 15, 60
COST_AMBER, COST_RED = Decimal(5), Decimal(10)

Track = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Episode:
    """A dimension stands at `value` from `first` to `last` months ago (larger is earlier)."""

    dimension: str
    first: float
    last: float
    value: str = rag.AMBER


@dataclass(frozen=True)
class Story:
    """Control points (months ago, value) of the slip in days and the overrun in percent, and what else happened."""

    slip: Track = ((24, 0), (0, 0))
    overrun: Track = ((24, -1), (0, -2))
    episodes: tuple[Episode, ...] = ()
    frozen_since: float = 0
    declared_green: bool = False
    ends_as: str = ""
    end_months: float = 0
    reports_at_most: int = 0
    state: str = "active"


STORIES = {
    "steady": Story(overrun=((24, 0), (12, 1), (0, -1)), episodes=(Episode("resources", 15, 13),)),
    "drift": Story(
        slip=((24, 0), (10, 0), (6, 21), (0, 63)),
        overrun=((24, 0), (8, 1), (0, 6)),
        episodes=(Episode("resources", 8, 0), Episode("risk", 4, 0)),
    ),
    "slip": Story(
        slip=((24, 0), (5.2, 7), (5, 35), (0, 49)),
        overrun=((24, 0), (5, 2), (0, 4)),
        episodes=(Episode("risk", 9, 5), Episode("stakeholders", 5, 0), Episode("benefits", 3, 0)),
    ),
    "red": Story(
        slip=((24, 0), (14, 14), (9, 63), (0, 133)),
        overrun=((24, 1), (10, 6), (0, 14)),
        episodes=(Episode("risk", 11, 0, rag.RED), Episode("resources", 9, 0), Episode("scope", 5, 2)),
    ),
    "recovery": Story(
        slip=((24, 0), (17, 21), (13, 70), (9, 56), (5, 14), (0, 7)),
        overrun=((24, 0), (12, 8), (5, 3), (0, 1)),
        episodes=(Episode("risk", 16, 8), Episode("quality", 12, 7)),
    ),
    "overspend": Story(
        slip=((24, 0), (6, 7), (0, 14)),
        overrun=((24, -1), (11, 2), (6, 6), (0, 9)),
        episodes=(Episode("scope", 9, 0), Episode("benefits", 4, 0)),
    ),
    "supplier": Story(
        slip=((24, 0), (4, 0), (2.5, 21), (0, 28)),
        overrun=((24, 0), (0, 2)),
        episodes=(Episode("quality", 4, 0), Episode("risk", 3, 0)),
    ),
    "volatile": Story(
        slip=((24, 0), (14, 0), (13, 21), (11, 7), (7, 0), (6, 28), (4, 7), (1.5, 7), (0.7, 21), (0, 21)),
        overrun=((24, 2), (18, 6), (14, 1), (8, 7), (4, 2), (0, 4)),
        episodes=(Episode("resources", 20, 18), Episode("resources", 6, 4)),
    ),
    "frozen": Story(slip=((24, 0), (8, 7), (5.5, 21), (0, 21)), episodes=(Episode("resources", 7, 0),), frozen_since=5),
    "rosy": Story(slip=((24, 0), (6, 0), (0, 42)), overrun=((24, 0), (0, 8)), declared_green=True),
    "starting": Story(episodes=(Episode("stakeholders", 3, 1.5),)),
    "paused": Story(
        slip=((24, 0), (8, 14), (3, 35), (0, 35)),
        episodes=(Episode("resources", 7, 3), Episode("benefits", 5, 3)),
        ends_as=rag.GREY,
        end_months=3,
        state="on_hold",
    ),
    "finished": Story(
        slip=((24, 0), (16, 14), (0, 14)),
        overrun=((24, 0), (0, 1)),
        ends_as=rag.BLUE,
        end_months=2.5,
        state="closed",
    ),
    "cancelled": Story(
        slip=((24, 0), (7, 28), (0, 63)),
        overrun=((24, 0), (0, 11)),
        episodes=(Episode("benefits", 8, 0, rag.RED),),
        ends_as=rag.GREY,
        end_months=3,
        state="cancelled",
    ),
    "silent": Story(reports_at_most=-1),
}


@dataclass(frozen=True)
class Moment:
    """One report's numbers and judgements; `values` has all eight dimensions."""

    on: date
    slip_days: int
    overrun: Decimal
    overall: str
    values: dict[str, str] = field(default_factory=dict)
    frozen: bool = False

    @property
    def worst(self) -> tuple[str, ...]:
        """The dimensions that need words, the most severe first."""
        open_ = [name for name in rag.DIMENSIONS if rag.needs_comment(self.values[name])]
        return tuple(sorted(open_, key=lambda name: -rag.SEVERITY[self.values[name]]))


def months_between(earlier: date, later: date) -> float:
    """Months from one date to a later one, as a fraction."""
    return (later - earlier).days / DAYS_PER_MONTH


def along(track: Track, months_ago: float) -> float:
    """The value of a track between its control points; constant beyond both ends."""
    for (early, before), (late, after) in zip(track, track[1:], strict=False):
        if months_ago >= early:
            return before
        if months_ago >= late:
            return before + (after - before) * (early - months_ago) / (early - late)
    return track[-1][1]


def moments(story: Story, dates: Sequence[date], today: date, seed: str) -> list[Moment]:
    """The story told at the report dates, oldest first; the same seed tells it the same way."""
    chance = random.Random(seed)
    strength = chance.uniform(0.8, 1.2)
    told: list[Moment] = []
    for day in _reported(story, dates, today):
        ago = months_between(day, today)
        if story.frozen_since and ago < story.frozen_since and told:
            told.append(_again(told[-1], day))
        elif story.ends_as and ago <= story.end_months + 1:
            told.append(_ended(story, day, ago, strength))
        else:
            told.append(_moment(story, day, ago, strength, chance))
    return told


def _reported(story: Story, dates: Sequence[date], today: date) -> list[date]:
    """Nobody reports after the end, nor at all on a silent project."""
    if story.reports_at_most < 0:
        return []
    return [day for day in dates if not story.ends_as or months_between(day, today) >= story.end_months]


def _again(last: Moment, day: date) -> Moment:
    return Moment(day, last.slip_days, last.overrun, last.overall, last.values, frozen=True)


def _ended(story: Story, day: date, ago: float, strength: float) -> Moment:
    values = dict.fromkeys(rag.DIMENSIONS, story.ends_as)
    return Moment(day, _slip(story, ago, strength), _overrun(story, ago, strength), story.ends_as, values)


def _moment(story: Story, day: date, ago: float, strength: float, chance: random.Random) -> Moment:
    slip, overrun = _slip(story, ago, strength), _overrun(story, ago, strength)
    values = dict.fromkeys(rag.DIMENSIONS, rag.GREEN)
    for episode in story.episodes:
        if episode.last <= ago <= episode.first:
            values[episode.dimension] = episode.value
    if not story.declared_green:
        values["schedule"] = _graded(Decimal(slip), Decimal(SLIP_AMBER), Decimal(SLIP_RED))
        values["cost"] = _graded(overrun, COST_AMBER, COST_RED)
    if chance.random() < 0.03:
        values["stakeholders"] = rag.AMBER
    return Moment(day, slip, overrun, overall(values), values)


def _slip(story: Story, ago: float, strength: float) -> int:
    """Forecasts move in whole weeks."""
    return round(along(story.slip, ago) * strength / SLIP_STEP) * SLIP_STEP


def _overrun(story: Story, ago: float, strength: float) -> Decimal:
    return Decimal(round(along(story.overrun, ago) * strength, 1)).quantize(Decimal("0.1"))


def _graded(figure: Decimal, amber: Decimal, red: Decimal) -> str:
    return rag.RED if figure >= red else rag.AMBER if figure >= amber else rag.GREEN


def overall(values: dict[str, str]) -> str:
    """What a manager would say of the whole: red with one red, amber with a late or dear project or two ambers."""
    if rag.RED in values.values():
        return rag.RED
    ambers = [name for name, value in values.items() if value == rag.AMBER]
    leading = {"schedule", "cost"} & set(ambers)
    return rag.AMBER if leading or len(ambers) > 1 else rag.GREEN
