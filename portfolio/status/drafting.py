"""What a draft starts with, and how typed input becomes fields of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from pmo.audit.edit import save_checked
from pmo.kernel import rag
from pmo.kernel.errors import Invalid
from pmo.organisation.queries import house_today
from portfolio.projects.models import Phase
from portfolio.status import rules
from portfolio.status.models import DecisionNeeded, StatusReport, Trend

TEXTS = {"summary": rules.SUMMARY_LENGTH, "overall_comment": rules.COMMENT_LENGTH}
LISTS = ("achievements", "next_steps")
EARLIEST = date(1950, 1, 1)


def carried_over(last: StatusReport | None) -> dict[str, Any]:
    """The judgements of the last report; its next steps become the checklist of this one (ticked = achieved)."""
    if last is None:
        return {}
    return {
        "overall": last.overall if last.overall in rag.DECLARABLE else "",
        "summary": last.summary[: rules.SUMMARY_LENGTH],
        "overall_comment": last.overall_comment,
        "dimensions": {
            name: {**last.judgement(name), "trend": ""} for name in rag.DIMENSIONS if name in last.dimensions
        },
        "next_steps": list(last.next_steps),
    }


def read_changes(
    report: StatusReport, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """Typed and checked fields, and the decisions when they were given; Invalid names every field that is wrong."""
    errors: dict[str, list[str]] = {}
    fields: dict[str, Any] = {}
    decisions = None
    for name, raw in changes.items():
        try:
            if name == "decisions":
                decisions = _decisions(raw)
            else:
                fields[name] = _read(report, name, raw)
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors)
    return fields, decisions


def _read(report: StatusReport, name: str, raw: Any) -> Any:
    if name == "overall":
        return _choice(raw, ("", *rag.DECLARABLE))
    if name == "overall_trend":
        return _choice(raw, ("", *Trend.values))
    if name == "as_of":
        return _as_of(report, raw)
    if name in TEXTS:
        return _text(raw, TEXTS[name])
    if name in LISTS:
        return [_text(item, rules.ITEM_LENGTH) for item in rules.clean_items(_list(raw))]
    if name == "dimensions":
        return _dimensions(report, raw)
    if name == "confirmed":
        return sorted({_choice(item, rag.DIMENSIONS) for item in _list(raw)})
    if name == "proposed":
        return _proposed(raw)
    raise ValueError(_("This field is not part of a report."))


def _list(raw: Any) -> Sequence[Any]:
    if not isinstance(raw, (list, tuple)):
        raise ValueError(_("This must be a list."))
    return raw


def _mapping(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(_("This must be an object with named values."))
    return raw


def _text(raw: Any, limit: int) -> str:
    if not isinstance(raw, str):
        raise ValueError(_("This must be text."))
    clean = "".join(character for character in raw if character in "\n\t" or character.isprintable())
    if len(clean) > limit:
        raise ValueError(
            _("This has %(length)d characters; %(limit)d is the most.") % {"length": len(clean), "limit": limit}
        )
    return clean


def _choice(raw: Any, allowed: Sequence[str]) -> str:
    if raw not in allowed:
        raise ValueError(_("Choose one of: %(allowed)s.") % {"allowed": ", ".join(each or "–" for each in allowed)})
    return str(raw)


def _date(raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise ValueError(_("Write the date as 2026-11-30.")) from error


def _as_of(report: StatusReport, raw: Any) -> date:
    """A day on which things can have stood; the day that the report was opened for may be ahead of today."""
    day = _date(raw)
    if not EARLIEST <= day <= max(house_today(), report.as_of):
        raise ValueError(_("A report tells how things stand: choose today or an earlier day."))
    return day


def _dimensions(report: StatusReport, raw: Any) -> dict[str, Any]:
    merged = {name: dict(value) for name, value in report.dimensions.items()}
    for name, given in _mapping(raw).items():
        _choice(name, rag.DIMENSIONS)
        before = rules.Judgement.read(merged.get(name))
        given = _mapping(given)
        merged[name] = rules.Judgement(
            value=_choice(given.get("value", before.value), ("", *rag.DECLARABLE)),
            trend=_choice(given.get("trend", before.trend), ("", *Trend.values)),
            comment=_text(given.get("comment", before.comment), rules.COMMENT_LENGTH),
        ).as_dict()
    return merged


def _proposed(raw: Any) -> dict[str, str]:
    readers = {"finish_forecast": lambda value: _date(value).isoformat(), "forecast": _amount, "phase": _phase}
    unknown = set(_mapping(raw)) - set(readers)
    if unknown:
        raise ValueError(_("Unknown figure: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    return {name: readers[name](value) for name, value in raw.items() if value not in (None, "")}


def _phase(raw: Any) -> str:
    return _choice(raw, Phase.values)


def _amount(raw: Any) -> str:
    try:
        amount = Decimal(str(raw))
    except InvalidOperation as error:
        raise ValueError(_("Write the amount as a number, such as 1250000.00.")) from error
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        raise ValueError(_("This amount is out of range."))
    return str(amount)


def _decisions(raw: Any) -> list[dict[str, Any]]:
    found = []
    for item in _list(raw):
        item = _mapping(item)
        text = _text(item.get("text", ""), 300).strip()
        if not text:
            continue
        if not item.get("needed_by"):
            raise ValueError(_("Say until when the decision is needed: %(text)s.") % {"text": text[:60]})
        found.append(
            {
                "text": text,
                "asked_of": _text(item.get("asked_of", ""), 200),
                "needed_by": _date(item["needed_by"]),
                "recommendation": _text(item.get("recommendation", ""), 600),
            }
        )
    return found[: rules.MAX_ITEMS]


def write_decisions(report: StatusReport, decisions: Sequence[Mapping[str, Any]]) -> None:
    """Replace the decisions of a draft, touching only what differs."""
    existing = list(report.decisions.all())
    for old, new in zip(existing, decisions, strict=False):
        if any(getattr(old, name) != value for name, value in new.items()):
            for name, value in new.items():
                setattr(old, name, value)
            old.version += 1
            save_checked(old)
    for new in decisions[len(existing) :]:
        save_checked(DecisionNeeded(report=report, **new))
    for old in existing[len(decisions) :]:
        old.delete()
