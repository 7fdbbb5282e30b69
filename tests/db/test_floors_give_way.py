"""Floors that only the shipped files set give way, by as little as needed; those of the user's own file never do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from db.common.errors import InfeasibleError, NoPlanError
from db.common.language import read_words
from db.session.connection import connect
from etl.load import load_region
from model.analysis.lower_floors import Lowered
from model.analysis.past_run import reopen
from model.data import scenario
from model.data.codes import RunStatus
from model.run import pipeline
from model.run.pipeline import Ended, Job, perform
from model.solve import Limits, solve_scenario
from model.solver import objective_mode
from model.solver.whole_model import Outcome
from model.sweep import sweep
from report import summary
from report.page import read as page
from report.page.render import HERE, SCRIPTS, WORDS
from tests.support.databases import Templates
from tests.support.findings import messages
from tests.support.scenarios import file
from tests.support.toy_town import NEAR
from tests.support.toy_town import build as toy_town

Connection = psycopg.Connection[Any]
STUDY = {"seed_base", "conservative", "balanced", "aggressive"}
LIMITS = Limits(time_limit_s=60)
NEAR_TEXT = NEAR.read_text(encoding="utf-8")
FLOORS = "select floor, phase, level, asked_value, used_value from report.lowered_floor where run_id = %s order by 2, 1"


def _one_cell(shared: Path, folder: Path) -> Path:
    """Write a region of one cell: all of `urban_only` in one hexagon."""
    shutil.copytree(shared / "cases" / "urban_only", folder / "one_cell")
    region = folder / "one_cell" / "region.toml"
    text = region.read_text(encoding="utf-8")
    region.write_text(re.sub(r"hexagon_edge_m = \d+", "hexagon_edge_m = 3000", text), encoding="utf-8")
    return region


@pytest.fixture
def tiny(
    templates: Templates,
    shared: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], str]:
    """Return a function from the name of a tiny region to a template that holds it."""

    def template(name: str) -> str:
        def fill() -> None:
            with connect() as conn:
                if name == "sample":
                    load_region("sample", conn, scale=0.02)
                elif name == "one_cell":
                    load_region(str(_one_cell(shared, tmp_path_factory.mktemp("one_cell"))), conn)
                elif name == "toy_town_of_one_cell":
                    monkeypatch.setattr(toy_town, "PEOPLE", toy_town.PEOPLE[:1])
                    region = toy_town.write_sources(tmp_path_factory.mktemp("one_point"))
                    load_region(str(region), conn)
                else:
                    load_region(str(shared / "cases" / name / "region.toml"), conn)

        return templates.template(f"tiny_{name}", templates.empty(), fill)

    return template


@pytest.fixture
def urban(templates: Templates, tiny: Callable[[str], str]) -> Iterator[Connection]:
    """Yield a connection to `urban_only`: three sites, no two of which may both have L3."""
    with templates.clone(tiny("urban_only")) as address, psycopg.connect(address, autocommit=True) as conn:
        yield conn


def message(conn: Connection, run_id: int) -> str:
    row = conn.execute("select message from plan.run where run_id = %s", (run_id,)).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("region", ["urban_only", "one_cell", "toy_town_of_one_cell", "sample"])
def test_every_shipped_scenario_ends_with_a_plan_or_says_why_not(
    templates: Templates, tiny: Callable[[str], str], region: str
) -> None:
    with templates.clone(tiny(region)) as address, psycopg.connect(address, autocommit=True) as conn:
        cells = conn.execute("select count(*) from core.demand_cell").fetchone()
        assert (cells == (1,)) == region.endswith("one_cell")
        for name in sorted(set(scenario.names()) - STUDY):
            ended = solve_scenario(name, LIMITS)
            assert ended.error is None, name
            assert ended.publication == "published"
            is_idle = sum(ended.report.actions.values()) == 0
            assert is_idle == ("The plan changes nothing: " in message(conn, ended.report.run_id)), name


def test_floors_out_of_reach_give_way_and_all_else_holds(urban: Connection) -> None:
    """L3 at one site alone is against max_gap, at two against min_spacing: no L3 can come."""
    ended = solve_scenario("full", LIMITS)
    run_id = ended.report.run_id
    assert urban.execute(FLOORS, (run_id,)).fetchall() == [
        ("coverage_min_share", 2, "L3", 0.3, 0.0),
        ("served_min_share", 2, "L3", 0.1, 0.0),
        ("coverage_min_share", 3, "L3", 0.4, 0.0),
        ("served_min_share", 3, "L3", 0.15, 0.0),
    ]
    assert ended.report.coverage["L3"]["after"] == 0
    assert ended.report.coverage["L2"]["after"] == 1
    broken = "select count(*) from plan.run_audit where run_id = %s and violation_count > 0"
    assert urban.execute(broken, (run_id,)).fetchone() == (0,)
    off = "select rule from plan.scenario_rule as r join plan.run using (scenario_id) where run_id = %s and not is_on"
    assert urban.execute(off, (run_id,)).fetchall() == []
    kept = (
        "select phase, coverage_min_share, served_min_share from plan.scenario_target"
        " join plan.run using (scenario_id) where run_id = %s and level = 'L2' order by phase desc limit 1"
    )
    assert urban.execute(kept, (run_id,)).fetchone() == (3, 0.2, 0.05)
    said = message(urban, run_id)
    assert "phase.3.coverage_min_share.L3 is 0.00% instead of 40.00%" in said
    assert "no further than needed" in said
    assert [note for note in ended.notes if note in said and "lowered" in note]
    assert reopen(urban, run_id).plan == ended.plan


def test_summary_and_page_show_the_floors_that_gave_way(urban: Connection) -> None:
    ended = solve_scenario("full", LIMITS)
    app = typer.Typer()
    app.command()(summary.main)
    shown = CliRunner().invoke(app, [])
    assert "phase.2.coverage_min_share.L3 is 0.00% instead of 30.00%" in " ".join(shown.stdout.split())
    rows = urban.execute(page.OF_RUN["floors"].encode(), (ended.report.run_id,)).fetchall()
    assert [row[0] for row in rows] == ["coverage_min_share", "served_min_share"] * 2
    script = "".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    names = [f"{kind}_min_share" for kind in ("coverage", "served")]
    for name in [*names, "station_count_min", "floor_share", "ratio_min"]:
        assert f'{name}: "floor_{name}"' in script
        assert all(f"floor_{name}" in read_words(WORDS)[language] for language in ("en", "fr"))


@pytest.mark.parametrize(
    "floor",
    ["[phase.3.served_min_share]\nL3 = 0.15\n", "[phase.2.coverage_min_share]\nL3 = 0.3\n"],
)
def test_the_same_floor_in_a_file_of_the_user_s_own_binds(
    urban: Connection, tmp_path: Path, floor: str
) -> None:
    ended = solve_scenario(file(tmp_path, f"extends = 'full'\n{floor}"), LIMITS)
    assert isinstance(ended.error, InfeasibleError)
    assert ended.error.exit_code == 3
    mine, other = ("min_served", "min_coverage") if "served" in floor else ("min_coverage", "min_served")
    assert f"{mine} (" in ended.error.message
    assert f"{other} (" not in ended.error.message, "a floor that would give way is not to blame"
    assert urban.execute(
        "select status, publication, asked_scenario_id from plan.run where run_id = %s",
        (ended.report.run_id,),
    ).fetchone() == ("infeasible", "none", None)


def test_a_copy_of_a_shipped_file_is_the_user_s_own(urban: Connection, tmp_path: Path) -> None:
    text = (scenario.FOLDER / "full.toml").read_text(encoding="utf-8")
    assert isinstance(solve_scenario(file(tmp_path, text), LIMITS).error, InfeasibleError)
    assert urban.execute("select * from report.lowered_floor").fetchall() == []


def test_floors_that_a_user_s_file_leaves_alone_give_way(urban: Connection, tmp_path: Path) -> None:
    path = file(tmp_path, "extends = 'full'\n[phase.3.coverage_min_share]\nL2 = 0.9\n")
    ended = solve_scenario(path, LIMITS)
    assert ended.error is None
    lowered = urban.execute(FLOORS, (ended.report.run_id,)).fetchall()
    assert {row[2] for row in lowered} == {"L3"}
    assert len(lowered) == 4


def test_runs_that_vary_another_keep_its_floors(urban: Connection) -> None:
    """They are compared with it, so their floors are no lower; one that cannot keep them has no plan."""
    base, _ = sweep("full", ["service_distance=0.9"], LIMITS)
    assert base.error is None
    runs = urban.execute(
        "select r.status, r.asked_scenario_id, t.coverage_min_share from plan.run as r"
        " join plan.scenario_target as t using (scenario_id)"
        " where r.parent_run_id = %s and t.phase = 3 and t.level = 'L3'",
        (base.report.run_id,),
    ).fetchall()
    assert runs == [("optimal", None, 0.0)] * 2


@pytest.mark.usefixtures("urban")
def test_an_analysis_is_of_the_run_whose_floors_gave_way() -> None:
    ended = solve_scenario("full", LIMITS)
    assert ended.report.coverage["L3"]["after"] == 0
    base, _ = sweep("full", ["service_distance=0.9"], LIMITS)
    assert base.report.run_id == ended.report.run_id
    assert base.parameters == ended.parameters
    assert base.parameters.phase[3].coverage_min_share["L3"] == 0


def as_default(conn: Connection, folder: Path, text: str) -> Ended:
    """Solve a scenario as if the planner came with it."""
    name, parameters = scenario.resolve(file(folder, text))
    return perform(conn, Job(name, parameters.model_copy(update={"written": frozenset()})), LIMITS)


AREA = "[[area.override]]\nname = 'Ringham'\nlevel_station_count_min.L3 = {0:.0f}\n[rule]\narea_station_limits = true\n"
GROUP = (
    "[equity]\ngroup_kinds = ['municipality']\nratio_min = 0.0\n[[equity.floor]]\ngroup_kind = 'municipality'\n"
    "group_name = 'Ringham'\nlevel = 'L3'\nshare = {0}\n[rule]\nequity = true\n"
)
RATIO = (
    "[equity]\ngroup_kinds = []\nratio_min = 0.0\n[[equity.floor]]\ngroup_kind = 'municipality'\n"
    "group_name = 'Ringham'\nlevel = 'L3'\nshare = 0.0\nratio_min = {0}\n[rule]\nequity = true\n"
)


@pytest.mark.parametrize(
    ("text", "asked", "step"),
    [
        ("[phase.1.coverage_min_share]\nL3 = {0}\n", 0.99, 1e-4),
        ("[phase.1.coverage_min_share]\nL2 = {0}\n[phase.1]\nbudget_cad = 30000\n", 0.99, 1e-4),
        (
            "[phase.1.served_min_share]\nL3 = {0}\n[rule]\nmin_served = true\n[site]\nupgrade_keeps_sessions = false\n",
            0.99,
            1e-4,
        ),
        (AREA, 9, 1),
        (GROUP, 0.999, 1e-4),
    ],
    ids=["coverage", "coverage for little money", "served", "stations", "group"],
)
def test_a_floor_takes_the_greatest_value_that_a_plan_reaches(
    toy: Connection, tmp_path: Path, text: str, asked: float, step: float
) -> None:
    town = NEAR_TEXT.replace("service_distance_m = 600", "service_distance_m = 400")
    ended = as_default(toy, tmp_path, town + text.format(asked))
    assert ended.error is None
    rows = toy.execute(FLOORS, (ended.report.run_id,)).fetchall()
    assert len(rows) == 1
    *_, was, used = rows[0]
    assert was == asked
    assert 0 < used < asked
    assert solve_scenario(file(tmp_path, town + text.format(used)), LIMITS).error is None
    more = solve_scenario(file(tmp_path, town + text.format(used + step)), LIMITS)
    assert isinstance(more.error, InfeasibleError)


def test_a_ratio_gives_way_for_the_group_that_nothing_covers(toy: Connection, tmp_path: Path) -> None:
    """Farend has no site. Ringham is owed its share of the coverage all the same."""
    text = "[equity]\ngroup_kinds = ['municipality']\n[rule]\nequity = true\n"
    ended = solve_scenario(file(tmp_path, NEAR_TEXT + text), LIMITS)
    assert ended.error is None
    assert toy.execute(
        "select floor, level, group_name, asked_value, used_value from report.lowered_floor where run_id = %s order by level",
        (ended.report.run_id,),
    ).fetchall() == [("ratio_min", level, "Farend", 0.1, 0.0) for level in ("L2", "L3")]
    assert "equity.ratio_min (municipality Farend, L3) is 0.00% instead of 10.00%" in message(
        toy, ended.report.run_id
    )
    assert reopen(toy, ended.report.run_id).plan == ended.plan
    own = solve_scenario(
        file(tmp_path, NEAR_TEXT + text.replace("[rule]", "ratio_min = 0.1\n[rule]")), LIMITS
    )
    assert isinstance(own.error, InfeasibleError)


def test_the_audit_holds_a_group_to_its_own_ratio(toy: Connection, tmp_path: Path) -> None:
    ended = solve_scenario(file(tmp_path, NEAR_TEXT + RATIO.format(0.5)), LIMITS)
    assert ended.error is None
    toy.execute(
        "update plan.scenario_equity set ratio_min = 1.0 where group_name = 'Ringham' and level = 'L3'"
    )
    toy.execute(
        "update plan.demand_coverage set is_covered_after = false where run_id = %s and level = 'L3' and demand_id in"
        " (select cell_id from analysis.equity_group where group_name = 'Ringham')",
        (ended.report.run_id,),
    )
    toy.execute(
        "update plan.demand_coverage set is_covered_after = true where run_id = %s and level = 'L3' and demand_id in"
        " (select cell_id from analysis.equity_group where group_name = 'Farend')",
        (ended.report.run_id,),
    )
    found = messages(toy, "limit_equity", ended.report.run_id)
    assert [m for m in found if "asked for are 25.00%" in m and "Ringham" in m]


def test_no_floor_gives_way_where_only_the_time_was_over(
    urban: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Lowered:
        raise AssertionError("a floor gives way where no plan is known to be impossible")

    monkeypatch.setattr(objective_mode, "find", lambda *_, **__: (Outcome(RunStatus.NO_PLAN), ()))
    monkeypatch.setattr(pipeline, "lower", fail)
    assert isinstance(solve_scenario("full", LIMITS).error, NoPlanError)
    assert urban.execute("select * from report.lowered_floor").fetchall() == []


def test_where_the_time_for_the_floors_is_over_the_rules_are_to_blame(
    urban: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert urban
    monkeypatch.setattr(pipeline, "lower", lambda *_, **__: Lowered())
    ended = solve_scenario("full", LIMITS)
    assert isinstance(ended.error, InfeasibleError)
    assert "max_gap" in ended.error.message
