"""The ways in: a file that is uploaded, and rows that are pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from pmo.exchange import actions
from pmo.exchange.forms import PasteForm, UploadForm
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import GENERIC, PROFILES
from pmo.exchange.views.runs import LIST, crumbs_of
from pmo.rest.uploads import carries_more_than, discard_body
from pmo.ui.pages import Crumb, page
from pmo.ui.pages.forms import FormPage
from pmo.ui.widgets import code_in

UTF8_MARK = "\ufeff"


@method_decorator(csrf_exempt, name="dispatch")
@page("imports/new/", name="exchange:import_upload", may="import.run")
class ImportUpload(FormPage):
    """Upload a file for a preview.

    The size is looked at before the token, because looking for the token would read the whole body.
    """

    title = gettext_lazy("Import a file")
    menu = LIST
    template_name = "exchange/upload.html"
    form_class = UploadForm
    submit_label = gettext_lazy("Show what it would change")
    success = gettext_lazy("The file is being read.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if carries_more_than(request, settings.IMPORT_MAX_BYTES):
            discard_body(request)
            return self._too_large(request)
        return csrf_protect(super().dispatch)(request, *args, **kwargs)  # type: ignore[no-any-return]

    def _too_large(self, request: HttpRequest) -> HttpResponse:
        message = actions.TooLarge().message
        return render(request, "ui/refused.html", {"title": _("Too large"), "message": message}, status=413)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of()

    def form_options(self) -> dict[str, Any]:
        wanted = self.request.GET.get("profile", "")
        return {"wanted": wanted if PROFILES.find(wanted) else ""}

    def perform(self, form: UploadForm) -> ImportRun:
        sent = form.cleaned_data
        return actions.upload(
            sent["profile"], sent["file"], into=code_in(sent["into"]), options=form.options, asks=True, actor=self.user
        )

    def cancel_url(self) -> str:
        return reverse(LIST)


@page("imports/paste/", name="exchange:import_paste", may="import.run")
class ImportPaste(FormPage):
    """Paste rows from a spreadsheet for the same preview that a file gets."""

    title = gettext_lazy("Paste rows")
    menu = LIST
    template_name = "exchange/paste.html"
    form_class = PasteForm
    submit_label = gettext_lazy("Show what they would change")
    success = gettext_lazy("The rows are being read.")

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of()

    def perform(self, form: PasteForm) -> ImportRun:
        pasted = ContentFile((UTF8_MARK + form.cleaned_data["text"]).encode(), name=_("Pasted rows") + ".tsv")
        into = code_in(form.cleaned_data["into"])
        return actions.upload(GENERIC, pasted, into=into, options=form.options, asks=True, actor=self.user)

    def cancel_url(self) -> str:
        return reverse(LIST)
