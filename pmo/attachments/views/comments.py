"""One comment: changing and removing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from pmo.access.policy import insist, require
from pmo.attachments import queries
from pmo.attachments.actions import comments
from pmo.attachments.forms import EditCommentForm, RemoveForm
from pmo.attachments.models import Comment
from pmo.attachments.offers import COMMENTS
from pmo.kernel.errors import WrongState
from pmo.ui.pages import ActionPage, Crumb, EditPage, page
from pmo.ui.pages.detail import ObjectPage


class AboutComment(ObjectPage):
    """What the pages of one comment share."""

    queryset = Comment.objects.select_related("author", "removed_by")

    def prepare(self) -> None:
        self.object = self.find()

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(str(self.object.subject), self.success_url(None))]

    def success_url(self, result: Any) -> str:
        """Back to where comments of the object are shown."""
        place = self.object.kind.place(self.object.subject, COMMENTS)
        return f"{place.partition('#')[0]}#comment-{self.object.pk}"

    def cancel_url(self) -> str:
        return self.success_url(None)


@page("comments/<int:pk>/edit/", name="attachments:comment_edit", may="")
class EditComment(AboutComment, EditPage):
    """Change one's own words."""

    title, success = gettext_lazy("Change your comment"), gettext_lazy("Changed.")
    form_class, template_name = EditCommentForm, "attachments/comment_form.html"

    def prepare(self) -> None:
        super().prepare()
        require(self.user, "comment.write", self.object)
        verdict = queries.may_edit(self.object, self.user)
        if self.object.author_id != self.user.pk:
            insist(verdict)
        if not verdict:
            raise WrongState(verdict.reason)

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(comment=self.object, **more)

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        text = changes.get("text", self.object.text)
        return comments.change(self.object.pk, text, actor=self.user, version=version)


@page("comments/<int:pk>/remove/", name="attachments:comment_remove", may="")
class RemoveComment(AboutComment, ActionPage):
    """Take a comment out of sight."""

    title, submit_label, danger = gettext_lazy("Remove this comment"), gettext_lazy("Remove"), True
    lead = gettext_lazy("The words go; who removed them stays to be read.")
    success, form_class = gettext_lazy("Removed."), RemoveForm
    action = staticmethod(comments.remove)

    def prepare(self) -> None:
        super().prepare()
        if not self.object.is_removed:
            insist(queries.may_remove(self.object, self.user))
