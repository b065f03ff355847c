"""The cast, a small world, clients for pages and REST, and real servers for mail and background work."""

from __future__ import annotations

import os
import pickle
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
from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation

from tests import database
from tests.halves import is_slow

RUN = uuid.uuid4().hex[:12]
QUEUE = f"test-{RUN}"
TEMPLATES, OWN = pytest.StashKey[database.Templates](), pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Messages of tests go to a queue that no other worker reads, files to a directory that goes away."""
    from pmo.celery import app

    assert settings.PMO_ENV == "test", "Set PMO_ENV=test: history must allow its tables to be emptied."
    app.conf.task_default_queue = QUEUE
    if getattr(config.option, "testrunuid", "") is None:
        config.option.testrunuid = RUN
    files = tempfile.mkdtemp(prefix="pmo-test-files-")
    os.environ["PMO_FILES"] = files
    # A browser leaves its event loop in this thread, which is no reason for the database to refuse.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    settings.PMO_FILES = Path(files)
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no database comes first: meanwhile the databases are made."""
    for item in items:
        if is_slow(item):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_wants_database)


def _wants_database(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "db" in names or "django_db_setup" in names


def _is_transactional(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", ())
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in names or "live_server" in names


# --- databases ------------------------------------------------------------------------------------------------------
def _about_process(config: pytest.Config) -> dict[str, str]:
    """What xdist told this process; nothing when it is the only one or the one that directs the others."""
    return getattr(config, "workerinput", {})


def _templates(config: pytest.Config) -> database.Templates:
    """The templates of this run, shared by its processes."""
    if TEMPLATES not in config.stash:
        run = _about_process(config).get("testrunuid") or getattr(config.option, "testrunuid", RUN)
        config.stash[TEMPLATES] = database.Templates(f"{settings.DATABASES['default']['TEST']['NAME']}_{run[:8]}")
    return config.stash[TEMPLATES]


def _own_name(config: pytest.Config) -> str:
    return f"{settings.DATABASES['default']['TEST']['NAME']}_{_about_process(config).get('workerid', 'main')}"


def _keeps(config: pytest.Config) -> bool:
    """Whether the databases stay for the next run: on request, of a run in one process."""
    return bool(config.option.reuse_db) and not _about_process(config)


def _goes_on(config: pytest.Config) -> bool:
    """Whether this run works in the databases of an earlier one, which are up to date."""
    return _keeps(config) and not config.option.create_db and database.is_current(f"{_own_name(config)}_world")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """One process of the run has the databases made while the tests without any run."""
    config = session.config
    first = _about_process(config).get("workerid", "gw0") == "gw0"
    wanted = first and not config.option.collectonly and any(map(_wants_database, session.items))
    if wanted and not _goes_on(config):
        _templates(config).begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that outlives all others removes what they shared."""
    if TEMPLATES in config.stash:
        _templates(config).stop()
    if not _about_process(config):
        _templates(config).remove()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """This process gets a copy of each template: one that tests fill themselves, one with the small world in it."""
    config, usual = request.config, connection.settings_dict["NAME"]
    own = config.stash[OWN] = _own_name(config)
    if not _goes_on(config):
        _templates(config).copy(own)
    database.use(own)
    with django_db_blocker.unblock():
        emptying = database.Emptying()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: emptying())
        yield
    database.use(usual)
    if not _keeps(config):
        for name in (own, f"{own}_world"):
            database.drop(name)


@pytest.fixture
def _django_db_helper(_database: None, _django_db_helper: None) -> None:
    """Before a test's transaction begins it is decided in which database."""


def _enter_database(item: pytest.Item) -> None:
    """Tests that leave no trace find the small world planted; a module with a house of its own plants it there."""
    names = getattr(item, "fixturenames", ())
    planted = "world" in names and "house" not in names and not _is_transactional(item)
    # What a module has planted for all its tests lies in a transaction that is still open.
    if not connection.in_atomic_block:
        database.use(item.config.stash[OWN] + ("_world" if planted else ""))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A module plants its own world before the fixtures of its first test: not where the test before found one."""
    if OWN in item.config.stash:
        _enter_database(item)


@pytest.fixture
def _database(request: pytest.FixtureRequest, django_db_setup: None) -> None:
    """For the first test, before which there is no database yet."""
    _enter_database(request.node)


@pytest.fixture(scope="session")
def _planted(request: pytest.FixtureRequest, django_db_setup: None) -> bytes:
    return database.planted(f"{request.config.stash[OWN]}_world")


@pytest.fixture(autouse=True)
def _speak_english_in_utc() -> None:
    """A request leaves its reader's language and zone on the thread; the next test starts without them."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _files_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A browser reads what it downloads; of many downloads a test looks at the status alone."""
    ask, answers = Client.request, []

    def request(client: Client, **asked: Any) -> Any:
        answer = ask(client, **asked)
        if answer.streaming:
            answers.append(answer)
        return answer

    monkeypatch.setattr(Client, "request", request)
    yield
    # As the test client does: the end of an answer would close the connection on which the test's own rows wait.
    request_finished.disconnect(close_old_connections)
    for answer in answers:
        if not answer.closed:
            answer.close()
    request_finished.connect(close_old_connections)


# --- the world and its people ---------------------------------------------------------------------------------------
@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> Any:
    """Six projects in two portfolios; see `reporting.sample.small.plant_small`."""
    from pmo.access.models import User
    from reporting.sample.small import plant_small

    if connection.settings_dict["NAME"].endswith("_world"):
        return pickle.loads(request.getfixturevalue("_planted"))
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
        if broker.default_channel._size(QUEUE):  # of every rank
            return False
    ask = app.control.inspect(timeout=0.5)
    answers = [ask.active() or {}, ask.reserved() or {}]
    mine = [tasks for answer in answers for name, tasks in answer.items() if name.startswith(QUEUE)]
    return len(mine) == len(answers) and not any(mine)
