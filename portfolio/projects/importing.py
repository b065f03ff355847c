"""Projects that come from another register: many at once, with constant queries, undoable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.access.models import Grant, User
from pmo.attachments.models import Attachment, Comment
from pmo.audit.acting import action
from pmo.audit.edit import change_in_words
from pmo.audit.models import Record
from pmo.audit.records import record_all
from pmo.fields.offers import COLUMN
from pmo.fields.writing import overlaid
from pmo.followups.models import ActionItem
from pmo.kernel.errors import Invalid, Refused, WrongState
from pmo.kernel.verdict import no
from pmo.organisation.models import Unit
from pmo.organisation.queries import house_today
from portfolio.projects.models import Project, ProjectKey

BATCH = 500
SHOWN_OBSTACLES = 5
KIND = Project._meta.label_lower
GUARDED = {"manager": "project.assign_manager", "sponsor": "project.assign_manager", "confidential": "project.classify"}
"""Fields whose values need a right of their own, whoever may import the rest."""
BOOKKEEPING = ("version", "created_at", "updated_at")


@action("import.run")
def create_imported(projects: Sequence[Project], *, actor: User) -> None:
    """Write new projects; the caller has checked `import.run` for their portfolio. Raises Invalid by field."""
    today = house_today()
    for project in projects:
        project.report_due_on = project.due_after(today)
        check_fields(project)
    Project.objects.bulk_create(projects, batch_size=BATCH)
    record_all(actor, "import.run", {project: str(project) for project in projects})


@action("import.run")
def change_imported(changes: Mapping[int, Mapping[str, Any]], *, actor: User) -> dict[int, dict[str, Any]]:
    """Set fields of projects by id; returns, by id, the values before of what differed.

    Custom values come by slug and leave the others as they are; None takes one away.
    """
    before: dict[int, dict[str, Any]] = {}
    changed, today = [], house_today()
    for project in _locked(changes):
        wanted = {**project.due_anew(changes[project.pk], today), **changes[project.pk]}
        if COLUMN in wanted:
            wanted[COLUMN] = overlaid(project.custom, wanted[COLUMN])
        differing = {name: value for name, value in wanted.items() if getattr(project, name) != value}
        if not differing:
            continue
        before[project.pk] = {name: getattr(project, name) for name in differing}
        for name, value in differing.items():
            setattr(project, name, value)
        project.version += 1
        check_fields(project)
        changed.append(project)
    fields = {name for values in before.values() for name in values}
    Project.objects.bulk_update(changed, [*sorted(fields), "version"], batch_size=BATCH)
    told = {project.pk: _told(project, before[project.pk]) for project in changed}
    record_all(actor, "import.run", {project: str(project) for project in changed}, changes=told)
    return before


def _told(project: Project, before: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of the changed fields, in words."""
    return {name: change_in_words(Project, name, value, getattr(project, name)) for name, value in before.items()}


@action("import.run")
def add_keys(keys: Sequence[ProjectKey], *, actor: User) -> None:
    """Note by which names other systems know projects."""
    ProjectKey.objects.bulk_create(keys, batch_size=BATCH)


@action("import.run")
def units_by_code(codes: Iterable[str], *, actor: User) -> tuple[dict[str, Unit], list[Unit]]:
    """The units of these codes or names, by case-folded code, and those that had to be made under the root."""
    wanted = {code.casefold(): code for code in codes if code}
    known = known_units()
    missing = [Unit(code=code[:40], name=code, parent=root_unit()) for key, code in wanted.items() if key not in known]
    for unit in missing:
        check_fields(unit)
    Unit.objects.bulk_create(missing)
    made = {unit.name.casefold(): unit for unit in missing}
    return {key: made.get(key) or known[key] for key in wanted}, missing


def known_units() -> dict[str, Unit]:
    """Every unit under its case-folded code and name; one query."""
    units = list(Unit.objects.all())
    return {unit.name.casefold(): unit for unit in units} | {unit.code.casefold(): unit for unit in units}


def root_unit() -> Unit | None:
    """The one unit without a parent; none when there is none or when there are several."""
    roots = list(Unit.objects.filter(parent=None)[:2])
    return roots[0] if len(roots) == 1 else None


@action("import.run")
def withdraw_created(project_ids: Iterable[int], unit_ids: Iterable[int], *, actor: User) -> None:
    """Remove projects and units that an import made. Raises WrongState when something stands on them by now."""
    try:
        Project.objects.filter(pk__in=list(project_ids)).delete()
        Unit.objects.filter(
            pk__in=list(unit_ids), projects=None, portfolios=None, children=None, placements=None
        ).delete()
    except ProtectedError as error:
        raise WrongState(_("What was imported is in use by now and cannot be taken back.")) from error


def _locked(ids: Iterable[int]) -> models.QuerySet[Project]:
    return Project.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")


def check_fields(obj: models.Model) -> None:
    """Every rule of the fields but those that ask the database, which its constraints answer. Raises Invalid."""
    relations = [field.name for field in obj._meta.concrete_fields if field.is_relation]
    try:
        obj.clean_fields(exclude=relations)
    except ValidationError as error:
        raise Invalid({f"{obj}: {name}": texts for name, texts in error.message_dict.items()}) from error


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Field values as JSON holds them, for the journal of an import; related objects by id."""
    encode = DjangoJSONEncoder().default
    plain = (str, int, bool, dict, list, type(None))
    bare = {name: value.pk if isinstance(value, models.Model) else value for name, value in values.items()}
    return {name: value if isinstance(value, plain) else encode(value) for name, value in bare.items()}


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The field values that `stored` wrote; a related object that is gone by now is none."""
    found = {}
    for name, value in values.items():
        field = Project._meta.get_field(name)
        related = field.related_model
        if isinstance(related, type) and issubclass(related, models.Model):
            found[name] = related._default_manager.filter(pk=value).first() if value is not None else None
        else:
            found[name] = field.to_python(value)  # type: ignore[union-attr]
    return found


def states_of(project_ids: Iterable[int]) -> dict[int, str]:
    """A digest of each project's fields by id, from the database; two equal ones mean that nothing differs."""
    return {project.pk: _digest(project) for project in Project.objects.filter(pk__in=list(project_ids))}


def _digest(project: Project) -> str:
    fields = [field.attname for field in Project._meta.concrete_fields if field.name not in BOOKKEEPING]
    values = {name: getattr(project, name) for name in fields}
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:32]


def require_untouched(states: Mapping[int, str], *, actor: User, later_codes: Iterable[str] = ()) -> None:
    """Every project must be as the import left it; `later_codes` are projects that got something else since.

    Raises WrongState naming some of those that are not; what is hidden from the actor by now is as good as gone.
    """
    seen = set(Project.objects.visible_to(actor, "import.run").filter(pk__in=states).values_list("pk", flat=True))
    found = {project.pk: project for project in _locked(seen).order_by("code")}
    changed = {project.code: project.pk for project in found.values() if _digest(project) != states[project.pk]}
    later = {project.code: project.pk for project in found.values() if project.code in set(later_codes)}
    obstacles = {**changed, **later}
    if not obstacles and len(found) == len(states):
        return
    words = _obstacle_words(obstacles) or _("a project that is gone")
    raise WrongState(_("Changed since this import: %(what)s. Undo what came later first.") % {"what": words})


def built_upon(project_ids: Iterable[int]) -> list[str]:
    """The codes of projects to which people added files, words, work or roles, which would be lost with them."""
    ids = list(project_ids)
    about = [
        rows.objects.filter(object_type=KIND, object_id__in=ids).values_list("object_id", flat=True)
        for rows in (Attachment, Comment)
    ]
    asked = ActionItem.objects.filter(parent_type=KIND, parent_id__in=ids).values_list("parent_id", flat=True)
    granted = Grant.objects.filter(scope=Grant.Scope.PROJECT, scope_id__in=ids).values_list("scope_id", flat=True)
    found = {pk for rows in (*about, asked, granted) for pk in rows}
    return list(Project.objects.filter(pk__in=found).order_by("code").values_list("code", flat=True))


def require_rights(before: Mapping[int, Mapping[str, Any]], *, actor: User) -> None:
    """Values that need a right of their own go back only by who has it now. Raises Refused."""
    for code in dict.fromkeys(GUARDED.values()):
        guarded = {name for name, needed in GUARDED.items() if needed == code}
        touched = {pk for pk, values in before.items() if guarded & values.keys()}
        if touched - set(Project.objects.visible_to(actor, code).filter(pk__in=touched).values_list("pk", flat=True)):
            raise Refused(
                no(_("This import appointed people or changed secrecy; only who may do that himself takes it back."))
            )


def _obstacle_words(obstacles: Mapping[str, int]) -> str:
    """The first projects that stand in the way, each with who changed it last and when."""
    shown = dict(sorted(obstacles.items())[:SHOWN_OBSTACLES])
    last = last_acts(shown.values())
    words = [_obstacle(code, *last.get(pk, ("", ""))) for code, pk in shown.items()]
    more = len(obstacles) - len(shown)
    return ", ".join([*words, *([ngettext("%(n)s more", "%(n)s more", more) % {"n": more}] if more else [])])


def _obstacle(code: str, person: str, day: str) -> str:
    if not person:
        return code
    return _("%(code)s (%(person)s, %(day)s)") % {"code": code, "person": person, "day": day}


def last_acts(project_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Who acted last on each project, and when, as the records tell; two queries."""
    ids = list(project_ids)
    acts = Record.objects.filter(project_id__in=ids).order_by("project_id", "-at", "-pk").distinct("project_id")
    return {
        int(act.project_id or 0): (str(act.actor), f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}")
        for act in acts.select_related("actor")
    }
