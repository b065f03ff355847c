"""The worker's side of files and comments: small pictures, telling people, sweeping."""

from __future__ import annotations

from celery import shared_task

from pmo.access.models import User
from pmo.access.queries import holders
from pmo.attachments import queries, storing, telling
from pmo.attachments.actions import files
from pmo.attachments.models import Attachment, Comment, FileVersion
from pmo.attachments.previews import thumbnail


@shared_task(name="attachments.preview")
def preview(version_id: int) -> None:
    """Draw the small picture of a version; delivered twice, it is drawn once."""
    version = FileVersion.objects.filter(pk=version_id, preview="", purged_at=None).first()
    if version is None:
        return
    with storing.opened(version.file) as file:
        drawn = thumbnail(file)
    if drawn is not None:
        files.keep_preview(version_id, drawn, actor=User.objects.system())


@shared_task(name="attachments.tell")
def tell(comment_id: int) -> None:
    """Tell the people a comment names, and those who follow its object."""
    comment = Comment.objects.select_related("author").filter(pk=comment_id, removed_at=None).first()
    if comment is not None:
        telling.of_comment(comment)


@shared_task(name="attachments.tell_approvers")
def tell_approvers(attachment_id: int) -> None:
    """Tell those who may approve a file that waits for it."""
    attachment = Attachment.objects.select_related("submitted_by").get(pk=attachment_id)
    if attachment.state == Attachment.State.REVIEW:
        people = holders("attachment.approve", attachment)
        telling.of_review(attachment, [user for user in people if queries.may_step(attachment, "approve", user)])


@shared_task(name="attachments.tell_returned")
def tell_returned(attachment_id: int, note: str) -> None:
    """Tell who asked for an approval that the file came back."""
    attachment = Attachment.objects.select_related("submitted_by").get(pk=attachment_id)
    telling.of_return(attachment, note)


@shared_task(name="attachments.sweep")
def sweep() -> None:
    """Delete what no version owns; withdrawn files end by the times of retention."""
    files.sweep_orphans(actor=User.objects.system())
