"""Typed access to the elements of the file, whatever their namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portfolio.schedule.rules.plan import Span, UnreadableError

_DURATION: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
ELAPSED_FORMATS: Final = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
PERCENT_FORMATS: Final = frozenset({19, 20, 51, 52})


class Node:
    """An element whose children are asked for by their plain names."""

    def __init__(self, element: Element, place: str = "") -> None:
        self.element, self.place = element, place

    @property
    def name(self) -> str:
        return self.element.tag.rpartition("}")[2]

    def all(self, name: str) -> Iterator[Node]:
        """The children of that name, in order."""
        for child in self.element:
            if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
                yield Node(child, self.place)

    def one(self, name: str) -> Node | None:
        return next(self.all(name), None)

    def within(self, outer: str, inner: str) -> Iterator[Node]:
        """The children `inner` of all children `outer`."""
        for each in self.all(outer):
            yield from each.all(inner)

    def text(self, name: str) -> str:
        found = self.one(name)
        return (found.element.text or "").strip() if found else ""

    def flag(self, name: str, otherwise: bool = False) -> bool:
        told = self.text(name).lower()
        return told in ("1", "true") if told else otherwise

    def whole(self, name: str) -> int | None:
        told = self.number(name)
        return None if told is None else int(told)

    def number(self, name: str) -> Decimal | None:
        told = self.text(name)
        if not told:
            return None
        try:
            value = Decimal(told)
        except InvalidOperation:
            raise self.unreadable(name, told) from None
        if not value.is_finite():
            raise self.unreadable(name, told)
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment of the wall clock; a zone, where one is told, is left out, as Microsoft Project itself has none."""
        told = self.text(name)
        if not told:
            return None
        try:
            return datetime.fromisoformat(told).replace(tzinfo=None)
        except ValueError:
            raise self.unreadable(name, told) from None

    def seconds(self, name: str) -> int | None:
        """A length of time such as PT8H0M0S."""
        told = self.text(name)
        if not told:
            return None
        found = _DURATION.fullmatch(told)
        if found is None or told.endswith(("P", "T")):
            raise self.unreadable(name, told)
        sign, day, hour, minute, second = found.groups()
        total = int(day or 0) * 86_400 + int(hour or 0) * 3600 + int(minute or 0) * 60 + round(float(second or 0))
        return -total if sign else total

    def span(self, name: str, format_name: str) -> Span | None:
        """A duration, which is never negative."""
        told = self.seconds(name)
        if told is not None and told < 0:
            raise self.unreadable(name, self.text(name))
        return None if told is None else Span(told, self.whole(format_name) in ELAPSED_FORMATS)

    def unreadable(self, name: str, told: str) -> UnreadableError:
        return UnreadableError(f"{name}: {told[:60]}", self.place)


def root_of(data: bytes) -> Node:
    """The outermost element; UnreadableError for what is no XML, declares entities or is no plan."""
    try:
        root = Node(fromstring(data, forbid_dtd=True))
    except DefusedXmlException:
        raise UnreadableError("declares", "") from None
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError("xml", str(error)) from None
    if root.name != "Project":
        raise UnreadableError("root", root.name[:60])
    return root
