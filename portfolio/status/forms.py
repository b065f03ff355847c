"""Reads the status form: what was sent becomes the changes of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pmo.kernel import rag
from portfolio.projects.models import Project

FIGURES = ("finish_forecast", "forecast", "phase")
DECISION = ("text", "asked_of", "needed_by", "recommendation")


def read_report(data: QueryDict, planned: Sequence[str], project: Project) -> dict[str, Any]:
    """The changes that the sent form asks for; what the form did not carry stays as it is."""
    changes: dict[str, Any] = {name: data[name] for name in ("overall", "overall_trend", "as_of") if data.get(name)}
    if "summary" in data:
        changes["summary"] = _lines(str(data["summary"]))
    changes["dimensions"] = {name: _dimension(data, name) for name in rag.DIMENSIONS if f"{name}_comment" in data}
    changes["confirmed"] = [name for name in data.getlist("confirm") if name in rag.DIMENSIONS]
    changes |= _steps(data, planned)
    changes["decisions"] = read_decisions(data)
    changes["proposed"] = _proposed(data, project)
    return changes


def _lines(text: str) -> str:
    """Browsers send CRLF; the limit counts a line break once."""
    return text.replace("\r\n", "\n")


def _dimension(data: QueryDict, name: str) -> dict[str, str]:
    return {
        "value": data.get(name, ""),
        "trend": data.get(f"{name}_trend", ""),
        "comment": _lines(data.get(f"{name}_comment", "")),
    }


def _steps(data: QueryDict, planned: Sequence[str]) -> dict[str, list[str]]:
    done, dropped = set(data.getlist("done")), set(data.getlist("dropped"))
    return {
        "achievements": [step for step in planned if step in done] + _list(data.get("achieved_more", "")),
        "next_steps": [step for step in planned if step not in done | dropped] + _list(data.get("next_more", "")),
    }


def _list(text: str) -> list[str]:
    return [line.strip().removeprefix("- ").strip() for line in text.splitlines() if line.strip()]


def read_decisions(data: QueryDict) -> list[dict[str, str]]:
    """The decision rows with a text; rows without one are removed ones."""
    columns = [data.getlist(f"decision_{name}") for name in DECISION]
    rows = (dict(zip(DECISION, cells, strict=True)) for cells in zip_longest(*columns, fillvalue=""))
    return [row for row in rows if row["text"].strip()]


def complete(decisions: Sequence[Mapping[str, str]]) -> bool:
    """Whether every decision says until when it is needed; a draft may be saved without those that do not."""
    return all(row["needed_by"] for row in decisions)


def _proposed(data: QueryDict, project: Project) -> dict[str, str]:
    """The figures that differ from the project's own."""
    found = {}
    for name in FIGURES:
        sent = data.get(name, "").strip()
        stored = getattr(project, name)
        if sent and sent != ("" if stored is None else str(stored)):
            found[name] = sent
    return found


class VersionedForm(forms.Form):
    """A verb on the version that the person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReturnForm(VersionedForm):
    """Back to the author, with the reason."""

    note = forms.CharField(
        label=_("What must be mended?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )


class CorrectForm(VersionedForm):
    """The reason of a new edition."""

    reason = forms.CharField(
        label=_("What is corrected, and why?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
