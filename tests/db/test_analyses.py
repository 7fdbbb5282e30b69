"""Modes, frontiers and sensitivity on Toy Town, with numbers checked by hand.

Within 1000 m S1 covers P1 and P3 (0.45 of the people) at L2; a station of one L2 port at K1, Ring Market, costs
25,000 CAD and adds P2 (0.30, 720 m off). K2 covers no people that S1 does not. Within 700 m S1 covers P1 alone
(0.20), K1 covers no people, and K2 adds P3 (0.25). Objective: coverage of L2 less 0.1 for each budget spent.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from db.common.errors import InfeasibleError, UsageError
from db.common.language import Language
from db.schema import build as views
from db.session.connection import connect
from etl.load import load_region
from model import diff, explain, pareto, sweep
from model.analysis import past_run, variation
from model.run import varied
from model.run.varied import Piece, Solved
from model.solve import Limits, solve_scenario
from model.terminal import sentences
from report import summary
from report.run import find_run
from tests.db.test_growth_path import HISTORY
from tests.support.scenarios import TOWN, town_file
from tests.support.toy_town.build import write_sources


def names(conn: psycopg.Connection[Any], run_id: int) -> set[str]:
    return {
        name.split()[0]
        for (name,) in conn.execute("select site_name from plan.decision where run_id = %s", (run_id,))
    }


# modes


@pytest.mark.parametrize(
    ("objective", "after", "priority_levels"),
    [
        ("", 0.75, []),
        ('mode = "lexicographic"\norder = [["capex"], ["coverage.L2"]]', 0.45, [0.0, 0.45]),
        ('mode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]', 0.75, [0.75, -1.0]),
        (
            'mode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]\ntolerance_share = 0.41',
            0.45,
            [0.75, 0.0],
        ),
    ],
)
def test_stages_are_held_one_after_the_other(
    toy: psycopg.Connection[Any], tmp_path: Path, objective: str, after: float, priority_levels: list[float]
) -> None:
    """0.45 is not less than 0.75 * (1 - 0.41): with that tolerance the cheaper plan is as good."""
    ended = solve_scenario(town_file(tmp_path, f"[objective]\n{objective}"), Limits())
    assert ended.error is None
    assert ended.report.status == "optimal"
    assert ended.report.coverage["L2"]["after"] == pytest.approx(after)
    rows = toy.execute(
        "select objective, dual_bound, mip_gap, status from plan.run_priority_level where run_id = %s order by priority_level",
        (ended.report.run_id,),
    ).fetchall()
    assert [row[0] for row in rows] == pytest.approx(priority_levels, abs=1e-6)
    assert all(row[1] >= row[0] - 1e-9 and row[3] == "optimal" for row in rows)
    if priority_levels:
        assert ended.report.dual_bound is None
        assert ended.report.gap == max(row[2] for row in rows)
    assert ended.report.objective == pytest.approx(after - (0.1 if after > 0.5 else 0.0))


# parameters


# sensitivity


def test_a_tornado_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """K1 is built in 3 of 5 plans: not without the money, and not where it covers no people."""
    base, is_cut = sweep.sweep(
        town_file(tmp_path), ["budget=20e3", "service_distance=0.7", "costs=0.5"], Limits()
    )
    assert not is_cut
    found = sweep.found(toy, base.report.run_id)
    changes = {(r["parameter"], r["value"]): r["objective_change"] for r in found["runs"]}
    assert changes == pytest.approx(
        {
            ("budget", 20e3): -0.2,
            ("service_distance", 0.7): -0.3,
            ("costs", 0.5): 0.05,
            ("budget", 125e3): 0.0,
        },
        abs=1e-6,
    )
    assert [r["parameter"] for r in found["runs"]] == ["service_distance", "budget", "budget", "costs"]
    people = {(r["parameter"], r["value"]): r["people_change_by_level"]["L2"] for r in found["runs"]}
    assert people == {
        ("budget", 20e3): -300,
        ("service_distance", 0.7): -300,
        ("costs", 0.5): 0,
        ("budget", 125e3): 0,
    }
    assert found["marginal_value_per_100k_cad"] == pytest.approx(0.0, abs=1e-6)
    counts = {
        s["name"].split()[0]: (s["chosen_count"], s["run_count"], s["is_robust"]) for s in found["sites"]
    }
    assert counts == {"Ring": (3, 5, False), "Second": (1, 5, False)}
    assert toy.execute(
        "select count(*), count(distinct parent_run_id) from plan.run where parent_run_id is not null"
    ).fetchone() == (4, 1)
    shown = toy.execute(
        "select run_id from report.published_run where is_latest and scenario_name = 'town'"
    ).fetchall()
    assert shown == [(base.report.run_id,)]


def test_what_assumptions_mean_for_people(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Of 750 people, K1 (300) and S1 have all within 1000 m; K2 and S1 have 450 of them within 700 m."""
    sweep.sweep(town_file(tmp_path), ["budget=20e3,24e3", "service_distance=0.7"], Limits())
    effects = toy.execute(
        "select parameter, level, value_worst, value_best, people_change_worst, people_change_best"
        " from report.parameter_effect order by place"
    ).fetchall()
    # the objective, which is lower by more, has the service distance first
    assert effects == [
        ("service_distance", "L2", 0.7, 0.7, -300, -300),
        ("budget", "L2", 20e3, 125e3, -300, 0),
    ]
    overview = toy.execute(
        "select project_count, plan_count, robust_count, chosen_count_min, port_added_count, is_gap_above"
        " from report.plan_overview where run_id = (select max(parent_run_id) from report.sensitivity)"
    ).fetchone()
    (chosen,) = toy.execute("select chosen_count from report.robust_site where name like 'Ring%'").fetchone()
    assert overview == (1, 5, 0, chosen, 1, False)


def test_the_widest_range_of_people_comes_first(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """24,000 CAD build nothing: 450 people. Within 700 m S1 has 250 fewer, within 1500 m P2 (300) as well.

    Another budget builds K1 (300 more); with P4 (150) covered in one of those plans people change by up to 450
    there, but those of the service distance lie 550 apart.
    """
    varied = ["service_distance=0.7,1.5", "budget=30e3"]
    sweep.sweep(town_file(tmp_path, budget=24_000), varied, Limits())
    toy.execute(
        "update plan.demand_coverage set is_covered_after = true"
        " from core.demand_cell as c, report.sensitivity as v"
        " where c.cell_id = demand_id and round(c.population) = 150 and level = 'L2'"
        " and v.run_id = demand_coverage.run_id and v.parameter = 'budget' and v.value = '30000'"
    )
    effects = toy.execute(
        "select parameter, value_worst, value_best, people_change_worst, people_change_best"
        " from report.parameter_effect order by place"
    ).fetchall()
    assert effects == [("service_distance", 0.7, 1.5, -250, 300), ("budget", 124e3, 30e3, 300, 450)]


def test_people_of_a_study_are_not_known(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    base, _ = sweep.sweep(town_file(tmp_path), ["budget=20e3"], Limits())
    toy.execute("update plan.scenario set demand_kind = 'reference_point'")
    rows = sweep.found(toy, base.report.run_id)["runs"]
    assert [row["people_change_by_level"] for row in rows] == [None, None]
    assert toy.execute(
        "select parameter, level, value_worst, people_change_worst, people_change_best, place"
        " from report.parameter_effect"
    ).fetchall() == [("budget", None, 20e3, None, None, 1)]


def test_what_100k_more_are_worth_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Money is measured against 25,000 CAD, what K1 costs, in both plans: 0.30 more coverage, less 0.1."""
    base, _ = sweep.sweep(town_file(tmp_path, budget=10_000), [], Limits())
    found = sweep.found(toy, base.report.run_id)
    assert found["marginal_value_per_100k_cad"] == pytest.approx(0.2, abs=1e-6)
    assert found["runs"][0]["objective_change_per_100k_cad"] == pytest.approx(0.2, abs=1e-6)


def test_a_plan_in_other_futures_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """K1 is built. Within 700 m that leaves 0.20 less 0.1, and building K2 0.45 less 0.1; 20,000 CAD do not pay it."""
    futures = ["service_distance=0.7", "budget=20e3", "costs=0.5"]
    base, _ = sweep.sweep(town_file(tmp_path), [], Limits(), futures=futures)
    found = sweep.found(toy, base.report.run_id)
    rows = {name: row for row in found["futures"] for name in row["parameters"]}
    assert {name: row["parameters"][name] for name, row in rows.items()} == {
        "service_distance": 0.7,
        "budget": 20e3,
        "costs": 0.5,
    }
    held = {name: (r["parent_plan_objective"], r["objective"]) for name, r in rows.items()}
    assert held["service_distance"] == pytest.approx((0.10, 0.35), abs=1e-6)
    assert held["budget"] == pytest.approx((0.65, 0.45), abs=1e-6)
    assert held["costs"] == pytest.approx((0.70, 0.70), abs=1e-6)
    assert (rows["service_distance"]["regret"], rows["costs"]["regret"]) == pytest.approx((0.25, 0), abs=1e-6)
    assert rows["service_distance"]["regret_max"] == pytest.approx(0.25, abs=1e-4)
    assert (rows["budget"]["regret"], rows["budget"]["broken_rules"]) == (None, ["budget"])
    assert all(rows[name]["broken_rules"] == [] for name in ("service_distance", "costs"))
    covered = rows["service_distance"]
    assert covered["parent_plan_coverage_by_level"]["L2"] == pytest.approx(0.20)
    assert covered["coverage_by_level"]["L2"] == pytest.approx(0.45)
    # as it is it is no plan that anything is counted by
    assert {r["run_id"] for r in found["runs"]} >= {r["run_id"] for r in rows.values()}
    assert not {r["run_id"] for r in found["runs"]} & {r["parent_plan_run_id"] for r in rows.values()}
    assert {s["run_count"] for s in found["sites"]} == {5}
    decided = toy.execute(
        "select distinct array(select option_id from plan.decision as d where d.run_id = r.run_id)"
        " from plan.run as r where r.is_parent_plan or r.run_id = %s",
        (base.report.run_id,),
    ).fetchall()
    assert len(decided) == 1


def test_a_plan_on_other_paths_of_growth(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """More vehicles ask for more than the same ports serve; the audit counts every figure anew."""
    toy.execute("update raw.ev_count set count_date = '2024-09-30' where count_date is null")
    toy.execute(HISTORY)
    views.refresh(toy)
    toy.commit()
    path = town_file(tmp_path, "served = 1.0\n")
    base, _ = sweep.sweep(path, [], Limits(), futures=["growth.path=low,high"])
    low, high = sweep.found(toy, base.report.run_id)["futures"]
    assert [row["parameters"] for row in (low, high)] == [{"growth.path": "low"}, {"growth.path": "high"}]
    assert low["parent_plan_served_by_level"]["L2"] > high["parent_plan_served_by_level"]["L2"] > 0
    assert low["broken_rules"] == high["broken_rules"] == []
    for row in (low, high):
        assert -1e-9 <= row["regret"] <= row["regret_max"]
        asked = toy.execute(
            "select sum(served_per_h) / sum(demand_per_h) from plan.demand_service where run_id = %s and level = 'L2'",
            (row["parent_plan_run_id"],),
        ).fetchone()
        assert asked is not None
        assert row["parent_plan_served_by_level"]["L2"] == pytest.approx(asked[0])
    variations = toy.execute(
        "select distinct value, base_value from plan.run_variation order by 1"
    ).fetchall()
    assert ("low", "middle") in variations
    assert ("high", "middle") in variations
    toy.execute("update plan.run set publication = 'published' where run_id = %s", (base.report.run_id,))
    for language, words in (
        (Language.EN, "if: Growth of EVs high"),
        (Language.FR, "si : Croissance des VE haute"),
    ):
        console = Console(file=io.StringIO(), width=300)
        summary.show(toy, find_run(toy, base.report.run_id), console, language)
        said = console.file.getvalue().replace("\u00a0", " ")  # type: ignore[attr-defined]
        assert words in said
        assert {"en": "sessions served", "fr": "recharges servies"}[language] in said


def test_futures_need_one_sum(tmp_path: Path) -> None:
    path = town_file(tmp_path, '[objective]\nmode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]')
    with pytest.raises(UsageError, match="one term after the other"):
        sweep.sweep(path, [], Limits(), futures=["growth.path=low"])


def test_a_site_chosen_in_every_plan_is_not_regretted(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    base, _ = sweep.sweep(town_file(tmp_path), ["costs=0.5"], Limits())
    found = sweep.found(toy, base.report.run_id)
    assert [(s["name"].split()[0], s["is_robust"]) for s in found["sites"]] == [("Ring", True)]


def test_every_combination_of_the_values(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Half the price and 15,000 CAD build K1 (0.75 less 0.1 * 0.5); 700 m and half the price build K2."""
    base, _ = sweep.sweep(town_file(tmp_path), ["budget=15e3", "costs=0.5"], Limits(), is_grid=True)
    rows = sweep.found(toy, base.report.run_id)["runs"]
    both = [r for r in rows if r["parameter_count"] == 2]
    assert {r["parameter"] for r in both} == {"budget", "costs"}
    assert both[0]["objective"] == pytest.approx(0.70, abs=1e-6)
    assert len({r["run_id"] for r in rows}) == 4


def test_a_variation_without_a_plan_is_a_result(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """No plan covers 0.7 of the people for 20,000 CAD."""
    text = "[phase.1.coverage_min_share]\nL2 = 0.7"
    base, _ = sweep.sweep(town_file(tmp_path, text), ["budget=20e3"], Limits())
    status = {r["value"]: r["status"] for r in sweep.found(toy, base.report.run_id)["runs"]}
    assert status == {20e3: "infeasible", 125e3: "optimal"}


# frontiers


def test_a_front_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    frontier_id, name, is_cut = pareto.frontier(town_file(tmp_path, budget=50_000), 3, Limits())
    assert (name, is_cut) == ("town", False)
    rows = pareto.found(toy, frontier_id)
    assert [(r["cost_limit_cad"], r["net_capex_cad"]) for r in rows] == [(0, 0), (25e3, 25e3), (50e3, 25e3)]
    assert [r["coverage_share"] for r in rows] == pytest.approx([0.45, 0.75, 0.75])
    assert not any(r["is_dominated"] for r in rows)
    assert all(r["status"] == "optimal" for r in rows)
    toy.execute("update plan.run set net_capex_cad = 26e3 where run_id = %s", (rows[2]["run_id"],))
    assert [r["is_dominated"] for r in pareto.found(toy, frontier_id)] == [False, False, True]
    toy.execute("delete from plan.run where run_id = %s", (rows[0]["parent_run_id"],))
    assert pareto.found(toy, frontier_id) == []


def test_a_front_begins_with_the_cheapest_plan(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = "[phase.1.coverage_min_share]\nL2 = 0.7"
    frontier_id, _, _ = pareto.frontier(town_file(tmp_path, text, budget=50_000), 2, Limits())
    assert [r["cost_limit_cad"] for r in pareto.found(toy, frontier_id)] == pytest.approx(
        [25e3, 50e3], rel=1e-6
    )


def test_a_frontier_counts_grid_upgrades(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """A station at K1 needs the only step, 10,000 CAD: the cheapest plan costs 35,000 in all."""
    text = (
        "[phase.1.coverage_min_share]\nL2 = 0.7\n[grid]\nhosting_capacity_factor = 0.001\ncoincidence = [{ port_count = 1, share = 1.0 }]\n"
        "upgrade = [{ added_kw = 500, cost_cad = 10000 }]"
    )
    frontier_id, _, _ = pareto.frontier(town_file(tmp_path, text, budget=50_000), 2, Limits())
    rows = pareto.found(toy, frontier_id)
    assert [r["cost_limit_cad"] for r in rows] == pytest.approx([35e3, 50e3], rel=1e-6)
    assert [r["net_capex_cad"] for r in rows] == pytest.approx([35e3, 35e3])


def test_points_of_one_limit_are_one_run(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    frontier_id, _, _ = pareto.frontier(town_file(tmp_path, budget=0), 3, Limits())
    rows = pareto.found(toy, frontier_id)
    assert [(r["point"], r["cost_limit_cad"]) for r in rows] == [(1, 0), (2, 0), (3, 0)]
    assert len({r["run_id"] for r in rows}) == 1


@pytest.mark.parametrize("bad", [{2}, {3}, {2, 3}])
def test_a_point_that_is_worse_than_a_cheaper_one_is_solved_again(
    toy: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: set[int]
) -> None:
    """Some points find a plan that costs nothing and no more: one that is dearer than a good one is lifted."""
    solve, again = varied.solve, list[Piece]()

    def hurried(piece: Piece, watching: Any = varied.unwatched) -> Solved:
        if piece.least_objective is not None:
            again.append(piece)
        elif any(piece.title == f"point {number} of 4" for number in bad):
            tree = piece.parameters.model_dump()
            tree["objective"]["cost_limit_cad"] = float(piece.title.split()[1])
            piece = replace(piece, parameters=variation.validated(tree, "a bad point"))
        return solve(piece, watching)

    monkeypatch.setattr(varied, "solve", hurried)
    frontier_id, _, _ = pareto.frontier(town_file(tmp_path, budget=75_000), 4, Limits())
    rows = pareto.found(toy, frontier_id)
    first = 1 if bad == {3} else 1 + len(bad)  # of the points that are worse, none but the cheapest is
    want = [0.45] * first + [0.75] * (4 - first)
    assert [r["coverage_share"] for r in rows] == pytest.approx(want)
    assert [piece.title for piece in again] == (["point 3 of 4"] if bad == {3} else [])
    runs = toy.execute("select run_id from plan.run where parent_run_id is not null order by 1").fetchall()
    assert sorted(r["run_id"] for r in rows) == [run_id for (run_id,) in runs]


@pytest.mark.usefixtures("toy_database")
@pytest.mark.parametrize("module", [sweep, pareto])
def test_json_is_one_object(tmp_path: Path, module: Any) -> None:
    import typer

    app = typer.Typer()
    app.command()(module.main)
    more = ["--vary", "budget=20e3"] if module is sweep else ["--points", "2"]
    done = CliRunner().invoke(app, ["--scenario", town_file(tmp_path), "--json", *more])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["runs" if module is sweep else "points"]


# explanations and ways out


def test_an_explanation_is_kept_with_its_run(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """K1 brings 300 people for 25,000 CAD: 0.30 less 0.1 of the objective, and no other site could."""
    ended = solve_scenario(town_file(tmp_path), Limits())
    past = past_run.reopen(toy, ended.report.run_id)
    assert past.plan == ended.plan
    explain.write(toy, past, explain.explain(past, Limits()), 0.01)
    found = explain.answers(toy, past.run_id, None)
    (site,) = found["sites"]
    assert site["loss_if_dropped"] == pytest.approx(0.2)
    assert site["loss_low"] == pytest.approx(0.2, abs=1e-3)
    assert [(gain["level"], round(gain["population"])) for gain in site["gains"]] == [("L2", 300)]
    assert site["gain_per_100k_cad"] == pytest.approx(1.2)
    assert sentences.reason(site, "CAD") == (
        "Build for 25,000 CAD net. L2 covers 300 people not covered before: 30.00% of all demand, 30.00% by"
        " it alone. Without it the objective of the best other plan found is lower by 0.2000 (at least 0.2000)."
    )
    budget = next(row for row in found["rules"] if row["rule"] == "budget")
    assert (budget["limit_value"], budget["slack"], budget["is_binding"]) == (25_000, 0, True)
    assert budget["marginal_value"] == pytest.approx(0.0, abs=1e-6)
    assert found["alternatives"] == []


def test_a_run_is_explained_on_what_it_was_solved_on(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    run_id = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    with pytest.raises(UsageError) as unknown:
        past_run.reopen(toy, run_id + 1)
    assert "There is no run" in unknown.value.message
    past = past_run.reopen(toy, run_id)
    with pytest.raises(UsageError) as other:
        explain.explain(past, Limits(), site_id=-1)
    assert "leaves site -1 as it is" in other.value.message
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select site_id, 'force_out' from core.site where not is_existing"
    )
    with pytest.raises(UsageError) as changed:
        past_run.reopen(toy, run_id)
    assert "other locks" in changed.value.message


def test_ways_out_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """0.7 of the people: 5,000 CAD more build K1, else 0.45 is all; from 1430 m on S1 covers P2 as well."""
    ended = solve_scenario(
        town_file(tmp_path, "[phase.1.coverage_min_share]\nL2 = 0.7", budget=20_000), Limits()
    )
    assert isinstance(ended.error, InfeasibleError)
    assert ended.error.exit_code == 3
    assert "min_coverage (L2, phase 1) would have to be 45.00% instead of 70.00%" in ended.error.hint
    assert "budget (phase 1) would have to be 25,000 CAD instead of 20,000 CAD" in ended.error.hint
    found = dict(
        toy.execute(
            "select rule, amount from plan.run_relaxation where run_id = %s and remedy > 0",
            (ended.report.run_id,),
        ).fetchall()
    )
    assert found["budget"] == pytest.approx(5_000, rel=1e-3)
    assert found["min_coverage"] == pytest.approx(0.25)
    assert 0.43 <= found["service_distance"] <= 0.43 + 1.43 * 0.02
    with pytest.raises(UsageError) as caught:
        past_run.reopen(toy, ended.report.run_id)
    assert "25,000 CAD" in caught.value.hint


# two runs side by side


def test_two_plans_side_by_side(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """With the money K1 covers the 300 people of P2, in Ringham; without it nothing is done."""
    with_money = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    without = solve_scenario(town_file(tmp_path, budget=20_000), Limits()).report.run_id
    found = diff.difference(toy, without, with_money)
    assert [(r["kind"], r["key"], r["value_a"], r["value_b"]) for r in found["scenario"]] == [
        ("parameter", "phase.1.budget_cad", "20000.0", "25000.0")
    ]
    (site,) = found["sites"]
    assert (site["difference"], site["action_a"], site["action_b"], site["net_cad_b"]) == (
        "added",
        None,
        "build",
        25_000,
    )
    change = {sentences.figure(r): r["change"] for r in found["figures"]}
    assert change["coverage L2, phase 1"] == pytest.approx(0.3)
    assert change["capital cost, net"] == pytest.approx(25_000)
    assert change["objective"] == pytest.approx(0.2)
    assert change["sites: build"] == 1
    people = {
        (r["level"], r["group_name"]): (round(r["gained_population"]), round(r["lost_population"]))
        for r in found["people"]
        if r["group_kind"] == "municipality"
    }
    assert people["L2", "Ringham"] == (300, 0)
    assert people["L2", "Farend"] == (0, 0)
    back = diff.difference(toy, with_money, without)
    assert [s["difference"] for s in back["sites"]] == ["removed"]
    assert sum(r["lost_population"] for r in back["people"] if r["group_kind"] == "municipality") == (
        pytest.approx(300)
    )
    same = diff.difference(toy, without, without)
    assert same["scenario"] == same["sites"] == []
    assert all(r["change"] == 0 for r in same["figures"])


def test_what_a_plan_inherits_from_the_one_it_continues_is_not_removed(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """The second plan has money for one more site: the first one's site still stands in it."""
    first = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    later = tmp_path / "later.toml"
    later.write_text(f"continues = 'town'\n{TOWN.format(budget=25_000)}", encoding="utf-8")
    second = solve_scenario(str(later), Limits()).report.run_id
    (inherited,) = names(toy, first)
    added = names(toy, second)
    told = {s["name"].split()[0]: s["difference"] for s in diff.difference(toy, first, second)["sites"]}
    assert told == {inherited: "inherited", **dict.fromkeys(added, "added")}
    back = {s["name"].split()[0]: s["difference"] for s in diff.difference(toy, second, first)["sites"]}
    assert back == {inherited: "inherited", **dict.fromkeys(added, "removed")}


@pytest.mark.usefixtures("toy")
def test_sums_of_money_are_printed_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [
        solve_scenario(town_file(tmp_path, budget=budget), Limits()).report.run_id
        for budget in (20_000, 2_200_000)
    ]
    diff.main((runs[0], runs[1]))
    told = capsys.readouterr().out
    assert "parameter phase.1.budget_cad: 20,000 -> 2,200,000" in told
    assert re.search(r"capital cost, net .*\d,\d{3} CAD", told)
    assert not re.search(r"\de[+-]\d", told)


def test_other_data_are_told_apart_from_another_scenario(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    first = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    with connect() as conn:
        region = write_sources(tmp_path)
        text = region.read_text(encoding="utf-8")
        region.write_text(text.replace("[settings]", "[settings]\ntransit_walk_m = 601", 1), encoding="utf-8")
        load_region(str(region), conn)
    second = solve_scenario(town_file(tmp_path), Limits()).report.run_id
    kinds = {(r["kind"], r["key"]) for r in diff.difference(toy, first, second)["scenario"]}
    assert kinds == {("data", "load_id")}


def test_a_run_that_is_not_there_cannot_be_compared(toy: psycopg.Connection[Any]) -> None:
    with pytest.raises(UsageError) as caught:
        diff.difference(toy, 1, 2)
    assert "There is no run 1" in caught.value.message


def test_all_rules_at_once_tell_their_slack_and_their_price(toy: psycopg.Connection[Any]) -> None:
    """`full` has every rule on; each that has rows in Toy Town is told in words, and none with less than nothing."""
    ended = solve_scenario("full", Limits(time_limit_s=60))
    assert ended.error is None
    rows = toy.execute(
        "select rule, subject, unit, slack, row_count from report.constraint_slack where run_id = %s",
        (ended.report.run_id,),
    ).fetchall()
    assert {"budget", "grid_area_power", "min_served"} <= {row[0] for row in rows}
    assert all(row[1] and row[2] and row[3] >= 0 and row[4] >= 1 for row in rows)
    past = past_run.reopen(toy, ended.report.run_id)
    told: list[str] = []
    found = explain.explain(past, Limits(time_limit_s=5), count=1, tell=told.append)
    count = len(found.losses)
    assert told[:count] == [
        f"{n} of {count} done: without site {loss.site_id}" for n, loss in enumerate(found.losses, start=1)
    ]
    assert len(told) > count
    assert found.prices
    assert not found.is_cut
    assert all(price.high >= price.change - 1e-6 for price in found.prices)
