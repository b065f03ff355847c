"""Fills the offers of the rooms below with what this app brings."""

from pmo.access.offers import SCOPES
from pmo.exchange.generic import offer_generic
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import DESTINATIONS, PROFILES, TARGETS
from portfolio.projects import (
    attaching,
    explaining,
    fielding,
    finding,
    followups,
    granting,
    guidance,
    holdings,
    restoring,
    reversing,
    setting_up,
    terms,
)
from portfolio.projects.exchange import editing_doors, import_runs, offer_destinations, offer_profiles, offer_targets
from portfolio.projects.offers import PROJECTS
from portfolio.projects.scoping import offer_scopes
from portfolio.status import attaching as report_attaching
from portfolio.status import explaining as report_explaining
from portfolio.status import finding as report_finding
from portfolio.status import guidance as report_guidance
from portfolio.status import holdings as report_holdings
from portfolio.status import inbox, notices
from portfolio.status import panels as status


def offer() -> None:
    """Called once, when the app is ready."""
    offer_scopes(SCOPES.add)
    SCOPES.add(ImportRun, import_runs)
    offer_destinations(DESTINATIONS)
    offer_profiles(PROFILES)
    offer_targets(TARGETS)
    PROJECTS.list_doors.append(editing_doors)
    offer_generic(PROFILES)
    attaching.offer()
    fielding.offer()
    granting.offer()
    restoring.offer()
    holdings.offer()
    report_holdings.offer()
    finding.offer()
    report_attaching.offer()
    report_finding.offer()
    followups.offer()
    status.offer()
    terms.offer()
    setting_up.offer()
    guidance.offer()
    report_guidance.offer()
    explaining.offer()
    report_explaining.offer()
    notices.offer()
    inbox.offer()
    reversing.offer()
