"""History is only ever added to: the database refuses everything else, most of all to the application's role."""

from __future__ import annotations

from collections import defaultdict

import pghistory
import psycopg2
import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction
from psycopg2 import sql

from pmo.access.models import User
from pmo.audit.kept import kept_tables
from pmo.audit.models import Record, Versioned
from pmo.audit.privileges import protected_tables
from pmo.audit.tracking import event_model_of
from pmo.environment import database
from portfolio.projects.actions import edit_project
from portfolio.projects.models import Project

pytestmark = pytest.mark.django_db
UPDATE_DELETE_TRUNCATE = 16 | 8 | 32
"""The bits of pg_trigger.tgtype."""
STATEMENTS = ("UPDATE {} SET {column} = {column}", "DELETE FROM {}", "TRUNCATE {} CASCADE")


@pytest.fixture
def application(db):
    """A connection to the same database by the role that web and workers use."""
    known = database("DATABASE_URL")
    made = psycopg2.connect(
        dbname=connection.settings_dict["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        host=known["HOST"],
        port=known["PORT"] or None,
    )
    yield made
    made.close()


def statement_on(table: str, template: str) -> sql.Composed:
    own = {"audit_seal": "hash", "audit_sealpart": "digest"}
    column = sql.Identifier("pgh_label" if table.endswith("event") else own.get(table, "verb"))
    return sql.SQL(template).format(sql.Identifier(table), column=column)


@pytest.mark.parametrize("template", STATEMENTS)
def test_the_role_of_the_application_is_denied_each_change_of_each_history_table(template, application):
    assert len(protected_tables()) >= 12
    for table in protected_tables():
        with application.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(statement_on(table, template))
        application.rollback()


@pytest.mark.parametrize("template", STATEMENTS[:2])
@pytest.mark.parametrize("model", [Project, Record], ids=["event", "record"])
def test_even_the_owner_changes_no_history(template, model, world, cast):
    edit_project(world.projects["N-1"], {"name": "New"}, actor=cast.alice, version=None)
    table = (Record if model is Record else event_model_of(Project))._meta.db_table
    with connection.cursor() as cursor, pytest.raises(InternalError, match="Cannot"), transaction.atomic():
        cursor.execute(statement_on(table, template))


def test_even_the_owner_cannot_empty_history_outside_a_test_database():
    table = event_model_of(Project)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pmo.test_database = 'off'")
        with pytest.raises(InternalError, match="history is never truncated"), transaction.atomic():
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))


def test_the_application_may_add_to_history(application):
    with application.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_unit (code, name, version, created_at, updated_at)"
            " VALUES ('APP', 'By the application', 1, now(), now())"
        )
        cursor.execute("SELECT count(*) FROM organisation_unitevent WHERE code = 'APP'")
        assert cursor.fetchone() == (1,)
    application.rollback()


def test_every_editable_model_of_the_house_is_tracked():
    ours = [model for model in apps.get_models() if issubclass(model, Versioned)]
    assert len(ours) >= 9
    for model in ours:
        assert event_model_of(model), model


def test_the_history_of_a_user_knows_no_password():
    names = {field.name for field in event_model_of(User)._meta.get_fields()}
    assert "is_active" in names
    assert not {"password", "last_login", *User.PERSONAL} & names


def test_no_table_of_history_is_forgotten_by_privileges_triggers_or_seals(application):
    """Whatever is tracked from now on is walked here: a new table without its guards fails."""
    events = {model._meta.db_table for model in pghistory.core.event_models() if not getattr(model, "erasable", False)}
    assert events <= set(protected_tables())
    assert events <= {kept.table for kept in kept_tables()}
    with application.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgtype FROM pg_trigger WHERE NOT tgisinternal")
        guards: dict[str, int] = defaultdict(int)
        for table, kind in cursor.fetchall():
            guards[table] |= kind
        for table in protected_tables():
            assert guards[table] & UPDATE_DELETE_TRUNCATE == UPDATE_DELETE_TRUNCATE, table
            cursor.execute("SELECT has_table_privilege(%s, 'INSERT'), has_table_privilege(%s, 'SELECT')", [table] * 2)
            assert cursor.fetchone() == (True, True), table


def test_only_names_and_addresses_of_people_can_be_erased_from_history():
    erasable = {model._meta.db_table for model in pghistory.core.event_models() if getattr(model, "erasable", False)}
    assert erasable == {"audit_personaldetailsevent"}
