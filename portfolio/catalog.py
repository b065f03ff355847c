"""Fills the offers of the rooms below with what this app brings."""

from pmo.access.offers import SCOPES
from pmo.exchange.models import ImportRun
from pmo.exchange.offers import DESTINATIONS, PROFILES
from portfolio.projects import fielding, finding, followups, granting
from portfolio.projects.exchange import import_runs, offer_destinations, offer_profiles
from portfolio.projects.scoping import offer_scopes
from portfolio.status import finding as report_finding
from portfolio.status import inbox, notices
from portfolio.status import panels as status


def offer() -> None:
    """Called once, when the app is ready."""
    offer_scopes(SCOPES.add)
    SCOPES.add(ImportRun, import_runs)
    offer_destinations(DESTINATIONS)
    offer_profiles(PROFILES)
    fielding.offer()
    granting.offer()
    finding.offer()
    report_finding.offer()
    followups.offer()
    status.offer()
    notices.offer()
    inbox.offer()
