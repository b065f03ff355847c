"""Whether the process lives, whether the whole house is ready, and its figures for Prometheus."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from pmo.access import tokens
from pmo.access.policy import can
from pmo.caching import house_cache
from pmo.notices import heartbeat

SIGN_MAY_BE_OLD = 30
BEARER = "Bearer "


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "version": settings.PMO_VERSION})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Each part that work needs, with how long it took to ask; 503 unless all are there."""
    parts = {name: _asked(check) for name, check in CHECKS.items()}
    fine = all(part["ok"] for part in parts.values())
    answer = JsonResponse({"status": "ok" if fine else "unavailable", "checks": parts}, status=200 if fine else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _asked(check: Callable[[], str]) -> dict[str, object]:
    started = time.perf_counter()
    try:
        trouble = check()
    except Exception as error:
        trouble = type(error).__name__
    found: dict[str, object] = {"ok": not trouble, "ms": round((time.perf_counter() - started) * 1000, 1)}
    return {**found, "detail": trouble} if trouble else found


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _broker() -> str:
    """A server that answers but takes nothing, full or only to be read, is no broker."""
    house_cache().try_out()
    return ""


def _lives(sign: str) -> Callable[[], str]:
    def ask() -> str:
        age = heartbeat.age(sign)
        if age is None:
            return f"no sign of {sign} within the last hour"
        return "" if age <= SIGN_MAY_BE_OLD else f"the last sign of {sign} is {age:.0f} s old"

    return ask


class Migrations:
    """Asks the database until all migrations are applied, then never again: they stay so while a process runs."""

    applied = False

    def __call__(self) -> str:
        if self.applied:
            return ""
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self.applied = waiting == 0
        return f"{waiting} migrations are not applied" if waiting else ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "worker": _lives(heartbeat.WORKER),
    "beat": _lives(heartbeat.CLOCK),
    "migrations": Migrations(),
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for private addresses and for tokens of those who see background work."""
    if not (is_private(client_address(request)) or _token_may_see(request)):
        return HttpResponse("Metrics are for private addresses, or for a token with the scope job.view.\n", status=403)
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


def client_address(request: HttpRequest) -> str:
    """The caller's address; empty when it came through proxies that the settings do not know."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not forwarded:
        return str(request.META.get("REMOTE_ADDR", ""))
    return forwarded[-trusted] if 0 < trusted <= len(forwarded) else ""


def is_private(address: str) -> bool:
    """Whether the address is of this machine or of a private network; a Unix socket has none and is private."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False


def _token_may_see(request: HttpRequest) -> bool:
    header = request.headers.get("Authorization", "")
    secret = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
    token = tokens.find(secret) if secret.isascii() and secret.isprintable() and secret else None
    if token is None:
        return False
    token.user.token = token
    return bool(can(token.user, "job.view"))
