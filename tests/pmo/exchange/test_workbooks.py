"""Workbooks are read by type, formulas stay unread, and what unpacks to more than is bearable is refused early."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from pmo.exchange.rules.limits import Unreadable
from pmo.exchange.rules.workbooks import address_of, is_workbook, place_of, read_workbook, text_of

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"


def book(**sheets: list[list[object]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def tampered(changes: Mapping[str, bytes]) -> bytes:
    """A small workbook with some of its parts replaced."""
    original = zipfile.ZipFile(io.BytesIO(book(Data=[["Code", "Name"], ["A", "Alpha"]])))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in original.namelist():
            archive.writestr(name, changes.get(name, original.read(name)))
    return kept.getvalue()


def test_cells_become_text_that_can_be_read_in_one_way() -> None:
    rows = [["Code", "Day", "Amount", "Flag"], [1001, date(2026, 3, 31), 1234.567, True]]
    grid, sheet, sheets = read_workbook(book(Data=rows))
    assert (sheet, sheets) == ("Data", ("Data",))
    assert grid.records[1].cells == ("1001", "2026-03-31", "1234.5670", "yes")
    assert text_of(datetime(2026, 3, 31, 10, 30)) == "2026-03-31 10:30:00"


def test_a_formula_is_kept_as_one_whatever_value_stands_beside_it() -> None:
    made = Workbook()
    made.active.append(["Code", "Name"])
    made.active.append(["A", "=HYPERLINK(1)"])
    kept = io.BytesIO()
    made.save(kept)
    grid, _sheet, _sheets = read_workbook(kept.getvalue())
    assert grid.records[1].cells == ("A", "=…")


def test_the_first_sheet_that_holds_a_table_is_read_unless_another_is_named() -> None:
    data = book(Cover=[["Portfolio"]], Data=[["Code", "Name"], ["A", "Alpha"]], Old=[["Code", "Name"], ["B", "Beta"]])
    assert read_workbook(data)[1] == "Data"
    grid, sheet, sheets = read_workbook(data, "Old")
    assert (sheet, grid.records[1].cells, sheets) == ("Old", ("B", "Beta"), ("Cover", "Data", "Old"))
    with pytest.raises(Unreadable) as refused:
        read_workbook(data, "None")
    assert str(refused.value.remedy) == "Its sheets: Cover, Data, Old."


def test_addresses_lead_there_and_back() -> None:
    assert [place_of("A1"), place_of("AB12"), address_of(12, 28)] == [(1, 1), (12, 28), "AB12"]


ROWS = b"".join(b'<row r="%d"/>' % line for line in range(1, 1_000_001))
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
FOREIGN = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize(
    ("part", "content", "reason"),
    [
        (SHEET, HEAD + ROWS + TAIL, "The sheet “Data” has more than 50000 rows, blank ones included."),
        (SHEET, HEAD + FAR + TAIL, "The sheet “Data” has more than 50000 rows, blank ones included."),
        (SHEET, HEAD + b" " * 90_000_000 + TAIL, "The workbook unpacks to more than is read at once (100 MB)."),
        ("xl/workbook.xml", LAUGHS, "The workbook declares entities or a document type"),
        (SHEET, FOREIGN, "The workbook declares entities or a document type"),
        (SHEET, b"<a>" * 1000 + b"</a>" * 1000, "The workbook unpacks to more than is read at once (100 MB)."),
        (SHEET, HEAD, "The file is no Excel workbook (.xlsx), or it is damaged."),
        ("xl/workbook.xml", b"<workbook/>", "The file is no Excel workbook (.xlsx), or it is damaged."),
    ],
    ids=["a million empty rows", "a cell far away", "a bomb", "laughs", "foreign", "deep", "cut", "no sheets"],
)
def test_a_hostile_workbook_is_refused_soon_and_in_little_memory(part: str, content: bytes, reason: str) -> None:
    data = tampered({part: content})
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read_workbook(data)
    spent, peak = time.process_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(refused.value.reason).startswith(reason)
    assert spent < 5
    assert peak < 100 * 1024 * 1024


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    honest = HEAD + b" " * 20_000 + TAIL
    data = tampered({SHEET: honest})
    lying = data.replace(len(honest).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Unreadable):
        read_workbook(lying)


@pytest.mark.parametrize("data", [b"PK\x03\x04 and nothing more", b"", b"code,name\n"])
def test_what_is_no_archive_is_no_workbook(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_workbook(data)
    assert str(refused.value.reason) == "The file is no Excel workbook (.xlsx), or it is damaged."
    assert is_workbook(data) == data.startswith(b"PK")
