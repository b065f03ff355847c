"""Every background task delivered ten times leaves what one delivery leaves; a new task needs its row here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from pmo.audit.models import Verification
from pmo.celery import app
from reporting.packs import actions
from reporting.packs.models import Delivery, Pack
from reporting.schedules.models import PackSchedule
from tests.house.subjects import subjects

pytestmark = [pytest.mark.faults, pytest.mark.django_db]
CHART = json.dumps({"mark": "point", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}})
Given = Callable[[dict[str, Any], Any], list[Any]]


def nothing(_found: dict[str, Any], _world: Any) -> list[Any]:
    return []


def key(name: str, *more: Any) -> Given:
    return lambda found, world: [found[name], *more]


def person(name: str) -> Given:
    return lambda found, world: [world.users[name].pk]


def _verification(_found: dict[str, Any], world: Any) -> list[Any]:
    return [Verification.objects.create(requested_by=world.users["director"]).pk]


def _mail(found: dict[str, Any], world: Any) -> list[Any]:
    run = actions.request_run(found["pack"], actor=world.users["director"])
    app.tasks["packs.make"](run.pk)
    return [Delivery.objects.create(run=run, user=world.users["director"]).pk]


def _waiting_pack(found: dict[str, Any], world: Any) -> list[Any]:
    return [actions.request_run(found["pack"], actor=world.users["director"]).pk]


def _letter(_found: dict[str, Any], world: Any) -> list[Any]:
    from pmo.notices.models import Letter

    return [getattr(Letter.objects.first(), "pk", 0)]


def _sweep(_found: dict[str, Any], _world: Any) -> list[Any]:
    from pmo.organisation.models import Sweep

    return [Sweep.objects.create().pk]


CASES: dict[str, Given] = {
    "attachments.preview": key("file"),
    "attachments.sweep": nothing,
    "attachments.tell": key("comment"),
    "attachments.tell_approvers": key("waiting_file"),
    "attachments.tell_returned": key("waiting_file", "Look again."),
    "audit.seal": nothing,
    "audit.verify": _verification,
    "charts.draw": lambda found, world: [CHART],
    "console.end_session": lambda found, world: ["django.contrib.sessions.cached_db-ended"],
    "console.invite": person("alice"),
    "console.invited": key("invitation"),
    "console.test_mail": person("alice"),
    "console.reset": lambda found, world: [world.users["alice"].email],
    "exchange.apply": key("import"),
    "exchange.read": key("import"),
    "exchange.sweep": nothing,
    "files.tidy": nothing,
    "followups.remind": nothing,
    "followups.tell_move": lambda found, world: [found["action"], 1, world.users["bob"].pk, "complete"],
    "followups.tell_owner": lambda found, world: [found["action"], 1, world.users["bob"].pk],
    "lists.export": key("export"),
    "lists.sweep": nothing,
    "notices.digests": nothing,
    "notices.relay": nothing,
    "notices.send": _letter,
    "packs.mail": _mail,
    "packs.make": _waiting_pack,
    "packs.sweep": nothing,
    "rest.forget": nothing,
    "retention.nightly": nothing,
    "retention.run": _sweep,
    "schedules.tick": nothing,
    "status.remind": nothing,
    "status.tell_author": key("report", "published"),
    "status.tell_checkers": key("submitted"),
    "status.tell_manager": lambda found, world: [world.projects["N-1"].pk, world.users["bob"].pk, "2026-11-02"],
}
# What counts deliveries, sends of the outbox or instants of looking is not what a task is for.
COUNTERS = {"audit.seal", "audit.sealpart", "reporting.packschedule", "notices.message"}


@pytest.fixture(autouse=True)
def registered() -> None:
    """Tasks are known once a worker, or this, has looked for them."""
    app.loader.import_default_modules()


def ours() -> set[str]:
    return {name for name in app.tasks if not name.startswith("celery.")}


def state() -> dict[str, list[Any]]:
    """Every row of every table, but those that count."""
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.label_lower not in COUNTERS]
    return {
        model._meta.label_lower: sorted(map(repr, model._base_manager.values_list()))
        for model in models
        if not model._meta.proxy
    }


def test_every_task_is_tried() -> None:
    assert ours() == set(CASES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_ten_deliveries_leave_what_one_leaves(name: str, world: Any, tmp_path: Path, settings: Any) -> None:
    found = subjects(world)
    arguments = CASES[name](found, world)
    app.tasks[name](*arguments)
    once = state()
    for _again in range(9):
        app.tasks[name](*arguments)
    assert state() == once


def test_a_tick_delivered_ten_times_makes_one_run_of_a_slot(world: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    pack = Pack.objects.create(name="North report", portfolio=world.portfolios["NORTH"])
    minute = timezone.now().replace(second=30, microsecond=0) - timedelta(minutes=1)
    schedule = PackSchedule.objects.create(pack=pack, cron="* * * * *", time_zone="UTC", checked_until=minute)
    for _again in range(10):
        app.tasks["schedules.tick"]()
    slots = list(schedule.runs.values_list("slot", flat=True))
    assert len(slots) == len(set(slots)) >= 1
