"""What the log tells of requests, sign-ins and tasks: ids, routes and results, never names or what was typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from celery.signals import task_prerun
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse

from pmo.audit.ambience import current

log = structlog.get_logger("pmo.requests")
QUIET = ("/healthz", "/readyz", "/metrics")
DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)


class RequestLogMiddleware:
    """One line for each request, with the id that its history carries; stands inside the middleware of that id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=current().request_id):
            response = self.get_response(request)
            if not request.path.startswith(QUIET):
                self.tell(request, response, time.perf_counter() - begun)
        return response

    @staticmethod
    def tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """The route in place of the address: addresses hold the keys of invitations and what people search for."""
        status = response.status_code
        speak = log.error if status >= 500 else log.warning if status in DENIED else log.info
        speak(
            "request denied" if status in DENIED else "request",
            method=request.method,
            route=getattr(request.resolver_match, "route", ""),
            status=status,
            ms=round(seconds * 1000),
            user_id=known_user(request),
        )


def known_user(request: HttpRequest) -> int | None:
    """Who asked, if the request found out; the log asks the database for nothing."""
    user = getattr(request, "_cached_user", None) or request.__dict__.get("user")
    wrapped = getattr(user, "_wrapped", user)
    found = getattr(wrapped, "pk", None)
    return found if isinstance(found, int) else None


def follow() -> None:
    """Tell of sign-ins, and give each line of a worker's task the id of the request that asked for it."""
    user_logged_in.connect(_signed_in, dispatch_uid="pmo.console.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="pmo.console.signed_out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="pmo.console.sign_in_failed")
    task_prerun.connect(_task_begins, weak=False, dispatch_uid="pmo.console.task_begins")


def _signed_in(user: Any, **_kwargs: Any) -> None:
    log.info("signed in", user_id=user.pk)


def _signed_out(user: Any = None, **_kwargs: Any) -> None:
    log.info("signed out", user_id=getattr(user, "pk", None))


def _sign_in_failed(**_kwargs: Any) -> None:
    """Without the name that was typed: now and then it is a password."""
    log.warning("sign-in failed")


def _task_begins(task: Any = None, task_id: str = "", **_kwargs: Any) -> None:
    structlog.contextvars.clear_contextvars()
    name = getattr(task, "name", "")
    structlog.contextvars.bind_contextvars(request_id=current().request_id, task=name, task_id=task_id)
