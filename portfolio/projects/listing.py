"""Plans, writes and takes back an import of a plain list of projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import override

from pmo.access.models import User
from pmo.access.policy import can
from pmo.audit.acting import action
from pmo.exchange.offers import Context, Source
from pmo.exchange.rules.plans import CONFLICT, CREATED, REFUSED, THEIRS, Message, Plan, RowPlan, error
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from pmo.fields.offers import COLUMN
from pmo.fields.rules.definitions import BadValue
from pmo.fields.words import SENTENCES, shown
from pmo.fields.writing import PREFIX, Values, hold_definitions
from pmo.kernel.errors import Broken
from pmo.organisation.models import Organisation
from portfolio.projects.addressing import is_reserved
from portfolio.projects.importing import (
    built_upon,
    change_imported,
    create_imported,
    known_units,
    require_rights,
    require_untouched,
    restored,
    states_of,
    stored,
    withdraw_created,
)
from portfolio.projects.merging import (
    Past,
    choices_of,
    conflict_notes,
    held,
    merged,
    outcome_of,
    pasts_of,
    wrong_version,
)
from portfolio.projects.models import Cadence, InvestmentClass, Method, Phase, Portfolio, Programme, Project
from portfolio.projects.rules.merging import Merge
from portfolio.projects.rules.rows import LABELS, REFERENCES, ProjectRow, Vocabulary, check_dates, read_rows

APPOINTED = ("manager", "sponsor")
_ANOTHER = _("Choose another code.")
_NOT_APPOINTING = _("Your roles do not let you appoint people to this project.")
_NOT_CLASSIFYING = _("Your roles do not let you make projects confidential, or open again.")
_LEAVE_OUT = _("Leave this cell empty, or ask somebody who may to import the row.")
CHOICES = {"investment_class": InvestmentClass, "method": Method, "phase": Phase, "cadence": Cadence}


@dataclass(frozen=True)
class Directory:
    """The projects that codes may mean, those of them into which the actor may import, and related objects by id."""

    by_code: Mapping[str, Project]
    writable: frozenset[int]
    related: Mapping[str, Mapping[int, Model]]
    vocabulary: Vocabulary
    custom: Values
    appointing: frozenset[int] = frozenset()
    classifying: frozenset[int] = frozenset()
    classifies_new: bool = False
    currency: str = "EUR"


@dataclass(frozen=True)
class Writing:
    """What a row needs to be written: the project that exists, or none, and the values that differ."""

    code: str
    project_id: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


def portfolio_of(context: Context) -> Portfolio:
    """The portfolio of an import, when its actor may import there."""
    found: Portfolio | None = Portfolio.objects.visible_to(context.actor, "import.run").filter(pk=context.into).first()
    if found is None:
        raise Broken(str(_("The portfolio does not exist any more, or you may no longer import into it.")), "into")
    return found


def plan_list(source: Source, context: Context) -> Plan:
    """The plan of a list in the order of its lines."""
    directory = load_directory(portfolio_of(context), context.actor)
    rows = read_rows(source.table, directory.vocabulary, context.today)
    pasts = pasts_of(_outdated(rows, directory))
    return Plan(tuple(_plan_row(row, directory, pasts, context.answers) for row in rows))


def _outdated(rows: Sequence[ProjectRow], directory: Directory) -> dict[int, int]:
    """By project, the version at which a row was downloaded that has moved on since."""
    found = ((directory.by_code.get(row.code.casefold()), row.version) for row in rows if row.version is not None)
    return {project.pk: version for project, version in found if project and version and version < project.version}


def load_directory(portfolio: Portfolio, actor: User) -> Directory:
    """Everything a plan needs, in a constant number of queries."""
    programmes = {programme.pk: programme for programme in Programme.objects.filter(portfolio=portfolio)}
    units = known_units()
    people = {user.pk: user for user in User.objects.people().filter(is_active=True)}
    projects = Project.objects.select_related(*REFERENCES)
    custom = Values(Project, actor)
    return Directory(
        by_code={project.code.casefold(): project for project in projects},
        writable=_within(actor, "import.run"),
        related={
            "programme": programmes,
            "unit": {unit.pk: unit for unit in units.values()},
            "manager": people,
            "sponsor": people,
        },
        vocabulary=Vocabulary(
            choices={name: _words_of(choices) for name, choices in CHOICES.items()},
            references={
                "programme": _programme_words(programmes.values()),
                "unit": {word: unit.pk for word, unit in units.items()},
                "manager": _people_words(people.values()),
                "sponsor": _people_words(people.values()),
            },
            shown=_shown_words(programmes.values(), units.values(), people.values()),
            custom={f"{PREFIX}{each.slug}": each.definition for each in custom.open_fields},
        ),
        custom=custom,
        appointing=_within(actor, "project.assign_manager"),
        classifying=_within(actor, "project.classify"),
        classifies_new=bool(can(actor, "project.classify", portfolio)),
        currency=Organisation.current().currency,
    )


def _within(actor: User, code: str) -> frozenset[int]:
    return frozenset(Project.objects.visible_to(actor, code).values_list("pk", flat=True))


def _shown_words(programmes: Any, units: Any, people: Any) -> dict[str, list[str]]:
    """Some of the words that a file may use, as people write them."""
    named = sorted(str(person) for person in people)
    choices = {name: [str(label) for label in choice.labels] for name, choice in CHOICES.items()}
    others = {"programme": sorted({each.name for each in programmes}), "unit": sorted({each.name for each in units})}
    return {**choices, **others, "manager": named, "sponsor": named}


def _words_of(choices: Any) -> dict[str, str]:
    """The values of a choice under themselves and their words in every language of the house."""
    found = {value.casefold(): value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(label).casefold(): value for value, label in choices.choices}
    return found


def _programme_words(programmes: Any) -> dict[str, int]:
    return {word.casefold(): each.pk for each in programmes for word in (each.name, each.code)}


def unique_names() -> frozenset[str]:
    """The full names that only one active person bears."""
    borne = Counter(str(person) for person in User.objects.people().filter(is_active=True))
    return frozenset(name for name, count in borne.items() if count == 1)


def _people_words(people: Any) -> dict[str, int]:
    """People by user name and address, and by their full name when only one person bears it."""
    people = list(people)
    names = [str(person).casefold() for person in people]
    borne = Counter(names)
    found = {name: person.pk for name, person in zip(names, people, strict=True) if borne[name] == 1}
    found |= {person.email.casefold(): person.pk for person in people if person.email}
    return found | {person.username.casefold(): person.pk for person in people}


def _plan_row(row: ProjectRow, directory: Directory, pasts: Mapping[int, Past], answers: Mapping[str, str]) -> RowPlan:
    project = directory.by_code.get(row.code.casefold())
    past = pasts.get(project.pk) if project else None
    custom, bad = _custom_values(row, project, directory.custom)
    messages = [*row.messages, *_obstacles(row, project, directory), *bad]
    messages += wrong_version(row, project, past) if not messages else []
    label = row.values.get("name") or (project.name if project and project.pk in directory.writable else "")
    plan = RowPlan(row.line, row.code or f"line {row.line}", label, REFUSED, messages=tuple(messages))
    if any(message.level == "error" for message in messages):
        return plan
    said = {**_said(row, project, directory), **{f"{PREFIX}{slug}": value for slug, value in custom.items()}}
    if project is None:
        return _planned(plan, CREATED, None, {"currency": directory.currency, **said}, directory)
    found, answer = merged(said, project, past), answers.get(plan.key, "")
    settled = found.settled(keep_mine=answer != THEIRS)
    plan = _planned(plan, outcome_of(found, answer), project, settled, directory)
    return _asking(plan, found, project, past, answer, directory) if found.conflicts and past else plan


def _planned(
    plan: RowPlan, outcome: str, project: Project | None, values: Mapping[str, Any], directory: Directory
) -> RowPlan:
    words = _words_of_changes(project, values, directory)
    changes = {_label(name, directory): pair for name, pair in words.items()}
    writing = Writing(plan.key, project.pk if project else None, _columns(values))
    return replace(plan, outcome=outcome, changes=changes, payload=writing)


def _asking(plan: RowPlan, found: Merge, project: Project, past: Past, answer: str, directory: Directory) -> RowPlan:
    """The row as a question: whose values stand where two people changed the same cells."""
    notes = conflict_notes(found, past, _words_of_changes(project, found.conflicts, directory))
    return replace(plan, question=CONFLICT, choices=choices_of(found), answer=answer, messages=(*plan.messages, *notes))


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a project keeps them: those of custom fields together in their column."""
    custom = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
    plain = {name: value for name, value in values.items() if not name.startswith(PREFIX)}
    return {**plain, COLUMN: custom} if custom else plain


def _label(name: str, directory: Directory) -> str:
    known = directory.vocabulary.custom.get(name)
    return known.label if known is not None else LABELS[name]


def _words_of_changes(
    project: Project | None, values: Mapping[str, Any], directory: Directory
) -> dict[str, tuple[str, str]]:
    """What stands now and what the row says, in words, by the names of columns."""
    return {name: _pair(project, name, value, directory) for name, value in values.items()}


def _pair(project: Project | None, name: str, value: Any, directory: Directory) -> tuple[str, str]:
    known = directory.vocabulary.custom.get(name)
    if known is None:
        return _word(name, getattr(project, name, None)), _word(name, value)
    before = held(project, name) if project is not None else None
    people = directory.custom.people.name
    return shown(known, before, people), shown(known, value, people)


def _word(name: str, value: Any) -> str:
    """A value as people read it; choices by their words."""
    return str(dict(CHOICES[name].choices).get(value, value)) if name in CHOICES and value else _shown(value)


def _custom_values(row: ProjectRow, project: Project | None, known: Values) -> tuple[dict[str, Any], list[Message]]:
    """The values of custom fields that differ, by slug, and what is wrong with others; a new project needs some."""
    given = {name.removeprefix(PREFIX): value for name, value in row.custom.items()}
    wanted = [each.slug for each in known.open_fields if each.required] if project is None else []
    stored, found, messages = project.custom if project is not None else {}, {}, []
    for slug, raw in {**dict.fromkeys(wanted), **given}.items():
        try:
            value = known.value(slug, raw, stored.get(slug), new=project is None)
        except BadValue as bad:
            reason = Sentence(SENTENCES[bad.code], bad.params)
            messages.append(error(f"{PREFIX}{slug}", str(raw or ""), reason))
        else:
            if value != stored.get(slug):
                found[slug] = value
    return found, messages


def _obstacles(row: ProjectRow, project: Project | None, directory: Directory) -> Sequence[Message]:
    if project is not None and project.pk not in directory.writable:
        return [error("code", row.code, _("This code is not available. Choose another one."))]
    if project is None and is_reserved(row.code, "projects"):
        return [error("code", row.code, _("“%(code)s” is a word of our own addresses.", code=row.code), _ANOTHER)]
    refused = _beyond_rights(row, project, directory)
    if refused:
        return refused
    if project is None and not row.values.get("name") and not row.refused:
        return [error("name", "", _("A new project needs a name."), _("Fill in the name, or correct the code."))]
    standing = {name: getattr(project, name, None) for name in ("start_baseline", "finish_baseline")}
    return check_dates(standing | row.values)


def _beyond_rights(row: ProjectRow, project: Project | None, directory: Directory) -> list[Message]:
    """Cells that only those may write who appoint people or answer for secrecy; equal values harm nobody."""
    found = []
    if project is not None and project.pk not in directory.appointing:
        changed = [name for name in APPOINTED if name in row.values and row.values[name] != _held_id(project, name)]
        found += [error(name, "", _NOT_APPOINTING, _LEAVE_OUT) for name in changed]
    may_classify = directory.classifies_new if project is None else project.pk in directory.classifying
    if row.values.get("confidential", _is_secret(project)) != _is_secret(project) and not may_classify:
        found.append(error("confidential", "", _NOT_CLASSIFYING, _LEAVE_OUT))
    return found


def _held_id(project: Project, name: str) -> int | None:
    found: int | None = getattr(project, f"{name}_id")
    return found


def _is_secret(project: Project | None) -> bool:
    return project is not None and project.confidential


def _said(row: ProjectRow, project: Project | None, directory: Directory) -> dict[str, Any]:
    """The values that a row gives; a blank cell says nothing, unless the row was downloaded with its values."""
    said = {
        name: directory.related[name].get(value) if name in directory.related else value
        for name, value in row.values.items()
    }
    said["absent"] = _absent(row, project)
    return said


def _absent(row: ProjectRow, project: Project | None) -> dict[str, str]:
    """The reasons of missing figures: a figure that is given now needs none, words instead of a figure are one."""
    kept = {name: reason for name, reason in (project.absent if project else {}).items() if name not in row.values}
    return kept | row.absent


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return "; ".join(f"{LABELS.get(name, name)}: {text}" for name, text in value.items())
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)


@action("import.run")
def write_list(rows: Sequence[RowPlan], portfolio: Portfolio, *, actor: User) -> dict[int, dict[str, Any]]:
    """Write the rows of a plan; returns, by line, what undoing them needs."""
    hold_definitions()
    writings: dict[int, Writing] = {row.line: row.payload for row in rows}
    created = {
        line: Project(code=writing.code, portfolio=portfolio, **writing.values)
        for line, writing in writings.items()
        if writing.project_id is None
    }
    create_imported(list(created.values()), actor=actor)
    changes = {writing.project_id: writing.values for writing in writings.values() if writing.project_id is not None}
    before = change_imported(changes, actor=actor)
    ids = {line: created[line].pk if line in created else writing.project_id or 0 for line, writing in writings.items()}
    states = states_of(ids.values())
    return {
        line: {
            "project": pk,
            "state": states[pk],
            "made": line in created,
            "before": stored(_before(writings[line], before.get(pk, {}))),
        }
        for line, pk in ids.items()
    }


def _before(writing: Writing, before: Mapping[str, Any]) -> dict[str, Any]:
    """What to put back; of custom fields only those that the row set."""
    if COLUMN not in before:
        return dict(before)
    return {**before, COLUMN: {slug: before[COLUMN].get(slug) for slug in writing.values[COLUMN]}}


@action("import.run")
def take_list_back(entries: Sequence[Mapping[str, Any]], *, actor: User) -> None:
    """Undo what `write_list` told in its journal. Raises WrongState when a project changed since."""
    made = {int(entry["project"]) for entry in entries if entry["made"]}
    with_reports = Project.objects.filter(pk__in=made, reports__isnull=False).distinct()
    before = {int(entry["project"]): restored(entry["before"]) for entry in entries if entry["before"]}
    require_rights(before, actor=actor)
    require_untouched(
        {int(entry["project"]): entry["state"] for entry in entries},
        actor=actor,
        later_codes=[*with_reports.values_list("code", flat=True), *built_upon(made)],
    )
    hold_definitions()
    change_imported(before, actor=actor)
    withdraw_created(made, (), actor=actor)
