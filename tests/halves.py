"""Which tests the fast half leaves out."""

from __future__ import annotations

import pytest

SLOW_PLACES = (
    "tests/pdf/", "tests/house/", "tests/upgrade/", "reporting/packs/test_runs.py", "reporting/packs/test_template.py",
    "reporting/packs/test_pages.py", "reporting/packs/test_api.py", "reporting/sample/test_packs.py",
    "api/test_fuzz.py", "api/test_refusals.py", "api/test_strangers.py", "api/test_idempotency.py", "api/test_races.py",
    "pmo/audit/test_chain.py", "pmo/audit/test_acts.py", "pmo/console/test_backup.py", "pmo/console/test_pages.py",
    "exchange/test_published_years.py", "exchange/test_doors.py", "pmo/fields/test_doors.py",
    "pmo/fields/test_hidden.py",
    "pmo/attachments/test_pages.py", "pmo/attachments/test_api.py", "pmo/search/test_pages.py",
)  # fmt: skip
"""Printing packs, fuzzing, whole registers and every door of the house: part of `make test`, not of `make quick`."""


def is_slow(item: pytest.Item) -> bool:
    """What needs a worker of its own, or prints, fuzzes and walks over every door, is not for the fast half."""
    names = getattr(item, "fixturenames", ())
    return "worker_process" in names or any(place in item.path.as_posix() for place in SLOW_PLACES)
