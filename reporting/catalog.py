"""Fills the offers of the rooms below with what this app brings."""

from reporting.packs.offers import SECTIONS
from reporting.packs.panels.sections import SHIPPED


def offer() -> None:
    """Called once, when the app is ready."""
    for section in SHIPPED:
        SECTIONS.add(section)
