"""Tells history how to read the column of custom fields, and access who reaches their declarations."""

from pmo.access.offers import SCOPES
from pmo.audit.offers import BUNDLES
from pmo.fields.models import CustomField
from pmo.fields.offers import COLUMN
from pmo.fields.scoping import declarations
from pmo.fields.telling import CustomMoves


def offer() -> None:
    """Called once, when the app is ready."""
    BUNDLES.add(COLUMN, CustomMoves())
    SCOPES.add(CustomField, declarations)
