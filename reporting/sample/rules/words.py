"""What managers write: summaries, comments, steps and decisions that fit the numbers of a moment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pmo.kernel import rag
from reporting.sample.rules.stories import Moment


@dataclass(frozen=True)
class Cause:
    """Why a project leaves its path: the cause, what is done about it, and what must be decided."""

    what: str
    measure: str
    decision: str
    recommendation: str


CAUSES = {
    "supplier": Cause(
        "the main supplier delivers parts for {thing} later than agreed",
        "Weekly calls with the plant; a recovery plan is agreed and penalties are announced",
        "Accept the supplier's recovery plan for {thing}, or tender the remaining lots anew",
        "Accept the plan with a penalty per week; a new tender costs about five months.",
    ),
    "permit": Cause(
        "the permit for {thing} is open because of an objection by neighbours",
        "The revised noise study is with the authority and a hearing is booked",
        "Offer the objecting neighbours the compensation of the revised noise study",
        "Offer it: the compensation is far below the cost of one more lost season.",
    ),
    "ground": Cause(
        "the ground under {thing} is softer than the survey said",
        "Longer piles are designed and a second rig is ordered",
        "Release the contingency for deeper foundations of {thing}",
        "Release two thirds now and the rest after the load test.",
    ),
    "land": Cause(
        "one plot needed for {thing} is not bought yet",
        "The owner has our second offer; a variant around the plot is being drawn",
        "Build {thing} in the variant without the missing plot",
        "Take the variant; it is slightly longer but ours at once.",
    ),
    "staff": Cause(
        "two of five specialists for {thing} are missing since they left",
        "A framework contractor bridges one position; the other is advertised",
        "Lend one specialist from another project to {thing} for three months",
        "Lend from a project that is ahead of its plan.",
    ),
    "scope": Cause(
        "directorates asked for functions of {thing} that were never in the scope",
        "New requests go to the second release; the change board meets every two weeks",
        "Leave the eleven late requests for {thing} to a second release",
        "Leave them; the first release serves nine of ten cases.",
    ),
    "data": Cause(
        "every ninth record moved to {thing} fails its checks",
        "Two clerks correct the records by district; the load is rehearsed each Thursday",
        "Go live with {thing} while records of two districts are corrected afterwards",
        "Go live by district; the two follow one month later.",
    ),
    "prices": Cause(
        "prices of steel and installation for {thing} rose above the index in the contract",
        "Lots are bundled and the finishing is simplified where nobody will see it",
        "Raise the budget of {thing} or build the last stage a year later",
        "Build the last stage a year later; its use does not depend on the others.",
    ),
    "funding": Cause(
        "the state grant for {thing} is not confirmed",
        "The grant office has all papers; an own share is being prepared as a fallback",
        "Pre-finance {thing} until the grant decision arrives",
        "Pre-finance the design only.",
    ),
}

OPENINGS = {
    rag.GREEN: (
        "On plan: {step}.",
        "A good month: {step}.",
        "No surprises: {step}.",
        "We keep the dates and the money; {step}.",
    ),
    rag.AMBER: (
        "At risk: {what}, and the finish moves by {slip}.",
        "Watch this one: {what}.",
        "We can still hold the plan, but {what}.",
    ),
    rag.RED: (
        "Off track: {what}; the finish is now {slip} late.",
        "The plan cannot be held: {what}.",
        "{What}; without a decision the finish moves beyond the {slip} reported here.",
    ),
}
MONEY = {
    "over": "The year ends {percent} % over budget at this rate.",
    "under": "The year's forecast is {percent} % below budget.",
    "even": "The year's forecast matches the budget.",
}
DIMENSION_WORDS = {
    "schedule": "{Slip} behind the baseline because {what}. {measure}.",
    "cost": "The forecast is {percent} % over the budget of the year, mostly because {what}. Contingency covers half.",
    "scope": "Open requests would add about a tenth to the work. Nothing is added before the change board decides.",
    "resources": "The team is two people short until the autumn intake; a contractor bridges one place.",
    "risk": "The top risk moved up: {what}. Its response is on the agenda of the next board.",
    "quality": "The last inspection of {thing} found defects; the rework is at the supplier's cost.",
    "benefits": "A later start costs one season of benefits; the business case still stands, with less margin.",
    "stakeholders": "Residents and staff ask for more notice; two more information evenings are booked.",
}
GREEN_WORDS = {
    "schedule": "Milestones of the period reached.",
    "cost": "",
    "scope": "",
    "resources": "",
    "risk": "",
    "quality": "",
    "benefits": "",
    "stakeholders": "",
}
ENDED = {
    rag.BLUE: "{Thing} is handed over and in use. Open points went to operations; the lessons are written down.",
    rag.GREY: "Work rests since {what}. The team is released and contracts are paused without cost.",
}


def weeks(days: int) -> str:
    """A slip in the words of a report."""
    count = max(1, round(days / 7))
    return "one week" if count == 1 else f"{count} weeks"


def _fill(text: str, moment: Moment, cause: Cause, thing: str, step: str = "") -> str:
    what = cause.what.format(thing=thing)
    slip = weeks(moment.slip_days)
    return text.format(
        what=what,
        What=_capital(what),
        thing=thing,
        Thing=_capital(thing),
        slip=slip,
        Slip=_capital(slip),
        percent=abs(moment.overrun).normalize() if moment.overrun % 1 else int(abs(moment.overrun)),
        measure=cause.measure.format(thing=thing),
        step=step[:1].lower() + step[1:],
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def summary(moment: Moment, cause: Cause, thing: str, step: str, turn: int) -> str:
    """Up to three sentences for the sponsor."""
    if moment.overall in ENDED:
        return _fill(ENDED[moment.overall], moment, cause, thing)
    openings = OPENINGS[moment.overall]
    # A slip is named only when there is one.
    fitting = [text for text in openings if moment.slip_days > 0 or "{slip}" not in text]
    opening = _fill(fitting[turn % len(fitting)], moment, cause, thing, step)
    closing = f" {cause.measure.format(thing=thing)}." if moment.overall != rag.GREEN else ""
    return f"{opening}{closing} {_fill(MONEY[_money(moment.overrun)], moment, cause, thing)}"


def _money(overrun: Decimal) -> str:
    return "over" if overrun >= 1 else "under" if overrun <= -1 else "even"


def comment(dimension: str, moment: Moment, cause: Cause, thing: str) -> str:
    """The words for one dimension; amber and red always have some."""
    if not rag.needs_comment(moment.values[dimension]):
        return GREEN_WORDS[dimension] if moment.values[dimension] == rag.GREEN else ""
    return _fill(DIMENSION_WORDS[dimension], moment, cause, thing)


def decision(moment: Moment, cause: Cause, thing: str) -> tuple[str, str]:
    """The decision asked for, and what the manager recommends."""
    return cause.decision.format(thing=thing), cause.recommendation
