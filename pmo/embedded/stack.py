"""What a run consists of: the data servers, the prepared database, then web, worker and beat."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pmo.embedded import application, schema
from pmo.embedded.addresses import Addresses, addresses, external_database, external_redis
from pmo.embedded.broker import Broker
from pmo.embedded.home import Home, HomeError
from pmo.embedded.postgres import Postgres
from pmo.embedded.supervisor import Supervisor

LARGEST_LOG = 20 * 1024 * 1024
SIGN_INS = (
    "director",
    "portfolio",
    "alice",
    "bob",
    "analyst",
    "administrator",
    "executive",
    "resources",
    "member",
    "sysadmin",
)


class Progress:
    """Lines with the seconds since the start."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"[{time.monotonic() - self.started:5.1f} s] {what}", file=sys.stderr, flush=True)


class Stack:
    """One installation on one machine."""

    def __init__(self, home: Home, *, throwaway: bool = False) -> None:
        self.home = home
        self.say = Progress()
        self.postgres = Postgres(home, throwaway=throwaway)
        self.broker = Broker(home)
        self.supervisor = Supervisor(home, self.say)

    @contextmanager
    def held(self) -> Iterator[None]:
        self.home.prepare()
        turn_logs(self.home)
        with self.supervisor.session():
            yield

    @property
    def addresses(self) -> Addresses:
        return addresses(self.postgres, self.broker)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.addresses.environment(self.home) | {"PYTHONUNBUFFERED": "1"}

    def start_services(self) -> None:
        """PostgreSQL and Redis side by side, each unless the environment names a real one."""
        own_database, own_broker = not external_database(self.home), not external_redis(self.home)
        if self.home.moved:
            self.say(f"{self.home.account.name} cannot read {self.home.var}; server data lies in {self.home.data}")
        if own_database:
            self._start_postgres()
        if own_broker:
            redis = self.supervisor.start(self.broker.child())
            self.supervisor.require(redis, self.broker.ready, 60)
            self.say("Redis is ready")
        if own_database:
            self.supervisor.require(self.supervisor.children[0], self.postgres.ready, 120)
            self.postgres.prepare()
            self.say("PostgreSQL is ready")

    def _start_postgres(self) -> None:
        if not self.postgres.exists:
            self.say(f"creating the database cluster in {self.postgres.cluster}")
            self.postgres.create()
        self.postgres.await_previous()
        self.supervisor.start(self.postgres.child())

    def prepare_database(self) -> None:
        """Migrate when anything changed, plant the sample portfolio when the database is empty."""
        owner = self.addresses.owner
        if not schema.is_current(self.home, owner):
            self.say("bringing the database up to date")
            application.manage(self.environment, "migrate", "--verbosity", "1")
            schema.note_current(self.home, owner)
        if wants_sample() and schema.is_empty(self.addresses.database):
            self.say("planting the sample portfolio")
            application.manage(self.environment, "seed")

    def start_application(self) -> None:
        """Beat comes last: it needs nobody's patience."""
        self.say("starting the web server and the worker")
        web = self.supervisor.start(application.web(self.home, self.environment))
        worker = self.supervisor.start(application.worker(self.home, self.environment))
        self.supervisor.require(web, application.web_ready, 120)
        self.say("the web server answers")
        self.supervisor.require(worker, lambda: application.worker_ready(worker), 120)
        self.say("the worker is ready")
        self.supervisor.start(application.beat(self.home, self.environment))

    def run(self) -> None:
        application.port()
        wants_sample()
        with self.held():
            application.require_free_port()
            self.start_services()
            self.prepare_database()
            self.start_application()
            self.say("ready")
            print(welcome(self.home, self.addresses.database), flush=True)
            self.supervisor.watch()


def wants_sample() -> bool:
    choice = os.environ.get("PMO_SAMPLE", "")
    if choice not in ("", "demo", "none"):
        raise HomeError(f"PMO_SAMPLE must be demo or none, not {choice!r}.")
    return choice != "none"


def welcome(home: Home, database: str) -> str:
    """The address, and how to get in: what the database knows, not what was asked for."""
    lines = ["", f"    http://{application.HOST}:{application.port()}/", ""]
    if schema.awaits_first_person(database):
        lines += ["    Nobody is here yet: that page makes the first administrator.", ""]
    elif schema.has_people(database, SIGN_INS):
        lines += ["    Sample sign-ins, each with the password demo-<name>:"]
        lines += ["        " + ", ".join(SIGN_INS[:5]), "        " + ", ".join(SIGN_INS[5:]), ""]
    return "\n".join([*lines, f"    Logs: {home.logs}    Stop: Ctrl-C", ""])


def turn_logs(home: Home) -> None:
    """Keep one predecessor of each log that has grown large."""
    for path in home.logs.glob("*.log"):
        if path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
