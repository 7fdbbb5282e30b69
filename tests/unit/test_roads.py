"""The drive network: speeds, access, ferries, and the parts of it that are not connected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl.region.sources import RoadSource
from etl.sources.base import Batch, Frame
from etl.sources.ferry import parse_duration_min
from etl.sources.legal_speed import MPH
from etl.sources.road_access import ferry_carries_cars, find_oneway, find_road_class, is_open
from etl.sources.road_speed import TYPICAL_KMH, NoSpeedError, parse_speed_kmh, read_speeds_kmh
from etl.sources.roads import read_roads
from tests.support.etl_frame import outside, rows
from tests.support.osm_file import Tags, ends, line, street, write

CASES = "cases"


def read(path: Path, frame: Frame = Frame(), **options: Any) -> Batch:  # noqa: B008 - it is frozen
    return read_roads(path, RoadSource(path="x", **options), frame)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("50kmh", 50), ("50 kph", 50), ("30 mph", 30 * MPH), ("30mph", 30 * MPH),
        ("5 knots", 9.26), ("8 knots", 14.816), ("walk", 6), ("walking_pace", 6), ("DE:walk", 6), ("50|80", 65),
        ("50;80", 65), ("40; signals", 40), ("RO:urban", 50), ("RU:urban", 60), ("DE:rural", 100),
        ("FR:rural", 80), ("DE:motorway", 130), ("IT:trunk", 110), ("GB:nsl_single", 60 * MPH),
        ("GB:urban", 30 * MPH), ("DE:zone30", 30), ("DE:zone:30", 30), ("FR:30", 30), ("IT:zone20", 20),
        ("CZ:living_street", 20), ("DE:living_street", 7), ("BE-VLG:rural", 70), ("signals", None), ("none", None),
        ("variable", None), ("XX:unknown_word", None), ("12.5", 12.5),
    ],
)  # fmt: skip
def test_what_maxspeed_says(text: str, kmh: float | None) -> None:
    assert parse_speed_kmh(text, "primary") == (None if kmh is None else pytest.approx(kmh, abs=0.01))


@pytest.mark.parametrize("text", ["0", "999", "2 knots", "-50", "fast", "200 mph", "50 furlongs"])
def test_what_is_no_speed(text: str) -> None:
    with pytest.raises(NoSpeedError):
        parse_speed_kmh(text, "primary")


def test_no_limit_is_the_recommended_speed_of_a_motorway_alone() -> None:
    assert parse_speed_kmh("none", "motorway") == 130
    assert parse_speed_kmh("none", "motorway_link") is None
    assert parse_speed_kmh("none", "residential") is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"maxspeed": "50", "maxspeed:forward": "70"}, (70, 50)),
        ({"maxspeed:backward": "30"}, (None, 30)),
        ({"maxspeed": "signals", "zone:maxspeed": "DE:30"}, (30, 30)),
        ({"source:maxspeed": "DE:urban"}, (50, 50)),
        ({"maxspeed:type": "sign", "source:maxspeed": "survey"}, (None, None)),
        ({"zone:traffic": "RU:urban"}, (60, 60)),
        ({"maxspeed": "80", "maxspeed:conditional": "60 @ (22:00-06:00)", "maxspeed:hgv": "40"}, (80, 80)),
        ({"maxspeed": "999", "maxspeed:type": "DE:rural"}, (100, 100)),
    ],
)
def test_speeds_by_direction_and_zone(tags: Tags, expected: tuple[float | None, float | None]) -> None:
    assert read_speeds_kmh(tags, "primary")[:2] == expected


def test_each_direction_of_a_street_has_its_own_speed(tmp_path: Path) -> None:
    tags = {"maxspeed:forward": "50", "maxspeed:backward": "100"}
    edges = rows(read(write(tmp_path, line(2), [street([1, 2], **tags)])), "road_edge")
    assert {edge["from_node_id"]: round(float(str(edge["speed_kmh"])), 6) for edge in edges} == {
        1: 50,
        2: 100,
    }
    against = street([1, 2], oneway="-1", **tags)
    (edge,) = rows(read(write(tmp_path, line(2), [against])), "road_edge")
    assert edge["from_node_id"] == 2
    assert edge["speed_kmh"] == pytest.approx(100)


def test_a_street_of_two_speeds_takes_the_time_of_both(tmp_path: Path) -> None:
    ways = [street([1, 2], maxspeed="20"), street([2, 3], way_id=2, maxspeed="80")]
    edges = rows(read(write(tmp_path, line(3), ways)), "road_edge")
    assert {round(float(str(edge["speed_kmh"])), 3) for edge in edges} == {32.0}


def test_a_class_without_speeds_has_its_usual_one_and_not_that_of_others(shared: Path) -> None:
    batch = read(shared / CASES / "01_speeds" / "town.osm")
    found: dict[str, set[float]] = {}
    for edge in rows(batch, "road_edge"):
        found.setdefault(str(edge["highway"]), set()).add(round(float(str(edge["speed_kmh"])), 1))
    assert found["residential"] == {TYPICAL_KMH["residential"]}
    assert found["motorway"] == {110}
    assert found["motorway_link"] == {TYPICAL_KMH["motorway_link"]}
    assert found["living_street"] == {6}
    assert found["tertiary"] == {50}
    assert {48.3, 65} <= found["secondary"]
    assert batch.assumptions == [
        "No road of these classes has a maxspeed; usual limits in km/h are assumed: "
        "primary 60, motorway_link 60, residential 40."
    ]


def test_access_as_the_case_says(shared: Path) -> None:
    batch = read(shared / CASES / "02_access" / "town.osm")
    kept = {way for edge in rows(batch, "road_edge") for way in edge["osm_way_ids"]}  # type: ignore[attr-defined]
    expected = json.loads((shared / CASES / "02_access" / "expected.json").read_text())
    assert {name: int(way) in kept for way, (name, _) in expected.items()} == dict(expected.values())
    assert "7 roads are closed to cars of the public by their tags" in [r.reason for r in outside(batch)]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, True),
        ({"access": "no"}, False),
        ({"access": "no", "vehicle": "yes"}, True),
        ({"vehicle": "no", "motor_vehicle": "destination"}, True),
        ({"motor_vehicle": "no", "motorcar": "yes"}, True),
        ({"motor_vehicle": "yes", "motorcar": "no"}, False),
        ({"access": "private;customers"}, True),
        ({"motor_vehicle": "agricultural; forestry"}, False),
        ({"access": "yes", "motor_vehicle": "Private"}, False),
        ({"motor_vehicle:conditional": "no @ (Mo-Fr 07:00-09:00)"}, True),
        ({"access": "no", "access:conditional": "yes @ (May-Oct)"}, False),
        ({"access": "unknown"}, True),
        ({"bicycle": "no", "hgv": "no", "foot": "no"}, True),
    ],
)
def test_the_most_specific_access_tag_decides(tags: Tags, expected: bool) -> None:  # noqa: FBT001
    assert is_open(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, "residential"), ({"highway": "Residential"}, "residential"),
        ({"highway": "unclassified;tertiary"}, "tertiary"), ({"highway": "busway"}, None),
        ({"highway": "escape"}, None), ({"highway": "crossing"}, None),
        ({"highway": "residential", "service": "alley"}, None),
        ({"highway": "residential", "service": "private"}, None),
        ({"highway": "residential", "area": "yes"}, None), ({"highway": "residential", "service": "bus"}, "residential"),
    ],
)  # fmt: skip
def test_classes_for_cars(tags: Tags, expected: str | None) -> None:
    assert find_road_class(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, None), ({"oneway": "yes"}, "yes"), ({"oneway": "-1"}, "-1"), ({"oneway": "reversible"}, "no"),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, "no"), ({"motor_vehicle:backward": "no"}, "yes"),
        ({"vehicle:forward": "no"}, "-1"), ({"vehicle:backward": "no", "motorcar:backward": "yes"}, None),
    ],
)  # fmt: skip
def test_directions_for_cars(tags: Tags, expected: str | None) -> None:
    assert find_oneway(tags) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:20", 20), ("1:30", 90), ("00:07:30", 7.5), ("20", 20), ("20 min", 20), ("1 h", 60), ("1 h 30 min", 90),
        ("PT20M", 20), ("PT1H30M", 90), ("1.5 h", 90), ("", None), ("about an hour", None), ("0", None), ("P", None),
    ],
)  # fmt: skip
def test_how_long_a_ferry_takes(text: str, minutes: float | None) -> None:
    assert parse_duration_min(text) == minutes


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, True), ({"motor_vehicle": "yes", "foot": "yes"}, True), ({"foot": "yes"}, False),
        ({"bicycle": "yes", "motorcar": "yes"}, True), ({"motor_vehicle": "no"}, False), ({"access": "private"}, False),
    ],
)  # fmt: skip
def test_which_ferries_carry_cars(tags: Tags, expected: bool) -> None:  # noqa: FBT001
    assert ferry_carries_cars(tags) is expected


def test_an_island_is_left_out_and_said_or_joined_by_its_ferry(shared: Path) -> None:
    town = shared / CASES / "04_ferry_island" / "town.osm"
    without, joined = read(town), read(town, ferries=True)
    assert len(rows(without, "road_left_out")) == 12
    assert [r.reason for r in outside(without)] == [
        "12 roads of 20.1 km left out: they are not connected to the network"
    ]
    assert any("`ferries = true` under [sources.roads]" in said for said in without.assumptions)
    assert rows(joined, "road_left_out") == []
    assert outside(joined) == []
    crossing = [edge for edge in rows(joined, "road_edge") if edge["highway"] == "ferry"]
    assert ends(crossing) == [(4, 1033), (1033, 4)]
    minutes = [float(str(e["length_m"])) / 1000 / float(str(e["speed_kmh"])) * 60 for e in crossing]
    assert minutes == pytest.approx([20, 20])


def test_a_ferry_told_by_its_relation(tmp_path: Path) -> None:
    ways: list[tuple[int, list[int], Tags]] = [street([1, 2]), street([3, 4], way_id=2), (3, [2, 3], {})]
    relation = (
        1,
        [("w", 3, "")],
        {"type": "route", "route": "ferry", "duration": "00:10", "motor_vehicle": "yes"},
    )
    batch = read(write(tmp_path, line(4), ways, [relation]), ferries=True)
    (there, back) = [edge for edge in rows(batch, "road_edge") if edge["highway"] == "ferry"]
    assert (there["length_m"], there["speed_kmh"]) == (back["length_m"], back["speed_kmh"])
    assert float(str(there["speed_kmh"])) == pytest.approx(float(str(there["length_m"])) / 1000 * 6)


def test_every_street_is_in_the_network_or_counted(tmp_path: Path) -> None:
    """A ring that stands alone is a part like any other."""
    ring = {20: (-80.50, 43.42), 21: (-80.49, 43.42), 22: (-80.49, 43.425)}
    ways = [street([1, 2, 3, 4, 5]), street([10, 11], way_id=2), street([20, 21, 22, 20], way_id=3)]
    batch = read(write(tmp_path, {**line(5), **line(2, first=10), **ring}, ways))
    left_out = rows(batch, "road_left_out")
    assert {(row["part_number"], row["osm_way_id"]) for row in left_out} == {(2, 3), (3, 2)}
    assert sum(reject.count for reject in outside(batch)) == 2
    assert batch.fault_share == 0


def test_many_parts_are_listed_by_length_and_the_rest_together(tmp_path: Path) -> None:
    nodes = {**line(3), **{100 + i: (-80.54 + 0.003 * (i // 2) + 0.001 * (i % 2), 43.38) for i in range(50)}}
    ways = [street([1, 2, 3]), *(street([100 + 2 * i, 101 + 2 * i], way_id=2 + i) for i in range(25))]
    reasons = [(r.record, r.count) for r in outside(read(write(tmp_path, nodes, ways)))]
    assert len(reasons) == 21
    assert reasons[-1] == ("several", 5)
