"""The streets are those that OSMnx makes of the whole graph at once, in the same order, to the last digit."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

import networkx as nx
import osmnx as ox
import pytest
import shapely

from etl.region.sources import RoadSource
from etl.sources import road_graph
from etl.sources.base import Frame
from etl.sources.roads import read_roads
from tests.support.etl_frame import contents, rows
from tests.support.osm_file import Tags, write

Ways = list[tuple[int, list[int], Tags]]
Nodes = dict[int, tuple[float, float]]


def draw_map(seed: int) -> tuple[Nodes, Ways]:
    """Return a grid of streets with bends, one-way streets, roundabouts, loops, doubles and ferries."""
    random_ = random.Random(seed)  # noqa: S311 - a drawn map is no secret
    nodes = {
        n: (round(-80.5 + 0.001 * (n % 12), 7), round(43.4 + 0.001 * (n // 12), 7)) for n in range(1, 140)
    }
    ways: Ways = []
    for way_id in range(1, 40):
        refs = [random_.choice(list(nodes))]
        for _ in range(random_.randint(1, 9)):
            near = [refs[-1] + step for step in (1, -1, 12, -12) if refs[-1] + step in nodes]
            refs.append(random_.choice([*near, refs[-1]]) if random_.random() < 0.9 else refs[0])
        tags = {"highway": random_.choice(("residential", "primary"))}
        tags |= random_.choice(({}, {}, {"oneway": "yes"}, {"oneway": "-1"}, {"junction": "roundabout"}))
        tags |= random_.choice(({}, {"maxspeed": "50"}, {"maxspeed:forward": "70"}))
        tags |= random_.choice(({}, {"name": random_.choice("ABC")}))
        if random_.random() < 0.1:
            tags = {"route": "ferry", "motorcar": "yes"}
        ways += [(way_id, refs, tags)] if len(set(refs)) > 1 else []
    return nodes, ways


def simplify_at_once(folder: Path, nodes: Nodes, ways: Ways) -> nx.MultiDiGraph:
    used = sorted({ref for _, refs, _ in ways for ref in refs})
    text = [f'<node id="{n}" lat="{nodes[n][1]!r}" lon="{nodes[n][0]!r}"/>' for n in used]
    roads = [way for way in ways if "highway" in way[2]]  # ferries are added after the roads
    for number, (_, refs, tags) in enumerate([*roads, *(way for way in ways if "highway" not in way[2])]):
        drawn = {"highway": "ferry"} | {key: value for key, value in tags.items() if key != "maxspeed"}
        text += [f'<way id="{number}">', *(f'<nd ref="{ref}"/>' for ref in refs)]
        text += [*(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in drawn.items()), "</way>"]
    path = folder / "map.osm"
    path.write_text(f'<osm version="0.6">{"".join(text)}</osm>', encoding="utf-8")
    whole = ox.graph_from_xml(path, simplify=False, retain_all=True)
    for _, _, data in whole.edges(data=True):
        data["is_ferry"] = data["highway"] == "ferry"
    (largest, *_) = sorted(nx.weakly_connected_components(whole), key=lambda part: (-len(part), min(part)))
    whole.remove_nodes_from(set(whole) - largest)
    return ox.simplify_graph(whole, edge_attrs_differ=["is_ferry"])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("edges_at_a_time", [10, 50_000])
def test_streets_are_those_of_the_whole_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, edges_at_a_time: int
) -> None:
    monkeypatch.setattr(road_graph, "_EDGES_AT_A_TIME", edges_at_a_time)
    nodes, ways = draw_map(seed)
    path = write(tmp_path, nodes, ways)
    batch = read_roads(path, RoadSource(path="x", ferries=True), Frame())
    whole = simplify_at_once(tmp_path, nodes, ways)
    found = rows(batch, "road_edge")
    assert [(row["from_node_id"], row["to_node_id"]) for row in found] == [(u, v) for u, v, _ in whole.edges]
    assert [row["length_m"] for row in found] == [
        float(data["length"]) for *_, data in whole.edges(data=True)
    ]
    place = {node: (data["x"], data["y"]) for node, data in whole.nodes(data=True)}
    for row, (u, v, data) in zip(found, whole.edges(data=True), strict=True):
        line = data.get("geometry") or shapely.LineString([place[u], place[v]])
        assert shapely.from_wkb(str(row["geom"])).equals_exact(line, 0)
    assert [row["node_id"] for row in rows(batch, "road_node")] == sorted(whole.nodes)


def test_a_ring_beside_nothing_leads_nowhere(tmp_path: Path) -> None:
    nodes = {n: place for n, place in draw_map(0)[0].items() if n in (1, 2, 13, 14)}
    ring = [1, 2, 14, 13, 1]
    assert all(a in nodes and b in nodes for a, b in pairwise(ring))
    path = write(tmp_path, nodes, [(1, ring, {"highway": "residential"})])
    with pytest.raises(road_graph.UsageError, match="leads from one place to another"):
        read_roads(path, RoadSource(path="x"), Frame())


def test_the_same_file_gives_the_same_rows(tmp_path: Path) -> None:
    path = write(tmp_path, *draw_map(3))
    source = RoadSource(path="x", ferries=True)
    assert contents(read_roads(path, source, Frame())) == contents(read_roads(path, source, Frame()))
