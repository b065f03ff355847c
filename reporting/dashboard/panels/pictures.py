"""Three pictures with the sentence that their data say: status, money, slipped dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.ui import drawings, formats, marks, words
from pmo.ui.figures import Chart
from reporting.dashboard import rules
from reporting.dashboard.panels.wording import link, period_name
from reporting.dashboard.queries import PortfolioState

MOST_BARS = 7
MOST_ROWS = 100
"""The longest slips are listed; all of them are one click away."""


def charts(state: PortfolioState, rows_url: str) -> list[Chart]:
    """Status over time, money by unit, slipped end dates."""
    return [_status_chart(state), _money_chart(state), _slip_chart(state, rows_url)]


def _status_chart(state: PortfolioState) -> Chart:
    series = [(each.end, each.bands) for each in state.series]
    if state.is_live and series:
        series[-1] = (series[-1][0], rules.distribution(state.now.values()))
    yearly = state.periods.snapshots
    bars = [
        drawings.StatusPeriod(
            period_name(end, snapshots=yearly), _short(end, yearly), counts, _year_mark(end, place, yearly)
        )
        for place, (end, counts) in enumerate(series)
    ]
    title = _("Status, last %(n)s periods") % {"n": len(bars)} if len(bars) != 1 else _("Status")
    heads: list[str | Promise] = [_("Period"), *(words.BANDS[band] for band in drawings.BANDS), words.BANDS["none"]]
    rows = [
        [bar.label, *(bar.counts.get(band, 0) for band in drawings.BANDS), bar.counts.get("none", 0)] for bar in bars
    ]
    svg = drawings.stacked_status(bars, "chart-status")
    return Chart("chart-status", title, status_sentence([counts for _end, counts in series]), svg, heads, rows)


def _short(end: date, snapshots: bool) -> str:
    return str(end.year) if snapshots else date_format(end, "M", use_l10n=False)[:1]


def _year_mark(end: date, place: int, snapshots: bool) -> str:
    first = place == 0 and end.month < 12
    return str(end.year) if not snapshots and (first or end.month == 1) else ""


def status_sentence(series: Sequence[Mapping[str, int]]) -> str:
    """How many are off track, against the period before and the whole picture."""
    if not series or not sum(series[-1].values()):
        return _("Nothing has been reported yet.")
    off = [counts.get("off_track", 0) for counts in series]
    facts = {"n": off[-1], "of": sum(series[-1].values())}
    if len(off) == 1:
        return _("%(n)s of %(of)s off track.") % facts
    facts["change"] = abs(off[-1] - off[-2])
    return _status_text(off) % facts


def _status_text(off: Sequence[int]) -> str:
    if off[-1] == off[-2]:
        return _("%(n)s of %(of)s off track, as many as in the period before.")
    if off[-1] > max(off[:-1]):
        return _(
            "%(n)s of %(of)s off track, %(change)s more than in the period before and the most in all periods shown."
        )
    if off[-1] > off[-2]:
        return _("%(n)s of %(of)s off track, %(change)s more than in the period before.")
    return _("%(n)s of %(of)s off track, %(change)s fewer than in the period before.")


def _money_chart(state: PortfolioState) -> Chart:
    currency = state.currency
    names = {pk: state.by_id[pk].unit_name or _("No unit") for pk in state.now}
    ids = {state.by_id[pk].unit_name: state.by_id[pk].unit_id for pk in state.now}
    groups = [group for group in rules.grouped(state.now.values(), names, currency) if group.counted]
    rows = [
        drawings.PairedRow(
            group.name,
            float(group.budget),
            float(group.forecast),
            formats.scaled(group.forecast, "m", 1),
            formats.percent(group.over, 1, sign=True) if group.over is not None else "–",
            marks.overrun_tone(group.over),
        )
        for group in groups[:MOST_BARS]
    ]
    unit = formats.unit_of(currency, "m")
    svg = drawings.paired_bars(rows, "chart-money", _("Budget"), _("Forecast"), unit, _("over"))
    heads = [
        _("Unit"),
        _("Budget, %(unit)s") % {"unit": unit},
        _("Forecast, %(unit)s") % {"unit": unit},
        _("Over"),
        _("Counted"),
    ]
    table = [
        [
            _unit_link(group.name, ids),
            formats.scaled(group.budget, "m"),
            formats.scaled(group.forecast, "m"),
            formats.percent(group.over, 1, sign=True),
            formats.counted(group.counted, group.of),
        ]
        for group in groups
    ]
    return Chart("chart-money", _("Money of the year by unit"), money_sentence(groups, currency), svg, heads, table)


def _unit_link(name: str, ids: Mapping[str | None, int | None]) -> object:
    """The name of a unit, leading to its own home."""
    found = ids.get(name)
    return format_html('<a href="{}">{}</a>', reverse("reporting:unit_home", args=[found]), name) if found else name


def money_sentence(groups: Sequence[rules.Group], currency: str) -> str:
    """Which unit carries most of what is over budget."""
    if not groups:
        return _("No project has both a budget and a forecast.")
    overruns = [(group.forecast - group.budget, group.name) for group in groups if group.forecast > group.budget]
    if not overruns:
        return _("No unit is over its budget of the year.")
    together, (largest, name) = sum(amount for amount, _name in overruns), max(overruns)
    facts = {
        "name": name,
        "part": formats.money(largest, currency, "m"),
        "all": formats.money(Decimal(together), currency, "m"),
    }
    if len(overruns) == 1:
        return _("%(name)s alone is over its budget, by %(part)s.") % facts
    return _("%(name)s carries %(part)s of the %(all)s by which units are over budget.") % facts


def _slip_chart(state: PortfolioState, rows_url: str) -> Chart:
    late, limits = rules.slipped(state.now.values()), state.organisation.limits
    rows = [
        drawings.SlipRow(
            state.by_id[each.project].label,
            each.finish_baseline,
            each.finish_forecast,
            marks.warning(limits.of_slip(each.slip_days)) or "amber",
        )
        for each in late[:MOST_BARS]
        if each.finish_baseline is not None and each.finish_forecast is not None
    ]
    heads = [_("Project"), _("Baseline"), _("Forecast"), _("Slip, days")]
    table = [
        [
            state.by_id[each.project].label,
            formats.day(each.finish_baseline),
            formats.day(each.finish_forecast),
            each.slip_days,
        ]
        for each in late[:MOST_ROWS]
    ]
    way = link(rows_url, view="slipped") if len(late) > MOST_BARS else ""
    label = _("All %(n)s") % {"n": len(late)}
    svg, said = drawings.slips(rows, "chart-slips"), slip_sentence(late, limits.slip_red_days)
    return Chart("chart-slips", _("Slipped end dates"), said, svg, heads, table, way, label)


def slip_sentence(late: Sequence[rules.Reading], bad_days: int) -> str:
    """How many slipped, how many badly."""
    if not late:
        return _("No project finishes after its baseline.")
    facts = {"n": len(late), "days": bad_days}
    facts["bad"] = sum((each.slip_days or 0) >= bad_days for each in late)
    if not facts["bad"]:
        text = ngettext(
            "%(n)s project finishes after its baseline.", "%(n)s projects finish after their baseline.", len(late)
        )
        return text % facts
    text = ngettext(
        "%(n)s project finishes after its baseline, by %(days)s days or more.",
        "%(n)s projects finish after their baseline, %(bad)s by %(days)s days or more.",
        len(late),
    )
    return text % facts
