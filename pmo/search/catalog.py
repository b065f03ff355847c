"""What search itself takes up: which objects people open."""

from pmo.search import recent
from pmo.ui.offers import VISITS


def offer() -> None:
    """Called once, when the app is ready."""
    VISITS.add(recent.note)
