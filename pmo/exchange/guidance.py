"""Help for imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "exchange:import_list",
            _("Imports"),
            _("Files that were brought in: published registers, lists of projects, edited workbooks."),
            _("The PMO uploads and applies; an import can be undone as long as nobody has built upon it."),
            (
                _("Upload a file or paste a table, and check which column means what."),
                _("Read the preview: nothing is written before you apply it."),
            ),
            LISTS,
        ),
        Guide(
            "exchange:import_run",
            _("One import"),
            _("What this file would change, row by row, with a reason and a remedy for each row that is refused."),
            _("Whoever uploaded it, or others of the PMO; it changes only what the rights of its user reach."),
            (
                _("Mend refused rows here or in the file, and answer the questions about similar names."),
                _("Apply: all rows are written together, or none."),
                _("Undo it if it was the wrong file."),
            ),
            LISTS,
        ),
    )
