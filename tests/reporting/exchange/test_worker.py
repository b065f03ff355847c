"""An uploaded file is read, applied and undone through the outbox, the broker and a real worker, in few queries."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pmo.access.models import Grant, Role, User
from pmo.exchange import actions, working
from pmo.exchange.models import ImportRun
from portfolio.projects.models import Portfolio, Project
from portfolio.status.models import StatusReport


def register(count: int) -> bytes:
    head = "year,project_number,project_name,department,colour_rating,wlc_raw\n"
    rows = (
        f"2021,T_{number:04d},Project {number:04d} of many,DEP{number % 7},Amber,{number}\n" for number in range(count)
    )
    return (head + "".join(rows)).encode()


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_reads_and_applies_what_was_uploaded(
    worker: subprocess.Popen[bytes], eventually: Callable[..., Any], settings: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(django_settings.PMO_FILES)},
        },
    }
    analyst = User.objects.create_user("analyst")
    Grant.objects.create(user=analyst, role=Role.objects.get(code="analyst"))
    portfolio = Portfolio.objects.create(code="GOV", name="Major projects")
    file = ContentFile(register(30), name="register.csv")
    run = actions.upload("gmpp", file, into=portfolio.code, apply_when_clean=True, actor=analyst)
    try:
        done = eventually(lambda: ImportRun.objects.filter(pk=run.pk, state="applied").first())
        assert (done.rows_created, done.applied_by) == (30, analyst)
        assert StatusReport.objects.published().count() == 30
        assert Project.objects.order_by("code").first().reports.get().published_by == analyst
    finally:
        run.file.delete(save=False)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(preview: Any, analyst: User) -> None:
    def queries(count: int) -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as reading:
            run = preview(register(count))
        actions.apply(run.pk, actor=analyst)
        with CaptureQueriesContext(connection) as applying:
            working.apply(run.pk)
        actions.undo(run.pk, actor=analyst)
        return len(reading), len(applying)

    queries(1)
    assert queries(8) == queries(120)
