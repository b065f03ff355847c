"""Verbs on imports: upload, answer, apply, discard, undo."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import PureWindowsPath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import require
from pmo.audit.acting import action, lock
from pmo.audit.records import record
from pmo.exchange import queries
from pmo.exchange.models import ImportRow, ImportRun
from pmo.exchange.offers import DESTINATIONS, Destination, Profile
from pmo.exchange.rules.decoding import KNOWN_ENCODINGS
from pmo.exchange.rules.plans import CREATED, SEPARATE, UPDATED
from pmo.kernel.errors import Broken, HouseError, WrongState
from pmo.kernel.verdict import Verdict
from pmo.notices import outbox

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MOST_OPTION_CHARACTERS = 100


class TooLarge(HouseError):
    """The upload is larger than this installation reads (413)."""

    def __init__(self) -> None:
        most = settings.IMPORT_MAX_BYTES // (1024 * 1024)
        super().__init__(_("The file is larger than %(most)s MB. Split it and import its parts.") % {"most": most})


@action("import.run")
def upload(
    profile_name: str,
    file: File[bytes],
    *,
    actor: User,
    into: str = "",
    options: Mapping[str, str] | None = None,
    apply_when_clean: bool = False,
) -> ImportRun:
    """Keep the file and have it read; `into` is the id or code of a portfolio.

    Raises Broken by field, TooLarge, Refused.
    """
    require(actor, "import.run")
    profile = queries.profile_named(profile_name)
    place = _destination(profile, into, actor)
    if (file.size or 0) > settings.IMPORT_MAX_BYTES:
        raise TooLarge
    if not file.size:
        raise Broken(_("The file is empty."), "file")
    run = ImportRun(
        profile=profile.name,
        file=file,
        file_name=clean_name(file.name or ""),
        file_size=file.size,
        sha256=_digest(file),
        into=place.id if place else None,
        into_label=place.label[:200] if place else "",
        options=_options(profile, options or {}),
        apply_when_clean=apply_when_clean,
        requested_by=actor,
    )
    run.save()
    record(actor, "import.run", run)
    outbox.enqueue("exchange.read", run.pk)
    return run


def _destination(profile: Profile, into: str, actor: User) -> Destination | None:
    if not profile.needs_destination:
        return None
    place = DESTINATIONS.find(actor, into) if into else None
    if place is None:
        raise Broken(_("Choose a portfolio into which you may import."), "into")
    return place


def _options(profile: Profile, given: Mapping[str, str]) -> dict[str, str]:
    known = {option.name: option for option in profile.options}
    found = {name: text.strip() for name, text in given.items() if name in (*known, "encoding") and text.strip()}
    for name, text in found.items():
        if name == "encoding" and text not in KNOWN_ENCODINGS:
            raise Broken(_("Known encodings: %(names)s.") % {"names": ", ".join(KNOWN_ENCODINGS)}, name)
        if len(text) > MOST_OPTION_CHARACTERS or (
            name in known and not re.fullmatch(known[name].pattern or ".*", text)
        ):
            raise Broken(
                _("“%(text)s” does not fit here. %(help)s") % {"text": text[:40], "help": known[name].help}, name
            )
    return found


def clean_name(name: str) -> str:
    """The last part of a file's name without characters that move the cursor; only ever shown, never opened."""
    bare = _CONTROL.sub("", PureWindowsPath(name.replace("/", "\\")).name).strip()
    return bare[-200:] or "file"


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _locked(run_id: int, actor: User, version: int | None) -> ImportRun:
    return lock(ImportRun.objects.visible_to(actor), run_id, version=version)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise WrongState(verdict.reason)


@action("import.run")
def answer(run_id: int, answers: Mapping[int, str], *, actor: User, version: int | None = None) -> ImportRun:
    """Say, by row id, which existing object a row means, or that it is a separate one; blank takes an answer back."""
    run = _locked(run_id, actor, version)
    if run.state != ImportRun.State.PREVIEWED:
        raise WrongState(_("Questions can only be answered before the import is applied."))
    rows = list(run.rows.filter(pk__in=list(answers)).exclude(choices=[]))
    for row in rows:
        _answer_row(run, row, answers[row.pk])
    ImportRow.objects.bulk_update(rows, ["answer", "outcome"])
    run.version += 1
    run.save()
    record(actor, "import.run", run, changes={str(row.line): ["", row.answer] for row in rows})
    return run


def _answer_row(run: ImportRun, row: ImportRow, given: str) -> None:
    if given not in ("", SEPARATE, *(choice["key"] for choice in row.choices)):
        raise Broken(_("Line %(line)s: choose one of those offered.") % {"line": row.line}, f"row-{row.pk}")
    run.questions += (not given) - (not row.answer)
    outcome = UPDATED if given not in ("", SEPARATE) else CREATED
    if row.outcome != outcome:
        step = 1 if outcome == UPDATED else -1
        run.rows_updated += step
        run.rows_created -= step
    row.answer, row.outcome = given, outcome


@action("import.run")
def apply(run_id: int, *, actor: User, version: int | None = None) -> ImportRun:
    """Have a preview written by a worker, in one transaction."""
    run = _locked(run_id, actor, version)
    _insist(queries.may_apply(run))
    return begin_applying(run, actor=actor)


def begin_applying(run: ImportRun, *, actor: User) -> ImportRun:
    """Move a locked run on to its worker."""
    run.state, run.applied_by, run.attempts, run.error = ImportRun.State.APPLYING, actor, 0, []
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=_("applied"))
    queries.set_progress(run.pk, 0)
    outbox.enqueue("exchange.apply", run.pk)
    return run


@action("import.run")
def discard(run_id: int, *, actor: User, version: int | None = None) -> ImportRun:
    """Give a preview up; its file and its report are kept."""
    run = _locked(run_id, actor, version)
    _insist(queries.may_discard(run))
    run.state = ImportRun.State.DISCARDED
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=_("discarded"))
    return run


@action("import.run")
def undo(run_id: int, *, actor: User, version: int | None = None) -> ImportRun:
    """Take an applied import back: all of it, or nothing when something it made was changed since."""
    run = _locked(run_id, actor, version)
    _insist(queries.may_undo(run))
    entries: list[dict[str, Any]] = [row.undo for row in run.rows.exclude(undo={})]
    queries.profile_named(run.profile).undo(entries, actor=actor)
    run.state, run.undone_at = ImportRun.State.UNDONE, timezone.now()
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=_("undone"))
    return run


def today() -> date:
    return timezone.localdate()
