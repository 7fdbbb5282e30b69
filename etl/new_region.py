"""Writes a region file for a place: its boundary by name, its metric CRS, the sources available there.

`python -m etl.new_region "Guelph, Ontario" [--folder regions]`
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import osmnx as ox
import requests
import typer
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

from db import environment
from db.command.app import run_app
from db.common import output
from db.common.errors import FetchError, UsageError
from etl.fetch import fault
from etl.fetch.attempt import host_of
from etl.fetch.cache import redact_url
from etl.fetch.osm import change_osmnx_settings
from etl.fetch.refusal import check_status
from etl.fetch.retry import TransientError
from etl.region.file import REGIONS, read_region
from etl.study_area.locate import estimate_crs

GEOCODER = "https://nominatim.openstreetmap.org/"
_PARTS = REGIONS / "parts"
_TIMEOUT_S = 30
_COUNTRY_CODES = {"Canada": "CA", "United States": "US"}


def write_region(place: str, folder: Path, geocoder: str = GEOCODER) -> Path:
    """Write `<name>.toml` and `<name>_boundary.geojson` into a folder and return the path of the first.

    Raises:
        UsageError: the place is not known or has no outline, or one of the files exists already.
        FetchError: the geocoder does not answer.
    """
    name = _slug(place.split(",", maxsplit=1)[0])
    region, boundary = folder / f"{name}.toml", folder / f"{name}_boundary.geojson"
    for path in (region, boundary):
        if path.exists():
            raise UsageError(f"{path} exists already.", "remove it, or name another --folder.")
    found = _geocode(place, geocoder)
    title = " ".join("".join(c for c in str(found["display_name"].iloc[0]) if c.isprintable()).split())
    crs = estimate_crs(list(found.geometry))
    with output.written_files(folder, option="--folder") as draft:
        found[["display_name", "geometry"]].to_file(draft / boundary.name, driver="GeoJSON")
        text = _text(name, title, crs.to_epsg() or 0, boundary.name)
        (draft / region.name).write_text(text, encoding="utf-8")
        read_region(str(draft / region.name))
    return region


def _slug(text: str) -> str:
    """Return a file name of letters, digits and underscores: `Île-Perrot` becomes `ile_perrot`.

    Raises:
        UsageError: no letter is left.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:63]
    if not name:
        raise UsageError(f"No file name can be made of '{text}'.", "write the place in Latin letters.")
    return name


def _geocode(place: str, geocoder: str) -> gpd.GeoDataFrame:
    url = geocoder if geocoder.endswith("/") else f"{geocoder}/"
    try:
        with change_osmnx_settings(
            nominatim_url=url,
            use_cache=False,
            doh_url_template=None,
            requests_timeout=_TIMEOUT_S,
            requests_kwargs={
                "hooks": {"response": partial(_check_answer, f"The geocoder at {redact_url(url)}")}
            },
        ):
            found = ox.geocode_to_gdf(place)
    except InsufficientResponseError as error:
        if "0 results" not in str(error):
            raise _unanswered(url, error) from None
        raise UsageError(
            f"The geocoder knows no place '{place}'.",
            'name it with its country, as in "Guelph, Ontario, Canada".',
        ) from None
    except TypeError:
        raise UsageError(
            f"'{place}' has no outline on the map.", "name the municipality or district, not a point in it."
        ) from None
    except fault.HTTP_ERRORS as error:
        told = fault.classify_error(error, f"The geocoder at {redact_url(url)}", host_of(url))
        raise (told if isinstance(told, FetchError) else _unanswered(url, told)) from None
    except (TransientError, ResponseStatusCodeError, ValueError, KeyError) as error:
        raise _unanswered(url, error) from None
    return found


def _check_answer(label: str, response: requests.Response, **_: Any) -> None:
    """Check the status before OSMnx does, which would retry a busy server without end."""
    check_status(response, label)


def _unanswered(url: str, error: Exception) -> FetchError:
    return FetchError(
        f"The geocoder at {url} did not answer as expected: {str(error)[:200]}.",
        "try again, or name another with --geocoder or NOMINATIM_URL.",
    )


def _text(name: str, title: str, epsg: int, boundary: str) -> str:
    """Return the region file, with sources by the country and province at the end of the title."""
    parts = [part.strip() for part in title.split(",")]
    country = parts[-1]
    code = _COUNTRY_CODES.get(country)
    chosen = ["world"]
    if code:
        chosen.append("north_america")
    is_ontario = country == "Canada" and "Ontario" in parts
    chosen.append("ontario" if is_ontario else "canada" if country == "Canada" else "people")
    head = f"""\
# {title}: written by `python -m etl.new_region`; edit it as needed.
# make load REGION=<path of this file>

[region]
name = {json.dumps(name)}
title = {json.dumps(title, ensure_ascii=False)}
metric_crs = "EPSG:{epsg}"

[settings]
hexagon_edge_m = 250
road_distance_max_m = 5000

[sources.boundary]
path = {json.dumps(boundary)}
columns = {{ name = "display_name" }}
licence = "ODbL 1.0"
data_date = "as fetched"
attribution = "Contains data (c) OpenStreetMap contributors, Open Database Licence 1.0."
"""
    texts = [(_PARTS / f"{part}.toml").read_text(encoding="utf-8") for part in (*chosen, "more")]
    return "\n".join([head, *texts]).replace("{country_code}", code or "")


app = typer.Typer(add_completion=False)


@app.command()
def main(
    place: Annotated[str, typer.Argument(help='A place by name, such as "Guelph, Ontario".')],
    folder: Annotated[Path, typer.Option(help="Where to write the files.")] = Path("regions"),
    geocoder: Annotated[str, typer.Option(help="Address of a Nominatim; default: NOMINATIM_URL.")] = "",
) -> None:
    """Write a region file, ready for `make load REGION=...`."""
    path = write_region(place, folder, geocoder or environment.setting("NOMINATIM_URL", GEOCODER) or GEOCODER)
    typer.echo(f"written: {path}")
    if "ADD THIS FILE" in path.read_text(encoding="utf-8"):
        typer.echo("Add a population file and name its columns there; then:")
    typer.echo(f"make load REGION={path}")


if __name__ == "__main__":
    run_app(app)
