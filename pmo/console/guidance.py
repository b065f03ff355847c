"""Help for the pages of administration, action items and imports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(*_people(), *_settings())


def _people() -> list[Guide]:
    return [
        Guide(
            "console:user_list",
            _("Users"),
            _("Who can sign in, with which roles, and over which part of the portfolio."),
            _("System administrators invite people and grant roles; directors read."),
            (
                _("Invite somebody by e-mail; the invitation sets the password."),
                _("Grant a role over a portfolio or a unit rather than over everything."),
                _("Close the account of who leaves; what he answered for is handed over."),
            ),
            LISTS,
        ),
        Guide(
            "console:record_list",
            _("History"),
            _("Every act with who did it, when, by which door and why. Nothing here can be changed."),
            _("Whoever may see the history of his part; verification is for directors and administrators."),
            (
                _("Filter by person, act, project or time."),
                _("Open an act to see what changed and what else belonged to it."),
            ),
            LISTS,
        ),
        Guide(
            "console:job_list",
            _("Background work"),
            _("What workers do and did: mails, packs, exports, imports, and what failed."),
            _("System administrators watch it and try again what failed."),
            (
                _("Read why something failed, mend the cause, and try it again."),
                _("A worker that gives no sign of life must be started by whoever runs the servers."),
            ),
            LISTS,
        ),
    ]


def _settings() -> list[Guide]:
    return [
        Guide(
            "console:field_list",
            _("Custom fields"),
            _("Fields that this organisation adds to projects, portfolios and programmes."),
            _("Directors and portfolio managers declare fields and choose which roles see and write them."),
            (
                _("Declare a field with its type; choices can be retired but not renamed away."),
                _("Find it on forms, lists, imports, packs and over REST."),
            ),
        ),
        Guide(
            "console:settings",
            _("Organisation"),
            _("Name, currency, fiscal year, units, thresholds of health, mail and looks of this installation."),
            _("System administrators change them; a change of a threshold changes computed health at once."),
            (
                _("Set the thresholds from which a slip or an overrun is at risk and off track."),
                _("Enter the units, then the people in them."),
                _("Send a test mail."),
            ),
            terms=("slip", "overrun", "cadence"),
        ),
    ]
