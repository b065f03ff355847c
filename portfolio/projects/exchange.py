"""Imports of projects: where files may go, and the profile of plain project lists."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from pmo.access.models import User
from pmo.access.policy import reach
from pmo.access.reach import Reach
from pmo.exchange.offers import Destination, Destinations
from pmo.ui.offers import PICK, Option, PickSource
from portfolio.projects.models import Portfolio
from portfolio.projects.scoping import portfolios


def import_runs(reach: Reach, user: Any, writes: bool = True) -> Q:
    """Import runs into portfolios that the reach covers."""
    if reach.everything:
        return Q()
    return Q(into__in=Portfolio.objects.filter(portfolios(reach, user, writes)).values("pk"))


def search(user: User, text: str, limit: int) -> list[Destination]:
    """Portfolios into which the person may import, by code or name."""
    found = Portfolio.objects.visible_to(user, "import.run")
    wanted = Q(code__icontains=text) | Q(name__icontains=text)
    return [_destination(portfolio) for portfolio in found.filter(wanted).order_by("name")[:limit]]


def find(user: User, reference: str) -> Destination | None:
    """The portfolio of this id or code, when the person may import into it."""
    wanted = Q(code__iexact=reference) | (Q(pk=int(reference)) if reference.isascii() and reference.isdigit() else Q())
    if not reach(user, "import.run"):
        return None
    found = Portfolio.objects.visible_to(user, "import.run").filter(wanted).order_by("pk").first()
    return _destination(found) if found else None


def _destination(portfolio: Portfolio) -> Destination:
    try:
        url = reverse("portfolio:portfolio", args=[portfolio.code])
    except NoReverseMatch:
        url = ""
    return Destination(portfolio.pk, portfolio.code, portfolio.name, url)


def suggest(user: User, text: str, limit: int) -> list[Option]:
    """Portfolios for the selector of the upload form."""
    return [Option(place.code, place.label) for place in search(user, text, limit)]


def offer_destinations(destinations: Destinations) -> None:
    """Tell the import framework into what files may be imported."""
    destinations.fill(search=search, find=find)
    PICK.add(PickSource("import-into", "import.run", suggest))
