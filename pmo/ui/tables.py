"""A table is a class of columns; one definition feeds the page, the CSV and whatever else prints rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Self

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import OrderBy
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pmo.kernel.errors import Invalid
from pmo.ui import formats
from pmo.ui.columns import (
    Age,
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
    Rag,
    Slip,
    Strip,
    Text,
)

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

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names = tuple(names) or self.default or tuple(self.columns)
        self.shown = [self.columns[name] for name in self.names]

    @classmethod
    def choosing(cls, asked: Iterable[str]) -> Self:
        """The table with the asked columns, in their own order; an unknown name is refused."""
        names = [name for text in asked for name in text.split(",") if name]
        unknown = [name for name in names if name not in cls.columns]
        if unknown:
            raise Invalid({"columns": [_("There is no column “%(name)s”.") % {"name": unknown[0]}]})
        return cls(tuple(dict.fromkeys(names)))

    @property
    def is_default(self) -> bool:
        return self.names == (self.default or tuple(self.columns))

    # --- order --------------------------------------------------------------------------------------------------
    @classmethod
    def ordering(cls, sort: str) -> list[OrderBy]:
        """Database order for `sort` ("-finish,name"), closed by the primary key so that pages never overlap."""
        orders: list[OrderBy] = []
        for part in filter(None, (sort or cls.order).split(",")):
            descending, name = part.startswith("-"), part.removeprefix("-")
            column = cls.columns.get(name)
            if column is None or not column.sort:
                raise Invalid({"sort": [_("This list cannot be sorted by “%(name)s”.") % {"name": name}]})
            orders += [_order(path, descending) for path in column.sort]
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
        return mark_safe("".join(self._row(row, pick) for row in rows))

    def _row(self, row: Any, pick: bool) -> str:
        head, *rest = self._openings
        cells = [f"{opening}{column.html(row)}</td>" for opening, column in rest]
        cells.insert(0, f"{head[0]}{head[1].html(row)}</th>")
        if pick:
            cells.insert(0, self._pick(row))
        return f"<tr>{''.join(cells)}</tr>"

    @cached_property
    def _openings(self) -> list[tuple[str, Column]]:
        """The opening tag of each column's cells, written once, not once a row."""
        head, *rest = self.shown
        tags = [f"<td{_attributes(each)}>" for each in rest]
        return list(zip([f'<th scope="row" class="{head.css}">', *tags], self.shown, strict=True))

    def _pick(self, row: Any) -> str:
        label = escape(_("Select %(row)s") % {"row": row})
        return (
            '<td class="pick"><input class="form-check-input" type="checkbox" name="selected" form="bulk" '
            f'value="{row.pk}" aria-label="{label}"></td>'
        )

    # --- totals -------------------------------------------------------------------------------------------------
    def totals(self, queryset: QuerySet[Any]) -> dict[str, ColumnTotal]:
        """The sums of the shown columns over all rows (not only this page): one query, none when nothing is summed."""
        return self.counted_totals(queryset)[1] if any(column.total for column in self.shown) else {}

    def counted_totals(self, queryset: QuerySet[Any]) -> tuple[int, dict[str, ColumnTotal]]:
        """How many rows there are, and the sums of the shown columns over them; one query."""
        summed = [column for column in self.shown if column.total]
        if not summed:
            return queryset.count(), {}
        asked: dict[str, Any] = {f"sum_{column.name}": Sum(column.total) for column in summed}
        asked |= {f"count_{column.name}": Count(column.total) for column in summed}
        found = queryset.order_by().aggregate(all_rows=Count("pk"), **asked)
        names = [column.name for column in summed]
        totals = {name: ColumnTotal(found[f"sum_{name}"], found[f"count_{name}"]) for name in names}
        return found["all_rows"], totals

    def foot(self, totals: Mapping[str, ColumnTotal], of: int, *, pick: bool = False) -> SafeString:
        """The closing row; a sum that misses some rows says how many it counted."""
        if not totals or not of:
            return mark_safe("")
        cells = [f'<th scope="row">{escape(_("Total"))}</th>']
        cells += [self._foot_cell(column, totals.get(column.name), of) for column in self.shown[1:]]
        if pick:
            cells.insert(0, '<td class="pick"></td>')
        return mark_safe(f'<tr class="total">{"".join(cells)}</tr>')

    @staticmethod
    def _foot_cell(column: Column, total: ColumnTotal | None, of: int) -> str:
        inside = ""
        if total is not None and total.amount is not None:
            inside = column.closing(total.amount)
            if total.counted < of:
                inside += f'<div class="sub">{escape(formats.counted(total.counted, of))}</div>'
        return f"<td{_attributes(column)}>{inside}</td>"

    # --- export -------------------------------------------------------------------------------------------------
    def export_head(self) -> list[str]:
        return [column.heading for column in self.shown]

    def export_rows(self, rows: Iterable[Any]) -> Iterator[list[Any]]:
        return ([column.export(row) for column in self.shown] for row in rows)


def _attributes(column: Column) -> str:
    """A cell's classes, and for figures the label that a narrow screen prints before them."""
    css = f' class="{column.css}"' if column.css else ""
    labelled = "n" in column.css.split() or "num" in column.css.split()
    return f'{css} data-l="{escape(column.label)}"' if labelled else css


def _order(path: str, descending: bool) -> OrderBy:
    field = F(path)
    return field.desc(nulls_last=True) if descending else field.asc(nulls_last=True)
