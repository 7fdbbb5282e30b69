"""The same data always makes the same database: rows that tie are picked by key, in whatever order they lie."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load import load_region
from tests.support.drawn_core import SRID, DrawnCore
from tests.support.toy_town.build import lon_lat, write_sources

POINT = "geometry(Point, :metric_srid)"
TABLES = {
    "core.demand_cell": f"cell_id bigint, population float, point_geom {POINT}",
    "core.site": f"site_id integer, geom {POINT}",
    "core.road_node": f"node_id bigint, geom {POINT}",
    "core.road_edge": "edge_id integer, from_node_id bigint, to_node_id bigint, length_m float, highway text, name text, "
    "geom geometry(LineString, :metric_srid)",
    "core.region": "access_max_m float, candidate_cluster_m float, candidate_gap_m float, hexagon_edge_m float",
    "core.address": f"address_id integer, geom {POINT}",
    "core.census_area": "census_area_id integer, dwelling_count float, population float, is_polygon boolean, "
    "inside_share float, geom geometry(Geometry, :metric_srid)",
    "core.given_candidate": f"candidate_key text, refusal text, geom {POINT}",
    "core.place": f"place_key text, geom {POINT}",
    "core.place_cluster": f"place_key text, is_excluded boolean, geom {POINT}",
    "core.place_host": "place_key text, host_key text",
    "core.last_resort_place": "place_key text",
}
VIEWS = [
    "core.hexagon_index", "core.address_in_area", "core.address_claim", "core.gap_junction", "core.place_member", "analysis.access_point",
]  # fmt: skip


@pytest.fixture(scope="module")
def tied(templates: Any) -> Any:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        drawn = DrawnCore(conn, tables=TABLES, views=VIEWS)
        # as on a load of many rows, where the nearest is found through the index
        conn.execute("create index on core.road_edge using gist (geom)")
        yield drawn


def wkt(*points: tuple[int, int]) -> str:
    text = ", ".join(f"{500_000 + x} {4_800_000 + y}" for x, y in points)
    return f"SRID={SRID};" + (f"POINT({text})" if len(points) == 1 else f"LINESTRING({text})")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.randoms(use_true_random=False), is_indexed=st.booleans())
def test_rows_exactly_as_near_are_picked_by_key_in_whatever_order_they_lie(
    tied: DrawnCore, draw: random.Random, *, is_indexed: bool
) -> None:
    """A place amid four parallel streets and four places: two of each are exactly as near."""
    rows = {
        "core.demand_cell": [(1, 10.0, wkt((50, 0)))],
        "core.site": [(1, wkt((50, 0)))],
        "core.road_node": [
            (n, wkt((x, y))) for n, (x, y) in enumerate([(0, 10), (100, 10), (0, -10), (100, -10)])
        ],
        "core.road_edge": [
            (1, 1, 0, 100.0, "residential", "Upper back", wkt((100, 10), (0, 10))),
            (2, 0, 1, 100.0, "residential", "Upper", wkt((0, 10), (100, 10))),
            (3, 2, 3, 100.0, "residential", "Lower", wkt((0, -10), (100, -10))),
            (4, 3, 2, 100.0, "residential", "Lower back", wkt((100, -10), (0, -10))),
        ],
        "core.region": [(100.0, 100.0, 5.0, 200.0)],
        "core.address": [(1, wkt((50, 0)))],
        "core.census_area": [
            (n, None, 5.0, False, 1.0, wkt((50 + x, 0))) for n, x in ((1, 7), (2, -7), (3, 7))
        ],
        "core.place": [("n9", wkt((50, 0)))],
        "core.place_cluster": [(f"n{n}", False, wkt((50, y))) for n, y in ((3, 30), (5, -30), (4, 30))],
    }
    for values in rows.values():
        draw.shuffle(values)
    tied.conn.execute(f"set enable_seqscan to {'off' if is_indexed else 'on'}".encode())
    tied.fill(rows)
    assert tied.rows("select edge_id from analysis.access_point") == [(1,), (1,)]
    assert tied.rows("select census_area_id from core.address_claim") == [(1,)]
    assert tied.rows("select cluster_key from core.place_member") == [("n3",)]
    assert tied.rows("select node_id, street_name from core.gap_junction") == [(0, "Upper back")]


ORDERED = {"origin", "source_remark", "region"}
"""Views that name records by their place in the file, or the file."""
WITH_RECORDS = {
    "source_id", "record_number", "backward_source_id", "backward_record_number", "three_phase_record_number", "substation_record_number",
}  # fmt: skip


def shuffle_records(folder: Path, draw: random.Random) -> None:
    """Put the records of every table and list of a town in another order."""
    for path in sorted(folder.glob("*.csv")):
        head, *records = path.read_text(encoding="utf-8").splitlines()
        draw.shuffle(records)
        path.write_text("\n".join([head, *records]) + "\n", encoding="utf-8")
    for path in sorted(folder.glob("*.json")):
        records = json.loads(path.read_text(encoding="utf-8"))
        draw.shuffle(records)
        path.write_text(json.dumps(records), encoding="utf-8")
    for path in sorted(folder.glob("*.geojson")):
        layer = json.loads(path.read_text(encoding="utf-8"))
        draw.shuffle(layer["features"])
        path.write_text(json.dumps(layer), encoding="utf-8")


def town_with_ties(folder: Path) -> Path:
    """Write Toy Town with addresses amid two points of people, and people amid two streets."""
    region = write_sources(folder)
    with (folder / "people.csv").open("a", encoding="utf-8", newline="") as file:
        for key, x, y in (("P6", 500, 400), ("P7", 520, 400), ("P8", 480, 400)):
            csv.writer(file).writerow((key, *lon_lat(x, y), 40, 5, 5))
    spots = [(500 + x, 400 + y) for x in range(-30, 31, 10) for y in (-10, 0, 10)]
    with (folder / "addresses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("lon", "lat"), *(lon_lat(x, y) for x, y in spots)])
    text = region.read_text(encoding="utf-8")
    text += '\n[sources.addresses]\npath = "addresses.csv"\nlicence = "drawn"\ndata_date = "2024"\n'
    region.write_text(text + 'columns = { lon = "lon", lat = "lat" }\n', encoding="utf-8")
    return region


def contents(conn: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Return the rows of core and of distances, without what names a record by its place in a file."""
    found = {}
    for schema, name, columns in conn.execute(
        """
        select c.relnamespace::regnamespace::text, c.relname, array_agg(a.attname::text order by a.attnum)
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace in (to_regnamespace('core'), to_regnamespace('analysis')) and c.relkind in ('v', 'm')
        group by c.relnamespace, c.relname
        """
    ).fetchall():
        kept = [c for c in columns if c not in WITH_RECORDS | {"load_id"}]
        if name in ORDERED or name.endswith("_origin") or not kept:
            continue
        query = f"select row({', '.join(kept)})::text from {schema}.{name}"  # noqa: S608 - names of the catalogue
        found[f"{schema}.{name}"] = sorted(row[0] for row in conn.execute(query.encode()).fetchall())
    # the records that supply a site are named by their place in the file: they are held by what they are
    found["records of core.site_supply"] = sorted(
        row[0]
        for row in conn.execute(
            "select row(s.site_id, t.supply_key, g.name, g.is_substation, st_astext(g.geom))::text from core.site_supply as s"
            " left join core.three_phase_supply as t"
            " on (t.source_id, t.record_number) = (s.three_phase_source_id, s.three_phase_record_number)"
            " left join core.grid_station as g"
            " on (g.source_id, g.record_number) = (s.substation_source_id, s.substation_record_number)"
        ).fetchall()
    )
    assert len(found["records of core.site_supply"]) == len(found["core.site"])
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_records_in_another_order_make_the_same_database(
    templates: Any, tmp_path: Path, seed: int
) -> None:
    made = []
    for is_shuffled in (False, True):
        folder = tmp_path / str(is_shuffled)
        region = town_with_ties(folder)
        if is_shuffled:
            shuffle_records(folder, random.Random(seed))  # noqa: S311 - an order, no secret
        with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
            load_region(str(region), conn)
            made.append(contents(conn))
    rows, shuffled = made
    assert {name for name in rows if rows[name] != shuffled[name]} == set()
