"""What imports give people to do: questions to answer, and previews that wait to be applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pmo.access.models import User
from pmo.access.policy import reach
from pmo.exchange.models import ImportRun
from pmo.ui.inbox import INBOX, InboxSource, WorkItem


def waiting(user: User) -> QuerySet[ImportRun]:
    """Previews of files that the person uploaded himself."""
    if not reach(user, "import.run"):
        return ImportRun.objects.none()
    return ImportRun.objects.visible_to(user).filter(requested_by=user, state=ImportRun.State.PREVIEWED).order_by("pk")


def items(user: User, today: date) -> Iterator[WorkItem]:
    """One item for each preview; one query."""
    for run in waiting(user):
        words = {"where": run.into_label, "n": run.questions}
        if run.questions:
            context = _("Import into %(where)s, open questions: %(n)s") % words
        else:
            context = _("Import into %(where)s, ready to apply") % words
        yield WorkItem(
            key=f"import-{run.pk}",
            kind="import",
            icon="file-import",
            title=_("Import of %(file)s") % {"file": run.file_name},
            context=context,
            url=run.get_absolute_url(),
            verb=gettext_lazy("Answer") if run.questions else gettext_lazy("Look at"),
            due=timezone.localtime(run.created_at).date(),
        )


def due(user: User, today: date) -> QuerySet[ImportRun]:
    """The previews that wait."""
    return waiting(user)


def offer() -> None:
    """Called once, when the app is ready."""
    INBOX.add(InboxSource("import", gettext_lazy("Imports"), items, due))
