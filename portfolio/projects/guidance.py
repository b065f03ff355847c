"""Help for projects, portfolios and programmes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pmo.ui.guidance import GUIDES, LISTS, Guide


def offer() -> None:
    """Called once, when the app is ready."""
    GUIDES.add(
        Guide(
            "portfolio:project_list",
            _("Projects"),
            _("All projects that you may see, with status, dates, money and the age of their reports."),
            _("Portfolio managers create projects and appoint managers; project managers keep the data."),
            (
                _("Choose a tab, filter, group, choose columns, and save it as a view."),
                _("Mark rows to change many at once, or edit them in a workbook."),
                _("Export what you see; the export keeps filters and columns."),
            ),
            LISTS,
            ("rag", "baseline", "slip", "overrun"),
        ),
        Guide(
            "portfolio:project",
            _("Project"),
            _("How one project stands: declared and computed health, last report, money, action items."),
            _("The project manager reports, the PMO checks and publishes, the sponsor decides."),
            (
                _("The blue button is the next step: write, continue or check the report."),
                _("The mark beside a figure tells how it is computed and who entered it."),
                _("The clock shows the page as it was on another day."),
            ),
            terms=("rag", "delivery-confidence", "computed-health", "baseline", "slip"),
        ),
        Guide(
            "portfolio:portfolio_list",
            _("Portfolios"),
            _("The tree of portfolios and programmes with the status of the projects in each."),
            _("Directors and portfolio managers shape the tree; everybody reads his part of it."),
            (
                _("Open a portfolio for its projects, or its key figures."),
                _("A project belongs to one portfolio, and perhaps to one programme in it."),
            ),
            terms=("rag",),
        ),
    )
