"""The words that a template puts before the figures: Markdown with the pack's own figures in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as lazy

from pmo.attachments.marking import as_html
from pmo.ui import formats
from reporting.packs.panels import wording
from reporting.packs.panels.heading import period
from reporting.packs.rules import health, kpis, money, placeholders
from reporting.packs.rules.edition import Edition

Value = Callable[[Edition], str]


def html(edition: Edition) -> SafeString:
    """The introduction as safe HTML; what a value holds is printed as it stands."""
    values = {name: value(edition) for name, value in VALUES.items()}
    return as_html(placeholders.filled(edition.design.introduction, values), {})


def _in_band(band: str) -> Value:
    return lambda edition: formats.number(health.tally(edition.figures.projects)[band])


def _decisions(edition: Edition) -> str:
    return formats.number(sum(len(project.decisions) for project in edition.figures.projects))


def _late(edition: Edition) -> str:
    figures = edition.figures
    return formats.number(kpis.reports_expected(figures) - kpis.reports_on_time(figures))


def _amount(name: str, *, sign: bool = False) -> Value:
    def write(edition: Edition) -> str:
        figures = edition.figures
        return wording.amount(getattr(money.whole(figures), name), figures.currency, sign=sign)

    return write


VALUES: Final[dict[str, Value]] = {
    "pack": lambda edition: edition.figures.pack,
    "organisation": lambda edition: edition.figures.organisation,
    "scope": lambda edition: edition.figures.scope,
    "audience": lambda edition: edition.design.audience,
    "period": lambda edition: period(edition.figures),
    "day": lambda edition: wording.day(edition.figures.at),
    "last_day": lambda edition: wording.day(edition.previous.at) if edition.previous else wording.DASH,
    "edition": lambda edition: formats.number(edition.number) if edition.number else wording.DASH,
    "counted": lambda edition: formats.number(edition.figures.counted),
    "in_scope": lambda edition: formats.number(edition.figures.of),
    "off_track": _in_band("off_track"),
    "at_risk": _in_band("at_risk"),
    "on_track": _in_band("on_track"),
    "decisions": _decisions,
    "late_reports": _late,
    "budget": _amount("budget"),
    "forecast": _amount("forecast"),
    "difference": _amount("difference", sign=True),
}
MEANINGS: Final = {
    "pack": lazy("title of the pack"),
    "organisation": lazy("name of the organisation"),
    "scope": lazy("what the pack is about"),
    "audience": lazy("audience as written above"),
    "period": lazy("month reported on"),
    "day": lazy("business date"),
    "last_day": lazy("business date of the pack before"),
    "edition": lazy("number of the edition"),
    "counted": lazy("projects counted"),
    "in_scope": lazy("projects in scope"),
    "off_track": lazy("projects off track"),
    "at_risk": lazy("projects at risk"),
    "on_track": lazy("projects on track"),
    "decisions": lazy("decisions asked for"),
    "late_reports": lazy("status reports that are late"),
    "budget": lazy("budget of the year"),
    "forecast": lazy("forecast of the year"),
    "difference": lazy("forecast minus budget"),
}
