"""Exports made by workers: asked for, made once, kept for a week, then deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pmo import storing
from pmo.access.models import User
from pmo.access.policy import can, insist
from pmo.audit.acting import action, lock
from pmo.audit.records import record
from pmo.kernel.errors import HouseError, WrongState
from pmo.notices import outbox
from pmo.notices.telling import tell
from pmo.ui.exports import KINDS, file_name
from pmo.ui.models import ExportRun
from pmo.ui.pages.exporting import ListFile
from pmo.ui.pages.replay import list_at, speaking_as

FOLDER: Final = "exports"
KEPT: Final = timedelta(days=7)
FORGOTTEN: Final = timedelta(minutes=15)
MOST_ATTEMPTS: Final = 3
State = ExportRun.State


@action("export.run")
def ask(page: str, parts: dict[str, Any], query: str, kind: str, *, actor: User) -> ExportRun:
    """Have the file made by a worker; the list is asked now, so that a wrong address is told at once."""
    listed = list_at(page, parts, query, actor)
    file = ListFile(listed, kind)
    count = file.count()
    file.check_length(count)
    run = ExportRun.objects.create(
        requested_by=actor,
        page=page,
        parts=parts,
        query=query,
        kind=kind,
        title=str(listed.get_title())[:200],
        language=get_language() or "en",
        rows=count,
    )
    record(actor, "export.run", run)
    outbox.enqueue("lists.export", run.pk)
    return run


def make(run_id: int) -> None:
    """Write the file; delivered twice, it is made once, and a run that stopped its worker three times is given up."""
    run = _begin(run_id)
    if run is None:
        return
    try:
        with speaking_as(run.requested_by, run.language):
            listed = list_at(run.page, run.parts, run.query, run.requested_by)
            file = ListFile(listed, run.kind)
            body = file.body()
    except HouseError as refused:
        _end(run, state=State.FAILED, error=refused.message[:500])
        return
    except OSError as unwritten:
        _end(run, state=State.FAILED, error=str(unwritten.strerror or unwritten)[:500])
        return
    name = f"{FOLDER}/{run.pk}-{run.attempts}.{run.kind}"
    storing.keep(name, body)
    _end(run, state=State.DONE, file=name, size=len(body), sha256=hashlib.sha256(body).hexdigest(), progress=100)


def _begin(run_id: int) -> ExportRun | None:
    with transaction.atomic():
        waiting = ExportRun.objects.select_for_update(of=("self",), skip_locked=True).select_related("requested_by")
        run = waiting.filter(pk=run_id, state__in=(State.QUEUED, State.RUNNING)).first()
        if run is None or run.state == State.RUNNING and timezone.now() - run.updated_at < FORGOTTEN:
            return None
        run.attempts += 1
        run.state = State.RUNNING if run.attempts <= MOST_ATTEMPTS else State.FAILED
        run.progress = 10
        if run.state == State.FAILED:
            run.error = _("The worker stopped several times on this export; filter the list and try again.")
        run.save()
    return run if run.state == State.RUNNING else None


def _end(run: ExportRun, **fields: Any) -> None:
    """Keep what became of the run and tell who asked."""
    with transaction.atomic():
        kept = lock(ExportRun.objects.filter(attempts=run.attempts), run.pk)
        for name, value in fields.items():
            setattr(kept, name, value)
        kept.finished_at, kept.version = timezone.now(), kept.version + 1
        kept.save()
        text = _ready_text(kept)
        tell([run.requested_by], kind="export", text=text, url=kept.get_absolute_url(), key=f"export-{kept.pk}")


def _ready_text(run: ExportRun) -> Callable[[], str]:
    def said() -> str:
        if run.state == State.DONE:
            return _("Your export “%(title)s” is ready.") % {"title": run.title}
        return _("Your export “%(title)s” could not be made: %(why)s") % {"title": run.title, "why": run.error}

    return said


def download(run: ExportRun, user: User) -> FileResponse:
    """The file, for who asked for it and may still export this list."""
    listed = list_at(run.page, run.parts, "", user)
    if listed.export_may:
        insist(can(user, listed.export_may))
    if run.state != State.DONE or not default_storage.exists(run.file):
        raise WrongState(_("This file is not there: it is not made yet, or was deleted after a week."))
    name = file_name(run.title, run.kind, timezone.localdate(run.finished_at))
    answer = FileResponse(
        default_storage.open(run.file), as_attachment=True, filename=name, content_type=KINDS[run.kind]
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def sweep() -> None:
    """Send again what a lost broker or worker forgot, and delete files after a week."""
    now = timezone.now()
    waiting = ExportRun.objects.filter(state__in=(State.QUEUED, State.RUNNING), updated_at__lt=now - FORGOTTEN)
    for run in waiting:
        outbox.enqueue("lists.export", run.pk)
    for run in ExportRun.objects.filter(state=State.DONE, finished_at__lt=now - KEPT):
        default_storage.delete(run.file)
        ExportRun.objects.filter(pk=run.pk).update(state=State.GONE, file="")


def place_of(run: ExportRun) -> str:
    """The list that was exported, under its filters."""
    return f"{reverse(run.page, kwargs=run.parts)}?{run.query}".rstrip("?")
