"""The blocks of the portfolio home: key figures, what needs attention, three pictures with their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.kernel.money import change_ratio
from pmo.ui import drawings, formats, words
from pmo.ui.figures import Chart
from portfolio.projects.models import Project
from portfolio.status.models import DIMENSION_LABELS
from reporting.dashboard import rules
from reporting.dashboard.queries import PortfolioState

MOST = 5
MOST_BARS = 7
BAD_SLIP_DAYS = 60
OVERRUN_AMBER, OVERRUN_RED = Decimal("0.02"), Decimal("0.05")
MILLION = Decimal(1_000_000)


# --- words for periods ---
def period_name(end: date, *, snapshots: bool) -> str:
    """November 2026, or the very date of a snapshot."""
    return formats.day(end) if snapshots else date_format(end, "F Y", use_l10n=False)


def since(state: PortfolioState) -> str:
    """“since October”: the end of the period before."""
    previous = state.periods.previous
    if previous is None:
        return ""
    name = formats.day(previous) if state.periods.snapshots else date_format(previous, "F", use_l10n=False)
    return _("since %(period)s") % {"period": name}


# --- key figures ---
@dataclass(frozen=True)
class Kpi:
    """One cell: value, change since the period before (coloured only when worse), context."""

    label: str
    value: str
    unit: str = ""
    change: str = ""
    since: str = ""
    note: str = ""
    tone: str = ""
    mark: str = ""
    url: str = ""


def kpis(state: PortfolioState, rows_url: str) -> list[Kpi]:
    """The six key figures."""
    return [
        _number(state, rows_url),
        _off_track(state, rows_url),
        _whole_life(state, rows_url),
        _forecast(state, rows_url),
        _on_baseline(state, rows_url),
        _punctual(state, rows_url),
    ]


def _link(rows_url: str, **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{rows_url}{'&' if '?' in rows_url else '?'}{query}#list-title"


def _moved(change: int | None, *, worse_when_up: bool) -> tuple[str, str]:
    """A count's change in words, and red when it got worse."""
    if change is None:
        return "", ""
    if change == 0:
        return _("no change"), ""
    worse = (change > 0) == worse_when_up
    return formats.number(change, sign=True), "red" if worse else ""


def _number(state: PortfolioState, rows_url: str) -> Kpi:
    units = {state.by_id[pk].unit_id for pk in state.now} - {None}
    change = len(state.now) - len(state.before) if state.before else None
    moved, _tone = _moved(change, worse_when_up=False)
    note = ngettext("in %(n)s unit", "in %(n)s units", len(units)) % {"n": len(units)}
    label = _("Projects reported") if state.periods.snapshots else _("Open projects")
    return Kpi(
        label,
        formats.number(len(state.now)),
        change=moved,
        since=since(state),
        note=note,
        url=_link(rows_url, view="active"),
    )


def _off_track(state: PortfolioState, rows_url: str) -> Kpi:
    now, before = rules.distribution(state.now.values()), rules.distribution(state.before.values())
    off = now.get("off_track", 0)
    moved, tone = _moved(off - before.get("off_track", 0) if state.before else None, worse_when_up=True)
    note = _("%(risk)s at risk, %(track)s on track") % {"risk": now.get("at_risk", 0), "track": now.get("on_track", 0)}
    blank = now.get("none", 0)
    if blank:
        note += _(", %(n)s without status") % {"n": blank}
    url = _link(rows_url, view="attention")
    return Kpi(_("Off track"), formats.number(off), "", moved, since(state), note, tone, "red" if off else "", url)


def _whole_life(state: PortfolioState, rows_url: str) -> Kpi:
    return _money(state, "whole_life_cost", _("Whole-life cost"), _link(rows_url, sort="-whole_life_cost"))


def _forecast(state: PortfolioState, rows_url: str) -> Kpi:
    cell = _money(state, "forecast", _("Forecast of the year"), _link(rows_url, view="over"))
    both = [each for each in state.now.values() if each.budget is not None and each.forecast is not None]
    currency = state.organisation.currency
    planned, expected = rules.amount(both, "budget", currency), rules.amount(both, "forecast", currency)
    over = change_ratio(planned.amount, expected.amount)
    if over is None:
        return cell
    words_ = _("%(percent)s on budget") % {"percent": formats.percent(over, 1, sign=True)}
    return Kpi(
        cell.label, cell.value, cell.unit, cell.change, cell.since, f"{words_}, {cell.note}", cell.tone, "", cell.url
    )


def _money(state: PortfolioState, name: str, label: str, url: str) -> Kpi:
    currency = state.organisation.currency
    sum_ = rules.amount(state.now.values(), name, currency)
    note = formats.counted(sum_.counted, sum_.of)
    if sum_.amount is None:
        return Kpi(label, "–", note=note, url=url)
    written = formats.money(sum_.amount, currency)
    value, _space, unit = written.rpartition(formats.NBSP) if written[-1].isalpha() else (written, "", "")
    moved = rules.like_for_like(state.before, state.now, name, currency)
    change = formats.money(moved, currency, "m", sign=True) if moved else _("no change") if moved is not None else ""
    tone = "red" if moved and moved > 0 and name == "forecast" else ""
    return Kpi(label, value, unit, change, since(state) if change else "", note, tone, "", url)


def _on_baseline(state: PortfolioState, rows_url: str) -> Kpi:
    met, known = rules.on_baseline(state.now.values())
    was, _of = rules.on_baseline(state.before.values())
    moved, tone = _moved(met - was if state.before else None, worse_when_up=False)
    note = ngettext("%(n)s finishes later", "%(n)s finish later", known - met) % {"n": known - met}
    unit = _("of %(n)s") % {"n": known}
    return Kpi(
        _("Finish on baseline"),
        formats.number(met),
        unit,
        moved,
        since(state),
        note,
        tone,
        "",
        _link(rows_url, view="slipped"),
    )


def _punctual(state: PortfolioState, rows_url: str) -> Kpi:
    late = len(state.late)
    unit = _("of %(n)s") % {"n": state.reporting}
    note = _("none is late") if not late else ngettext("%(n)s is late", "%(n)s are late", late) % {"n": late}
    mark = "red" if late else ""
    return Kpi(
        _("Reports on time"),
        formats.number(state.reporting - late),
        unit,
        "",
        "",
        note,
        "",
        mark and "",
        _link(rows_url, view="late"),
    )


# --- needs attention ---
@dataclass(frozen=True)
class Item:
    """One line: what, where it leads, when or how much, one quiet line."""

    text: str
    url: str
    when: str
    sub: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Attention:
    """A list under a heading: at most five, the rest behind a link."""

    title: str
    items: Sequence[Item]
    count: int
    none: str
    url: str = ""
    remind: Sequence[int] = ()


def attention(state: PortfolioState, rows_url: str) -> list[list[Attention]]:
    """Three columns: what must be decided, what got worse, whom to chase."""
    return [
        [_decisions(state)],
        [_turned_red(state, rows_url), _moved_finishes(state, rows_url)],
        [_late(state, rows_url), _rosier(state)],
    ]


def nothing(columns: Sequence[Sequence[Attention]]) -> bool:
    """Whether no list has anything."""
    return not any(each.count for column in columns for each in column)


def _decisions(state: PortfolioState) -> Attention:
    items = [_decision(each, state.at) for each in state.decisions]
    return Attention(_("Decisions needed"), items[:MOST], len(items), _("No decision is asked for."))


def _decision(decision: Any, today: date) -> Item:
    days = (decision.needed_by - today).days
    tone = "red" if days < 0 else "amber" if days <= 3 else ""
    when = (
        formats.distance(decision.needed_by, today)
        if days <= 0
        else _("by %(day)s") % {"day": formats.day(decision.needed_by)}
    )
    project: Project = decision.report.project
    sub = " · ".join(part for part in (project.label, decision.asked_of) if part)
    return Item(decision.text, decision.report.get_absolute_url(), when, sub, tone)


def _turned_red(state: PortfolioState, rows_url: str) -> Attention:
    found = rules.worsened(state.before, state.now)
    items = [_red(state.by_id[pk]) for pk in found]
    title = _("Turned red %(since)s") % {"since": since(state)}
    return Attention(
        title.strip(), items[:MOST], len(items), _("No project turned red."), _link(rows_url, view="attention")
    )


def _red(project: Project) -> Item:
    slip = project.slip_days
    when = _("%(days)s slip") % {"days": formats.days(slip)} if slip else ""
    return Item(project.label, project.get_absolute_url(), when, str(project.manager or ""), "")


def _moved_finishes(state: PortfolioState, rows_url: str) -> Attention:
    moves = rules.finish_moves(state.before, state.now)
    items = [_move(state.by_id[pk], days, state.now[pk]) for pk, days in moves]
    title = _("Finish moved later %(since)s") % {"since": since(state)}
    return Attention(
        title.strip(), items[:MOST], len(items), _("No finish moved later."), _link(rows_url, view="slipped")
    )


def _move(project: Project, days: int, reading: rules.Reading) -> Item:
    tone = "red" if days >= BAD_SLIP_DAYS else "amber"
    now = _("now %(day)s") % {"day": formats.day(reading.finish_forecast)}
    return Item(project.label, project.get_absolute_url(), formats.days(days, sign=True), now, tone)


def _late(state: PortfolioState, rows_url: str) -> Attention:
    items = [_late_item(project, state.today) for project in state.late]
    none = _("No late reports.") if state.at >= state.today else _("Lateness is known for today only.")
    return Attention(
        _("Reports late"),
        items[:MOST],
        len(items),
        none,
        _link(rows_url, view="late"),
        [project.pk for project in state.late],
    )


def _late_item(project: Project, today: date) -> Item:
    assert project.report_due_on is not None
    when = _("%(days)s late") % {"days": formats.days((today - project.report_due_on).days)}
    last = (
        _("last report %(day)s") % {"day": formats.day(project.status_as_of)}
        if project.status_as_of
        else _("never reported")
    )
    sub = " · ".join(part for part in (str(project.manager or _("nobody")), last) if part)
    return Item(project.label, project.get_absolute_url(), when, sub, "red")


def _rosier(state: PortfolioState) -> Attention:
    items = [_rosier_item(state, each) for each in state.rosier]
    return Attention(_("Declared better than computed"), items[:3], len(items), _("Declarations and figures agree."))


def _rosier_item(state: PortfolioState, found: rules.Rosier) -> Item:
    project = state.by_id[found.project]
    when = f"{words.status_word(found.declared)} → {words.status_word(found.computed)}"
    tone = "red" if found.computed == "red" else "amber"
    return Item(project.label, project.get_absolute_url(), when, str(DIMENSION_LABELS[found.dimension]), tone)


# --- pictures ---
def charts(state: PortfolioState, rows_url: str) -> list[Chart]:
    """Status over time, money by unit, slipped end dates."""
    return [_status_chart(state), _money_chart(state), _slip_chart(state, rows_url)]


def _status_chart(state: PortfolioState) -> Chart:
    series = [(end, rules.distribution(found.values())) for end, found in state.series]
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
    heads = [_("Period"), *(words.BANDS[band] for band in drawings.BANDS), words.BANDS["none"]]
    rows = [
        [bar.label, *(bar.counts.get(band, 0) for band in drawings.BANDS), bar.counts.get("none", 0)] for bar in bars
    ]
    svg = drawings.stacked_status(bars, "chart-status")
    return Chart("chart-status", title, status_sentence([counts for _end, counts in series]), svg, heads, rows)


def _short(end: date, snapshots: bool) -> str:
    return str(end.year) if snapshots else date_format(end, "M", use_l10n=False)[:1]


def _year_mark(end: date, place: int, snapshots: bool) -> str:
    return str(end.year) if not snapshots and (place == 0 or end.month == 1) else ""


def status_sentence(series: Sequence[dict[str, int]]) -> str:
    """How many are off track, against the period before and the whole picture."""
    if not series or not sum(series[-1].values()):
        return _("Nothing has been reported yet.")
    off = [counts.get("off_track", 0) for counts in series]
    facts = {"n": off[-1], "of": sum(series[-1].values())}
    first = _("%(n)s of %(of)s off track") % facts
    if len(off) == 1:
        return f"{first}."
    change = off[-1] - off[-2]
    if change == 0:
        return _("%(first)s, as many as in the period before.") % {"first": first}
    if change > 0 and off[-1] > max(off[:-1]):
        return _("%(first)s, %(change)s more than in the period before and the most in all periods shown.") % {
            "first": first,
            "change": change,
        }
    text = (
        _("%(first)s, %(change)s more than in the period before.")
        if change > 0
        else _("%(first)s, %(change)s fewer than in the period before.")
    )
    return text % {"first": first, "change": abs(change)}


def _money_chart(state: PortfolioState) -> Chart:
    currency = state.organisation.currency
    names = {pk: str(state.by_id[pk].unit or _("No unit")) for pk in state.now}
    groups = [group for group in rules.grouped(state.now.values(), names, currency) if group.counted]
    rows = [
        drawings.PairedRow(
            group.name,
            float(group.budget),
            float(group.forecast),
            formats.scaled(group.forecast, "m", 1),
            formats.percent(group.over, 1, sign=True) if group.over is not None else "–",
            _tone(group.over),
        )
        for group in groups[:MOST_BARS]
    ]
    unit = f"{formats.symbol(currency)}{formats.NBSP}m"
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
            group.name,
            formats.scaled(group.budget, "m"),
            formats.scaled(group.forecast, "m"),
            formats.percent(group.over, 1, sign=True),
            formats.counted(group.counted, group.of),
        ]
        for group in groups
    ]
    return Chart("chart-money", _("Money of the year by unit"), money_sentence(groups, currency), svg, heads, table)


def _tone(over: Decimal | None) -> str:
    if over is None or over < OVERRUN_AMBER:
        return ""
    return "red" if over >= OVERRUN_RED else "amber"


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
    late = rules.slipped(state.now.values())
    rows = [
        drawings.SlipRow(
            state.by_id[each.project].label,
            each.finish_baseline,
            each.finish_forecast,
            "red" if (each.slip_days or 0) >= BAD_SLIP_DAYS else "amber",
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
        for each in late
    ]
    link = _link(rows_url, view="slipped") if len(late) > MOST_BARS else ""
    label = _("All %(n)s") % {"n": len(late)}
    svg = drawings.slips(rows, "chart-slips")
    return Chart("chart-slips", _("Slipped end dates"), slip_sentence(late), svg, heads, table, link, label)


def slip_sentence(late: Sequence[rules.Reading]) -> str:
    """How many slipped, how many badly."""
    if not late:
        return _("No project finishes after its baseline.")
    bad = sum((each.slip_days or 0) >= BAD_SLIP_DAYS for each in late)
    first = ngettext(
        "%(n)s project finishes after its baseline", "%(n)s projects finish after their baseline", len(late)
    ) % {"n": len(late)}
    if not bad:
        return f"{first}."
    second = ngettext("%(n)s by %(days)s days or more", "%(n)s by %(days)s days or more", bad) % {
        "n": bad,
        "days": BAD_SLIP_DAYS,
    }
    return f"{first}, {second}."


def packs_url() -> str:
    return reverse("reporting:pack_list")
