"""Hands work to workers through the database, so that a dead broker loses nothing."""

from __future__ import annotations

import logging
from itertools import takewhile
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from pmo.audit import ambience
from pmo.caching import house_cache
from pmo.notices.models import Message

log = logging.getLogger(__name__)
BATCH = 100


def enqueue(task: str, *arguments: Any) -> Message:
    """Write the task, and which request asks for it, into the outbox; it is sent after the commit."""
    request_id = ambience.current().request_id
    message = Message.objects.create(task=task, arguments=list(arguments), request_id=request_id)
    transaction.on_commit(_wake_up, robust=True)
    return message


def _wake_up() -> None:
    """Send at once what is waiting; when the broker does not answer the relay sends it later, and nobody waits."""
    if not connection.in_atomic_block and house_cache().answers():
        relay()


def relay() -> int:
    """Send unsent messages in order; several relays may run, each row is sent by one. Returns how many were sent.

    The first that the broker does not take ends it: rows are locked, and each of the others would wait as long.
    """
    sent = 0
    while True:
        with transaction.atomic():
            rows = list(Message.objects.select_for_update(skip_locked=True).filter(sent_at=None).order_by("pk")[:BATCH])
            done = list(takewhile(_send, rows))
            Message.objects.bulk_update(rows, ["sent_at", "attempts", "error"])
        sent += len(done)
        if len(done) < BATCH:
            return sent


def _send(message: Message) -> bool:
    message.attempts += 1
    try:
        headers = {ambience.REQUEST_HEADER: message.request_id} if message.request_id else {}
        current_app.send_task(message.task, args=message.arguments, headers=headers)
    except (OperationalError, RedisError, OSError) as error:
        message.error = type(error).__name__
        log.warning("The broker does not answer; %s waits in the outbox.", message)
        return False
    message.sent_at, message.error = timezone.now(), ""
    return True
