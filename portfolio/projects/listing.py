"""Plans, writes and takes back an import of a plain list of projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Model

from pmo.access.models import User
from pmo.audit.acting import action
from pmo.exchange.offers import Context, Source
from pmo.exchange.rules.plans import CREATED, REFUSED, UNCHANGED, UPDATED, Message, Plan, RowPlan, error
from pmo.exchange.rules.sentence import Sentence
from pmo.exchange.rules.sentence import sentence as _
from pmo.fields.offers import COLUMN
from pmo.fields.rules.definitions import BadValue
from pmo.fields.words import SENTENCES, shown
from pmo.fields.writing import PREFIX, Values, hold_definitions
from pmo.kernel.errors import Broken
from pmo.organisation.models import Organisation
from portfolio.projects.importing import (
    change_imported,
    create_imported,
    known_units,
    require_untouched,
    restored,
    states_of,
    stored,
    withdraw_created,
)
from portfolio.projects.models import Cadence, InvestmentClass, Method, Phase, Portfolio, Programme, Project
from portfolio.projects.rules.rows import REFERENCES, ProjectRow, Vocabulary, check_dates, read_rows

CHOICES = {"investment_class": InvestmentClass, "method": Method, "phase": Phase, "cadence": Cadence}


@dataclass(frozen=True)
class Directory:
    """The projects that codes may mean, those of them into which the actor may import, and related objects by id."""

    by_code: Mapping[str, Project]
    writable: frozenset[int]
    related: Mapping[str, Mapping[int, Model]]
    vocabulary: Vocabulary
    custom: Values
    currency: str = "EUR"


@dataclass(frozen=True)
class Writing:
    """What a row needs to be written: the project that exists, or none, and the values that differ."""

    code: str
    project_id: int | None
    values: Mapping[str, Any] = field(default_factory=dict)


def portfolio_of(context: Context) -> Portfolio:
    """The portfolio of an import, when its actor may import there."""
    found = Portfolio.objects.visible_to(context.actor, "import.run").filter(pk=context.into).first()
    if found is None:
        raise Broken(str(_("The portfolio does not exist any more, or you may no longer import into it.")), "into")
    return found


def plan_list(source: Source, context: Context) -> Plan:
    """The plan of a list in the order of its lines."""
    directory = load_directory(portfolio_of(context), context.actor)
    rows = read_rows(source.table, directory.vocabulary, context.today)
    return Plan(tuple(_plan_row(row, directory) for row in rows))


def load_directory(portfolio: Portfolio, actor: User) -> Directory:
    """Everything a plan needs, in a constant number of queries."""
    programmes = {programme.pk: programme for programme in Programme.objects.filter(portfolio=portfolio)}
    units = known_units()
    people = {user.pk: user for user in User.objects.people().filter(is_active=True)}
    projects = Project.objects.select_related(*REFERENCES)
    custom = Values(Project, actor)
    return Directory(
        by_code={project.code.casefold(): project for project in projects},
        writable=frozenset(Project.objects.visible_to(actor, "import.run").values_list("pk", flat=True)),
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
            custom={f"{PREFIX}{each.slug}": each.definition for each in custom.open_fields},
        ),
        custom=custom,
        currency=Organisation.current().currency,
    )


def _words_of(choices: Any) -> dict[str, str]:
    """The values of a choice under themselves and their words."""
    return {str(word).casefold(): value for value, label in choices.choices for word in (value, label)}


def _programme_words(programmes: Any) -> dict[str, int]:
    return {word.casefold(): each.pk for each in programmes for word in (each.name, each.code)}


def _people_words(people: Any) -> dict[str, int]:
    """People by user name and address, and by their full name when only one person bears it."""
    people = list(people)
    names = [str(person).casefold() for person in people]
    found = {name: person.pk for name, person in zip(names, people, strict=True) if names.count(name) == 1}
    found |= {person.email.casefold(): person.pk for person in people if person.email}
    return found | {person.username.casefold(): person.pk for person in people}


def _plan_row(row: ProjectRow, directory: Directory) -> RowPlan:
    project = directory.by_code.get(row.code.casefold())
    custom, bad = _custom_values(row, project, directory.custom)
    messages = [*row.messages, *_obstacles(row, project, directory), *bad]
    label = row.values.get("name") or (project.name if project and project.pk in directory.writable else "")
    plan = RowPlan(row.line, row.code or f"line {row.line}", label, REFUSED, messages=tuple(messages))
    if any(message.level == "error" for message in messages):
        return plan
    values = _values(row, project, directory)
    if custom:
        values[COLUMN] = custom
    writing = Writing(row.code, project.pk if project else None, values)
    outcome = CREATED if project is None else UPDATED if values else UNCHANGED
    changes = {**_plain_changes(project, values), **_custom_changes(project, custom, directory.custom)}
    return replace(plan, outcome=outcome, changes=changes, payload=writing)


def _plain_changes(project: Project | None, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What happens to built-in fields, in words under their labels."""
    pairs = {name: (getattr(project, name, None), value) for name, value in values.items() if name != COLUMN}
    words = {name: (_shown(before), _shown(after)) for name, (before, after) in pairs.items()}
    return {str(Project._meta.get_field(name).verbose_name).capitalize(): pair for name, pair in words.items()}  # type: ignore[union-attr]


def _custom_changes(project: Project | None, custom: Mapping[str, Any], known: Values) -> dict[str, tuple[str, str]]:
    """What happens to custom fields, in words under their labels."""
    stored = project.custom if project is not None else {}
    found = {}
    for slug, value in custom.items():
        definition = known.fields[slug].definition
        before, after = (shown(definition, each, known.people.name) for each in (stored.get(slug), value))
        found[definition.label] = (before, after)
    return found


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
            if value is not None and value != stored.get(slug):
                found[slug] = value
    return found, messages


def _obstacles(row: ProjectRow, project: Project | None, directory: Directory) -> Sequence[Message]:
    if project is not None and project.pk not in directory.writable:
        return [error("code", row.code, _("This code is taken by a project that you may not change."))]
    if project is None and not row.values.get("name") and not row.refused:
        return [error("name", "", _("A new project needs a name."), _("Fill in the name, or correct the code."))]
    standing = {name: getattr(project, name, None) for name in ("start_baseline", "finish_baseline")}
    return check_dates(standing | row.values)


def _values(row: ProjectRow, project: Project | None, directory: Directory) -> dict[str, Any]:
    """The values that differ from the project, or all of a new one; a blank cell says nothing."""
    said = {
        name: directory.related[name][value] if name in directory.related else value
        for name, value in row.values.items()
    }
    said["absent"] = _absent(row, project)
    if project is None:
        return {"currency": directory.currency, **said}
    return {name: value for name, value in said.items() if getattr(project, name) != value}


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
        return "; ".join(f"{name}: {text}" for name, text in value.items())
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
    require_untouched(
        {int(entry["project"]): entry["state"] for entry in entries},
        later_codes=with_reports.values_list("code", flat=True),
    )
    hold_definitions()
    before = {int(entry["project"]): restored(entry["before"]) for entry in entries if entry["before"]}
    change_imported(before, actor=actor)
    withdraw_created(made, (), actor=actor)
