"""From where on a slip or an overrun is at risk or off track, in one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pmo.kernel import rag


@dataclass(frozen=True)
class Limits:
    """Thresholds in percent of the budget and in days after the baseline; a figure that reaches one has its status."""

    cost_amber_percent: Decimal = Decimal(5)
    cost_red_percent: Decimal = Decimal(10)
    slip_amber_days: int = 15
    slip_red_days: int = 60

    def of_slip(self, days: int | None) -> str:
        """The status of a slip; not reported when it is unknown."""
        return _status(days, self.slip_amber_days, self.slip_red_days)

    def of_overrun(self, percent: Decimal | None) -> str:
        """The status of an overrun; not reported when it is unknown."""
        return _status(percent, self.cost_amber_percent, self.cost_red_percent)


AS_SHIPPED: Final = Limits()


def _status(figure: Decimal | int | None, amber: Decimal | int, red: Decimal | int) -> str:
    if figure is None:
        return rag.NOT_REPORTED
    if figure >= red:
        return rag.RED
    return rag.AMBER if figure >= amber else rag.GREEN
