"""Verbs on packs and their runs: set up, request, claim, begin, finish, fail, publish, sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access import preferences
from pmo.access.models import User
from pmo.access.policy import reach, require
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.persons import word
from pmo.audit.records import record
from pmo.kernel.errors import Broken, NotVisible, Refused, WrongState
from pmo.kernel.verdict import no
from pmo.notices import outbox
from pmo.notices.telling import tell
from pmo.organisation.queries import house_today
from reporting.packs import designing, files, leases, queries
from reporting.packs.models import ATTEMPTS, LEASE, Delivery, Pack, PackRun
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import to_json
from reporting.packs.sealed import with_seal, without_seal

TASK = "packs.make"
OPEN = (PackRun.State.QUEUED, PackRun.State.RUNNING)


@dataclass(frozen=True)
class Made:
    """What the worker hands back: the file it has written and what is known of it."""

    file: str
    sha256: str
    pages: int
    size: int


@action("pack.edit")
def create_pack(fields: Mapping[str, Any], *, actor: User) -> Pack:
    """A new pack about a portfolio, programme or unit in which the actor may edit packs, or about everything."""
    require(actor, "pack.edit")
    values = dict(fields)
    recipients = list(values.pop("recipients", ()))
    looks = _looks(values)
    pack = Pack(**values)
    save_checked(pack)
    _insist_on_scope(pack, actor)
    _address(pack, recipients)
    designing.redesign(pack, looks, actor=actor)
    record(actor, "pack.edit", pack, changes={"recipients": ["", _names(recipients)]} if recipients else {})
    return pack


@action("pack.edit")
def edit_pack(pack: Pack, changes: Mapping[str, Any], *, actor: User, version: int | None) -> Pack:
    """Change a pack and its recipients; kept runs stay as they are."""
    current = lock(Pack.objects.visible_to(actor), pack.pk, version=version)
    require(actor, "pack.edit", current, view="pack.view")
    values = dict(changes)
    recipients = values.pop("recipients", None)
    looks = _looks(values)
    differing = apply_changes(current, values)
    if recipients is not None:
        differing |= _readdress(current, list(recipients))
    if differing:
        current.version += 1
        save_checked(current)
        _insist_on_scope(current, actor)
        record(actor, "pack.edit", current, changes=differing)
    designing.redesign(current, looks, actor=actor)
    return current


def _looks(values: dict[str, Any]) -> dict[str, Any]:
    """Takes out what the pack's template decides."""
    return {name: values.pop(name) for name in designing.MIRRORED if name in values}


@action("pack.edit")
def add_recipient(pack_id: int, person: User, *, actor: User) -> Pack:
    """One more reader; from now on the pack counts only what this person may see too."""
    return _with_recipients(pack_id, actor, lambda people: [*people, person])


@action("pack.edit")
def remove_recipient(pack_id: int, person_id: int, *, actor: User) -> Pack:
    """One reader less; kept editions stay open to whoever may see all that they count."""
    return _with_recipients(pack_id, actor, lambda people: [user for user in people if user.pk != person_id])


def _with_recipients(pack_id: int, actor: User, change: Callable[[list[User]], list[User]]) -> Pack:
    pack = lock(Pack.objects.visible_to(actor), pack_id)
    require(actor, "pack.edit", pack, view="pack.view")
    differing = _readdress(pack, change(list(pack.recipients.all())))
    if differing:
        pack.version += 1
        pack.save()
        record(actor, "pack.edit", pack, changes=differing)
    return pack


def _insist_on_scope(pack: Pack, actor: User) -> None:
    if not Pack.objects.visible_to(actor, "pack.edit").filter(pk=pack.pk).exists():
        raise Refused(no(_("Your roles do not let you edit packs about this.")))


def _readdress(pack: Pack, recipients: list[User]) -> dict[str, list[str]]:
    before = list(pack.recipients.all())
    if {user.pk for user in before} == {user.pk for user in recipients}:
        return {}
    _address(pack, recipients)
    return {"recipients": [_names(before), _names(recipients)]}


def _address(pack: Pack, recipients: Iterable[User]) -> None:
    for user in recipients:
        if not user.is_active or not reach(user, "pack.download"):
            raise Broken(_("%(person)s may not download packs; give a role first.") % {"person": user}, "recipients")
    pack.recipients.set(recipients)


def _names(users: Iterable[User]) -> str:
    return ", ".join(sorted(word(user) for user in users))


@action("pack.run")
def request_run(pack_id: int, *, actor: User, at: date | None = None, published: bool = True) -> PackRun:
    """Have the pack made by a worker, for today or for an earlier business date."""
    pack = Pack.objects.visible_to(actor).filter(pk=pack_id).first()
    if pack is None:
        raise NotVisible(_("This pack does not exist."))
    require(actor, "pack.run", pack, view="pack.view")
    today = house_today()
    if at is not None and at > today:
        raise Broken(_("A pack reports on the past; choose today or an earlier date."), "at")
    run = PackRun.objects.create(
        pack=pack, at=at or today, published=published, requested_by=actor, requested_at=timezone.now()
    )
    record(actor, "pack.run", run)
    outbox.enqueue(TASK, run.pk)
    return run


@action("pack.edit")
def request_preview(pack_id: int, *, actor: User) -> PackRun:
    """Have the template in force printed with today's figures, for its editor; the preview before it is thrown away."""
    pack = lock(Pack.objects.visible_to(actor), pack_id)
    require(actor, "pack.edit", pack, view="pack.view")
    _forget_previews(pack)
    template = queries.template_of(pack)
    run = PackRun.objects.create(
        pack=pack,
        at=house_today(),
        published=False,
        preview=True,
        template=template if template.pk else None,
        requested_by=actor,
        requested_at=timezone.now(),
    )
    outbox.enqueue(TASK, run.pk)
    return run


def _forget_previews(pack: Pack) -> None:
    """Previews that are made or failed, with their files; one that is under way is left to its worker."""
    ended = PackRun.objects.filter(pack=pack, preview=True).exclude(state__in=OPEN)
    for run in ended:
        files.forget(run.file)
    ended.delete()


@action("pack.run")
def request_slot(pack: Pack, schedule_id: int, slot: datetime, at: date, *, actor: User) -> PackRun | None:
    """The run of a scheduled slot; None when the slot has its run already."""
    require(actor, "pack.run", pack, view="pack.view")
    run, created = PackRun.objects.get_or_create(
        schedule_id=schedule_id,
        slot=slot,
        defaults={"pack": pack, "at": at, "requested_by": actor, "requested_at": timezone.now()},
    )
    if not created:
        return None
    record(actor, "pack.run", run)
    outbox.enqueue(TASK, run.pk)
    return run


@action("pack.run")
def claim(run_id: int, *, actor: User) -> int | None:
    """Take the run for this worker and return the fencing token; None when another has it, or it ended."""
    return leases.take(run_id)


@action("pack.run")
def begin(run_id: int, token: int, *, actor: User) -> PackRun:
    """Give the run its edition number and the template in force, before its figures are read."""
    run = _held(run_id, token)
    if run.number is None and not run.preview:
        pack = lock(Pack.objects.all(), run.pack_id)
        run.number = (PackRun.objects.filter(pack=run.pack_id).aggregate(last=Max("number"))["last"] or 0) + 1
        run.template = designing.frozen(pack, actor=actor)
        run.save(update_fields=["number", "template"])
    return run


@action("pack.run")
def finish(run_id: int, token: int, edition: Edition, compared_with: int | None, made: Made, *, actor: User) -> PackRun:
    """Keep figures, hashes and file of a made pack, and hand the mails to the outbox: all or nothing."""
    run = _held(run_id, token)
    figures = edition.figures
    run.figures, run.data_sha256, run.as_of = with_seal(figures, edition.seal), edition.sha256, edition.as_of
    run.counted, run.of, run.compared_with_id = figures.counted, figures.of, compared_with
    run.earlier = _earlier(edition, compared_with)
    run.file, run.sha256, run.pages, run.size = made.file, made.sha256, made.pages, made.size
    run.state, run.progress, run.stage, run.error = PackRun.State.DONE, 100, "", ""
    run.finished_at, run.lease_until = timezone.now(), None
    run.save()
    record(actor, "pack.made", run, changes={"sha256": ["", made.sha256]})
    if run.published:
        _deliver(run)
    return run


def _earlier(edition: Edition, compared_with: int | None) -> dict[str, Any]:
    """The figures compared with, unless they stand in the run compared with as they are."""
    earlier = to_json(edition.previous) if edition.previous else {}
    kept = PackRun.objects.filter(pk=compared_with or 0).values_list("figures", flat=True).first()
    return {} if earlier == without_seal(kept or {}) else earlier


def _held(run_id: int, token: int) -> PackRun:
    """The run, locked, as long as the token is still the latest."""
    run = lock(PackRun.objects.select_related("pack", "requested_by", "template"), run_id)
    if run.token != token or run.state != PackRun.State.RUNNING:
        raise WrongState(_("Another worker has taken this run over."))
    return run


def _deliver(run: PackRun) -> None:
    """One mail and one notice for every recipient, and a notice for whoever asked."""
    people = list(run.pack.recipients.filter(is_active=True))
    Delivery.objects.bulk_create([Delivery(run=run, user=user) for user in people], ignore_conflicts=True)
    for pk in Delivery.objects.filter(run=run, sent_at=None).values_list("pk", flat=True):
        outbox.enqueue("packs.mail", pk)
    tell(
        [*people, run.requested_by],
        kind="pack",
        text=lambda: _ready(run),
        url=run.get_absolute_url(),
        key=f"pack-{run.pk}",
    )


def _ready(run: PackRun) -> str:
    facts = {"pack": run.pack.name, "subject": run.pack.scope or _("Everything"), "at": preferences.day(run.at)}
    return _("%(pack)s as of %(at)s is ready: %(subject)s") % facts


@action("pack.run")
def fail(run_id: int, token: int, reason: str, *, actor: User, for_good: bool = False) -> PackRun | None:
    """Put a failed attempt back into the queue, or end the run when no attempt is left; None when fenced off."""
    run = lock(PackRun.objects.all(), run_id)
    if run.token != token or run.state != PackRun.State.RUNNING:
        return None
    run.error = reason[:300]
    if not for_good and run.attempts < ATTEMPTS:
        _queue_again(run)
        return run
    _end(run, actor)
    return run


def _queue_again(run: PackRun) -> None:
    """The lease of a waiting run says until when its message may be under way before it is sent once more."""
    run.state, run.lease_until = PackRun.State.QUEUED, timezone.now() + LEASE
    run.save()
    outbox.enqueue(TASK, run.pk)


def _end(run: PackRun, actor: User) -> None:
    run.state, run.lease_until, run.finished_at = PackRun.State.FAILED, None, timezone.now()
    run.save()
    record(actor, "pack.failed", run, note=run.error)
    text = _("%(pack)s could not be made: %(reason)s") % {"pack": run, "reason": run.error}
    tell([run.requested_by], kind="pack", text=text, url=run.get_absolute_url(), key=f"pack-failed-{run.pk}")


@action("pack.run")
def publish_run(run_id: int, *, actor: User) -> PackRun:
    """Hand a draft out to its recipients."""
    run = lock(PackRun.objects.visible_to(actor).select_related("pack", "requested_by"), run_id)
    require(actor, "pack.run", run, view="pack.view")
    if run.state != PackRun.State.DONE or run.published or run.preview:
        raise WrongState(_("Only a finished draft can be published."))
    run.published = True
    run.save(update_fields=["published"])
    record(actor, "pack.published", run)
    _deliver(run)
    return run


@action("pack.download")
def note_download(run_id: int, *, actor: User) -> None:
    """Keep who took the file."""
    run = PackRun.objects.select_related("pack").defer("figures", "earlier").get(pk=run_id)
    require(actor, "pack.download", run, view="pack.view")
    record(actor, "pack.download", run)


@action("pack.run")
def sweep(*, actor: User) -> int:
    """Publish again what waits or whose worker fell silent, and end what failed too often; returns how many."""
    now = timezone.now()
    forgotten = Q(state=PackRun.State.QUEUED, lease_until=None, requested_at__lt=now - LEASE / 2)
    silent = Q(state__in=OPEN, lease_until__lt=now)
    runs = list(PackRun.objects.select_for_update(of=("self",), skip_locked=True).filter(forgotten | silent))
    for run in runs:
        if run.attempts >= ATTEMPTS:
            run.error = run.error or _("The worker fell silent %(n)s times.") % {"n": run.attempts}
            _end(run, actor)
        else:
            _queue_again(run)
    return len(runs)
