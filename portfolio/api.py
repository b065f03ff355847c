"""Index of the REST doors of this app."""

from rest_framework.routers import SimpleRouter

from pmo.registers.api import enrol
from portfolio.projects.api import PortfolioApi, ProgrammeApi, ProjectApi
from portfolio.status.api import StatusReportApi

router = SimpleRouter()
router.register("portfolios", PortfolioApi, basename="portfolio")
router.register("programmes", ProgrammeApi, basename="programme")
router.register("projects", ProjectApi, basename="project")
router.register("status-reports", StatusReportApi, basename="status-report")
enrol(router, "portfolio")
urlpatterns = router.urls
