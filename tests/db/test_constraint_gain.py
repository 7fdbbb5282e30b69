"""What more room in a rule brings to people, on Toy Town by hand and beside a plan that really has the room.

Within 1000 m S1 covers P1 and P3 (450 of 1000 people) at L2. A station at K1, Ring Market, costs 25,000 CAD and adds
P2, 300 people. With 10,000 CAD nothing can be done, and 100,000 CAD more build it.
"""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console

from db.common.language import Language
from model import explain
from model.analysis import past_run
from model.solve import Limits, solve_scenario
from model.terminal import show
from report import summary
from report.run import find_run
from tests.db.test_model_sql import test_points_of_a_study_by_straight_line as study_of_points
from tests.support.scenarios import town_file

Connection = psycopg.Connection[Any]
SERVED = """
served = 1.0
[session]
kwh_per_ev_day = 80.0
"""


def explained(conn: Connection, scenario: str) -> dict[str, Any]:
    """Solve a scenario, explain its run, and return the answers as the terminal has them."""
    ended = solve_scenario(scenario, Limits())
    assert ended.error is None
    past = past_run.reopen(conn, ended.report.run_id)
    explain.write(conn, past, explain.explain(past, Limits(), count=0), 0.01)
    return {"run_id": past.run_id, "scenario": "town", "currency": "CAD"} | explain.answers(
        conn, past.run_id, None
    )


def of_budget(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["level"]: row for row in found["gains"] if row["rule"] == "budget"}


def at_end(conn: Connection, run_id: int) -> dict[str, tuple[float, float]]:
    """Return people within the service distance and sessions served per hour, by level, from the plan's rows."""
    return {
        level: (people, served)
        for level, people, served in conn.execute(
            "select c.level, sum(d.population) filter (where c.is_covered_after), (select sum(sessions_per_h)"
            " from plan.served_flow as f where f.run_id = c.run_id and f.phase = c.phase and f.level = c.level)"
            " from plan.demand_coverage as c join core.demand_cell as d on d.cell_id = c.demand_id"
            " where c.run_id = %s and c.phase = 1 group by c.run_id, c.phase, c.level",
            (run_id,),
        )
    }


def test_money_in_people_by_hand(toy: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(toy, town_file(tmp_path, budget=10_000))
    gain = of_budget(found)
    assert {level: round(row["population_change"]) for level, row in gain.items()} == {"L2": 300, "L3": 0}
    assert gain["L2"]["weight_share_change"] == pytest.approx(0.30)
    assert gain["L2"]["sessions_change_per_h"] is None
    assert (gain["L2"]["is_better"], gain["L2"]["is_proven"], gain["L2"]["place"]) == (True, True, 1)
    near = toy.execute(
        "select round(sum(population)) from core.demand_cell as d where exists (select from analysis.road_distance"
        " as r join core.site as s using (site_id) where r.cell_id = d.cell_id and r.distance_m <= 1000"
        " and s.name like 'Ring%') and not exists (select from analysis.road_distance as r"
        " join core.site as s using (site_id) where r.cell_id = d.cell_id and r.distance_m <= 1000"
        " and s.is_existing)"
    ).fetchone()
    assert near == (300,)
    show.show_explained(found)
    told = " ".join(capsys.readouterr().out.split())
    assert "budget (phase 1), 100,000 CAD more room: 300 people more within 1,000 m of L2." in told


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "Budget of each phase, $100,000 more: Level 2: 300 people more within 1,000 m"),
        (Language.FR, "100 000 $ de plus : Niveau 2 : 300 habitants de plus à moins de 1 000 m"),
    ],
)
def test_the_summary_says_it(toy: Connection, tmp_path: Path, language: Language, words: str) -> None:
    run_id = explained(toy, town_file(tmp_path, budget=10_000))["run_id"]
    console = Console(file=io.StringIO(), width=300)
    summary.show(toy, find_run(toy, run_id), console, language)
    said = re.sub(r"\s", " ", console.file.getvalue())  # type: ignore[attr-defined]
    assert words in said, said


def test_room_that_brings_nobody(toy: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """25,000 CAD build K1 already: nothing else is worth its price."""
    found = explained(toy, town_file(tmp_path))
    assert [row["population_change"] for row in of_budget(found).values()] == [0, 0]
    assert {row["is_better"] for row in of_budget(found).values()} == {False}
    show.show_explained(found)
    assert "100,000 CAD more room: no better plan." in " ".join(capsys.readouterr().out.split())


def test_it_is_what_a_plan_with_that_room_has_more(toy: Connection, tmp_path: Path) -> None:
    """Worked out again by solving a scenario with 100,000 CAD more, from the rows that its plan leaves."""
    found = explained(toy, town_file(tmp_path, SERVED, budget=10_000))
    richer = solve_scenario(town_file(tmp_path, SERVED, budget=110_000), Limits()).report.run_id
    before, after = at_end(toy, found["run_id"]), at_end(toy, richer)
    assert after["L2"][0] > before["L2"][0]
    assert after["L2"][1] > before["L2"][1]
    for level, row in of_budget(found).items():
        assert row["population_change"] == pytest.approx(after[level][0] - before[level][0])
        assert row["sessions_change_per_h"] == pytest.approx(
            (after[level][1] or 0) - (before[level][1] or 0), abs=1e-5
        )


def test_a_search_that_was_cut_off_is_said(
    toy: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explained(toy, town_file(tmp_path, budget=10_000))
    for change in (
        "update plan.run_constraint_slack set marginal_value_max = marginal_value_max + 0.01",
        "update plan.run set status = 'feasible'",
    ):
        with toy.transaction(force_rollback=True):
            toy.execute(change)
            said = explain.answers(toy, found["run_id"], None)
        assert {row["is_proven"] for row in said["gains"] if row["rule"] == "budget"} == {False}
    toy.execute("update plan.run_constraint_slack set marginal_value_max = marginal_value_max + 0.01")
    said = explain.answers(toy, found["run_id"], None)
    rows = [row for row in said["gains"] if row["rule"] == "budget"]
    # 1000 people, and an objective in which all of them count 1: a hundredth is 10 people
    (worth,) = {1000 * row["marginal_value"] for row in said["rules"] if row["rule"] == "budget"}
    low, high = math.floor(worth + 1e-6), math.ceil(worth + 10 - 1e-6)
    assert {row["worth_level"] for row in rows} == {"L2"}
    assert {(row["worth_population_low"], row["worth_population_high"]) for row in rows} == {(low, high)}
    assert 0 < worth <= 300, "300 people, less what the station costs"
    show.show_explained(found | said)
    ends = f"{low} to {high}"
    told = f"of L2, as far as was found before a search was cut off (worth as much as {ends} people more with L2)."
    assert told in " ".join(capsys.readouterr().out.split())
    console = Console(file=io.StringIO(), width=400)
    summary.show(toy, find_run(toy, found["run_id"]), console, Language.FR)
    french = f"au moins {low} et au plus {high} habitants de plus avec Niveau 2"
    assert french in re.sub(r"\s", " ", console.file.getvalue())  # type: ignore[attr-defined]


def test_explained_again_it_has_the_rows_of_the_last_time(toy: Connection, tmp_path: Path) -> None:
    found = explained(toy, town_file(tmp_path, budget=10_000))
    toy.execute("update plan.constraint_gain set population_change = -1")
    past = past_run.reopen(toy, found["run_id"])
    explain.write(toy, past, explain.explain(past, Limits(), count=0), 0.01)
    assert explain.answers(toy, past.run_id, None)["gains"] == found["gains"]
    toy.execute("delete from plan.run where run_id = %s", (past.run_id,))
    assert toy.execute("select count(*) from plan.constraint_gain").fetchone() == (0,)


def test_points_of_a_study_have_demand_and_no_people(toy: Connection) -> None:
    study_of_points(toy)
    row = toy.execute("select run_id from plan.run").fetchone()
    assert row is not None
    past = past_run.reopen(toy, row[0])
    explain.write(toy, past, explain.explain(past, Limits(), count=0), 0.01)
    gains = explain.answers(toy, past.run_id, None)["gains"]
    assert gains
    assert {row["population_change"] for row in gains} == {None}
    assert all(row["weight_share_change"] == pytest.approx(0) for row in gains)
