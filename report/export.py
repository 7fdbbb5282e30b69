"""Writes a published plan to files for other programs.

`python -m report.export [--run R] [--format gpkg|geoparquet|csv|geojson|application] [--out PATH]`
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import psycopg
import pyogrio
import typer
from psycopg import sql

from db.command.app import run_app
from db.command.number_options import PublishedRun
from db.common import output
from db.common.assumption import sentence
from db.common.errors import UsageError
from db.common.language import Language
from db.environment import CHECKOUT
from db.session import connection, steady
from db.session.dead_run import end_dead_runs_as_owner
from report import geopackage
from report.application import read as applications
from report.application import sheets
from report.catalogue import Catalogue
from report.geopackage import Described, table_of
from report.qgis import facts as reading
from report.qgis.facts import Facts
from report.run import Row, adoption_words, find_run

Connection = psycopg.Connection[Any]
_WGS84 = 4326
_DRIVER_FAULTS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, sqlite3.Error)
# A spreadsheet takes a cell that begins like this for a formula; names come from open feeds.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    """What to write."""

    GPKG = "gpkg"
    GEOPARQUET = "geoparquet"
    CSV = "csv"
    GEOJSON = "geojson"
    APPLICATION = "application"


def read_layer(conn: Connection, name: str, run_id: int, srid: int) -> pd.DataFrame:
    """Return a view of `report`, limited to a run where it has runs; places in the region's metric CRS."""
    with conn.cursor() as cursor:
        cursor.execute(sql.SQL("select * from {} limit 0").format(sql.Identifier("report", name)))
        columns = [column.name for column in cursor.description or ()]
        chosen = [sql.SQL("st_asbinary(geom) as geom") if c == "geom" else sql.Identifier(c) for c in columns]
        condition = sql.SQL("where run_id = %(run)s") if "run_id" in columns else sql.SQL("")
        query = sql.SQL("select {} from {} {} order by 1").format(
            sql.SQL(", ").join(chosen), sql.Identifier("report", name), condition
        )
        cursor.execute(query, {"run": run_id})
        rows = cursor.fetchall()
    table = pd.DataFrame(rows, columns=columns)
    for column in table.columns:
        # drivers know neither lists of mixed types nor times with a zone's name
        if isinstance(table[column].dtype, pd.DatetimeTZDtype):
            table[column] = table[column].dt.tz_convert("UTC")
    if name == "assumption":
        values = list(zip(table["code"], table.pop("value"), strict=True))
        for language in Language:
            table[f"assumption_{language}"] = [sentence(code, value, language) for code, value in values]
    if "geom" not in columns:
        return table
    shapes = gpd.GeoSeries.from_wkb(table.pop("geom"), crs=srid)
    return gpd.GeoDataFrame(table, geometry=shapes).rename_geometry("geom")


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet runs: an apostrophe stands before a formula."""

    def guard(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

    return table.map(guard)


def _write_csv(name: str, table: pd.DataFrame, folder: Path) -> None:
    flat = pd.DataFrame(table.drop(columns="geom", errors="ignore"))
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.geometry.to_crs(_WGS84)
        if set(shapes.geom_type) <= {"Point"}:
            flat = flat.assign(lon=shapes.x, lat=shapes.y)
        else:
            flat = flat.assign(wkt=shapes.to_wkt(rounding_precision=6))
    guarded(flat).to_csv(folder / f"{name}.csv", index=False)


def _write_geojson(name: str, table: pd.DataFrame, folder: Path) -> None:
    path = folder / f"{name}.geojson"
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.to_crs(_WGS84)
        pyogrio.write_dataframe(shapes, path, driver="GeoJSON", layer_options={"RFC7946": "YES"})
    else:
        table.to_json(folder / f"{name}.json", orient="records", date_format="iso", indent=1)


def _write_parquet(name: str, table: pd.DataFrame, folder: Path) -> None:
    table.to_parquet(folder / f"{name}.parquet", index=False)


def _comments(conn: Connection, name: str, table: pd.DataFrame) -> Described:
    """Return a table with what the database says of it and of its columns."""
    columns = {column.name: column.comment for column in reading.columns_of(conn, name)}
    # the sentences of an assumption stand for its code and its value
    said = {column: columns.get(column, columns.get("code", "")) for column in table.columns}
    return Described(table, reading.comment_of(conn, name), said)


def _read(conn: Connection, run_id: int) -> tuple[Catalogue, Facts, dict[str, Described]]:
    layers = reading.layers_of(conn)
    facts = reading.read(conn, layers)
    levels: dict[str, dict[str, str]] = {}
    for layer in layers.layer:
        if layer.level is not None:
            levels.setdefault(layer.view, {})[layer.level] = table_of(layer)
    found: dict[str, Described] = {}
    for name in layers.published("export"):
        table = _comments(conn, name, read_layer(conn, name, run_id, facts.srid))
        rows = table.rows
        # hexagons of two levels lie upon each other: a map of them is of one level
        parts = {part: rows[rows["level"] == level] for level, part in levels.get(name, {}).items()}
        found |= {part: replace(table, rows=some) for part, some in parts.items() if len(some)} or {
            name: table
        }
    return layers, facts, found


def export(
    conn: Connection, run_id: int, kind: Format, out: Path, language: Language = Language.EN
) -> list[Path]:
    """Write all layers of a published run: a file for GeoPackage, else a folder with a file per layer.

    Returns the files. CSV and GeoJSON give places in WGS84, the others in the region's metric CRS.
    A GeoPackage has its styles and titles in `language`.

    Raises:
        UsageError: the place cannot be written to.
    """
    layers, facts, tables = steady.read(conn, lambda: _read(conn, run_id))
    try:
        if kind is Format.GPKG:
            with output.written_file(out) as draft:
                geopackage.write(tables, layers, facts, language, draft)
            return [out]
        write = {Format.CSV: _write_csv, Format.GEOJSON: _write_geojson, Format.GEOPARQUET: _write_parquet}[
            kind
        ]
        with output.written_files(out) as draft:
            for name, table in tables.items():
                write(name, table.rows, draft)
            names = sorted(path.name for path in draft.iterdir())
    except _DRIVER_FAULTS as error:
        raise UsageError(f"{out} cannot be written: {error}.", "name another place: --out PATH.") from None
    return [out / name for name in names]


def export_applications(conn: Connection, run: Row, language: Language, out: Path) -> list[Path]:
    """Write the spreadsheets to apply with of a run (a row of report.run_summary) to a folder.

    There is a workbook for each distributor, and one for grant programs. Returns the files.

    Raises:
        UsageError: the folder cannot be written to.
    """
    found = steady.read(conn, lambda: applications.read(conn, run))
    with output.written_files(out) as draft:
        sheets.write(run, found, language, draft)
        names = sorted(path.name for path in draft.iterdir())
    return [out / name for name in names]


def main(
    run: PublishedRun = None,
    kind: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.GPKG,
    language: Annotated[
        Language, typer.Option(help="Language of applications, and of titles and styles in a GeoPackage.")
    ] = Language.EN,
    out: Annotated[
        Path | None, typer.Option(help="File (gpkg) or folder; out/ of the checkout if left out.")
    ] = None,
) -> None:
    """Write a published plan, the adopted one by default, to files."""
    end_dead_runs_as_owner()
    with connection.connect("reader") as conn:
        found = find_run(conn, run)
        name = f"plan_{found['run_id']}"
        place = out or CHECKOUT / "out" / (name if kind is Format.GPKG else f"{name}_{kind.value}")
        if kind is Format.GPKG:
            place = output.with_ending(place, ".gpkg")
        if kind is Format.APPLICATION:
            files = export_applications(conn, found, language, place)
        else:
            files = export(conn, found["run_id"], kind, place, language)
    size = sum(path.stat().st_size for path in files)
    shown = f"run {found['run_id']} of scenario '{found['scenario_name']}', {adoption_words(found)}"
    typer.echo(f"Wrote {len(files)} file(s), {size / 1e6:.1f} MB, of {shown}: {place}")


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
