"""One file: its versions, its life, its bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from pmo.access.policy import can, insist, require
from pmo.attachments import downloads, queries, wording
from pmo.attachments.actions import files
from pmo.attachments.forms import NewVersionForm, NoteForm, RestoreForm, TitleForm, VersionedForm
from pmo.attachments.models import Attachment
from pmo.attachments.panels import Row
from pmo.attachments.rules import life
from pmo.attachments.views.uploading import TakesFile
from pmo.audit.history import history_of
from pmo.kernel.errors import NotVisible, Stale
from pmo.ui import marks
from pmo.ui.pages import ActionPage, Crumb, DetailPage, Door, EditPage, Fact, page
from pmo.ui.pages.conflicts import last_act
from pmo.ui.pages.detail import ObjectPage

ROWS = queries.with_versions(Attachment.objects.all())


class AboutFile(ObjectPage):
    """What the pages of one file share: it is seen by whom its object is seen."""

    queryset = ROWS

    def prepare(self) -> None:
        self.object = self.find()

    def crumbs(self) -> Sequence[Crumb]:
        subject, kind = self.object.subject, self.object.kind
        trail = [Crumb(str(subject), subject.get_absolute_url()), Crumb(_("Files"), kind.place(subject, "files"))]
        own = [] if isinstance(self, FilePage) else [Crumb(self.object.title, self.object.get_absolute_url())]
        return [*trail, *own]


@page("attachments/<int:pk>/", name="attachments:attachment", may="")
class FilePage(AboutFile, DetailPage):
    """A file with all its versions and what happens next."""

    template_name = "attachments/file.html"

    def facts(self) -> Sequence[Fact]:
        file: Attachment = self.object
        found = [
            Fact(_("State"), marks.badge(file.get_state_display(), wording.STATE_TONES[file.state])),
            Fact(_("About"), format_html('<a href="{}">{}</a>', file.subject.get_absolute_url(), file.subject)),
            Fact(_("Newest version"), file.number),
            Fact(_("Uploaded by"), marks.person(file.newest.uploaded_by, avatar=False)),
            Fact(_("Uploaded"), marks.moment(file.newest.uploaded_at)),
        ]
        if file.approved_number is not None:
            found.append(Fact(_("In force"), _("version %(number)s") % {"number": file.approved_number}))
        return found

    def doors(self) -> Sequence[Door]:
        file: Attachment = self.object
        found = []
        if queries.may_read(file.newest, self.user):
            address = reverse("attachments:download", args=[file.pk, file.number])
            found.append(Door(_("Download"), address, icon="download", primary=file.state != life.REVIEW))
        steps = (
            ("approve", _("Approve"), "attachments:approve", "check"),
            ("return", _("Return"), "attachments:return", "arrow-back-up"),
            ("submit", _("Ask for approval"), "attachments:submit", "send"),
            ("revise", _("New version"), "attachments:revise", "upload"),
            ("reinstate", _("Bring back"), "attachments:reinstate", "arrow-back-up"),
            ("withdraw", _("Withdraw"), "attachments:withdraw", "archive"),
        )
        for verb, label, name, icon in steps:
            if life.FLOW.find(file.state, verb) is None:
                continue
            verdict = queries.may_step(file, verb, self.user)
            if verdict or verb == "approve":
                address = reverse(name, args=[file.pk])
                found.append(Door(label, address, verdict, icon=icon, primary=verb == "approve"))
        if may_rename(self.user, file):
            found.append(Door(_("Rename"), reverse("attachments:rename", args=[file.pk]), icon="pencil"))
        return found

    def context(self, **more: Any) -> dict[str, Any]:
        file: Attachment = self.object
        versions = list(file.versions.all())
        restorable = bool(life.FLOW.find(file.state, "revise") and queries.may_step(file, "revise", self.user))
        return super().context(
            file=file,
            newest=Row(file, file.newest),
            rows=[Row(file, version) for version in versions],
            readable={version.number for version in versions if queries.may_read(version, self.user)},
            restorable=restorable,
            happenings=history_of([file], limit=30) if can(self.user, "audit.view", file) else None,
            **more,
        )


def may_rename(user: Any, file: Attachment) -> bool:
    return bool(can(user, "attachment.add", file) or can(user, "attachment.withdraw", file))


@page("attachments/<int:pk>/versions/<int:number>/file/", name="attachments:download", may="")
class Download(AboutFile):
    """The bytes of one version."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = queries.version_of(self.object, number_in(self.kwargs))
        return downloads.file_of(version, self.user)


@page("attachments/<int:pk>/versions/<int:number>/preview/", name="attachments:preview", may="")
class Preview(AboutFile):
    """The small picture of one version."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = queries.version_of(self.object, number_in(self.kwargs))
        return downloads.preview_of(version, self.user, request)


def number_in(parts: Mapping[str, Any]) -> int:
    """The number of a version in an address; one that no column holds names none."""
    number = int(parts["number"])
    if number > 2**31 - 1:
        raise NotVisible(_("There is no such version."))
    return number


class FileVerb(AboutFile, ActionPage):
    """A verb on one file; its own page when it needs words or was refused."""

    form_class: ClassVar[type[forms.BaseForm]] = VersionedForm
    step = ""

    def prepare(self) -> None:
        super().prepare()
        step = life.FLOW.find(self.object.state, self.step)
        if step is not None:
            insist(queries.may_step(self.object, self.step, self.user))
        else:
            require(self.user, next(each.permission for each in life.FLOW.steps if each.verb == self.step), self.object)

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"version": self.object.version}}

    def conflict(self, form: Any, error: Stale) -> HttpResponse:
        """The verb can be sent again, now for what is stored."""
        form.data = {**form.data.dict(), "version": error.current.version}
        told = {"stale": error.message, "current": error.current, "last_act": last_act(error.current)}
        return self.show(form, status=409, **told)


@page("attachments/<int:pk>/submit/", name="attachments:submit", may="")
class Submit(FileVerb):
    """Ask for approval."""

    title, submit_label = gettext_lazy("Ask for approval"), gettext_lazy("Ask for approval")
    lead = gettext_lazy("Those who may approve files here are told. Whoever brought this version cannot approve it.")
    success = gettext_lazy("Those who may approve it are told.")
    action, step = staticmethod(files.submit), "submit"


@page("attachments/<int:pk>/approve/", name="attachments:approve", may="")
class Approve(FileVerb):
    """Put the newest version in force."""

    title, submit_label = gettext_lazy("Approve the newest version"), gettext_lazy("Approve")
    lead = gettext_lazy("It is in force from now on; an earlier approved version is superseded.")
    success = gettext_lazy("Approved.")
    action, step = staticmethod(files.approve), "approve"


@page("attachments/<int:pk>/return/", name="attachments:return", may="")
class Return(FileVerb):
    """Back to a draft, with the reason."""

    title, submit_label = gettext_lazy("Return this file"), gettext_lazy("Return")
    success, form_class = gettext_lazy("Returned, and told to whoever uploaded it."), NoteForm
    action, step = staticmethod(files.send_back), "return"


@page("attachments/<int:pk>/withdraw/", name="attachments:withdraw", may="")
class Withdraw(FileVerb):
    """Take a file out of use."""

    title, submit_label, danger = gettext_lazy("Withdraw this file"), gettext_lazy("Withdraw"), True
    lead = gettext_lazy("It leaves the lists and can no longer be downloaded. It can be brought back.")
    success, form_class = gettext_lazy("Withdrawn."), NoteForm
    action, step = staticmethod(files.withdraw), "withdraw"


@page("attachments/<int:pk>/reinstate/", name="attachments:reinstate", may="")
class Reinstate(FileVerb):
    """Bring a withdrawn file back."""

    title, submit_label = gettext_lazy("Bring this file back"), gettext_lazy("Bring back")
    success = gettext_lazy("It is a draft again.")
    action, step = staticmethod(files.reinstate), "reinstate"


@page("attachments/<int:pk>/restore/", name="attachments:restore", may="")
class Restore(FileVerb):
    """Make an earlier version the newest again."""

    title, submit_label = gettext_lazy("Restore an earlier version"), gettext_lazy("Restore")
    success, form_class = gettext_lazy("Restored as a new version."), RestoreForm
    action, step = staticmethod(files.restore), "revise"

    def form_options(self) -> dict[str, Any]:
        return {"initial": {"version": self.object.version, "number": self.request.GET.get("number")}}


@method_decorator(csrf_exempt, name="dispatch")
@page("attachments/<int:pk>/versions/", name="attachments:revise", may="")
class Revise(FileVerb, TakesFile):
    """Upload a new version."""

    title, submit_label = gettext_lazy("New version"), gettext_lazy("Upload")
    lead = gettext_lazy("It begins as a draft; what was approved stays in force until this version is approved.")
    success, form_class = gettext_lazy("The new version is uploaded."), NewVersionForm
    action, step = staticmethod(files.revise), "revise"

    def perform(self, form: Any) -> Any:
        sent = form.cleaned_data
        return files.revise(self.object.pk, sent["file"], actor=self.user, version=sent["version"], note=sent["note"])


@page("attachments/<int:pk>/edit/", name="attachments:rename", may="")
class Rename(AboutFile, EditPage):
    """Another title."""

    form_class = TitleForm

    def prepare(self) -> None:
        super().prepare()
        if not can(self.user, "attachment.withdraw", self.object):
            require(self.user, "attachment.add", self.object)

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        return files.rename(self.object.pk, changes, actor=self.user, version=version)
