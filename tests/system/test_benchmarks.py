"""Published optima, fed through the same build code: covering, set covering and p-median."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from model.formulation.build import build
from model.solver import greedy, objective_mode, whole_model
from model.solver.objective_mode import Limits
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
