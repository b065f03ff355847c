"""Verbs on imports: upload, answer, apply, discard, undo."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
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
from pmo.exchange.models import ImportMapping, ImportRow, ImportRun
from pmo.exchange.offers import DESTINATIONS, GENERIC, Destination, Profile
from pmo.exchange.rules.decoding import KNOWN_ENCODINGS
from pmo.exchange.rules.headers import header_key
from pmo.exchange.rules.limits import LIMITS
from pmo.exchange.rules.plans import CONFLICT, CREATED, REFUSED, SEPARATE, UPDATED
from pmo.kernel.errors import Broken, HouseError, WrongState
from pmo.kernel.verdict import Verdict
from pmo.notices import outbox

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MOST_OPTION_CHARACTERS = 100
MOST_MENDED = 1000
EVERY_FILE = ("encoding", "sheet", "headers")
"""What may be said about a file of any kind."""


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
    mapping: Mapping[str, str] | None = None,
    asks: bool = False,
    apply_when_clean: bool = False,
) -> ImportRun:
    """Keep the file and have it read; `into` is the id or code of a portfolio, `mapping` names columns by header.

    With `asks`, a person is there to say what columns mean of which the file leaves doubt.
    Raises Broken by field, TooLarge, Refused.
    """
    require(actor, "import.run")
    profile = queries.profile_named(profile_name)
    chosen = _options(profile, options or {})
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
        options=chosen,
        mapping=clean_mapping(_profile_to_fill(profile, chosen), mapping or {}),
        asks=asks,
        apply_when_clean=apply_when_clean,
        requested_by=actor,
    )
    run.save()
    record(actor, "import.run", run)
    queries.set_progress(run.pk, 0)
    outbox.enqueue("exchange.read", run.pk)
    return run


def _profile_to_fill(profile: Profile, options: Mapping[str, str]) -> Profile:
    return queries.target_named(options.get("target", "")).profile if profile.name == GENERIC else profile


def _destination(profile: Profile, into: str, actor: User) -> Destination | None:
    if not profile.needs_destination:
        return None
    place = DESTINATIONS.find(actor, into) if into else None
    if place is None:
        raise Broken(_("Choose a portfolio into which you may import."), "into")
    return place


def _options(profile: Profile, given: Mapping[str, str]) -> dict[str, str]:
    known = {option.name: option for option in profile.options}
    found = {name: text.strip() for name, text in given.items() if name in (*known, *EVERY_FILE) and text.strip()}
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


def insist_ready(verdict: Verdict) -> None:
    """Raises WrongState with the reason; doors ask before they read what was sent."""
    if not verdict:
        raise WrongState(verdict.reason)


@action("import.run")
def answer(run_id: int, answers: Mapping[int, str], *, actor: User, version: int | None = None) -> ImportRun:
    """Say, by row id, which existing object a row means, or that it is a separate one; blank takes an answer back."""
    run = _locked(run_id, actor, version)
    insist_ready(queries.may_answer(run))
    rows = list(run.rows.filter(pk__in=list(answers)).exclude(choices=[]))
    for row in rows:
        _answer_row(run, row, answers[row.pk])
    ImportRow.objects.bulk_update(rows, ["answer", "outcome"])
    run.version += 1
    run.save()
    record(actor, "import.run", run, changes={str(row.line): ["", row.answer] for row in rows})
    return run


def _answer_row(run: ImportRun, row: ImportRow, given: str) -> None:
    outcomes = _outcomes(row)
    if given not in outcomes:
        raise Broken(_("Line %(line)s: choose one of those offered.") % {"line": row.line}, f"row-{row.pk}")
    run.questions += (not given) - (not row.answer)
    outcome = outcomes[given]
    if row.outcome != outcome:
        for name, step in ((row.outcome, -1), (outcome, 1)):
            setattr(run, f"rows_{name}", getattr(run, f"rows_{name}") + step)
    row.answer, row.outcome = given, outcome


def _outcomes(row: ImportRow) -> dict[str, str]:
    """What becomes of a row by each answer; the blank one takes an answer back."""
    told = {choice["key"]: choice.get("outcome", UPDATED) for choice in row.choices}
    if row.question == CONFLICT:
        return {"": REFUSED, **told}
    return {"": CREATED, SEPARATE: CREATED, **told}


@action("import.run")
def choose_columns(
    run_id: int,
    mapping: Mapping[str, str],
    *,
    actor: User,
    version: int | None = None,
    sheet: str = "",
    remember: bool = False,
    share: bool = False,
) -> ImportRun:
    """Say which column each header means ("" for none) and have the file read again.

    `remember` keeps it for files with these headers, `share` for everybody.
    Raises Broken by field, WrongState, Refused.
    """
    run = _locked(run_id, actor, version)
    insist_ready(queries.may_map(run))
    if share:
        require(actor, "import.share_mapping")
    moves = bool(sheet) and sheet != run.report.get("sheet")
    run.options = {**run.options, "sheet": sheet} if moves else run.options
    run.mapping = {} if moves else clean_mapping(queries.profile_of(run), mapping, complete=True)
    if (remember or share) and not moves:
        _remember(run, actor, shared=share)
    return _read_again(run, actor, _("columns chosen"))


def clean_mapping(profile: Profile, given: Mapping[str, str], *, complete: bool = False) -> dict[str, str]:
    """The columns by the keys of headers, checked; `complete` ones must fill every needed column."""
    known = {column.name: column for column in profile.columns}
    mapping = {header_key(header): column for header, column in given.items()}
    wrong = sorted({column for column in mapping.values() if column and column not in known})
    if wrong or len(mapping) > LIMITS.columns:
        names = {"wrong": ", ".join(wrong)[:80], "known": ", ".join(known)}
        raise Broken(_("There is no column “%(wrong)s”; known: %(known)s.") % names, "mapping")
    lacking = [str(column.label) for name, column in known.items() if column.required and name not in mapping.values()]
    if complete and lacking:
        raise Broken(_("Say which column holds: %(columns)s.") % {"columns": ", ".join(lacking)}, "mapping")
    return mapping


def _remember(run: ImportRun, actor: User, *, shared: bool) -> None:
    ImportMapping.objects.update_or_create(
        profile=run.mapped_as,
        signature=run.report.get("signature", ""),
        person=None if shared else actor,
        defaults={"columns": run.mapping},
    )


@action("import.run")
def mend(run_id: int, edits: Mapping[int, Mapping[str, str]], *, actor: User, version: int | None = None) -> ImportRun:
    """Correct cells of a preview by line and column, and have the rows checked again. Raises Broken, WrongState."""
    run = _locked(run_id, actor, version)
    insist_ready(queries.may_mend(run))
    known = {column.name for column in queries.profile_of(run).columns}
    for line, cells in edits.items():
        if not known.issuperset(cells) or any(len(text) > LIMITS.cell_characters for text in cells.values()):
            raise Broken(_("Line %(line)s: a column is not known or a text is too long.") % {"line": line}, "edits")
        run.edits[str(line)] = {**run.edits.get(str(line), {}), **cells}
    if len(run.edits) > MOST_MENDED:
        raise Broken(
            _("At most %(most)s rows can be mended here; correct the file instead.") % {"most": MOST_MENDED}, "edits"
        )
    return _read_again(run, actor, _("cells mended"))


def _read_again(run: ImportRun, actor: User, note: str) -> ImportRun:
    run.state, run.attempts, run.error = ImportRun.State.READING, 0, []
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=note)
    queries.set_progress(run.pk, 0)
    outbox.enqueue("exchange.read", run.pk)
    return run


@action("import.run")
def apply(run_id: int, *, actor: User, version: int | None = None) -> ImportRun:
    """Have a preview written by a worker, in one transaction."""
    run = _locked(run_id, actor, version)
    insist_ready(queries.may_apply(run))
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
    insist_ready(queries.may_discard(run))
    run.state = ImportRun.State.DISCARDED
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=_("discarded"))
    return run


@action("import.run")
def undo(run_id: int, *, actor: User, version: int | None = None) -> ImportRun:
    """Take an applied import back: all of it, or nothing when something it made was changed since."""
    run = _locked(run_id, actor, version)
    insist_ready(queries.may_undo(run))
    entries: list[dict[str, Any]] = [row.undo for row in run.rows.exclude(undo={})]
    queries.profile_of(run).undo(entries, actor=actor)
    run.state, run.undone_at = ImportRun.State.UNDONE, timezone.now()
    run.version += 1
    run.save()
    record(actor, "import.run", run, note=_("undone"))
    return run
