"""The manual of the REST door: a plain page drawn from the schema, without a script from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pmo.rest.root import described
from pmo.ui.pages import Page

METHODS = ("get", "post", "patch", "delete")
TONES = {"get": "blue", "post": "green", "patch": "amber", "delete": "red"}
DEEPEST = 3


@dataclass(frozen=True)
class Field:
    """One field of a body or an answer; fields of fields are named by path."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of one address."""

    anchor: str
    method: str
    tone: str
    path: str
    words: str
    parameters: list[Mapping[str, Any]]
    body: list[Field]
    answers: list[tuple[str, str, list[Field]]]


@dataclass(frozen=True)
class Chapter:
    """The operations of one resource."""

    name: str
    operations: list[Operation]


class Manual(Page):
    """Every resource with its operations, parameters, bodies and answers."""

    may = "token.manage"
    name = "api:docs"
    title = _("REST interface")
    template_name = "console/manual.html"

    def context(self, **more: Any) -> dict[str, Any]:
        return super().context(chapters=list(chapters(described(get_language()))), **more)


def chapters(schema: Mapping[str, Any]) -> Iterator[Chapter]:
    """The document by resource, in the order of its addresses."""
    found: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                described_one = operations[method]
                found.setdefault(described_one["tags"][0], []).append(_operation(schema, path, method, described_one))
    return (Chapter(name, operations) for name, operations in found.items())


def _operation(schema: Mapping[str, Any], path: str, method: str, about: Mapping[str, Any]) -> Operation:
    body = about.get("requestBody", {}).get("content", {})
    answers = [
        (status, answer.get("description", ""), _fields_of(schema, answer.get("content", {})) if status < "300" else [])
        for status, answer in about["responses"].items()
    ]
    return Operation(
        anchor=about["operationId"],
        method=method.upper(),
        tone=TONES[method],
        path=path,
        words=about.get("description", ""),
        parameters=about.get("parameters", []),
        body=_fields_of(schema, body),
        answers=sorted(answers),
    )


def _fields_of(schema: Mapping[str, Any], content: Mapping[str, Any]) -> list[Field]:
    for media in content.values():
        return list(_fields(schema, media.get("schema", {})))
    return []


def _fields(schema: Mapping[str, Any], node: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[Field]:
    node = _resolved(schema, node)
    if "items" in node and not path:
        node, path = _resolved(schema, node["items"]), "[]"
    for name, inner in node.get("properties", {}).items():
        full = f"{path}.{name}".strip(".")
        target = _resolved(schema, inner)
        yield Field(full, _kind(target), name in node.get("required", []), target.get("description", ""))
        nested = _resolved(schema, target["items"]) if "items" in target else target
        if depth < DEEPEST and "properties" in nested:
            yield from _fields(schema, nested, full + ("[]" if "items" in target else ""), depth + 1)


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    for wrapper in ("allOf", "oneOf"):
        if wrapper in node:
            first: Mapping[str, Any] = next((each for each in node[wrapper] if each.get("type") != "null"), {})
            return {**_resolved(schema, first), **{key: value for key, value in node.items() if key != wrapper}}
    reference = node.get("$ref")
    return schema["components"]["schemas"][reference.rpartition("/")[2]] if reference else node


def _kind(node: Mapping[str, Any]) -> str:
    kinds = node.get("type", "any")
    words = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    more = node.get("format") or ", ".join(str(each) for each in node.get("enum", []) if each not in ("", None))
    return f"{words} ({more})" if more else words
