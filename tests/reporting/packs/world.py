"""Figures of two small packs, one month apart, whose results were worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reporting.packs.rules.figures import DecisionFigures, DimensionFigures, PackFigures, ProjectFigures

D = Decimal


def project(number: int, name: str, overall: str, budget: str | None, forecast: str | None, **more) -> ProjectFigures:
    figures = {
        "programme": "North",
        "unit": "Transport",
        "manager": "A. Keeper",
        "currency": "EUR",
        "reported_on": date(2026, 10, 29),
        "finish_baseline": date(2027, 3, 31),
        "finish_forecast": date(2027, 3, 31),
        "whole_life_cost": D("10000000"),
        "summary": "All is told.",
    }
    amounts = {"budget": budget and D(budget), "forecast": forecast and D(forecast)}
    return ProjectFigures(id=number, code=f"P-{number}", name=name, overall=overall, **{**figures, **amounts, **more})


TRAM = project(
    1, "Tram line", "amber", "4000000", "4100000", strip=("green", "amber"), finish_forecast=date(2027, 4, 30)
)
DEPOT = project(2, "Depot charging", "green", "2000000", "2000000", strip=("green", "green"))
FARES = project(3, "Fare reform", "red", "1000000", "1500000", programme="South", strip=("red", "red"))
POOL = project(4, "Vehicle pool", "green", "500000", "450000", programme="South")
ASK = DecisionFigures("Approve option B", date(2026, 11, 12), "Board", "B saves twelve weeks")
OLD_ASK = DecisionFigures("Name a mediator", date(2026, 10, 8), "Director", "")

SEPTEMBER = PackFigures(
    pack="Portfolio report",
    organisation="Lakeland",
    scope="Transformation",
    scope_kind="portfolio",
    at=date(2026, 9, 30),
    period_start=date(2026, 9, 1),
    currency="EUR",
    fiscal_year="2026",
    projects=(replace(TRAM, decisions=(OLD_ASK,)), DEPOT, replace(FARES, decisions=(ASK,)), POOL),
    of=5,
)
OCTOBER = replace(
    SEPTEMBER,
    at=date(2026, 10, 31),
    period_start=date(2026, 10, 1),
    projects=(
        replace(
            TRAM,
            name="Tram line 4",
            overall="red",
            forecast=D("4900000"),
            strip=("green", "amber", "red"),
            finish_forecast=date(2027, 6, 30),
            dimensions={"cost": DimensionFigures("red", "down", "Steel costs more.")},
        ),
        replace(DEPOT, overall="blue", budget=D("2100000")),
        replace(FARES, overall="amber", strip=("red", "red", "amber"), decisions=(ASK,)),
        project(
            5, "Busway", "", None, None, manager="", late=True, summary="", absent={"budget": "Exempt under section 26"}
        ),
    ),
    gone={"4": "closed"},
)
