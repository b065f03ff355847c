"""A register that takes rows from files by declaration: its fields, its key, and the actions that write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from pmo.access.models import User
from pmo.exchange.offers import TEXT, WORKBOOK, Context, Option, Source
from pmo.exchange.rules.amounts import Amount, decimal_style, read_amount
from pmo.exchange.rules.cells import Absent, read_text
from pmo.exchange.rules.dates import day_order, read_date
from pmo.exchange.rules.headers import Column, SourceRow, Table
from pmo.exchange.rules.limits import BadCell
from pmo.exchange.rules.plans import CREATED, REFUSED, UNCHANGED, UPDATED, Message, Plan, RowPlan, error, from_bad_cell
from pmo.exchange.rules.sentence import sentence as _

Values = Mapping[str, Any]
Read = Callable[[str], Any]
Journal = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Field:
    """A field of a register: the column that fills it, and what kind of value it holds (text, day or amount).

    `words` are the words that a cell may use, with what each means, for choices and related objects.
    """

    column: Column
    kind: str = "text"
    words: Callable[[Context], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Register:
    """What a register declares to be filled from any file; it is a profile by itself.

    `existing` gives, by case-folded key, the objects that the actor may change. `create` and `update` call the
    register's own actions with the row's values, and return what `undo` needs to take a row back.
    """

    name: str
    label: str | Promise
    key: str
    fields: tuple[Field, ...]
    existing: Callable[[Collection[str], Context], Mapping[str, Any]]
    create: Callable[[Values, Context], dict[str, Any]]
    update: Callable[[Any, Values, Context], dict[str, Any]]
    take_back: Callable[[Sequence[dict[str, Any]], User], None]
    help: str | Promise = ""
    needs_destination: bool = True
    options: tuple[Option, ...] = ()
    formats: tuple[str, ...] = field(default=(TEXT, WORKBOOK))
    asks_unknown: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(each.column for each in self.fields)

    def plan(self, source: Source, context: Context) -> Plan:
        """Each row beside the object that bears its key; a blank cell says nothing."""
        readers = self._readers(source.table, context)
        rows = [_read(row, readers) for row in source.table.rows]
        keys = [str(values.get(self.key, "")).casefold() for values, _messages in rows]
        counted = Counter(keys)
        known = self.existing({key for key in keys if key}, context)
        lines = zip(source.table.rows, keys, rows, strict=True)
        return Plan(
            tuple(self._row(row.line, known.get(key), values, [*told, *self._key_errors(key, counted)])
                  for row, key, (values, told) in lines)
        )  # fmt: skip

    def _readers(self, table: Table, context: Context) -> dict[str, Read]:
        days = day_order(_cells(table, [each for each in self.fields if each.kind == "day"]))
        decimals = decimal_style(_cells(table, [each for each in self.fields if each.kind == "amount"]))
        readers: dict[str, Read] = {
            "text": lambda text: text,
            "day": lambda text: read_date(text, order=days, today=context.today),
            "amount": lambda text: read_amount(text, style=decimals),
        }
        return {each.column.name: _chosen(each.words(context)) if each.words else readers[each.kind]
                for each in self.fields}  # fmt: skip

    def _key_errors(self, key: str, keys: Mapping[str, int]) -> list[Message]:
        if not key:
            return [error(self.key, "", _("The row has no key."), _("Fill in the column that names it."))]
        if keys[key] > 1:
            return [error(self.key, key, _("This key stands on several lines."), _("Keep the right one of them."))]
        return []

    def _row(self, line: int, known: Any, values: Values, told: Sequence[Message]) -> RowPlan:
        key = str(values.get(self.key, ""))
        if told:
            return RowPlan(line, key or f"line {line}", key, REFUSED, messages=tuple(told))
        said = values if known is None else {name: value for name, value in values.items() if name != self.key}
        differing = {name: value for name, value in said.items() if getattr(known, name, None) != value}
        outcome = CREATED if known is None else UPDATED if differing else UNCHANGED
        labels = {column.name: column.label for column in self.columns}
        changes = {labels[n]: (_shown(getattr(known, n, None)), _shown(value)) for n, value in differing.items()}
        return RowPlan(line, key, key, outcome, changes, payload=(known, differing))

    def apply(self, rows: Sequence[RowPlan], context: Context) -> Journal:
        return {row.line: self._write(row, context) for row in rows}

    def _write(self, row: RowPlan, context: Context) -> dict[str, Any]:
        known, values = row.payload
        return self.create(values, context) if known is None else self.update(known, values, context)

    def undo(self, entries: Sequence[dict[str, Any]], *, actor: User) -> None:
        self.take_back(entries, actor)


def _cells(table: Table, fields: Sequence[Field]) -> list[str]:
    return [cell for row in table.rows for each in fields for cell in row.all(each.column.name)]


def _read(row: SourceRow, readers: Mapping[str, Read]) -> tuple[dict[str, Any], list[Message]]:
    values: dict[str, Any] = {}
    messages: list[Message] = []
    for name, read in readers.items():
        written = row.get(name)
        try:
            value = read(read_text(written)) if written else None
        except BadCell as bad:
            messages.append(from_bad_cell(name, written, bad))
            continue
        if written and not isinstance(value, Absent):
            values[name] = value.value if isinstance(value, Amount) else value
    return values, messages


def _chosen(words: Mapping[str, Any]) -> Read:
    known = {word.casefold(): meaning for word, meaning in words.items()}

    def read(text: str) -> Any:
        if text.casefold() not in known:
            raise BadCell(
                _("“%(cell)s” is not known here.", cell=text[:80]),
                _("Known: %(some)s.", some=", ".join(list(words)[:12]) or "–"),
            )
        return known[text.casefold()]

    return read


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
