"""Composes a region file: files of the user's own, and for the rest the services that know the place."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from db.common import output
from db.common.errors import UsageError
from etl.region.file import REGIONS, read_region
from etl.region_draft.geocoder import GEOCODER, find_outline
from etl.region_draft.own_files import OwnFiles, describe_boundary, describe_population, describe_roads
from etl.study_area.locate import estimate_crs

_PARTS = REGIONS / "parts"
_COUNTRY_CODES = {"Canada": "CA", "United States": "US"}
_OUTLINE = """\
[sources.boundary]
path = {path}
columns = {{ name = "display_name" }}
licence = "ODbL 1.0"
data_date = "as fetched"
attribution = "Contains data (c) OpenStreetMap contributors, Open Database Licence 1.0."
"""


@dataclass(frozen=True)
class Draft:
    """A region file that was written, the columns of its people by what they hold, and what it lacks."""

    path: Path
    columns: dict[str, str] = field(default_factory=dict)
    lacks_people: bool = False


def write_region(
    place: str,
    folder: Path,
    geocoder: str = GEOCODER,
    *,
    own: OwnFiles | None = None,
    currency: str = "",
) -> Draft:
    """Write `<name>.toml` into a folder, and `<name>_boundary.geojson` if the place had to be searched for.

    A search by name is not needed where a boundary or roads of the user's own are given.

    Raises:
        UsageError: the place is not known or has no outline, a file exists already or cannot be used.
        FetchError: the geocoder does not answer.
    """
    own = own or OwnFiles()
    name = _slug(place.split(",", maxsplit=1)[0])
    region, boundary = folder / f"{name}.toml", folder / f"{name}_boundary.geojson"
    is_searched = own.boundary is None and own.roads is None
    for path in (region, boundary) if is_searched else (region,):
        if path.exists():
            raise UsageError(f"{path} exists already.", "remove it, or name another --folder.")
    brought, columns = _describe(own, folder)
    title, epsg, outline = place, 0, None
    if is_searched:
        outline = find_outline(place, geocoder)
        title = str(outline["display_name"].iloc[0])
        epsg = estimate_crs(list(outline.geometry)).to_epsg() or 0
        brought["boundary"] = _OUTLINE.format(path=json.dumps(boundary.name))
    title = " ".join("".join(c for c in title if c.isprintable()).split())
    text = _text(_head(name, title, epsg, currency), title, brought)
    with output.written_files(folder, option="--folder") as draft:
        if outline is not None:
            outline[["display_name", "geometry"]].to_file(draft / boundary.name, driver="GeoJSON")
        (draft / region.name).write_text(text, encoding="utf-8")
        read_region(str(draft / region.name))
    return Draft(region, columns, "ADD THIS FILE" in text)


def _describe(own: OwnFiles, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    brought: dict[str, str] = {}
    columns: dict[str, str] = {}
    if own.boundary:
        brought["boundary"] = describe_boundary(own.boundary, folder)
    if own.roads:
        brought["roads"] = describe_roads(own.roads, folder)
    if own.population:
        brought["population"], columns = describe_population(own.population, folder, own.columns)
    return brought, columns


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


def _head(name: str, title: str, epsg: int, currency: str) -> str:
    lines = [
        f"# {title}: written by `planner new-region`; edit it as needed.",
        "# planner load --region <path of this file>",
        "",
        "[region]",
        f"name = {json.dumps(name)}",
        f"title = {json.dumps(title, ensure_ascii=False)}",
        *([f'metric_crs = "EPSG:{epsg}"'] if epsg else []),
        *([f"currency = {json.dumps(currency)}"] if currency else []),
        "",
        "[settings]",
        "hexagon_edge_m = 250",
        "road_distance_max_m = 5000",
    ]
    return "\n".join([*lines, ""])


def _text(head: str, title: str, brought: dict[str, str]) -> str:
    """Return the region file; country and province at the end of the title tell the rest."""
    parts = [part.strip() for part in title.split(",")]
    country = parts[-1]
    is_ontario = country == "Canada" and "Ontario" in parts
    people = "people_ontario" if is_ontario else "people_canada" if country == "Canada" else "people"
    texts = [
        head,
        *([brought["boundary"]] if "boundary" in brought else []),
        brought.get("roads") or _part("roads"),
        brought.get("population") or _part(people),
        _part("stations"),
        *([_part("stations_north_america")] if country in _COUNTRY_CODES else []),
        *([_part("vehicles_ontario")] if is_ontario else []),
        _part("more"),
    ]
    return "\n".join(texts).replace("{country_code}", _COUNTRY_CODES.get(country, ""))


def _part(name: str) -> str:
    return (_PARTS / f"{name}.toml").read_text(encoding="utf-8")
