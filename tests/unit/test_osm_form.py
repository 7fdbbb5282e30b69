"""OpenStreetMap files of every form and in any order give the same rows, or one sentence that says what is wrong."""

from __future__ import annotations

import bz2
import gzip
import json
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.region.sources import OsmSource, RoadSource
from etl.sources import osm_sort
from etl.sources.base import Frame
from etl.sources.osm_file import open_osm_file
from etl.sources.places import read_places
from etl.sources.roads import read_roads
from tests.support.draws import examples

TOWN = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
<node id="1" version="1" lat="43.40" lon="-80.50"/>
<node id="2" version="1" lat="43.40" lon="-80.49"/>
<node id="3" version="1" lat="43.41" lon="-80.49"/>
<node id="4" version="1" lat="43.41" lon="-80.50"/>
<node id="5" version="1" lat="43.405" lon="-80.495"><tag k="amenity" v="cafe"/></node>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="2" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="amenity" v="parking"/></way>
<way id="3" version="1"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/></way>
<way id="4" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="tertiary"/><tag k="maxspeed" v="50"/></way>
<way id="5" version="1"><nd ref="1"/><nd ref="4"/><tag k="shop" v="mall"/></way>
<relation id="1" version="1"><member type="way" ref="3" role="outer"/><tag k="type" v="multipolygon"/>
<tag k="landuse" v="retail"/></relation>
</osm>
"""


def rows(path: Path) -> list[Any]:
    """Return all rows of roads and places, in an order of their own."""
    batches = [
        read_roads(path, RoadSource(path="x"), Frame()),
        read_places(path, OsmSource(path="x"), Frame()),
    ]
    return [sorted(repr(row[1:]) for row in table.rows) for batch in batches for table in batch.tables]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "town.osm"
    path.write_text(TOWN, encoding="utf-8")
    return path


def shuffled(seed: int) -> str:
    """Return the town with its elements in any order."""
    root = ET.fromstring(TOWN)  # noqa: S314 - our own text
    children = list(root)
    random.Random(seed).shuffle(children)  # noqa: S311 - no secret
    root[:] = children
    return ET.tostring(root, encoding="unicode")


@examples(25)
@given(seed=st.integers(0, 10**6))
def test_elements_in_any_order_are_read_as_in_order(
    seed: int, town: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "town.osm"
    path.write_text(shuffled(seed), encoding="utf-8")
    assert rows(path) == rows(town)


def converted(town: Path, suffix: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        made = path.with_name(f"made{suffix}")
        with osmium.SimpleWriter(str(made), overwrite=True) as writer:
            for item in osmium.FileProcessor(str(town)):
                writer.add(item)
        made.rename(path)

    return write


@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "a.txt", "no_ending"])
@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".opl", ".opl.gz"])
def test_a_file_is_what_its_bytes_say_whatever_its_name(
    suffix: str, name: str, town: Path, tmp_path: Path
) -> None:
    shuffled_town = tmp_path / "shuffled.osm"
    shuffled_town.write_text(shuffled(3), encoding="utf-8")
    converted(shuffled_town, suffix)(tmp_path / name)
    assert rows(tmp_path / name) == rows(town)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_xml_in_other_encodings(encoding: str, town: Path, tmp_path: Path) -> None:
    text = TOWN.replace("UTF-8", "UTF-16") if encoding == "utf-16" else TOWN
    (tmp_path / "town.osm").write_text(text, encoding=encoding)
    assert rows(tmp_path / "town.osm") == rows(town)


def overpass_json(*, has_nodes: bool = True, has_geometry: bool = False) -> dict[str, Any]:
    """Return the town as Overpass writes it: `out body; >;`, or `out geom`."""
    root = ET.fromstring(TOWN)  # noqa: S314 - our own text
    place = {
        n.get("id"): {"lat": float(n.get("lat", 0)), "lon": float(n.get("lon", 0))} for n in root.iter("node")
    }
    elements: list[dict[str, Any]] = []
    for child in root:
        tags = {tag.get("k"): tag.get("v") for tag in child.iter("tag")}
        element: dict[str, Any] = {"type": child.tag, "id": int(child.get("id", 0))}
        if child.tag == "node":
            if not has_nodes and not tags:
                continue
            element |= place[child.get("id")]
        elif child.tag == "way":
            refs = [nd.get("ref") for nd in child.iter("nd")]
            element["nodes"] = [int(str(ref)) for ref in refs]
            if has_geometry:
                element["geometry"] = [place[ref] for ref in refs]
        else:
            element["members"] = [
                {"type": m.get("type"), "ref": int(m.get("ref", 0)), "role": m.get("role")}
                for m in child.iter("member")
            ]
        elements.append(element | ({"tags": tags} if tags else {}))
    return {"version": 0.6, "generator": "Overpass API", "elements": elements[::-1]}


@pytest.mark.parametrize("form", [{}, {"has_geometry": True}, {"has_nodes": False, "has_geometry": True}])
def test_the_json_of_overpass(form: dict[str, bool], town: Path, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(json.dumps(overpass_json(**form)), encoding="utf-8")
    assert rows(tmp_path / "export.json") == rows(town)


def test_xml_of_overpass_with_places_in_its_ways_alone(town: Path, tmp_path: Path) -> None:
    root = ET.fromstring(TOWN)  # noqa: S314 - our own text
    place = {n.get("id"): n for n in root.iter("node")}
    for nd in root.iter("nd"):
        node = place[nd.get("ref")]
        nd.set("lat", str(node.get("lat")))
        nd.set("lon", str(node.get("lon")))
    for node in list(root.iter("node")):
        root.remove(node)
    (tmp_path / "geom.osm").write_text(ET.tostring(root, encoding="unicode"), encoding="utf-8")
    whole = rows(town)
    found = rows(tmp_path / "geom.osm")
    assert found[:3] == whole[:3]
    assert [row for row in whole[3] if "cafe" not in row] == found[3]


def test_a_large_file_is_sorted_in_runs(town: Path, tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_text(shuffled(5), encoding="utf-8")
    path, double_count = osm_sort.sort(str(tmp_path / "town.osm"), tmp_path, run_objects=3)
    assert double_count == 0
    assert osm_sort.check_order(str(path)).is_sorted
    assert rows(path) == rows(town)


def test_of_an_object_that_is_there_twice_the_newest_is_used_and_the_others_are_counted(
    town: Path, tmp_path: Path
) -> None:
    again = '<way id="4" version="0"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/></way>'
    (tmp_path / "town.osm").write_text(TOWN.replace("</osm>", again * 2 + "</osm>"), encoding="utf-8")
    with open_osm_file(tmp_path / "town.osm") as osm:
        assert osm.double_count == 2
    assert rows(tmp_path / "town.osm") == rows(town)
    batch = read_roads(tmp_path / "town.osm", RoadSource(path="x"), Frame())
    assert [r.reason for r in batch.rejects] == ["2 objects are duplicates; the newest of each is used"]


PBF_HEAD = b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f"


@pytest.mark.parametrize(
    ("content", "said", "hint"),
    [
        (b"", "is empty", "fetch the extract again"),
        (b"  \n", "is empty", "fetch the extract again"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "is a web page", "open the address"),
        (b"<html>", "is a web page", "open the address"),
        (b"PK\x03\x04....", "is a .zip archive", "unpack it"),
        (b"\xfd7zXZ\x00....", "is packed with xz", "unpack it"),
        (gzip.compress(PBF_HEAD, mtime=0), "is pbf compressed as .gz", "unpack it"),
        (b'<?xml version="1.0"?><gpx version="1.1"></gpx>', "is a GPS track", "an extract of OpenStreetMap"),
        (b'<osmChange version="0.6"></osmChange>', "holds changes", "apply them to an extract"),
        (b'<?xml version="1.0"?><svg></svg>', "its root is <svg>", "an extract of OpenStreetMap"),
        (b"id,lon,lat\n1,2,3\n", "is not an OpenStreetMap file", "an extract of OpenStreetMap"),
        (bytes(1000), "is not an OpenStreetMap file", "an extract of OpenStreetMap"),
        (TOWN.encode()[:400], "it is cut short", "compare its size"),
        (gzip.compress(TOWN.encode(), mtime=0)[:200], "it is cut short", "compare its size"),
        (bz2.compress(TOWN.encode())[:200], "it is cut short", "compare its size"),
        (PBF_HEAD, "it is cut short", "compare its size"),
        (TOWN.replace('version="0.6"', "").encode(), "has no version", "begins with <osm version"),
        (TOWN.replace("<way", "<way<").encode(), "its XML is damaged", "correct it there"),
        (b"n1 v1 x1 y2\nw1 v1 Nx\n", "its OPL is damaged", "correct that line"),
        (b'{"type": "FeatureCollection"}', "not an answer of Overpass", "as raw data"),
        (b'{"elements": [', "cannot be read as JSON", "fetch it again"),
        (b'{"elements": [{"type": "node", "id": 1}]}', "has an element that cannot be read", "fetch it again"),
        (b'{"elements": [], "remark": "runtime error: timed out"}', "Overpass stopped in the middle", "timeout"),
        (re.sub(r"<node.*\n", "", TOWN).encode(), "none of their nodes", "query the nodes"),
    ],
)  # fmt: skip
def test_each_complaint_has_its_own_hint(content: bytes, said: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "map.osm.pbf"
    path.write_bytes(content)
    for read in (read_roads, read_places):
        with pytest.raises(UsageError, match=rf"^map\.osm\.pbf .*{re.escape(said)}") as error:
            read(path, RoadSource(path="x"), Frame())
        assert hint in error.value.hint


def test_a_history_file_is_said_to_be_one(town: Path, tmp_path: Path) -> None:
    path = tmp_path / "town.osh.pbf"
    header = osmium.io.Header()
    header.has_multiple_object_versions = True
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for item in osmium.FileProcessor(str(town)):
            writer.add(item)
    with pytest.raises(UsageError, match="is a history file") as error:
        read_roads(path, RoadSource(path="x"), Frame())
    assert "osmium time-filter" in error.value.hint


def test_objects_that_an_editor_has_numbered_below_zero(town: Path, tmp_path: Path) -> None:
    text = re.sub(r'(?<=[ ])(id|ref)="(\d+)"', r'\1="-\2"', TOWN)
    (tmp_path / "town.osm").write_text(text, encoding="utf-8")
    places = read_places(tmp_path / "town.osm", OsmSource(path="x"), Frame())
    as_given = read_places(town, OsmSource(path="x"), Frame())
    assert sorted((row[1], -row[2], row[-1]) for row in places.tables[0].rows) == sorted(
        (row[1], row[2], row[-1]) for row in as_given.tables[0].rows
    )
    assert places.rejects == []
    roads = read_roads(tmp_path / "town.osm", RoadSource(path="x"), Frame())
    assert {row[1] for row in roads.tables[0].rows} == {-1, -2, -3, -4} & {
        row[1] for row in roads.tables[0].rows
    }
    assert len(roads.tables[1].rows) == len(read_roads(town, RoadSource(path="x"), Frame()).tables[1].rows)


def test_case_14_is_read_as_case_06(shared: Path) -> None:
    in_order, as_overpass = (
        shared / "cases" / name / "town.osm" for name in ("06_osm_chargers", "14_overpass_order")
    )
    assert rows(as_overpass) == rows(in_order)
