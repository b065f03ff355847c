"""Reads the structure tree, the texts and the fonts of a PDF as a screen reader and an archive would."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NullObject


@dataclass
class Node:
    """One element of the structure tree."""

    kind: str
    alt: str = ""
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def of(self, kind: str) -> list[Node]:
        return [node for node in self.walk() if node.kind == kind]


class Read:
    """A PDF read back."""

    def __init__(self, body: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(body))
        self.root: Any = self.reader.trailer["/Root"]

    @cached_property
    def texts(self) -> list[str]:
        return [" ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for page in self.reader.pages]

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @cached_property
    def tree(self) -> Node:
        return _node(self.root["/StructTreeRoot"])

    @property
    def heading_levels(self) -> list[int]:
        return [int(node.kind[1]) for node in self.tree.walk() if node.kind in ("H1", "H2", "H3", "H4", "H5", "H6")]

    @property
    def bookmarks(self) -> list[str]:
        return [entry.title for entry in self.reader.outline if not isinstance(entry, list)]

    @property
    def fonts(self) -> dict[str, bool]:
        """Each font and whether its outlines travel in the file."""
        found: dict[str, bool] = {}
        for page in self.reader.pages:
            for font in page["/Resources"].get("/Font", {}).values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                descriptor = inner["/FontDescriptor"].get_object()
                name = str(font.get_object()["/BaseFont"]).rpartition("+")[2]
                found[name] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        return found


def _node(element: Any) -> Node:
    element = element.get_object()
    kind = str(element.get("/S", "/Root")).removeprefix("/")
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    listed = kids if isinstance(kids, list) else [kids]
    children = [_node(kid) for kid in listed if _is_element(kid)]
    return Node(kind, str(element.get("/Alt", "")), children)


def _is_element(kid: Any) -> bool:
    inner = kid.get_object() if hasattr(kid, "get_object") else kid
    return isinstance(inner, DictionaryObject) and not isinstance(inner, NullObject) and "/S" in inner
