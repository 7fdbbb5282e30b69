"""The audit: a sound plan of Toy Town passes, and each way to break it is found where it is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.session.connection import connect
from model.solve import Limits, solve_scenario
from tests.support.findings import violations
from tests.support.scenarios import ONE_SHARE, file

BREAKS = [
    (
        "figure_decision",
        "update plan.decision set action = 'expand'",
        "The plan says expand for site {site} in phase 1, which the phase does not allow.",
    ),
    (
        "figure_decision",
        "update plan.decision_port set port_count_before = 9 where charger_type = 'ac_7'",
        "from ac_7=9, but ac_7=3 stands there",
    ),
    (
        "figure_decision",
        "delete from plan.decision_port where charger_type = 'dc_150'",
        "from ac_7=3 to ac_7=",
    ),
    (
        "figure_decision",
        "update plan.decision_port set charger_type = 'dc_50' where charger_type = 'dc_150'",
        "with ports of type dc_50, which the phase does not add.",
    ),
    (
        "figure_decision",
        "update plan.decision_port set charger_type = 'dc_99' where charger_type = 'dc_150'",
        "with ports of type dc_99, which the scenario does not have.",
    ),
    (
        "figure_decision",
        "with n as (update plan.decision set option_id = '{site}:upgrade:ac_7=3+dc_150=1')"
        " update plan.decision_port set port_count_after = case charger_type when 'ac_7' then 3 else 1 end",
        "which adds 1 of type dc_150, a number that is not offered.",
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
        "at L3 after phase 1; the plan says otherwise.",
    ),
    (
        "figure_coverage",
        "update plan.demand_coverage set is_covered_before = true"
        " where level = 'L2' and demand_id = {far_cell}",
        "Demand {far_cell} is not covered at L2 before the plan; phase 1 says otherwise.",
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
        "asked for are 100.00%.",
    ),
    ("budget", "update plan.scenario_phase set budget_cad = 1000", "its budget is $1,000.00."),
    (
        "figure_decision_price",
        "update plan.decision set capex_cad = capex_cad - 5000",
        "By its ports the capital cost of site {site} is",
    ),
    (
        "figure_decision_price",
        "update plan.decision set resale_cad = resale_cad + 5000",
        "By its ports the resale of site {site} is",
    ),
    (
        "figure_application_grant",
        "update plan.decision set grant_cad = 5000",
        "Site {site} gets $0.00 of grants in phase 1; the plan says $5,000.00.",
    ),
    (
        "figure_application_grant",
        "insert into plan.application_grant select run_id, 1, 'zevip', 5, null, 5 from plan.run",
        "The grant of zevip in phase 1 is $0.00; the plan says $5.00.",
    ),
    (
        "figure_grid_upgrade",
        "insert into plan.grid_upgrade select run_id, 1, {area}, 1, 500, 0 from plan.run",
        "The plan buys step 1 for grid area {area} in phase 1, which the scenario does not offer.",
    ),
    ("figure_run", "update plan.run set capex_cad = capex_cad - 1", "The capital cost of the run is"),
    (
        "figure_progress",
        "update plan.run_progress set incumbent = incumbent + 1 where step = 'settle'",
        "The progress of the solve ends at row",
    ),
    (
        "figure_progress",
        "update plan.run_progress set dual_bound = dual_bound + 1 where step = 'settle'",
        "At row",
    ),
    (
        "figure_progress",
        "update plan.run_progress set incumbent = 1000 where incumbent is not null and number < ("
        " select max(number) from plan.run_progress)",
        "the best plan grows worse",
    ),
    (
        "figure_progress",
        "update plan.run_progress set elapsed_s = 1000 where number = 1",
        "before the row above (1,000 s), or after the end",
    ),
    ("figure_progress", "delete from plan.run_progress where number = 1", "should be row 1"),
    ("figure_progress", "delete from plan.run_progress where step = 'settle'", "lacks its end"),
    ("figure_progress", "delete from plan.run_progress", "lacks its end"),
    (
        "figure_progress",
        "update plan.run_progress set priority_level = 2",
        "of priority level 2, which the run did not begin there",
    ),
    (
        "site_power",
        "update plan.scenario set site_power_limit_kw = 100",
        "kW in phase 1; its connection carries 100.",
    ),
    ("figure_decision", "update plan.scenario set site_capex_limit_cad = 1000", "a site may cost $1,000.00."),
    (
        "figure_decision",
        "with n as (update plan.scenario set ports_retained_min = 3),"
        " o as (update plan.decision set option_id = replace(option_id, 'ac_7=3', 'ac_7=2'))"
        " update plan.decision_port set port_count_after = 2 where charger_type = 'ac_7'",
        "; of 3 it may leave 3, 3 or all.",
    ),
    (
        "figure_grid_load",
        "update plan.grid_load set added_kw = added_kw + 1",
        "; the plan says",
    ),
    (
        "grid_area_power",
        "with n as (update plan.scenario set hosting_capacity_factor = hosting_capacity_factor / 100) "
        "update plan.grid_load set remaining_kw = remaining_kw / 100",
        "Grid node {area} has room for",
    ),
    (
        "figure_decision_price",
        "update plan.decision set added_kw = 0",
        "By its ports the added power of site {site} is",
    ),
    ("figure_grid_load", "delete from plan.grid_load", "by phase 1; the plan says nothing."),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {site}, 'force_out', null from plan.run",
        "Lock 99: site {site} must not change and gets {site}:upgrade:",
    ),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {other}, 'force_in', null from plan.run",
        "must change and does not.",
    ),
    (
        "locks",
        "insert into plan.run_lock select run_id, 99, {site}, 'fix_option', 'another' from plan.run",
        "Lock 99: site {site} must get another and gets {site}:upgrade:",
    ),
]
LIMITS = [(rule, statement) for rule, statement, _ in BREAKS if not rule.startswith("figure_")]


@pytest.fixture(scope="module")
def solved(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with the plan of phase1, which upgrades its one L2 station."""
    scenario = file(tmp_path_factory.mktemp("scenario"), f"extends = 'phase1'\n{ONE_SHARE}")

    def solve() -> None:
        # all that a new L3 station would cover has L3 already: nothing would be done unasked
        with connect() as conn:
            conn.execute(
                "insert into plan.site_lock (site_id, lock_kind)"
                " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
            )
        assert solve_scenario(scenario, Limits()).error is None

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
    assert found["cost_limit"][0].endswith("in all; its limit is $1,000.00.")


def test_a_site_that_changes_twice_is_found(plan: psycopg.Connection[Any]) -> None:
    plan.execute(
        "insert into plan.decision (run_id, phase, site_id, option_id, action, equipment_cad, installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad,"
        " capex_cad, grant_cad, resale_cad,"
        " opex_change_cad_per_year, added_kw, geom)"
        " select run_id, 2, site_id, option_id, action, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, geom from plan.decision"
    )
    plan.execute(
        "insert into plan.decision_port (run_id, phase, site_id, charger_type, port_count_before, port_count_after)"
        " select run_id, 2, site_id, charger_type, port_count_before, port_count_after from plan.decision_port"
    )
    found = violations(plan)["figure_decision"]
    assert any(message.endswith("more than once: 2.") for message in found)
    assert any("in phase 2, which the scenario does not have" in message for message in found)


def decide(
    conn: psycopg.Connection[Any], site_key: str, action: str, ports: dict[str, tuple[int, int]]
) -> None:
    """Write a decision of phase 1 with ports before and after, as the plan would, whatever it costs."""
    layout = "+".join(f"{kind}={after}" for kind, (_, after) in ports.items() if after)
    conn.execute("update plan.scenario_phase set actions = array['upgrade', 'expand', 'build', 'remove']")
    conn.execute(
        "update plan.scenario_phase set chargers = array(select charger_type from plan.scenario_charger)"
    )
    conn.execute(
        "insert into plan.decision (run_id, phase, site_id, site_name, option_id, action, equipment_cad, installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad,"
        " capex_cad, grant_cad, resale_cad, opex_change_cad_per_year, added_kw, grid_area_id, planning_area_id, geom)"
        " select run_id, 1, site_id, name, concat_ws(':', site_id, %(action)s::text, nullif(%(layout)s, '')),"
        " %(action)s, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, grid_area_id, planning_area_id, geom"
        " from plan.run, core.site where site_key = %(site_key)s",
        {"action": action, "layout": layout, "site_key": site_key},
    )
    for kind, (before, after) in ports.items():
        conn.execute(
            "insert into plan.decision_port select run_id, 1, site_id, %s, %s, %s"
            " from plan.run, core.site where site_key = %s",
            (kind, before, after, site_key),
        )


def faults(conn: psycopg.Connection[Any], site_key: str) -> list[str]:
    """Return what is wrong with the decision for a site itself, whatever it costs."""
    row = conn.execute("select site_id from core.site where site_key = %s", (site_key,)).fetchone()
    assert row is not None
    found = violations(conn).get("figure_decision", [])
    return [message for message in found if f" for site {row[0]} " in message]


TOWN_HALL, THIRD_STREET, CANDIDATE = "ocm:1", "ocm:2", "a candidate"
CHANGES: list[tuple[str, str, dict[str, tuple[int, int]], str]] = [
    (CANDIDATE, "build", {"ac_7": (0, 2)}, ""),
    (CANDIDATE, "build", {"ac_19": (0, 2), "dc_50": (0, 2)}, ""),
    (
        CANDIDATE,
        "build",
        {"ac_19": (0, 1), "ac_7": (0, 1)},
        "to ac_19=1+ac_7=1, which is something else",
    ),
    (CANDIDATE, "build", {"ac_7": (0, 3)}, "which adds 3 of type ac_7, a number that is not offered"),
    (CANDIDATE, "build", {"dc_50": (0, 1)}, "which adds 1 of type dc_50, a number that is not offered"),
    (CANDIDATE, "build", {"dc_50": (0, 8)}, "which adds 8 of type dc_50, a number that is not offered"),
    (CANDIDATE, "expand", {"ac_7": (0, 2)}, "from nothing to ac_7=2, which is something else"),
    (CANDIDATE, "build", {"ac_7": (1, 2)}, "from ac_7=1, but ac_7=0 stands there"),
    (THIRD_STREET, "expand", {"dc_50": (2, 3)}, ""),
    # another type of a level that is there
    (THIRD_STREET, "expand", {"dc_350": (0, 1), "dc_50": (2, 2)}, ""),
    (THIRD_STREET, "expand", {"dc_350": (0, 1), "dc_50": (2, 3)}, "which is something else"),
    (THIRD_STREET, "expand", {"dc_50": (2, 1)}, "which is something else"),
    (THIRD_STREET, "expand", {"dc_50": (2, 2), "ac_7": (0, 1)}, "which is something else"),
    # what an upgrade replaces goes, where it is of its own level
    (THIRD_STREET, "upgrade", {"dc_50": (2, 0), "dc_150": (0, 2)}, ""),
    (THIRD_STREET, "upgrade", {"dc_50": (2, 1), "dc_150": (0, 2)}, "which is something else"),
    (THIRD_STREET, "upgrade", {"dc_50": (2, 0), "ac_19": (0, 2)}, "which is something else"),
    (
        THIRD_STREET,
        "upgrade",
        {"dc_50": (2, 0), "dc_150": (0, 1)},
        "which adds 1 of type dc_150, a number that is not offered",
    ),
    (THIRD_STREET, "build", {"dc_50": (2, 2), "ac_7": (0, 1)}, "which is something else"),
    (THIRD_STREET, "remove", {"dc_50": (2, 0)}, "which the scenario does not let go"),
    (THIRD_STREET, "remove", {"dc_50": (2, 1)}, "which is something else"),
    (TOWN_HALL, "upgrade", {"ac_7": (3, 3), "dc_350": (0, 2)}, ""),
    (TOWN_HALL, "upgrade", {"ac_7": (3, 2), "dc_50": (0, 2)}, ""),
    (
        TOWN_HALL,
        "upgrade",
        {"ac_7": (3, 0), "dc_50": (0, 2)},
        "which leaves ac_7=0; of 3 it may leave 1, 2 or all",
    ),
    # a faster type of its own level
    (TOWN_HALL, "upgrade", {"ac_7": (3, 0), "ac_19": (0, 2)}, ""),
    (TOWN_HALL, "upgrade", {"ac_7": (3, 0), "dc_50": (0, 2), "dc_150": (0, 2)}, "which is something else"),
    (TOWN_HALL, "upgrade", {"ac_7": (3, 4)}, "which is something else"),
    (TOWN_HALL, "expand", {"ac_7": (3, 5)}, ""),
    (TOWN_HALL, "expand", {"ac_7": (3, 6)}, "which adds 3 of type ac_7, a number that is not offered"),
]


@pytest.mark.parametrize(("site", "action", "ports", "words"), CHANGES)
def test_changes_that_an_action_may_make(
    plan: psycopg.Connection[Any], site: str, action: str, ports: dict[str, tuple[int, int]], words: str
) -> None:
    """Each action leads to what it may lead to, by charger type, and the audit finds the rest."""
    plan.execute("delete from plan.decision")
    plan.execute("update plan.scenario set site_capex_limit_cad = 1e6")  # two ports of 350 kW cost 813,000
    # the shipped types replace those of lower levels alone
    plan.execute(
        "insert into plan.scenario_charger_replaces select scenario_id, 'dc_150', 'dc_50' from plan.scenario"
    )
    row = plan.execute("select min(site_key) from core.site where not is_existing").fetchone()
    assert row is not None
    key = row[0] if site == CANDIDATE else site
    decide(plan, key, action, ports)
    found = faults(plan, key)
    assert [words in message for message in found] == ([True] if words else []), found


def test_an_upgrade_leaves_the_same_part_of_each_type(plan: psycopg.Connection[Any]) -> None:
    """Where the port of unknown power is of another type, Town Hall has two types that dc_50 may replace."""
    plan.execute("update plan.scenario_level set usual_charger = 'ac_19' where level = 'L2'")
    plan.execute("update plan.scenario set ports_retained_min = 0")
    for ac_19, ac_7, words in (
        (1, 2, ""),
        (0, 0, ""),
        (1, 1, ""),
        (0, 1, "another part of one type than of the next"),
    ):
        plan.execute("delete from plan.decision")
        decide(plan, TOWN_HALL, "upgrade", {"ac_19": (1, ac_19), "ac_7": (2, ac_7), "dc_50": (0, 2)})
        assert [words in message for message in faults(plan, TOWN_HALL)] == ([True] if words else [])


def test_what_the_scenario_lets_go_and_builds_on(plan: psycopg.Connection[Any]) -> None:
    plan.execute("delete from plan.decision")
    decide(plan, THIRD_STREET, "remove", {"dc_50": (2, 0)})
    assert len(faults(plan, THIRD_STREET)) == 1
    plan.execute("update plan.scenario_removal set is_candidate_only = false")
    assert faults(plan, THIRD_STREET) == []
    row = plan.execute("select min(site_key) from core.site where not is_existing").fetchone()
    assert row is not None
    decide(plan, row[0], "build", {"ac_7": (0, 2)})
    assert faults(plan, row[0]) == []
    plan.execute("update plan.scenario_removal set candidate_score_min = 1.1")
    assert "; a new station needs 1.1." in faults(plan, row[0])[0]


def test_plans_of_another_load_are_not_audited(plan: psycopg.Connection[Any]) -> None:
    plan.execute("update plan.decision set capex_cad = 1, action = 'expand'")
    plan.execute("delete from plan.demand_coverage")
    assert violations(plan)
    # the load need not exist: only that it is not the current one counts
    plan.execute("set session_replication_role = replica")
    plan.execute("update plan.scenario set load_id = load_id + 1")
    assert violations(plan) == {}


def test_a_plan_that_continues_another_starts_from_it(plan: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = f"extends = 'phase2'\ncontinues = 'mine'\n{ONE_SHARE}"
    ended = solve_scenario(file(tmp_path, text, "next"), Limits())
    assert ended.error is None
    first, second = plan.execute(
        "select remaining_kw from plan.grid_load where grid_node_id ="
        " (select grid_area_id from plan.decision) order by run_id"
    ).fetchall()
    assert second < first
    assert violations(plan) == {}
    plan.execute(
        "update plan.grid_load set remaining_kw = %s where run_id = %s", (*first, ended.report.run_id)
    )
    assert "figure_grid_load" in violations(plan)
