"""Plain fields of many rows at once: choose, look at old and new, apply, and take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.audit.acting import acting
from pmo.kernel.errors import HouseError
from pmo.ui import formats, reversing
from pmo.ui.models import BulkRow
from pmo.ui.pages.bulk import MOST_ROWS
from pmo.ui.pages.listing import Listing

NAME = "edit-fields"


@dataclass(frozen=True)
class BulkEdit:
    """Which fields of a list may be changed for many rows: `save(obj, changes, actor=, version=)` is the action.

    `form(reader)` gives the form that knows these fields; a state is never among them, its verbs are.
    """

    code: str
    fields: tuple[str, ...]
    form: Callable[[Any], forms.BaseForm]
    save: Callable[..., Any]
    bound: Callable[[Any, Mapping[str, Any]], forms.BaseForm]

    name = NAME


@dataclass(frozen=True)
class Outcome:
    """What becomes of one row: each field before and after, or why not."""

    row: Any
    changes: Sequence[tuple[str, str, str]]
    refusal: str = ""


class _Rehearsed(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


class BulkEditRun:
    """One posting of the edit: first the fields, then the preview, then the act."""

    def __init__(self, page: Listing, editing: BulkEdit) -> None:
        self.page, self.editing, self.sent = page, editing, page.request.POST
        self.rows = self._rows()

    def _rows(self) -> list[Any]:
        if "everything" in self.sent:
            return list(self.page.rows()[: MOST_ROWS + 1])
        return list(self.page.bulk_rows(list(dict.fromkeys(self.sent.getlist("selected")))[: MOST_ROWS + 1]).values())

    def answer(self) -> HttpResponse:
        if not self.rows or len(self.rows) > MOST_ROWS:
            return self._back()
        step = self.sent.get("step", "")
        if step not in ("preview", "apply"):
            return self._ask(self.editing.form(self.page.user), status=200)
        form = self.editing.bound(self.page.user, self.sent)
        names = [name for name in self.editing.fields if name in self.sent.getlist("set")]
        form.is_valid()
        wrong = [name for name in form.errors if name in names]
        if not names or wrong:
            return self._ask(form, status=422, nothing=not names, names=names)
        changes = {name: form.cleaned_data[name] for name in names}
        return self._preview(form, changes) if step == "preview" else self._apply(changes)

    def _back(self) -> HttpResponse:
        text = _("Select at most %(most)s rows at once.") % {"most": formats.number(MOST_ROWS)}
        messages.warning(self.page.request, text if self.rows else _("Select at least one row first."))
        return HttpResponseRedirect(f"{self.page.request.path}?{self.page.address()}".rstrip("?"))

    def _ask(
        self, form: forms.BaseForm, *, status: int, nothing: bool = False, names: Sequence[str] = ()
    ) -> HttpResponse:
        for name in set(form.fields) - set(self.editing.fields):
            del form.fields[name]
        shown = [(form[name], name in names) for name in self.editing.fields]
        return self._show("ui/bulk_edit.html", status=status, form=form, shown=shown, nothing=nothing)

    def _show(self, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
        told = {"title": _("Change fields"), "rows": self.rows, "first_doors": [], "more_doors": []}
        return self.page.answer(template, status=status, address=self.page.address(), **told, **more)

    def _preview(self, form: forms.BaseForm, changes: Mapping[str, Any]) -> HttpResponse:
        outcomes = [self._rehearse(row, changes) for row in self.rows]
        sent = [(name, value) for name, values in self.sent.lists() for value in values if name in self._passed(form)]
        able = sum(1 for each in outcomes if each.changes and not each.refusal)
        return self._show("ui/bulk_preview.html", outcomes=outcomes, able=able, sent=sent, problems=None)

    def _passed(self, form: forms.BaseForm) -> set[str]:
        return {"set", *self.editing.fields}

    def _rehearse(self, row: Any, changes: Mapping[str, Any]) -> Outcome:
        """Do it and take it back at once: only so is every rule and right asked."""
        before = reversing.stored(row, changes)
        told = self._told(row, changes)
        try:
            with transaction.atomic():
                self.editing.save(row, changes, actor=self.page.user, version=row.version)
                raise _Rehearsed
        except _Rehearsed:
            return Outcome(row, told)
        except HouseError as error:
            return Outcome(row, told, error.message)
        finally:
            self._reset(row, before)

    def _told(self, row: Any, changes: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Each field that differs, with its words before and after."""
        return [
            (_label(row, name), words_of(row, name, getattr(row, name)), words_of(row, name, value))
            for name, value in changes.items()
            if getattr(row, name) != value
        ]

    @staticmethod
    def _reset(row: Any, before: Mapping[str, Any]) -> None:
        for name, value in reversing.restored(type(row), before).items():
            setattr(row, name, value)

    def _apply(self, changes: Mapping[str, Any]) -> HttpResponse:
        """All in one transaction; rows that refuse are left out and named."""
        done: list[BulkRow] = []
        refused: list[BulkRow] = []
        with acting(self.page.user, self.editing.code):
            for row in self.rows:
                self._one(row, changes, done, refused)
            label = self._label(changes, len(done))
            act = reversing.keep(self.page.name, self.editing.code, label, done, refused, actor=self.page.user)
        text = ngettext("%(n)s row changed.", "%(n)s rows changed.", len(done)) % {"n": formats.number(len(done))}
        messages.success(self.page.request, text)
        return HttpResponseRedirect(act.get_absolute_url())

    def _one(self, row: Any, changes: Mapping[str, Any], done: list[BulkRow], refused: list[BulkRow]) -> None:
        before = reversing.stored(row, changes)
        kept = BulkRow(object_id=row.pk, label=str(row)[:200], before=before)
        if not self._told(row, changes):
            return
        try:
            with transaction.atomic():
                saved = self.editing.save(row, changes, actor=self.page.user, version=self._version(row))
        except HouseError as error:
            kept.refusal = error.message[:500]
            refused.append(kept)
            return
        kept.after, kept.version = reversing.stored(saved, changes), saved.version
        done.append(kept)

    def _version(self, row: Any) -> int:
        raw = self.sent.get(f"version_{row.pk}", "")
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1

    def _label(self, changes: Mapping[str, Any], count: int) -> str:
        fields = ", ".join(_label(self.rows[0], name) for name in changes)
        text = ngettext("Changed %(fields)s of %(n)s row", "Changed %(fields)s of %(n)s rows", count)
        return text % {"fields": fields, "n": formats.number(count)}


def _label(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def words_of(row: Any, name: str, value: Any) -> str:
    """A value as people read it."""
    field = row._meta.get_field(name)
    if value is None or value == "" or value == []:
        return _("none")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return formats.day(value) if hasattr(value, "isoformat") else str(value)
