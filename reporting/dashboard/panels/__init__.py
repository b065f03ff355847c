"""The blocks of the portfolio home."""

from reporting.dashboard.panels.attention import attention, nothing
from reporting.dashboard.panels.figures import kpis
from reporting.dashboard.panels.pictures import charts
from reporting.dashboard.panels.trends import trends
from reporting.dashboard.panels.wording import period_name, since

__all__ = ["attention", "charts", "kpis", "nothing", "period_name", "since", "trends"]
