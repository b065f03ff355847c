"""Command line: run everything, or only the data servers, in the foreground, the background or around a command."""

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from pmo.embedded import process
from pmo.embedded.addresses import external_database, external_redis
from pmo.embedded.home import Home, HomeError
from pmo.embedded.roles import Login, prepare_server
from pmo.embedded.stack import Stack
from pmo.embedded.supervisor import Stopped, running

INTERRUPTED = 130


def run(_: argparse.Namespace) -> int:
    """Everything; a killed `make` takes us along, while a shell that ends does not."""
    if os.environ.get("MAKELEVEL"):
        process.follow_parent(signal.SIGTERM)
    Stack(Home.from_environment()).run()
    return 0


def serve(_: argparse.Namespace) -> int:
    """Hold the data servers in the foreground until a signal."""
    stack = Stack(Home.from_environment())
    with stack.held():
        stack.start_services()
        stack.supervisor.watch()
    return 0


def services(_: argparse.Namespace) -> int:
    """Start the data servers in the background, once they answer."""
    home = Home.from_environment()
    stack = Stack(home)
    if not running(home):
        home.prepare()
        with (home.logs / "services.log").open("ab") as log:
            command = [sys.executable, "-m", "pmo.embedded", "serve"]
            background = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        ready = process.wait_until(lambda: background.poll() is not None or answers(stack), 120)
        if not ready or background.poll() is not None:
            raise HomeError(f"The services did not start; see {home.logs / 'services.log'}")
    print("PostgreSQL and Redis run; addresses: .venv/bin/python -m pmo.embedded env; stop: make stop")
    return 0


def answers(stack: Stack) -> bool:
    """Whether the servers of this home answer and the application's role can sign in."""
    try:
        broker = bool(external_redis(stack.home)) or stack.broker.ready()
        return broker and (bool(external_database(stack.home)) or stack.postgres.prepared())
    except OSError:
        return False


def stop(_: argparse.Namespace) -> int:
    home = Home.from_environment()
    pid = running(home)
    if pid <= 0:
        print("Nothing runs here.")
        return 0
    os.kill(pid, signal.SIGTERM)
    if not process.wait_until(lambda: not running(home), 60):
        raise HomeError(f"Process {pid} did not stop within a minute.")
    print("Stopped.")
    return 0


def env(_: argparse.Namespace) -> int:
    home = Home.from_environment()
    stack = Stack(home)
    exports = stack.addresses.environment(home)
    if not external_database(home):
        exports["PMO_PG_BIN"] = str(stack.postgres.binaries)
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def roles(_: argparse.Namespace) -> int:
    """Prepare a real PostgreSQL server: the roles and the database that DATABASE_URL and DATABASE_OWNER_URL name."""
    wanted = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_URL")
    if missing := [name for name in wanted if not os.environ.get(name)]:
        raise HomeError(f"{', '.join(missing)} must be set.")
    admin, owner, application = (os.environ[name] for name in wanted)
    database = urlsplit(application).path.strip("/")
    prepare_server(lambda name: psycopg2.connect(admin, dbname=name), Login.of(owner), Login.of(application), database)
    return 0


def execute(arguments: argparse.Namespace) -> int:
    """Run one command beside the data servers that run in this home, or with new ones that end with it."""
    if not arguments.throwaway:
        home = Home.from_environment()
        return beside(home, arguments.command) if running(home) else around(home, arguments.command, throwaway=False)
    directory = Path(tempfile.mkdtemp(prefix="pmo-"))
    directory.chmod(0o711)
    try:
        return around(Home(directory / "var"), arguments.command, throwaway=True)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def beside(home: Home, command: list[str]) -> int:
    """The servers belong to another terminal: wait until they answer, and leave them alone."""
    stack = Stack(home)
    if not process.wait_until(lambda: answers(stack), 120):
        raise HomeError(f"The servers of this home (process {running(home)}) do not answer; see {home.logs}")
    return subprocess.run(command, env=stack.environment).returncode


def around(home: Home, command: list[str], *, throwaway: bool) -> int:
    stack = Stack(home, throwaway=throwaway)
    with stack.held():
        stack.start_services()
        child = subprocess.Popen(command, env=stack.environment)
        try:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                process.wait_until(lambda: child.poll() is not None, 20)
            if child.poll() is None:
                child.kill()
                child.wait()


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m pmo.embedded", description=__doc__)
    verbs = top.add_subparsers(required=True)
    for name, verb, text in (
        ("run", run, "everything in this terminal"),
        ("services", services, "PostgreSQL and Redis in the background"),
        ("serve", serve, "PostgreSQL and Redis in this terminal"),
        ("stop", stop, "stop what runs in this home"),
        ("roles", roles, "prepare a real PostgreSQL server"),
        ("env", env, "print the addresses for `eval`"),
    ):
        verbs.add_parser(name, help=text).set_defaults(verb=verb)
    wrapped = verbs.add_parser("exec", help="PostgreSQL and Redis around one command")
    wrapped.add_argument("--throwaway", action="store_true", help="in a new directory that is removed afterwards")
    wrapped.add_argument("command", nargs="+")
    wrapped.set_defaults(verb=execute)
    return top


def main() -> int:
    arguments = parser().parse_args()
    started = time.monotonic()
    try:
        return int(arguments.verb(arguments))
    except Stopped:
        print(f"stopped after {time.monotonic() - started:.0f} s", file=sys.stderr)
        return INTERRUPTED if arguments.verb is execute else 0
    except HomeError as error:
        print(f"pmo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
