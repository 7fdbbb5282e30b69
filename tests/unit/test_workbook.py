"""Workbooks that are written: names of sheets, texts that a spreadsheet does not run, sums that need no spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from report.application.workbook import Workbook


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def opened(path: Path, *, with_values: bool = False) -> Any:
    return openpyxl.load_workbook(path, data_only=with_values)


def test_a_sum_is_a_formula_with_its_value(path: Path) -> None:
    book = Workbook("Costs")
    sheet = book.sheet("Costs")
    values = [12, "to confirm", 0.5, None, 1e9]
    sheet.put(0, 0, "kW")
    for n, value in enumerate(values, 1):
        sheet.put(n, 0, value)
    sheet.put_sum(6, 0, 1, values, num_format="#,##0.0")
    book.save(path)
    cell = opened(path)["Costs"]["A7"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=SUM(A2:A6)", "f", "#,##0.0")
    assert opened(path, with_values=True)["Costs"]["A7"].value == 1_000_000_012.5
    # as programs read it that compute nothing
    assert pd.read_excel(path)["kW"].iloc[-1] == 1_000_000_012.5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.org", "12"])
def test_a_text_stays_a_text(path: Path, text: str) -> None:
    book = Workbook("Names")
    book.sheet("Names").put(0, 0, text, bold=True)
    book.save(path)
    cell = opened(path)["Names"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))


def test_what_no_sheet_can_hold_is_left_out(path: Path) -> None:
    book = Workbook("a\x00b")
    sheet = book.sheet("Names")
    sheet.put(0, 0, "a\x01b\ud800c")
    sheet.put(1, 0, "x" * 40_000)
    book.save(path)
    found = opened(path)
    assert found["Names"]["A1"].value == "abc"
    assert found["Names"]["A2"].value == "x" * 32_767
    assert (found.properties.title, found.properties.creator or "") == ("ab", "")


def test_names_of_sheets_are_cut_and_differ(path: Path) -> None:
    book = Workbook("Names")
    for name in ("Projects", "projects", "a/b:c", "", "''", "n" * 40, "n" * 50, "\N{BATTERY}" * 20):
        book.sheet(name).put(0, 0, name)
    book.save(path)
    assert opened(path).sheetnames == [
        *("Projects", "projects_2", "a_b_c", "_", "__", "n" * 31, "n" * 29 + "_2", "\N{BATTERY}" * 15),
    ]


def test_equal_looks_are_one_format_and_none_is_lost(path: Path) -> None:
    book = Workbook("Looks")
    sheet = book.sheet("Looks")
    for n in range(50):
        sheet.put(n, 0, n, bold=True, bg_color="#FFF2CC")
    sheet.put(50, 0, None, bg_color="#FFF2CC")
    book.save(path)
    cells = [row[0] for row in opened(path)["Looks"].iter_rows()]
    assert all(cell.fill.fgColor.rgb == "FFFFF2CC" for cell in cells)
    assert [cell.font.bold for cell in cells] == [True] * 50 + [False]


def test_a_file_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    book = Workbook("Lost")
    book.sheet("Lost").put(0, 0, 1)
    with pytest.raises(FileNotFoundError):
        book.save(tmp_path / "gone" / "book.xlsx")
