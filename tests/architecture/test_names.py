"""What is written as a string leads somewhere: menu, permission codes, task names, addresses."""

from __future__ import annotations

import ast

import pytest
from celery import current_app
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from pmo.access.permissions import PERMISSIONS, REACHES, ROLES, SHIPPED
from pmo.audit.sentences import VERBS
from pmo.navigation import all_items
from tests.architecture.sources import modules, short, tree

CHECKS = {"can", "require", "within", "reach", "holders"}


@pytest.mark.parametrize("item", all_items(), ids=lambda item: item.url)
def test_a_menu_entry_leads_somewhere_and_asks_for_a_known_permission(item):
    assert reverse(item.url)
    assert item.permission in ("", *PERMISSIONS)


def test_the_shipped_matrix_names_known_roles_permissions_and_reaches():
    assert set(SHIPPED) == set(ROLES)
    named = {(code, reach) for grants in SHIPPED.values() for code, reach in grants.items()}
    assert [code for code, _reach in named if code not in PERMISSIONS] == []
    assert {reach for _code, reach in named} <= set(REACHES)


def test_every_permission_is_shipped_to_somebody():
    shipped = {code for grants in SHIPPED.values() for code in grants}
    assert sorted(set(PERMISSIONS) - shipped) == []


def test_every_permission_asked_for_in_code_exists():
    found = [
        f"{short(path)}:{node.lineno} {argument.value}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CHECKS
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value
        if argument.value not in PERMISSIONS
    ]
    assert found == []


def test_every_act_that_is_kept_has_its_words():
    """Without them history would show people the code."""
    kept = {
        argument.value: f"{short(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("record", "record_all")
        for argument in node.args[1:2]
        if isinstance(argument, ast.Constant)
    }
    assert {code: place for code, place in kept.items() if code not in VERBS} == {}


def strings_given_to(function: str) -> list[tuple[str, str]]:
    """(place, first argument) of every call of a function with a literal."""
    return [
        (f"{short(path)}:{node.lineno}", node.args[0].value)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == function
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    ]


def test_every_task_that_is_enqueued_exists():
    current_app.loader.import_default_modules()
    unknown = [(place, name) for place, name in strings_given_to("enqueue") if name not in current_app.tasks]
    assert unknown == []


def test_every_task_of_the_schedule_exists():
    current_app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sorted(names - set(current_app.tasks)) == []


def exists(name: str) -> bool:
    """Whether an address of that name is there, whatever arguments it takes."""
    try:
        reverse(name)
    except NoReverseMatch as error:
        return "with no arguments not found" in str(error) or "with arguments" in str(error)
    return True


def test_every_address_that_code_reverses_exists():
    assert [(place, name) for place, name in strings_given_to("reverse") if not exists(name)] == []
