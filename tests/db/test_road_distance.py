"""Road distances against an independent search: networkx and shapely on the edges of the loader."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import psycopg
import pyproj
import pytest
import shapely

from db.session.connection import connect
from etl.load import load_region

# SQL rounds the place where a way meets its street to the decimetre, at both ends of a route
TOLERANCE_M = 0.25


@dataclass(frozen=True)
class Edge:
    """A directed edge: its ends, length in metres, minutes, and line in the metric CRS."""

    from_node_id: int
    to_node_id: int
    length_m: float
    duration_min: float
    line: shapely.LineString


class Roads:
    """The directed graph of the current load, and shortest routes with legs to the nearest street."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        row = conn.execute(
            """
            select
                l.metric_srid,
                max(s.value) filter (where s.setting = 'access_speed_kmh'),
                max(s.value) filter (where s.setting = 'road_distance_max_m'),
                max(s.value) filter (where s.setting = 'access_max_m')
            from raw.load as l join raw.setting as s using (load_id) where l.is_current group by l.load_id
            """
        ).fetchone()
        assert row
        srid, self.access_speed_kmh, self.limit_m, self.access_max_m = row
        project = pyproj.Transformer.from_crs(4326, srid, always_xy=True).transform
        found = conn.execute(
            """
            select from_node_id, to_node_id, length_m, speed_kmh, st_asbinary(geom), highway
            from raw.road_edge where load_id = (select load_id from raw.load where is_current)
            """
        ).fetchall()
        self.edges: list[Edge] = []
        self.open_to_drives: list[int] = []
        self.graph = nx.MultiDiGraph()
        for u, v, length_m, speed_kmh, wkb, highway in found:
            minutes = length_m / (speed_kmh * 1000 / 60)
            edge = Edge(
                u,
                v,
                length_m,
                minutes,
                shapely.transform(shapely.from_wkb(bytes(wkb)), project, interleaved=False),
            )
            if highway not in ("motorway", "motorway_link"):
                self.open_to_drives.append(len(self.edges))
            self.edges.append(edge)
            self.graph.add_edge(u, v, length=length_m, minutes=minutes)
        self.tree = shapely.STRtree([self.edges[i].line for i in self.open_to_drives])

    def meet(self, place: shapely.Point) -> tuple[float, list[tuple[Edge, float]]]:
        """Return the leg to the nearest street, and its directions with the share of them passed there."""
        nearest = self.open_to_drives[self.tree.nearest(place)]
        point = self.edges[nearest].line.interpolate(self.edges[nearest].line.project(place))
        pair = {(self.edges[nearest].from_node_id, self.edges[nearest].to_node_id)}
        pair |= {(v, u) for u, v in pair}
        line = self.edges[nearest].line
        both = [
            e
            for i in self.tree.query(point.buffer(0.01), predicate="intersects")
            if ((e := self.edges[self.open_to_drives[i]]).from_node_id, e.to_node_id) in pair
            and e.line.hausdorff_distance(line) < 0.001
        ]
        return place.distance(line), [(e, e.line.project(point, normalized=True)) for e in both]

    def shortest(self, start: shapely.Point, end: shapely.Point) -> tuple[float, float] | None:
        """Return metres and minutes of the shortest route; None when there is none within the limit."""
        (start_leg_m, starts), (end_leg_m, ends) = self.meet(start), self.meet(end)
        legs_m = start_leg_m + end_leg_m
        if max(start_leg_m, end_leg_m) > self.access_max_m:
            return None
        self.graph.add_nodes_from(("start", "end"))
        try:
            for edge, share in starts:
                self._add("start", edge.to_node_id, edge, 1 - share)
            for edge, share in ends:
                self._add(edge.from_node_id, "end", edge, share)
            for edge, from_share in starts:
                for other, to_share in ends:
                    if edge is other and to_share >= from_share - 1e-9:
                        self._add("start", "end", edge, max(to_share - from_share, 0))
            path = nx.dijkstra_path(self.graph, "start", "end", weight="length")
            pieces = [min(self.graph[u][v].values(), key=lambda d: d["length"]) for u, v in pairwise(path)]
        except nx.NetworkXNoPath:
            return None
        finally:
            self.graph.remove_nodes_from(("start", "end"))
        length_m = sum(piece["length"] for piece in pieces) + legs_m
        duration_min = sum(piece["minutes"] for piece in pieces) + legs_m / (
            self.access_speed_kmh * 1000 / 60
        )
        return length_m, duration_min

    def _add(self, u: int | str, v: int | str, edge: Edge, share: float) -> None:
        self.graph.add_edge(u, v, length=edge.length_m * share, minutes=edge.duration_min * share)


def compare(conn: psycopg.Connection[Any], *, pair_count: int) -> int:
    """Hold random pairs of cell and site against the independent search; return how many have a route."""
    roads = Roads(conn)
    cells = conn.execute(
        "select cell_id, st_asbinary(point_geom) from core.demand_cell order by 1"
    ).fetchall()
    sites = conn.execute("select site_id, st_asbinary(geom) from core.site order by 1").fetchall()
    points = {("cell", i): shapely.from_wkb(bytes(wkb)) for i, wkb in cells}
    points |= {("site", i): shapely.from_wkb(bytes(wkb)) for i, wkb in sites}
    pairs = [
        (c, s)
        for c, _ in cells
        for s, _ in sites
        if points["cell", c].distance(points["site", s]) <= roads.limit_m
    ]
    ours = {
        (cell, site): (length_m, duration_min)
        for cell, site, length_m, duration_min in conn.execute("select * from analysis.road_distance")
    }
    assert ours.keys() <= set(pairs)
    found = 0
    for cell, site in random.Random(7).sample(pairs, min(pair_count, len(pairs))):  # noqa: S311 - a sample, no secret
        theirs = roads.shortest(points["cell", cell], points["site", site])
        if theirs and abs(theirs[0] - roads.limit_m) < TOLERANCE_M:
            continue
        if theirs is None or theirs[0] > roads.limit_m:
            assert (cell, site) not in ours
            continue
        assert ours[cell, site] == pytest.approx(theirs, abs=TOLERANCE_M), (cell, site)
        found += 1
    return found


def test_toy_town_equals_an_independent_search(toy_connection: psycopg.Connection[Any]) -> None:
    assert compare(toy_connection, pair_count=100) == 12


def test_direction_of_one_way_streets_is_from_cell_to_site(toy_connection: psycopg.Connection[Any]) -> None:
    roads = Roads(toy_connection)
    row = toy_connection.execute(
        """
        select st_asbinary(c.point_geom), st_asbinary(s.geom), d.distance_m
        from analysis.road_distance as d
        join core.demand_cell as c using (cell_id)
        join core.site as s using (site_id)
        where c.population = 200 and s.site_key = 'place:n102'
        """
    ).fetchone()
    assert row
    cell, site = shapely.from_wkb(bytes(row[0])), shapely.from_wkb(bytes(row[1]))
    there, back = roads.shortest(cell, site), roads.shortest(site, cell)
    assert there and back  # noqa: PT018 - one thought: both ways exist
    assert row[2] == pytest.approx(there[0], abs=TOLERANCE_M)
    assert back[0] == pytest.approx(790, abs=1)


def test_sites_are_as_far_apart_as_the_shorter_way(toy_connection: psycopg.Connection[Any]) -> None:
    """Drawn by hand; from S1 to K1 it is 2890 m round the block, from K1 to S1 790 m along First Street."""
    found = toy_connection.execute(
        """
        select array[a.site_key, b.site_key], d.distance_m
        from analysis.site_distance as d
        join core.site as a using (site_id)
        join core.site as b on b.site_id = d.other_site_id
        """
    ).fetchall()
    names = {"ocm:1": "S1", "ocm:2": "S2", "place:n102": "K1", "place:n103": "K2"}
    places = {frozenset(names[key] for key in keys): distance_m for keys, distance_m in found}
    expected = {
        ("S1", "K1"): 40 + 750,
        ("S1", "K2"): 400 + 40,
        ("S1", "S2"): 800 + 500 + 20,
        ("S2", "K2"): 40 + 400 + 500 + 20,
        ("S2", "K1"): 20 + 500 + 800 + 250 + 40,
        ("K1", "K2"): 40 + 750 + 400 + 40,
    }
    assert places.keys() == {frozenset(pair) for pair in expected}
    for pair, distance_m in expected.items():
        assert places[frozenset(pair)] == pytest.approx(distance_m, abs=1), pair


def liechtenstein(shared: Path, folder: Path) -> Path:
    """Write a region file for the extract of Liechtenstein, with people made up in its valley."""
    towns = {
        "Vaduz": (9.5215, 47.1410),
        "Schaan": (9.5090, 47.1650),
        "Balzers": (9.5010, 47.0670),
        "Eschen": (9.5220, 47.2100),
    }
    draw = random.Random(3)  # noqa: S311 - made-up people
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "lon", "lat", "population"))
        for number in range(120):
            lon, lat = towns[draw.choice(sorted(towns))]
            writer.writerow((number, draw.gauss(lon, 0.008), draw.gauss(lat, 0.008), draw.randint(20, 200)))
    data = shared / "data" / "liechtenstein"
    source = '[sources.{kind}]\nloader = "{loader}"\npath = "{path}"\nlicence = "test"\ndata_date = "2015"\n'
    people = 'columns = { id = "id", lon = "lon", lat = "lat", population = "population" }\n'
    text = '[region]\nname = "liechtenstein"\ntitle = "Liechtenstein"\nis_synthetic = true\n'
    text += source.format(kind="roads", loader="osm_pbf", path=data / "liechtenstein-latest.osm.pbf")
    text += source.format(kind="population", loader="points_csv", path=folder / "people.csv") + people
    text += source.format(kind="openchargemap", loader="ocm_json", path=data / "openchargemap_LI_18.json")
    (folder / "liechtenstein.toml").write_text(text, encoding="utf-8")
    return folder / "liechtenstein.toml"


@pytest.mark.usefixtures("database")
def test_a_real_network_equals_an_independent_search(shared: Path, tmp_path: Path) -> None:
    with connect() as conn:
        load_region(str(liechtenstein(shared, tmp_path)), conn)
        assert compare(conn, pair_count=250) > 100
