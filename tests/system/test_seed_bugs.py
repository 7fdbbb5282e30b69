"""Faults of the study that this project grew out of, each by its name, so that none comes back."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from model.data.inputs import Option
from model.data.scenario import resolve
from model.formulation.build import build
from model.solver import whole_model
from tests.support.processes import run
from tests.support.scenarios import file
from tests.support.worlds import station_world


def test_a_point_with_nothing_in_range_is_uncovered() -> None:
    inputs = station_world(
        frozenset(), Option("0:b", 0, "build", frozenset({"L3"}), (1,)), reach={(1, "L3"): (), (2, "L2"): ()}
    )
    m = build(inputs)
    outcome = whole_model.solve(m)
    assert outcome.objective == pytest.approx(0.0)
    assert m.covered[1, "L3", 1].fixed
    assert m.covered[1, "L3", 1].value == 0


def test_an_upgrade_that_keeps_no_l2_port_loses_l2_coverage() -> None:
    reach = {(1, "L2"): (0,), (1, "L3"): (0,)}
    bare = Option("0:u0", 0, "upgrade", frozenset({"L3"}), (1,))
    kept = Option("0:u1", 0, "upgrade", frozenset({"L2", "L3"}), (1,))
    only_bare = whole_model.solve(build(station_world(frozenset({"L2"}), bare, reach=reach)))
    assert only_bare.objective == pytest.approx(1.0)  # L3 won is L2 lost
    both = whole_model.solve(build(station_world(frozenset({"L2"}), bare, kept, reach=reach)))
    assert both.plan == {("0:u1", 1)}
    assert both.objective == pytest.approx(2.0)


@pytest.fixture
def solved(
    toy_connection: psycopg.Connection[tuple[object, ...]],
) -> psycopg.Connection[tuple[object, ...]]:
    done = run("model.solve", "--scenario", "phase1", "--json")
    assert done.returncode == 0, done.stderr
    return toy_connection


def test_resale_does_not_refund_what_stays(solved: psycopg.Connection[tuple[object, ...]]) -> None:
    """S1 has 3 L2 ports; keeping 1 sells 2 of them at 5,000 CAD each, and the station itself stays."""
    rows = solved.execute(
        "select l2_port_count_after, resale_cad from model.site_option where action = 'upgrade' and l2_port_count_before = 3"
    ).fetchall()
    assert {(1, 10000.0), (2, 5000.0), (3, 0.0)} >= set(rows)
    assert (1, 10000.0) in rows


def test_one_power_per_level_everywhere(solved: psycopg.Connection[tuple[object, ...]]) -> None:
    row = solved.execute(
        "select bool_and(abs(peak_kw - l2_port_count_after * 7.2 - l3_port_count_after * 150) < 1e-6), count(*)"
        " from model.site_option"
    ).fetchone()
    assert row is not None
    assert row[0] is True
    assert row[1] > 3


@pytest.mark.usefixtures("toy_database")
def test_infeasible_is_reported_not_none(tmp_path: Path) -> None:
    too_much = file(tmp_path, "[phase.1.coverage_min_share]\nL3 = 1.0\n")
    done = run("model.solve", "--scenario", too_much, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["status"] == "infeasible"
    assert "min_coverage" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_scenarios_carry_the_study_s_powers() -> None:
    for name in ("base", "phase1", "phase2", "phase3", "seed_base"):
        parameters = resolve(name)[1]
        assert {k.level: k.port_kw for k in parameters.charger.values()} == {"L2": 7.2, "L3": 150}
