"""Published instances of covering and p-median as inputs of the model, from `../shared/benchmarks`.

Its README says where they are from, what is known of them, and the traps in reading them.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping
from pathlib import Path

import networkx as nx
from scipy.sparse.csgraph import dijkstra

from model.data.codes import Action
from model.data.inputs import Inputs, Option, Phase, Price, Site

RADIUS_M = 5000
"""The service distance of the published answers for San Francisco."""
Distances = Mapping[int, Mapping[int, float]]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def san_francisco_distances(shared: Path) -> tuple[list[str], dict[str, float], dict[tuple[str, str], float]]:
    """Return the stores, the people of each tract, and the metres from (tract, store), joined by key."""
    folder = shared / "benchmarks" / "spopt_sf205"
    costs = _rows(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    people = {
        r["NAME"]: float(r["POP2000"]) for r in _rows(folder / "SF_demand_205_centroid_uniform_weight.csv")
    }
    metres = {(r["DestinationName"], r["name"]): float(r["distance"]) for r in costs}
    return sorted({r["name"] for r in costs}), people, metres


def san_francisco(shared: Path, *, stores_at_most: int, target: float | None) -> tuple[Inputs, float]:
    """16 stores, 205 tracts; a store costs 1. Without a target coverage counts, else cost.

    Returns the inputs and all people.
    """
    stores, people, metres = san_francisco_distances(shared)
    total = sum(people.values())
    inputs = Inputs(
        phases=(Phase(1, stores_at_most),),
        levels=("L3",),
        sites={s: Site(s) for s in range(len(stores))},
        options=built_at(range(len(stores)), ("L3",)),
        covering_sites={
            (j, "L3"): tuple(s for s, store in enumerate(stores) if metres[tract, store] <= RADIUS_M)
            for j, tract in enumerate(sorted(people))
        },
        weight={(j, "L3"): people[tract] / total for j, tract in enumerate(sorted(people))},
        rules=frozenset({"budget", "min_coverage"}),
        objective_weight={"coverage.L3": 1.0} if target is None else {"capex": 1.0},
        target={} if target is None else {(1, "L3"): target},
    )
    return inputs, total


def p_median_of_san_francisco(shared: Path, stores_at_most: int) -> tuple[Inputs, float, float]:
    """The p-median of people and metres, in groups: a tract is covered within its n-th nearest store or not.

    Returns the inputs, the person-metres that coverage may save, and those that stay.
    """
    stores, people, metres = san_francisco_distances(shared)
    levels = tuple(f"R{n:02d}" for n in range(len(stores) - 1))
    covering_sites: dict[tuple[int, str], tuple[int, ...]] = {}
    saved: dict[tuple[int, str], float] = {}
    for j, tract in enumerate(sorted(people)):
        radii = sorted(metres[tract, store] for store in stores)
        for level, (radius, beyond) in zip(levels, itertools.pairwise(radii), strict=True):
            covering_sites[j, level] = tuple(
                s for s, store in enumerate(stores) if metres[tract, store] <= radius
            )
            saved[j, level] = people[tract] * (beyond - radius)
    total = sum(saved.values())
    stays = sum(people[tract] * min(metres[tract, store] for store in stores) for tract in people)
    inputs = Inputs(
        phases=(Phase(1, stores_at_most),),
        levels=levels,
        sites={s: Site(s) for s in range(len(stores))},
        options=built_at(range(len(stores)), levels),
        covering_sites=covering_sites,
        weight={key: value / total for key, value in saved.items()},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{level}": 1.0 for level in levels},
    )
    return inputs, total, stays


def graph_distances(file: Path) -> tuple[int, Distances]:
    """Return p and the length of the shortest path between all vertices of a graph of OR-Library.

    A repeated edge line replaces the earlier one.
    """
    (_, _, p), *lines = (
        [int(x) for x in line.split()]
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    )
    graph = nx.Graph()
    for i, j, cost in lines:
        graph.add_edge(i, j, cost=cost)
    return p, shortest_paths(graph)


def shortest_paths(graph: nx.Graph) -> Distances:
    """Return the length of the shortest path between all vertices of a graph in one piece, with whole costs."""
    vertices = list(graph)
    lengths = dijkstra(nx.to_scipy_sparse_array(graph, nodelist=vertices, weight="cost", dtype=float))
    return {
        vertex: dict(zip(vertices, row, strict=True))
        for vertex, row in zip(vertices, lengths.astype(int).tolist(), strict=True)
    }


def p_median(file: Path) -> tuple[Inputs, float]:
    """A p-median as covering: each distance is a level, and being covered within it saves the step to the next.

    The radius formulation (Elloumi 2010). Returns the inputs and the length that coverage may save.
    """
    p, distance = graph_distances(file)
    covering_sites: dict[tuple[int, str], tuple[int, ...]] = {}
    step: dict[tuple[int, str], float] = {}
    for j in sorted(distance):
        radii = sorted(set(distance[j].values()))
        for radius, beyond in itertools.pairwise(radii):
            covering_sites[j, f"R{radius}"] = tuple(s for s, d in distance[j].items() if d <= radius)
            step[j, f"R{radius}"] = float(beyond - radius)
    total = sum(step.values())
    levels = tuple(sorted({level for _, level in covering_sites}))
    return Inputs(
        phases=(Phase(1, p),),
        levels=levels,
        sites={s: Site(s) for s in distance},
        options=built_at(distance, levels),
        covering_sites=covering_sites,
        weight={key: value / total for key, value in step.items()},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{level}": 1.0 for level in levels},
    ), total


def built_at(sites: Mapping[int, object] | range, levels: tuple[str, ...]) -> dict[str, Option]:
    """Return one option for each site: to build there, with all levels, for 1."""
    return {f"{s}": Option(f"{s}", s, Action.BUILD, frozenset(levels), (1,), {1: Price(1.0)}) for s in sites}
