"""OpenStreetMap: the drive network and places, from whole, clipped and damaged files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from db.common.errors import UsageError
from etl.region.sources import OsmSource, RoadSource
from etl.sources.base import Batch, Frame
from etl.sources.places import list_feature_types, read_places
from etl.sources.road_speed import TYPICAL_KMH
from etl.sources.roads import read_roads
from tests.support.etl_frame import FRAME, faults, outside, rows
from tests.support.osm_file import Tags, ends, line, street, write

OSM = OsmSource(path="x")
ROADS = RoadSource(path="x")


def roads(path: Path, frame: Frame = FRAME) -> tuple[Batch, list[dict[str, Any]]]:
    batch = read_roads(path, ROADS, frame)
    return batch, rows(batch, "road_edge")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, [(1, 3), (3, 1)]),
        ({"oneway": "yes"}, [(1, 3)]),
        ({"oneway": "-1"}, [(3, 1)]),
        ({"junction": "roundabout"}, [(1, 3)]),
    ],
)
def test_directions(tmp_path: Path, tags: Tags, expected: list[tuple[int, int]]) -> None:
    _, edges = roads(write(tmp_path, line(3), [street([1, 2, 3], **tags)]))
    assert ends(edges) == expected
    shape = shapely.from_wkb(edges[0]["geom"])
    assert shape.coords[0][0] == pytest.approx(-80.52 + 0.002 * (expected[0][0] - 1))
    assert edges[0]["length_m"] == pytest.approx(323.2, abs=0.5)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"}, {"highway": "service"}, {"highway": "construction"}, {"area": "yes"},
        {"access": "private"}, {"motor_vehicle": "no"}, {"motorcar": "no"}, {"service": "driveway"},
    ],
)  # fmt: skip
def test_what_the_drive_filter_leaves_out(tmp_path: Path, tags: Tags) -> None:
    way = street([2, 3], way_id=2, **tags)
    _, edges = roads(write(tmp_path, line(3), [street([1, 2]), way]))
    assert ends(edges) == [(1, 2), (2, 1)]


def test_ids_beyond_32_bit_and_below_zero(tmp_path: Path) -> None:
    for first in (2**40, -10):
        nodes = line(2, first=first)
        batch, edges = roads(write(tmp_path, nodes, [street(list(nodes), way_id=first)]))
        assert [row["node_id"] for row in rows(batch, "road_node")] == sorted(nodes)
        assert edges[0]["osm_way_ids"] == [first]


def test_a_clipped_way_ends_where_a_node_is_missing(tmp_path: Path) -> None:
    nodes = {node: place for node, place in line(7).items() if node != 4}
    batch, edges = roads(write(tmp_path, nodes, [street([1, 2, 3, 4, 5, 6, 7, 99])]))
    assert ends(edges) == [(1, 3), (3, 1)]
    assert outside(batch)[0].reason.startswith("2 node references are missing")


def test_only_the_largest_part_is_kept(tmp_path: Path) -> None:
    ways = [street([1, 2, 3]), street([3, 4], way_id=2), street([6, 7], way_id=3)]
    _, edges = roads(write(tmp_path, line(7), ways))
    assert ends(edges) == [(1, 4), (4, 1)]
    assert edges[0]["osm_way_ids"] == [1, 2]


def test_roads_beyond_the_margin_are_cut_by_a_boundary_alone(tmp_path: Path) -> None:
    nodes = {1: (-80.5, 43.4), 2: (-80.46, 43.4), 3: (-80.2, 43.4)}
    path = write(tmp_path, nodes, [street([1, 2, 3])])
    batch, edges = roads(path)
    assert ends(edges) == [(1, 2), (2, 1)]
    assert outside(batch)[0].reason.startswith("1 road nodes lie outside")
    assert ends(roads(path, Frame(FRAME.outline))[1]) == [(1, 3), (3, 1)]


@pytest.mark.parametrize(
    ("maxspeed", "kmh"),
    [("30 mph", 48.28), ("60", 60), ("DE:urban", 50), ("0", 60), ("999", 60), ("fast", 60), ("40|60", 50)],
)
def test_speeds(tmp_path: Path, maxspeed: str, kmh: float) -> None:
    ways = [street([1, 2], maxspeed="40"), (2, [2, 3], {"highway": "primary", "maxspeed": maxspeed})]
    nodes = {**line(3), 9: (-80.518, 43.41)}
    batch, edges = roads(write(tmp_path, nodes, [*ways, street([2, 9], way_id=3)]))
    (speed,) = {edge["speed_kmh"] for edge in edges if edge["highway"] == "primary"}
    assert speed == pytest.approx(kmh, abs=0.01)
    is_bad = maxspeed in ("0", "999", "fast")
    assert batch.assumptions == is_bad * [
        "No road of these classes has a maxspeed; usual limits in km/h are assumed: primary 60.",
        "1 roads have a maxspeed that is not a speed; that of their class is used.",
    ]


def test_without_any_maxspeed_usual_limits_are_assumed_and_said(tmp_path: Path) -> None:
    batch, edges = roads(write(tmp_path, line(2), [street([1, 2])]))
    assert edges[0]["speed_kmh"] == TYPICAL_KMH["residential"]
    assert batch.assumptions == [
        "No road of the extract has a maxspeed; usual limits by road class are assumed."
    ]


def test_names_that_xml_dislikes(tmp_path: Path) -> None:
    _, edges = roads(write(tmp_path, line(2), [street([1, 2], name='A & <B> "c"\x01')]))
    assert edges[0]["name"] == 'A & <B> "c"'


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "restaurant"}, ["poi"]),
        ({"amenity": "bench"}, []),
        ({"shop": "bakery"}, ["poi"]),
        ({"shop": "vacant"}, []),
        ({"office": "government"}, ["poi"]),
        ({"leisure": "pitch", "access": "private"}, []),
        ({"amenity": "parking"}, ["parking"]),
        ({"amenity": "charging_station"}, ["charging_station"]),
        ({"power": "substation"}, ["substation"]),
        ({"landuse": "retail", "shop": "mall"}, ["land_use", "poi"]),
        ({"power": "minor_line"}, ["power_line"]),
        ({"power": "tower"}, []),
        ({"natural": "water"}, ["ground"]),
        ({"natural": "tree"}, []),
        ({"boundary": "administrative"}, []),
        ({"leisure": "park", "flood_prone": "yes"}, ["ground", "poi"]),
        ({"name": "x"}, []),
    ],
)
def test_kinds_of_places(tags: Tags, expected: list[str]) -> None:
    assert list_feature_types(tags) == expected


def test_places_of_a_clipped_extract(tmp_path: Path) -> None:
    nodes = {1: (-80.5, 43.4), 2: (-80.49, 43.4), 3: (-80.49, 43.41), 4: (-79.0, 43.0)}
    ways: list[tuple[int, list[int], Tags]] = [
        (1, [1, 2, 3, 1], {"amenity": "parking", "name": "P"}),
        (2, [1, 2, 99, 1], {"shop": "mall"}),
        (3, [98, 99, 98], {"landuse": "retail"}),
        (4, [1, 2], {"landuse": "retail"}),
        (5, [1, 2, 3], {"power": "minor_line", "cables": "3"}),
        (6, [1, 2, 3, 1], {"natural": "wetland"}),
        (7, [1, 2], {"natural": "wetland"}),
        (8, [1, 99], {"power": "cable"}),
    ]
    relations = [
        (1, [("w", 1, "outer")], {"type": "multipolygon", "landuse": "retail"}),
        (2, [("w", 77, "outer")], {"type": "multipolygon", "landuse": "retail"}),
    ]
    tags = {1: {"amenity": "cafe"}, 4: {"amenity": "cafe"}}
    batch = read_places(write(tmp_path, nodes, ways, relations, tags=tags), OSM, FRAME)
    found = {
        (row["osm_type"], row["osm_id"], row["feature_kind"]): shapely.from_wkb(str(row["geom"])).geom_type
        for row in rows(batch, "osm_feature")
    }
    assert found == {
        ("node", 1, "poi"): "Point",
        ("way", 1, "parking"): "MultiPolygon",
        ("way", 2, "poi"): "Point",
        ("way", 5, "power_line"): "LineString",
        ("way", 6, "ground"): "MultiPolygon",
        ("relation", 1, "land_use"): "MultiPolygon",
    }
    assert sorted(record.split(" ", 1)[1] for record, _ in faults(batch)) == [
        "(relation 2)",
        "(way 3)",
        "(way 8)",
    ]
    assert [reject.count for reject in outside(batch)] == [1]


@pytest.mark.parametrize("read", [read_roads, read_places])
@pytest.mark.parametrize("content", [b"", b"<html>", bytes(1000), b"\x00\x00\x00\x0d\x0a\x09OSMHeader"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, read: Any, content: bytes) -> None:
    (tmp_path / "map.osm.pbf").write_bytes(content)
    with pytest.raises(UsageError, match=r"^map\.osm\.pbf"):
        read(tmp_path / "map.osm.pbf", ROADS, FRAME)


def test_a_file_without_roads(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no road in the region"):
        roads(write(tmp_path, line(2), [street([1, 2], highway="path")]))
