"""What the covering mail says: decisions first, then the six figures and the three sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.packs import queries
from reporting.packs.models import PackRun
from reporting.packs.panels import wording
from reporting.packs.panels.heading import heading
from reporting.packs.panels.sections import summary


def context(run: PackRun) -> dict[str, Any]:
    """Everything the mail prints; of a pack that mails only a link, nothing but its name and day."""
    edition = queries.edition_of(run)
    figures = edition.figures
    shown = {
        "title": heading(figures),
        "organisation": figures.organisation,
        "scope": figures.scope,
        "day": wording.day(figures.at),
        "pages": run.pages,
        "edition": edition,
        "link_only": run.pack.link_only,
        "subject": heading(figures),
    }
    if run.pack.link_only:
        return shown
    told = summary(edition)
    return {**shown, **told, "asked_words": asked_words(told["asked"]), "subject": _subject(figures, told["asked"])}


def asked_words(asked: int) -> str:
    if not asked:
        return _("No decision is needed")
    return ngettext("%(n)s decision needed", "%(n)s decisions needed", asked) % {
        "n": wording.spelled(asked, start=True)
    }


def _subject(figures: Any, asked: int) -> str:
    return f"{heading(figures)}: {asked_words(asked).lower()}"
