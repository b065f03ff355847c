"""A table is a class of columns; one definition feeds the page, the CSV and whatever else prints rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Self

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import OrderBy
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pmo.kernel.errors import Invalid
from pmo.ui import formats
from pmo.ui.columns import (
    Badge,
    Column,
    Date,
    Flag,
    Link,
    Moment,
    Money,
    Number,
    Percent,
    Person,
    Text,
)
from pmo.ui.status_columns import Age, Rag, Slip, Strip

__all__ = [
    "Age", "Badge", "Column", "Date", "Flag", "Link", "Moment", "Money", "Number", "Percent", "Person", "Rag", "Slip",
    "Strip", "Table", "Text",
]  # fmt: skip


@dataclass(frozen=True)
class Heading:
    """A column head: its label, the way it sorts now, and the sort that a click asks for."""

    column: Column
    label: str
    unit: str
    direction: str
    next_sort: str

    @property
    def css(self) -> str:
        """The classes of the head."""
        return f"{self.column.css} {self.column.head_css}".strip()


@dataclass(frozen=True)
class ColumnTotal:
    """The sum of a column and how many rows had a value."""

    amount: Decimal | int | None
    counted: int


class Table:
    """Declare columns as class attributes; `default` names those shown unless the reader chooses others.

    The first column shown is the head of its row. `order` is the sort a page starts with.
    """

    columns: ClassVar[dict[str, Column]]
    default: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        inherited: dict[str, Column] = dict(getattr(cls, "columns", {}))
        own = {name: part for name, part in vars(cls).items() if isinstance(part, Column)}
        cls.columns = inherited | own
        unknown = [name for name in cls.default if name not in cls.columns]
        if unknown:
            raise TypeError(f"{cls.__name__}.default names unknown columns: {', '.join(unknown)}")

    def __init__(self, names: Sequence[str] = (), more: Mapping[str, Column] | None = None) -> None:
        self.known = {**self.columns, **(more or {})}
        self.names = tuple(names) or self.usual
        self.shown = [self.known[name] for name in self.names]

    @classmethod
    def choosing(cls, asked: Iterable[str], more: Mapping[str, Column] | None = None) -> Self:
        """The table with the asked columns, in the order asked; an unknown name is refused.

        `more` are columns that only this request knows, such as custom fields.
        """
        names = [name for text in asked for name in text.split(",") if name]
        unknown = [name for name in names if name not in cls.columns and name not in (more or {})]
        if unknown:
            raise Invalid({"columns": [_("There is no column “%(name)s”.") % {"name": unknown[0]}]})
        return cls(tuple(dict.fromkeys(names)), more)

    @property
    def usual(self) -> tuple[str, ...]:
        """The columns shown to who chose none."""
        return self.default or tuple(self.columns)

    @property
    def is_default(self) -> bool:
        return self.names == self.usual

    # --- order --------------------------------------------------------------------------------------------------
    @classmethod
    def ordering(cls, sort: str, more: Mapping[str, Column] | None = None) -> list[OrderBy]:
        """Database order for `sort` ("-finish,name"), closed by the primary key so that pages never overlap."""
        known = {**cls.columns, **(more or {})}
        orders: list[OrderBy] = []
        for part in filter(None, (sort or cls.order).split(",")):
            descending, name = part.startswith("-"), part.removeprefix("-")
            column = known.get(name)
            if column is None or not column.sort:
                raise Invalid({"sort": [_("This list cannot be sorted by “%(name)s”.") % {"name": name}]})
            orders += column_order(column, descending)
        return [*orders, F("pk").asc()]

    def headings(self, sort: str) -> list[Heading]:
        """The heads of the shown columns under the current sort."""
        first = (sort or self.order).split(",")[0]
        return [self._heading(column, first) for column in self.shown]

    @staticmethod
    def _heading(column: Column, sort: str) -> Heading:
        direction = ""
        if column.sort and sort.removeprefix("-") == column.name:
            direction = "descending" if sort.startswith("-") else "ascending"
        next_sort = "" if not column.sort else f"-{column.name}" if direction == "ascending" else column.name
        return Heading(column, column.label, getattr(column, "unit", ""), direction, next_sort)

    # --- page ---------------------------------------------------------------------------------------------------
    def body(self, rows: Iterable[Any], *, pick: bool = False) -> SafeString:
        """The rows as HTML; `pick` adds a box to choose each row for a bulk action."""
        return mark_safe("".join(self.row(row, pick) for row in rows))

    def row(self, row: Any, pick: bool = False) -> str:
        """One row. End tags of cells are left out, as HTML allows: a list has five hundred of them."""
        cells = [f"{opening}{column.html(row)}" for opening, column in self._openings]
        return f"<tr>{self._pick(row) if pick else ''}{''.join(cells)}</tr>"

    @cached_property
    def _openings(self) -> list[tuple[str, Column]]:
        """The opening tag of each column's cells, written once, not once a row."""
        head, *rest = self.shown
        tags = [f"<td{_attributes(each)}>" for each in rest]
        return list(zip([f"<th scope=row{_attributes(head)}>", *tags], self.shown, strict=True))

    @staticmethod
    def _pick(row: Any) -> str:
        label = escape(_("Select %(row)s") % {"row": getattr(row, "code", "") or row})
        box = f'<input type=checkbox name=selected form=bulk value="{row.pk}" aria-label="{label}">'
        return f"<td class=pick>{box}"

    # --- totals -------------------------------------------------------------------------------------------------
    def totals(self, queryset: QuerySet[Any]) -> dict[str, ColumnTotal]:
        """The sums of the shown columns over all rows (not only this page): one query, none when nothing is summed."""
        return self.counted_totals(queryset)[1] if any(column.total for column in self.shown) else {}

    def counted_totals(self, queryset: QuerySet[Any]) -> tuple[int, dict[str, ColumnTotal]]:
        """How many rows there are, and the sums of the shown columns over them; one query."""
        if not self.summed:
            return queryset.count(), {}
        found = queryset.order_by().aggregate(all_rows=Count("*"), **self.sums())
        return found["all_rows"], self.read_sums(found)

    @property
    def summed(self) -> list[Column]:
        return [column for column in self.shown if column.total]

    def sums(self, only: Q | None = None) -> dict[str, Any]:
        """The aggregates of the shown columns, over those rows alone that `only` lets through."""
        asked: dict[str, Any] = {f"sum_{column.name}": Sum(column.total, filter=only) for column in self.summed}
        return asked | {f"count_{column.name}": Count(column.total, filter=only) for column in self.summed}

    def read_sums(self, found: Mapping[str, Any]) -> dict[str, ColumnTotal]:
        """What `sums` asked for, out of the answer."""
        names = [column.name for column in self.summed]
        return {name: ColumnTotal(found[f"sum_{name}"], found[f"count_{name}"]) for name in names}

    def foot(self, totals: Mapping[str, ColumnTotal], of: int, *, pick: bool = False) -> SafeString:
        """The closing row; a sum that misses some rows says how many it counted."""
        if not totals or not of:
            return mark_safe("")
        label = escape(_("Total"))
        cells = [f'<th scope="row">{label}</th>']
        cells += [f"{tag}</td>" for tag in self.sum_cells(totals, of)]
        if pick:
            cells.insert(0, '<td class="pick"></td>')
        return mark_safe(f'<tr class="total">{"".join(cells)}</tr>')

    def sum_cells(self, totals: Mapping[str, ColumnTotal], of: int) -> list[str]:
        """The cells after the first one of a row that sums up."""
        return [f"<td{_attributes(column)}>{_summed(column, totals.get(column.name), of)}" for column in self.shown[1:]]

    # --- export -------------------------------------------------------------------------------------------------
    def export_head(self) -> list[str]:
        return [column.heading for column in self.shown]


def _summed(column: Column, total: ColumnTotal | None, of: int) -> str:
    if total is None or total.amount is None:
        return ""
    missed = f'<div class="sub">{escape(formats.counted(total.counted, of))}</div>' if total.counted < of else ""
    return f"{column.closing(total.amount)}{missed}"


def _attributes(column: Column) -> str:
    if not column.css:
        return ""
    return f' class="{column.css}"' if " " in column.css else f" class={column.css}"


def column_order(column: Column, descending: bool) -> list[OrderBy]:
    """The order by one column, blanks last; a choice goes by its rank, not by the alphabet of stored values."""
    if column.ranks and column.sort == (column.group,):
        return [_directed(ranked(column), descending)]
    return [_directed(F(by) if isinstance(by, str) else by, descending) for by in column.sort]


def ranked(column: Column) -> Case:
    """The place of the row's value among the ranks."""
    whens = [When(**{column.group: value}, then=Value(place)) for place, value in enumerate(column.ranks)]
    return Case(*whens, default=None, output_field=IntegerField())


def _directed(by: Any, descending: bool) -> OrderBy:
    order: OrderBy = by.desc(nulls_last=True) if descending else by.asc(nulls_last=True)
    return order
