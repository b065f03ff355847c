"""Tells people about comments and approvals, each in his own language and once per occasion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.attachments import queries
from pmo.attachments.models import Attachment, Comment
from pmo.notices.telling import tell


def _each(people: Iterable[User], text: Callable[[], str], *, kind: str, url: str, key: str) -> None:
    for user in people:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            tell([user], kind=kind, text=text(), url=url, key=key)


def of_comment(comment: Comment) -> None:
    """Who is named hears of it once, however often the comment is changed; so do those who follow the object."""
    named, following = queries.to_tell(comment)
    words = {"author": comment.author, "subject": comment.subject}
    url, key = comment.get_absolute_url(), f"comment-{comment.pk}"
    _each(named, lambda: _("%(author)s mentioned you on %(subject)s.") % words, kind="mention", url=url, key=key)
    _each(following, lambda: _("%(author)s commented on %(subject)s.") % words, kind="comment", url=url, key=key)


def of_review(attachment: Attachment, people: Iterable[User]) -> None:
    words = {"person": attachment.submitted_by, "title": attachment.title, "subject": attachment.subject}
    key = f"attachment-{attachment.pk}-{attachment.version}"
    text = lambda: _("%(person)s asks you to approve “%(title)s” of %(subject)s.") % words  # noqa: E731
    _each(people, text, kind="approval", url=attachment.get_absolute_url(), key=key)


def of_return(attachment: Attachment, note: str) -> None:
    """The reason stands on the page of the file; the notice names it in short."""
    newest = attachment.newest
    people = [user for user in (newest.uploaded_by,) if user.is_active]
    words = {"title": attachment.title, "note": note}
    key = f"attachment-{attachment.pk}-{attachment.version}"
    text = lambda: _("“%(title)s” was returned to you: %(note)s") % words  # noqa: E731
    _each(people, text, kind="approval", url=attachment.get_absolute_url(), key=key)
