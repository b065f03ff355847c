"""Tells people about comments and approvals, once per occasion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.attachments import queries
from pmo.attachments.models import Attachment, Comment
from pmo.notices.telling import tell


def of_comment(comment: Comment) -> None:
    """Who is named hears of it once, however often the comment is changed; so do those who follow the object."""
    named, following = queries.to_tell(comment)
    about, view = comment.scope_subject, comment.kind.view
    words = {"author": comment.author, "subject": comment.subject}
    url, key = comment.get_absolute_url(), f"comment-{comment.pk}"

    def mentions() -> str:
        return _("%(author)s mentioned you on %(subject)s.") % words

    def comments() -> str:
        return _("%(author)s commented on %(subject)s.") % words

    tell(named, kind="mention", text=mentions, url=url, key=key, about=about, view=view)
    tell(following, kind="comment", text=comments, url=url, key=key, about=about, view=view)


def of_review(attachment: Attachment, people: Iterable[User]) -> None:
    """Those who may approve."""
    words = {"person": attachment.submitted_by, "title": attachment.title, "subject": attachment.subject}

    def text() -> str:
        return _("%(person)s asks you to approve “%(title)s” of %(subject)s.") % words

    _of_file(attachment, people, text)


def of_return(attachment: Attachment, note: str) -> None:
    """Who uploaded the version that came back; the page of the file tells the reason in full."""
    words = {"title": attachment.title, "note": note}

    def text() -> str:
        return _("“%(title)s” was returned to you: %(note)s") % words

    _of_file(attachment, [attachment.newest.uploaded_by], text)


def _of_file(attachment: Attachment, people: Iterable[User], text: Callable[[], str]) -> None:
    key = f"attachment-{attachment.pk}-{attachment.version}"
    about, view = attachment.scope_subject, attachment.kind.view
    tell(people, kind="approval", text=text, url=attachment.get_absolute_url(), key=key, about=about, view=view)
