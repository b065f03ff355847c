"""Reads about files and comments: of one object, of one file, who may be mentioned and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import can
from pmo.attachments.marking import as_html
from pmo.attachments.models import Attachment, AttachmentQuerySet, Comment, FileVersion
from pmo.attachments.offers import KINDS, Kind
from pmo.attachments.rules import life
from pmo.kernel.errors import NotVisible
from pmo.kernel.verdict import YES, Verdict, no
from pmo.workflow.engine import may

MOST_ASKED = 60
MOST_SUGGESTED = 8


# --- objects ----------------------------------------------------------------------------------------------------------
def subject_at(user: Any, slug: str, key: str) -> tuple[Kind, Any]:
    """The kind and the visible object of an address; NotVisible for strangers and for what does not exist."""
    kind = KINDS.find(slug)
    subject = kind.find(user, key) if kind is not None else None
    if kind is None or subject is None:
        raise NotVisible(_("This does not exist, or you may not see it."))
    return kind, subject


def at_address(user: Any, address: str) -> tuple[Kind, Any] | None:
    """The kind and the visible object of `kind:key`; None for strangers and for what does not exist."""
    slug, _colon, key = address.partition(":")
    try:
        return subject_at(user, slug, key)
    except NotVisible:
        return None


# --- files ------------------------------------------------------------------------------------------------------------
def with_versions(rows: AttachmentQuerySet) -> AttachmentQuerySet:
    """Files with all their versions and people, in two more queries."""
    versions = FileVersion.objects.select_related("uploaded_by", "approved_by", "attachment")
    return rows.select_related("created_by").prefetch_related(Prefetch("versions", versions))


def files_of(subject: Any, *, withdrawn: bool = False) -> AttachmentQuerySet:
    """The files of an object by title; those withdrawn only when asked for."""
    rows = Attachment.objects.about(subject)
    return with_versions(rows if withdrawn else rows.live())


def version_of(attachment: Attachment, number: int) -> FileVersion:
    found = attachment.versions.select_related("attachment").filter(number=number).first()
    if found is None:
        raise NotVisible(_("There is no such version."))
    return found


def may_read(version: FileVersion, user: User) -> Verdict:
    """Whether the reader of the object may have the bytes: of withdrawn files only those who withdraw."""
    attachment = version.attachment
    if version.purged_at is not None:
        return no(_("The bytes of this version were deleted when the time for keeping them had passed."))
    if not attachment.is_withdrawn or can(user, "attachment.withdraw", attachment):
        return YES
    return no(_("This file was withdrawn."))


def may_step(attachment: Attachment, verb: str, user: User) -> Verdict:
    """Whether the person may take this step of the file's life now."""
    return may(attachment, verb, user, life.FLOW)


# --- comments ---------------------------------------------------------------------------------------------------------
@dataclass
class Said:
    """A comment as one reader sees it, with its answers."""

    comment: Comment
    html: SafeString
    may_edit: Verdict
    may_remove: Verdict
    answers: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Conversation:
    """The threads of an object, oldest first; `earlier` are left out."""

    threads: Sequence[Said]
    count: int
    earlier: int


def conversation(subject: Any, reader: User, *, most: int = 0) -> Conversation:
    """The last `most` threads (0 for all) with all answers; a fixed number of queries."""
    rows = list(Comment.objects.about(subject).select_related("author", "removed_by"))
    kept = [row for row in rows if row.parent_id is None]
    earlier = max(len(kept) - most, 0) if most else 0
    shown = {row.pk for row in kept[earlier:]}
    moderates = bool(can(reader, "comment.moderate", subject))
    names = names_of(rows)
    said = {row.pk: _said(row, reader, moderates, names) for row in rows if (row.parent_id or row.pk) in shown}
    for each in said.values():
        if each.comment.parent_id is not None:
            said[each.comment.parent_id].answers.append(each)
    threads = [each for each in said.values() if each.comment.parent_id is None]
    return Conversation(threads, sum(not row.is_removed for row in rows), earlier)


def _said(row: Comment, reader: User, moderates: bool, names: dict[int, tuple[str, str]]) -> Said:
    return Said(row, shown_html(row, names), may_edit(row, reader), may_remove(row, reader, moderates))


def names_of(rows: Iterable[Comment]) -> dict[int, tuple[str, str]]:
    """Sign-in and name of everybody mentioned, by id; one query, none when nobody is."""
    ids = {pk for row in rows for pk in row.mentioned}
    return {user.pk: (user.username.lower(), str(user)) for user in User.objects.filter(pk__in=ids)} if ids else {}


def shown_html(row: Comment, names: dict[int, tuple[str, str]] | None = None) -> SafeString:
    """One comment as HTML; `names` are those of everybody mentioned, when they were read for many at once."""
    known = names_of([row]) if names is None else names
    return as_html(row.text, dict(known[pk] for pk in row.mentioned if pk in known))


def may_edit(comment: Comment, user: User) -> Verdict:
    """Own words, for a day."""
    if comment.author_id != user.pk:
        return no(_("Only its author changes a comment."))
    if comment.is_removed:
        return no(_("This comment was removed."))
    if not life.still_editable(comment.created_at, timezone.now()):
        return no(_("A comment can be changed for 24 hours; write a new one instead."))
    return YES


def may_remove(comment: Comment, user: User, moderates: bool | None = None) -> Verdict:
    """Own words at any time; those of others for moderators of the object."""
    if comment.is_removed:
        return no(_("This comment was removed."))
    if comment.author_id == user.pk:
        return YES
    return (
        (YES if moderates else no(""))
        if moderates is not None
        else can(user, "comment.moderate", comment, view=comment.kind.view)
    )


def thread_of(subject: Any, pk: int | None) -> Comment | None:
    """The comment to answer: of this object, and the first of its thread."""
    found = Comment.objects.about(subject).filter(pk=pk).first() if pk else None
    return found.parent if found is not None and found.parent_id is not None else found


# --- people -----------------------------------------------------------------------------------------------------------
def mentionable(kind: Kind, subject: Any, words: str, most: int = MOST_SUGGESTED) -> list[User]:
    """Active people with every word in their names who may see the object."""
    found = User.objects.people().filter(is_active=True)
    for word in words.split():
        found = found.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word))
    seeing = (user for user in found[:MOST_ASKED] if kind.sees(user, subject.pk))
    return [user for user, _place in zip(seeing, range(most), strict=False)]


def mentioned(kind: Kind, subject: Any, names: Sequence[str]) -> list[User]:
    """The people behind sign-in names, as far as they may see the object."""
    query = Q(pk__in=[])
    for name in names:
        query |= Q(username__iexact=name)
    people = User.objects.people().filter(query, is_active=True) if names else []
    return [user for user in people if kind.sees(user, subject.pk)]


def to_tell(comment: Comment) -> tuple[list[User], list[User]]:
    """Who was mentioned, and who follows: the people of the object and those who spoke before; never the author."""
    kind, subject = comment.kind, comment.subject
    named = [user for user in User.objects.filter(pk__in=comment.mentioned) if user.pk != comment.author_id]
    spoke = Comment.objects.about(subject).filter(removed_at=None).values("author")
    others = [*filter(None, kind.followers(subject)), *User.objects.filter(pk__in=spoke)]
    known = {comment.author_id, *comment.mentioned}
    following = [user for user in {each.pk: each for each in others}.values() if user.pk not in known]
    return _seeing(kind, subject, named), _seeing(kind, subject, following)


def _seeing(kind: Kind, subject: Any, people: Iterable[User]) -> list[User]:
    return [user for user in people if user.is_active and kind.sees(user, subject.pk)]


# --- sweeping ---------------------------------------------------------------------------------------------------------
def known_names(names: Sequence[str]) -> set[str]:
    """Which of these stored names a version still owns."""
    rows = FileVersion.objects.filter(Q(file__in=names) | Q(preview__in=names)).values_list("file", "preview")
    return {name for pair in rows for name in pair if name}


def expired(before: Any) -> QuerySet[FileVersion]:
    """Versions of files that were withdrawn before the instant and still have their bytes."""
    return FileVersion.objects.filter(
        attachment__state=life.WITHDRAWN, attachment__withdrawn_at__lt=before, purged_at=None
    )
