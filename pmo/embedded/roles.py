"""The two database roles: the owner migrates, the application works; it can change no history and truncate nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

SUPERUSER = "postgres"
OWNER = "pmo_owner"
APPLICATION = "pmo_app"
DATABASE = "pmo"

OWNER_ATTRIBUTES = "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE"
APPLICATION_ATTRIBUTES = "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE"
GRANTS = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {application}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {application}",
)


@dataclass(frozen=True)
class Login:
    """A role and its password."""

    name: str
    password: str

    @classmethod
    def of(cls, url: str) -> "Login":
        parts = urlsplit(url)
        return cls(unquote(parts.username or ""), unquote(parts.password or ""))


class Administration:
    """A cursor on an autocommitting connection that is closed at the end."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> Any:
        self.connection.autocommit = True
        return self.connection.cursor()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()


def prepare_server(connect: Callable[[str], Connection], owner: Login, application: Login, database: str) -> None:
    """Roles, default privileges and the database, on any server; `connect` signs a superuser in. Safe to repeat."""
    with Administration(connect("postgres")) as cursor:
        prepare_role(cursor, owner, OWNER_ATTRIBUTES)
        prepare_role(cursor, application, APPLICATION_ATTRIBUTES)
    # Databases made from template1, those of the tests too, inherit what is granted there.
    for name in ("template1", database):
        if name == database:
            with Administration(connect("postgres")) as cursor:
                create_database(cursor, database, owner)
        with Administration(connect(name)) as cursor:
            grant(cursor, owner, application)


def prepare_role(cursor: Any, login: Login, attributes: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.name])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
        sql.SQL(verb), sql.Identifier(login.name), sql.SQL(attributes), sql.Literal(login.password)
    )
    cursor.execute(statement)


def create_database(cursor: Any, database: str, owner: Login) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    if cursor.fetchone() is None:
        names = sql.Identifier(database), sql.Identifier(owner.name)
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))


def grant(cursor: Any, owner: Login, application: Login) -> None:
    names = {"owner": sql.Identifier(owner.name), "application": sql.Identifier(application.name)}
    for statement in GRANTS:
        cursor.execute(sql.SQL(statement).format(**names))
