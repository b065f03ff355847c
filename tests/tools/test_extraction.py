"""Every message that the code marks is in the catalogues: a name that the collector does not know stays English."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules, short, tree
from tools.messages.catalogues import read, sources

PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
Key = tuple[str, str]
"""A context, mostly empty, and the message."""


def marked(module: ast.Module) -> Iterator[tuple[int, Key]]:
    """The line and the message of every call that marks one, by whatever name the module calls it."""
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in PLAIN | IN_CONTEXT
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            given = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            wanted = 2 if names[node.func.id] in IN_CONTEXT else 1
            if len(given) >= wanted:
                yield node.lineno, (given[0] if wanted == 2 else "", given[wanted - 1])


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.parents[1].name)
def test_the_catalogue_holds_every_message_that_the_code_marks(source):
    held: set[Key] = set()
    for message in read(source):
        first = message.id if isinstance(message.id, str) else message.id[0]
        held.add((message.context or "", first))
    absent = [
        f"{short(path)}:{line} {message!r}"
        for path in modules()
        for line, (context, message) in marked(tree(path))
        if message and (context, message) not in held
    ]
    assert absent == []
