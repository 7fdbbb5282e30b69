"""The scale of money is stored with a run, and removals alone leave coverage in Toy Town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model import sweep
from model.data import scenario
from model.solve import solve_scenario
from model.solver.objective_mode import Limits
from tests.support.scenarios import file


def stored(conn: psycopg.Connection[Any], run_id: int) -> dict[str, float]:
    return dict(
        conn.execute(
            "select term, value from plan.run_objective_term where run_id = %s", (run_id,)
        ).fetchall()
    )


@pytest.mark.parametrize("budget_cad", [0, 1000, 700_000])
@pytest.mark.parametrize("only", ["true", "false"])
def test_removals_alone_leave_coverage_in_toy_town(
    toy_connection: psycopg.Connection[Any], tmp_path: Path, budget_cad: int, only: str
) -> None:
    text = (
        f"[phase.1]\nbudget_cad = {budget_cad}\nactions = ['remove']\n[removal]\nonly_candidates = {only}\n"
    )
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert ended.error is None
    for level, share in ended.report.coverage.items():
        assert share["after"] == pytest.approx(share["before"], abs=1e-3), level
    assert ended.report.objective is not None
    assert ended.report.objective <= 101
    assert all(-1 <= value <= 1 for value in stored(toy_connection, ended.report.run_id).values())


def test_a_sweep_keeps_the_scale_of_its_scenario(toy_database: str, tmp_path: Path) -> None:
    """The scenario itself is stored as it is; its variations are measured as it is, also beside a budget of 0."""
    assert toy_database
    path = file(tmp_path, "[phase.1]\nbudget_cad = 0\nactions = ['upgrade']\n", "none")
    base, _ = sweep.sweep(path, ["budget=500000"], Limits())
    assert base.money_scale_cad is not None
    with psycopg.connect(toy_database) as conn:
        found = conn.execute(
            "select r.parent_run_id is null, s.money_scale_cad from plan.run as r join plan.scenario as s"
            " using (scenario_id) order by r.run_id"
        ).fetchall()
    assert found[0] == (True, None)
    assert len(found) > 1
    assert found[1:] == [(False, pytest.approx(base.money_scale_cad))] * (len(found) - 1)
    assert scenario.resolve(path)[1].objective.money_scale_cad == 0
