"""The steps of the four kinds of work in their order, told as achievements once they lie behind."""

from __future__ import annotations

BUILDING = (
    "Site survey for {thing} done",
    "Outline design of {thing} agreed with the fire service",
    "Cost estimate checked by the quantity surveyor",
    "Planning application for {thing} handed in",
    "Detailed design at 60 %",
    "Tender documents published",
    "Five bids opened and evaluated",
    "Main contract for {thing} signed",
    "Site fenced and services diverted",
    "Foundations of {thing} half done",
    "Structural work passed inspection",
    "Shell of {thing} closed before the rain",
    "Mechanical and electrical work at 40 %",
    "Outdoor works begun",
    "Trial run of {thing} without findings",
    "Hand-over protocol prepared",
)
SYSTEM = (
    "Processes around {thing} recorded with three departments",
    "Requirements of {thing} signed off",
    "Market of suppliers surveyed",
    "Contract for {thing} awarded",
    "Architecture reviewed by security",
    "First screens of {thing} shown to users",
    "Interface to the register tested",
    "Migration rehearsal 1 done",
    "Load test of {thing} passed with twice the peak",
    "Accessibility findings mended",
    "Training of forty key users held",
    "Pilot of {thing} with two districts begun",
    "Migration rehearsal 2 without errors",
    "Service desk prepared for {thing}",
    "Roll-out to half of the users done",
    "Old system switched to read-only",
)
PROCUREMENT = (
    "Need for {thing} counted by location",
    "Budget for {thing} confirmed",
    "Market talks with four suppliers held",
    "Specification of {thing} published",
    "Bids evaluated, two on the short list",
    "Contract for {thing} signed",
    "First delivery inspected",
    "Pilot location equipped",
    "Findings of the pilot fed back to the supplier",
    "A third of {thing} delivered",
    "Maintenance contract agreed",
    "Half of {thing} in place",
    "Three quarters of {thing} in place",
    "Old stock returned and wiped",
    "Acceptance of {thing} prepared",
)
CHANGE = (
    "Starting point of {thing} measured",
    "Interviews with thirty users done",
    "Aims of {thing} agreed with the unions",
    "First variant of {thing} tried in one office",
    "Results of the trial published",
    "Guide for team leaders written",
    "Multipliers trained",
    "Roll-out of {thing} in the first district",
    "Survey after three months: two of three satisfied",
    "Roll-out of {thing} in all districts",
    "Remaining cases handled one by one",
    "Handover of {thing} to the line prepared",
)
STEPS = {"building": BUILDING, "system": SYSTEM, "procurement": PROCUREMENT, "change": CHANGE}


def place(work: str, share: float) -> int:
    """The index of the step reached after a share (0 to 1) of the time."""
    return min(len(STEPS[work]) - 1, int(max(0.0, share) * len(STEPS[work])))


def step(work: str, index: int, thing: str) -> str:
    """A step in words."""
    steps = STEPS[work]
    return steps[min(max(index, 0), len(steps) - 1)].format(thing=thing)


def coming(work: str, index: int, thing: str) -> list[str]:
    """The next two steps as plans."""
    steps = STEPS[work]
    return [text.format(thing=thing) for text in steps[index + 1 : index + 3]]
