"""Fills the offers of the rooms below with what this app brings."""

from pmo.access.offers import SCOPES
from portfolio.projects import granting
from portfolio.projects.scoping import offer_scopes


def offer() -> None:
    """Called once, when the app is ready."""
    offer_scopes(SCOPES.add)
    granting.offer()
