"""The portfolios and programmes of the invented authority, and the shape of a project's row."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PortfolioRow:
    """A portfolio and who manages it."""

    code: str
    name: str
    manager: str
    unit: str
    description: str


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme of a portfolio."""

    code: str
    name: str
    portfolio: str
    manager: str
    description: str


@dataclass(frozen=True)
class ProjectRow:
    """A project in the large: what it makes, what it costs, when it runs and how its story goes.

    `began` and `lasts` are months (before today, in all); `cost` is in millions. `waits` says what is unfinished now:
    "late" and "very late" (reports lack), "draft", "submitted", "returned", or nothing.
    """

    name: str
    short: str
    programme: str
    unit: str
    manager: str
    work: str
    thing: str
    cost: float
    began: int
    lasts: int
    story: str
    cause: str = "supplier"
    kind: str = "change"
    cadence: str = "monthly"
    waits: str = ""
    tags: tuple[str, ...] = field(default=())
    confidential: bool = False
    lacks: tuple[str, ...] = ()


PORTFOLIOS = (
    PortfolioRow(
        "INF",
        "Infrastructure and Climate",
        "portfolio",
        "EST",
        "Roads, bridges, rivers and buildings that must last until the middle of the century.",
    ),
    PortfolioRow(
        "DIG",
        "Digital Authority",
        "portfolio",
        "DIG",
        "Services that people can use from home, on systems that stand when something breaks.",
    ),
    PortfolioRow(
        "SOC",
        "People and Places",
        "h.sorley",
        "CIT",
        "Schools, care and meeting places within reach of every village of the valley.",
    ),
)

PROGRAMMES = (
    ProgrammeRow("INF-CV", "Connected Valley", "INF", "alice", "A bus or train every twenty minutes."),
    ProgrammeRow("INF-LR", "Living River", "INF", "s.okafor", "Towns that stay dry and a river that stays alive."),
    ProgrammeRow("INF-WB", "Warm Buildings", "INF", "e.zielony", "Half the heat, a quarter of the emissions."),
    ProgrammeRow("DIG-FD", "One Front Door", "DIG", "n.rautio", "Every service by one sign-in."),
    ProgrammeRow("DIG-SF", "Secure Foundations", "DIG", "d.silvestre", "Systems that withstand an attack."),
    ProgrammeRow("DIG-DD", "Decisions from Data", "DIG", "i.hadley", "Figures that are the same in every meeting."),
    ProgrammeRow("SOC-ST", "Schools for Tomorrow", "SOC", "g.pellow", "A place for each child, near home."),
    ProgrammeRow("SOC-CH", "Care Close to Home", "SOC", "o.yilmaz", "Support that comes to the person."),
)
