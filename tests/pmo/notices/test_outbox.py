"""Work reaches the broker once and late rather than never."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

from pmo.audit.ambience import ambience
from pmo.notices import outbox
from pmo.notices.models import Message, Notice
from pmo.notices.telling import tell
from tests.conftest import worker_environment
from tests.portfolio.status.writing import submitted


@pytest.fixture
def queue():
    """The task messages that wait on a queue which no worker of this run reads; emptied afterwards."""
    shared = current_app.conf.task_default_queue
    name = current_app.conf.task_default_queue = f"{shared}-outbox"

    def waiting() -> int:
        with current_app.connection_for_read() as broker:
            return int(broker.default_channel.client.llen(name))

    with current_app.connection_for_write() as broker:
        broker.default_channel.client.delete(name)
    yield waiting
    current_app.conf.task_default_queue = shared
    with current_app.connection_for_write() as broker:
        broker.default_channel.client.delete(name)


@pytest.mark.django_db(transaction=True)
def test_a_task_is_sent_when_its_transaction_commits(queue):
    with transaction.atomic():
        outbox.enqueue("notices.relay")
        assert (queue(), Message.objects.get().sent_at) == (0, None)
    assert queue() == 1
    assert Message.objects.get().sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_task_of_a_transaction_that_failed_is_never_sent(queue):
    def fail() -> None:
        with transaction.atomic():
            outbox.enqueue("notices.relay")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (queue(), Message.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_loses_nothing_and_stops_nobody(tmp_path):
    """A process of its own, whose broker is a socket where nobody listens."""
    program = (
        "import django; django.setup()\n"
        "from django.db import transaction\n"
        "from pmo.notices.outbox import enqueue\n"
        "with transaction.atomic():\n"
        "    enqueue('notices.relay', 7)\n"
    )
    environment = {**worker_environment(), "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    done = subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    waiting = Message.objects.get()
    assert (waiting.sent_at, waiting.attempts, waiting.error, waiting.arguments) == (None, 0, "", [7])


@pytest.mark.django_db(transaction=True)
def test_a_relay_gives_up_at_the_first_message_that_a_dead_broker_does_not_take(tmp_path):
    Message.objects.bulk_create(Message(task="notices.relay", arguments=[number]) for number in range(3))
    program = "import django; django.setup()\nfrom pmo.notices.outbox import relay\nprint(relay())\n"
    environment = {**worker_environment(), "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}
    done = subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True)
    assert done.stdout == b"0\n", done.stderr.decode()
    assert list(Message.objects.order_by("pk").values_list("attempts", "error", "sent_at")) == [
        (1, "OperationalError", None),
        (0, "", None),
        (0, "", None),
    ]


@pytest.mark.django_db(transaction=True)
def test_what_takes_long_waits_until_everything_else_was_taken(queue):
    with transaction.atomic():
        outbox.enqueue("packs.make", 0)
        outbox.enqueue("notices.relay")
    # The list of the queue itself is read before those of lower priorities.
    assert queue() == 1
    with current_app.connection_for_write() as broker:
        channel = broker.default_channel
        name = current_app.conf.task_default_queue
        late = next(step for step in reversed(channel.priority_steps) if step <= 6)
        assert channel.client.llen(channel._q_for_pri(name, late)) == 1
        channel.client.delete(channel._q_for_pri(name, late))


@pytest.mark.django_db(transaction=True)
def test_the_relay_sends_what_waited_once(queue):
    Message.objects.bulk_create(Message(task="notices.relay", attempts=3, error="OperationalError") for _ in range(3))
    assert (outbox.relay(), outbox.relay()) == (3, 0)
    assert queue() == 3
    assert set(Message.objects.values_list("error", flat=True)) == {""}


@pytest.mark.django_db(transaction=True)
def test_two_relays_share_the_work_and_send_each_row_once(queue):
    Message.objects.bulk_create(Message(task="notices.relay", arguments=[number]) for number in range(240))
    sent: list[int] = []

    def work() -> None:
        try:
            sent.append(outbox.relay())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    outbox.relay()
    assert queue() == 240
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_relay_holds_is_passed_over(queue):
    Message.objects.create(task="notices.relay")
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Message.objects.select_for_update().all())
            held.set()
            release.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(30)
        assert outbox.relay() == 0
    finally:
        release.set()
        holder.join(30)
    assert outbox.relay() == 1


@pytest.mark.django_db
def test_a_person_is_told_once_of_an_occasion(cast):
    arguments = {"kind": "status", "text": "x" * 400, "url": "/", "key": "once"}
    assert tell([cast.alice, cast.alice, cast.bob], **arguments) == 2
    assert tell([cast.alice, cast.member], **arguments) == 1
    assert Notice.objects.filter(user=cast.alice).get().text == "x" * 300


@pytest.mark.django_db
def test_service_accounts_and_those_who_left_are_told_nothing(cast):
    cast.bob.is_active = False
    assert tell([cast.robot, cast.bob], kind="status", text="Hello", url="/", key="k") == 0


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_does_what_a_person_caused_and_says_so(world, cast, worker, eventually):
    submitted(world, "N-3", "alice")
    eventually(lambda: Notice.objects.filter(kind="status").count() == 3)
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"analyst", "director", "portfolio"}


@pytest.mark.django_db(transaction=True)
def test_a_message_keeps_the_request_that_asked_for_it(queue):
    with ambience("page", "4f1d7e"):
        assert outbox.enqueue("notices.relay").request_id == "4f1d7e"


@pytest.mark.django_db(transaction=True)
def test_the_log_of_a_worker_tells_the_request_also_of_work_that_another_process_relayed(
    worker, worker_log, eventually
):
    Message.objects.create(task="notices.relay", request_id="5c0ffee5")
    assert outbox.relay() == 1

    def told() -> list[str]:
        return [line for line in worker_log.read_text(errors="replace").splitlines() if "5c0ffee5" in line]

    line = eventually(told)[0]
    assert ("notices.relay" in line, "task_id" in line) == (True, True)


@pytest.mark.parametrize("name", ["first", "second"])
def test_long_work_stands_behind_all_other_in_the_queue_that_the_process_has_now(name: str) -> None:
    shared, route = current_app.conf.task_default_queue, current_app.amqp.router.route
    current_app.conf.task_default_queue = name
    try:
        long, short = route({}, "packs.make"), route({}, "notices.relay")
    finally:
        current_app.conf.task_default_queue = shared
    assert (long["queue"].name, long["priority"]) == (name, 6)
    assert (short["queue"].name, short.get("priority", 0)) == (name, 0)
