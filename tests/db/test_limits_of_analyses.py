"""A time limit given to a sweep or a frontier holds for each of its runs, and one given to `explain` for each question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from model import explain, pareto, sweep
from model.analysis import past_run
from model.data.clock import Clock
from model.run import pipeline
from model.solve import Limits, solve_scenario
from model.solver import orchestrate
from tests.support.scenarios import town_file

LIMIT_S = 300.0


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> list[Clock]:
    """Return the clocks that runs begin, each of them at its beginning."""
    begun: list[Clock] = []

    def begin(limit_s: float | None) -> Clock:
        begun.append(Clock(limit_s))
        return begun[-1]

    monkeypatch.setattr(pipeline, "Clock", begin)
    return begun


def run_count(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("select count(*) from plan.run").fetchone()
    assert row is not None
    return int(row[0])


def test_each_run_of_a_sweep_has_the_limit_for_itself(
    toy: psycopg.Connection[Any], tmp_path: Path, clocks: list[Clock]
) -> None:
    sweep.sweep(town_file(tmp_path), ["budget=-20%"], Limits(LIMIT_S))
    assert [clock.limit_s for clock in clocks] == [LIMIT_S] * run_count(toy)
    assert len({clock.began_s for clock in clocks}) == len(clocks) == 3


def test_each_point_of_a_frontier_has_the_limit_for_itself(
    toy: psycopg.Connection[Any], tmp_path: Path, clocks: list[Clock]
) -> None:
    pareto.frontier(town_file(tmp_path), 2, Limits(LIMIT_S))
    assert [clock.limit_s for clock in clocks] == [LIMIT_S] * run_count(toy)
    assert len({clock.began_s for clock in clocks}) == len(clocks) == 3


def test_each_question_of_an_explanation_has_the_limit_for_itself(
    toy: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    given: list[float | None] = []
    solve = orchestrate.solve

    def noted(*arguments: Any, **options: Any) -> Any:
        given.append(options["time_limit_s"])
        return solve(*arguments, **options)

    monkeypatch.setattr(orchestrate, "solve", noted)
    found = explain.explain(past_run.reopen(toy, run_id), Limits(LIMIT_S), count=1)
    assert len(given) >= len(found.losses) + len(found.prices) > 1
    assert set(given) == {LIMIT_S}
