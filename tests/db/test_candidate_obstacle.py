"""What keeps a station from a candidate, in every plan or beside the one that was made: held against the model; in Toy Town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pyomo.core as pyo
import pytest

from model.analysis.past_run import PastRun, reopen
from model.data.inputs import Choice
from model.formulation.build import assign, build
from model.solve import Limits, solve_scenario
from model.solver import whole_model
from tests.support.space_rules import FAST, MOST, SLOW, SPACING, file, lock, names

Connection = psycopg.Connection[Any]
Found = dict[str, set[str]]
RULE = {
    "spacing": "min_spacing",
    "gap": "max_gap",
    "overlap": "max_overlap",
    "area": "area_station_limits",
    "grid": "grid_area_power",
    "project_count": "projects_per_phase",
    "area_project_count": "projects_per_phase",
}
BOTH = '[phase.1]\nactions = ["build"]\nchargers = ["ac_7", "dc_50"]\nbudget_cad = {}\n'
COUNT = "projects_per_phase = true\n[projects]\n{} = 1\n"
CAR_PARK, LIBRARY = "K1", "K2"
# K1 and K2 are candidates; S1 has L2 and S2 L3 today
CASES: dict[str, tuple[str, Found, Found]] = {
    # S2 is 960 m from K2, and K1 farther than any road distance that counts
    "spacing": (SPACING.format(1000) + FAST.format(1_000_000), {LIBRARY: {"spacing L3"}}, {}),
    # S1 gets L3 by a lock, and is 790 m from K1 and 440 m from K2
    "spacing of the plan": (
        SPACING.format(900) + FAST.format(1_000_000).replace("build", 'build", "upgrade'),
        {},
        {CAR_PARK: {"spacing L3"}, LIBRARY: {"spacing L3"}},
    ),
    # both may be built upon, as ports of L2 are near to no other L2
    "spacing of one level": (SPACING.format(1000) + BOTH.format(1_000_000), {}, {}),
    "power": (
        "site_power = true\n[site]\npower_limit_kw = 5\n" + SLOW.format(1_000_000),
        {CAR_PARK: {"power"}, LIBRARY: {"power"}},
        {},
    ),
    "price": (
        "[site]\ncapex_limit_cad = 1000\n" + SLOW.format(1_000_000),
        {CAR_PARK: {"price"}, LIBRARY: {"price"}},
        {},
    ),
    "budget": (SLOW.format(1000), {CAR_PARK: {"budget"}, LIBRARY: {"budget"}}, {}),
    "area": (MOST.format(2) + SLOW.format(1_000_000), {CAR_PARK: {"area"}, LIBRARY: {"area"}}, {}),
    "area of the plan": (MOST.format(3) + SLOW.format(1_000_000), {}, {LIBRARY: {"area"}}),
    "projects": (
        COUNT.format("project_count_max") + SLOW.format(1_000_000),
        {},
        {LIBRARY: {"project_count"}},
    ),
    "projects of an area": (
        COUNT.format("area_project_count_max") + SLOW.format(1_000_000),
        {},
        {LIBRARY: {"area_project_count"}},
    ),
    "gap": (
        "max_gap = true\n[level.L3]\ngap_max_m = 500\n" + FAST.format(1_000_000),
        {CAR_PARK: {"gap L3"}, LIBRARY: {"gap L3"}},
        {},
    ),
    "overlap": (
        "max_overlap = true\n[level.L3]\noverlap_station_count_max = 1\n" + FAST.format(1_000_000),
        {LIBRARY: {"overlap L3"}},
        {},
    ),
    "grid": (
        "grid_area_power = true\n[grid]\nhosting_capacity_factor = 1e-6\n" + SLOW.format(1_000_000),
        {CAR_PARK: {"grid"}, LIBRARY: {"grid"}},
        {},
    ),
}


def told(conn: Connection, *, is_final: bool) -> Found:
    """Return, by candidate, each obstacle with its level."""
    known, found = names(conn), Found()
    for site, obstacle, level in conn.execute(
        "select site_id, obstacle, level from report.candidate_obstacle where is_final = %s", (is_final,)
    ):
        found.setdefault(known[site], set()).add(" ".join(filter(None, (obstacle, level))))
    return found


def broken(past: PastRun, choice: Choice) -> set[str]:
    """Return the rules that the plan breaks once it takes a choice too, by the rows of the model."""
    m = build(past.inputs, concludes=False)
    assign(m, past.plan | {choice})
    found = set()
    for part in m.component_objects(pyo.Constraint):
        for row in part.values():
            body = pyo.value(row.body)
            if (row.ub is not None and body > row.ub + 1e-6) or (row.lb is not None and body < row.lb - 1e-6):
                found.add(part.name)
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_bars_a_candidate_is_what_the_model_says(toy: Connection, tmp_path: Path, case: str) -> None:
    text, barred, beside = CASES[case]
    if case == "spacing of the plan":
        lock(toy, "S1", "must_change")
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert ended.error is None
    past, known = reopen(toy, ended.report.run_id), names(toy)
    assert told(toy, is_final=True) == barred
    assert told(toy, is_final=False) == beside
    changed = {past.inputs.options[option_id].site_id for option_id, _ in past.plan}
    bounds = toy.execute(
        "select site_id, refusal, cheapest_option_id, cheapest_phase from plan.site_bound where is_candidate"
    ).fetchall()
    for site, refusal, option, phase in bounds:
        if refusal is not None:
            assert refusal == "limit"
            assert known[site] in barred
            m = build(past.inputs)
            builds = [key for key in m.choice if past.inputs.options[key[0]].site_id == site]
            if builds:
                m.forced = pyo.Constraint(expr=sum(m.x[key] for key in builds) == 1)
                assert whole_model.solve(m).objective is None
        elif site not in changed:
            own = {RULE[what.split()[0]] for what in beside.get(known[site], ())}
            assert broken(past, (option, phase)) - {"budget"} == own
