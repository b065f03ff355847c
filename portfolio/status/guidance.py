"""Help for status reports and for the form in which they are written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "portfolio:report_list",
            _("Status reports"),
            _("All reports with their state: draft, submitted, returned, published."),
            _("The project manager writes and submits; somebody else of the PMO publishes or returns it."),
            (
                _("Check what is submitted, and say what must be mended when you return it."),
                _("Ask for reports that are late."),
                _("A published report is never changed; a correction is its next edition."),
            ),
            LISTS,
            ("late-report", "cadence", "business-date"),
        ),
        Guide(
            "portfolio:status_form",
            _("Write a status report"),
            _("The report in two minutes: everything is filled in from last time, only what moved asks for a word."),
            _("The project manager or his deputy writes; what is typed is saved by itself and seen by the PMO only."),
            (
                _("Choose the overall status and write three sentences for the sponsor."),
                _("Where the figures say something else than you declare, say why."),
                _("Confirm what has not changed, tick what is done, and submit."),
            ),
            terms=("rag", "computed-health", "slip", "baseline"),
        ),
    )
