"""Doors parse and answer; only actions write, and each names who acts."""

from __future__ import annotations

import ast

from tests.architecture.sources import named, short, tree

WRITING = {
    "save",
    "create",
    "delete",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
}
HARMLESS_UPDATES = {"context", "headers", "values", "fields", "data", "initial", "extra"}


def receiver(call: ast.Call) -> str:
    """The last name before the called attribute."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return getattr(owner, "id", getattr(owner, "attr", ""))


def writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITING:
        return False
    if receiver(call).endswith("actions"):
        return False
    return not (call.func.attr == "update" and receiver(call) in HARMLESS_UPDATES)


def test_no_door_writes():
    found = [
        f"{short(path)}:{node.lineno} .{node.func.attr}()"
        for path in named("views.py", "api.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and writes(node)
    ]
    assert found == []


def acts(function: ast.FunctionDef) -> bool:
    """Whether a public function is a verb: declared as one, or writing by itself."""
    decorators = [getattr(each, "func", each) for each in function.decorator_list]
    declared = any(getattr(each, "id", "") == "action" for each in decorators)
    return declared or any(isinstance(node, ast.Call) and writes(node) for node in ast.walk(function))


def test_every_action_takes_its_actor_as_a_keyword():
    found = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in named("actions.py")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and acts(node)
        if "actor" not in [argument.arg for argument in node.args.kwonlyargs]
    ]
    assert found == []


def test_no_model_writes_from_save_or_a_signal():
    """Rules live in actions: models override no save, and nobody listens to what models do."""
    signals = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
    found = [
        f"{short(path)}:{node.lineno}"
        for path in named("models.py", "apps.py", "catalog.py", "actions.py")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.FunctionDef) and node.name == "save")
        or (isinstance(node, ast.alias) and node.name in signals)
    ]
    assert found == []
