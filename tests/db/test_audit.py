"""The audit: a sound plan of Toy Town passes, and each way to break it is found where it is broken."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from db.session.connection import connect
from model.solve import Limits, solve_scenario
from tests.support.findings import violations

BREAKS = [
    (
        "figure_decision",
        "update plan.decision set action = 'expand'",
        "The plan says expand for site {site} in phase 1, which the phase does not allow.",
    ),
    (
        "figure_decision",
        "update plan.decision set l2_port_count_before = 9",
        "from 9+0 ports (L2+L3), but 3+0 stand there",
    ),
    (
        "figure_decision",
        "update plan.decision set option_id = 'another'",
        "under the name another, which is another option",
    ),
    (
        "figure_decision",
        "update plan.scenario_phase set actions = '{{build}}'",
        "which the phase does not allow",
    ),
    (
        "figure_coverage",
        "update plan.demand_coverage set is_covered_after = not is_covered_after"
        " where level = 'L3' and demand_id = {cell}",
        "at L3 after phase 1; the plan says otherwise",
    ),
    (
        "figure_coverage",
        "update plan.demand_coverage set is_covered_before = true"
        " where level = 'L2' and demand_id = {far_cell}",
        "Demand {far_cell} is not covered at L2 before the plan; the plan says otherwise.",
    ),
    (
        "figure_coverage",
        "delete from plan.demand_coverage where level = 'L2' and demand_id = {cell}",
        "Demand {cell} is missing at L2 in phase 1.",
    ),
    (
        "figure_coverage",
        "insert into plan.demand_coverage select run_id, 1, -7, 'L2', 0, false, false from plan.run",
        "The plan covers -7 at L2 in phase 1, which is no demand.",
    ),
    (
        "figure_coverage",
        "update plan.demand_coverage set weight_share = weight_share + 0.01"
        " where level = 'L3' and demand_id = {cell}",
        "Demand {cell} weighs",
    ),
    (
        "min_coverage",
        "update plan.scenario_target set coverage_min_share = 1 where level = 'L3'",
        "asked for are 100.00 %.",
    ),
    ("budget", "update plan.scenario_phase set budget_cad = 1000", "its budget is 1000."),
    (
        "figure_decision_price",
        "update plan.decision set capex_cad = capex_cad - 5000",
        "come to a capital cost of",
    ),
    (
        "figure_decision_price",
        "update plan.decision set resale_cad = resale_cad + 5000",
        "come to a resale of",
    ),
    (
        "figure_application_grant",
        "update plan.decision set grant_cad = 5000",
        "Site {site} gets 0 CAD of grants in phase 1; the plan says 5000.",
    ),
    (
        "figure_application_grant",
        "insert into plan.application_grant select run_id, 1, 'zevip', 5, null, 5 from plan.run",
        "The grant of zevip in phase 1 is 0.00 CAD; the plan says 5.",
    ),
    (
        "figure_grid_upgrade",
        "insert into plan.grid_upgrade select run_id, 1, {area}, 1, 500, 0 from plan.run",
        "The plan buys step 1 of grid area {area} which the scenario does not offer.",
    ),
    ("figure_run", "update plan.run set capex_cad = capex_cad - 1", "The capital cost of the run is"),
    (
        "site_power",
        "update plan.scenario set site_power_limit_kw = 100",
        "kW; its connection carries 100.",
    ),
    ("figure_decision", "update plan.scenario set site_capex_limit_cad = 1000", "a site may cost 1000."),
    ("figure_decision", "update plan.scenario set l2_ports_retained_min = 3", "L2 ports; 3 must stay."),
    (
        "figure_grid_load",
        "update plan.grid_area_load set added_kw = added_kw + 1",
        "; the plan says",
    ),
    (
        "grid_area_power",
        "with n as (update plan.scenario set coincidence_factor = coincidence_factor * 100) "
        "update plan.grid_area_load set added_kw = added_kw * 100",
        "Grid area {area} has room for",
    ),
    (
        "figure_decision_price",
        "update plan.decision set added_kw = 0",
        "The ports of site {site} come to a added power",
    ),
    ("figure_grid_load", "delete from plan.grid_area_load", "by phase 1; the plan says nothing."),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {site}, 'force_out', null from plan.run",
        "Site {site} must not change and gets {site}:upgrade:",
    ),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {other}, 'force_in', null from plan.run",
        "must change and does not.",
    ),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {site}, 'fix_option', 'another' from plan.run",
        "Site {site} must get another and gets {site}:upgrade:",
    ),
]
LIMITS = [(rule, statement) for rule, statement, _ in BREAKS if not rule.startswith("figure_")]


@pytest.fixture(scope="module")
def solved(templates: Any) -> str:
    """Return the template of Toy Town with the plan of phase1, which upgrades its one L2 station."""

    def solve() -> None:
        # everybody in reach has L3 already, so that nothing would be done unasked
        with connect() as conn:
            conn.execute(
                "insert into plan.site_lock (site_id, lock_kind)"
                " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
            )
        assert solve_scenario("phase1", Limits()).error is None

    name: str = templates.template("toy_town_solved", templates.toy_town(), solve)
    return name


@pytest.fixture
def plan(templates: Any, solved: str) -> Any:
    """Yield a connection to a copy of the plan, to be broken."""
    with templates.clone(solved) as address, psycopg.connect(address) as conn:
        yield conn


def names(conn: psycopg.Connection[Any]) -> dict[str, int]:
    """Return what messages name: the site that changes, another, its grid area, a cell near and far."""
    row = conn.execute(
        "select d.site_id, (select min(site_id) from core.site where site_id <> d.site_id), d.grid_area_id,"
        " (select cell_id from core.demand_cell where round(population) = 200),"
        " (select cell_id from core.demand_cell where round(population) = 100) from plan.decision as d"
    ).fetchone()
    assert row is not None
    return dict(zip(("site", "other", "area", "cell", "far_cell"), row, strict=True))


def test_a_sound_plan_passes(plan: psycopg.Connection[Any]) -> None:
    assert plan.execute(
        "select action, publication from plan.decision join plan.run using (run_id)"
    ).fetchall() == [("upgrade", "published")]
    assert violations(plan) == {}


@pytest.mark.parametrize(("rule", "statement", "words"), BREAKS)
def test_each_break_is_found(plan: psycopg.Connection[Any], rule: str, statement: str, words: str) -> None:
    known = names(plan)
    changed = plan.execute(statement.format(**known).encode()).rowcount
    assert changed > 0
    found = violations(plan)
    assert any(words.format(**known) in message for message in found[rule])
    # other figures follow from what is changed, but no other rule is broken
    assert [name for name in found if not name.startswith("figure_") and name != rule] == []


@pytest.mark.parametrize(("rule", "statement"), LIMITS)
def test_a_rule_that_is_off_finds_nothing(plan: psycopg.Connection[Any], rule: str, statement: str) -> None:
    plan.execute("update plan.scenario_rule set is_on = false where rule = %s", (rule,))
    plan.execute("delete from plan.run_constraint_slack where rule = %s", (rule,))
    assert violations(plan) == {}
    plan.execute(statement.format(**names(plan)).encode())
    assert rule not in violations(plan)


def test_a_plan_beyond_the_limit_on_its_cost_is_found(plan: psycopg.Connection[Any]) -> None:
    """The upgrade costs more than 1000 CAD; the rule is off in phase1."""
    plan.execute("update plan.scenario set cost_limit_cad = 1000")
    assert violations(plan) == {}
    plan.execute("update plan.scenario_rule set is_on = true where rule = 'cost_limit'")
    found = violations(plan)
    assert found["cost_limit"][0].endswith("in all; its limit is 1000.")


def test_a_site_that_changes_twice_is_found(plan: psycopg.Connection[Any]) -> None:
    plan.execute(
        "insert into plan.decision (run_id, phase, site_id, option_id, action, l2_port_count_before,"
        " l2_port_count_after, l3_port_count_before, l3_port_count_after, capex_cad, grant_cad, resale_cad,"
        " opex_change_cad_per_year, added_kw, geom)"
        " select run_id, 2, site_id, option_id, action, l2_port_count_before, l2_port_count_after,"
        " l3_port_count_before, l3_port_count_after, 0, 0, 0, 0, 0, geom from plan.decision"
    )
    found = violations(plan)["figure_decision"]
    assert any(message.endswith("2 times.") for message in found)
    assert any("in a phase that the scenario does not have" in message for message in found)


def test_plans_of_another_load_are_not_audited(plan: psycopg.Connection[Any]) -> None:
    plan.execute("update plan.decision set capex_cad = 1, action = 'expand'")
    plan.execute("delete from plan.demand_coverage")
    assert violations(plan)
    # the load need not exist: only that it is not the current one counts
    plan.execute("set session_replication_role = replica")
    plan.execute("update plan.scenario set load_id = load_id + 1")
    assert violations(plan) == {}


def test_a_plan_that_continues_another_starts_from_it(plan: psycopg.Connection[Any]) -> None:
    ended = solve_scenario("phase2", Limits())
    assert ended.error is None
    first, second = plan.execute(
        "select remaining_kw from plan.grid_area_load where grid_area_id ="
        " (select grid_area_id from plan.decision) order by run_id"
    ).fetchall()
    assert second < first
    assert violations(plan) == {}
    plan.execute(
        "update plan.grid_area_load set remaining_kw = %s where run_id = %s", (*first, ended.report.run_id)
    )
    assert "figure_grid_load" in violations(plan)
