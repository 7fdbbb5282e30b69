"""Faults of the study that this project grew out of, each by its name, so that none comes back."""

from __future__ import annotations

import pytest

from model.data.inputs import Option
from model.data.scenario import resolve
from model.formulation.build import build
from model.solver import whole_model
from tests.support.worlds import station_world


def test_a_point_with_nothing_in_range_is_uncovered() -> None:
    inputs = station_world(
        frozenset(),
        Option("0:b", 0, "build", frozenset({"L3"}), (1,)),
        covering_sites={(1, "L3"): (), (2, "L2"): ()},
    )
    m = build(inputs)
    outcome = whole_model.solve(m)
    assert outcome.objective == pytest.approx(0.0)
    assert (m.covered[1, "L3", 1].lb, m.covered[1, "L3", 1].ub) == (0, 0)
    assert m.coverage_share["L3", 1].value == 0


def test_an_upgrade_that_keeps_no_l2_port_loses_l2_coverage() -> None:
    covering_sites = {(1, "L2"): (0,), (1, "L3"): (0,)}
    bare = Option("0:u0", 0, "upgrade", frozenset({"L3"}), (1,))
    kept = Option("0:u1", 0, "upgrade", frozenset({"L2", "L3"}), (1,))
    only_bare = whole_model.solve(
        build(station_world(frozenset({"L2"}), bare, covering_sites=covering_sites))
    )
    assert only_bare.objective == pytest.approx(1.0)  # L3 won is L2 lost
    both = whole_model.solve(
        build(station_world(frozenset({"L2"}), bare, kept, covering_sites=covering_sites))
    )
    assert both.plan == {("0:u1", 1)}
    assert both.objective == pytest.approx(2.0)


def test_the_scenarios_carry_the_study_s_powers() -> None:
    for name in ("base", "phase1", "phase2", "phase3", "seed_base"):
        parameters = resolve(name)[1]
        usual = {name: parameters.charger[row.usual_charger] for name, row in parameters.level.items()}
        assert {name: charger.port_kw for name, charger in usual.items()} == {"L2": 7.2, "L3": 150}
