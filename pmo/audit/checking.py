"""Verifications of history that people ask for: run by a worker with its progress, kept with what they found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.utils import timezone

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import acting, action
from pmo.audit.models import Verification
from pmo.audit.records import record
from pmo.audit.sealing import seal
from pmo.audit.verifying import Account, Anchor, verify

State = Verification.State
ANCHORS: list[Callable[[], Iterable[Anchor]]] = []
"""Where rooms above noted heads of the chain; filled once at start."""


@action("audit.verify")
def request(*, actor: User) -> Verification:
    """Ask for a verification; the one that still runs is answered with, as walking twice tells nothing more."""
    require(actor, "audit.verify")
    running = Verification.objects.filter(state__in=(State.WAITING, State.RUNNING)).first()
    if running is not None:
        return running
    made = Verification.objects.create(requested_by=actor)
    record(actor, "audit.verify", made, label=str(made._meta.verbose_name))
    return made


def anchors() -> Iterator[Anchor]:
    """Every head of the chain that was noted: by earlier verifications, and by rooms above."""
    for pk, number, found in Verification.objects.filter(state=State.INTACT).values_list("pk", "seal", "hash"):
        if number is not None:
            yield Anchor(number, found, f"verification {pk}")
    for offered in ANCHORS:
        yield from offered()


def run(pk: int) -> None:
    """Walk the chain for a request, once."""
    if not Verification.objects.filter(pk=pk, state=State.WAITING).update(state=State.RUNNING):
        return

    def told(done: int, of: int) -> None:
        Verification.objects.filter(pk=pk).update(progress=100 * done // of)

    try:
        seal()
        account = verify(anchors(), told)
    except BaseException:
        Verification.objects.filter(pk=pk).update(state=State.FAILED, finished_at=timezone.now())
        raise
    _finish(Verification.objects.get(pk=pk), account)


def _finish(done: Verification, account: Account) -> None:
    system = User.objects.system()
    with acting(system, "audit.verify"):
        done.state = State.INTACT if account.intact else State.BROKEN
        done.finished_at, done.progress, done.rows = timezone.now(), 100, account.rows
        done.seal, done.hash = account.seal, account.hash
        done.findings = [finding.as_dict() for finding in account.findings]
        done.save()
        changes = {"state": [State.RUNNING.value, done.state]}
        record(system, "audit.verify", done, changes=changes, label=str(done._meta.verbose_name))
