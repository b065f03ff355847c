"""The import contracts hold, and so does what import-linter cannot see."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import PACKAGES, ROOT, floors, modules, named, short, tree

APPS = floors("Data walks downstairs once")
FOUNDATION = floors("The foundation stands on itself")
PORTFOLIO = floors("Rooms of the portfolio stand on each other")
DOORS = ("views", "api", "panels", "tables", "forms")
ABSOLVED = {
    # A run names the schedule that asked for it; "one run per schedule and slot" must be a database constraint.
    ("reporting.PackRun", "reporting.PackSchedule"),
}


def test_every_import_contract_is_kept():
    linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    found = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def place(module: str) -> tuple[str, str]:
    """The package and the room of a module."""
    package, _dot, rest = module.partition(".")
    return package, rest.partition(".")[0]


def points_up(source: str, target: str) -> bool:
    """Whether a module on a lower floor refers to one above it, or beside it in another house."""
    (package, room), (other_package, other_room) = place(source), place(target)
    if package != other_package:
        return APPS[other_package] >= APPS[package]
    heights = {"pmo": FOUNDATION, "portfolio": PORTFOLIO}.get(package, {})
    return heights.get(other_room, 0) > heights.get(room, len(heights))


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.split(".")[0] in PACKAGES]


def test_no_relation_points_upstairs():
    up = [
        (model._meta.label, field.related_model._meta.label)
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and isinstance(field.related_model, type)
        if field.related_model.__module__.split(".")[0] in PACKAGES
        if points_up(model.__module__, field.related_model.__module__)
    ]
    assert up == []


def test_no_two_rooms_hold_on_to_each_other_by_relations():
    edges = {
        (place(model.__module__), place(field.related_model.__module__)): (
            model._meta.label,
            field.related_model._meta.label,
        )
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and isinstance(field.related_model, type)
        if (model._meta.label, field.related_model._meta.label) not in ABSOLVED
    }
    rings = [found for (here, there), found in edges.items() if here != there and (there, here) in edges]
    assert rings == []


def test_no_migration_depends_on_an_app_above_its_own():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    names = {config.label: config.name for config in apps.get_app_configs()}
    up = [
        (f"{app}.{name}", f"{needed}.{needed_name}")
        for (app, name), migration in loader.disk_migrations.items()
        for needed, needed_name in migration.dependencies
        if names.get(app, "").split(".")[0] in PACKAGES and names.get(needed, "").split(".")[0] in PACKAGES
        if app != needed and points_up(f"{names[app]}.models", f"{names[needed]}.models")
    ]
    assert up == []


def test_domain_code_reaches_nothing_by_its_name():
    allowed = {
        "pmo/access/roles.py",  # an operation of migrations, which know models of their time by name
        "pmo/audit/privileges.py",  # protects tables by their names
        "pmo/audit/sentences.py",  # reads records, which keep the name of what they are about
    }
    found = [
        f"{short(path)}:{node.lineno} {name}"
        for path in modules()
        if short(path) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "attr", getattr(node.func, "id", ""))]
        if name in ("get_model", "import_module", "__import__")
    ]
    assert found == []


@pytest.mark.parametrize("door", ["views.py", "api.py"])
def test_a_door_imports_no_door_of_another_room(door):
    found = []
    for path in named(door):
        room = short(path).rpartition("/")[0].replace("/", ".")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                other, _dot, last = node.module.rpartition(".")
                is_room = other.split(".")[0] in PACKAGES and other.count(".") == 1 and not other.startswith("pmo.")
                if last in DOORS[:2] and is_room and other != room and "." in room:
                    found.append(f"{short(path)} imports {node.module}")
    assert found == []
