"""Reads of import runs, and the answer to what may be done with one now."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can
from pmo.exchange.models import ImportMapping, ImportRun
from pmo.exchange.offers import GENERIC, PROFILES, TARGETS, Profile, Target
from pmo.kernel.errors import Broken
from pmo.kernel.verdict import YES, Verdict, no

PROGRESS_SECONDS = 3600
READING, PLANNING, KEEPING, WRITING = "reading", "planning", "keeping", "writing"
"""The stages of the work on a file, in their order; applying plans once more before it writes."""


def profile_named(name: str) -> Profile:
    """The profile, or Broken listing those that exist."""
    profile = PROFILES.find(name)
    if profile is None:
        known = ", ".join(sorted(each.name for each in PROFILES))
        raise Broken(
            _("There is no kind of file “%(name)s”; known: %(known)s.") % {"name": name[:60], "known": known}, "profile"
        )
    return profile


def profile_of(run: ImportRun) -> Profile:
    """How the rows of a run are read: for the generic kind of file, as the chosen register reads them."""
    if run.profile != GENERIC:
        return profile_named(run.profile)
    return target_named(run.options.get("target", "")).profile


def target_named(name: str) -> Target:
    """The register of this name, or Broken listing those that exist."""
    target = TARGETS.find(name)
    if target is None:
        known = ", ".join(each.name for each in TARGETS)
        raise Broken(
            _("There is no register “%(name)s”; known: %(known)s.") % {"name": name[:60], "known": known}, "target"
        )
    return target


def remembered(profile: str, signature: str, person: User) -> dict[str, str]:
    """How files with these headers were mapped last time: by the person, else for the whole organisation."""
    found = ImportMapping.objects.for_person(person).filter(profile=profile, signature=signature).first()
    return dict(found.columns) if found else {}


def may_share_mapping(user: User) -> Verdict:
    """Whether the person may have a mapping hold for everybody."""
    return can(user, "import.share_mapping")


def may_map(run: ImportRun) -> Verdict:
    """Whether it can still be said what the columns of a run mean."""
    if run.state in (ImportRun.State.MAPPING, ImportRun.State.PREVIEWED) or _failed_on_columns(run):
        return YES
    return no(_("Columns can only be changed before an import is applied."))


def _failed_on_columns(run: ImportRun) -> bool:
    return run.state == ImportRun.State.FAILED and bool(run.report.get("headers"))


def may_mend(run: ImportRun) -> Verdict:
    """Whether cells of a run can be corrected in its preview."""
    if run.state == ImportRun.State.PREVIEWED:
        return YES
    return no(_("Cells can only be mended before an import is applied."))


def may_answer(run: ImportRun) -> Verdict:
    """Whether it can still be said which objects doubtful rows mean."""
    if run.state == ImportRun.State.PREVIEWED:
        return YES
    return no(_("Questions can only be answered before the import is applied."))


def may_apply(run: ImportRun) -> Verdict:
    """Whether a run can be applied in its present state."""
    if run.state != ImportRun.State.PREVIEWED:
        return no(
            _("Only a preview can be applied; this import is %(state)s.") % {"state": run.get_state_display().lower()}
        )
    if run.rows_created + run.rows_updated == 0:
        return no(_("Nothing would change."))
    return YES


def may_undo(run: ImportRun) -> Verdict:
    """Whether a run can be taken back in its present state; what changed since is found when it is tried."""
    if run.state != ImportRun.State.APPLIED:
        return no(
            _("Only an applied import can be undone; this one is %(state)s.")
            % {"state": run.get_state_display().lower()}
        )
    return YES


def may_discard(run: ImportRun) -> Verdict:
    if run.state not in (ImportRun.State.PREVIEWED, ImportRun.State.MAPPING, ImportRun.State.FAILED):
        return no(
            _("Only a preview can be discarded; this import is %(state)s.") % {"state": run.get_state_display().lower()}
        )
    return YES


def may_run(user: User) -> Verdict:
    """Whether the person may import anywhere."""
    return can(user, "import.run")


def progress(run: ImportRun) -> int:
    """Per cent done of the work under way."""
    return _progress(run)[0] if run.is_working else 100


def stage(run: ImportRun) -> str:
    """What the worker is doing now; empty when nothing is under way."""
    return _progress(run)[1] if run.is_working else ""


def _progress(run: ImportRun) -> tuple[int, str]:
    percent, name = cache.get(_progress_key(run.pk)) or (0, "")
    return int(percent), str(name)


def set_progress(run_id: int, percent: int, stage: str = "") -> None:
    """Told beside the database, because the work itself is one transaction that nobody sees into."""
    cache.set(_progress_key(run_id), (percent, stage), PROGRESS_SECONDS)


def _progress_key(run_id: int) -> str:
    return f"exchange.progress.{run_id}"
