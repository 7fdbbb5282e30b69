"""The rules on space and projects, on Toy Town: numbers checked by hand, each rule binding, and each broken plan found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import InfeasibleError, UsageError
from db.schema import build as views
from model.data import read, scenario, scenario_store
from model.run.by_blocks import Blocks, Splitting
from model.solve import Limits, solve_scenario
from tests.support.findings import messages
from tests.support.space_rules import file, inputs_of, lock, names, new_sites, violations
from tests.support.toy_town.build import lon_lat

Case = tuple[str, str, list[tuple[str, str]], set[str], set[str], str]
CASES: list[Case] = [
    # S1 and K1 are 790 m apart, K2 440 m from S1 and 960 m from S2: K1 has most to offer and leaves no room for S1
    (
        "min_spacing",
        "[level.L3]\nspacing_min_m = 1000\n",
        [],
        {"K1", "S1"},
        {"K1"},
        "are 790.0 m apart after phase 1; the least distance is 1,000 m.",
    ),
    # K1 would be alone: S1 may not change, S2 is 1610 m away
    (
        "max_gap",
        "[level.L3]\ngap_max_m = 1000\n",
        [("S1", "force_out"), ("K2", "force_out")],
        {"K1"},
        set(),
        "has no other one within 1,000 m",
    ),
    # S2 covers P3 already, and K2 would be the second
    (
        "max_overlap",
        "[level.L3]\noverlap_station_count_max = 1\n",
        [("S1", "force_out"), ("K1", "force_out")],
        {"K2"},
        set(),
        ": 2; there may be 1.",
    ),
    # S1 and S2 stand there; an upgrade adds no station
    (
        "area_station_limits",
        "[[area.override]]\nname = 'Ringham'\nstation_count_max = 1\n",
        [],
        {"K1", "S1"},
        {"S1"},
        "Stations in Ringham after phase 1: 3; there may be 2.",
    ),
    (
        "area_station_limits",
        "[[area.override]]\nname = 'Ringham'\nlevel_station_count_min = { L3 = 2 }\n",
        [("K1", "force_out"), ("K2", "force_out")],
        set(),
        {"S1"},
        "Stations of L3 in Ringham after phase 1: 1; there must be 2.",
    ),
    (
        "projects_per_phase",
        "[projects]\nproject_count_max = 1\n",
        [],
        {"K1", "S1"},
        {"K1"},
        "Sites worked on in phase 1: 2; there may be 1.",
    ),
    (
        "projects_per_phase",
        "[projects]\narea_project_count_max = 1\n",
        [],
        {"K1", "S1"},
        {"K1"},
        "Sites of Ringham worked on in phase 1: 2; there may be 1.",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[1].split()[-3]}")
def test_a_rule_binds_changes_the_plan_and_is_audited(
    toy: psycopg.Connection[Any], tmp_path: Path, case: Case
) -> None:
    rule, parameters, locks, free, bound, words = case
    for site, kind in locks:
        lock(toy, site, kind)
    dear = "[objective.weight]\ncapex = 2000.0\n" if not free else ""
    found, run_id = new_sites(toy, tmp_path, parameters + dear)
    assert found == free
    assert any(words in message for message in violations(toy, rule, run_id))
    found, run_id = new_sites(toy, tmp_path, f"{parameters}{dear}".replace("[", f"{rule} = true\n[", 1))
    assert found == bound
    assert violations(toy, rule, run_id) == []


def test_pairs_and_neighbours_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = "min_spacing = true\nmax_gap = true\n[level.L3]\nspacing_min_m = 1000\ngap_max_m = 1000\n"
    known = names(toy)
    space = inputs_of(toy, tmp_path, text).space
    assert {frozenset(known[s] for s in pair) for pair in space.conflicts["L3"]} == {
        frozenset({"S1", "K1"}),
        frozenset({"S1", "K2"}),
        frozenset({"S2", "K2"}),
    }
    # S2 stays whatever is decided, so K2 beside it is never alone; S2 is alone today and may stay so
    near = {known[s]: {known[o] for o in others} for (s, _), others in space.neighbours.items()}
    assert near == {"S1": {"K1", "K2"}, "K1": {"S1"}}
    straight = inputs_of(toy, tmp_path, text + "[distance]\nkind = 'straight_line'\n").space
    # 961 m from S1 to S2, 896 m from S2 to K1, 904 m from K1 to K2
    assert len(straight.conflicts["L3"]) == 6


def test_overlap_by_hand(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """P3 is covered by S2, which stays, and K2; P1 by S1 and K2; P2 by K1 alone."""
    known = names(toy)
    text = "max_overlap = true\n[level.L3]\noverlap_station_count_max = 1\n"
    groups = inputs_of(toy, tmp_path, text).space.overlaps
    # with no station at K2, P1 cannot have two
    assert [({known[s] for s in g.site_ids}, g.station_count_max) for g in groups] == [({"K2"}, 0)]
    none = inputs_of(toy, tmp_path, text.replace("count_max = 1", "count_max = 0")).space.overlaps
    assert {(frozenset(known[s] for s in g.site_ids), g.station_count_max) for g in none} == {
        (frozenset({"S1", "K2"}), 0),
        (frozenset({"K1"}), 0),
    }


@pytest.fixture
def main_road(toy: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Toy Town with Far Road as a primary road."""
    toy.execute("update raw.road_edge set highway = 'primary' where name = 'Far Road'")
    views.refresh(toy)
    return toy


def test_a_corridor_needs_a_station_beside_it(main_road: psycopg.Connection[Any], tmp_path: Path) -> None:
    """S1 is at the near end of Far Road, 4 km long: within half of 9 km all of it is served."""
    parameters = (
        "[corridor]\nroad_classes = ['primary']\ngap_max_m = 9000\ndetour_m = 100\n"
        "[objective.weight]\ncapex = 2000.0\n"
    )
    found, run_id = new_sites(main_road, tmp_path, parameters)
    assert found == set()
    found_there = violations(main_road, "max_gap", run_id)
    assert len(found_there) == len(set(found_there)) >= 8
    assert all("the primary has no L3 station within 100 m of the road" in message for message in found_there)
    found, run_id = new_sites(main_road, tmp_path, "max_gap = true\n" + parameters)
    assert found == {"S1"}
    assert violations(main_road, "max_gap", run_id) == []


@pytest.mark.usefixtures("main_road")
@pytest.mark.parametrize("splitting", [Splitting.NEVER, Splitting.ALWAYS])
def test_a_corridor_that_nothing_can_serve_is_said(tmp_path: Path, splitting: Splitting) -> None:
    """Within 1.5 km of its far end there is no site."""
    parameters = "[corridor]\nroad_classes = ['primary']\ngap_max_m = 3000\ndetour_m = 100\n"
    ended = solve_scenario(
        file(tmp_path, "max_gap = true\n" + parameters), Limits(), blocks=Blocks(splitting)
    )
    assert isinstance(ended.error, InfeasibleError)
    assert "max_gap" in ended.error.message
    told = "in one block by itself: " in ended.error.message and "Ringham" in ended.error.message
    assert told == (splitting == Splitting.ALWAYS)
    assert any("no site that could serve them" in note for note in ended.notes)


@pytest.mark.usefixtures("toy")
def test_an_area_without_a_site_cannot_have_stations(tmp_path: Path) -> None:
    """Farend has people and no site: what it must have is not forgotten."""
    text = "area_station_limits = true\n[area]\nlevel_station_count_min.L3 = 1\n"
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert isinstance(ended.error, InfeasibleError)
    assert "area_station_limits" in ended.error.message


def test_an_unknown_area_is_a_mistake(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = "[[area.override]]\nname = 'Ringam'\nstation_count_max = 1\n"
    with pytest.raises(UsageError, match=r"area\.override names 'Ringam'") as caught:
        inputs_of(toy, tmp_path, text)
    assert "'Ringham'" in caught.value.hint


@pytest.fixture
def twins(toy: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Draw two areas of one name: S2 and K1 are in the western Ringham, S1 and K2 in the eastern one."""
    for key, west_m, east_m in (("1", -1000, 800), ("2", 800, 6000)):
        (west, south), (east, north) = lon_lat(west_m, -1000), lon_lat(east_m, 3500)
        toy.execute(
            "update raw.planning_area set name = 'Ringham',"
            " geom = st_multi(st_makeenvelope(%s, %s, %s, %s, 4326)) where area_key = %s",
            (west, south, east, north, key),
        )
    views.refresh(toy)
    return toy


def test_two_areas_of_one_name_are_two_to_the_audit(twins: psycopg.Connection[Any], tmp_path: Path) -> None:
    """One project in each is one in each, not two in one."""
    for name in ("K1", "K2"):
        lock(twins, name, "force_in")
    text = "projects_per_phase = true\narea_station_limits = true\n[projects]\narea_project_count_max = 1\n"
    sites, run_id = new_sites(twins, tmp_path, text + "[area]\nstation_count_max = 2\n")
    assert {"K1", "K2"} <= sites
    assert violations(twins, "projects_per_phase", run_id) == []
    assert violations(twins, "area_station_limits", run_id) == []
    twins.execute("update plan.scenario_limit set area_project_count_max = 0")
    twins.execute("update plan.scenario_area_limit set station_count_max = 0")
    assert {m for m in violations(twins, "projects_per_phase", run_id) if "Ringham" in m} == {
        "Sites of Ringham (1) worked on in phase 1: 1; there may be 0.",
        "Sites of Ringham (2) worked on in phase 1: 1; there may be 0.",
    }
    assert len(violations(twins, "area_station_limits", run_id)) == 2
    names_shown = twins.execute("select name from report.planning_area order by 1").fetchall()
    assert names_shown == [("Ringham (1)",), ("Ringham (2)",)]


def test_a_name_that_two_areas_bear_is_asked_about(twins: psycopg.Connection[Any], tmp_path: Path) -> None:
    override = "[[area.override]]\nname = '{}'\nstation_count_max = {}\n"
    with pytest.raises(UsageError, match=r"Ringham with key 1, Ringham with key 2") as caught:
        inputs_of(twins, tmp_path, override.format("Ringham", 1))
    assert caught.value.hint == "write '1' or '2'."
    on = "area_station_limits = true\n"
    found = inputs_of(
        twins, tmp_path, on + override.format("1", 5) + override.format("Ringham (2)", 6)
    ).space.areas
    assert [a.station_count_max for a in found] == [5, 6]
    with pytest.raises(UsageError, match="one planning area twice: as '1' and as 'Ringham \\(1\\)'"):
        inputs_of(twins, tmp_path, override.format("1", 5) + override.format("Ringham (1)", 6))


def test_groups_of_two_areas_of_one_name_are_two(twins: psycopg.Connection[Any], tmp_path: Path) -> None:
    floor = "[[equity.floor]]\ngroup_kind = 'municipality'\ngroup_name = '{}'\nlevel = 'L3'\nshare = {}\n"
    with pytest.raises(UsageError, match=r"equity names 'Ringham', the name of 2 planning areas"):
        inputs_of(twins, tmp_path, "equity = true\n" + floor.format("Ringham", 0.5))
    inputs_of(twins, tmp_path, "equity = true\n" + floor.format("1", 0.5) + floor.format("Ringham (2)", 0.25))
    found = twins.execute(
        "select group_name, floor_share from plan.scenario_equity where group_kind = 'municipality' and level = 'L3'"
        " and scenario_id = (select max(scenario_id) from plan.scenario) order by 1"
    ).fetchall()
    assert found == [("Ringham (1)", 0.5), ("Ringham (2)", 0.25)]


def test_a_distance_beyond_what_the_region_knows_is_said(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    text = "min_spacing = true\nmax_gap = true\n[level.L3]\nspacing_min_m = 4000\ngap_max_m = 4000\n"
    path = file(tmp_path, text)
    scenario_id = scenario_store.store(toy, *scenario.resolve(path))
    read.work_out(toy, scenario_id)
    notes = read.notes(toy, scenario_id)
    assert [note for note in notes if "4,000 m" in note and "up to 3,000 m only" in note] == list(notes[-2:])


def test_double_coverage_is_a_second_station(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """P3 has S2 and may have K2, P1 S1 and K2: with K2 P3 is doubled, with S1 as well so is P1."""
    dear = "[objective.weight]\ncoverage.L2 = 0.0\ncoverage.L3 = 0.0\ncapex = 0.0\nopex = 0.0\ndouble_coverage.L3 = 1.0\n"
    assert inputs_of(toy, tmp_path, "").double_coverage == {}
    found = inputs_of(toy, tmp_path, dear).double_coverage
    assert found.keys() == {"L3"}
    known = names(toy)
    nodes = {
        (frozenset(known[s] for s in node.site_ids), node.missing_count): node.weight_share
        for node in found["L3"].nodes
    }
    assert nodes == pytest.approx({(frozenset({"K2"}), 1): 0.25, (frozenset({"S1", "K2"}), 2): 0.2})
    sites, run_id = new_sites(toy, tmp_path, dear)
    assert sites == {"K2", "S1"}
    value = toy.execute(
        "select value from plan.run_objective_term where run_id = %s and term = 'double_coverage.L3'",
        (run_id,),
    ).fetchone()
    assert value == (pytest.approx(0.45),)
    toy.execute("update plan.run_objective_term set value = 0.9 where term = 'double_coverage.L3'")
    assert any("the plan says 0.9" in said for said in messages(toy, "figure_objective_term", run_id))
