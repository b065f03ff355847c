"""Fills the offers of access with what the organisation knows: roles are granted within units."""

from django.utils.translation import gettext_lazy as _

from pmo.access.offers import SCOPE_KINDS, ScopeKind
from pmo.organisation import units
from pmo.organisation.models import Unit


def offer() -> None:
    """Called once, when the app is ready."""
    SCOPE_KINDS.add(ScopeKind("unit", _("Unit"), Unit.objects.all))
    units.offer()
