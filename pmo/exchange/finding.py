"""Finds imports by the name of their file and by what they went into."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pmo.exchange.models import ImportRun
from pmo.search.wording import entries
from pmo.ui.offers import COMMANDS, SEARCH, Command, Hit, SearchSource


def _entries() -> Any:
    over = Q(state__in=(ImportRun.State.UNDONE, ImportRun.State.DISCARDED))
    return entries(ImportRun, title="file_name", aliases=("into_label",), retired=over)


def _hit(run: ImportRun) -> Hit:
    told = " · ".join(str(each) for each in (run.get_state_display(), run.into_label) if each)
    return Hit(run.file_name, told, run.get_absolute_url())


IMPORTS = SearchSource(
    "import",
    "i",
    _("Imports"),
    "file-import",
    "import.run",
    ImportRun,
    _entries,
    lambda user: ImportRun.objects.visible_to(user),
    _hit,
)


def offer() -> None:
    """Called once, when the app is ready."""
    SEARCH.add(IMPORTS)
    COMMANDS.add(Command(_("Import data"), "exchange:import_upload", "import.run", "file-import", _("upload file")))
