"""Help for action items."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "followups:action_item_list",
            _("Action items"),
            _("What somebody promised to do by a day, about a project, a report or anything else."),
            _("Whoever raises one names its owner; the owner starts and completes it."),
            (
                _("Raise one on the page of the object that it is about."),
                _("Complete it with a note; reopen it with a reason."),
            ),
            LISTS,
        )
    )
