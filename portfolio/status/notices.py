"""The kinds of notices about status reports, as people choose about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.notices.offers import AT_ONCE, DIGEST, KINDS, Channels, NoticeKind


def offer() -> None:
    """Called once, when the app is ready."""
    KINDS.add(
        NoticeKind(
            "status",
            _("Status reports"),
            _("A report waits for my check, or one of mine was returned or published."),
            Channels(mail=DIGEST),
        ),
        NoticeKind(
            "reminder",
            _("Reports that fall due"),
            _("Before the due date, on the day, and when it is over."),
            Channels(mail=AT_ONCE),
        ),
        NoticeKind(
            "asked",
            _("Somebody asks for my report"),
            _("A person has asked for a report that is late."),
            Channels(mail=AT_ONCE),
            fixed=True,
        ),
        NoticeKind(
            "escalation",
            _("Reports of my portfolio that stay out"),
            _("A report is so late that whoever answers for the portfolio is told."),
            Channels(mail=AT_ONCE),
            fixed=True,
        ),
    )
