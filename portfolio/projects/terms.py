"""The words of projects and their reports, as this house means them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.glossary import TERMS, Term


def offer() -> None:
    """Called once, when the app is ready."""
    TERMS.add(*STATUSES, *DATES, *AMOUNTS, *REPORTS)


STATUSES = (
    Term(
        "rag",
        _("RAG status"),
        _(
            "Red, amber or green: whether a project can meet its baselines. "
            "Red needs a decision, amber an action that is under way, green neither."
        ),
    ),
    Term(
        "delivery-confidence",
        _("Delivery confidence"),
        _(
            "The same question on five steps from green to red, as published registers answer it. "
            "Amber/Red counts as off track, Amber/Green as on track."
        ),
    ),
    Term(
        "off-track",
        _("Off track"),
        _("Cannot meet a baseline without a decision. Red or Amber/Red as the report declares it."),
    ),
    Term(
        "at-risk",
        _("At risk"),
        _("Can meet its baselines if the action named in the report works. Amber."),
    ),
    Term("on-track", _("On track"), _("Within tolerance. Green or Amber/Green.")),
    Term(
        "exempt",
        _("Exempt"),
        _("The source may not publish the figure. It is neither good nor bad and never counted as zero."),
    ),
    Term(
        "not-reported",
        _("Not reported"),
        _("No published report gives the value. It is never taken as green."),
    ),
    Term(
        "computed-health",
        _("Computed health"),
        _(
            "What the figures say by themselves: schedule from the slip, cost from the overrun. "
            "It stands beside what the report declares and never replaces it."
        ),
    ),
)
DATES = (
    Term(
        "baseline",
        _("Baseline"),
        _("The date that was agreed when the project was approved. Every later forecast is measured against it."),
    ),
    Term("slip", _("Slip"), _("Calendar days from the baseline finish to the forecast finish. Positive is late.")),
    Term(
        "business-date",
        _("Business date"),
        _("The day a figure is about. Each project then shows its latest report of that day or before."),
    ),
)
AMOUNTS = (
    Term("overrun", _("Overrun"), _("Forecast minus budget, divided by budget. Blank when there is no budget.")),
    Term(
        "forecast",
        _("Forecast of the year"),
        _("What the project expects to spend in its fiscal year, beside the budget of the same year."),
    ),
    Term(
        "whole-life-cost",
        _("Whole-life cost"),
        _("What the project costs from its start to its end, all years together."),
    ),
)
REPORTS = (
    Term(
        "cadence",
        _("Report cadence"),
        _("How often a project reports. The next report is due one cadence after the business date of the last one."),
    ),
    Term(
        "late-report",
        _("Late report"),
        _("A report that is due, whose days of grace are over, and that has not been submitted."),
    ),
)
