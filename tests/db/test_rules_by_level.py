"""The rules on space hold for each level by itself: one that stands today, and two that a scenario file adds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.solve import Limits, solve_scenario
from tests.support.space_rules import names, violations
from tests.support.toy_town import FOUR_LEVELS

Connection = psycopg.Connection[Any]
TOWN = """
extends = '{town}'
[distance]
kind = 'straight_line'
[grid]
hosting_capacity_factor = 1000.0
[phase.1]
budget_cad = 5000000
[phase.1.coverage_min_share]
hpc = 0.0
[objective.weight]
served = 0.0
candidate_score = 0.0
capex = 1.0
coverage = {{ {coverage} }}
{weight}
[rule]
grid_area_power = false
{rules}
[level.{level}]
service_distance_m = 1500
{limits}
{more}
"""
"""All four sites are within 1000 m of each other and cover all that has a site at all: one station is enough."""

LEVELS = pytest.mark.parametrize("level", ["curbside", "L2", "hpc"])


def solved(
    folder: Path,
    level: str,
    *,
    coverage: float = 0.0,
    **text: str,
) -> int:
    path = folder / "trial.toml"
    weights = dict.fromkeys(("curbside", "L2", "L3", "hpc"), 0.0) | {level: coverage}
    given = dict.fromkeys(("weight", "rules", "limits", "more"), "") | text
    filled = TOWN.format(
        town=FOUR_LEVELS,
        level=level,
        coverage=", ".join(f"{name} = {weight}" for name, weight in weights.items()),
        **given,
    )
    path.write_text(filled, encoding="utf-8")
    ended = solve_scenario(str(path), Limits())
    assert ended.error is None
    return ended.report.run_id


def standing(conn: Connection, run_id: int, level: str) -> set[str]:
    """Return the sites that have a level when the plan has ended."""
    rows = conn.execute(
        "select site_id from audit.port where run_id = %s and phase = 1 and level = %s", (run_id, level)
    )
    return {names(conn)[site] for (site,) in rows}


def slack_levels(conn: Connection, run_id: int, rule: str) -> set[str]:
    """Return the levels of which the rows of a rule speak; their words name them, too."""
    rows = conn.execute(
        "select about ->> 'level', subject from report.constraint_slack where run_id = %s and rule = %s",
        (run_id, rule),
    ).fetchall()
    assert all(level is None or level in subject.replace(",", "").split() for level, subject in rows)
    return {level for level, _ in rows if level is not None}


@LEVELS
@pytest.mark.parametrize(
    "case",
    [
        ("min_spacing", "spacing_min_m = 1000", "m apart after phase 1; the least distance is 1,000 m."),
        ("max_overlap", "overlap_station_count_max = 1", "there may be 1."),
    ],
    ids=lambda case: case[0],
)
def test_a_second_station_is_wanted_and_kept_away(
    toy: Connection, tmp_path: Path, level: str, case: tuple[str, str, str]
) -> None:
    rule, limits, words = case
    weight = f"double_coverage.{level} = 100"
    free = solved(tmp_path, level, coverage=10, weight=weight, limits=limits)
    assert len(standing(toy, free, level)) == 2
    found = violations(toy, rule, free)
    assert found
    assert all(level in message.split() and message.endswith(words) for message in found)
    bound = solved(tmp_path, level, coverage=10, weight=weight, limits=limits, rules=f"{rule} = true")
    assert len(standing(toy, bound, level)) == 1
    assert violations(toy, rule, bound) == []
    assert level in slack_levels(toy, bound, rule)
    term = "select value from plan.run_objective_term where run_id = %s and term = %s"
    assert toy.execute(term, (free, f"double_coverage.{level}")).fetchone() > (0,)
    assert toy.execute(term, (bound, f"double_coverage.{level}")).fetchone() == (0,)


@pytest.mark.parametrize("level", ["curbside", "hpc"])
def test_a_station_alone_does_not_come(toy: Connection, tmp_path: Path, level: str) -> None:
    """Within 1000 m of it a second one is needed, and costs more than nothing."""
    limits = "gap_max_m = 1000"
    free = solved(tmp_path, level, coverage=10, limits=limits)
    assert len(standing(toy, free, level)) == 1
    (said,) = violations(toy, "max_gap", free)
    assert said.startswith(f"{level} site ")
    bound = solved(tmp_path, level, coverage=10, limits=limits, rules="max_gap = true")
    assert len(standing(toy, bound, level)) in {0, 2}
    assert violations(toy, "max_gap", bound) == []
    assert level in slack_levels(toy, bound, "max_gap")


@LEVELS
def test_an_area_has_as_many_stations_of_a_level_as_it_must(
    toy: Connection, tmp_path: Path, level: str
) -> None:
    more = f"[[area.override]]\nname = 'Ringham'\nlevel_station_count_min = {{ {level} = 2 }}\n"
    free = solved(tmp_path, level, more=more)
    (said,) = violations(toy, "area_station_limits", free)
    assert re.fullmatch(rf"Stations of {level} in Ringham after phase 1: [01]; there must be 2\.", said)
    bound = solved(tmp_path, level, more=more, rules="area_station_limits = true")
    assert len(standing(toy, bound, level)) == 2
    assert violations(toy, "area_station_limits", bound) == []
    assert level in slack_levels(toy, bound, "area_station_limits")
