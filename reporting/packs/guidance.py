"""Help for packs and their editions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "reporting:pack_list",
            _("Packs"),
            _("Reports about a portfolio, programme or unit that are printed as PDF and mailed to their recipients."),
            _("The PMO designs and schedules packs; recipients read them."),
            (
                _("Create a pack, choose its sections and recipients, and have a draft made."),
                _("Give it a schedule, so that it is made by itself."),
            ),
            LISTS,
        ),
        Guide(
            "reporting:pack",
            _("One pack"),
            _("What the pack reports on, for whom, when it is made by itself, and its editions so far."),
            _("The PMO changes it; a pack counts only projects that all its recipients may see."),
            (
                _("Have it made now, as a draft first if you like."),
                _("Add recipients; they may lower the number of projects that are counted."),
            ),
            LISTS,
        ),
        Guide(
            "reporting:pack_run",
            _("Edition of a pack"),
            _("One printed edition with its figures, its file and the proof that both are unchanged."),
            _("Whoever may see every project in it can download it; the PMO publishes drafts."),
            (
                _("Read what it says, then open the explanation of a figure by the mark beside it."),
                _("Publish a draft: its recipients then get it by mail."),
            ),
            terms=("business-date", "off-track", "exempt"),
        ),
    )
