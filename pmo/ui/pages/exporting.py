"""A list as a file: CSV, workbook or paper, with the filter in words; too much for a request goes to a worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pmo.access.policy import can, insist
from pmo.kernel.errors import Broken, Invalid
from pmo.pdf.document import render
from pmo.ui import formats
from pmo.ui.columns import Typed
from pmo.ui.exports import KINDS, Sheet, about_sheet, csv_lines, csv_response, file_response
from pmo.ui.grouping import Group
from pmo.ui.pages.listing import Listing

CHUNK: Final = 500
STYLE: Final = "pdf/list/list.css"
AT_ONCE: Final = {"csv": 1_000_000, "xlsx": 2_000, "pdf": 250}
"""Rows that a request writes; more is work for a worker."""
MOST: Final = {"csv": 1_000_000, "xlsx": 200_000, "pdf": 5_000}


class ListFile:
    """The rows of a list page under its address, as a file."""

    def __init__(self, page: Listing, kind: str) -> None:
        if kind not in KINDS:
            kinds = ", ".join(KINDS)
            text = _("A list can be exported as %(kinds)s, not as “%(kind)s”.")
            raise Invalid({"export": [text % {"kinds": kinds, "kind": kind[:20]}]})
        if page.export_may:
            insist(can(page.user, page.export_may))
        self.page, self.kind = page, kind
        self.table, self.grouping = page.shown_table, page.grouping
        self.rows = page.rows()

    # --- how much -----------------------------------------------------------------------------------------------
    def count(self) -> int:
        return int(self.page.counted(self.table).rows)

    def check_length(self, count: int) -> None:
        """Broken when there is more than such a file can hold."""
        if count > MOST[self.kind]:
            text = _("%(kind)s holds at most %(most)s rows; this list has %(count)s. Filter it, or take another kind.")
            numbers = {"most": formats.number(MOST[self.kind]), "count": formats.number(count)}
            raise Broken(text % {"kind": self.kind.upper(), **numbers}, field="export")

    # --- the file -----------------------------------------------------------------------------------------------
    def response(self) -> HttpResponseBase:
        """The file as the answer of a request."""
        title, day = self.page.dated(str(self.page.get_title())), self.page.today
        if self.kind == "csv":
            bom = self.page.request.GET.get("bom") == "1"
            return csv_response(title, self.head(), self.lines(), bom=bom, day=day)
        return file_response(title, self.kind, self.body(), day=day)

    def body(self) -> bytes:
        """The whole file."""
        if self.kind == "csv":
            return "".join(csv_lines(self.head(), self.lines())).encode()
        return self.book() if self.kind == "xlsx" else self.paper()

    def source(self) -> Iterable[Any]:
        return self.page.export_source(self.rows)

    @property
    def names_group(self) -> bool:
        """Whether the group needs a column of its own, because its column is not shown."""
        return self.grouping is not None and self.grouping.column.name not in self.table.names

    def head(self) -> list[str]:
        first = [self.grouping.column.heading] if self.grouping is not None and self.names_group else []
        return first + self.table.export_head()

    def lines(self) -> Iterator[list[Any]]:
        for row in self.source():
            first = [self.grouping.label(row)] if self.grouping is not None and self.names_group else []
            yield first + [column.export(row) for column in self.table.shown]

    def cells(self) -> Iterator[list[Typed]]:
        for row in self.source():
            first = [Typed(self.grouping.label(row))] if self.grouping is not None and self.names_group else []
            yield first + [column.typed(row) for column in self.table.shown]

    def book(self) -> bytes:
        from pmo.ui.workbooks import workbook

        others = [about_sheet(self.about())]
        if self.grouping is not None:
            others.insert(0, self.group_sheet())
        return workbook(Sheet(str(self.page.get_title()), self.head(), self.cells()), others)

    def group_sheet(self) -> Sheet:
        """Each group with its number and its sums."""
        assert self.grouping is not None
        summed = self.table.summed
        head = [self.grouping.column.label, _("Rows"), *(column.heading for column in summed)]
        rows = (
            [Typed(label), Typed(group.count), *(Typed(group.totals[column.name].amount) for column in summed)]
            for label, group in self._groups()
        )
        return Sheet(_("Groups"), head, rows)

    def _groups(self) -> Iterator[tuple[str, Group]]:
        assert self.grouping is not None
        figures = self.page.group_figures()
        for key, label, _members in self.grouping.split(self.source()):
            yield label, figures[key]

    def paper(self) -> bytes:
        counted = self.page.counted(self.table)
        about = [f"{name}: {text}" for name, text in self.about()]
        title = str(self.page.get_title())
        told = {
            "title": title,
            "about": about,
            "stamp": about[-1],
            "headings": self.table.headings(""),
            "bodies": self.printed_bodies(),
            "foot": self.table.foot(counted.totals, counted.rows),
        }
        html = render_to_string("pdf/list/list.html", told)
        return render(html, title=title, lang=get_language() or "en", style=STYLE).bytes

    def printed_bodies(self) -> SafeString:
        if self.grouping is None:
            return mark_safe(f"<tbody>{''.join(self._printed(row) for row in self.source())}</tbody>")
        figures = self.page.group_figures()
        parts = []
        for key, label, members in self.grouping.split(self.source()):
            group = figures[key]
            head = f'<th scope="rowgroup">{escape(label)}<span>{escape(formats.number(group.count))}</span></th>'
            sums = "".join(f"{cell}</td>" for cell in self.table.sum_cells(group.totals, group.count))
            rows = "".join(self._printed(row) for row in members)
            parts.append(f'<tbody><tr class="group">{head}{sums}</tr>{rows}</tbody>')
        return mark_safe("".join(parts))

    def _printed(self, row: Any) -> str:
        head, *rest = self.table.shown
        cells = "".join(f'<td class="{column.css}">{column.printed(row)}</td>' for column in rest)
        return f'<tr><th scope="row">{head.printed(row)}</th>{cells}</tr>'

    # --- in words -----------------------------------------------------------------------------------------------
    def about(self) -> list[tuple[str, str]]:
        """What the file holds, as a person would say it."""
        lines = [(_("List"), str(self.page.get_title()))]
        if self.page.current_view is not None:
            lines.append((_("View"), str(self.page.current_view.label)))
        lines += list(self.filters_in_words())
        if self.grouping is not None:
            lines.append((_("Grouped by"), self.grouping.column.label))
        lines.append((_("Rows"), formats.number(self.count())))
        return [
            *lines,
            (_("As of"), formats.instant(self.page.instant or timezone.now())),
            (_("Made by"), str(self.page.user)),
        ]

    def filters_in_words(self) -> Iterator[tuple[str, str]]:
        found = self.page.filter_set
        for name in found.active:
            label = str(found.filters[name].label or name)
            yield label, value_words(found.form.fields[name], found.form.cleaned_data.get(name))


def value_words(field: Any, value: Any) -> str:
    """The value of a filter as its label says it."""
    choices = dict(getattr(field, "choices", ()) or ()) if not hasattr(field, "queryset") else {}
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(each, each)) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(choices.get(value, formats.day(value) if hasattr(value, "isoformat") else value))
