"""Pages with a form: create, edit with a version, and run one action; typed text is never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from pmo.access.policy import can, require
from pmo.audit.edit import edit
from pmo.kernel.errors import Invalid, Stale, WrongState
from pmo.ui.pages.conflicts import conflicts_of, last_act
from pmo.ui.pages.detail import ObjectPage
from pmo.ui.pages.page import Page, Words


class FormPage(Page):
    """Base of pages that show a form and do something when it is sent."""

    template_name = "ui/form.html"
    form_class: ClassVar[type[forms.BaseForm]] = forms.Form
    submit_label: Words = gettext_lazy("Save")
    success: Words = gettext_lazy("Saved.")
    lead: Words = ""
    danger: ClassVar[bool] = False

    def form_options(self) -> dict[str, Any]:
        """Keyword arguments of the form besides its data."""
        return {}

    def make_form(self, *args: Any) -> forms.BaseForm:
        return self.form_class(*args, **self.form_options())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.make_form())

    def show(self, form: forms.BaseForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return self.answer(status=status, form=form, cancel_url=self.cancel_url(), **more)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            result = self.perform(form)
        except Invalid as error:
            add_errors(form, error)
            return self.show(form, status=422)
        except WrongState as error:
            return self.show(form, status=409, open_guards=error.open_guards, wrong_state=error.message)
        except Stale as error:
            return self.conflict(form, error)
        return self.done(result)

    def perform(self, form: Any) -> Any:
        """Do it; raises what actions raise."""
        raise NotImplementedError

    def conflict(self, form: Any, error: Stale) -> HttpResponse:
        """Show what the reader typed beside what somebody else stored meanwhile; nothing is overwritten."""
        told = {"stale": error.message, "current": error.current, "last_act": last_act(error.current)}
        return self.show(form, status=409, conflicts=conflicts_of(form, error.current), **told)

    def done(self, result: Any) -> HttpResponseBase:
        messages.success(self.request, self.success_text(result))
        url = self.success_url(result)
        return HttpResponseClientRedirect(url) if getattr(self.request, "htmx", False) else HttpResponseRedirect(url)

    def success_text(self, result: Any) -> str:
        return str(self.success)

    def success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())

    def cancel_url(self) -> str:
        return "/"


class CreatePage(FormPage):
    """A new object: override `create(data)`, which calls the room's action."""

    submit_label = gettext_lazy("Create")
    success = gettext_lazy("Created.")

    def create(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    def perform(self, form: Any) -> Any:
        return self.create(form.cleaned_data)


class EditPage(FormPage, ObjectPage):
    """Plain fields of one object, guarded by its version; `may` is the permission to edit it."""

    def form_options(self) -> dict[str, Any]:
        # A model form writes on its instance even when it is wrong; the page still tells what is stored.
        return {"instance": copy(self.object)}

    def get_title(self) -> Words:
        return self.title or _("Edit %(name)s") % {"name": self.object}

    def context(self, **more: Any) -> dict[str, Any]:
        current = more.get("current") or self.object
        sent = self.request.POST.get("version", "")
        version = current.version if "current" in more or not sent else sent
        return super().context(version=version, **more)

    def perform(self, form: Any) -> Any:
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
        return self.save(changes, version=self.sent_version())

    def sent_version(self) -> int:
        """The version the form was opened with; a form without it is refused."""
        raw = self.request.POST.get("version", "")
        if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
            raise Invalid({"": [_("This form has lost its version. Open it again.")]})
        return int(raw)

    def save(self, changes: Mapping[str, Any], *, version: int) -> Any:
        return edit(self.object, changes, actor=self.user, version=version, code=self.may)

    def success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())

    def cancel_url(self) -> str:
        return str(self.object.get_absolute_url())


class ActionPage(FormPage, ObjectPage):
    """Run one action on one object; the verdict that would stop it is shown before anything is typed.

    `action(pk, actor=..., **form data)`; `code` is the permission of the action when it differs from `may`.
    """

    action: ClassVar[Callable[..., Any]]
    code: ClassVar[str] = ""
    success = gettext_lazy("Done.")
    submit_label = gettext_lazy("Confirm")

    def prepare(self) -> None:
        super().prepare()
        if self.code:
            require(self.user, self.code, self.object, view=self.may)

    def perform(self, form: Any) -> Any:
        return type(self).action(self.object.pk, actor=self.user, **form.cleaned_data)

    def verdict(self) -> Any:
        return can(self.user, self.code or self.may, self.object, view=self.may)

    def success_url(self, result: Any) -> str:
        return str(self.object.get_absolute_url())

    def cancel_url(self) -> str:
        return str(self.object.get_absolute_url())


def add_errors(form: Any, error: Invalid) -> None:
    """Put an action's complaints beside the fields they are about, others on top."""
    for name, texts in error.errors.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
