"""What pages that take a file share: a body that is too long is refused before anything reads it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from pmo.attachments import wording
from pmo.rest.uploads import carries_more_than, discard_body
from pmo.ui.pages import Page


class TakesFile(Page):
    """The size is looked at before the token, because looking for the token would read the whole body.

    The view must be exempt from the general check of the token; here it is made after the size.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if carries_more_than(request, settings.FILE_MAX_BYTES):
            discard_body(request)
            return self.too_large(request)
        answer: HttpResponseBase = csrf_protect(super().dispatch)(request, *args, **kwargs)
        return answer

    @staticmethod
    def too_large(request: HttpRequest) -> HttpResponse:
        told = {"title": _("Too large"), "message": wording.too_large()}
        return render(request, "ui/refused.html", told, status=413)
