"""The leads: one or two sentences per page that state its conclusion, computed from the figures they stand above."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.packs.panels.wording import amount, day, in_days, percent, spelled
from reporting.packs.rules import health, kpis, money, quality, slips
from reporting.packs.rules.changes import Changes, amount_moved
from reporting.packs.rules.design import CHOSEN, RED
from reporting.packs.rules.edition import Edition
from reporting.packs.rules.figures import PackFigures, ProjectFigures

NAMED = 4


def joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def attention(figures: PackFigures) -> str:
    tally = health.tally(figures.projects)
    needing = tally["off_track"] + tally["at_risk"]
    if not figures.counted:
        return _("This pack counts no project.")
    if not needing:
        return _("No project is off track or at risk.")
    sentence = ngettext(
        "%(n)s of %(of)s projects needs attention: %(red)s off track, %(amber)s at risk.",
        "%(n)s of %(of)s projects need attention: %(red)s off track, %(amber)s at risk.",
        needing,
    )
    red, amber = spelled(tally["off_track"]), spelled(tally["at_risk"])
    return sentence % {"n": spelled(needing, start=True), "of": figures.counted, "red": red, "amber": amber}


def cause(figures: PackFigures) -> str:
    """Which few projects make up most of the overruns."""
    found = money.causes(figures)
    if not found.projects:
        return ""
    told = {
        "n": spelled(len(found.projects), start=True),
        "part": amount(found.amount, figures.currency),
        "all": amount(found.all_overruns, figures.currency),
        "over": spelled(found.overrunning),
    }
    if len(found.projects) == found.overrunning:
        return (
            ngettext(
                "%(n)s project exceeds its budget of the year, by %(all)s.",
                "%(n)s projects exceed their budgets of the year, by %(all)s together.",
                found.overrunning,
            )
            % told
        )
    return (
        ngettext(
            "%(n)s project causes %(part)s of the %(all)s by which %(over)s projects exceed their budgets.",
            "%(n)s projects cause %(part)s of the %(all)s by which %(over)s projects exceed their budgets.",
            len(found.projects),
        )
        % told
    )


def budget(figures: PackFigures) -> str:
    line = money.whole(figures)
    if line.difference is None:
        return _("No project gives both a budget and a forecast of the year.")
    told = {
        "year": figures.fiscal_year,
        "forecast": amount(line.forecast, figures.currency),
        "budget": amount(line.budget, figures.currency),
        "percent": percent(abs(line.percent or Decimal(0)), sign=False),
        "counted": line.counted,
    }
    everything = money.forecast(figures)
    if everything.counted > line.counted:
        told["all"] = amount(everything.amount, figures.currency)
        part = _part_with_budget(line.difference, told, line.counted)
        return joined(_("The forecast of %(year)s is %(all)s.") % told, part)
    if line.difference > 0:
        return _("The forecast of %(year)s is %(forecast)s, %(percent)s %% above the budget of %(budget)s.") % told
    if line.difference < 0:
        return _("The forecast of %(year)s is %(forecast)s, %(percent)s %% below the budget of %(budget)s.") % told
    return _("The forecast of %(year)s equals the budget of %(budget)s.") % told


def _part_with_budget(difference: Decimal, told: dict[str, object], counted: int) -> str:
    """Where some projects have no budget: what those that have one are forecast to cost."""
    if difference > 0:
        sentence = ngettext(
            "For the %(counted)s project with a budget it is %(forecast)s, %(percent)s %% above its %(budget)s.",
            "For the %(counted)s projects with a budget it is %(forecast)s, %(percent)s %% above their %(budget)s.",
            counted,
        )
    elif difference < 0:
        sentence = ngettext(
            "For the %(counted)s project with a budget it is %(forecast)s, %(percent)s %% below its %(budget)s.",
            "For the %(counted)s projects with a budget it is %(forecast)s, %(percent)s %% below their %(budget)s.",
            counted,
        )
    else:
        sentence = ngettext(
            "For the %(counted)s project with a budget it equals its %(budget)s.",
            "For the %(counted)s projects with a budget it equals their %(budget)s.",
            counted,
        )
    return sentence % told


def moved_forecast(edition: Edition) -> str:
    """How the forecast moved over the projects that both packs know, and which one moved it most."""
    moved = next(kpi for kpi in kpis.kpis(edition.figures, edition.previous) if kpi.code == "forecast")
    if edition.previous is None or edition.changes is None or moved.change is None or moved.verdict == "unchanged":
        return ""
    told = {
        "amount": amount(abs(moved.change), edition.figures.currency),
        "since": day(edition.previous.at),
        "name": edition.changes.reforecast[0].project.label,
        "part": amount(amount_moved(edition.changes.reforecast[0]), edition.figures.currency, sign=True),
    }
    if moved.change > 0:
        return _("It rose by %(amount)s since %(since)s; the largest move is %(name)s, %(part)s.") % told
    return _("It fell by %(amount)s since %(since)s; the largest move is %(name)s, %(part)s.") % told


def time(edition: Edition) -> str:
    figures = edition.figures
    late, dated = slips.late(figures), slips.dated(figures)
    if not dated:
        return _("No project gives both a baseline and a forecast finish.")
    if not late:
        return _("No project is forecast to finish after its baseline.")
    worst = slips.slips(figures, edition.previous)[0]
    sentence = ngettext(
        "%(n)s of %(of)s projects finishes after its baseline; the latest is %(name)s, by %(days)s.",
        "%(n)s of %(of)s projects finish after their baselines; the latest is %(name)s, by %(days)s.",
        late,
    )
    name = worst.project.label
    return sentence % {"n": spelled(late, start=True), "of": dated, "name": name, "days": in_days(worst.days)}


def slipped_further(edition: Edition) -> str:
    further = [slip for slip in slips.slips(edition.figures, edition.previous) if (slip.moved or 0) > 0]
    if edition.previous is None or not further:
        return ""
    sentence = ngettext(
        "%(n)s slipped further since %(since)s.", "%(n)s slipped further since %(since)s.", len(further)
    )
    return sentence % {"n": spelled(len(further), start=True), "since": day(edition.previous.at)}


def moves(changes: Changes | None) -> str:
    """Health moves and comings and goings in one sentence."""
    if changes is None:
        return _("This is the first pack, so there is nothing to compare it with.")
    if changes.nothing:
        return _("Nothing changed since %(since)s.") % {"since": day(changes.since)}
    worse, better = len(changes.worse), len(changes.better)
    told = {"worse": spelled(worse, start=True), "better": spelled(better), "since": day(changes.since)}
    health_moves = _("%(worse)s got worse and %(better)s got better or finished since %(since)s.") % told
    return joined(health_moves, comings(changes))


def comings(changes: Changes) -> str:
    added, gone = len(changes.added), len(changes.gone)
    joining = ngettext("%(n)s project was added.", "%(n)s projects were added.", added)
    leaving = ngettext("%(n)s project left.", "%(n)s projects left.", gone)
    return joined(
        joining % {"n": spelled(added, start=True)} if added else "",
        leaving % {"n": spelled(gone, start=True)} if gone else "",
    )


def still_asked(changes: Changes) -> str:
    """Decisions of the last pack whose date is to come: the summary asks for them again."""
    waiting = sum(fate.outcome == "open" for fate in changes.decisions)
    if not waiting:
        return ""
    sentence = ngettext(
        "%(n)s decision of the last pack is still asked and not yet due.",
        "%(n)s decisions of the last pack are still asked and not yet due.",
        waiting,
    )
    return sentence % {"n": spelled(waiting, start=True)}


def long_red(figures: PackFigures) -> str:
    found = health.long_off_track(figures)
    if not found:
        return ""
    sentence = ngettext(
        "%(names)s has been off track for three reports or more.",
        "%(names)s have been off track for three reports or more.",
        len(found),
    )
    return sentence % {"names": names(found)}


def names(projects: Sequence[ProjectFigures]) -> str:
    """Up to four names; more become the first three and a count."""
    if len(projects) <= NAMED:
        return str(get_text_list([project.label for project in projects], _("and")))
    more = len(projects) - (NAMED - 1)
    rest = ngettext("%(n)s more", "%(n)s more", more) % {"n": more}
    return str(get_text_list([*(project.label for project in projects[: NAMED - 1]), rest], _("and")))


def late_reports(figures: PackFigures) -> str:
    expected, on_time = kpis.reports_expected(figures), kpis.reports_on_time(figures)
    if not expected:
        return _("No status report was due.")
    if expected == on_time:
        return _("Every status report that was due is there.")
    sentence = ngettext("%(n)s status report is late.", "%(n)s status reports are late.", expected - on_time)
    return sentence % {"n": spelled(expected - on_time, start=True)}


def completeness(figures: PackFigures) -> str:
    """What the totals of the pack leave out."""
    line = money.whole(figures)
    withheld = sum(check.withheld > 0 for check in quality.checks(figures))
    told = {"counted": line.counted, "of": line.of}
    totals = _("The totals of the year stand on %(counted)s of %(of)s projects.") % told
    note = _("Withheld figures are shown as exempt and never counted as zero.") if withheld else ""
    return joined(totals, note)


def cut(figures: PackFigures) -> str:
    """Says so when the audience may not see the whole scope; never what it may not see."""
    if figures.counted == figures.of:
        return ""
    return _(
        "%(counted)s of %(of)s projects counted: the others are not visible to everybody who receives this pack."
    ) % {
        "counted": figures.counted,
        "of": figures.of,
    }


def one_pagers(kind: str, count: int, further: int) -> str:
    """Whose pages follow, and how many projects have none because the template says how many there are at most."""
    return joined(_whose_pages(kind, count + further), _capped(count, further))


def _whose_pages(kind: str, count: int) -> str:
    told = {"n": spelled(count)}
    if kind == RED:
        return (
            ngettext(
                "The one project that is off track.",
                "The %(n)s projects that are off track, worst first.",
                count,
            )
            % told
        )
    if kind == CHOSEN:
        return (
            ngettext("The one project that was chosen.", "The %(n)s projects that were chosen, worst first.", count)
            % told
        )
    sentence = ngettext(
        "The one project that is off track or at risk.",
        "The %(n)s projects that are off track or at risk, worst first.",
        count,
    )
    return sentence % told


def _capped(count: int, further: int) -> str:
    if not further:
        return ""
    sentence = ngettext(
        "The worst one is shown here, the others stand in the health table.",
        "The worst %(n)s are shown here, the others stand in the health table.",
        count,
    )
    return sentence % {"n": spelled(count)}
