"""Puts the parts of the sample region together and writes its files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from db.common.errors import UsageError
from etl.sample import tables
from etl.sample.afdc import AFDC_HEADER, afdc_rows
from etl.sample.areas import municipality_shapes, region_shape
from etl.sample.barrier import lay_barriers
from etl.sample.blocks import make_land
from etl.sample.built import BUILT_HEADER, built_rows
from etl.sample.calibration import ATTRIBUTION, LABEL, SUBSTATION, total
from etl.sample.census import make_census, make_postal
from etl.sample.corridor import corridor_areas
from etl.sample.feeders import make_feeders
from etl.sample.files import (
    degrees,
    write_csv,
    write_geojson,
    write_gzip,
    write_json,
    write_text,
    write_zip,
)
from etl.sample.grid import Grid, make_grid
from etl.sample.ground import add_ground, add_power_lines, flood_land
from etl.sample.land import Land
from etl.sample.lattice import make_lattice
from etl.sample.names import street_names
from etl.sample.network import make_network
from etl.sample.osm_file import write_osm
from etl.sample.outlook import (
    JOB_HEADER,
    PROJECTION_HEADER,
    QUARTER_HEADER,
    job_rows,
    projection_rows,
    quarter_rows,
)
from etl.sample.people import curbs, make_addresses
from etl.sample.places import Features, Plaza, make_features, make_plazas
from etl.sample.relisted import NEWER_HEADER, newer_rows
from etl.sample.sessions import SESSION_HEADER, session_rows
from etl.sample.stations import FeedRows, Stations, make_afdc, make_osm_stations, make_stations, openchargemap
from etl.sample.transit import gtfs_tables, make_transit

TEMPLATE = Path(__file__).parent.parent / "regions" / "sample.toml"
DEFAULT_SCALE, DEFAULT_SEED = 0.25, 1
# Below, there is no room for the seven municipalities; above, the region is too large for its projection.
SMALLEST, LARGEST = 0.02, 50.0


def write_sample(folder: Path, *, scale: float = DEFAULT_SCALE, seed: int = DEFAULT_SEED) -> Path:
    """Write the sample region into a folder and return its region file.

    `scale` multiplies area, people and everything else; 1 is the size of the Region of Waterloo, and above 2
    it is a province of several towns. Equal seed and scale give equal bytes. Files are never incomplete, even
    to a process that reads meanwhile.

    Raises:
        UsageError: `scale` is not between `SMALLEST` and `LARGEST`, or `seed` is negative.
    """
    if not SMALLEST <= scale <= LARGEST:
        message = f"Scale {scale:g} of the sample region is not between {SMALLEST:g} and {LARGEST:g}."
        hint = "choose 0.25 for a quick look, 1 for the size of a real region, 25 for that of a province"
        raise UsageError(message, hint)
    if seed < 0:
        message = f"Seed {seed} of the sample region is negative."
        raise UsageError(message, "choose 0 or a larger whole number")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        draft = Path(name)
        land = make_land(scale, seed)
        _write_outlines(draft, land)
        _write_towns(draft, land)
        _write_transit(draft, land)
        write_text(draft / "README.txt", _notice(land))
        write_text(draft / "sample.toml", region_text(scale, seed))
        for path in sorted(draft.rglob("*.*")):
            target = folder / path.relative_to(draft)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    return folder / "sample.toml"


def region_text(scale: float, seed: int) -> str:
    """Return the region file of a scale and seed; the default ones keep the name `sample`."""
    text = TEMPLATE.read_text(encoding="utf-8")
    if (scale, seed) == (DEFAULT_SCALE, DEFAULT_SEED):
        return text
    name = f"sample-{scale:g}-{seed}".replace(".", "_").replace("+", "")
    text = text.replace('name = "sample"', f'name = "{name}"')
    return text.replace(
        'title = "Sample region (synthetic)"',
        f'title = "Sample region (synthetic), scale {scale:g}, seed {seed}"',
    )


def _notice(land: Land) -> str:
    water = "Lake Huron" if land.is_alone else "Hudson Bay"
    return (
        f"Sample region {LABEL}\n\n{ATTRIBUTION}\nScale {land.scale:g}, seed {land.seed}. Licence: CC0.\n"
        f"Its outline lies in {water}, so that it cannot be mistaken for a real place.\n"
    )


def _write_outlines(folder: Path, land: Land) -> None:
    names = {"name": f"Sample region {LABEL}", "long_name": f"Sample region {LABEL}, generated"}
    write_geojson(folder / "boundary/region.geojson", [(region_shape(land), names)], f"Region {LABEL}")
    write_geojson(folder / "exclusions/flood_synthetic.geojson", flood_land(land), f"Flood land {LABEL}")
    rows = []
    for key, place, shape in zip(
        tables.municipality_keys(land), land.places, municipality_shapes(land), strict=True
    ):
        rows.append(
            (shape, {"name": f"{place.name} {LABEL}", "csduid": key, "area_km2": round(shape.area / 1e6, 1)})
        )
    write_geojson(folder / "boundary/municipalities.geojson", rows, f"Municipalities {LABEL}")


def _write_towns(folder: Path, land: Land) -> None:
    lattice = make_lattice(land)
    lay_barriers(land, lattice)
    network = make_network(land, lattice)
    write_geojson(
        folder / "grants/corridor_synthetic.geojson", corridor_areas(land, network), f"Corridors {LABEL}"
    )
    street = street_names(land, network)
    curb = curbs(land, lattice, network)
    addresses = make_addresses(land, curb)
    census, plaza = make_census(land, addresses), make_plazas(land, curb)
    rows = tables.address_rows(land, addresses, curb, street)
    write_gzip(folder / "addresses/addresses.csv.gz", tables.ADDRESS_HEADER, rows)
    write_csv(folder / "census/da_synthetic.csv", tables.CENSUS_HEADER, tables.census_rows(land, census))
    postal = make_postal(land, census)
    write_csv(folder / "ev/evs_by_fsa_synthetic.csv", tables.EV_HEADER, tables.ev_rows(land, postal))
    write_csv(folder / "ev/evs_by_fsa_quarters_synthetic.csv", QUARTER_HEADER, quarter_rows(land, postal))
    write_csv(folder / "census/projections_synthetic.csv", PROJECTION_HEADER, projection_rows(land))
    write_csv(folder / "census/jobs_synthetic.csv", JOB_HEADER, job_rows(land, addresses))
    areas: list[tuple[Any, dict[str, Any]]] = [
        (s, {"fsa": key}) for s, key in zip(postal.outline, postal.key, strict=True)
    ]
    write_geojson(folder / "ev/fsa_synthetic.geojson", areas, f"Postal areas {LABEL}")
    stations = make_stations(land, curb, plaza, street)
    _write_feeds(folder, land, stations, plaza)
    grid = make_grid(land, census)
    write_csv(folder / "grid/stations.csv", tables.GRID_HEADER, tables.grid_rows(grid))
    write_geojson(folder / "grid/feeders.geojson", make_feeders(land, grid), f"Feeders {LABEL}")
    features = make_features(land, curb, plaza)
    _add_stations(features, make_osm_stations(land, stations), stations)
    add_ground(land, features)
    add_power_lines(land, network, features)
    _add_substations(features, grid, total(SUBSTATION, land.scale, least=2))
    write_osm(folder / "osm/sample.osm.pbf", land, network, street, features)


def _write_feeds(folder: Path, land: Land, stations: Stations, plaza: Plaza) -> None:
    records = openchargemap(land, stations, *degrees(stations.east_m, stations.north_m))
    write_json(folder / "stations/openchargemap.json", records)
    feed = make_afdc(land, stations, plaza)
    older, built = list(afdc_rows(land, stations, feed)), list(built_rows(land, feed, plaza))
    write_csv(folder / "stations/afdc.csv", AFDC_HEADER, older)
    write_csv(folder / "stations/afdc_newer.csv", NEWER_HEADER, newer_rows(land, feed, older, built))
    write_csv(folder / "stations/built_since.csv", BUILT_HEADER, built)
    rows = session_rows(land, stations, feed)
    write_gzip(folder / "stations/sessions_2024.csv.gz", SESSION_HEADER, rows)


def _add_stations(features: Features, feed: FeedRows, stations: Stations) -> None:
    for n, same in enumerate(feed.same_as.tolist()):
        socket = "socket:ccs" if stations.level[same] == "L3" else "socket:type1"
        tags = {
            "amenity": "charging_station",
            "name": stations.name[same],
            "operator": str(stations.operator[same]),
            "capacity": str(int(stations.port_count[same])),
            socket: str(int(stations.port_count[same])),
            "access": ("yes", "yes", "customers", "yes")[n % 4],
            "opening_hours": "24/7" if n % 2 else "Mo-Su 07:00-23:00",
            "fee": "yes",
        }
        features.point.append((float(feed.east_m[n]), float(feed.north_m[n]), tags))


def _add_substations(features: Features, grid: Grid, count: int) -> None:
    for n in range(count):
        tags = {"power": "substation", "voltage": str(int(grid.voltage_kv[n] * 1000)), "name": grid.name[n]}
        features.point.append((float(grid.east_m[n]) + 35.0, float(grid.north_m[n]) - 20.0, tags))


def _write_transit(folder: Path, land: Land) -> None:
    transit = make_transit(land)
    lon, lat = degrees(*land.ground(np.asarray(transit.i), np.asarray(transit.j)))
    lines = gtfs_tables(transit, lon, lat, LABEL)
    members = {name: (f"{row}\n" for row in rows) for name, rows in lines.items()}
    write_zip(folder / "transit/sample.gtfs.zip", members, ATTRIBUTION)
