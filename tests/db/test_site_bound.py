"""What a run proves of each site, what is stored of it, and what reports make of it; in Toy Town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pyomo.core as pyo
import pytest
from psycopg.rows import dict_row

from model import explain
from model.analysis.past_run import reopen
from model.formulation.build import build
from model.run.by_blocks import Blocks, Splitting
from model.solve import Limits, solve_scenario
from model.solver import whole_model
from tests.support.scenarios import town_file

Connection = psycopg.Connection[Any]
CHEAPEST = """
    select distinct on (o.site_id) o.site_id, o.layout_after, p.capex_cad, p.grant_cad, p.resale_cad
    from model.site_option as o
    join model.option_price as p on p.scenario_id = o.scenario_id and p.option_id = o.option_id
    where o.scenario_id = %s and o.action in ('build', 'upgrade', 'expand')
    order by o.site_id, p.capex_cad - p.grant_cad - p.resale_cad, p.capex_cad, p.phase, o.option_id
"""
WIDER = """
[phase.2]
title = "Then"
year = 2029
budget_cad = 30000
discount_factor = 0.9
actions = ["build", "upgrade", "expand"]
chargers = ["ac_7", "dc_50"]
[phase.2.coverage_min_share]
"""


def lock_out(conn: Connection) -> int:
    row = conn.execute(
        "insert into plan.site_lock (site_id, lock_kind)"
        " select min(site_id), 'force_out' from core.site where not is_existing returning site_id"
    ).fetchone()
    assert row is not None
    return int(row[0])


def stored(conn: Connection, run_id: int) -> dict[int, dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute("select * from plan.site_bound where run_id = %s", (run_id,)).fetchall()
    return {row["site_id"]: row for row in found}


@pytest.mark.parametrize(("text", "budget"), [("", 25_000), ("", 60_000), (WIDER, 25_000)])
def test_no_plan_that_equips_a_site_is_better_than_what_is_stored(
    toy: Connection, tmp_path: Path, text: str, budget: int
) -> None:
    barred = lock_out(toy)
    ended = solve_scenario(town_file(tmp_path, text, budget), Limits())
    assert ended.error is None
    past = reopen(toy, ended.report.run_id)
    found = stored(toy, past.run_id)
    (candidate_count,) = toy.execute("select count(*) from core.site where not is_existing").fetchone() or (
        0,
    )
    assert sum(row["is_candidate"] for row in found.values()) == candidate_count
    assert found[barred]["refusal"] == "lock"
    cheapest = {site: row for site, *row in toy.execute(CHEAPEST, (past.scenario_id,))}
    bounds = []
    for site, row in found.items():
        if row["refusal"] is not None:
            assert row["objective_bound"] is None
            continue
        ports, *money = cheapest[site]
        assert row["ports"] == ports
        assert [row[key] for key in ("capex_cad", "grant_cad", "resale_cad")] == pytest.approx(money)
        m = build(past.inputs)
        equips = [key for key in m.choice if past.inputs.options[key[0]].site_id == site]
        if not equips:
            assert row["objective_bound"] is None, "whatever may be done there is needless"
            continue
        m.forced = pyo.Constraint(expr=sum(m.x[key] for key in equips) == 1)
        best = whole_model.solve(m)
        if best.objective is not None:
            assert best.objective <= row["objective_bound"] + 1e-6
        bounds.append(row["objective_bound"])
        assert row["objective_bound"] <= (ended.report.dual_bound or 0.0) + 1e-9
    changed = {past.inputs.options[option_id].site_id for option_id, _ in past.plan}
    assert all(found[site]["objective_bound"] >= past.objective - 1e-6 for site in changed)
    if budget == 25_000 and not text:
        assert min(bounds) < past.objective - 1e-3, "the money is short: some site is proved to be worse"


def test_a_lexicographic_run_proves_nothing_of_sites_and_says_what_they_cost(
    toy: Connection, tmp_path: Path
) -> None:
    text = '[objective]\nmode = "lexicographic"\norder = [["coverage.L2"], ["capex"]]\n'
    ended = solve_scenario(town_file(tmp_path, text), Limits())
    assert ended.error is None
    found = stored(toy, ended.report.run_id)
    assert {row["objective_bound"] for row in found.values()} == {None}
    assert any(row["capex_cad"] for row in found.values())


def test_a_run_by_blocks_proves_nothing_until_it_is_explained(toy: Connection, tmp_path: Path) -> None:
    path = town_file(tmp_path)
    ended = solve_scenario(path, Limits(), blocks=Blocks(Splitting.ALWAYS))
    assert ended.error is None
    run_id = ended.report.run_id
    assert {row["objective_bound"] for row in stored(toy, run_id).values()} == {None}
    past = reopen(toy, run_id)
    explain.write_missing_bounds(toy, past, Limits(time_limit_s=60))
    found = stored(toy, run_id)
    assert any(row["objective_bound"] is not None for row in found.values())
    toy.execute("update plan.site_bound set objective_bound = 1e6 where objective_bound is not null")
    explain.write_missing_bounds(toy, past, Limits(time_limit_s=60))
    kept = {row["objective_bound"] for row in stored(toy, run_id).values()}
    assert kept - {None} == {1e6}, "what is there is not worked out again"
