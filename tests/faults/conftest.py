"""A home of its own for each experiment, and processes that end with it."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import worker_environment
from tests.faults.broker import OwnBroker
from tests.faults.installation import Installation, new_installation
from tests.faults.workers import Start


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_installation() as made:
        yield made


@pytest.fixture
def start(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """Starts processes of their own queue and folder, and leaves none behind."""
    from pmo.celery import app

    queue = f"faults-{uuid.uuid4().hex[:8]}"
    usual = app.conf.task_default_queue
    app.conf.task_default_queue = queue
    made = Start({**worker_environment(), "PMO_QUEUE": queue, "PMO_FILES": str(tmp_path / "files")}, tmp_path)
    try:
        yield made
    finally:
        app.conf.task_default_queue = usual
        made.end()


@pytest.fixture
def own_broker() -> Iterator[OwnBroker]:
    # The path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="pmo-broker-") as folder:
        made = OwnBroker(Path(folder))
        made.run()
        yield made
        made.kill()
