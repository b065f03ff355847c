"""Finds files by their titles and names, and comments by their words, among what the reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.attachments.models import AboutQuerySet, Attachment, Comment, FileVersion
from pmo.attachments.offers import KINDS
from pmo.attachments.rules import life
from pmo.search.wording import entries, of_parts
from pmo.ui.offers import SEARCH, Hit, Parts, SearchSource


def _named(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The rows with the names of their objects, which the reader sees because he sees the rows."""
    names = [
        When(
            object_type=kind.object_type,
            then=Subquery(kind.model._default_manager.filter(pk=OuterRef("object_id")).values(kind.title)[:1]),
        )
        for kind in KINDS
    ]
    named: QuerySet[Any] = rows.annotate(about=Coalesce(Case(*names, output_field=CharField()), Value("")))
    return named


def _seen(rows: AboutQuerySet, user: User, keys: Sequence[int]) -> set[int]:
    """Which rows the reader may see: one question to each kind of object among them."""
    by_type: dict[str, dict[int, set[int]]] = {}
    for pk, object_type, object_id in rows.filter(pk__in=keys).values_list("pk", "object_type", "object_id"):
        by_type.setdefault(object_type, {}).setdefault(object_id, set()).add(pk)
    found: set[int] = set()
    for object_type, of_type in by_type.items():
        visible = KINDS.named(object_type).visible(user).order_by().select_related(None).filter(pk__in=list(of_type))
        found.update(*(of_type[pk] for pk in visible.values_list("pk", flat=True)))
    return found


# --- files
def _file_entries() -> QuerySet[Any, Any]:
    withdrawn = Q(state=life.WITHDRAWN)
    return entries(
        Attachment, title="title", aliases=(of_parts(FileVersion, "attachment", "file_name"),), retired=withdrawn
    )


def _files(user: User) -> QuerySet[Any]:
    return Attachment.objects.live().visible_to(user)


def _file_hit(file: Any) -> Hit:
    told = _("File of %(name)s") % {"name": file.about} if file.about else _("File")
    return Hit(file.title, told, file.get_absolute_url())


# --- comments
def _comment_entries() -> QuerySet[Any, Any]:
    """Without a title: comments are found by what they say, and never guessed."""
    return entries(Comment, title=Value(""), body=("text",), at="created_at", retired=Q(removed_at__isnull=False))


def _comments(user: User) -> QuerySet[Any]:
    return Comment.objects.filter(removed_at=None).visible_to(user)


def _comment_hit(comment: Any) -> Hit:
    told = _("%(author)s about %(name)s") % {"author": comment.author, "name": comment.about or comment.kind.label}
    return Hit(_beginning(comment.text), told, comment.get_absolute_url())


def _beginning(text: str, most: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"


FILES = SearchSource(
    "file",
    "d",
    gettext_lazy("Files"),
    "paperclip",
    "project.view",
    Attachment,
    _file_entries,
    _files,
    _file_hit,
    parts=(Parts(FileVersion, "attachment"),),
    told=_named,
    sieve=lambda user, keys: _seen(Attachment.objects.live(), user, keys),
)
COMMENTS = SearchSource(
    "comment",
    "c",
    gettext_lazy("Comments"),
    "message",
    "project.view",
    Comment,
    _comment_entries,
    _comments,
    _comment_hit,
    dated=True,
    told=lambda rows, user: _named(rows, user).select_related("author"),
    sieve=lambda user, keys: _seen(Comment.objects.filter(removed_at=None), user, keys),
)


def offer() -> None:
    """Called once, when the app is ready."""
    SEARCH.add(FILES)
    SEARCH.add(COMMENTS)
