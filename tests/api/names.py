"""The names that programs rely on: operations, parameters, statuses and fields of the REST door, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pmo.rest.root import described

KEPT = Path(__file__).with_name("names.txt")
METHODS = ("get", "post", "patch")


def names() -> set[str]:
    """Every name of the description as it is now."""
    document = json.loads(json.dumps(described("en-gb")))
    found = set(_of_schemas(document["components"]["schemas"]))
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                found |= set(_of_operation(f"{method.upper()} {path}", operations[method]))
    return found


def _of_operation(operation: str, about: Mapping[str, Any]) -> Iterator[str]:
    yield operation
    for parameter in about.get("parameters", []):
        yield f"{operation} {parameter['in']} {parameter['name']}"
    for kind in about.get("requestBody", {}).get("content", {}):
        yield f"{operation} takes {kind}"
    for status in about["responses"]:
        if status < "300":
            yield f"{operation} answers {status}"


def _of_schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        for field, node in schema.get("properties", {}).items():
            yield f"{name}.{field} {_kind(node)}"


def _kind(node: Mapping[str, Any]) -> str:
    if "$ref" in node:
        return str(node["$ref"].rpartition("/")[2])
    for inner in ("allOf", "oneOf", "anyOf"):
        if inner in node:
            return "|".join(sorted(_kind(each) for each in node[inner]))
    kind = node.get("type", "any")
    return "|".join(sorted(kind)) if isinstance(kind, list) else str(kind)


def kept() -> set[str]:
    """The names that were ever told."""
    return set(KEPT.read_text(encoding="utf-8").splitlines())


def keep() -> int:
    """Write what is new into the file; nothing is ever taken out by this. Returns how many were added."""
    new = names() - kept() if KEPT.exists() else names()
    KEPT.write_text("\n".join(sorted(new | (kept() if KEPT.exists() else set()))) + "\n", encoding="utf-8")
    return len(new)
