"""Help for the portfolio home."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "reporting:home",
            _("Portfolio home"),
            _("Where the portfolio stands and what needs you: key figures, lists, pictures and the projects."),
            _("Everybody sees the figures of the projects that he may see; hidden projects are never counted."),
            (
                _("Start with what needs attention, then open the figure that surprises you."),
                _("The mark beside a figure tells how it is computed and who entered it."),
                _("Choose an earlier day under “As of” to see what had been reported by then."),
            ),
            LISTS,
            ("rag", "off-track", "baseline", "slip", "overrun", "business-date"),
        )
    )
