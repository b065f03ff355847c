"""What the invented authority wants to know of its projects beyond the built-in fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reporting.sample.rules.portfolios import ProjectRow

SOURCES = ("own_budget", "state_grant", "eu_structural_fund", "public_loan")
GRANTED = ("state_grant", "eu_structural_fund")


@dataclass(frozen=True)
class FieldRow:
    """A field as it is declared."""

    slug: str
    label: str
    type: str
    more: Mapping[str, Any] = field(default_factory=dict)


FIELDS = (
    FieldRow(
        "funding_source",
        "Funding source",
        "choice",
        {
            "choices": ["Own budget", "State grant", "EU structural fund", "Public loan"],
            "section": "Funding",
            "help": "Where most of the money comes from.",
            "in_packs": True,
        },
    ),
    FieldRow("grant_awarded", "Grant awarded", "money", {"unit": "EUR", "section": "Funding"}),
    FieldRow("consultation_until", "Public consultation until", "date", {"section": "Public affairs"}),
    FieldRow(
        "legal_note",
        "Legal note",
        "long_text",
        {"section": "Public affairs", "seen_by": ["director", "portfolio_manager", "analyst"]},
    ),
)


def values_of(number: int, row: ProjectRow, start: date) -> dict[str, Any]:
    """The values of the project of this number, as they are kept; the same every time."""
    source = SOURCES[number * 7 % 11 % len(SOURCES)]
    found: dict[str, Any] = {"funding_source": source}
    if source in GRANTED:
        found["grant_awarded"] = f"{round(row.cost * 1_000_000 * (20 + number * 3 % 40) / 100, -3):.2f}"
    if row.work == "building":
        found["consultation_until"] = (start + timedelta(days=60 + number * 5 % 90)).isoformat()
    if number % 9 == 4:
        found["legal_note"] = "A neighbour has appealed against the permit. Counsel expects a ruling within the year."
    return found
