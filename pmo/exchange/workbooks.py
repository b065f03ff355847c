"""Writes rows as a workbook that people edit. Import this where one is written: what writes it is large."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pmo.exchange.sheets import SPARE_ROWS, Sheet, SheetColumn
from pmo.ui.exports import neutral

_LISTS: Final = "Lists"
_HEAD = {"font": Font(bold=True, color="FFFFFF"), "fill": PatternFill("solid", fgColor="1F4E79")}
_LOCKED_HEAD = {"font": Font(bold=True, color="FFFFFF"), "fill": PatternFill("solid", fgColor="7F7F7F")}
_LOCKED = {"font": Font(color="595959"), "fill": PatternFill("solid", fgColor="E7E6E6")}
_TITLE = {"font": Font(bold=True, size=14)}
_PROSE = {"alignment": Alignment(wrap_text=True, vertical="top")}


def workbook(sheet: Sheet) -> bytes:
    """The workbook: data first, then what it is about, then the hidden lists of choices."""
    book = Workbook(write_only=True)
    data = book.create_sheet(sheet.title[:31])
    data.freeze_panes = "C2"
    for place, column in enumerate(sheet.columns, start=1):
        data.column_dimensions[get_column_letter(place)].width = column.width
    pen = _Pen(data)
    data.append([pen.cell(column.label, _LOCKED_HEAD if column.locked else _HEAD) for column in sheet.columns])
    last = 1
    for row in sheet.rows:
        last += 1
        data.append([pen.value(value, column) for value, column in zip(row, sheet.columns, strict=True)])
    data.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"
    _add_about(book, sheet)
    _add_choices(book, data, sheet.columns, last + SPARE_ROWS)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


_DAY = {"number_format": "yyyy-mm-dd"}
_AMOUNT = {"number_format": "#,##0.00"}


class _Pen:
    """Writes cells of one sheet; each look is registered once with the workbook, not once a cell."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._styles: dict[int, Any] = {}

    def cell(self, value: Any, look: Mapping[str, Any]) -> Any:
        cell: Any = WriteOnlyCell(self.data, value)
        known = self._styles.get(id(look))
        if known is None:
            for name, worth in look.items():
                setattr(cell, name, worth)
            self._styles[id(look)] = cell._style
        else:
            cell._style = known
        return cell

    def value(self, value: Any, column: SheetColumn) -> Any:
        """A cell as its type and column want it; plain text stays bare."""
        if value is None or value == "":
            return self.cell(None, _LOCKED) if column.locked else None
        bare = float(value) if isinstance(value, Decimal) else neutral(value)
        look = _LOCKED if column.locked else _DAY if isinstance(value, date) else _AMOUNT
        return self.cell(bare, look) if column.locked or isinstance(value, date | Decimal) else bare


def _add_about(book: Workbook, sheet: Sheet) -> None:
    about = book.create_sheet(sheet.about_title[:31])
    about.column_dimensions["A"].width = 100
    pen = _Pen(about)
    for line, text in enumerate(sheet.about):
        about.append([pen.cell(neutral(text), _TITLE if line == 0 else _PROSE)])


def _add_choices(book: Workbook, data: Any, columns: Sequence[SheetColumn], last: int) -> None:
    """Lists of choices live in cells, because a list written into a rule holds 255 characters at most."""
    chosen = [(place, column) for place, column in enumerate(columns, start=1) if column.choices]
    if not chosen:
        return
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    longest = max(len(column.choices) for _place, column in chosen)
    for line in range(longest):
        lists.append([neutral(c.choices[line]) if line < len(c.choices) else None for _place, c in chosen])
    for source, (place, column) in enumerate(chosen, start=1):
        letter, target = get_column_letter(source), get_column_letter(place)
        formula = f"{_LISTS}!${letter}$1:${letter}${len(column.choices)}"
        rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True)
        rule.add(f"{target}2:{target}{last}")
        data.data_validations.append(rule)
