"""Writes a region file for a place: from files of your own, or from its name and the sources available there.

`python -m etl.new_region "Guelph, Ontario" [--roads FILE] [--population FILE] [--boundary FILE]`
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from db import environment
from db.command.app import run_app
from db.common.errors import UsageError
from etl.region_draft.draft import write_region
from etl.region_draft.geocoder import GEOCODER
from etl.region_draft.own_files import OwnFiles, parse_columns

app = typer.Typer(add_completion=False)


@app.command()
def main(
    place: Annotated[str, typer.Argument(help='A place by name, such as "Guelph, Ontario".')],
    *,
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path("regions"),
    roads: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your extract of OpenStreetMap (.osm.pbf), in place of a service."),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Your people: a CSV with lon, lat and population, or any layer of GDAL."
        ),
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your outline of the region, any layer of GDAL.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=COLUMN",
            help="A column of that table, such as population=Einwohner; also lon, lat, id.",
        ),
    ] = None,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Currency of all sums (ISO 4217), if it is not CAD.")
    ] = "",
    geocoder: Annotated[str, typer.Option(help="Address of a Nominatim; default: NOMINATIM_URL.")] = "",
) -> None:
    """Write a region file from files of your own, or from a name and the sources available there."""
    if column and not population:
        raise UsageError("--column is of a file of people.", "give that file as well: --population FILE.")
    own = OwnFiles(roads, population, boundary, parse_columns(column or []))
    address = geocoder or environment.setting("NOMINATIM_URL", GEOCODER) or GEOCODER
    draft = write_region(place, folder, address, own=own, currency=currency)
    typer.echo(f"written: {draft.path}")
    if draft.columns and population:
        told = ", ".join(f"{key} is '{name}'" for key, name in draft.columns.items())
        typer.echo(f"columns of {population.name}: {told}; to change one: --column, or edit the file.")
    if draft.lacks_people:
        typer.echo("Add a population file and name its columns there, or give it as --population; then:")
    typer.echo(f"planner load --region {shlex.quote(str(draft.path))}")


if __name__ == "__main__":
    run_app(app)
