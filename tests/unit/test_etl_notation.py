"""How files write numbers and days: thousands, decimals, orders of day and month; and how texts are encoded."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.region.sources import AddressSource, EvCountSource, GridSource, PopulationSource, UtilisationSource
from etl.sources import addresses, ev_counts, grid, population, utilisation
from etl.sources.base import Batch, Frame
from etl.sources.encoding import detect_encoding
from etl.sources.notation import Notation, detect_notation
from tests.support.etl_frame import FRAME, place, rows

POINT, COMMA = Notation("."), Notation(",")


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("68,000", "68000", "68.000"),
        ("68.000", "68.000", "68000"),
        ("1,234,567", "1234567", "1234567"),
        ("1.234.567", "1234567", "1234567"),
        ("1,234.5", "1234.5", "1234.5"),
        ("1.234,5", "1234.5", "1234.5"),
        ("12,34,567", "1234567", "1234567"),
        ("-74,0684", "-74.0684", "-74.0684"),
        ("0,123", "0.123", "0.123"),
        ("0.123", "0.123", "0.123"),
        ("72 500", "72500", "72500"),
        ("72\u00a0500", "72500", "72500"),
        ("72\u202f500,5", "72500.5", "72500.5"),
        ("72'500", "72500", "72500"),
        ("72\u2019500.25", "72500.25", "72500.25"),
        ("\u22125", "-5", "-5"),
        ("1,5e3", "1.5e3", "1.5e3"),
        ("1 2", "1 2", "1 2"),
        ("2+", "2+", "2+"),
        ("many", "many", "many"),
    ],
)
def test_numbers(text: str, point: str, comma: str) -> None:
    assert (POINT.number(text), COMMA.number(text)) == (point, comma)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99), st.sampled_from([",", ".", " ", "'", "\u00a0"]))
def test_any_number_is_read_however_it_is_written(whole: int, hundredths: int, thousands: str) -> None:
    decimal = "." if thousands != "." else ","
    text = f"{whole:,}".replace(",", thousands) + f"{decimal}{hundredths:02d}"
    assert float(Notation(decimal).number(text)) == float(f"{whole}.{hundredths:02d}")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-11-30", "2024-11-30"), ("2024/11/30", "2024-11-30"), ("20241130", "2024-11-30"),
        ("11/30/2024", "2024-11-30"), ("30/11/2024", "2024-11-30"), ("30.11.2024", "2024-11-30"),
        ("3.4.2024", "2024-04-03"), ("4/4/2024", "2024-04-04"), ("11/30/24 13:05", "2024-11-30"),
        ("30-Nov-2024", "2024-11-30"), ("30-Nov-24", "2024-11-30"), ("Nov 30, 2024", "2024-11-30"),
        ("45626", "2024-11-30"), ("3/4/2024", "3/4/2024"), ("2024-05", "2024-05"), ("May 2024", "May 2024"),
        ("31/31/2024", "31/31/2024"), ("", ""),
    ],
)  # fmt: skip
def test_days(text: str, day: str) -> None:
    assert POINT.day(text) == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2024", "11/30/2024"], "md"), (["3/4/2024", "30/11/2024"], "dm"), (["3/4/2024"], None),
        (["30/11/2024", "11/30/2024"], None), (["2024-11-30", "4/4/2024"], None), (["30.11.2024"], "dm"),
    ],
)  # fmt: skip
def test_other_days_of_the_file_tell_which_comes_first(texts: list[str], order: str | None) -> None:
    found = detect_notation([{"d": text} for text in texts], [], [], ["d"], separator=",")
    assert found.day_order == order


@given(
    st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)), min_size=1), st.sampled_from(["dm", "md"])
)
def test_a_day_is_read_right_or_not_at_all(days: list[dt.date], order: str) -> None:
    form = "%d/%m/%Y" if order == "dm" else "%m/%d/%Y"
    texts = [day.strftime(form) for day in days]
    found = detect_notation([{"d": text} for text in texts], [], [], ["d"], separator=",")
    assert all(found.day(text) in (day.isoformat(), text) for text, day in zip(texts, days, strict=True))
    if any(day.day > 12 for day in days):
        assert [found.day(text) for text in texts] == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("values", "places", "separator", "decimal"),
    [
        (["68,000"], ["-80.5"], ",", "."), (["68,000"], ["-80,5"], ";", ","), (["68,000"], ["-80.5"], ";", "."),
        (["68,000"], ["43,450"], ",", ","), (["68,000"], [""], ";", ","), (["68,000"], [""], "\t", "."),
        (["68,000", "1,5"], ["", ""], "\t", ","), (["1,234,567"], [""], ";", "."), (["1.234.567"], [""], ",", ","),
    ],
)  # fmt: skip
def test_other_numbers_of_the_file_tell_what_a_comma_is(
    values: list[str], places: list[str], separator: str, decimal: str
) -> None:
    table = [{"n": value, "x": at} for value, at in zip(values, places, strict=True)]
    assert detect_notation(table, ["n"], ["x"], [], separator=separator).decimal == decimal


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "utf-8-sig"), ("Zoë".encode(), "utf-8-sig"), ("\ufeffZoë".encode(), "utf-8-sig"),
        ("Zoë Élysée l\u2019Orne \u2013 5 \u20ac".encode("cp1252"), "cp1252"), ("Zoë".encode("utf-16"), "utf-16"),
        ("Первая".encode("cp1251"), None), ("Zürich Café".encode("mac-roman"), None), ("Ελλάδα".encode("iso8859-7"), None),
        ("東京駅".encode("shift-jis"), None), (b"x" * 3_000_000 + "é".encode("cp1252"), "cp1252"),
        (b"x" * (2**20 - 1) + "é".encode(), "utf-8-sig"),
    ],
)  # fmt: skip
def test_an_encoding_is_told_by_all_bytes_or_asked_for(content: bytes, encoding: str | None) -> None:
    chunks = [content[n : n + 2**20] for n in range(0, len(content), 2**20)]
    assert detect_encoding(chunks) == encoding


def saved(folder: Path, header: list[str], lines: list[list[Any]], form: str) -> Path:
    """Write a table as a program saves it; numbers among the values are written in its way."""
    comma = form in ("semicolon", "sep", "tab")

    def cell(value: Any) -> str:
        if isinstance(value, dt.date):
            return value.strftime("%d.%m.%Y" if comma else "%m/%d/%Y")
        if not isinstance(value, float | int):
            return str(value)
        text = (
            f"{value:,.4f}".rstrip("0").rstrip(".")
            if form == "thousands"
            else f"{value:.4f}".rstrip("0").rstrip(".")
        )
        return text.replace(".", ",") if comma else text

    text = io.StringIO(newline="")
    separator = {"semicolon": ";", "sep": ";", "tab": "\t"}.get(form, ",")
    csv.writer(text, delimiter=separator).writerows(
        [header, *([cell(value) for value in line] for line in lines)]
    )
    content = ("sep=;\n" if form == "sep" else "") + text.getvalue()
    path = folder / ("table.csv.gz" if form == "gz" else "table.csv")
    encoded = content.encode("utf-16" if form == "tab" else "utf-8-sig" if form == "semicolon" else "utf-8")
    path.write_bytes(gzip.compress(encoded, mtime=0) if form == "gz" else encoded)
    return path


FORMS = ["plain", "semicolon", "sep", "tab", "thousands", "gz"]


@pytest.mark.parametrize("form", FORMS)
def test_every_table_is_read_however_it_is_saved(tmp_path: Path, form: str) -> None:
    place_of = [-80.5, 43.4125]
    people = PopulationSource.model_validate({
        "path": "x", "loader": "points_csv",
        "columns": {"id": "k", "lon": "x", "lat": "y", "population": "n", "income": "i"},
    })  # fmt: skip
    path = saved(tmp_path, ["k", "x", "y", "n", "i"], [["Zoë", *place_of, 1234, 72500.5]], form)
    (row,) = rows(population.read_points(path, people, FRAME, None), "census_area")
    assert (row["population"], row["median_income_cad"], place(row)) == (1234, 72500.5, (-80.5, 43.4125))
    path = saved(tmp_path, ["lon", "lat"], [place_of], form)
    (row,) = rows(addresses.read_addresses(path, AddressSource(path="x"), FRAME), "address")
    assert place(row) == (-80.5, 43.4125)
    path = saved(
        tmp_path, ["FSA", "BEV", "PHEV", "Total EV"], [["N2L", 1200, 34, 1234], ["N2M", 1.5, 2.5, 4]], form
    )
    found = rows(ev_counts.read_ev_counts(path, EvCountSource(path="x"), Frame()), "ev_count")
    assert [row["ev_count"] for row in found] == [1234, 4]
    columns = {"summer_limit_mw": "mw"}
    path = saved(tmp_path, ["name", "lon", "lat", "mw"], [["A", *place_of, 1500.25]], form)
    source = GridSource.model_validate({"path": "x", "columns": columns})
    (row,) = rows(grid.read_grid(path, source, FRAME), "grid_station")
    assert (row["summer_limit_mw"], place(row)) == (1500.25, (-80.5, 43.4125))
    days = {"measured_from": "from", "measured_to": "to"}
    measured = UtilisationSource.model_validate({"path": "x", "columns": days})
    line = ["ocm:1", 0.25, dt.date(2024, 3, 4), dt.date(2024, 3, 30)]
    path = saved(tmp_path, ["station_id", "utilisation_share", "from", "to"], [line], form)
    (row,) = rows(utilisation.read_utilisation(path, measured, FRAME), "utilisation")
    assert (row["utilisation_share"], row["measured_from"], row["measured_to"]) == tuple(line[1:])


CENSUS = PopulationSource.model_validate({
    "path": "x", "loader": "points_csv",
    "columns": {"id": "k", "lon": "x", "lat": "y", "population": "n", "income": "i", "dwellings": "d"},
})  # fmt: skip


def census(folder: Path, *lines: tuple[str, str, str]) -> Batch:
    """Read areas of (people, income, dwellings)."""
    text = io.StringIO(newline="")
    table = [[f"A{n}", "-80.5", "43.4", *line] for n, line in enumerate(lines)]
    csv.writer(text).writerows([["k", "x", "y", "n", "i", "d"], *table])
    (folder / "da.csv").write_text(text.getvalue(), encoding="utf-8")
    return population.read_points(folder / "da.csv", CENSUS, FRAME, None)


@pytest.mark.parametrize(
    ("income", "found"),
    [
        ("x", None), ("F", None), ("..", None), ("...", None), ("-", None), ("", None), (" ", None), ("\u2026", None),
        ("\u2013", None), ("N/A", None), ("(X)", None), ("**", None), ("[c]", None), (":", None), ("-666666666", None),
        ("NaN", None), ("68,000", 68_000), ("68 000", 68_000), ("68\u00a0000", 68_000), ("68'000", 68_000),
        ("$68,000", 68_000), ("68000 $", 68_000), ("250,000+", 250_000), ("72500E", 72_500), ("0", 0), ("72500.5", 72_500.5),
    ],
)  # fmt: skip
def test_a_figure_that_is_withheld_is_unknown_and_its_people_stay(
    tmp_path: Path, income: str, found: float | None
) -> None:
    batch = census(tmp_path, ("500", income, "200"), ("300", "70000", "100"))
    first, second = rows(batch, "census_area")
    assert (first["population"], first["median_income_cad"], second["median_income_cad"]) == (
        500,
        found,
        70_000,
    )
    assert (batch.rejects, list(batch.remarks)) == ([], [])


@pytest.mark.parametrize("income", ["-5", "many", "1e12", "12 abc"])
def test_an_impossible_figure_is_a_remark_and_its_people_stay(tmp_path: Path, income: str) -> None:
    batch = census(tmp_path, ("500", income, "-3"))
    (row,) = rows(batch, "census_area")
    assert (row["population"], row["median_income_cad"], row["dwelling_count"]) == (500, None, None)
    assert sorted(remark.field for remark in batch.remarks) == ["d", "i"]
    assert batch.rejects == []


def test_where_the_number_of_people_is_withheld_is_a_reject_and_no_fault(tmp_path: Path) -> None:
    batch = census(tmp_path, ("500", "1", "1"), ("x", "1", "1"), ("-4", "1", "1"), ("1,500", "1", "1"))
    assert [row["population"] for row in rows(batch, "census_area")] == [500, 1500]
    assert [(reject.record, reject.is_fault) for reject in batch.rejects] == [
        ("2 (A1)", False),
        ("3 (A2)", True),
    ]
    assert "1 areas whose population is withheld are left out." in batch.assumptions


def test_ids_that_a_spreadsheet_has_rounded_lose_no_people(tmp_path: Path) -> None:
    (tmp_path / "da.csv").write_text("k,x,y,n,i,d\n3.53E+07,-80.5,43.4,5,,\n3.53E+07,-80.5,43.4,7,,\n")
    batch = population.read_points(tmp_path / "da.csv", CENSUS, FRAME, None)
    assert [(row["area_key"], row["population"]) for row in rows(batch, "census_area")] == [
        ("record 1", 5),
        ("record 2", 7),
    ]
    assert [remark.field for remark in batch.remarks] == ["k", "k"]


def test_the_cases_of_a_census(shared: Path) -> None:
    source = PopulationSource.model_validate({
        "path": "x", "loader": "points_csv",
        "columns": {"id": "DAUID", "lon": "lon", "lat": "lat", "population": "pop", "income": "income"},
    })  # fmt: skip
    for name, count, people in (("da.csv", 89, 27_725), ("da_few.csv", 9, 3_725)):
        batch = population.read_points(shared / "cases" / "11_census" / name, source, Frame(), None)
        found = rows(batch, "census_area")
        assert (len(found), sum(float(str(row["population"])) for row in found)) == (count, people)
        incomes = [row["median_income_cad"] for row in found[:9]]
        assert incomes == [72_500, None, None, None, 68_000, 91_000, None, None, None]
