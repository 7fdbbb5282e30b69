"""Large regions for the benchmark, drawn: their files in the formats of real sources, for the real load.

A square of towns and country. Streets are a lattice; people live on a finer one, in a cell each; stations and
candidate sites stand where people are, at least some hundred metres from each other. The same bytes each time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from osmium.osm.mutable import Node, Way
from pyproj import Transformer

from db.environment import CHECKOUT

Floats = npt.NDArray[np.float64]
CRS = "EPSG:26917"
WEST_M, SOUTH_M = 500_000.0, 4_800_000.0
SEED = 1
SITE_SPACING_M = 400.0
STATION_SHARE = 0.1
"""Of the sites; the others are candidates."""
MARGIN_M = 500.0


@dataclass(frozen=True)
class Drawing:
    """What is drawn: people at each step of the square's side, in cells of this edge; streets, towns, sites.

    `reference_step_m` is the step of weighted points of a study, None for none.
    """

    name: str
    side_m: float
    people_step_m: float
    hexagon_edge_m: float
    street_step_m: float
    town_count: int
    site_count: int
    reference_step_m: float | None = None


MILLION = Drawing(
    "million",
    side_m=60_000,
    people_step_m=1_000,
    hexagon_edge_m=450,
    street_step_m=3_000,
    town_count=25,
    site_count=500,
    reference_step_m=60,
)
"""1,000,000 points to cover, 500 sites."""
GROWING = Drawing(
    "growing",
    side_m=41_080,
    people_step_m=130,
    hexagon_edge_m=60,
    street_step_m=520,
    town_count=25,
    site_count=1_000,
)
"""99,856 cells to cover by road, 1,000 sites."""


def write_region(drawing: Drawing, scale: float = 1.0, folder: Path | None = None) -> str:
    """Write the files of a region, of so much of its surface and sites; return the path of its region file."""
    folder = folder or CHECKOUT / "out" / "bench" / f"{drawing.name}_{scale:g}"
    folder.mkdir(parents=True, exist_ok=True)
    side_m = drawing.side_m * scale**0.5
    towns = _Towns(drawing, side_m)
    _write_boundary(folder / "boundary.geojson", side_m)
    _write_streets(folder / "streets.osm.pbf", drawing, side_m)
    _write_people(folder / "people.csv", towns, drawing, side_m)
    _write_sites(folder, towns, max(round(drawing.site_count * scale), 2), side_m)
    if drawing.reference_step_m is not None:
        points = _lattice(side_m, drawing.reference_step_m)
        rows = zip(*_degrees(points), towns.people_per_km2(points).round(3).tolist(), strict=True)
        _write_csv(folder / "points.csv", ("lon", "lat", "weight"), rows)
    file = folder / f"{drawing.name}.toml"
    file.write_text(_region_text(drawing), encoding="utf-8")
    return str(file)


class _Towns:
    """Places and sizes of towns, and how many people live around a point."""

    def __init__(self, drawing: Drawing, side_m: float) -> None:
        random = np.random.default_rng(SEED)
        count = max(round(drawing.town_count * (side_m / drawing.side_m) ** 2), 1)
        self._places = random.uniform(0.1 * side_m, 0.9 * side_m, (count, 2))
        self._radius_m = random.uniform(1_500, 5_000, count)
        self._density = random.uniform(1_000, 5_000, count)

    def people_per_km2(self, points: Floats) -> Floats:
        """Return the density at points, shape (n, 2): a few in the country, more the nearer to a town."""
        found = np.full(len(points), 20.0)
        for place, radius_m, density in zip(self._places, self._radius_m, self._density, strict=True):
            found += density * np.exp(-((points - place) ** 2).sum(axis=1) / (2 * radius_m**2))
        return found


def _lattice(side_m: float, step_m: float) -> Floats:
    """Return the middles of the squares of a lattice, shape (n, 2), metres from the corner."""
    steps = (np.arange(int(side_m / step_m)) + 0.5) * step_m
    return np.stack([grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij")], axis=1)


def _degrees(points: Floats) -> tuple[list[float], list[float]]:
    """Return longitudes and latitudes of points given in metres from the corner."""
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(points[:, 0] + WEST_M, points[:, 1] + SOUTH_M)
    return np.round(lon, 7).tolist(), np.round(lat, 7).tolist()


def _write_csv(file: Path, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(rows)


def _write_boundary(file: Path, side_m: float) -> None:
    low, high = -MARGIN_M, side_m + MARGIN_M
    corners = np.array([(low, low), (high, low), (high, high), (low, high), (low, low)])
    ring = [list(place) for place in zip(*_degrees(corners), strict=True)]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "Drawn square"}, "geometry": shape}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")


def _write_streets(file: Path, drawing: Drawing, side_m: float) -> None:
    """Write a lattice of streets, each from one side of the square to the other."""
    count = int(side_m / drawing.street_step_m) + 1
    steps = np.arange(count) * drawing.street_step_m
    points = np.stack([grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij")], axis=1)
    numbers = np.arange(1, count * count + 1).reshape(count, count)
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        for number, place in enumerate(zip(*_degrees(points), strict=True), start=1):
            writer.add_node(Node(id=number, version=1, location=place))
        for way, line in enumerate([*numbers.tolist(), *numbers.T.tolist()], start=1):
            tags = {"highway": "secondary" if way % 5 == 0 else "residential", "name": f"Street {way}"}
            writer.add_way(Way(id=way, version=1, nodes=line, tags=tags))


def _write_people(file: Path, towns: _Towns, drawing: Drawing, side_m: float) -> None:
    points = _lattice(side_m, drawing.people_step_m)
    people = towns.people_per_km2(points) * (drawing.people_step_m / 1000) ** 2
    homes = people / 2.5
    columns = ("key", "lon", "lat", "people", "dwellings", "households")
    numbers = (figures.round(4).tolist() for figures in (people, homes, homes))
    _write_csv(file, columns, zip(range(len(points)), *_degrees(points), *numbers, strict=True))


def _write_sites(folder: Path, towns: _Towns, count: int, side_m: float) -> None:
    """Write stations and candidates: drawn by density, no two of them near each other."""
    random = np.random.default_rng(SEED)
    drawn = random.uniform(0, side_m, (200 * count, 2))
    order = np.argsort(-(random.random(len(drawn)) ** (1 / np.sqrt(towns.people_per_km2(drawn)))))
    chosen: list[Floats] = []
    for place in drawn[order]:
        if len(chosen) == count:
            break
        if not chosen or np.hypot(*(np.array(chosen) - place).T).min() >= SITE_SPACING_M:
            chosen.append(place)
    lon, lat = _degrees(np.array(chosen))
    stations = max(round(STATION_SHARE * len(chosen)), 1)
    listed = [(n, lon[n], lat[n], f"Station {n}", 2 + n % 5, int(n % 7 == 0) * 2) for n in range(stations)]
    header = ("id", "lon", "lat", "name", "l2_ports", "dcfc_ports", "owner")
    _write_csv(folder / "stations.csv", header, ((*row, "LG") for row in listed))
    rest = range(stations, len(chosen))
    _write_csv(
        folder / "candidates.csv",
        ("id", "lon", "lat", "name"),
        ((n, lon[n], lat[n], f"Place {n}") for n in rest),
    )


def _region_text(drawing: Drawing) -> str:
    common = 'licence = "CC0, drawn"\ndata_date = "2024"\nattribution = "Drawn for measurements; describes no real place."\n'
    reference = (
        ""
        if drawing.reference_step_m is None
        else f'\n[sources.reference_demand]\npath = "points.csv"\n{common}'
    )
    return f"""\
[region]
name = "{drawing.name}"
title = "Drawn square, {drawing.name}"
is_synthetic = true
metric_crs = "{CRS}"

[sources.boundary]
loader = "vector"
path = "boundary.geojson"
columns = {{ name = "name" }}
{common}
[sources.roads]
loader = "osm_pbf"
path = "streets.osm.pbf"
{common}
[sources.population]
loader = "points_csv"
path = "people.csv"
columns = {{ id = "key", lon = "lon", lat = "lat", population = "people", dwellings = "dwellings", households = "households" }}
{common}
[sources.afdc]
loader = "csv"
path = "stations.csv"
fuel = "ELEC"
status = "E"
columns = {{ id = "id", lon = "lon", lat = "lat", name = "name", level2_ports = "l2_ports", dc_fast_ports = "dcfc_ports", owner_type = "owner" }}
{common}
[sources.candidates]
loader = "csv"
path = "candidates.csv"
columns = {{ id = "id", lon = "lon", lat = "lat", name = "name" }}
{common}{reference}
[settings]
hexagon_edge_m = {drawing.hexagon_edge_m:g}
candidate_gap_m = 50000
access_max_m = {max(drawing.street_step_m, 500):g}
"""
