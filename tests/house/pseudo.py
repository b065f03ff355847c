"""A language in which every message is wrapped in ⟦…⟧, and what a page says outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import override_settings
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

LANGUAGE = "eo"
SPOKEN = ("title", "alt", "placeholder", "aria-label", "data-confirm", "label")
UNSPOKEN = {"script", "style", "code", "pre", "kbd", "template"}
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Pseudo(NullTranslations):
    """Wraps messages, and keeps the percent signs of placeholders whole."""

    domain = "django"

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE

    def gettext(self, message: str) -> str:
        return f"⟦{message.rpartition(CONTEXT_SEPARATOR)[2]}⟧"

    def ngettext(self, singular: str, plural: str, number: Any) -> str:
        return self.gettext(singular if number == 1 else plural)


@contextmanager
def spoken() -> Iterator[None]:
    """The house offers the pseudo language."""
    with override_settings(LANGUAGES=[*settings.LANGUAGES, (LANGUAGE, LANGUAGE)]):
        trans_real._translations[LANGUAGE] = Pseudo()  # another setting empties the store, so it comes first
        yield


class Words(HTMLParser):
    """The texts of a page, and of what it says aloud, that stand outside of messages; a message may hold marks."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self.within: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in UNSPOKEN:
            self.within.append(tag)
        for name, value in attributes:
            if name in SPOKEN and value and not self.depth:
                self.keep(outside(value)[0])

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, text: str) -> None:
        pieces, self.depth = outside(text, self.depth)
        if not self.within:
            self.keep(pieces)

    def keep(self, pieces: list[str]) -> None:
        self.texts |= {piece for piece in pieces if LETTERS.search(piece)}


def unmarked(html: str) -> set[str]:
    """What a page says that is in no message; numbers and single letters are no words."""
    page = Words()
    page.feed(html)
    return page.texts


def outside(text: str, depth: int = 0) -> tuple[list[str], int]:
    """The pieces of a text around its messages, which may stand in each other, and how deep it ends in one."""
    pieces = []
    for part in re.split("([⟦⟧])", text):
        if part in ("⟦", "⟧"):
            depth = max(depth + (1 if part == "⟦" else -1), 0)
        elif not depth:
            pieces.append(" ".join(part.split()))
    return pieces, depth


def data() -> str:
    """Everything that is written in the database, which no language translates."""
    found = []
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, (models.CharField, models.TextField, models.JSONField))
        ]
        for row in model._default_manager.values_list(*names) if names else []:
            found += [str(value) for value in row if value]
    return " ".join("\x01".join(found).split())
