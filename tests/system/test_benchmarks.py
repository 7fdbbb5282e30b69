"""Published optima, fed through the same build code: covering, set covering and p-median."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import psycopg
import pytest

from model.data.inputs import Inputs
from model.formulation.build import build
from model.solver import greedy, objective_mode, whole_model
from model.solver.objective_mode import Limits
from tests.benchmark import distance, instances
from tests.benchmark.case import CASES, PythonCase
from tests.support.processes import run
from tests.support.published import p_median, p_median_of_san_francisco, san_francisco


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


@pytest.mark.parametrize(("name", "optimum"), [("pmed5", 1355)])
def test_p_median(shared: Path, name: str, optimum: int) -> None:
    inputs, total = p_median(shared / "benchmarks" / "orlib_pmed" / f"{name}.txt")
    outcome = whole_model.solve(build(inputs), mip_gap=1e-7)
    assert outcome.objective is not None
    assert total * (1 - outcome.objective) == pytest.approx(optimum, abs=0.05)


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


@pytest.mark.parametrize("name", ["sf_covering_4", "sf_set_covering", "sf_p_median", "p_median_pmed5"])
def test_instances_of_the_benchmark_have_the_published_optimum(shared: Path, name: str) -> None:
    case = CASES[name]
    assert isinstance(case, PythonCase)
    instance = case.make(shared)
    outcome = objective_mode.solve(build(instance.inputs), Limits(mip_gap=0.0))
    assert outcome.status == "optimal"
    assert outcome.objective == pytest.approx(instance.known, rel=1e-8)


@pytest.mark.usefixtures("shared")
def test_each_solver_tells_of_the_optimum(tmp_path: Path) -> None:
    """The fewest stores: an objective below 0, which CBC calls by its negative."""
    file = tmp_path / "table.md"
    done = run("tests.benchmark", "--case", "sf_set_cov*", "--limit-s", "600", "--out", str(file))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(text) for text in file.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["solver"] for line in lines] == ["ours", "sequence", "highs", "highs_start", "scip", "cbc"]
    assert lines.pop(1)["note"] == "one phase"
    for line in lines:
        end = line["course"]["events"][-1]
        assert (end["objective"], end["dual_bound"]) == (pytest.approx(-0.5), pytest.approx(-0.5, abs=1e-4))
        assert (line["note"], line["read_s"] is None, line["peak_gb"] > 0) == ("", False, True)
    assert file.read_text(encoding="utf-8").count("| sf_set_covering | ") == 7  # and its size


def served_and_covered(inputs: Inputs, sizes: dict[int, str]) -> float:
    """Return the objective value of ports at sites, by a maximum flow of sessions and by looking at each zone."""
    service = inputs.counted_service
    flows = nx.DiGraph()
    for (zone, level), sites in service.covered_share.items():
        flows.add_edge("source", ("zone", zone), capacity=service.demand_per_h[zone, level, 1])
        for site, _ in sites:
            flows.add_edge(("zone", zone), ("site", site))
    for site, ports in sizes.items():
        flows.add_edge(("site", site), "sink", capacity=service.capacity_per_h["L3", ports])
    served = nx.maximum_flow_value(flows, "source", "sink") if sizes else 0.0
    covered = sum(w for key, w in inputs.weight.items() if sizes.keys() & set(inputs.covering_sites[key]))
    return served / service.total_per_h("L3", 1) + covered


def test_a_small_capacitated_instance_has_the_best_of_all_choices() -> None:
    inputs = instances.capacitated(2, instances.drawn_graph(5))
    prices = {key: option.price(1).net_cad for key, option in inputs.options.items()}
    best = 0.0
    for ports in itertools.product(("", "1", "2", "4"), repeat=len(inputs.sites)):
        sizes = {site: n for site, n in zip(inputs.sites, ports, strict=True) if n}
        if sum(prices[f"{site}:{n}"] for site, n in sizes.items()) <= inputs.phases[0].budget_cad:
            best = max(best, served_and_covered(inputs, sizes))
    outcome = objective_mode.solve(build(inputs), Limits(mip_gap=0.0))
    assert outcome.objective == pytest.approx(best, abs=1e-6)
    assert 0.5 < best < 1.9  # neither nothing nor all


def test_engines_agree_with_our_distances(toy_connection: psycopg.Connection[Any]) -> None:
    """Those that are installed with the planner; the routes of the load are still there afterwards."""
    query = "select from_vertex_id, to_vertex_id, distance_m from analysis.route order by 1, 2"
    before = toy_connection.execute(query).fetchall()
    rows, lines = distance.measured(toy_connection, 1)
    found = {row.engine: row for row in rows}
    for engine in ("SciPy alone", "NetworkX", "pgRouting"):
        assert (found[engine].difference_mm, found[engine].note) == (0.0, "")
        beside_s = (found[engine].whole_s or 0.0) - (found[engine].ready_s or 0.0) - found[engine].all_s
        assert (
            beside_s > found["COPY of the same rows"].all_s
        )  # it is counted as reading and writing, as ours is
    assert lines[0].startswith(f"{len(before)} routes; {found['ours'].site_count} sites, ")
    assert toy_connection.execute(query).fetchall() == before


def test_a_difference_of_lengths_is_seen() -> None:
    ours = np.array([[0.0, 1000.0], [2000.0, np.inf]])
    assert distance._difference_mm(ours, ours) == 0
    assert distance._difference_mm(ours + np.array([[0, 3], [1, 0]]), ours) == 3
    assert distance._difference_mm(np.where(ours == 0, np.inf, ours), ours) == float("inf")
