"""Who works for the invented authority, where, and in which role."""

from __future__ import annotations

from dataclasses import dataclass

ORGANISATION = "Brannmoor Regional Authority"
DOMAIN = "brannmoor.example"


@dataclass(frozen=True)
class Unit:
    """A unit of the tree; `parent` is a code."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Person:
    """A person; `signs_in` marks those with the well-known sample password."""

    username: str
    first: str
    last: str
    job: str
    unit: str
    role: str
    signs_in: bool = False
    is_service: bool = False


UNITS = (
    Unit("BRA", ORGANISATION),
    Unit("CEO", "Chief Executive's Office", "BRA"),
    Unit("PMO", "Programme Management Office", "CEO"),
    Unit("FIN", "Finance and Procurement", "CEO"),
    Unit("LAW", "Legal and Democratic Services", "CEO"),
    Unit("MOB", "Mobility and Roads", "BRA"),
    Unit("MOB-PT", "Public Transport", "MOB"),
    Unit("MOB-RS", "Roads and Structures", "MOB"),
    Unit("ENV", "Water and Environment", "BRA"),
    Unit("ENV-WS", "Water Supply", "ENV"),
    Unit("ENV-FP", "Flood Protection", "ENV"),
    Unit("ENV-CL", "Climate and Parks", "ENV"),
    Unit("DIG", "Digital and Data", "BRA"),
    Unit("DIG-AP", "Applications", "DIG"),
    Unit("DIG-IS", "Infrastructure and Security", "DIG"),
    Unit("DIG-DA", "Data and Analytics", "DIG"),
    Unit("CIT", "Citizen Services", "BRA"),
    Unit("CIT-SC", "Schools and Early Years", "CIT"),
    Unit("CIT-SO", "Social Care", "CIT"),
    Unit("EST", "Estates and Construction", "BRA"),
)

CAST = (
    Person("director", "Margit", "Quistgaard", "Head of the PMO", "PMO", "director", True),
    Person("portfolio", "Dorian", "Hallewell", "Portfolio manager", "PMO", "portfolio_manager", True),
    Person("alice", "Alice", "Fenwright", "Senior project manager", "MOB-RS", "project_manager", True),
    Person("bob", "Bob", "Castellan", "Project manager", "DIG-AP", "project_manager", True),
    Person("analyst", "Yara", "Ostrowe", "Portfolio analyst", "PMO", "analyst", True),
    Person("administrator", "Pieter", "Nkansah", "Project support officer", "PMO", "administrator", True),
    Person("executive", "Corinne", "Adewale", "Chief operating officer", "CEO", "executive", True),
    Person("resources", "Lukas", "Thornquist", "Head of delivery teams", "DIG", "resource_manager", True),
    Person("member", "Junko", "Watari", "Engineer", "MOB-RS", "member", True),
    Person("sysadmin", "Femke", "Roosendael", "System administrator", "DIG-IS", "sysadmin", True),
    Person("robot", "Ledger", "Connector", "Feeds the finance system", "FIN", "integration", is_service=True),
)

OTHERS = (
    Person("h.sorley", "Hamish", "Sorley", "Portfolio manager, people and places", "PMO", "portfolio_manager"),
    Person("a.dacosta", "Amélia", "da Costa Reis", "Project manager", "MOB-PT", "project_manager"),
    Person("r.vanloon", "Ruben", "van Loon", "Project manager", "MOB-RS", "project_manager"),
    Person("s.okafor", "Somto", "Okaforlane", "Project manager", "ENV-FP", "project_manager"),
    Person("k.brandvold", "Kari", "Brandvold", "Project manager", "ENV-WS", "project_manager"),
    Person("m.teixeira", "Mateus", "Teixeirão", "Project manager", "ENV-CL", "project_manager"),
    Person("e.zielony", "Ewelina", "Zielonka", "Project manager", "EST", "project_manager"),
    Person("t.marchbank", "Tobin", "Marchbanks", "Project manager", "EST", "project_manager"),
    Person("n.rautio", "Noora", "Rautiainen", "Project manager", "DIG-AP", "project_manager"),
    Person("d.silvestre", "Davide", "Silvestrin", "Project manager", "DIG-IS", "project_manager"),
    Person("i.hadley", "Imogen", "Hadleigh", "Project manager", "DIG-DA", "project_manager"),
    Person("g.pellow", "Gwen", "Pelloweth", "Project manager", "CIT-SC", "project_manager"),
    Person("o.yilmaz", "Orhan", "Yılmazer", "Project manager", "CIT-SO", "project_manager"),
    Person("c.delorme", "Clémence", "Delormeau", "Project manager", "CIT-SO", "project_manager"),
    Person("w.strand", "Wanja", "Strandberg-Ohm", "Project manager", "FIN", "project_manager"),
    Person("p.achter", "Philippa", "Achterberg", "Director of mobility", "MOB", "executive"),
    Person("j.oduya", "Jonas", "Oduyale", "Director of water and environment", "ENV", "executive"),
    Person("l.varga", "Lívia", "Vargády", "Chief digital officer", "DIG", "executive"),
    Person("b.mcnair", "Blair", "McNairney", "Director of citizen services", "CIT", "executive"),
    Person("u.falk", "Ulrike", "Falkenried", "Director of estates", "EST", "executive"),
    Person("x.duarte", "Xavier", "Duartez", "Chief finance officer", "FIN", "executive"),
    Person("v.keane", "Verity", "Keanesworth", "Head of schools", "CIT-SC", "executive"),
    Person("f.lind", "Frode", "Lindskov", "Team leader, roads", "MOB-RS", "resource_manager"),
    Person("q.bishop", "Quentin", "Bishopgarth", "Business analyst", "DIG-AP", "member"),
    Person("z.amari", "Zineb", "Amarouche", "Civil engineer", "ENV-FP", "member"),
)

SPONSORS = {
    "MOB": "p.achter",
    "ENV": "j.oduya",
    "DIG": "l.varga",
    "CIT": "b.mcnair",
    "EST": "u.falk",
    "FIN": "x.duarte",
    "LAW": "x.duarte",
    "PMO": "executive",
    "CEO": "executive",
}


def sponsor_of(unit: str) -> str:
    """The person who answers for the projects of a unit."""
    return "v.keane" if unit == "CIT-SC" else SPONSORS[unit.partition("-")[0]]
