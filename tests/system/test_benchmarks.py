"""Published optima, fed through the same build code: covering, set covering and p-median."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest

from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.build import build
from model.solver import greedy, objective_mode, whole_model
from model.solver.objective_mode import Limits

RADIUS_M = 5000


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def san_francisco(shared: Path, *, stores_at_most: int, target: float | None) -> tuple[Inputs, float]:
    """16 stores, 205 tracts joined by key; a store costs 1. Without a target coverage counts, else cost."""
    folder = shared / "benchmarks" / "spopt_sf205"
    costs = rows(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    people = {
        r["NAME"]: float(r["POP2000"]) for r in rows(folder / "SF_demand_205_centroid_uniform_weight.csv")
    }
    stores = sorted({r["name"] for r in costs})
    near = {(r["DestinationName"], r["name"]) for r in costs if float(r["distance"]) <= RADIUS_M}
    total = sum(people.values())
    inputs = Inputs(
        phases=(Phase(1, stores_at_most),),
        levels=("L3",),
        sites={s: Site(s) for s in range(len(stores))},
        options={
            f"{s}": Option(f"{s}", s, "build", frozenset({"L3"}), (1,), {1: Price(1.0)})
            for s in range(len(stores))
        },
        covering_sites={
            (j, "L3"): tuple(s for s, store in enumerate(stores) if (tract, store) in near)
            for j, tract in enumerate(sorted(people))
        },
        weight={(j, "L3"): people[tract] / total for j, tract in enumerate(sorted(people))},
        rules=frozenset({"budget", "min_coverage"}),
        objective_weight={"coverage.L3": 1.0} if target is None else {"capex": 1.0},
        target={} if target is None else {(1, "L3"): target},
    )
    return inputs, total


@pytest.mark.parametrize(
    ("stores", "covered"), [(1, 448255), (2, 671938), (3, 791499), (4, 875247), (5, 927402)]
)
def test_maximal_covering_of_san_francisco(shared: Path, stores: int, covered: int) -> None:
    inputs, total = san_francisco(shared, stores_at_most=stores, target=None)
    outcome = whole_model.solve(build(inputs), start=greedy.greedy(inputs))
    assert outcome.status == "optimal"
    assert outcome.objective is not None
    assert round(outcome.objective * total) == covered


def test_set_covering_of_san_francisco(shared: Path) -> None:
    inputs, _ = san_francisco(shared, stores_at_most=16, target=1 - 1e-9)
    outcome = whole_model.solve(build(inputs))
    assert outcome.status == "optimal"
    assert len(outcome.plan) == 8


def test_seven_stores_are_too_few(shared: Path) -> None:
    inputs, _ = san_francisco(shared, stores_at_most=7, target=1 - 1e-9)
    assert whole_model.solve(build(inputs)).status == "infeasible"


def p_median(file: Path) -> tuple[Inputs, float]:
    """A p-median as covering: each distance is a level, and being covered within it saves the step to the next.

    The radius formulation (Elloumi 2010). A repeated edge line replaces the earlier one.
    """
    (n, _, p), *lines = (
        [int(x) for x in line.split()]
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    )
    graph = nx.Graph()
    for i, j, cost in lines:
        graph.add_edge(i, j, cost=cost)
    distance = dict(nx.all_pairs_dijkstra_path_length(graph, weight="cost"))
    covering_sites: dict[tuple[int, str], tuple[int, ...]] = {}
    step: dict[tuple[int, str], float] = {}
    for j in range(1, n + 1):
        radii = sorted(set(distance[j].values()))
        for radius, beyond in itertools.pairwise(radii):
            covering_sites[j, f"R{radius}"] = tuple(s for s, d in distance[j].items() if d <= radius)
            step[j, f"R{radius}"] = float(beyond - radius)
    total = sum(step.values())
    levels = tuple(sorted({level for _, level in covering_sites}))
    return Inputs(
        phases=(Phase(1, p),),
        levels=levels,
        sites={s: Site(s) for s in graph},
        options={f"{s}": Option(f"{s}", s, "build", frozenset(levels), (1,), {1: Price(1.0)}) for s in graph},
        covering_sites=covering_sites,
        weight={key: value / total for key, value in step.items()},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{level}": 1.0 for level in levels},
    ), total


@pytest.mark.parametrize(("name", "optimum"), [("pmed5", 1355)])
def test_p_median(shared: Path, name: str, optimum: int) -> None:
    inputs, total = p_median(shared / "benchmarks" / "orlib_pmed" / f"{name}.txt")
    outcome = whole_model.solve(build(inputs), mip_gap=1e-7)
    assert outcome.objective is not None
    assert total * (1 - outcome.objective) == pytest.approx(optimum, abs=0.05)


def p_median_of_san_francisco(shared: Path, stores_at_most: int) -> tuple[Inputs, float, float]:
    """The p-median of people and metres, in groups: a tract is covered within its n-th nearest store or not.

    Returns the inputs, the person-metres that coverage may save, and those that stay.
    """
    folder = shared / "benchmarks" / "spopt_sf205"
    costs = rows(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    people = {
        r["NAME"]: float(r["POP2000"]) for r in rows(folder / "SF_demand_205_centroid_uniform_weight.csv")
    }
    stores = sorted({r["name"] for r in costs})
    metres = {(r["DestinationName"], r["name"]): float(r["distance"]) for r in costs}
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
        options={
            f"{s}": Option(f"{s}", s, "build", frozenset(levels), (1,), {1: Price(1.0)})
            for s in range(len(stores))
        },
        covering_sites=covering_sites,
        weight={key: value / total for key, value in saved.items()},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{level}": 1.0 for level in levels},
    )
    return inputs, total, stays


@pytest.mark.parametrize("factor", [1.0, 1e-6, 1e-9, 1e3])
def test_p_median_of_san_francisco_in_groups(shared: Path, factor: float) -> None:
    """Groups of a few person-metres in 2.8e9 count: objective and dual bound are exact, in whatever unit."""
    inputs, total, stays = p_median_of_san_francisco(shared, 4)
    weights = dict.fromkeys(inputs.objective_weight, factor)
    outcome = objective_mode.solve(build(replace(inputs, objective_weight=weights)), Limits(mip_gap=0.0))
    assert outcome.status == "optimal"
    assert outcome.objective is not None
    assert outcome.dual_bound is not None
    for value in (outcome.objective, outcome.dual_bound):
        assert stays + total * (1 - value / factor) == pytest.approx(2848268129.7145, rel=1e-9)
