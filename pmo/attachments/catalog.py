"""Fills the offers of the rooms below with what files and comments bring."""

from django.utils.translation import gettext_lazy as _

from pmo.attachments import finding, keeping
from pmo.notices.offers import AT_ONCE, KINDS, Channels, NoticeKind


def offer() -> None:
    """Called once, when the app is ready."""
    KINDS.add(
        NoticeKind("comment", _("Comments on what I follow"), _("Your projects, and where you spoke before.")),
        NoticeKind("approval", _("Files to approve, or returned to me"), channels=Channels(mail=AT_ONCE)),
    )
    finding.offer()
    keeping.offer()
