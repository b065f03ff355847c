"""Opens the history context of an actor around everything that an action writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pghistory
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from pghistory.models import Context
from structlog.contextvars import bound_contextvars

from pmo.access import reliance
from pmo.access.models import User
from pmo.audit import ambience
from pmo.kernel.errors import NotVisible, Stale

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

_depth: ContextVar[int] = ContextVar("pmo_acting_depth", default=0)


@contextmanager
def acting(actor: User, code: str, **metadata: Any) -> Iterator[None]:
    """One transaction whose history rows all name the actor, the verb and the request.

    Inside another action the outer verb stays: a demand that becomes a project is one act.
    """
    outermost = _depth.get() == 0
    mark = _depth.set(_depth.get() + 1)
    facts = {"actor": actor.pk, "verb": code, **ambience.current().metadata(), **metadata} if outermost else {}
    try:
        with (
            _many_one_by_one(outermost),
            reliance.noting(),
            bound_contextvars(**({"actor": actor.pk, "verb": code} if outermost else {})),
            pghistory.context(**facts),
            transaction.atomic(),
        ):
            yield
            if outermost:
                _tell_principal()
    finally:
        _depth.reset(mark)


def _tell_principal() -> None:
    """Put on whose behalf an act was done beside all its events, also where the act keeps no record of its own."""
    principal = reliance.principal()
    if principal is not None:
        with pghistory.context(on_behalf_of=principal) as act:
            Context.objects.filter(pk=act.id).update(metadata=act.metadata)


@contextmanager
def _many_one_by_one(outermost: bool) -> Iterator[None]:
    """Statements with many rows of parameters run row by row: history's tracker cannot join its own to all of them."""
    if not outermost:
        yield
        return
    with connection.execute_wrapper(_one_by_one):
        yield


def _one_by_one(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not many:
        return execute(sql, params, many, context)
    for each in params:
        context["cursor"].execute(sql, each)
    return None


def nested() -> bool:
    """Whether the running action is a part of another, whose verb and reason tell the whole act."""
    return _depth.get() > 1


def action(code: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a verb: runs in one transaction, its history names `actor` (a required keyword)."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs.get("actor")
            if not isinstance(actor, User):
                raise TypeError(f"{function.__name__} needs the keyword actor, a user.")
            with acting(actor, code, **_reason(kwargs)):
                return function(*args, **kwargs)

        run.code = code  # type: ignore[attr-defined]
        return run

    return decorate


def _reason(arguments: Mapping[str, Any]) -> dict[str, str]:
    """The note of an action, known before its first write so that the history rows carry it."""
    note = arguments.get("note")
    return {"note": note} if isinstance(note, str) and note else {}


def lock(queryset: models.QuerySet[M], pk: Any, *, version: int | None = None) -> M:
    """The row, locked until the end of the action; Stale when `version` is no longer the current one."""
    found = queryset.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotVisible(_("This does not exist."))
    if version is not None and getattr(found, "version", version) != version:
        raise Stale(found)
    return found
