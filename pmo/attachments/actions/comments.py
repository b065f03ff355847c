"""Verbs on comments: write, change, remove."""

from __future__ import annotations

import re
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import insist, require
from pmo.attachments import queries, wording
from pmo.attachments.marking import mentions_in
from pmo.attachments.models import Comment
from pmo.attachments.offers import Kind
from pmo.attachments.rules.life import MOST_CHARACTERS
from pmo.audit.acting import action, lock
from pmo.audit.edit import save_checked
from pmo.audit.records import record
from pmo.kernel.errors import Broken, NotVisible, WrongState
from pmo.notices import outbox

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


@action("comment.write")
def write(kind: Kind, subject_id: int, text: str, *, actor: User, parent: int | None = None) -> Comment:
    """Say something about an object; an answer to an answer stands in the same thread.

    Raises NotVisible, Refused, Broken by field.
    """
    subject = kind.visible(actor).filter(pk=subject_id).first()
    if subject is None:
        raise NotVisible(_("This does not exist."))
    require(actor, kind.comment, subject, view=kind.view)
    comment = Comment(author=actor, parent=_thread(subject, parent), text=checked(text))
    comment.subject = subject
    comment.mentioned = _mentioned(comment)
    save_checked(comment)
    record(actor, "comment.write", comment, label=str(subject))
    outbox.enqueue("attachments.tell", comment.pk)
    return comment


def _thread(subject: object, pk: int | None) -> Comment | None:
    found = queries.thread_of(subject, pk)
    if pk and (found is None or found.is_removed):
        raise Broken(_("The comment that you answer is no longer there. Send yours as a new one."), "parent")
    return found


def _mentioned(comment: Comment) -> list[int]:
    people = queries.mentioned(comment.kind, comment.subject, mentions_in(comment.text))
    return sorted(user.pk for user in people)


def checked(text: str) -> str:
    """The text in one way of breaking lines; Broken when it is empty, too long or cannot be stored."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not plain:
        raise Broken(_("Write something first."), "text")
    if len(plain) > MOST_CHARACTERS:
        raise Broken(wording.too_long(len(plain)), "text")
    if _UNSTORABLE.search(plain):
        raise Broken(_("This text holds characters that cannot be stored (NUL or half a surrogate pair)."), "text")
    return plain


def _locked(pk: int, actor: User, version: int | None) -> Comment:
    found: Comment = lock(Comment.objects.visible_to(actor).select_related("author"), pk, version=version)
    return found


@action("comment.write")
def change(pk: int, text: str, *, actor: User, version: int | None = None) -> Comment:
    """Change one's own words within a day; the words before stay in the history, and only the newly named are told."""
    comment = _locked(pk, actor, version)
    require(actor, "comment.write", comment)
    _allow(comment, actor)
    plain = checked(text)
    if plain == comment.text:
        return comment
    comment.text, comment.edited_at = plain, timezone.now()
    comment.mentioned = _mentioned(comment)
    comment.version += 1
    save_checked(comment)
    record(actor, "comment.write", comment, label=str(comment.subject))
    outbox.enqueue("attachments.tell", comment.pk)
    return comment


def _allow(comment: Comment, actor: User) -> None:
    """Somebody else's words are refused (403); one's own that are too old or gone, by their state (409)."""
    verdict = queries.may_edit(comment, actor)
    if comment.author_id != actor.pk:
        insist(verdict)
    if not verdict:
        raise WrongState(verdict.reason)


@action("comment.moderate")
def remove(pk: int, *, actor: User, version: int | None = None, note: str = "") -> Comment:
    """Take a comment out of sight: its author may, and moderators of the object; who did it stays to be read."""
    comment = _locked(pk, actor, version)
    if comment.is_removed:
        raise WrongState(_("This comment was removed."))
    insist(queries.may_remove(comment, actor))
    comment.text, comment.mentioned = "", []
    comment.removed_at, comment.removed_by = timezone.now(), actor
    comment.version += 1
    save_checked(comment)
    record(actor, "comment.moderate", comment, note=note, label=str(comment.subject))
    return comment
