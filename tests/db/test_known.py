"""What one run has read, others that offer the same do not read again; their inputs are those of a fresh read."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from model import explain, pareto, sweep
from model.analysis import past_run, variation
from model.data import read, scenario, scenario_store
from model.data.inputs import Inputs
from model.data.read.known import Known
from model.solver.objective_mode import Limits
from tests.support.scenarios import file
from tests.support.space_rules import lock

Connection = psycopg.Connection[Any]
EVERYTHING = """
extends = "full"
[level.L3]
gap_max_m = 900
overlap_station_count_max = 1
[area]
level_station_count_min.L3 = 1
[grant.program.chargeon]
is_on = true
[growth]
five_year_factor = 0.2
[objective.weight]
double_coverage.L2 = 0.1
[[equity.floor]]
group_kind = "settlement"
group_name = "rural"
level = "L3"
share = 0.1
[[equity.protected]]
group_kind = "settlement"
group_name = "rural"
"""
LARGE = {
    *("aggregated_demand_node", "level_coverage", "site_state", "site_grid_node", "layout_level"),
    *("efficient_option", "measured_option", "layout_price", "zone_site", "zone_demand", "equity_node"),
    *("protected_node", "spacing_conflict", "gap_neighbour", "corridor", "overlap_node"),
    *("removal_alternative", "double_coverage_node", "new_site_score"),
}
"""Views with a row for each site, option, zone or demand node."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each large view is read."""
    found: Counter[str] = Counter()
    execute = psycopg.Connection.execute

    def counting(conn: Connection, query: Any, *given: Any, **options: Any) -> Any:
        words = query.as_string(conn) if isinstance(query, sql.Composable) else str(query)
        found.update(LARGE & set(re.findall(r'from model\."(\w+)"', words)))
        return execute(conn, query, *given, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", counting)
    return found


def everything(folder: Path) -> tuple[str, scenario.Scenario]:
    return scenario.resolve(file(folder, EVERYTHING, "everything"))


def varied(parameters: scenario.Scenario, name: str, text: str) -> scenario.Scenario | None:
    """Return the parameters with one a little different; None where that changes nothing or is not allowed."""
    try:
        found = variation.vary(parameters, f"{name}={text}")
    except variation.UsageError:
        return None
    return found[0].parameters if found else None


def equal(one: Inputs, other: Inputs) -> None:
    for part in dataclasses.fields(Inputs):
        assert getattr(one, part.name) == getattr(other, part.name), part.name
    assert one.sha256 == other.sha256


SAME = {
    "budget": "-20%",
    "weights": "0.3",
    "grid": "0.5",
    "phase.2.budget_cad": "-5%",
    "phase.2.discount_factor": "0.5",
    "phase.1.opex_limit_cad_per_year": "+10%",
    "phase.3.coverage_min_share.L3": "0.01",
    "phase.2.served_min_share.L3": "0.01",
    "objective.weight.capex": "0.7",
    "objective.weight.coverage.L2": "0.7",
    "objective.cost_limit_cad": "400000",
    "objective.money_scale_cad": "5000000",
    "publication.mip_gap_max": "0.5",
    "projects.project_count_max": "2",
    "projects.area_project_count_max": "1",
    "area.station_count_max": "2",
    "area.station_count_min": "1",
    "area.level_station_count_min.L3": "2",
    "equity.ratio_min": "0.3",
}
"""Parameters by which a scenario offers the same."""
OTHER = {"costs": "1.1", "growth": "4", "service_distance": "0.5", "site.power_limit_kw": "99"}
"""Parameters by which it offers something else."""


@pytest.mark.parametrize("name", SAME)
def test_a_scenario_that_offers_the_same_is_read_without_its_large_tables(
    toy: Connection, tmp_path: Path, name: str, statements: Counter[str]
) -> None:
    key, parameters = everything(tmp_path)
    known, new = Known(), varied(parameters, name, SAME[name])
    assert new is not None
    first = read.read_inputs(toy, scenario_store.store(toy, key, parameters), known=known)
    assert set(statements) == LARGE
    before = statements.copy()
    second = scenario_store.store(toy, key, new)
    found = read.read_inputs(toy, second, known=known)
    assert statements == before
    toy.execute("delete from model.worked_out")
    equal(found, read.read_inputs(toy, second))
    assert statements == before + before
    assert found.sha256 != first.sha256 or name == "publication.mip_gap_max"


@pytest.mark.parametrize("name", OTHER)
def test_a_scenario_that_offers_something_else_is_read_whole(
    toy: Connection, tmp_path: Path, name: str, statements: Counter[str]
) -> None:
    key, parameters = everything(tmp_path)
    known, new = Known(), varied(parameters, name, OTHER[name])
    assert new is not None
    read.read_inputs(toy, scenario_store.store(toy, key, parameters), known=known)
    before, second = statements.copy(), scenario_store.store(toy, key, new)
    found = read.read_inputs(toy, second, known=known)
    assert statements == before + before
    toy.execute("delete from model.worked_out")
    equal(found, read.read_inputs(toy, second))


def test_a_parameter_of_each_table_is_read_as_a_fresh_read_does(toy: Connection, tmp_path: Path) -> None:
    """Of each table of the scenario, and of each table in these, the first number that may be changed."""
    key, parameters = everything(tmp_path)
    first: dict[tuple[str, ...], scenario.Scenario] = {}
    for name in variation._leaves(parameters.model_dump()):
        table = tuple(name.split(".")[:2]) if name.count(".") > 1 else (name.split(".")[0],)
        new = first.get(table) or varied(parameters, name, "-10%") or varied(parameters, name, "1")
        if new is not None:
            first[table] = new
    assert len(first) > 20
    known = Known()
    read.read_inputs(toy, scenario_store.store(toy, key, parameters), known=known)
    for new in first.values():
        scenario_id = scenario_store.store(toy, key, new)
        equal(read.read_inputs(toy, scenario_id, known=known), read.read_inputs(toy, scenario_id))


def test_a_new_lock_is_heeded(toy: Connection, tmp_path: Path) -> None:
    key, parameters = everything(tmp_path)
    known, scenario_id = Known(), scenario_store.store(toy, key, parameters)
    before = read.read_inputs(toy, scenario_id, known=known)
    lock(toy, "S1", "must_change")
    found = read.read_inputs(toy, scenario_id, known=known)
    assert found.locks != before.locks
    equal(found, read.read_inputs(toy, scenario_id))


def test_views_made_anew_are_read_anew(toy: Connection, tmp_path: Path, statements: Counter[str]) -> None:
    from db.schema import upgrade

    key, parameters = everything(tmp_path)
    known, scenario_id = Known(), scenario_store.store(toy, key, parameters)
    before = read.read_inputs(toy, scenario_id, known=known)
    once = statements.copy()
    upgrade.refresh()
    equal(read.read_inputs(toy, scenario_id, known=known), before)
    assert statements == once + once


def test_a_sweep_reads_once_what_its_runs_have_in_common(
    toy: Connection, tmp_path: Path, statements: Counter[str]
) -> None:
    """The scenario itself, and the one whose prices differ; the budgets after it know the first again."""
    vary = ("budget=-20%", "costs=1.1", "grid=0.5,0.9")
    base, is_cut = sweep.sweep(file(tmp_path, ""), vary, Limits(20.0))
    runs = toy.execute(
        "select input_sha256, scenario_id from plan.run where parent_run_id = %s", (base.report.run_id,)
    ).fetchall()
    assert (len(runs), is_cut) == (5, False)
    assert statements.pop("corridor") == len(runs) + 1  # what is told of a plan speaks of them
    assert set(statements.values()) == {2}
    for sha256, scenario_id in runs:
        assert read.read_inputs(toy, scenario_id).sha256 == sha256


def test_a_frontier_reads_once_and_so_do_its_explanations(
    toy: Connection, tmp_path: Path, statements: Counter[str]
) -> None:
    frontier_id, _, _ = pareto.frontier(file(tmp_path, ""), 3, Limits(20.0))
    assert statements["aggregated_demand_node"] == statements["site_state"] == 1
    points = pareto.found(toy, frontier_id)
    statements.clear()
    past = past_run.reopen(toy, points[-1]["run_id"])
    explain.explain(past, Limits(5.0))
    assert statements["aggregated_demand_node"] == statements["site_state"] == 1
