"""Tells history how to read the column of custom fields."""

from pmo.audit.offers import BUNDLES
from pmo.fields.offers import COLUMN
from pmo.fields.telling import CustomMoves


def offer() -> None:
    """Called once, when the app is ready."""
    BUNDLES.add(COLUMN, CustomMoves())
