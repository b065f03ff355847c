"""The worker's side of packs: make a run, sweep what was left, mail what was made."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from celery import shared_task
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pmo import storing
from pmo.access.models import User
from pmo.kernel.errors import HouseError, WrongState
from pmo.notices import outbox
from pmo.pdf.parts import Document
from reporting.packs import actions, files, leases, mail, queries, sealed
from reporting.packs.models import Delivery, PackRun
from reporting.packs.panels.book import picture_of, print_pack
from reporting.packs.rules.edition import Edition

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 15
Step = Callable[[int, str], None]


@shared_task(name="packs.make")
def make(run_id: int) -> None:
    """Make the pack of a run; delivered twice, or to two workers at once, it is still made once."""
    system = User.objects.system()
    token = actions.claim(run_id, actor=system)
    if token is None:
        return
    try:
        _make(run_id, token, system)
    except WrongState:
        log.warning("Pack run %s was taken over by another worker; this one drops its work.", run_id)
    except HouseError as refused:
        actions.fail(run_id, token, refused.message, actor=system, for_good=True)
    except OSError as unwritten:
        reason = _("The file could not be written: %(why)s") % {"why": unwritten.strerror or unwritten}
        actions.fail(run_id, token, reason, actor=system, for_good=True)
    except Exception as fault:
        log.exception("Pack run %s failed.", run_id)
        actions.fail(run_id, token, f"{type(fault).__name__}: {fault}", actor=system)


def _make(run_id: int, token: int, system: User) -> None:
    run = actions.begin(run_id, token, actor=system)
    with _alive(run_id, token) as step:
        step(10, "reading")
        edition, compared_with = _edition(run)
        step(30, "printing")
        document = print_pack(edition, run.language, picture_of(edition))
        step(90, "keeping")
        made = _keep(run, token, document)
    try:
        actions.finish(run_id, token, edition, compared_with, made, actor=system)
    except WrongState:
        files.forget(made.file)
        raise


def _edition(run: PackRun) -> tuple[Edition, int | None]:
    """All figures of one instant, and those of the pack to compare with."""
    noted = sealed.mark()
    with translation.override(run.language), queries.one_snapshot():
        as_of = timezone.now()
        people = queries.audience(run)
        earlier = queries.earlier_run(run.pack, run.at, run)
        previous = queries.earlier_figures(run.pack, run.at, people, earlier)
        ids = previous.by_id if previous else ()
        figures = queries.figures(run.pack, run.at, people, ids)
    number, software, design = run.number or 0, queries.software(), run.design
    figures = replace(figures, pack=design.title or figures.pack)
    edition = Edition(figures, previous, number, as_of, run.published, design, software, noted, queries.home_zone())
    return edition, earlier.pk if earlier else None


def _keep(run: PackRun, token: int, document: Document) -> actions.Made:
    name = files.name_of(run.pack_id, run.pk, token)
    storing.keep(name, document.bytes)
    return actions.Made(name, document.sha256, document.pages, len(document.bytes))


@contextmanager
def _alive(run_id: int, token: int) -> Iterator[Step]:
    """Keeps the lease while the work goes on; printing blocks this thread for many seconds, so another one does it."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            leases.keep(run_id, token)
        connection.close()

    def step(progress: int, stage: str) -> None:
        if not leases.keep(run_id, token, progress, stage):
            raise WrongState(_("Another worker has taken this run over."))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield step
    finally:
        stop.set()
        thread.join()


@shared_task(name="packs.sweep")
def sweep() -> None:
    """Each minute: no run and no mail that waits is forgotten, whatever the broker or the mail server lost."""
    actions.sweep(actor=User.objects.system())
    for delivery_id in mail.waiting():
        outbox.enqueue("packs.mail", delivery_id)


@shared_task(name="packs.mail")
def send_mail(delivery_id: int) -> None:
    """The covering mail to one recipient; a crash after the mail server took it may send it twice."""
    if Delivery.objects.filter(pk=delivery_id, sent_at=None, refused="").exists():
        mail.deliver(delivery_id, actor=User.objects.system())
