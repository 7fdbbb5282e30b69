"""Plans as files, on Toy Town: each format opens with GDAL, says the same, and harms no spreadsheet."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import psycopg
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from db.common.language import Language
from db.environment import CHECKOUT
from report.catalogue import catalogue
from report.export import Format, export, guarded, main
from report.run import find_run

pytestmark = pytest.mark.usefixtures("gdal")
MAPS = 19
BY_LEVEL = ("demand_coverage", "service_area")
EXPORTED = [
    part
    for name in catalogue().published("export")
    for part in ((f"{name}_L2", f"{name}_L3") if name in BY_LEVEL else (name,))
]
HOSTILE = '=HYPERLINK("http://example.org","Mall")'


@pytest.fixture
def planned(planned_database: str) -> Any:
    with psycopg.connect(planned_database) as conn:
        conn.execute("update plan.decision set site_name = %s", (HOSTILE,))
        yield conn


def ogrinfo(*arguments: str) -> str:
    """What Debian's GDAL says of a file; it must open it."""
    done = subprocess.run(
        ["ogrinfo", "-so", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


def test_a_geopackage_holds_layers_tables_and_styles(planned: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "plan.gpkg"
    assert export(planned, 1, Format.GPKG, path) == [path]
    assert export(planned, 1, Format.GPKG, path) == [path]  # again, over the old one
    found = dict(pyogrio.list_layers(path))
    assert set(found) == {*EXPORTED, "layer_styles"}
    assert sum(kind is not None for kind in found.values()) == MAPS
    assert "26917" in ogrinfo(str(path), "decision")
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    assert set(styles["f_table_name"]) <= set(found)
    defaults = styles[styles["useAsDefault"].astype(bool)]
    assert len(defaults) == MAPS
    assert set(defaults["f_table_name"]) == {name for name, kind in found.items() if kind is not None}
    decision = styles[styles["f_table_name"] == "decision"].iloc[0]
    assert "renderer-v2" in decision["styleQML"]
    # texts stay as they are where no spreadsheet reads them
    assert list(gpd.read_file(path, layer="decision")["name"]) == [HOSTILE, HOSTILE]


@pytest.mark.parametrize("language", Language)
def test_a_geopackage_says_what_its_tables_and_columns_hold(
    planned: Any, tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "plan.gpkg"
    export(planned, 1, Format.GPKG, path, language)
    known = dict(
        planned.execute(
            "select relname, obj_description(oid) from pg_class where relnamespace = 'report'::regnamespace"
        ).fetchall()
    )
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)
        told = file.execute("select table_name, identifier, description from gpkg_contents").fetchall()
        columns = file.execute(
            "select table_name, column_name, title, description from gpkg_data_columns"
        ).fetchall()
        extension = file.execute(
            "select table_name from gpkg_extensions where extension_name = 'gpkg_schema'"
        )
        assert ("gpkg_data_columns",) in extension.fetchall()
        real = {
            (name, column[1]) for name in EXPORTED for column in file.execute(f"pragma table_info({name})")
        }
    described = {name: text for name, _, text in told}
    for name in EXPORTED:
        view = name.rsplit("_", 1)[0] if name.rsplit("_", 1)[0] in BY_LEVEL else name
        assert described[name] == known[view] != ""
    titles = {name: title for name, title, _ in told}
    assert titles["decision"] == {"en": "Projects of the plan", "fr": "Projets du plan"}[language]
    assert len(set(titles.values())) == len(titles)
    assert {(name, column) for name, column, *_ in columns} == real - {(name, "fid") for name in EXPORTED}
    assert all(title and text for *_, title, text in columns)
    meant = {(name, column): (title, text) for name, column, title, text in columns}
    title = {"en": "Capital cost, gross ($)", "fr": "Coût en capital brut ($)"}[language]
    assert meant["decision", "capex_cad"] == (title, "Capital cost, gross.")
    shown = ogrinfo(str(path), "decision")
    assert f"DESCRIPTION={known['decision']}" in shown
    assert f"IDENTIFIER={titles['decision']}" in shown


def test_geojson_is_in_degrees(planned: Any, tmp_path: Path) -> None:
    files = export(planned, 1, Format.GEOJSON, tmp_path)
    assert len(files) == len(EXPORTED)
    found = json.loads((tmp_path / "station_plan.geojson").read_text())["features"]
    assert sorted(one["properties"]["action"] for one in found) == ["build", "keep", "upgrade"]
    for feature in found:
        west, south = feature["geometry"]["coordinates"]
        assert -81.1 < west < -80.8
        assert 43.4 < south < 43.6
    assert "4326" in ogrinfo(str(tmp_path / "demand_coverage_L3.geojson"), "demand_coverage_L3")
    assert json.loads((tmp_path / "phase_budget.json").read_text())[0]["phase"] == 1


def test_csv_gives_places_and_no_formula(planned: Any, tmp_path: Path) -> None:
    export(planned, 1, Format.CSV, tmp_path)
    with (tmp_path / "decision.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["'" + HOSTILE] * 2
    assert all(-81.1 < float(row["lon"]) < -80.8 for row in rows)
    assert "Feature Count: 5" in ogrinfo(
        "-oo", "GEOM_POSSIBLE_NAMES=wkt", str(tmp_path / "demand_coverage_L3.csv"), "demand_coverage_L3"
    )


def test_geoparquet_says_its_crs(planned: Any, tmp_path: Path) -> None:
    export(planned, 1, Format.GEOPARQUET, tmp_path)
    found = gpd.read_parquet(tmp_path / "demand_coverage_L2.parquet")
    assert len(found) == 5
    assert found.crs.to_epsg() == 26917
    assert "Parquet" not in ogrinfo("--formats") or ogrinfo(str(tmp_path / "demand_coverage_L2.parquet"))


@given(st.text(max_size=20))
def test_no_text_begins_like_a_formula(text: str) -> None:
    shown = guarded(pd.DataFrame({"name": [text]})).loc[0, "name"]
    assert not str(shown).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert str(shown).endswith(text)


def test_numbers_stay_numbers() -> None:
    assert list(guarded(pd.DataFrame({"x": [-1.5, 2.0]}))["x"]) == [-1.5, 2.0]


def test_what_is_not_published_or_cannot_be_written_is_said(planned: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Run 99 is not a published plan"):
        find_run(planned, 99)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        export(planned, 1, Format.CSV, tmp_path / "file")


@pytest.mark.usefixtures("planned_database")
def test_a_name_without_ending_becomes_a_file_that_gdal_opens(tmp_path: Path) -> None:
    main(out=tmp_path / "plan")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.gpkg"]
    assert "decision" in ogrinfo(str(tmp_path / "plan.gpkg"))


@pytest.mark.usefixtures("planned_database")
def test_a_former_export_outlives_one_that_finds_no_room(tmp_path: Path) -> None:
    former = tmp_path / "plan.gpkg"
    former.write_text("former")
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 64; exec "$@"', "sh", sys.executable, "-m", "report.export", "--out", former],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
    )
    assert done.returncode == 2, done.stderr
    assert f"{former} cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("plan.gpkg", "former")]


@pytest.mark.usefixtures("planned_database")
def test_what_is_no_regular_file_is_refused_and_stays(tmp_path: Path) -> None:
    place = tmp_path / "plan.gpkg"
    os.mkfifo(place)
    with pytest.raises(UsageError, match="is not a regular file") as refused:
        main(out=place)
    assert str(place) in refused.value.message
    assert place.is_fifo()


@pytest.mark.usefixtures("planned_database")
def test_applications_are_workbooks_that_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(kind=Format.APPLICATION, language=Language.FR, out=tmp_path)
    files = sorted(tmp_path.iterdir())
    assert f"Wrote {len(files)} file(s)" in capsys.readouterr().out
    assert "subventions.xlsx" in [path.name for path in files]
    for path in files:
        assert openpyxl.load_workbook(path).sheetnames[-2:] == ["À compléter", "À propos"]


@pytest.mark.usefixtures("planned_database")
def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(out=tmp_path / "plan.gpkg")
    assert "Wrote 1 file(s)" in capsys.readouterr().out
