"""Cutting a region out of a large extract: what is kept, in which steps, and whether it is what its publisher gave."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Relation, Way

from db.common.errors import FetchError, UsageError
from etl.fetch import extract
from etl.fetch.client import Client
from etl.fetch.resolve import SourceFinder
from etl.region.file import read_region
from tests.support.toy_town.build import write_sources
from tests.support.web import Web, serving

AREA = shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 2), (0, 4)])
Refs = list[list[int]]


def write(path: Path, places: list[tuple[float, float]], ways: Refs, relations: Refs) -> None:
    """Write nodes 1, 2, ... and ways and multipolygons of them."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, at in enumerate(places, start=1):
            writer.add_node(Node(id=number, location=at, version=1))
        for number, refs in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=refs, version=1, tags={"highway": "road"}))
        for number, members in enumerate(relations, start=1):
            outer = [("w", way, "outer") for way in members]
            writer.add_relation(Relation(id=number, members=outer, version=1, tags={"type": "multipolygon"}))


def ids(path: Path) -> set[tuple[str, int]]:
    return {(item.type_str(), item.id) for item in osmium.FileProcessor(str(path))}


def expected(places: list[tuple[float, float]], ways: Refs, relations: Refs) -> set[tuple[str, int]]:
    """Return what is to be kept, worked out object by object."""
    inside = {n for n, at in enumerate(places, start=1) if shapely.intersects_xy(AREA, *at)}
    kept = {w for w, refs in enumerate(ways, start=1) if inside.intersection(refs)}
    areas = {r for r, members in enumerate(relations, start=1) if kept.intersection(members)}
    kept |= {way for r in areas for way in relations[r - 1]}
    corners = {ref for way in kept for ref in ways[way - 1]}
    return (
        {("n", node) for node in inside | corners}
        | {("w", way) for way in kept}
        | {("r", area) for area in areas}
    )


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_what_touches_the_region_is_kept_whole(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    degree = st.integers(-20, 60).map(lambda n: n / 10)
    places = data.draw(st.lists(st.tuples(degree, degree), min_size=2, max_size=20))
    refs = st.lists(st.integers(1, len(places)), min_size=1, max_size=4)
    ways = data.draw(st.lists(refs, min_size=1, max_size=8))
    relations = data.draw(st.lists(st.lists(st.integers(1, len(ways)), min_size=1, max_size=3), max_size=3))
    folder = tmp_path_factory.mktemp("clip")
    write(folder / "whole.osm.pbf", places, ways, relations)
    right = expected(places, ways, relations)
    if not any(kind == "w" for kind, _ in right):
        with pytest.raises(FetchError, match="no road of whole"):
            extract.clip_extract(folder / "whole.osm.pbf", AREA, folder / "cut.osm.pbf")
        return
    extract.clip_extract(folder / "whole.osm.pbf", AREA, folder / "cut.osm.pbf")
    assert ids(folder / "cut.osm.pbf") == right
    assert [path.name for path in sorted(folder.iterdir())] == ["cut.osm.pbf", "whole.osm.pbf"]


def test_each_step_is_told(tmp_path: Path) -> None:
    write(tmp_path / "whole.osm.pbf", [(1, 1), (9, 9)], [[1, 2]], [])
    told: list[str] = []
    extract.clip_extract(tmp_path / "whole.osm.pbf", AREA, tmp_path / "cut.osm.pbf", told.append)
    assert told == [
        "reading the coordinates of all nodes",
        "finding objects that touch the region: 1 nodes lie in it",
        "completing 1 ways",
        "writing the region",
    ]


def test_nodes_do_not_pass_through_python_one_by_one(tmp_path: Path) -> None:
    """Only what lies in the region is made an object: a million nodes elsewhere cost no call of ours."""
    count = 20_000
    places = [(20 + i / count, 20.0) for i in range(count)] + [(1.0, 1.0), (1.5, 1.0)]
    write(tmp_path / "whole.osm.pbf", places, [[count + 1, count + 2]], [])
    code = (
        "import sys, shapely\nfrom pathlib import Path\nfrom etl.fetch.extract import clip_extract\n"
        "lines = 0\n"
        "def trace(frame, event, arg):\n    global lines\n    lines += event == 'line'\n    return trace\n"
        "area = shapely.box(0, 0, 4, 4)\nsys.settrace(trace)\n"
        f"clip_extract(Path({str(tmp_path / 'whole.osm.pbf')!r}), area, Path({str(tmp_path / 'cut.osm.pbf')!r}))\n"
        "sys.settrace(None)\nprint(lines)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < count / 2


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_sources(tmp_path / "town")


def test_a_file_is_held_against_the_md5_beside_it(town: Path) -> None:
    pbf = town.parent / "town.osm.pbf"
    beside = pbf.with_name(pbf.name + ".md5")
    finder = SourceFinder(read_region(str(town)), Client, lambda _: None)
    source = read_region(str(town)).region.sources.roads[0]
    beside.write_text(f"{hashlib.md5(pbf.read_bytes(), usedforsecurity=False).hexdigest()}  {pbf.name}\n")
    assert finder.find_files("roads", source)[0].path == pbf
    beside.write_text(f"{'0' * 32}  {pbf.name}\n")
    with pytest.raises(UsageError, match=r"town\.osm\.pbf is not the file that was published: its MD5 is"):
        SourceFinder(read_region(str(town)), Client, lambda _: None).find_files("roads", source)
    beside.write_text("no sum at all\n")
    assert SourceFinder(read_region(str(town)), Client, lambda _: None).find_files("roads", source)


@pytest.mark.parametrize("published", ["right", "wrong", None])
def test_a_fetched_extract_is_held_against_the_md5_at_its_address(
    published: str | None, town: Path, tmp_path: Path
) -> None:
    from etl.fetch.cache import Cache

    content = (town.parent / "town.osm.pbf").read_bytes()
    right = hashlib.md5(content, usedforsecurity=False).hexdigest()
    with serving() as web:
        url = give(web, content, {"right": right, "wrong": "f" * 32}.get(published or ""))
        text = town.read_text().replace('path = "town.osm.pbf"', f'service = "extract"\nurl = "{url}"')
        town.write_text(text)
        finder = SourceFinder(
            read_region(str(town)),
            lambda: Client(Cache(tmp_path / "cache")),
            lambda _: shapely.box(-81, 43, -80, 44),
        )
        source = read_region(str(town)).region.sources.roads[0]
        if published == "wrong":
            with pytest.raises(FetchError, match="is not the file that was published"):
                finder.find_files("roads", source)
            return
        assert finder.find_files("roads", source)[0].name.startswith("region_of_")
        assert [said for _, said in finder.notes] == [
            "town.osm.pbf has no published MD5 and was not checked against one."
        ] * (published is None)


def give(web: Web, content: bytes, md5: str | None) -> str:
    """Serve an extract, and its MD5 if there is one; return its address."""
    if md5:
        web.give("/town.osm.pbf.md5", f"{md5}  town.osm.pbf\n".encode(), "text/plain")
    return web.give("/town.osm.pbf", content, "application/octet-stream")
