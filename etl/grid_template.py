"""Writes templates for a utility to fill in: stations as CSV, service areas as GeoJSON.

`python -m etl.grid_template FOLDER` writes the stations and areas of the current load, including substations
of the map, and leaves unknown values empty. `[sources.grid]` and `[sources.grid_areas]` read both files.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import psycopg
import typer

from db.command.app import run_app
from db.common import output
from db.common.errors import UsageError
from db.common.text_file import is_file
from db.session import connection

STATION_FILE, AREA_FILE = "grid_stations.csv", "grid_areas.geojson"
STATION_FIELDS = (
    "name", "lon", "lat", "voltage_kv", "summer_limit_mw", "winter_limit_mw", "peak_load_mw", "is_verified",
    "area_name", "source_note", "limit_basis",
)  # fmt: skip
_STATIONS = """
    select name, voltage_kv, is_verified, area_name, source_note, limit_basis, geom
    from core.grid_station
    where geom is not null
    order by grid_station_id
"""
_AREAS = (
    "select name, limit_kw / 1000 as limit_mw, peak_load_kw / 1000 as peak_load_mw, geom from core.grid_area"
)
REGION_LINES = f"""
[sources.grid]
path = "{STATION_FILE}"
licence = "..."
data_date = "..."
columns = {{ {", ".join(f'{name} = "{name}"' for name in STATION_FIELDS)} }}

[sources.grid_areas]
path = "{AREA_FILE}"
licence = "..."
data_date = "..."
columns = {{ name = "name", limit_mw = "limit_mw", peak_load_mw = "peak_load_mw" }}
"""


def write_template(conn: psycopg.Connection[Any], folder: Path) -> tuple[int, int]:
    """Write both files; return the numbers of their stations and areas.

    Limits are ratings of a station or feeder and peak loads its highest load so far, both in MW; their
    difference is the remaining hosting capacity. Where only that is known, it is the limit and the peak load
    is 0.

    Raises:
        UsageError: no region is loaded, or a file exists already.
    """
    region = conn.execute("select metric_srid from core.region").fetchone()
    if region is None:
        raise UsageError("No region is loaded.", "load one: `make load REGION=...`.")
    for name in (STATION_FILE, AREA_FILE):
        if is_file(folder / name):
            raise UsageError(f"{folder / name} exists already.", "name another folder.")
    stations, areas = _read(conn, _STATIONS, int(region[0])), _read(conn, _AREAS, int(region[0]))
    with output.written_files(folder, option="FOLDER") as draft:
        with (draft / STATION_FILE).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, STATION_FIELDS, restval="")
            writer.writeheader()
            writer.writerows(map(_station_row, stations.itertuples(index=False)))
        (draft / AREA_FILE).write_text(areas.to_json(drop_id=True, na="null"), encoding="utf-8")
    return len(stations), len(areas)


def _station_row(row: Any) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in STATION_FIELDS if hasattr(row, name)}
    place = {"lon": f"{row.geometry.x:.6f}", "lat": f"{row.geometry.y:.6f}"}
    return {name: "" if value is None else value for name, value in (known | place).items()}


def _read(conn: psycopg.Connection[Any], query: str, srid: int) -> gpd.GeoDataFrame:
    """Return the rows of a query with their geometry, its last column, in EPSG:4326."""
    with conn.cursor() as cursor:
        cursor.execute(query.encode())
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    values = {name: pd.Series([row[i] for row in rows], dtype=object) for i, name in enumerate(names[:-1])}
    shapes = gpd.GeoSeries.from_wkb([bytes.fromhex(row[-1]) for row in rows], crs=srid)
    return gpd.GeoDataFrame(values, geometry=shapes).to_crs(4326)


app = typer.Typer(add_completion=False)


@app.command()
def template(folder: Annotated[Path, typer.Argument(help="Where to write the two files.")]) -> None:
    """Write templates for a utility to fill in: stations as CSV, service areas as GeoJSON."""
    with connection.connect() as conn:
        stations, areas = write_template(conn, folder)
    typer.echo(f"{folder / STATION_FILE}: {stations} stations. {folder / AREA_FILE}: {areas} areas.")
    typer.echo(
        "Fill in limits and peak loads in MW, and draw areas as feeders serve them. For the region file:"
    )
    typer.echo(REGION_LINES)


if __name__ == "__main__":
    run_app(app)
