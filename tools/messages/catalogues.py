"""Turns the committed catalogues into what gettext reads, and says what is missing from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PROJECT: Final = Path(__file__).resolve().parents[2]
LOCALE: Final = PROJECT / "locale"
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[#0 +-]?(?:\.\d+)?[a-zA-Z]|%[sd]|\{\w*\}")


class MessageError(Exception):
    """A catalogue cannot be read or written; the message says what to do."""


def sources() -> list[Path]:
    """The committed catalogues, one per language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def read(source: Path) -> Catalog:
    try:
        with source.open("rb") as file:
            return read_po(file, locale=source.parents[1].name, domain=source.stem, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise MessageError(f"{source.relative_to(PROJECT)} cannot be read: {error}") from error


def up_to_date(source: Path) -> bool:
    made = source.with_suffix(".mo")
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_all(*, force: bool = False) -> list[Path]:
    """Compile what is out of date; a catalogue takes the place of the former one in one step."""
    done = []
    for source in sources():
        if force or not up_to_date(source):
            draft = source.with_suffix(".mo.new")
            with draft.open("wb") as file:
                write_mo(file, _finished(read(source)))
            done.append(draft.replace(source.with_suffix(".mo")))
    return done


def _finished(catalogue: Catalog) -> Catalog:
    """Only what is translated in full: an empty plural would be shown as an empty place, not as the original."""
    for message in [each for each in catalogue if each.id and not (all(_written(each)) and not each.fuzzy)]:
        catalogue.delete(message.id, message.context)
    return catalogue


def gaps(catalogue: Catalog) -> Iterator[str]:
    """Every message that has no translation, a guessed one, or other placeholders than its original."""
    for message in catalogue:
        if message.id:
            yield from (f"{_first(message)!r} {fault}" for fault in _faults(message))


def count(catalogue: Catalog) -> tuple[int, int]:
    """How many messages there are, and how many of them are translated."""
    messages = [message for message in catalogue if message.id]
    return len(messages), sum(all(_written(message)) and not message.fuzzy for message in messages)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _written(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _faults(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "is only guessed."
    if not all(_written(message)):
        yield "is not translated."
        return
    originals = (message.id,) if isinstance(message.id, str) else message.id
    known = set().union(*(PLACEHOLDER.findall(text) for text in originals))
    for number, text in enumerate(_written(message)):
        wanted = set(PLACEHOLDER.findall(originals[min(number, len(originals) - 1)]))
        given = set(PLACEHOLDER.findall(text))
        if given - known:
            yield f"is given the placeholder {', '.join(sorted(given - known))}, which it does not have."
        if wanted - given:
            yield f"has lost the placeholder {', '.join(sorted(wanted - given))}."
