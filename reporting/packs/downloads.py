"""Hands out the file of an edition; the page and the REST door both come here."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import insist
from pmo.kernel.errors import WrongState
from reporting.packs import actions, queries
from reporting.packs.models import PackRun
from reporting.packs.panels.heading import file_name


def pdf_of(run: PackRun, user: User) -> FileResponse:
    """The file of an edition as a download; both doors hand it out through here."""
    insist(queries.may_download(run, user))
    if run.state != PackRun.State.DONE:
        raise WrongState(_("This pack is not made yet."))
    if not default_storage.exists(run.file):
        raise WrongState(_("The file of this pack is missing; have it made again."))
    actions.note_download(run.pk, actor=user)
    name = file_name(queries.edition_of(run).figures, run.number or 0)
    answer = FileResponse(
        default_storage.open(run.file), as_attachment=True, filename=name, content_type="application/pdf"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
