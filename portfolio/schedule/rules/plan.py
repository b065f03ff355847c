"""A plan as another program keeps it: what a file says, before anything of it is ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pmo.calendars.rules.week import Week
from portfolio.schedule.rules.network import Kind, Limit


class UnreadableError(ValueError):
    """A file that is no plan, or a part of one that cannot be read; `place` says where in it."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class ResourceKind(StrEnum):
    """What a resource is: people or machines that cost by the hour, material by the piece, or money alone."""

    WORK = "work"
    EQUIPMENT = "equipment"
    MATERIAL = "material"
    COST = "cost"


@dataclass(frozen=True)
class Span:
    """A length of time in seconds: of working time, or of the wall clock when `elapsed`."""

    seconds: int
    elapsed: bool = False


@dataclass(frozen=True)
class PlanCalendar:
    """A calendar with what it inherits; `own_exceptions` counts those that the file names for it."""

    uid: str
    name: str
    week: Week
    base: str = ""
    own_exceptions: int = 0


@dataclass(frozen=True)
class PlanBaseline:
    """What was once promised of a task; `number` 0 is the baseline, 1 to 10 the others."""

    number: int
    start: datetime | None = None
    finish: datetime | None = None
    work_seconds: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True)
class PlanTask:
    """A line of a plan; level 0 is the plan itself, as some programs list it. A manual one stays where it was put."""

    uid: str
    name: str
    level: int
    number: str = ""
    summary: bool = False
    milestone: bool = False
    active: bool = True
    manual: bool = False
    start: datetime | None = None
    finish: datetime | None = None
    duration: Span | None = None
    work_seconds: int | None = None
    percent: Decimal | None = None
    started: datetime | None = None
    finished: datetime | None = None
    remaining: Span | None = None
    limit: Limit = Limit.AS_SOON
    limit_at: datetime | None = None
    deadline: datetime | None = None
    calendar: str = ""
    cost: Decimal | None = None
    critical: bool | None = None
    float_seconds: int | None = None
    notes: str = ""
    baselines: tuple[PlanBaseline, ...] = ()


class LagTime(StrEnum):
    """In whose working time a lag passes."""

    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"
    PROJECT = "project"


@dataclass(frozen=True)
class PlanLink:
    """A tie between two lines; `percent` is a lag told as a share of the earlier one's duration."""

    predecessor: str
    successor: str
    kind: Kind
    lag: Span = Span(0)
    percent: Decimal | None = None
    lag_time: LagTime = LagTime.SUCCESSOR


@dataclass(frozen=True)
class PlanRate:
    """What an hour of work or a piece of material costs, from a day on; a resource may have several tables of prices.

    `per` is the unit in which the other program shows it.
    """

    amount: Decimal
    per: str = "hour"
    overtime: Decimal | None = None
    since: date | None = None
    table: int = 0


@dataclass(frozen=True)
class PlanResource:
    """Who or what works; `units` 1 is one person's full time, None where the file does not say."""

    uid: str
    name: str
    kind: ResourceKind
    units: Decimal | None = None
    rates: tuple[PlanRate, ...] = ()
    calendar: str = ""
    email: str = ""


@dataclass(frozen=True)
class PlanAssignment:
    """The share of a resource in a task; a file may keep work that nobody is named for."""

    task: str
    resource: str
    units: Decimal | None = None
    work_seconds: int | None = None
    cost: Decimal | None = None
    start: datetime | None = None
    finish: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """The whole of a file; `oddities` are sentences about what could not be taken as it stands."""

    title: str
    start: datetime | None
    finish: datetime | None
    status_at: datetime | None
    currency: str
    day_seconds: int
    calendar: str
    calendars: tuple[PlanCalendar, ...] = ()
    tasks: tuple[PlanTask, ...] = ()
    links: tuple[PlanLink, ...] = ()
    resources: tuple[PlanResource, ...] = ()
    assignments: tuple[PlanAssignment, ...] = ()
    oddities: tuple[str, ...] = field(default=())
