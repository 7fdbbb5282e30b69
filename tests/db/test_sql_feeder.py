"""Feeders drawn in metres: which records are one, what it has left, and which station it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.support.drawn_core import SRID, DrawnCore

AREA = "geometry(MultiPolygon, :metric_srid)"
TABLES = {
    "staging.grid_feeder": "source_id integer, record_number integer, feeder_key text, distributor text, voltage_kv float, "
    "configuration text, capacity float, capacity_low float, capacity_unit text, updated_on date, station_key text, "
    "geom geometry(Geometry, :metric_srid)",
    "core.region": "feeder_power_factor float, feeder_line_buffer_m float, feeder_join_m float",
    "core.grid_area": f"grid_area_id integer, station_keys text[], geom {AREA}",
}
WEST, EAST = (1, ["W"], (0, 0, 1000, 1000)), (2, ["E", "E2"], (1000, 0, 2000, 1000))


def box(west: float, south: float, east: float, north: float) -> str:
    return (
        f"SRID={SRID};POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    )


def boxes(*corners: tuple[float, float, float, float]) -> str:
    parts = ",".join(box(*c).partition("POLYGON")[2] for c in corners)
    return f"SRID={SRID};MULTIPOLYGON({parts})"


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        yield DrawnCore(conn, tables=TABLES, views=["core.grid_feeder_part", "core.grid_feeder"])


def fill(drawn: DrawnCore, *records: dict[str, Any], join_m: float = 1.0) -> None:
    """Draw records of feeders; what a record does not say is the same for all."""
    usual = {
        "feeder_key": None, "distributor": "D", "voltage_kv": 13.8, "configuration": "Overhead", "capacity": 4.0,
        "capacity_low": None, "capacity_unit": "MVA", "updated_on": "2026-05-01", "station_key": None,
    }  # fmt: skip
    drawn.fill({
        "core.region": [(0.9, 15.0, join_m)],
        "core.grid_area": [(n, keys, boxes(corners)) for n, keys, corners in (WEST, EAST)],
        "staging.grid_feeder": [
            (1, n, *{**usual, **{k: v for k, v in r.items() if k != "geom"}}.values(), r["geom"])
            for n, r in enumerate(records, start=1)
        ],
    })  # fmt: skip


def feeders(drawn: DrawnCore, columns: str) -> list[tuple[Any, ...]]:
    return drawn.rows(f"select {columns} from core.grid_feeder order by grid_feeder_id")  # noqa: S608 - columns of the test


def members(drawn: DrawnCore) -> list[list[int]]:
    """Return the records of each feeder."""
    found = drawn.rows(
        "select array_agg(record_number order by record_number) from core.grid_feeder_part"
        " group by grid_feeder_id order by grid_feeder_id"
    )
    return [numbers for (numbers,) in found]


def row_of(count: int, *, gap_m: float = 0, **said: Any) -> list[dict[str, Any]]:
    """Return so many boxes of 10 m in a row."""
    return [{"geom": box(n * (10 + gap_m), 0, n * (10 + gap_m) + 10, 10), **said} for n in range(count)]


def test_polygons_that_touch_and_say_the_same_share_one_capacity(drawn: DrawnCore) -> None:
    fill(drawn, *row_of(5), {"geom": box(500, 500, 510, 510)})
    assert members(drawn) == [[1, 2, 3, 4, 5], [6]]
    # 4 MVA at a power factor of 0.9, once for five polygons; the sixth touches none of them
    assert feeders(drawn, "capacity_kw, part_count, st_area(geom)") == [
        (pytest.approx(3600), 5, pytest.approx(500)),
        (pytest.approx(3600), 1, pytest.approx(100)),
    ]


@pytest.mark.parametrize(
    "other",
    [{"distributor": "E"}, {"distributor": None}, {"voltage_kv": 27.6}, {"configuration": "Underground"},
     {"capacity": 4.1}, {"capacity": None}, {"capacity": None, "capacity_low": 4.1}],
)  # fmt: skip
def test_what_says_something_else_is_another_feeder(drawn: DrawnCore, other: dict[str, Any]) -> None:
    first, second = row_of(2)
    fill(drawn, first, {**second, **other})
    assert members(drawn) == [[1], [2]]


def test_unknown_capacities_that_touch_are_one_unknown(drawn: DrawnCore) -> None:
    fill(drawn, *row_of(3, capacity=None))
    assert members(drawn) == [[1, 2, 3]]
    assert feeders(drawn, "capacity_kw, capacity_basis") == [(None, None)]


@pytest.mark.parametrize(("gap_m", "join_m", "count"), [(0.5, 1, 1), (2, 1, 3), (2, 5, 1), (0.5, 0, 3)])
def test_the_tolerance_says_what_touches(drawn: DrawnCore, gap_m: float, join_m: float, count: int) -> None:
    fill(drawn, *row_of(3, gap_m=gap_m), join_m=join_m)
    assert len(members(drawn)) == count


def test_a_key_makes_one_feeder_wherever_its_parts_lie_and_the_lowest_capacity_counts(
    drawn: DrawnCore,
) -> None:
    near, far = {"geom": box(0, 0, 10, 10)}, {"geom": box(1500, 500, 1510, 510)}
    fill(
        drawn,
        {**near, "feeder_key": "F1", "capacity": 5},
        {**far, "feeder_key": "F1", "capacity": 2, "voltage_kv": 27.6},
        {**near, "feeder_key": "F2", "capacity": 5},
        {**near, "feeder_key": "F1", "distributor": "other", "capacity": None},
    )
    assert members(drawn) == [[1, 2], [3], [4]]
    assert feeders(drawn, "feeder_key, capacity_kw, is_contradictory") == [
        ("F1", pytest.approx(1800), True),
        ("F2", pytest.approx(4500), False),
        ("F1", None, False),
    ]


@pytest.mark.parametrize(
    ("unit", "capacity", "kw"),
    [
        ("MVA", 2, 1800),
        ("kVA", 2000, 1800),
        ("MW", 2, 2000),
        ("kW", 2000, 2000),
        ("A", 100, 3**0.5 * 13.8 * 100 * 0.9),
    ],
)
def test_units(drawn: DrawnCore, unit: str, capacity: float, kw: float) -> None:
    fill(drawn, {"geom": box(0, 0, 10, 10), "capacity": capacity, "capacity_unit": unit})
    assert feeders(drawn, "capacity_kw, capacity_basis") == [(pytest.approx(kw), "published")]


def test_amperes_without_a_voltage_are_unknown(drawn: DrawnCore) -> None:
    fill(drawn, {"geom": box(0, 0, 10, 10), "capacity": 100, "capacity_unit": "A", "voltage_kv": None})
    assert feeders(drawn, "capacity_kw, capacity_basis") == [(None, None)]


def test_a_range_counts_only_without_a_capacity_and_below_zero_nothing_is_left(drawn: DrawnCore) -> None:
    far = [{"geom": box(100 * n, 0, 100 * n + 10, 10)} for n in range(3)]
    fill(
        drawn,
        {**far[0], "capacity": 2.5, "capacity_low": 1.1},
        {**far[1], "capacity": None, "capacity_low": 1.1},
        {**far[2], "capacity": -0.3, "capacity_low": 0},
    )
    assert feeders(drawn, "capacity_kw, published_kw, capacity_basis") == [
        (pytest.approx(2250), pytest.approx(2250), "published"),
        (pytest.approx(990), pytest.approx(990), "range_low"),
        (0, pytest.approx(-270), "published"),
    ]


def test_lines_get_a_width_and_collections_and_multipolygons_are_areas(drawn: DrawnCore) -> None:
    line = f"SRID={SRID};LINESTRING(0 0, 100 0)"
    mixed = (
        f"SRID={SRID};GEOMETRYCOLLECTION(POLYGON((0 500,10 500,10 510,0 510,0 500)),LINESTRING(0 500,0 600))"
    )
    fill(drawn, {"geom": line}, {"geom": mixed}, {"geom": boxes((500, 0, 510, 10), (700, 0, 710, 10))})
    areas = [area for (area,) in feeders(drawn, "st_area(geom)")]
    assert areas == [pytest.approx(100 * 30 + 3.14 * 15**2, rel=0.01), pytest.approx(100), pytest.approx(200)]


def test_the_station_is_that_of_the_key_else_that_of_the_place(drawn: DrawnCore) -> None:
    west, east = {"geom": box(100, 100, 110, 110)}, {"geom": box(1500, 100, 1510, 110)}
    fill(
        drawn,
        west,
        {**east, "capacity": 1},
        {**west, "capacity": 2, "station_key": "E2"},
        {**west, "capacity": 3, "station_key": "X"},
    )
    assert feeders(drawn, "grid_area_id, is_station_named") == [(1, False), (2, False), (2, True), (1, False)]


def test_the_order_of_records_changes_no_feeder(drawn: DrawnCore) -> None:
    records = [*row_of(4), *row_of(3, capacity=2), {"geom": box(300, 0, 310, 10)}]
    for n, record in enumerate(records):
        record["updated_on"] = f"2026-05-{n + 1:02d}"
    seen = []
    for order in (records, records[::-1]):
        fill(drawn, *order)
        seen.append(sorted(drawn.rows(
            "select array_agg(updated_on order by updated_on) from core.grid_feeder_part group by grid_feeder_id"
        )))  # fmt: skip
    assert seen[0] == seen[1]
