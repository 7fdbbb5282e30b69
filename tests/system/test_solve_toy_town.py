"""The main job on Toy Town, from the command line, with numbers checked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data.codes import SolveStep
from tests.support.processes import run
from tests.support.scenarios import file

POPULATION_ONLY = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1000
[level.L3]
service_distance_m = 600
"""


@pytest.mark.usefixtures("toy_database")
def test_json_is_one_object_with_the_promised_keys() -> None:
    done = run("model.solve", "--scenario", "phase1", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {
        "run_id", "scenario", "status", "objective", "dual_bound", "gap", "actions", "coverage", "capex_cad",
        "net_capex_cad", "currency", "seconds", "steps",
    }  # fmt: skip
    assert set(found["seconds"]) == {"work_out", "read", "build", "solve", "write", "audit"}
    around = ["work_out", "read", "build", "write", "audit", "other"]
    assert [step for step in found["steps"] if step not in set(SolveStep)] == around
    assert list(found["steps"])[3:5] == ["greedy", "compile"]
    solving = [found["steps"][step] for step in found["steps"] if step in set(SolveStep)]
    assert sum(solving) == pytest.approx(found["seconds"]["solve"])
    assert set(found["coverage"]) == {"L2", "L3"}


def test_coverage_by_hand(toy_connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    """By the table of distances: S1 covers P1 and P3 within 1000 m (0.20 + 0.25), S2 covers P3 within 600 m (0.25).

    Upgrading S1 to L3 while an L2 port stays adds P1 (0 m; P3 is 850 m off) at L3 and loses nothing.
    """
    done = run(
        "model.solve",
        "--scenario",
        file(tmp_path, POPULATION_ONLY + '[phase.1]\nactions = ["upgrade"]\n'),
        "--json",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["coverage"]["L2"]["before"] == pytest.approx(0.45)
    assert found["coverage"]["L2"]["after"] == pytest.approx(0.45)
    assert found["coverage"]["L3"]["before"] == pytest.approx(0.25)
    assert found["coverage"]["L3"]["after"] == pytest.approx(0.45)
    assert found["actions"]["upgrade"] == 1
    assert found["status"] == "optimal"
    row = toy_connection.execute(
        "select publication from plan.run where run_id = %s", (found["run_id"],)
    ).fetchone()
    assert row == ("published",)


def test_force_out_is_obeyed(toy_connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    toy_connection.execute(
        "insert into plan.site_lock (site_id, lock_kind) select site_id, 'force_out' from core.site where is_existing"
    )
    toy_connection.commit()
    done = run(
        "model.solve",
        "--scenario",
        file(tmp_path, POPULATION_ONLY + '[phase.1]\nactions = ["upgrade"]\n'),
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert sum(json.loads(done.stdout)["actions"].values()) == 0


@pytest.mark.usefixtures("toy_database")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[level.L2]\nservise_distance_m = 5\n", "service_distance_m"),
        ("[level.L2]\nservice_distance_m = -5\n", "service_distance_m"),
        ("[phase.1]\nbudget_cad = 'much'\n", "budget_cad"),
        ("this is not toml", "TOML"),
    ],
)
def test_a_mistake_in_a_scenario_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    done = run("model.solve", "--scenario", file(tmp_path, text))
    assert done.returncode == 2
    assert words in done.stderr
    assert "mine.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("toy_database")
def test_phases_continue_from_one_another() -> None:
    assert run("model.solve", "--scenario", "phase2").returncode == 2
    assert run("model.solve", "--scenario", "phase1").returncode == 0
    done = run("model.solve", "--scenario", "phase2", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["coverage"]["L2"]["before"] == pytest.approx(0.45, abs=0.5)


def test_port_capacity_is_that_of_the_queue(toy_connection: psycopg.Connection[Any]) -> None:
    """The table of the formulation: M/M/c, P(wait > w) at most 0.10."""
    dc = {1: 0.18, 2: 0.86, 3: 1.77, 4: 2.79, 6: 5.02, 8: 7.40, 12: 12.41}
    ac = {1: 0.04, 2: 0.19, 4: 0.62, 6: 1.12, 8: 1.66}
    for table, session, wait in ((dc, 42.0, 10.0), (ac, 180.0, 30.0)):
        for ports, expected in table.items():
            row = toy_connection.execute(
                "select model.port_capacity_per_h(%s, %s, %s, %s)", (ports, session, wait, 0.10)
            ).fetchone()
            assert row is not None
            assert float(row[0]) == pytest.approx(expected, abs=0.0051)
