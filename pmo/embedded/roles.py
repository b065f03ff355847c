"""The two database roles: the owner migrates, the application works; it can change no history and truncate nothing."""

from typing import Any

from psycopg2 import sql

SUPERUSER = "postgres"
OWNER = "pmo_owner"
APPLICATION = "pmo_app"
DATABASE = "pmo"

ATTRIBUTES = {
    OWNER: "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE",
    APPLICATION: "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE",
}
GRANTS = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {application}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {application}",
)


def prepare_roles(cursor: Any, passwords: dict[str, str]) -> None:
    """Create the roles where they are missing and set their attributes and passwords."""
    for role, attributes in ATTRIBUTES.items():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.SQL(attributes), sql.Literal(passwords[role])
        )
        cursor.execute(statement)


def prepare_database(cursor: Any) -> None:
    """Let the application use whatever the owner will create; in template1 so that test databases inherit it."""
    names = {"owner": sql.Identifier(OWNER), "application": sql.Identifier(APPLICATION)}
    for grant in GRANTS:
        cursor.execute(sql.SQL(grant).format(**names))
