"""What people typed does not reach the log, whatever the database says about it."""

from __future__ import annotations

import logging

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from pmo.redaction import redact, without_values
from pmo.rest.problems import told_by

SECRET = "Jane\nDoe's salary"


def refused(sql: str, *values: object) -> Exception:
    with pytest.raises((IntegrityError, DataError)) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return error.value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "values", "kept"),
    [
        ("INSERT INTO organisation_unit (code, name, version) VALUES (%s, %s, NULL)", ["X", SECRET], "not-null"),
        ("SELECT %s::integer", [SECRET], "invalid input syntax"),
        ("SELECT %s::date", ["1 January Jane Doe"], "invalid input syntax"),
        ("SELECT %s::numeric(3)", ["4711004711"], "numeric field overflow"),
    ],
)
def test_the_values_of_a_database_error_are_not_logged(sql, values, kept):
    error = refused(sql, *values)
    for told in (str(error), repr(error)):
        line = without_values(f"IntegrityError: {told}")
        assert kept in line
        assert not [word for word in ("Jane", "Doe", "salary", "4711004711") if word in line]


@pytest.mark.django_db
def test_the_rest_door_tells_kind_code_and_constraint(world):
    unit = world.units["ROOT"]
    sql = "INSERT INTO organisation_unit (code, name, version, created_at, updated_at) VALUES (%s, %s, 1, now(), now())"
    error = refused(sql, unit.code, SECRET)
    assert told_by(error).startswith("IntegrityError 23505 organisation_unit organisation_unit_code")


def test_a_traceback_after_an_error_is_kept():
    text = "IntegrityError: duplicate key\nDETAIL:  Key (email)=(jane@doe) already exists.\n\nThe above exception was"
    assert without_values(text) == "IntegrityError: duplicate key\nDETAIL: (not logged)\n\nThe above exception was"


def test_other_lines_stay_as_they_are():
    line = {"event": 'Told: "as it is"', "exception": None, "status": 200}
    assert redact(logging.getLogger(), "info", dict(line)) == line
