"""Files and comments as blocks of any object's page; a room shows them with one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import can
from pmo.attachments import queries, wording
from pmo.attachments.forms import CommentForm, NewFileForm
from pmo.attachments.models import Attachment, Comment, FileVersion
from pmo.attachments.offers import COMMENTS, FILES, KINDS
from pmo.ui.pages import Panel

SHOWN_THREADS = 20
SHOWN_FILES = 50
_ICONS = {
    "application/pdf": "file-type-pdf",
    "text/csv": "file-type-csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "file-spreadsheet",
    "application/vnd.ms-excel": "file-spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet": "file-spreadsheet",
    "text/plain": "file-text",
    "text/markdown": "file-text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "file-text",
    "application/msword": "file-text",
    "application/vnd.oasis.opendocument.text": "file-text",
}


@dataclass(frozen=True)
class Row:
    """A version of a file as it is listed."""

    attachment: Attachment
    version: FileVersion

    @property
    def icon(self) -> str:
        return _ICONS.get(self.version.media_type, "file")

    @property
    def size(self) -> str:
        return wording.size(self.version.size)

    @property
    def state(self) -> str:
        return wording.version_state(self.version.state)

    @property
    def tone(self) -> str:
        return wording.STATE_TONES[self.version.state]

    @property
    def download_url(self) -> str:
        return reverse("attachments:download", args=[self.attachment.pk, self.version.number])

    @property
    def preview_url(self) -> str:
        if not self.version.preview:
            return ""
        return reverse("attachments:preview", args=[self.attachment.pk, self.version.number])

    @property
    def in_force(self) -> int | None:
        """The approved version, when it is not the newest."""
        approved = self.attachment.approved_number
        return approved if approved != self.attachment.number else None


def address(name: str, subject: Any) -> str:
    """The address of files or comments of an object."""
    kind = KINDS.of(subject)
    return reverse(f"attachments:{name}", args=[kind.slug, kind.key_of(subject)])


def reader_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def files(request: HttpRequest, subject: Any, form: Any = None, *, whole: bool = False) -> Mapping[str, Any]:
    """The files of an object and the way to add one; `whole` tells also of those withdrawn."""
    kind, reader = KINDS.of(subject), reader_of(request)
    found = list(queries.files_of(subject, withdrawn=whole))
    rows = [Row(each, each.newest) for each in found]
    more = 0 if whole else max(len(rows) - SHOWN_FILES, 0)
    return {
        "rows": rows if whole else rows[:SHOWN_FILES],
        "more": more,
        "form": form or NewFileForm(auto_id="file_%s"),
        "may_add": can(reader, kind.add, subject, view=kind.view),
        "add_url": address(FILES, subject),
        "whole_url": address(FILES, subject),
        "whole": whole,
        "note": _number_of_files(len(rows)) if rows else "",
    }


def _number_of_files(number: int) -> str:
    return _("%(number)s in all") % {"number": number}


def comments(request: HttpRequest, subject: Any, form: Any = None, *, whole: bool = False) -> Mapping[str, Any]:
    """The conversation about an object and the way to say something."""
    kind, reader = KINDS.of(subject), reader_of(request)
    talk = queries.conversation(subject, reader, most=0 if whole else SHOWN_THREADS)
    sent_to = form.data.get("parent", "") if form is not None else ""
    return {
        "talk": talk,
        "form": form or CommentForm(auto_id=False),
        "answering": int(sent_to) if sent_to.isascii() and sent_to.isdigit() else None,
        "may_comment": can(reader, kind.comment, subject, view=kind.view),
        "comment_url": address(COMMENTS, subject),
        "people_url": address("people", subject),
        "whole_url": address(COMMENTS, subject),
        "whole": whole,
        "note": "",
    }


FILES_PANEL = Panel(FILES, gettext_lazy("Files"), "attachments/files.html", files, order=70)
COMMENTS_PANEL = Panel(COMMENTS, gettext_lazy("Comments"), "attachments/comments.html", comments, order=75)


def number_of_files(subject: Any) -> int:
    return int(Attachment.objects.about(subject).live().count())


def number_of_comments(subject: Any) -> int:
    return int(Comment.objects.about(subject).filter(removed_at=None).count())
