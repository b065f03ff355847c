"""Verbs on files: add, revise, restore, submit, return, approve, withdraw, reinstate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final, cast

from django.conf import settings
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can, insist, require
from pmo.attachments import queries, storing, wording
from pmo.attachments.models import Attachment, FileVersion
from pmo.attachments.offers import Kind
from pmo.attachments.previews import is_drawable
from pmo.attachments.rules import content, life, names
from pmo.attachments.rules.archives import Trouble
from pmo.audit.acting import action, lock
from pmo.audit.edit import apply_changes, save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken, HouseError, NotVisible
from pmo.notices import outbox
from pmo.workflow import engine

_SWEEP_AFTER: Final = timedelta(hours=24)
_BATCH: Final = 500


class TooLarge(HouseError):
    """The upload is larger than this installation keeps (413)."""

    def __init__(self) -> None:
        super().__init__(wording.too_large())


# --- adding -----------------------------------------------------------------------------------------------------------
@action("attachment.add")
def add(
    kind: Kind, subject_id: int, upload: File[bytes], *, actor: User, title: str = "", note: str = ""
) -> Attachment:
    """Attach a file to an object that the actor may see.

    Raises TooLarge, Broken by field, NotVisible, Refused.
    """
    subject = kind.visible(actor).filter(pk=subject_id).first()
    if subject is None:
        raise NotVisible(_("This does not exist."))
    require(actor, kind.add, subject, view=kind.view)
    name = names.clean_name(upload.name or "")
    attachment = Attachment(title=title.strip() or names.title_of(name), created_by=actor)
    attachment.subject = subject
    media_type = judged(upload, name)
    with _kept(upload) as kept:
        save_checked(attachment)
        _version(attachment, kept, name, media_type, note, actor)
        record(actor, "attachment.add", attachment, note=note)
    return attachment


@action("attachment.add")
def revise(pk: int, upload: File[bytes], *, actor: User, version: int | None = None, note: str = "") -> Attachment:
    """A new version of a file; it begins as a draft, and what was approved stays in force until this one is."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "revise", actor=actor, flow=life.FLOW, note=note)
    name = names.clean_name(upload.name or "")
    media_type = judged(upload, name)
    with _kept(upload) as kept:
        return _renewed(attachment, kept, name, media_type, note, actor)


@action("attachment.add")
def restore(pk: int, number: int, *, actor: User, version: int | None = None) -> Attachment:
    """Make an earlier version the newest again, as a new version with the same bytes."""
    attachment = _locked(pk, actor, version)
    old = queries.version_of(attachment, number)
    if number == attachment.number:
        raise Broken(_("This is the newest version already."), "number")
    insist(queries.may_read(old, actor))
    note = _("Restored from version %(number)s.") % {"number": number}
    engine.move(attachment, "revise", actor=actor, flow=life.FLOW, note=note)
    with storing.opened(old.file) as file, _kept(File(file)) as kept:
        if kept.sha256 != old.sha256:
            raise Broken(wording.damaged(), "number")
        return _renewed(attachment, kept, old.file_name, old.media_type, note, actor, restored_from=number)


def _renewed(
    attachment: Attachment, kept: storing.Kept, name: str, media_type: str, note: str, actor: User, **more: Any
) -> Attachment:
    attachment.number += 1
    attachment.submitted_by = None
    _save(attachment)
    _version(attachment, kept, name, media_type, note, actor, **more)
    return attachment


def _version(
    attachment: Attachment, kept: storing.Kept, name: str, media_type: str, note: str, actor: User, **more: Any
) -> FileVersion:
    made = FileVersion(
        attachment=attachment,
        number=attachment.number,
        file=kept.name,
        file_name=name,
        size=kept.size,
        media_type=media_type,
        sha256=kept.sha256,
        note=note.strip(),
        uploaded_by=actor,
        uploaded_at=timezone.now(),
        **more,
    )
    save_checked(made)
    if made.is_picture:
        outbox.enqueue("attachments.preview", made.pk)
    return made


@contextmanager
def _kept(upload: File[bytes]) -> Iterator[storing.Kept]:
    """The bytes in the store; gone again when what follows fails. What a crash leaves is swept later."""
    upload.seek(0)
    kept = storing.keep(upload.chunks())
    try:
        yield kept
    except BaseException:
        storing.remove(kept.name)
        raise


def judged(upload: File[bytes], name: str) -> str:
    """The media type of an upload, read from its content; TooLarge, or Broken saying why it is not kept."""
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        raise TooLarge
    if not upload.size:
        raise Broken(_("The file is empty."), "file")
    file = cast(BinaryIO, upload.file)
    found = content.judge(names.extension(name), file)
    if found.trouble is None and found.media_type in content.PICTURES and not is_drawable(file):
        found = content.Judged(trouble=Trouble("picture"))
    if found.trouble is not None:
        raise Broken(wording.refusal(found.trouble, name), "file")
    return found.media_type


# --- its life ---------------------------------------------------------------------------------------------------------
def _locked(pk: int, actor: User, version: int | None) -> Attachment:
    found: Attachment = lock(Attachment.objects.visible_to(actor), pk, version=version)
    return found


def _save(attachment: Attachment) -> None:
    attachment.version += 1
    save_checked(attachment)


@action("attachment.add")
def rename(pk: int, changes: Mapping[str, Any], *, actor: User, version: int | None = None) -> Attachment:
    """Give a file another title; also those may who withdraw files."""
    attachment = _locked(pk, actor, version)
    if not can(actor, "attachment.withdraw", attachment):
        require(actor, "attachment.add", attachment)
    differing = apply_changes(attachment, changes)
    if differing:
        _save(attachment)
        record(actor, "attachment.add", attachment, changes=differing)
    return attachment


@action("attachment.add")
def submit(pk: int, *, actor: User, version: int | None = None, note: str = "") -> Attachment:
    """Ask for the approval of the newest version."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "submit", actor=actor, flow=life.FLOW, note=note)
    attachment.submitted_by = actor
    _save(attachment)
    outbox.enqueue("attachments.tell_approvers", attachment.pk)
    return attachment


@action("attachment.approve")
def send_back(pk: int, note: str, *, actor: User, version: int | None = None) -> Attachment:
    """Return a file in review to a draft, with the reason."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "return", actor=actor, flow=life.FLOW, note=note)
    _save(attachment)
    outbox.enqueue("attachments.tell_returned", attachment.pk, note)
    return attachment


@action("attachment.approve")
def approve(pk: int, *, actor: User, version: int | None = None, note: str = "") -> Attachment:
    """Put the newest version in force; the one approved before is superseded. Never by whoever brought its content."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "approve", actor=actor, flow=life.FLOW, note=note)
    attachment.approved_number = attachment.number
    newest = queries.version_of(attachment, attachment.number)
    newest.approved_by, newest.approved_at = actor, timezone.now()
    save_checked(newest)
    _save(attachment)
    return attachment


@action("attachment.withdraw")
def withdraw(pk: int, note: str, *, actor: User, version: int | None = None) -> Attachment:
    """Take a file out of use, with the reason; its versions are kept for the time of retention."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "withdraw", actor=actor, flow=life.FLOW, note=note)
    attachment.withdrawn_at, attachment.submitted_by = timezone.now(), None
    _save(attachment)
    return attachment


@action("attachment.withdraw")
def reinstate(pk: int, *, actor: User, version: int | None = None, note: str = "") -> Attachment:
    """Bring a withdrawn file back as a draft."""
    attachment = _locked(pk, actor, version)
    engine.move(attachment, "reinstate", actor=actor, flow=life.FLOW, note=note)
    attachment.withdrawn_at = None
    _save(attachment)
    return attachment


# --- by a worker ------------------------------------------------------------------------------------------------------
@action("attachment.add")
def keep_preview(version_id: int, drawn: bytes, *, actor: User) -> None:
    """Store the small picture of a version; a second one that comes too late is dropped."""
    version = FileVersion.objects.select_for_update().get(pk=version_id)
    if version.preview or version.purged_at is not None:
        return
    version.preview = storing.keep([drawn]).name
    version.save(update_fields=["preview"])


@action("attachment.withdraw")
def purge(version_id: int, *, before: datetime, actor: User) -> bool:
    """Delete the bytes of a version of a file that was withdrawn before; what it was stays told."""
    version = queries.expired(before).select_for_update(of=("self",)).filter(pk=version_id).first()
    if version is None:
        return False
    for name in (version.preview, version.file):
        storing.remove(name)
    version.purged_at, version.preview = timezone.now(), ""
    save_checked(version)
    return True


def sweep_orphans(*, actor: User) -> int:
    """Delete stored files that no version owns, once they are a day old; returns how many."""
    removed, waiting = 0, []
    for name in storing.all_names(_SWEEP_AFTER):
        waiting.append(name)
        if len(waiting) == _BATCH:
            removed += _remove_unknown(waiting)
            waiting = []
    return removed + _remove_unknown(waiting)


def _remove_unknown(stored: list[str]) -> int:
    unknown = set(stored) - queries.known_names(stored)
    for name in unknown:
        storing.remove(name)
    return len(unknown)
