"""What a reach means for packs."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from pmo.access.reach import Reach
from pmo.organisation.queries import subtree, units_of
from portfolio.projects import scoping
from portfolio.projects.models import Portfolio, Programme
from reporting.packs.models import Pack


def packs(reach: Reach, user: Any, writes: bool = False) -> Q:
    """Packs about portfolios, programmes or units within the reach; to read, also those addressed to the person.

    A pack about everything is only for those who reach everything, and for its recipients.
    """
    if reach.everything:
        return Q()
    units = subtree(reach.ids.get("unit", ())) | (units_of(user) if reach.own_units else set())
    found = Q(portfolio__in=Portfolio.objects.filter(scoping.portfolios(reach, user, writes=True)))
    found |= Q(programme__in=Programme.objects.filter(scoping.programmes(reach, user, writes=True)))
    found |= Q(unit__in=units)
    if writes:
        return found
    addressed = Pack.recipients.through.objects.filter(pack_id=OuterRef("pk"), user_id=user.pk)
    return found | Q(Exists(addressed))
