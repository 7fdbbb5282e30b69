"""Where a scenario builds: not on ground that excludes, and at bare junctions only where a corridor needs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.drawn_map import Spot, Tags, square, write_drawn
from tests.support.findings import violations
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]

# A primary road of 12 km with a side street at each 4 km; a mall at its begin, and one in a wetland at 8 km.
ROADS: dict[int, tuple[list[Spot], Tags]] = {
    1: ([(0, 0), (4000, 0)], {"highway": "primary", "name": "First Line"}),
    2: ([(4000, 0), (8000, 0)], {"highway": "primary", "name": "Second Line"}),
    3: ([(8000, 0), (12000, 0)], {"highway": "primary", "name": "Third Line"}),
    4: ([(4000, 0), (4000, 300)], {"highway": "residential", "name": "Fourth Street"}),
    5: ([(8000, 0), (8000, 300)], {"highway": "residential", "name": "Eighth Street"}),
}
SCENARIO = """
[candidate]
{candidate}
[level.L3]
gap_max_m = inf
[corridor]
road_classes = ["primary"]
gap_max_m = 8400
detour_m = 100
[phase.1]
actions = ["build"]
budget_cad = 1000000
[rule]
grid_area_power = false
max_gap = {gap}
"""


@pytest.fixture(scope="module")
def line_template(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of the road with its malls and people."""

    def region() -> str:
        return str(
            write_drawn(
                tmp_path_factory.mktemp("line"),
                points={
                    1: ((0, 40), {"shop": "mall", "name": "Mall at the begin"}),
                    2: ((8000, 90), {"shop": "mall", "name": "Mall in the wet"}),
                },
                areas={31: (square(8000, 90, 100), {"natural": "wetland"})},
                lines=ROADS,
                people=((0.0, 5.0), (4000.0, 5.0), (8000.0, 5.0), (12000.0, 5.0)),
            )
        )

    name: str = templates.loaded("line", region)
    return name


@pytest.fixture
def line(templates: Any, line_template: str) -> Iterator[Connection]:
    with templates.clone(line_template) as address, psycopg.connect(address, autocommit=True) as conn:
        yield conn


def built_on(conn: Connection, folder: Path, candidate: str, *, gap: bool) -> set[str]:
    """Return where a scenario may build: the keys of malls, and of junctions their distance along the road in km."""
    text = SCENARIO.format(candidate=candidate, gap=str(gap).lower())
    scenario_id = scenario_store.store(conn, *scenario.resolve(file(folder, text)))
    read.read(conn, scenario_id)
    found = conn.execute(
        "select s.site_key, round((st_x(s.geom) - (select min(st_x(geom)) from core.site)) / 1000)::integer"
        " from model.site_action as a join core.site as s using (site_id)"
        " where a.scenario_id = %s and a.action = 'build'",
        (scenario_id,),
    )
    return {f"{km} km" if key.startswith("junction") else key for key, km in found}


def test_where_a_scenario_builds(line: Connection, tmp_path: Path) -> None:
    """A station serves 4.2 km of the road to either side: from the mall 0 to 4.2 km, from 8 km on all the rest."""
    mall, wet = "place:n1", "place:n2"
    # by default: the mall in the wetland is out, and the rest of the corridor needs junctions
    assert built_on(line, tmp_path, "", gap=True) == {mall, "4 km", "8 km", "12 km"}
    # no rule, no corridor, no junction
    assert built_on(line, tmp_path, "", gap=False) == {mall}
    # with the mall in the wetland the two malls serve the whole corridor
    assert built_on(line, tmp_path, "hard_exclusions = false", gap=True) == {mall, wet}
    # nothing but junctions that a score of 0.9 keeps off
    assert built_on(line, tmp_path, 'score_min = 0.9\njunctions = "all"', gap=False) == set()
    assert built_on(line, tmp_path, 'junctions = "none"', gap=True) == {mall}
    assert built_on(line, tmp_path, 'junctions = "all"', gap=False) == {mall, "4 km", "8 km", "12 km"}
    reasons = line.execute(
        "select s.site_key, r.reason from model.candidate_refusal as r join core.site as s using (site_id)"
        " where r.scenario_id = (select min(scenario_id) from plan.scenario)"
    ).fetchall()
    assert reasons == [(wet, "exclusion")]


def test_the_audit_finds_what_must_not_be_built_on(line: Connection, tmp_path: Path) -> None:
    """A plan that builds at both malls and at junctions, held against what the scenario could have said."""
    text = SCENARIO.format(candidate='hard_exclusions = false\njunctions = "all"', gap="true")
    line.execute(
        "insert into plan.site_lock (site_id, lock_kind) select site_id, 'must_change' from core.site"
        " where site_key in ('place:n1', 'place:n2') or site_key like 'junction:%'"
        " and st_x(geom) > (select max(st_x(geom)) - 100 from core.site)"
    )
    ended = solve_scenario(file(tmp_path, text), Limits(time_limit_s=60))
    assert ended.error is None
    assert violations(line) == {}

    def said(junctions: str, *, hard: bool) -> list[str]:
        row = (junctions, hard)
        line.execute("update plan.scenario_removal set (junctions, is_hard_exclusion_kept) = (%s, %s)", row)
        return violations(line).get("figure_decision", [])

    junctions = line.execute(
        "select count(*) from plan.decision as d join core.site as s using (site_id) where s.site_key like 'junction:%'"
    ).fetchone()
    assert junctions is not None
    # the malls serve all of the corridor: no junction is needed
    found = said("corridor", hard=False)
    assert len(found) == junctions[0] > 0
    assert all("at a bare junction that no corridor needs" in sentence for sentence in found)
    # once the wetland excludes its mall, they are
    (wet,) = said("corridor", hard=True)
    assert "on ground where the scenario builds nothing" in wet
    assert len(said("none", hard=True)) == 1 + junctions[0]
