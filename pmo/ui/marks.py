"""The small marks of the design language, made in Python because lists print hundreds of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pmo.access.preferences import within_sentence
from pmo.kernel import rag
from pmo.kernel.limits import AS_SHIPPED, Limits
from pmo.ui import formats, words
from pmo.ui.icons import icon

limits: ContextVar[Limits] = ContextVar("limits", default=AS_SHIPPED)

BAR_HEIGHTS = {"green": 6, "amber": 11, "red": 16, "blue": 6, "grey": 3, "none": 3}
BAR_PITCH = 9
USUAL_SLOTS = 12
SHAPES = {rag.GREY: "hold", rag.EXEMPT: "exempt", rag.NOT_REPORTED: "none"}
"""The shapes of what has no colour of its own; `static/img/status/` has one for each."""
GLYPHS = {"red": "◆", "amber": "▲", "green": "●", "blue": "■", "exempt": "○"}
TREND_ICONS = {"up": "arrow-up-right", "same": "arrow-right", "down": "arrow-down-right"}
TREND_TONES = {"up": "green", "same": "grey", "down": "red"}


def rag_chip(value: str, *, word: str = "", compact: bool = False) -> SafeString:
    """A status as shape, colour and word; compact keeps the word for those who do not see."""
    return _rag_chip(value, word, compact, get_language())


@lru_cache(maxsize=256)
def _rag_chip(value: str, word: str, compact: bool, _language: str | None) -> SafeString:
    text = word or words.status_word(value)
    shape = icon(words.status_icon(value))
    if compact:
        template = '<span class="rag rag-compact t-{}">{}<span class="visually-hidden">{}</span></span>'
    else:
        template = '<span class="rag rag-{}">{}{}</span>'
    return format_html(template, rag.tone(value), shape, text)


def rag_cell(value: str) -> SafeString:
    """A status in a cell of a list: its shape is drawn by the style sheet, so that fifty rows stay light."""
    return _rag_cell(value, get_language())


@lru_cache(maxsize=64)
def _rag_cell(value: str, _language: str | None) -> SafeString:
    shape = SHAPES.get(value, rag.tone(value))
    return format_html('<b class="rag s-{}">{}</b>', shape, words.status_word(value))


def glyph(value: str) -> str:
    """The shape of a status as a letter of our fonts, for paper."""
    return GLYPHS.get(SHAPES.get(value, rag.tone(value)), "–")


def status_words(value: str) -> SafeString:
    """A status without its pill, for places where the pill would shout."""
    return format_html(
        '<span class="t-{} nw b">{} {}</span>',
        rag.tone(value),
        icon(words.status_icon(value), "ic-s"),
        words.status_word(value),
    )


def trend_arrow(value: str, *, word: bool = False) -> SafeString:
    """Improving, unchanged or worsening, as an arrow with its word."""
    if value not in TREND_ICONS:
        return mark_safe("")
    css = "" if word else "visually-hidden"
    return format_html(
        '<span class="trend t-{}">{}<span class="{}">{}</span></span>',
        TREND_TONES[value],
        icon(TREND_ICONS[value], "ic-s"),
        css,
        words.TRENDS[value],
    )


def strip(values: Sequence[str], slots: int = USUAL_SLOTS) -> SafeString:
    """The last reports, oldest first, as bars whose height and colour tell severity; a dot is no report."""
    return _strip(tuple(values)[-slots:], slots, get_language())


@lru_cache(maxsize=4096)
def _strip(values: tuple[str, ...], slots: int, _language: str | None) -> SafeString:
    """Equal neighbours are one dashed line, as thick as their bars are tall: a list prints fifty of these."""
    padded = (rag.NOT_REPORTED,) * (slots - len(values)) + values
    lines: dict[str, str] = {}
    place = 0
    for tone, run in groupby(_bar_tone(value) for value in padded):
        count = len(list(run))
        height = BAR_HEIGHTS[tone]
        lines[tone] = f"{lines.get(tone, '')}M{place * BAR_PITCH} {16 - height / 2:g}h{count * BAR_PITCH - 2}"
        place += count
    paths = "".join(f'<path class=bar-{tone} d="{line}"/>' for tone, line in lines.items())
    size = "" if slots == USUAL_SLOTS else f' viewBox="0 0 {slots * BAR_PITCH - 2} 16"'
    return mark_safe(f'<svg class=strip{size} role=img aria-label="{escape(strip_text(values))}">{paths}</svg>')


def _bar_tone(value: str) -> str:
    """The colour of a bar; a dot where nothing was reported."""
    return "none" if value in (rag.NOT_REPORTED, rag.EXEMPT) else rag.tone(value)


def strip_text(values: Sequence[str]) -> str:
    """The strip in words, run by run."""
    if not values:
        return _("No reports yet")
    runs = [f"{len(list(run))} {within_sentence(words.status_word(value))}" for value, run in groupby(values)]
    return _("Last reports: %(runs)s") % {"runs": ", ".join(runs)}


def sparkline(values: Sequence[float | None], label: str, tone: str = "blue") -> SafeString:
    """A line of the last values; gaps stay gaps."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return format_html('<span class="sub">{}</span>', _("too few values"))
    low, high = min(known), max(known)
    span = (high - low) or 1
    points = [
        None if value is None else (index * 100 / (len(values) - 1), 22 - (value - low) * 20 / span)
        for index, value in enumerate(values)
    ]
    return format_html(
        '<svg class="spark" width="100" height="24" viewBox="-2 0 104 24" role="img" aria-label="{}">'
        '<path d="{}" fill="none" class="st-{}"/></svg>',
        label,
        _path(points),
        tone,
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    pieces, pen_up = [], True
    for point in points:
        if point is None:
            pen_up = True
            continue
        pieces.append(f"{'M' if pen_up else 'L'}{point[0]:.1f} {point[1]:.1f}")
        pen_up = False
    return " ".join(pieces)


def absent(reason: object = "") -> SafeString:
    """A missing figure with the reason, never a zero; a long reason is told in full to those who point or listen."""
    short, full = words.short_reason(reason), words.absent_word(reason)
    if short == full:
        return format_html('<span class="absent">{}</span>', short)
    spoken = format_html('<span class="visually-hidden">{}</span>', full)
    return format_html(
        '<span class="absent" title="{}"><span aria-hidden="true">{}</span>{}</span>', full, short, spoken
    )


def time(value: date | None, missing: object = "") -> SafeString:
    """A date in a time element, or the reason why there is none."""
    if value is None:
        return absent(missing) if missing else dash()
    moment = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return _time(moment.isoformat()[:10], formats.day(value))


@lru_cache(maxsize=4096)
def _time(iso: str, written: str) -> SafeString:
    return mark_safe(f'<time datetime="{iso}">{escape(written)}</time>')


def moment(value: datetime | None) -> SafeString:
    """An instant in the reader's zone."""
    if value is None:
        return dash()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), formats.instant(value))


def dash() -> SafeString:
    return _dash(get_language())


@lru_cache(maxsize=16)
def _dash(_language: str | None) -> SafeString:
    return format_html('<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>', _("none"))


def slip(days: int | None) -> SafeString:
    """Days against the baseline, coloured as the house judges a slip; on baseline is said in words."""
    if not days:
        return format_html('<span class="sub">{}</span>', slip_words(days))
    tone = "green" if days < 0 else warning(limits.get().of_slip(days))
    return format_html('<span class="{} b nw">{}</span>', f"t-{tone}" if tone else "", slip_words(days))


def slip_words(days: int | None) -> str:
    """Days against the baseline; none and zero are said in words."""
    return _("no baseline") if days is None else formats.days(days, sign=True) if days else _("on baseline")


def slip_line(days: int | None) -> SafeString:
    """The same as a quiet line below a date."""
    tone = "" if not days else "green" if days < 0 else warning(limits.get().of_slip(days))
    return format_html('<div class="sub{}">{}</div>', f" t-{tone} b" if tone else "", slip_words(days))


def overrun_tone(fraction: Decimal | None) -> str:
    """The colour of an overrun as the house judges it; what is on track stays quiet."""
    return warning(limits.get().of_overrun(None if fraction is None else fraction * 100))


def warning(status: str) -> str:
    """The colour of a status that asks for attention; none for the others."""
    return rag.tone(status) if rag.needs_comment(status) else ""


def age_mark(since: date | None, limit: int | None, today: date | None = None) -> SafeString:
    """How old a report is; past its cadence it is red and says late."""
    if since is None:
        return format_html('<span class="t-red b">{}</span>', _("never"))
    text = formats.age(since, today)
    count = ((today or timezone.localdate()) - since).days
    if limit is None or count <= limit:
        return format_html("{}", text)
    return format_html('<span class="t-red b">{}</span><div class="sub t-red">{}</div>', text, _("late"))


def person(user: Any, *, avatar: bool = True, missing: str = "") -> SafeString:
    """A person's name with initials, or an open gap that says so."""
    if user is None:
        return format_html('<span class="absent">{}</span>', missing or _("nobody"))
    name = str(user)
    if not avatar:
        return conditional_escape(name)
    return format_html(
        '<span class="person"><span class="ava" aria-hidden="true">{}</span>{}</span>', initials(name), name
    )


def initials(name: str) -> str:
    """First letters of the first and last word of a name."""
    parts = str(name).split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def badge(text: object, tone: str = "grey") -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


def more(count: int) -> str:
    """What a shortened list leaves out."""
    return ngettext("%(n)s more", "%(n)s more", count) % {"n": formats.number(count)}
