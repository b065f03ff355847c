"""Projects of the portfolio People and Places."""

from __future__ import annotations

from reporting.sample.rules.portfolios import ProjectRow as P

PROJECTS = (
    P("New primary school Weaver's Field", "Weaver's Field school", "SOC-ST", "CIT-SC", "g.pellow", "building",
      "the school", 28.6, 23, 37, "slip", "permit", "grow", tags=("schools", "board")),
    P("Extension and renovation of Saltby secondary school during teaching, in three stages", "Saltby secondary",
      "SOC-ST", "CIT-SC", "g.pellow", "building", "the school extension", 17.2, 27, 48, "drift", "prices", "run",
      tags=("schools",)),
    P("Fibre and wireless network in all schools", "School networks", "SOC-ST", "DIG-IS", "d.silvestre", "system",
      "the school networks", 6.1, 18, 25, "recovery", "supplier", "change", tags=("schools",)),
    P("Tablets and learning platform for years five to ten", "Learning platform", "SOC-ST", "CIT-SC", "bob", "system",
      "the learning platform", 4.8, 13, 24, "volatile", "staff", "change", tags=("schools",)),
    P("School kitchens with fresh food", "School kitchens", "SOC-ST", "EST", "e.zielony", "building",
      "the kitchens", 3.4, 10, 22, "steady", "supplier", "change", tags=("schools",)),
    P("Nursery places in new housing areas", "Nursery places", "SOC-ST", "CIT-SC", "g.pellow", "building",
      "the nurseries", 9.9, 15, 33, "steady", "land", "grow"),
    P("Swimming lessons for every child", "Swimming lessons", "SOC-ST", "CIT-SC", "c.delorme", "change",
      "the lessons", 0.5, 20, 16, "finished", "staff", "change"),
    P("Home care planning with mobile rounds", "Home care rounds", "SOC-CH", "CIT-SO", "o.yilmaz", "system",
      "care planning", 2.7, 16, 22, "overspend", "staff", "change", waits="late"),
    P("Neighbourhood care centre Ashby", "Ashby care centre", "SOC-CH", "CIT-SO", "o.yilmaz", "building",
      "the care centre", 12.3, 21, 38, "steady", "permit", "grow"),
    P("Supported housing at Chandler's Green", "Supported housing", "SOC-CH", "CIT-SO", "c.delorme", "building",
      "the housing", 15.8, 17, 36, "red", "funding", "grow", tags=("board",)),
    P("Telecare sensors for two thousand homes", "Telecare", "SOC-CH", "CIT-SO", "c.delorme", "procurement",
      "the sensors", 1.9, 12, 24, "supplier", "supplier", "change"),
    P("One case file for children and families", "Family case file", "SOC-CH", "DIG-AP", "n.rautio", "system",
      "the case file", 5.2, 24, 35, "frozen", "data", "legal"),
    P("Closure and sale of the Redgate care home", "Redgate closure", "SOC-CH", "CIT-SO", "o.yilmaz", "change",
      "the closure", 1.3, 6, 16, "supplier", "staff", "run", confidential=True),
    P("Library of things and repair café in five libraries", "Library of things", "", "CIT", "c.delorme", "change",
      "the libraries", 0.3, 9, 15, "steady", "staff", "grow"),
    P("Theatre on the Quay: stage machinery", "Theatre stage", "", "EST", "t.marchbank", "building",
      "the stage machinery", 4.2, 14, 26, "paused", "funding", "run"),
    P("Refugee reception and language classes", "Reception centre", "", "CIT-SO", "o.yilmaz", "change",
      "the reception centre", 2.2, 11, 14, "cancelled", "funding", "legal"),
    P("Sports park Millrace with all-weather pitches", "Millrace sports park", "", "EST", "alice", "building",
      "the sports park", 6.6, 7, 21, "steady", "land", "grow", tags=("board",)),
)  # fmt: skip
