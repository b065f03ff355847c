"""A list in groups: the rows of equal value together, each group with its number and its sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pmo.kernel.errors import Invalid
from pmo.ui import formats
from pmo.ui.columns import Column, read
from pmo.ui.tables import ColumnTotal, Table, column_order, ranked


@dataclass(frozen=True)
class Group:
    """How many rows share a value, and what they sum up to."""

    count: int
    totals: Mapping[str, ColumnTotal]


class Grouping:
    """Groups the rows of a table by one of its columns, shown or not."""

    def __init__(self, table: Table, column: Column) -> None:
        self.table, self.column = table, column

    @classmethod
    def asked(cls, table: Table, name: str) -> Grouping | None:
        """The grouping of that name; Invalid when the table cannot be grouped so."""
        if not name:
            return None
        column = table.known.get(name)
        if column is None or not column.group:
            raise Invalid({"group": [_("This list cannot be grouped by “%(name)s”.") % {"name": name[:60]}]})
        return cls(table, column)

    # --- order and figures --------------------------------------------------------------------------------------
    def ordering(self, sort: str) -> list[OrderBy]:
        """Groups stay whole: their own order comes before that of the rows."""
        descending = self._descending(sort)
        orders = [ranked(self.column).asc(nulls_last=True)] if self.column.ranks else []
        if descending and orders:
            orders = [ranked(self.column).desc(nulls_last=True)]
        orders = orders or column_order(self.column, descending)
        return [*orders, F(self.column.group).asc(nulls_last=True)]

    def _descending(self, sort: str) -> bool:
        first = sort.split(",")[0]
        if first.removeprefix("-") == self.column.name:
            return first.startswith("-")
        return self.column.worst_first

    def figures(self, rows: QuerySet[Any]) -> dict[Any, Group]:
        """Every group of the rows, all pages, by its key; one query."""
        path = self.column.group
        found = rows.order_by().values(path).annotate(rows_in_group=Count("pk"), **self.table.sums())
        return {each[path]: Group(each["rows_in_group"], self.table.read_sums(each)) for each in found}

    def key(self, row: Any) -> Any:
        return read(row, self.column.group)

    def label(self, row: Any) -> str:
        """The value that the rows share, in words."""
        return str(self.column.export(row)) or _("None")

    def split(self, rows: Iterable[Any]) -> Iterator[tuple[Any, str, list[Any]]]:
        """Key, label and rows of each group, as they come."""
        for key, together in groupby(rows, self.key):
            members = list(together)
            yield key, self.label(members[0]), members

    # --- page ---------------------------------------------------------------------------------------------------
    def body(self, rows: Iterable[Any], figures: Mapping[Any, Group], *, pick: bool = False) -> SafeString:
        """The bodies of a table, one for each group that has rows on this page."""
        parts = [
            f"<tbody>{self._head(label, figures.get(key), pick)}{self.table.body(members, pick=pick)}</tbody>"
            for key, label, members in self.split(rows)
        ]
        return mark_safe("".join(parts))

    def _head(self, label: str, group: Group | None, pick: bool) -> str:
        count, totals = (group.count, group.totals) if group is not None else (0, {})
        number = ngettext("%(n)s row", "%(n)s rows", count) % {"n": formats.number(count)}
        fold = f'<button type="button" class="fold" aria-expanded="true" data-fold>{escape(label)}</button>'
        head = (
            f'<th scope="rowgroup"{" colspan=2" if pick else ""}>{fold} <span class="meta">{escape(number)}</span></th>'
        )
        return f'<tr class="group">{head}{"".join(self.table.sum_cells(totals, count))}</tr>'
