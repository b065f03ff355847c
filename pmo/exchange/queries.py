"""Reads of import runs, and the answer to what may be done with one now."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import PROFILES, Profile
from pmo.kernel.errors import Broken
from pmo.kernel.verdict import YES, Verdict, no

PROGRESS_SECONDS = 3600


def profile_named(name: str) -> Profile:
    """The profile, or Broken listing those that exist."""
    profile = PROFILES.find(name)
    if profile is None:
        known = ", ".join(sorted(each.name for each in PROFILES))
        raise Broken(
            _("There is no kind of file “%(name)s”; known: %(known)s.") % {"name": name[:60], "known": known}, "profile"
        )
    return profile


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
    if run.state not in (ImportRun.State.PREVIEWED, ImportRun.State.FAILED):
        return no(
            _("Only a preview can be discarded; this import is %(state)s.") % {"state": run.get_state_display().lower()}
        )
    return YES


def may_run(user: User) -> Verdict:
    """Whether the person may import anywhere."""
    return can(user, "import.run")


def progress(run: ImportRun) -> int:
    """Per cent done of the work under way."""
    return int(cache.get(_progress_key(run.pk), 0)) if run.is_working else 100


def set_progress(run_id: int, percent: int) -> None:
    """Told beside the database, because the work itself is one transaction that nobody sees into."""
    cache.set(_progress_key(run_id), percent, PROGRESS_SECONDS)


def _progress_key(run_id: int) -> str:
    return f"exchange.progress.{run_id}"
