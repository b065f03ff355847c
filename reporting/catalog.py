"""Fills the offers of the rooms below with what this app brings."""

from pmo.access.offers import SCOPES
from pmo.audit.checking import ANCHORS
from pmo.exchange.offers import PROFILES
from reporting.dashboard import explaining, guidance
from reporting.dashboard.panels import wording
from reporting.exchange.gmpp import offer_profiles
from reporting.packs import attaching, finding, holdings, keeping, scoping, sealed
from reporting.packs import explaining as pack_explaining
from reporting.packs import guidance as pack_guidance
from reporting.packs.models import Pack
from reporting.packs.offers import SECTIONS
from reporting.packs.open_entries import packed
from reporting.packs.panels.registers import section_of
from reporting.packs.panels.sections import SHIPPED
from reporting.schedules import setting_up


def offer() -> None:
    """Called once, when the app is ready."""
    offer_profiles(PROFILES)
    wording.offer()
    SCOPES.add(Pack, scoping.packs)
    attaching.offer()
    finding.offer()
    holdings.offer()
    explaining.offer()
    pack_explaining.offer()
    setting_up.offer()
    guidance.offer()
    pack_guidance.offer()
    keeping.offer()
    ANCHORS.append(sealed.anchors)
    for section in (*SHIPPED, *map(section_of, packed())):
        SECTIONS.add(section)
