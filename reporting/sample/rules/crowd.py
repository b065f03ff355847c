"""More people for a larger sample: project managers and members with names of their own, the same every time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from reporting.sample.rules.people import Person

PROJECTS_EACH = 7
MOST = 1200
CAST_SERVES = 60
"""So many projects the people of the catalogue run by themselves."""

FIRST = (
    "Ada", "Bastian", "Chiara", "Dmitri", "Elin", "Farid", "Greta", "Hugo", "Ilse", "Joaquín", "Katya", "Leopold",
    "Maren", "Nils", "Odile", "Pavel", "Quirin", "Rosalie", "Sven", "Thea", "Ulric", "Vera", "Wilfred", "Xenia",
    "Yannick", "Zofia", "Anselm", "Britta", "Cosmo", "Delia", "Emil", "Fenna", "Gustav", "Hedda", "Ivo", "Jorun",
)  # fmt: skip
LAST = (
    "Aldersey", "Brackenridge", "Cornelisz", "Dahlström", "Eastlake", "Fiorentini", "Grunwald", "Haverkamp",
    "Iversen", "Jablonski", "Kirkbride", "Lindqvist", "Marchetti", "Nordvik", "Oberlin", "Pemberley", "Quennell",
    "Rosendahl", "Sandoval", "Tillmann", "Underhill", "Vasquez", "Wetherby", "Yardley", "Zeller", "Ashcombe",
    "Birkholm", "Castellane", "Drummond", "Elvestad", "Fairweather", "Galloway", "Hornbeck", "Ingram", "Janssen",
    "Kestrel", "Langstrom", "Mulgrave", "Novotny", "Ormsby",
)  # fmt: skip
UNITS = ("MOB-PT", "MOB-RS", "ENV-WS", "ENV-FP", "ENV-CL", "DIG-AP", "DIG-IS", "DIG-DA", "CIT-SC", "CIT-SO", "EST")
JOBS = {"project_manager": "Project manager", "member": "Project team"}


def crowd(projects: int) -> list[Person]:
    """The people whom that many projects need beyond those of the catalogue; every fourth is a member of teams."""
    wanted = min(MOST, max(0, projects - CAST_SERVES) // PROJECTS_EACH)
    return [_person(*pair, turn) for turn, pair in zip(range(wanted), _names(), strict=False)]


def _names() -> Iterator[tuple[str, str]]:
    """Every first name with every last name once, mixed."""
    for turn in range(len(FIRST) * len(LAST)):
        yield FIRST[turn % len(FIRST)], LAST[(turn // len(FIRST) + turn) % len(LAST)]


def _person(first: str, last: str, turn: int) -> Person:
    role = "member" if turn % 4 == 3 else "project_manager"
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()
    return Person(plain, first, last, JOBS[role], UNITS[turn % len(UNITS)], role)
