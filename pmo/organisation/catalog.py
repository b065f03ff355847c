"""Fills the offers of access and history with what the organisation knows: units for roles, times of retention."""

from django.utils.translation import gettext_lazy as _

from pmo.access.offers import SCOPE_KINDS, ScopeKind
from pmo.audit.offers import BUNDLES
from pmo.organisation import units
from pmo.organisation.models import Unit
from pmo.organisation.retention import RetentionMoves


def offer() -> None:
    """Called once, when the app is ready."""
    SCOPE_KINDS.add(ScopeKind("unit", _("Unit"), Unit.objects.all))
    BUNDLES.add("retention", RetentionMoves())
    units.offer()
