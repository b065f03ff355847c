"""Figures that explain themselves: a room declares each once; pages, packs and REST take value and reasons there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pmo.access.models import User
from pmo.access.policy import insist, reach
from pmo.audit.as_of import instant_of, read_instant
from pmo.audit.entered import Entry
from pmo.kernel.errors import Invalid, NotVisible
from pmo.kernel.verdict import no
from pmo.organisation.models import Organisation
from pmo.ui.icons import icon

Words = str | Promise
AS_OF = "as_of"
LARGEST_KEY = 2**31 - 1
MOST_INPUTS = 15
MOST_LEFT_OUT = 10


# --- what an explanation says ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shown:
    """A figure as a program takes it and as a page writes it."""

    value: Any
    words: str


@dataclass(frozen=True)
class Input:
    """A value that went in, of which day it is, and who entered it."""

    label: str
    value: str
    url: str = ""
    at: date | datetime | None = None
    entry: Entry | None = None


@dataclass(frozen=True)
class LeftOut:
    """What does not count and why, as a sentence, with ways to some of it; `further` are not named."""

    sentence: str
    objects: Sequence[tuple[str, str]] = ()
    further: int = 0


@dataclass(frozen=True)
class Reasons:
    """All that stands behind a value; `further` inputs are behind `rows_url` only. Without `as_of` it is of now."""

    as_of: date | datetime | None
    inputs: Sequence[Input] = ()
    limits: Sequence[tuple[str, str]] = ()
    left_out: Sequence[LeftOut] = ()
    further: int = 0
    rows_url: str = ""
    note: str = ""

    @property
    def dated(self) -> bool:
        """Whether some input is of another day than the whole."""
        return any(each.at for each in self.inputs)

    @property
    def traced(self) -> bool:
        """Whether it is known of some input who entered it."""
        return any(each.entry for each in self.inputs)


def left_out(sentence: str, objects: Sequence[tuple[str, str]]) -> list[LeftOut]:
    """The first of what does not count; nothing when everything does."""
    return [LeftOut(sentence, objects[:MOST_LEFT_OUT], max(len(objects) - MOST_LEFT_OUT, 0))] if objects else []


# --- what is asked --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """Who asks about what: the parameters of the address, and the instant that the page before showed."""

    user: User
    organisation: Organisation
    values: Mapping[str, str]
    instant: datetime | None = None

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def needed(self, name: str) -> str:
        """A parameter without which nothing can be explained."""
        if not self.text(name):
            raise Invalid({name: [_("Say which one is meant, for example ?%(name)s=…") % {"name": name}]})
        return self.text(name)

    def key(self, name: str) -> int:
        """The key of an object; what cannot be one is not there."""
        raw = self.needed(name)
        if not raw.isascii() or not raw.isdigit() or int(raw[:12]) > LARGEST_KEY:
            raise NotVisible(_("This does not exist, or you may not see it."))
        return int(raw)

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        if self.needed(name) not in choices:
            told = _("“%(value)s” is not known here. Known: %(names)s.")
            raise Invalid({name: [told % {"value": self.text(name)[:40], "names": ", ".join(choices)}]})
        return self.text(name)

    def day(self, name: str, default: date) -> date:
        """A business date, never one to come."""
        raw = self.text(name)
        try:
            return min(date.fromisoformat(raw), default) if raw else default
        except ValueError as error:
            told = _("“%(day)s” is not a date; write it as 2026-11-30.")
            raise Invalid({name: [told % {"day": raw[:20]}]}) from error


@dataclass(frozen=True)
class Figure:
    """A figure of a page or a pack: what it is, how it is computed, and what stands behind it.

    `find(asked)` reads what the figure is about, cut to the reader (NotVisible when hidden); `compute(subject)` is the
    value, by the very function that pages call; `explain(asked, subject)` gives the reasons. `source` names the rule.
    `past` says that `find` keeps to the instant of a page of the past.
    """

    slug: str
    name: Words
    meaning: Words
    formula: Words
    source: Callable[..., Any]
    may: str
    parameters: Sequence[str]
    find: Callable[[Asked], Any]
    compute: Callable[[Any], Shown]
    explain: Callable[[Asked, Any], Reasons]
    terms: Sequence[str] = ()
    past: bool = False

    @property
    def rule(self) -> str:
        """The function that computes it, by its full name."""
        made = getattr(self.source, "func", self.source)
        return f"{made.__module__}.{made.__qualname__}"

    @property
    def known_parameters(self) -> Sequence[str]:
        return (*self.parameters, AS_OF) if self.past else self.parameters


@dataclass(frozen=True)
class Explained:
    """One figure with its value and reasons, for one reader."""

    figure: Figure
    shown: Shown
    reasons: Reasons
    title: str = ""


@dataclass
class FigureRegistry:
    """Every figure that can explain itself, by its name in addresses."""

    _figures: dict[str, Figure] = field(default_factory=dict)

    def add(self, *figures: Figure) -> None:
        for figure in figures:
            self._figures[figure.slug] = figure

    def all(self) -> list[Figure]:
        return list(self._figures.values())

    def for_user(self, user: User) -> list[Figure]:
        return [figure for figure in self.all() if reach(user, figure.may)]

    def find(self, slug: str) -> Figure | None:
        return self._figures.get(slug)


FIGURES = FigureRegistry()


# --- asking ---------------------------------------------------------------------------------------------------------
def explained(slug: str, user: User, organisation: Organisation, query: Mapping[str, str]) -> Explained:
    """The explanation for a reader; NotVisible, Refused or Invalid when there is none for him."""
    figure = FIGURES.find(slug)
    if figure is None:
        raise NotVisible(_("There is no figure of this name."))
    if not reach(user, figure.may):
        insist(no(_("Your roles do not include what this figure is made of.")))
    asked = Asked(user, organisation, {name: query[name] for name in query}, _instant(figure, organisation, query))
    _refuse_unknown(figure, query)
    subject = figure.find(asked)
    return Explained(figure, figure.compute(subject), figure.explain(asked, subject), str(subject))


def _refuse_unknown(figure: Figure, query: Mapping[str, str]) -> None:
    unknown = [name for name in query if name not in figure.known_parameters]
    if unknown:
        told = _("This is not a parameter here. Known: %(names)s.") % {"names": ", ".join(figure.known_parameters)}
        raise Invalid({name: [told] for name in unknown})


def _instant(figure: Figure, organisation: Organisation, query: Mapping[str, str]) -> datetime | None:
    raw = query.get(AS_OF, "")
    return read_instant(raw, organisation.time_zone) if raw and figure.past else None


# --- the way there --------------------------------------------------------------------------------------------------
def address(slug: str, **parameters: object) -> str:
    """Where a figure is explained; blank parameters are left out."""
    asked = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
    path = reverse("ui:explain", args=[slug])
    return f"{path}?{urlencode(asked)}" if asked else path


def keeping_as_of(known: Any) -> str:
    """The instant out of which an object came, as addresses say it; blank for today."""
    instant = instant_of(known)
    return instant.isoformat() if instant else ""


def why(slug: str, **parameters: object) -> SafeString:
    """The small mark beside a figure that opens its explanation: a link, so that it works without scripts."""
    figure = FIGURES.find(slug)
    if figure is None:
        return SafeString("")
    told = _("Explain this figure: %(name)s") % {"name": figure.name}
    return format_html(
        '<a class="why" href="{}" data-why="{}" aria-label="{}" title="{}">{}</a>',
        address(slug, **parameters), slug, told, told, icon("info-circle", "ic-s"),
    )  # fmt: skip
