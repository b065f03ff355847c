"""Index of the models of this app."""

from reporting.packs.models import Delivery, Pack, PackRun, PackTemplate
from reporting.schedules.models import PackSchedule

__all__ = ["Delivery", "Pack", "PackRun", "PackSchedule", "PackTemplate"]
