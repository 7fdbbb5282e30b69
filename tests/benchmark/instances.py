"""Instances made in Python: published ones with their optima, and more on the same graphs and larger ones.

A graph's covering radius is the distance within which the p-th part of all pairs of vertices lies, so that p
sites cover most demand and not all. Where sessions are counted, each vertex asks for a drawn number of them,
and sites have one, two or four ports.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from model.data.codes import Action
from model.data.inputs import Inputs, Option, Phase, Price, Service, Site
from tests.support.published import (
    RADIUS_M,
    Distances,
    built_at,
    graph_distances,
    p_median,
    p_median_of_san_francisco,
    san_francisco,
    san_francisco_distances,
    shortest_paths,
)

LEVEL = "L3"
SEED = 1
PORT_COUNTS = (1, 2, 4)
SITE_COST, PORT_COST = (1.0, 4.0), 1.0
"""A site costs its ground, drawn from a range, and its ports: a larger one is cheaper by the port."""
SERVED_SHARE = 0.6
"""The share of all sessions that the budget buys ports for, in sites of the largest size."""
PHASE_GROWTH, PHASE_DISCOUNT = 1.3, 0.9


@dataclass(frozen=True)
class Instance:
    """Inputs, and the objective value of the published optimum where there is one.

    `demand_nodes` is how many nodes were aggregated, None where each is one of its own.
    """

    inputs: Inputs
    known: float | None = None
    demand_nodes: int | None = None


def san_francisco_covering(shared: Path, stores: int) -> Instance:
    """The most people of San Francisco that so many stores cover."""
    inputs, people = san_francisco(shared, stores_at_most=stores, target=None)
    return Instance(inputs, _answers(shared)["mclp_radius_5000"][str(stores)]["covered_population"] / people)


def san_francisco_set_covering(shared: Path) -> Instance:
    """The fewest stores that cover all people of San Francisco; the objective is their share of 16, negative."""
    inputs, _ = san_francisco(shared, stores_at_most=16, target=1 - 1e-9)
    return Instance(inputs, -_answers(shared)["lscp_radius_5000"]["facilities"] / 16)


def san_francisco_p_median(shared: Path) -> Instance:
    """The p-median of San Francisco with four stores; the objective is what they save of the person-metres."""
    inputs, saved_at_most, stays = p_median_of_san_francisco(shared, 4)
    return Instance(
        inputs, 1 - (_answers(shared)["p_median_p4"]["weighted_distance"] - stays) / saved_at_most
    )


def san_francisco_capacitated(shared: Path) -> Instance:
    """Sessions of the tracts of San Francisco, one for each thousand people, at 16 places with ports."""
    stores, people, metres = san_francisco_distances(shared)
    distance = {
        j: {s: metres[tract, store] for s, store in enumerate(stores)}
        for j, tract in enumerate(sorted(people))
    }
    demand = {j: people[tract] / 1000 for j, tract in enumerate(sorted(people))}
    return Instance(_with_sessions(distance, demand, RADIUS_M, p=4, phase_count=1))


def published_p_median(shared: Path, name: str) -> Instance:
    """A p-median of OR-Library; the objective is the share that is saved of the length that can be saved."""
    folder = shared / "benchmarks" / "orlib_pmed"
    with (folder / "optima.csv").open(encoding="utf-8", newline="") as file:
        optimum = {r["name"]: float(r["optimum"]) for r in csv.DictReader(file)}[name]
    inputs, saved_at_most = p_median(folder / f"{name}.txt")
    return Instance(inputs, 1 - optimum / saved_at_most)


def graph_covering(shared: Path, name: str) -> Instance:
    """The most vertices of a graph of OR-Library that p sites cover."""
    return Instance(covering(*graph_distances(shared / "benchmarks" / "orlib_pmed" / f"{name}.txt")))


def graph_set_covering(shared: Path, name: str) -> Instance:
    """The fewest sites that cover all vertices of a graph of OR-Library."""
    p, distance = graph_distances(shared / "benchmarks" / "orlib_pmed" / f"{name}.txt")
    inputs = replace(
        covering(len(distance), distance, radius=covering_radius(p, distance)),
        rules=frozenset({"budget", "min_coverage"}),
        objective_weight={"capex": 1.0},
        target={(1, LEVEL): 1 - 1e-9},
    )
    return Instance(inputs)


def graph_capacitated(shared: Path, name: str, phase_count: int) -> Instance:
    """Sessions and coverage on a graph of OR-Library, for the money of p sites."""
    p, distance = graph_distances(shared / "benchmarks" / "orlib_pmed" / f"{name}.txt")
    return Instance(capacitated(p, distance, phase_count=phase_count))


def drawn_covering(vertex_count: int) -> Instance:
    """The most vertices of a drawn graph that sites at a tenth of them cover."""
    return Instance(covering(vertex_count // 10, drawn_graph(vertex_count)))


def drawn_capacitated(vertex_count: int, phase_count: int) -> Instance:
    """Sessions and coverage on a drawn graph, for the money of sites at a tenth of the vertices."""
    return Instance(capacitated(vertex_count // 10, drawn_graph(vertex_count), phase_count=phase_count))


def drawn_graph(vertex_count: int) -> Distances:
    """Return the distances of a graph drawn as those of OR-Library: a path, and edges at random, of 1 to 100."""
    random = np.random.default_rng(SEED)
    ends = random.integers(1, vertex_count + 1, (5 * vertex_count, 2)).tolist()
    edges = [(n, n + 1) for n in range(1, vertex_count)] + [(i, j) for i, j in ends if i != j]
    graph = nx.Graph()
    for (i, j), cost in zip(edges, random.integers(1, 101, len(edges)).tolist(), strict=True):
        graph.add_edge(i, j, cost=cost)
    return shortest_paths(graph)


def covering_radius(p: int, distance: Distances) -> float:
    """Return the distance within which the p-th part of all pairs of vertices lies."""
    lengths = [d for others in distance.values() for d in others.values()]
    return float(np.quantile(lengths, 1 / p))


def covering(p: int, distance: Distances, *, radius: float | None = None) -> Inputs:
    """Return the maximal covering of all vertices, each of them a place for one of p sites."""
    radius = covering_radius(p, distance) if radius is None else radius
    return Inputs(
        phases=(Phase(1, p),),
        levels=(LEVEL,),
        sites={s: Site(s) for s in distance},
        options=built_at(distance, (LEVEL,)),
        covering_sites={(j, LEVEL): _within(distance[j], radius) for j in distance},
        weight={(j, LEVEL): 1 / len(distance) for j in distance},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{LEVEL}": 1.0},
    )


def capacitated(p: int, distance: Distances, *, phase_count: int = 1) -> Inputs:
    """Return the covering of all vertices whose drawn sessions count as well, for the money of p sites."""
    random = np.random.default_rng(SEED)
    demand = dict(zip(distance, random.integers(1, 10, len(distance)).astype(float).tolist(), strict=True))
    return _with_sessions(distance, demand, covering_radius(p, distance), p=p, phase_count=phase_count)


def _with_sessions(
    distance: Distances, demand: Mapping[int, float], radius: float, *, p: int, phase_count: int
) -> Inputs:
    """Return inputs where coverage and sessions count alike; `distance` is from a zone to its sites."""
    phases = range(1, phase_count + 1)
    asked = sum(demand.values())
    per_port = SERVED_SHARE * asked / (p * PORT_COUNTS[-1])
    budget = p * (float(np.mean(SITE_COST)) + PORT_COST * PORT_COUNTS[-1])
    sites = sorted({s for others in distance.values() for s in others})
    ground = dict(
        zip(sites, np.random.default_rng(SEED).uniform(*SITE_COST, len(sites)).tolist(), strict=True)
    )
    return Inputs(
        phases=tuple(Phase(t, budget / phase_count, PHASE_DISCOUNT ** (t - 1)) for t in phases),
        levels=(LEVEL,),
        sites={s: Site(s) for s in sites},
        options={option.option_id: option for s in sites for option in _sizes(s, ground[s], tuple(phases))},
        covering_sites={(j, LEVEL): _within(distance[j], radius) for j in distance},
        weight={(j, LEVEL): demand[j] / asked for j in distance},
        rules=frozenset({"budget"}),
        objective_weight={f"coverage.{LEVEL}": 1.0, "served": 1.0},
        is_budget_carried_over=True,
        service=Service(
            demand_per_h={
                (j, LEVEL, t): round(demand[j] * PHASE_GROWTH ** (t - 1), 6) for j in distance for t in phases
            },
            covered_share={
                (j, LEVEL): tuple((s, 1.0) for s in _within(distance[j], radius)) for j in distance
            },
            capacity_per_h={(LEVEL, f"{n}"): round(n * per_port, 6) for n in PORT_COUNTS},
            kwh_per_session={LEVEL: 30.0},
            installed_kw=0.0,
        ),
    )


def _sizes(site: int, ground_cost: float, phases: tuple[int, ...]) -> list[Option]:
    return [
        Option(
            f"{site}:{ports}",
            site,
            Action.BUILD,
            frozenset({LEVEL}),
            phases,
            {t: Price(ground_cost + PORT_COST * ports) for t in phases},
            layout=f"{ports}",
        )
        for ports in PORT_COUNTS
    ]


def _within(others: Mapping[int, float], radius: float) -> tuple[int, ...]:
    return tuple(sorted(s for s, d in others.items() if d <= radius))


def _answers(shared: Path) -> dict[str, Any]:
    file = shared / "benchmarks" / "spopt_sf205" / "known_answers.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["correct"]
    return found
