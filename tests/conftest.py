"""The cast, a small world, clients for pages and REST, and real servers for mail and background work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import timezone, translation

RUN = uuid.uuid4().hex[:12]
QUEUE = f"test-{RUN}"


def pytest_configure(config: pytest.Config) -> None:
    """Messages of tests go to a queue that no other worker reads, files to a directory that goes away."""
    from pmo.celery import app

    assert settings.PMO_ENV == "test", "Set PMO_ENV=test: history must allow its tables to be emptied."
    app.conf.task_default_queue = QUEUE
    files = tempfile.mkdtemp(prefix="pmo-test-files-")
    os.environ["PMO_FILES"] = files
    settings.PMO_FILES = Path(files)
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))


SLOW_PLACES = (
    "tests/pdf/", "tests/house/", "tests/upgrade/", "reporting/packs/test_runs.py", "api/test_fuzz.py",
    "api/test_refusals.py", "api/test_strangers.py",
    "exchange/test_published_years.py", "pmo/fields/test_doors.py", "pmo/fields/test_hidden.py",
    "pmo/attachments/test_pages.py", "pmo/attachments/test_api.py", "pmo/search/test_pages.py",
)  # fmt: skip
"""Printing packs, fuzzing, whole registers and every door of the house: part of `make test`, not of `make quick`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a worker of its own, or prints and fuzzes, is not for the fast half."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "worker_process" in names or any(place in item.path.as_posix() for place in SLOW_PLACES):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _roles_outlive_a_flush() -> None:
    """A transactional test empties all tables; the shipped roles come back as after a migration."""
    post_migrate.connect(_install_roles, sender=apps.get_app_config("access"), dispatch_uid="tests.roles")


def _install_roles(**_kwargs: Any) -> None:
    from pmo.access import roles
    from pmo.access.models import Role, RolePermission

    roles.install(Role, RolePermission)


@pytest.fixture(autouse=True)
def _speak_english_in_utc() -> None:
    """A request leaves its reader's language and zone on the thread; the next test starts without them."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


# --- the world and its people ---------------------------------------------------------------------------------------
@pytest.fixture
def world(db: None) -> Any:
    """Six projects in two portfolios; see `reporting.sample.small.plant_small`."""
    from pmo.access.models import User
    from reporting.sample.small import plant_small

    return plant_small(actor=User.objects.system(), today=timezone.localdate())


@pytest.fixture
def cast(world: Any) -> SimpleNamespace:
    """The people of the small world: cast.alice, cast.director, ..."""
    return SimpleNamespace(**world.users)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """A browser-like client that is signed in as the user; anonymous for None."""

    def client(user: Any = None, **extra: Any) -> Client:
        made = Client(**extra)
        if user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def token_of() -> Callable[..., str]:
    """The secret of a new API token."""
    from pmo.access import tokens

    def issue(user: Any, *scopes: str, days: int = 30) -> str:
        return tokens.issue(user, "test", scopes or ("write",), days=days)[1]

    return issue


@pytest.fixture
def api_of(token_of: Callable[..., str]) -> Callable[..., Any]:
    """A REST client: by session for people, by token when scopes are given; anonymous for None."""
    from rest_framework.test import APIClient

    def client(user: Any = None, *scopes: str) -> Any:
        made = APIClient()
        if scopes:
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(user, *scopes)}")
        elif user is not None:
            made.force_login(user)
        return made

    return client


@pytest.fixture
def fresh() -> Callable[[Any], Any]:
    """The same user as the next request would read him: without cached rights."""
    return lambda user: type(user).objects.get(pk=user.pk)


# --- waiting and counting -------------------------------------------------------------------------------------------
@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Waits for a condition and returns what made it true; fails when it never is."""

    def wait(condition: Callable[[], Any], within: float = 60) -> Any:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"Nothing happened within {within} s.")

    return wait


# --- real servers ---------------------------------------------------------------------------------------------------
@pytest.fixture
def mailbox(settings: Any) -> Iterator[list[Any]]:
    """A real SMTP server on this machine; yields the messages that arrive."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Message

    arrived: list[Any] = []

    class Keep(Message):
        def handle_message(self, message: Any) -> None:
            arrived.append(message)

    with socket.create_server(("127.0.0.1", 0)) as probe:
        # The controller cannot tell a port that it was left to choose.
        port = probe.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield arrived
    finally:
        controller.stop()


def worker_environment() -> dict[str, str]:
    """What a process needs to work for this test run: the test database by the application's role, and our queue."""
    assert connection.settings_dict["NAME"].startswith("test"), "This run has no database of its own."
    name = quote(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "PMO_AS_OWNER": "false",
        "PMO_QUEUE": QUEUE,
        "DJANGO_SETTINGS_MODULE": "pmo.settings",
    }


@pytest.fixture(scope="session")
def worker_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the worker of this run writes."""
    return tmp_path_factory.mktemp("worker") / "worker.log"


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None, worker_log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One Celery worker for the whole run; use `worker` in tests."""
    from pmo.celery import app

    log = worker_log
    command = [sys.executable, "-m", "celery", "-A", "pmo.celery", "worker", "-n", f"{QUEUE}@%h", "-c", "1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "-Q", QUEUE, "--without-gossip", "--without-mingle", "-l", "INFO"],
            cwd=settings.BASE_DIR,
            env=worker_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while b" ready." not in log.read_bytes():
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, f"The worker is not ready: {log.read_text(errors='replace')}"
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)
        app.control.purge()


@pytest.fixture(autouse=True)
def _only_those_who_ask_have_a_worker(request: pytest.FixtureRequest) -> Iterator[None]:
    """Messages of a test without `worker` go where nobody reads: a worker at work would bar the tables' emptying."""
    from pmo.celery import app

    if "worker" not in request.fixturenames:
        app.conf.task_default_queue = f"{QUEUE}-unread"
    yield
    app.conf.task_default_queue = QUEUE


@pytest.fixture
def worker(
    transactional_db: None, worker_process: subprocess.Popen[bytes], eventually: Callable[..., Any]
) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the test database; what a test wants done must be committed, so the test is transactional.

    Before the tables are emptied it has finished what the test left to it.
    """
    assert worker_process.poll() is None, "The worker of this test run has died."
    yield worker_process
    eventually(_worker_is_idle)


def _worker_is_idle() -> bool:
    from pmo.celery import app

    with app.connection_for_read() as broker:
        if broker.default_channel.client.llen(QUEUE):
            return False
    ask = app.control.inspect(timeout=0.5)
    answers = [ask.active() or {}, ask.reserved() or {}]
    mine = [tasks for answer in answers for name, tasks in answer.items() if name.startswith(QUEUE)]
    return len(mine) == len(answers) and not any(mine)
