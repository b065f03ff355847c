"""Hands mail to the mail server; one that does not answer is left alone for a minute, so that it holds up no worker."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
REST_SECONDS: Final = 60


class ServerRests(OSError):
    """The mail server did not answer a moment ago; it is asked again later."""


def post(mail: EmailMessage) -> None:
    """Send a mail; waits for the server as long as EMAIL_TIMEOUT, and not at all while it rests.

    Raises ServerRests, OSError and SMTPException.
    """
    if rests():
        raise ServerRests(_("The mail server does not answer; it is asked again in a minute."))
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        if _timed_out(error):
            _let_rest()
        raise


def rests() -> bool:
    """Whether the server kept somebody waiting within the last minute; a cache that is away knows of nothing."""
    try:
        return bool(cache.get(_key()))
    except RedisError:
        return False


def _timed_out(error: BaseException | None) -> bool:
    """smtplib wraps a time-out of a reply in an error of its own."""
    return error is not None and (isinstance(error, TimeoutError) or _timed_out(error.__context__))


def _let_rest() -> None:
    log.warning("The mail server does not answer within %s s; mail waits a minute.", settings.EMAIL_TIMEOUT)
    try:
        cache.set(_key(), True, timeout=REST_SECONDS)
    except RedisError:
        log.warning("The cache does not answer; each mail asks the mail server for itself.")


def _key() -> str:
    return f"mail-server-rests:{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
