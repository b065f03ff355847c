"""One action on many rows: each row is asked and answered for itself, none is lost silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.models import User
from pmo.kernel.errors import HouseError
from pmo.ui.models import BulkAct, BulkRow
from pmo.ui.pages.page import Words
from pmo.ui.reversing import REVERSIBLE, Reversible, keep, stored

MOST_ROWS = 500


@dataclass(frozen=True)
class Bulk:
    """A verb for chosen rows: `run(pk, actor=..., **input)`; `form` asks for the input they share.

    `slug` tells verbs of one permission apart.
    """

    code: str
    label: Words
    run: Callable[..., Any]
    form: type[forms.Form] | None = None
    icon: str = ""
    slug: str = ""

    @property
    def name(self) -> str:
        return self.slug or self.code


class Choosing(Protocol):
    """What a bulk action needs of the list whose rows were chosen."""

    request: HttpRequest
    name: ClassVar[str]

    @property
    def user(self) -> User: ...

    def bulk_rows(self, keys: Sequence[str]) -> Mapping[str, Any]: ...

    def address(self) -> str: ...

    def answer(self, template: str = "", *, status: int = 200, **more: Any) -> HttpResponse: ...


class BulkRun:
    """One posting of a bulk action."""

    def __init__(self, page: Choosing, action: Bulk) -> None:
        self.page, self.action, self.request = page, action, page.request
        self.keys = list(dict.fromkeys(page.request.POST.getlist("selected")))

    def answer(self) -> HttpResponse:
        if not self.keys or len(self.keys) > MOST_ROWS:
            return self._back(messages.WARNING, self._miscounted())
        rows = self.page.bulk_rows(self.keys)
        form = self._form()
        if form is not None and (not form.is_bound or not form.is_valid()):
            return self._ask(form, list(rows.values()))
        return self._run(rows, form.cleaned_data if form is not None else {})

    def _miscounted(self) -> str:
        if not self.keys:
            return _("Select at least one row first.")
        return _("Select at most %(most)s rows at once.") % {"most": MOST_ROWS}

    def _form(self) -> forms.Form | None:
        if self.action.form is None:
            return None
        return self.action.form(self.request.POST if "confirmed" in self.request.POST else None)

    def _ask(self, form: forms.Form, rows: list[Any]) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return self.page.answer(
            "ui/bulk.html",
            status=status,
            title=self.action.label,
            form=form,
            rows=rows,
            first_doors=[],
            more_doors=[],
            action=self.action,
            address=self.page.address(),
        )

    def _run(self, rows: Any, given: dict[str, Any]) -> HttpResponse:
        done, refused = 0, []
        way = REVERSIBLE.find(self.action.code)
        before = {key: stored(row, way.fields) for key, row in rows.items()} if way is not None else {}
        for key in self.keys:
            try:
                if key not in rows:
                    raise HouseError(_("This does not exist."))
                self.action.run(rows[key].pk, actor=self.page.user, **given)
                done += 1
            except HouseError as error:
                refused.append(f"{rows.get(key, key)}: {error.message}")
        act = self._keep(way, before) if way is not None and done else None
        return self._report(done, refused, act)

    def _keep(self, way: Reversible, before: Mapping[str, Any]) -> BulkAct | None:
        """The act with the rows that it changed, so that it can be taken back; None when it changed nothing."""
        found = way.model._default_manager.filter(pk__in=list(before))
        changed = []
        for obj in found:
            after = stored(obj, way.fields)
            if after != before[str(obj.pk)]:
                row = BulkRow(object_id=obj.pk, label=str(obj)[:200], before=before[str(obj.pk)], after=after)
                row.version = getattr(obj, "version", None)
                changed.append(row)
        if not changed:
            return None
        label = f"{self.action.label}: {len(changed)}"
        return keep(self.page.name, self.action.code, label, changed, [], actor=self.page.user)

    def _report(self, done: int, refused: list[str], act: BulkAct | None = None) -> HttpResponse:
        if done:
            text = ngettext("%(label)s: %(n)s done.", "%(label)s: %(n)s done.", done) % {
                "label": self.action.label,
                "n": done,
            }
            way_back = (
                format_html(' <a href="{}">{}</a>', act.get_absolute_url(), _("Look at it or undo it")) if act else ""
            )
            messages.success(self.request, format_html("{}{}", text, way_back))
        if refused:
            shown = "; ".join(refused[:5])
            left = len(refused) - 5
            more = "" if left <= 0 else " " + ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left}
            messages.error(self.request, _("Not done: %(list)s%(more)s") % {"list": shown, "more": more})
        return HttpResponseRedirect(f"{self.request.path}?{self.page.address()}".rstrip("?"))

    def _back(self, level: int, text: str) -> HttpResponse:
        messages.add_message(self.request, level, text)
        return HttpResponseRedirect(f"{self.request.path}?{self.page.address()}".rstrip("?"))
