"""Index of the REST doors of this app."""

from rest_framework.routers import SimpleRouter

from reporting.packs.api import PackApi, PackRunApi
from reporting.schedules.api import PackScheduleApi

router = SimpleRouter()
router.register("packs", PackApi, basename="pack")
router.register("pack-schedules", PackScheduleApi, basename="pack-schedule")
router.register("pack-runs", PackRunApi, basename="pack-run")
urlpatterns = router.urls
