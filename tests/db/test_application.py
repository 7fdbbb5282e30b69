"""Spreadsheets to apply with, on Toy Town: what the plan knows, what is missing named, nothing that a spreadsheet runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest

from db.common.language import Language
from report.application import sheets
from report.application.read import read
from report.export import export_applications
from report.run import find_run, rows

HOSTILE = '=HYPERLINK("http://example.org","Mall")'


@pytest.fixture
def planned(planned_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(planned_database) as conn:
        yield conn


def table(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by its heads, without the sums below."""
    heads, *found = list(sheet.iter_rows(min_row=4, values_only=True))
    return [dict(zip(heads, row, strict=True)) for row in found if isinstance(row[0], int)]


def test_requests_are_the_projects_that_add_power(planned: Any) -> None:
    found = planned.execute(
        "select site_id, project_number, added_kw, kw_after - kw_before from report.connection_request order by 1"
    ).fetchall()
    assert found
    assert all(asked == pytest.approx(change) and asked > 0 for _, _, asked, change in found)
    assert [row[:2] for row in found] == planned.execute(
        "select site_id, project_number from report.project where added_kw > 0 order by 1"
    ).fetchall()


def test_each_distributor_has_its_workbook(planned: Any, tmp_path: Path) -> None:
    """Two sites, two distributors, of which one has a name that no file may have; unknown where no feeder is."""
    run = find_run(planned, None)
    found = read(planned, run)
    first, *others = found["requests"]
    first["distributor"] = "Énergie/Nord: <Ltée>"
    for row in others:
        row["distributor"] = None
    sheets.write(run, found, Language.EN, tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    unknown = ["connection_distributor_not_known.xlsx"] if others else []
    assert names == sorted([*unknown, "connection_energie_nord_ltee.xlsx", "grants.xlsx"])
    sheet = openpyxl.load_workbook(tmp_path / "connection_energie_nord_ltee.xlsx")["Sites"]
    assert sheet["A1"].value == "Connection inquiry to Énergie/Nord: <Ltée>"
    (row,) = table(sheet)
    assert row["Project No."] == first["project_number"]
    assert row["Load asked for on top (kW)"] == pytest.approx(first["added_kw"])
    assert row["Year wanted"] == first["year"]


def test_two_distributors_of_like_names_overwrite_nothing(planned: Any, tmp_path: Path) -> None:
    run = find_run(planned, None)
    found = read(planned, run)
    one = found["requests"][0]
    found["requests"] = [one | {"distributor": name} for name in ("Hydro A", "hydro-a")]
    sheets.write(run, found, Language.EN, tmp_path)
    assert sorted(p.name for p in tmp_path.glob("connection*")) == [
        "connection_hydro_a.xlsx",
        "connection_hydro_a_2.xlsx",
    ]


@pytest.mark.parametrize(
    ("language", "gap", "sheet_name", "head"),
    [
        (Language.EN, "to fill in", "To fill in", "Service voltage wanted (V)"),
        (Language.FR, "à compléter", "À compléter", "Tension de service souhaitée (V)"),
    ],
)
def test_what_the_plan_does_not_know_is_named_and_not_made_up(
    *, planned: Any, tmp_path: Path, language: Language, gap: str, sheet_name: str, head: str
) -> None:
    files = export_applications(planned, find_run(planned, None), language, tmp_path)
    assert len(files) >= 2
    for path in files:
        book = openpyxl.load_workbook(path)
        items = list(book[sheet_name].iter_rows(min_row=5, values_only=True))
        kind = "grant" if len(items) == len(sheets.ITEMS["grant"]) else "connection"
        assert len(items) == len(sheets.ITEMS[kind])
        assert all(value == gap and why for _, value, why in items)
    (connection, *_) = (path for path in files if not path.stem.startswith(("grants", "subventions")))
    sheet = openpyxl.load_workbook(connection).worksheets[0]
    (column,) = (cell.column for cell in sheet[4] if cell.value == head)
    cell = sheet.cell(5, column)
    assert (cell.value, cell.fill.fgColor.rgb[-6:]) == (gap, "FFF2CC")


def test_no_name_is_a_formula_and_sums_are(planned: Any, tmp_path: Path) -> None:
    planned.execute("update plan.decision set site_name = %s", (HOSTILE,))
    for path in export_applications(planned, find_run(planned, None), Language.EN, tmp_path):
        for sheet in openpyxl.load_workbook(path):
            formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
            assert all(str(value).startswith("=SUM(") for value in formulas)
            assert HOSTILE not in formulas
        first = openpyxl.load_workbook(path).worksheets[0]
        assert first["B5"].value == HOSTILE


def test_programs_that_do_not_compute_see_the_sums(planned: Any, tmp_path: Path) -> None:
    """Each sum has its value stored, that of the cells that the formula names."""
    seen = 0
    for path in export_applications(planned, find_run(planned, None), Language.EN, tmp_path):
        formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        for sheet in formulas:
            for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
                (first, last) = str(cell.value)[5:-1].split(":")
                cells = [row[0].value for row in sheet[first:last]]
                numbers = [value for value in cells if isinstance(value, int | float)]
                assert values[sheet.title][cell.coordinate].value == pytest.approx(sum(numbers))
                seen += 1
    assert seen >= 10


def test_costs_of_projects_add_up_to_those_of_the_plan(planned: Any, tmp_path: Path) -> None:
    files = export_applications(planned, find_run(planned, None), Language.EN, tmp_path)
    (grants,) = (path for path in files if path.stem == "grants")
    book = openpyxl.load_workbook(grants)
    found = table(book["Projects"])
    parts = (
        "Equipment",
        "Installation and works",
        "Connection",
        "Design and permits",
        "Reserve",
        "Dismantling",
    )
    for row in found:
        assert sum(row[f"{part} ($)"] for part in parts) == pytest.approx(row["Cost in all ($)"])
    (gross,) = planned.execute("select capex_cad from report.run_summary").fetchone()
    assert sum(row["Cost in all ($)"] for row in found) == pytest.approx(gross)
    about = [row[0] for row in book["About"].iter_rows(values_only=True)]
    has_programs = bool(rows(planned, "select 1 from report.decision_grant"))
    assert has_programs != any("counts on no grant program" in str(text) for text in about)


def test_a_program_has_a_sheet_with_its_conditions(planned: Any, tmp_path: Path) -> None:
    run = find_run(planned, None)
    found = read(planned, run)
    base = {
        "program": "zevip",
        "en": "first/intake",
        "fr": "premier",
        "eligible_cad": 10.0,
        "granted_cad": 0.0,
    }
    found["grants"] = [
        base | {"site_id": p["site_id"], "status": "not_eligible", "broken_clauses": "owner, ports"}
        | {"unknown_clauses": "open_all_day"}
        for p in found["projects"]
    ]  # fmt: skip
    sheets.write(run, found, Language.EN, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "grants.xlsx")
    assert book.sheetnames == ["Projects", "zevip", "To fill in", "About"]
    assert book["zevip"]["A1"].value == "Grant program zevip (first/intake)"
    listed = table(book["zevip"])
    assert [row["Project No."] for row in listed] == [p["project_number"] for p in found["projects"]]
    assert {row["Conditions not kept"] for row in listed} == {"Owner, Fewest new ports"}
    assert {row["Conditions to prove"] for row in listed} == {"Open day and night"}
