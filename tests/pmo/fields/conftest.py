"""Fields of projects for the tests of custom fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pmo.fields import actions
from pmo.fields.models import CustomField


@pytest.fixture
def declared(world: Any) -> Callable[..., CustomField]:
    """A new field of projects, declared by the director."""

    def declare(label: str, type_: str, **more: Any) -> CustomField:
        options = {"kind": "project", "actor": world.users["director"], **more}
        return actions.add_field(label=label, type=type_, **options)

    return declare


@pytest.fixture
def funding(declared: Callable[..., CustomField]) -> CustomField:
    return declared("Funding source", "choice", choices=["Own budget", "State grant", "Public loan"])


@pytest.fixture
def every_type(declared: Callable[..., CustomField], funding: CustomField) -> list[CustomField]:
    """One field of each type."""
    return [
        funding,
        declared("Contractor", "text"),
        declared("Remarks", "long_text"),
        declared("Headcount", "whole", unit="FTE"),
        declared("Carbon saved", "decimal", unit="t"),
        declared("Grant awarded", "money", unit="EUR"),
        declared("Permit expected", "date"),
        declared("Listed building", "yes_no"),
        declared("Sites", "choices", choices=["North bank", "South bank"]),
        declared("Deputy", "person"),
        declared("Folder", "link"),
    ]


VALUES: dict[str, Any] = {
    "funding_source": "state_grant",
    "contractor": "Stone & Sons",
    "remarks": "Two\nlines",
    "headcount": 12,
    "carbon_saved": "1200.5",
    "grant_awarded": {"amount": "12500.50", "currency": "EUR"},
    "permit_expected": "2027-03-01",
    "listed_building": True,
    "sites": ["south_bank", "north_bank"],
    "deputy": "bob",
    "folder": "https://example.org/files/7",
}
