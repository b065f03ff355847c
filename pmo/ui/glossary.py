"""The words of the trade with their meanings: told beside headings, in explanations, on paper, and in one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

Words = str | Promise


@dataclass(frozen=True)
class Term:
    """A word and what it means here."""

    slug: str
    word: Words
    meaning: Words


@dataclass
class TermRegistry:
    """All terms by their name in addresses."""

    _terms: dict[str, Term] = field(default_factory=dict)

    def add(self, *terms: Term) -> None:
        for term in terms:
            self._terms[term.slug] = term

    def all(self) -> list[Term]:
        """By their words in the reader's language."""
        return sorted(self._terms.values(), key=lambda term: str(term.word).casefold())

    def find(self, slug: str) -> Term | None:
        return self._terms.get(slug)

    def some(self, slugs: Iterable[str]) -> list[Term]:
        """Those that exist, in the order asked for."""
        return [self._terms[slug] for slug in slugs if slug in self._terms]


TERMS = TermRegistry()


def mark(slug: str, word: object = "", place: str = "") -> SafeString:
    """A word that tells its meaning when it is pressed; the browser alone opens it, and `place` keeps ids apart."""
    term = TERMS.find(slug)
    if term is None:
        return format_html("{}", word)
    name = f"term-{slug}-{place}".rstrip("-")
    return format_html(
        '<button type="button" class="term" popovertarget="{}">{}</button>'
        '<span class="term-card" popover id="{}" role="note"><b>{}</b> {}</span>',
        name, word or term.word, name, term.word, term.meaning,
    )  # fmt: skip
