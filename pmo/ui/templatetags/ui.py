"""The leaves of every template; a builtin library, so that templates need not load it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.http import QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pmo.kernel import rag as rag_values
from pmo.organisation.models import Organisation
from pmo.ui import explaining, formats, glossary, marks, setup, words
from pmo.ui.guidance import GUIDES
from pmo.ui.icons import icon as draw_icon
from pmo.ui.pages.page import Door
from pmo.ui.widgets import DateInput

register = template.Library()

BETWEEN_TAGS = re.compile(r">\s+<")
TEXT_LIKE = (forms.widgets.Input, forms.Textarea)


@register.simple_tag(takes_context=True)
def brand(context: Any) -> SafeString:
    """The organisation's logo with the product's name, or the name alone."""
    organisation, name = context.get("organisation") or Organisation.current(), _("PMO Portfolio")
    if (logo := organisation.logo) is None:
        return escape(name)
    source = f"{reverse('ui:logo')}?{logo['sha256'][:12]}"
    picture = '<img class="logo" src="{}" width="{}" height="{}" alt="{}">'
    return format_html(picture, source, logo["width"], logo["height"], name)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    return draw_icon(name, css)


@register.simple_tag
def rag(value: str | None, word: str = "", compact: bool = False) -> SafeString:
    """A status chip; `compact` keeps only the shape for those who see."""
    return marks.rag_chip(value or "", word=word, compact=compact)


@register.simple_tag
def status_words(value: str | None) -> SafeString:
    """A status as shape and coloured words, without a pill."""
    return marks.status_words(value or "")


@register.simple_tag
def trend(value: str, word: bool = False) -> SafeString:
    return marks.trend_arrow(value, word=word)


@register.simple_tag
def strip(values: Sequence[str], slots: int = 12) -> SafeString:
    return marks.strip(values, slots)


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str, tone: str = "blue") -> SafeString:
    return marks.sparkline(values, label, tone)


@register.simple_tag
def money(
    amount: Any, currency: str = "", scale: str | None = None, absent: object = "", sign: bool = False
) -> SafeString:
    """An amount in the organisation's (or the given) currency, or the word for its absence."""
    known = getattr(amount, "amount", amount)
    if known is None or known == "":
        return marks.absent(absent)
    return _figure(formats.money(known, currency or getattr(amount, "currency", ""), scale, sign=sign))


@register.simple_tag
def number(
    value: Decimal | float | None, places: int | None = None, absent: object = "", sign: bool = False
) -> SafeString:
    return marks.absent(absent) if value is None else _figure(formats.number(value, places, sign=sign))


@register.simple_tag
def percent(fraction: Decimal | float | None, places: int = 1, absent: object = "", sign: bool = False) -> SafeString:
    return marks.absent(absent) if fraction is None else _figure(formats.percent(fraction, places, sign=sign))


def _figure(text: str) -> SafeString:
    return format_html('<span class="num nw">{}</span>', text)


@register.simple_tag
def day(value: date | None, absent: object = "") -> SafeString:
    return marks.time(value, absent)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    return marks.moment(value)


@register.simple_tag
def distance(value: date) -> str:
    """Today, in 4 days, 3 days overdue."""
    return formats.distance(value)


@register.simple_tag
def age(since: date | None, limit: int | None = None) -> SafeString:
    return marks.age_mark(since, limit)


@register.simple_tag
def slip(days: int | None) -> SafeString:
    return marks.slip(days)


@register.simple_tag
def person(user: Any, avatar: bool = True, missing: str = "") -> SafeString:
    return marks.person(user, avatar=avatar, missing=missing)


@register.simple_tag
def badge(text: object, tone: str = "grey") -> SafeString:
    return marks.badge(text, tone)


@register.filter
def initials(name: object) -> str:
    return marks.initials(str(name))


@register.filter
def status_word(value: str | None) -> str:
    return words.status_word(value or "")


@register.filter
def status_icon(value: str | None) -> str:
    """The name of the icon of a status."""
    return words.status_icon(value or "")


@register.filter
def tone(value: str | None) -> str:
    """The colour family of a status."""
    return rag_values.tone(value or "")


@register.filter
def absent_word(reason: object) -> str:
    return words.absent_word(reason)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The current query string with some parameters changed; None removes one. Starts with a question mark."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    return _changed(query, changes)


@register.simple_tag(takes_context=True)
def address(context: Context, **changes: Any) -> str:
    """As `qs`, on top of the tidy address that a list page gives."""
    return _changed(QueryDict(context.get("address", ""), mutable=True), changes)


def _changed(query: QueryDict, changes: dict[str, Any]) -> str:
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def field(bound: forms.BoundField, css: str = "", **attributes: object) -> SafeString:
    """A form control with the kit's classes; further attributes (`rows=3`) as keywords, what a form states wins."""
    widget = DateInput(bound.field.widget.attrs) if is_day(bound) else bound.field.widget
    given = {name.replace("_", "-"): str(value) for name, value in attributes.items()}
    kit = {"class": f"{_control_class(bound)} {css}".strip()}
    # Django's own templates put every option on three lines.
    return mark_safe(BETWEEN_TAGS.sub("><", bound.as_widget(widget, attrs={**given, **widget.attrs, **kit})))


def _control_class(bound: forms.BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    return "form-control" if isinstance(widget, TEXT_LIKE) else "form-select"


@register.filter
def is_checkbox(bound: forms.BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


@register.filter
def is_day(bound: forms.BoundField) -> bool:
    """Whether the browser's own date field serves."""
    return type(bound.field.widget) in (forms.DateInput, DateInput)


@register.filter
def is_group(bound: forms.BoundField) -> bool:
    """Whether a field is several boxes that need a legend, not a label."""
    return isinstance(bound.field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect)


@register.inclusion_tag("ui/door.html", takes_context=True)
def show_door(context: Context, door: Door, css: str = "") -> dict[str, Any]:
    """A way on: a link or button, or its reason when it is refused."""
    return {"door": door, "css": css, "csrf_token": context.get("csrf_token"), "verdict": door.verdict}


@register.simple_tag(takes_context=True)
def why(context: Context, slug: str, **parameters: object) -> SafeString:
    """The mark beside a figure that opens its explanation, at the instant of the page."""
    figure = explaining.FIGURES.find(slug)
    moment = getattr(context.get("page"), "moment", None)
    if moment is not None and figure is not None and figure.past:
        parameters = {**parameters, explaining.AS_OF: moment.raw}
    return explaining.why(slug, **parameters)


@register.inclusion_tag("ui/setup_card.html", takes_context=True)
def setup_card(context: Context) -> dict[str, Any]:
    """What is still to be set up, for those who set the house up."""
    reader = context.get("reader")
    return {"setup": setup.waiting(reader) if reader else None, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/help_link.html", takes_context=True)
def help_link(context: Context) -> dict[str, Any]:
    """The way to the help for this page."""
    return {"guide": GUIDES.of_page(context.get("page")), "reader": context.get("reader")}


@register.simple_tag
def term(slug: str, word: object = "", place: str = "") -> SafeString:
    """A word of the glossary that tells its meaning when it is pressed."""
    return glossary.mark(slug, word, place)


@register.inclusion_tag("ui/kpi.html")
def kpi(
    label: str,
    value: object,
    *,
    unit: str = "",
    change: str = "",
    since: str = "",
    note: str = "",
    tone: str = "",
    mark: str = "",
    url: str = "",
    slug: str = "",
    about: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One key figure: value, change since the last period (coloured by `tone` only when it matters), context."""
    figure = {"label": label, "value": value, "unit": unit, "note": note, "mark": mark, "url": url}
    explained = explaining.why(slug, **(about or {})) if slug else ""
    return {**figure, "change": change, "since": since, "tone": tone, "why": explained, "slug": slug}


@register.inclusion_tag("ui/figure.html")
def figure(chart: Any, css: str = "", about: dict[str, str] | None = None) -> dict[str, Any]:
    """A chart with heading, sentence, drawing and data table."""
    return {"chart": chart, "css": css, "why": explaining.why(chart.slug, **(about or {}))}


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    *,
    note: str = "",
    link: str = "",
    link_label: str = "",
    slug: str = "",
    css: str = "",
) -> SafeString:
    """A quiet card with a head; `note` says as of when, `link` leads to the whole."""
    head = _card_head(title, note, link, link_label, slug) if title else mark_safe("")
    labelled = format_html(' aria-labelledby="{}"', slug) if slug and title else ""
    return format_html('<section class="card {}"{}>{}{}</section>', css, labelled, head, content)


def _card_head(title: str, note: str, link: str, link_label: str, slug: str) -> SafeString:
    heading = format_html("<h2{}>{}</h2>", format_html(' id="{}"', slug) if slug else "", title)
    meta = format_html('<span class="meta">{}</span>', note) if note else ""
    end = format_html('<a class="end" href="{}">{}</a>', link, link_label) if link else ""
    return format_html('<div class="card-head">{}{}{}</div>', heading, meta, end)
