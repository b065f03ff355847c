"""What a custom field and its options may be called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from pmo.fields.rules.definitions import BadValue, Option, parameters

LONGEST_SLUG: Final = 40
MOST_OPTIONS: Final = 200
LONGEST_OPTION: Final = 120
_SLUG = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")

ADDRESS_WORDS: Final = frozenset({
    "q", "sort", "page", "page_size", "columns", "view", "export", "bom", "fields", "as_of", "at", "cursor",
    "format", "group", "group_by", "density", "print", "lang", "since", "until", "from", "to", "of", "save",
    "layout", "saved", "draft", "tab", "next", "confirmed", "selected", "bulk", "move", "way", "version",
    "csrf_token", "note", "id", "pk", "code", "slug", "custom", "history", "all", "none", "null", "true",
    "false",
})  # fmt: skip
"""Words with a meaning of their own in every address, form or answer."""
LOOKUPS: Final = frozenset({
    "exact", "iexact", "contains", "icontains", "contained_by", "has_key", "has_keys", "has_any_keys",
    "isnull", "gt", "gte", "lt", "lte", "in", "range", "regex", "iregex", "startswith", "istartswith",
    "endswith", "iendswith",
})  # fmt: skip
"""Words that a query takes for a comparison, not for a name."""


def check_slug(slug: str, type_: str, *, taken: Collection[str], others: Collection[str]) -> None:
    """Stop with BadValue where a slug cannot be a word of addresses or clashes with one.

    `taken` are the words of the built-in columns, filters and fields, `others` those of the other custom fields.
    """
    if not _SLUG.match(slug) or len(slug) > LONGEST_SLUG:
        raise BadValue("slug", value=slug[:60], most=LONGEST_SLUG)
    own = parameters(type_, slug)
    for word in sorted(own & (ADDRESS_WORDS | LOOKUPS)) or sorted(own & set(taken)):
        raise BadValue("slug_reserved", value=slug, word=word)
    for word in sorted(own & set(others)):
        raise BadValue("slug_taken", value=slug, word=word)


def suggested(label: str) -> str:
    """A slug out of a label."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_SLUG].strip("_")


def option_slug(label: str, taken: Collection[str]) -> str:
    """A slug for a new option, unlike those there are."""
    base = suggested(label) or "option"
    base = f"{base[: LONGEST_SLUG - 4]}" if base not in ADDRESS_WORDS | LOOKUPS else f"option_{base}"
    numbered = (f"{base}_{number}" for number in range(2, MOST_OPTIONS + 3))
    return base if base not in taken else next(each for each in numbered if each not in taken)


def check_options(options: Iterable[Option]) -> None:
    """Stop with BadValue where options are none, too many, nameless or twice there."""
    found = list(options)
    labels = [option.label.casefold() for option in found]
    if not found:
        raise BadValue("options_none")
    if len(found) > MOST_OPTIONS:
        raise BadValue("options_many", most=MOST_OPTIONS)
    for option in found:
        if not option.label or len(option.label) > LONGEST_OPTION:
            raise BadValue("option_label", most=LONGEST_OPTION)
        if labels.count(option.label.casefold()) > 1:
            raise BadValue("option_twice", value=option.label)
