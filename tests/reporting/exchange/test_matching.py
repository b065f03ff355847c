"""Which project a published row means: by identifier, by exact name, and never two rows of a year the same one."""

from __future__ import annotations

from datetime import date

import pytest

from reporting.exchange.rules.matching import Directory, exact, match_rows
from reporting.exchange.rules.project_years import ProjectYear

pytestmark = pytest.mark.quick
HIGH_SPEED, CROSSING = 11, 12


def row(line: int, name: str, key: str = "", year: int = 2024) -> ProjectYear:
    return ProjectYear(line, key, name, year, date(year, 3, 31))


def known(**keys: int) -> Directory:
    names = {HIGH_SPEED: {exact("High Speed")}, CROSSING: {exact("Crossing")}}
    return Directory(by_key=keys, names=names, labels={HIGH_SPEED: "High Speed", CROSSING: "Crossing"})


def refs(rows: list[ProjectYear], directory: Directory) -> dict[int, int]:
    return {line: match.ref for line, match in match_rows(rows, directory, {}).items()}


def test_an_identifier_wins_over_a_name_that_changed():
    assert refs([row(2, "Faster Speed", "DFT_1")], known(DFT_1=HIGH_SPEED)) == {2: HIGH_SPEED}


def test_a_name_that_another_identifier_claims_is_left_to_a_person():
    found = match_rows([row(2, "High Speed", "DFT_9")], known(DFT_1=HIGH_SPEED), {})[2]
    assert (found.ref, [choice.key for choice in found.choices]) == (-2, [str(HIGH_SPEED)])


def test_a_name_without_any_identifier_is_enough():
    assert refs([row(2, "High Speed")], known()) == {2: HIGH_SPEED}


def test_the_second_row_of_a_year_about_one_project_is_refused_and_teaches_nothing():
    rows = [row(2, "High Speed", "DFT_1"), row(3, "Odd Name", "DFT_1"), row(4, "Odd Name", year=2023)]
    found = match_rows(rows, known(DFT_1=HIGH_SPEED), {})
    assert [found[line].clash is None for line in (2, 3, 4)] == [True, False, True]
    assert found[4].ref == -4
