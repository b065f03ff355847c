"""The six key figures, each with its change since the period before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.kernel.money import change_ratio
from pmo.ui import formats
from reporting.dashboard import rules
from reporting.dashboard.panels.wording import link, since
from reporting.dashboard.queries import PortfolioState


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
    complete: bool = True
    plain: Any = None
    slug: str = ""

    @property
    def words(self) -> str:
        """What the cell shows large."""
        return f"{self.value} {self.unit}".strip()


def kpis(state: PortfolioState, rows_url: str) -> list[Kpi]:
    """The six key figures."""
    return [kpi(slug, state, rows_url) for slug in KPIS]


def kpi(slug: str, state: PortfolioState, rows_url: str = "") -> Kpi:
    """One key figure, for the page and for its explanation."""
    return replace(KPIS[slug](state, rows_url), slug=slug)


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
    reported = sum(each.as_of is not None for each in state.now.values())
    change = reported - len(state.before) if state.before else None
    moved, _tone = _moved(change, worse_when_up=False)
    note = ngettext("in %(n)s unit", "in %(n)s units", len(units)) % {"n": len(units)}
    if state.periods.snapshots and state.missing:
        note = _("%(n)s more are not in this snapshot") % {"n": state.missing}
    label = _("Projects reported") if state.periods.snapshots else _("Open projects")
    return Kpi(
        label,
        formats.number(len(state.now)),
        change=moved,
        since=since(state),
        note=note,
        url=link(rows_url, view="active"),
        plain=len(state.now),
    )


def _off_track(state: PortfolioState, rows_url: str) -> Kpi:
    now, before = rules.distribution(state.now.values()), rules.distribution(state.before.values())
    off = now.get("off_track", 0)
    moved, tone = _moved(off - before.get("off_track", 0) if state.before else None, worse_when_up=True)
    url = link(rows_url, view="attention")
    mark = "red" if off else ""
    return Kpi(_("Off track"), formats.number(off), "", moved, since(state), _others(now), tone, mark, url, plain=off)


def _others(now: Mapping[str, int]) -> str:
    """What the projects that are not off track are, so that the numbers of the cell add up to all of them."""
    numbers = {
        band: formats.number(now.get(band, 0)) for band in ("at_risk", "on_track", "complete", "on_hold", "none")
    }
    found = [_("%(at_risk)s at risk, %(on_track)s on track") % numbers]
    found += [_("%(complete)s complete") % numbers] if now.get("complete") else []
    found += [_("%(on_hold)s on hold") % numbers] if now.get("on_hold") else []
    found += [_("%(none)s without status") % numbers] if now.get("none") else []
    return ", ".join(found)


def _whole_life(state: PortfolioState, rows_url: str) -> Kpi:
    return _money(state, "whole_life_cost", _("Whole-life cost"), link(rows_url, sort="-whole_life_cost"))


def _forecast(state: PortfolioState, rows_url: str) -> Kpi:
    cell = _money(state, "forecast", _("Forecast of the year"), link(rows_url, view="over"))
    both = [each for each in state.now.values() if each.budget is not None and each.forecast is not None]
    currency = state.currency
    planned, expected = rules.amount(both, "budget", currency), rules.amount(both, "forecast", currency)
    over = change_ratio(planned.amount, expected.amount)
    if over is None:
        return cell
    note = _("%(percent)s on budget") % {"percent": formats.percent(over, 1, sign=True)}
    return replace(cell, note=note if cell.complete else f"{note}, {cell.note}")


def _money(state: PortfolioState, name: str, label: str, url: str) -> Kpi:
    currency = state.currency
    sum_ = rules.amount(state.now.values(), name, currency)
    note = ", ".join(filter(None, (formats.counted(sum_.counted, sum_.of), _foreign(state, name))))
    if sum_.amount is None:
        return Kpi(label, "–", note=note, url=url)
    written = formats.money(sum_.amount, currency)
    value, _space, unit = written.rpartition(formats.NBSP) if written[-1].isalpha() else (written, "", "")
    moved = rules.like_for_like(state.before, state.now, name, currency)
    change = formats.money(moved, currency, sign=True) if moved else _("no change") if moved is not None else ""
    tone = "red" if moved and moved > 0 and name == "forecast" else ""
    when = since(state) if change else ""
    plain = {"amount": str(sum_.amount), "currency": currency}
    return Kpi(label, value, unit, change, when, note, tone, "", url, complete=sum_.complete, plain=plain)


def _foreign(state: PortfolioState, name: str) -> str:
    """How many amounts are left out of a sum because they are kept in other currencies."""
    found = [each.currency for each in state.now.values() if getattr(each, name) is not None]
    others = Counter(currency for currency in found if currency != state.currency)
    names = ", ".join(sorted(others))
    return _("%(n)s in %(currencies)s") % {"n": formats.number(others.total()), "currencies": names} if others else ""


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
        link(rows_url, view="slipped"),
        plain=met,
    )


def _punctual(state: PortfolioState, rows_url: str) -> Kpi:
    label, late, url = _("Reports on time"), len(state.late), link(rows_url, view="late")
    if state.at < state.today:
        return Kpi(label, "–", note=_("known for today only"), url=url)
    if not state.reporting:
        return Kpi(label, "–", note=_("no reports are owed"), url=url)
    unit = _("of %(n)s") % {"n": state.reporting}
    note = _("none is late") if not late else ngettext("%(n)s is late", "%(n)s are late", late) % {"n": late}
    punctual = state.reporting - late
    return Kpi(label, formats.number(punctual), unit, note=note, url=url, plain=punctual)


KPIS: Mapping[str, Callable[[PortfolioState, str], Kpi]] = {
    "open-projects": _number,
    "off-track": _off_track,
    "whole-life-cost": _whole_life,
    "year-forecast": _forecast,
    "finish-on-baseline": _on_baseline,
    "reports-on-time": _punctual,
}
