"""A home of its own for each experiment, and everything that lives in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest
import redis

from pmo.embedded import process
from pmo.embedded.home import PROJECT, Home

PATIENCE = 180.0
GIVEN = (
    "PMO_ENV",
    "PMO_AS_OWNER",
    "PMO_SAMPLE",
    "SECRET_KEY",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "PMO_HOME",
    "PMO_FILES",
    "MAKELEVEL",
)


@dataclass
class Installation:
    """A home of its own and the command line that works in it."""

    directory: Path
    runs: "list[subprocess.Popen[str]]" = field(default_factory=list)

    @property
    def home(self) -> Home:
        return Home((self.directory / "var").resolve())

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in GIVEN}
        return kept | {"PMO_HOME": str(self.directory)}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "pmo.embedded", *words]

    def start(
        self, verb: str = "serve", settings: dict[str, str] | None = None, **options: object
    ) -> "subprocess.Popen[str]":
        settings = settings or {}
        run = subprocess.Popen(  # type: ignore[call-overload]
            self.command(verb),
            env=self.environment | settings,
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        self.runs.append(run)
        return run

    def end(self) -> None:
        """Stop whatever still runs here and see to it that nothing is left."""
        subprocess.run(self.command("stop"), env=self.environment, cwd=PROJECT, check=True)
        for run in self.runs:
            run.wait(PATIENCE)
            run.stderr.close()
        assert process.wait_until(lambda: not self.processes(), PATIENCE), "processes were left behind"

    def started(self, **options: object) -> "subprocess.Popen[str]":
        return self.told(self.start(**options), "PostgreSQL is ready")

    def told(self, run: "subprocess.Popen[str]", sentence: str) -> "subprocess.Popen[str]":
        """Wait until the run says so."""
        said = []
        for line in run.stderr:
            said.append(line)
            if sentence in line:
                return run
        pytest.fail("".join(said))

    def addresses(self) -> dict[str, str]:
        printed = subprocess.check_output(self.command("env"), env=self.environment, cwd=PROJECT, text=True)
        return dict(re.findall(r"export (\w+)='?([^'\n]+)'?", printed))

    def children(self) -> dict[str, int]:
        return {name: pid for name, pid, _ in json.loads(self.home.children.read_text())}

    def database(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(self.addresses()["DATABASE_OWNER_URL"])

    def commit(self, value: int) -> None:
        """A row that must never be lost."""
        connection = self.database()
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS kept (value integer)")
            cursor.execute("INSERT INTO kept VALUES (%s)", [value])
        connection.close()

    def committed(self) -> list[int]:
        connection = self.database()
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT value FROM kept ORDER BY value")
            found = [value for (value,) in cursor.fetchall()]
        connection.close()
        return found

    def broker(self) -> "redis.Redis":
        return redis.Redis.from_url(self.addresses()["REDIS_URL"])

    def processes(self) -> list[int]:
        """Every live process that names this home in its command line or works inside it."""
        mark = str(self.directory)
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid() and mark in described(entry):
                found.append(int(entry.name))
        return [pid for pid in found if process.state(pid) not in ("", "Z")]


def described(entry: Path) -> str:
    try:
        command = (entry / "cmdline").read_bytes().decode(errors="replace")
        return f"{command}\0{os.readlink(entry / 'cwd')}"
    except OSError:
        return ""


@contextmanager
def new_installation() -> Iterator[Installation]:
    """A home that the servers' account can reach, removed when nothing lives in it any more; its path has a space."""
    directory = Path(tempfile.mkdtemp(prefix="pmo fault-"))
    directory.chmod(0o711)
    installation = Installation(directory)
    yield installation
    installation.end()
    shutil.rmtree(directory)
