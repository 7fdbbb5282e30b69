"""A plan that changes nothing says why, action by action, and what to solve instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from db.common.language import read_words
from model.solve import Limits, solve_scenario
from report import summary
from report.page.render import HERE, SCRIPTS, WORDS
from tests.support.scenarios import ONE_SHARE, file
from tests.support.toy_town import NEAR

NEAR_TEXT = NEAR.read_text(encoding="utf-8")
BUILD = "[phase.1]\nactions = ['build']\n"
CASES = {
    "score": (
        BUILD + "[candidate]\nscore_min = 1.0\n",
        "they score less than candidate.score_min",
    ),
    "power": (
        BUILD + "[site]\npower_limit_kw = 5\n",
        r"may so much power be connected \(site.power_limit_kw\)",
    ),
    "price": (BUILD + "[site]\ncapex_limit_cad = 1\n", r"may so much be spent \(site.capex_limit_cad\)"),
    "level": (BUILD + "chargers = []\n", r"may get such chargers in any phase \(chargers\)"),
    "grid": (BUILD + "[grid]\nhosting_capacity_factor = 1e-6\n", "the grid has no room for any of"),
    "budget": (
        BUILD + "budget_cad = 10000\n",
        "the cheapest costs 30,000 CAD, and 10,000 CAD may be spent",
    ),
    "cost limit": (
        BUILD + "[objective]\ncost_limit_cad = 9000\n[rule]\ncost_limit = true\n",
        "the cheapest costs 30,000 CAD, and 9,000 CAD may be spent",
    ),
    "expand": (
        "[phase.1]\nactions = ['expand']\nchargers = []\n",
        r"may get such chargers in any phase \(chargers\)",
    ),
    "removal": (
        "[phase.1]\nactions = ['remove']\n",
        r"is a candidate for removal \(model.removal_candidate\)",
    ),
    "no action": ("[phase.1]\nactions = []\n", "no phase allows any action"),
    "worth": (
        "[phase.1]\nactions = ['upgrade']\n",
        "1 station could be upgraded, but none gains as much",
    ),
}


def solved(conn: psycopg.Connection[Any], folder: Path, text: str, name: str = "mine") -> str:
    """Solve a scenario that does nothing; return the sentence that is stored with the run."""
    ended = solve_scenario(file(folder, text, name), Limits())
    assert ended.error is None
    assert sum(ended.report.actions.values()) == 0
    row = conn.execute("select message from plan.run where run_id = %s", (ended.report.run_id,)).fetchone()
    assert row is not None
    assert [note for note in ended.notes if note.startswith("The plan changes nothing: ") and note in row[0]]
    return str(row[0])


@pytest.mark.parametrize("case", CASES)
def test_why_nothing_is_done(toy: psycopg.Connection[Any], tmp_path: Path, case: str) -> None:
    text, words = CASES[case]
    message = solved(toy, tmp_path, text)
    assert re.search(words, message), message
    assert "worth its price" not in message


def test_locked_sites_are_told(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    toy.execute("insert into plan.site_lock (site_id, lock_kind) select site_id, 'force_out' from core.site")
    message = solved(toy, tmp_path, NEAR_TEXT + BUILD)
    assert re.search(r"all \d+ candidate sites that could be built on are locked", message)


def test_where_nothing_is_left_to_upgrade(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """The first scenario upgrades Town Hall; of Third Street nothing may be replaced, unless a type replaces 50 kW.

    The grid has room for 200 kW. Where 2 of the 3 ports of Town Hall may go, an upgrade takes 0.7 of 285.6 kW of it; where its
    drivers of today keep all 3, it would take 0.7 of 300.
    """
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind, scenario_name)"
        " select site_id, 'must_change', 'first' from core.site where site_key = 'ocm:1'"
    )
    first = file(
        tmp_path, f"extends = 'phase1'\n[site]\nupgrade_keeps_sessions = false\n{ONE_SHARE}", "first"
    )
    assert solve_scenario(first, Limits()).report.actions["upgrade"] == 1
    again = f"continues = 'first'\n{ONE_SHARE}[phase.1]\nactions = ['upgrade']\nyear = 2030\n"
    message = solved(toy, tmp_path, again)
    assert "no station stands with ports that an upgrade may replace" in message
    message = solved(toy, tmp_path, again + "[charger.dc_150]\nreplaces = ['ac_7', 'dc_50']\n")
    assert "the grid has no room for any of 1 stations that could be upgraded" in message


def test_rules_that_stand_in_the_way_are_told(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """A build would gain, but no planning area may have more stations than it has."""
    text = NEAR_TEXT + BUILD + "[area]\nstation_count_max = 0\n"
    assert solve_scenario(file(tmp_path, text, "off"), Limits()).report.actions["build"] > 0
    message = solved(toy, tmp_path, text + "[rule]\narea_station_limits = true\n")
    assert "what would gain breaks other rules that are on (" in message
    assert "area_station_limits" in message


def test_the_scenario_that_is_named_does_something(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Half of the town is far from any charger once the service distance is 5 m; whatever is named is tried."""
    message = solved(toy, tmp_path, "[phase.1]\nactions = []\n")
    named = re.search(r"planner solve --scenario (\w+)` would do something", message)
    if named:
        assert sum(solve_scenario(named[1], Limits(time_limit_s=60)).report.actions.values()) > 0
    else:
        assert "would do anything on this data either" in message
        assert sum(solve_scenario("base", Limits(time_limit_s=60)).report.actions.values()) == 0
    kept = toy.execute(
        "select count(*) from plan.scenario where name not in ('mine', 'base', %s)", (named and named[1],)
    )
    assert kept.fetchone() == (0,), "nothing is kept of scenarios that were tried"


def test_the_summary_of_a_plan_that_changes_nothing_says_why(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """`make run` ends with it."""
    message = solved(toy, tmp_path, CASES["budget"][0])
    found = CliRunner().invoke(_app(), [])
    assert found.exit_code == 0
    assert "The plan changes nothing: no phase can pay" in " ".join(found.stdout.split())
    assert message


@pytest.mark.parametrize("case", CASES)
def test_the_page_has_words_for_each_reason(toy: psycopg.Connection[Any], tmp_path: Path, case: str) -> None:
    """In both languages; what is no reason of a plan that does something is no row."""
    solved(toy, tmp_path, CASES[case][0])
    rows = toy.execute(
        "select action, reason, site_count, affordable_count from report.idle_action"
    ).fetchall()
    assert len(rows) == (0 if case == "no action" else 1)
    script = "".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    for action, reason, sites, left in rows:
        assert f'{reason}: "idle_{reason}"' in script
        for language in ("en", "fr"):
            assert {f"idle_{reason}", f"action_{action}"} <= read_words(WORDS)[language].keys()
        assert 0 <= left <= sites


def test_a_plan_that_does_something_is_not_idle(planned_database: str) -> None:
    with psycopg.connect(planned_database) as conn:
        assert conn.execute("select count(*) from plan.decision").fetchone() != (0,)
        assert conn.execute("select * from report.idle_action").fetchall() == []


def _app() -> Any:
    app = typer.Typer()
    app.command()(summary.main)
    return app
