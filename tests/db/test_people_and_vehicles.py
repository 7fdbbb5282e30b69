"""People expected later and the vehicles of cells: a drawn world in which two planning areas share a postal area."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema import build as views
from model.solve import Limits, solve_scenario
from tests.support.drawn_core import DrawnCore
from tests.support.findings import violations
from tests.support.scenarios import file

TABLES = {
    "core.demand_cell": "cell_id bigint, planning_area_id integer, population float",
    "core.postal_area": "postal_area_key text, ev_count float, inside_share float",
    "core.cell_postal_area": "cell_id bigint, postal_area_key text, share float",
    "core.ev_count_year": "count_year float",
    "analysis.ev_growth_area": "postal_area_key text, low_share float, middle_share float, high_share float",
    "analysis.people_growth": "planning_area_id integer, year integer, people_factor float",
    "model.session_scenario": "scenario_id bigint",
    "model.cell_charging": "scenario_id bigint, cell_id bigint, ev_count float, is_ev_assumed boolean",
    "plan.scenario_phase": "scenario_id bigint, phase integer, year integer",
    "plan.scenario_growth": "scenario_id bigint, five_year_factor float, saturation_ev_per_person float, count_year_assumed float, "
    "ev_per_person_assumed float, method text, path text",
}
VIEWS = ["model.area_growth", "model.cell_growth"]
# Vehicles were counted at the end of 2024, and the phase ends with 2029: after five years.
YEAR, COUNTED = 2029, 2025.0


@pytest.fixture(scope="module")
def drawn(templates: Any) -> Iterator[DrawnCore]:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        conn.execute("drop schema plan cascade")
        conn.execute("create schema plan")
        yield DrawnCore(conn, tables=TABLES, views=VIEWS)


def fill(drawn: DrawnCore, *, factors: tuple[float, float], factor: float, is_counted: bool = True) -> None:
    """Draw cells 1 and 2, each in a planning area of its own, which share postal area A, and cell 3 alone in B."""
    vehicles = ((1, 30.0), (2, 10.0), (3, 20.0))
    drawn.fill({
        "core.demand_cell": [(1, 1, 300.0), (2, 2, 100.0), (3, 2, 200.0)],
        "core.postal_area": [("A", 50.0, 0.8), ("B", 20.0, 1.0)] if is_counted else [],
        "core.cell_postal_area": [(1, "A", 0.75), (2, "A", 0.25), (3, "B", 1.0)] if is_counted else [],
        "core.ev_count_year": [(COUNTED,)],
        "analysis.people_growth": [(area + 1, YEAR, by) for area, by in enumerate(factors)],
        "model.session_scenario": [(1,)],
        "model.cell_charging": [(1, cell, count, not is_counted) for cell, count in vehicles],
        "plan.scenario_phase": [(1, 1, YEAR)],
        "plan.scenario_growth": [(1, factor, 0.5, COUNTED, 0.1, "five_year_factor", "middle")],
    })  # fmt: skip
    work_out(drawn)


def work_out(drawn: DrawnCore) -> None:
    """Fill the table that another view reads."""
    drawn.conn.execute("truncate model.area_growth")
    drawn.conn.execute("insert into model.area_growth select * from model.area_growth_definition")


def growth_of_areas(drawn: DrawnCore) -> float:
    """Return how many times the vehicles of each postal area grow: here of all alike."""
    ((low, high),) = drawn.rows("select min(growth_factor), max(growth_factor) from model.area_growth")
    assert low == high
    return float(low)


def grown(drawn: DrawnCore) -> dict[int, float]:
    return dict(drawn.rows("select cell_id, growth_factor from model.cell_growth_definition"))


def test_people_move_the_vehicles_of_a_postal_area_among_its_cells(drawn: DrawnCore) -> None:
    """Vehicles stand still as a whole. In A, 30 vehicles of a cell whose people double, and 10 of one that keeps them.

    They weigh 60 and 10: of the 40, 34.29 and 5.71 stand there now, 8 / 7 and 4 / 7 as many; B has its own 20 still.
    """
    fill(drawn, factors=(2.0, 1.0), factor=1.0)
    assert grown(drawn) == pytest.approx({1: 8 / 7, 2: 4 / 7, 3: 1.0})


def test_where_all_grow_alike_none_move(drawn: DrawnCore) -> None:
    fill(drawn, factors=(1.3, 1.3), factor=1.0)
    assert grown(drawn) == pytest.approx({1: 1.0, 2: 1.0, 3: 1.0})


def test_growth_of_a_postal_area_and_of_its_people_multiply(drawn: DrawnCore) -> None:
    """Of 60 vehicles and 300, where it ends, twice as many are 120 after five years, in all; A moves as before."""
    fill(drawn, factors=(2.0, 1.0), factor=2.0)
    assert grown(drawn) == pytest.approx({1: 2 * 8 / 7, 2: 2 * 4 / 7, 3: 2.0})


def logistic(start: float, end: float, after_five: float, years: float) -> float:
    rate = math.log((end / start - 1) / (end / after_five - 1)) / 5
    return end / (1 + (end / start - 1) * math.exp(-rate * years))


@pytest.mark.parametrize("factors", [(1.0, 1.0), (2.0, 1.0), (1.0, 0.8)])
def test_growth_ends_at_the_vehicles_of_the_people_of_that_year(
    drawn: DrawnCore, factors: tuple[float, float]
) -> None:
    """60 vehicles of 600 people, half a vehicle each: growth ends at 300, at 450 where 300 people are 600, at 270 where 300 are 240.

    Two and a half years before the five are over, fewer have come where it ends later.
    """
    fill(drawn, factors=factors, factor=3.0)
    drawn.conn.execute("update core.ev_count_year set count_year = count_year + 2.5")
    work_out(drawn)
    people = 300 * factors[0] + 300 * factors[1]
    by_hand = logistic(60, people / 2, 180, 2.5)
    assert growth_of_areas(drawn) == pytest.approx(by_hand / 60)


def test_a_region_that_people_will_outgrow_has_not_ended_growing(drawn: DrawnCore) -> None:
    """60 of 60 vehicles: no more come, but where people double, there is room for 120; 95 % of them count as the end."""
    for factors, factor in (((1.0, 1.0), 1.0), ((2.0, 2.0), 114 / 60)):
        fill(drawn, factors=factors, factor=3.0)
        drawn.conn.execute("update plan.scenario_growth set saturation_ev_per_person = 0.1")
        work_out(drawn)
        assert growth_of_areas(drawn) == pytest.approx(factor)


def test_vehicles_that_follow_from_people_grow_with_them_and_end_by_head(drawn: DrawnCore) -> None:
    """A tenth of a vehicle a head, of half a one: the curve is by head, and the people come on top of it."""
    fill(drawn, factors=(2.0, 1.0), factor=3.0, is_counted=False)
    assert grown(drawn) == pytest.approx({1: 2 * 3.0, 2: 3.0, 3: 3.0})


def test_a_plan_on_people_that_move_vehicles_passes_the_audit(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """One postal area for all of Toy Town: Ringham, 750 people, has 1500 in 2031, and Farend keeps its 250.

    At the end of 2029 that is 8.5 of the ten years since the census of 2021: 1.85 times the people of Ringham. Of the 500
    households 375 are there: its share of the vehicles grows from 0.75 to 0.75 * 1.85 / (0.75 * 1.85 + 0.25).
    """
    toy.execute("delete from raw.postal_area where postal_area_key = 'T1B'")
    toy.execute("update raw.postal_area set geom = st_expand(geom, 0.5)")
    toy.execute("update raw.load_source set data_date = '2021' where source = 'population'")
    toy.execute(
        "insert into raw.projection (load_id, source_id, record_number, planning_area_key, year, population)"
        " select load_id, source_id, n, name, 2031, people from raw.load_source,"
        " (values (1, 'Ringham', 1500), (2, 'Farend', 250)) as p (n, name, people) where source = 'population'"
    )
    views.refresh(toy)
    text = "[growth]\nfive_year_factor = 1.0\n[phase.1]\nyear = 2029\n[session]\nkwh_per_ev_day = 80.0\n[rule]\nmin_served = true\n"
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert ended.error is None
    factors = toy.execute(
        "select a.given_name, min(g.growth_factor), max(g.growth_factor) from model.cell_growth as g"
        " join core.demand_cell using (cell_id) join core.planning_area as a using (planning_area_id) group by 1 order by 1"
    ).fetchall()
    moved = 1 / (0.75 * 1.85 + 0.25)
    by_hand = [("Farend", moved), ("Ringham", 1.85 * moved)]
    assert factors == [
        (name, pytest.approx(factor, rel=1e-3), pytest.approx(factor, rel=1e-3)) for name, factor in by_hand
    ]
    assert violations(toy) == {}
    toy.execute("update raw.projection set population = 750 where planning_area_key = 'Ringham'")
    views.refresh(toy)
    assert "figure_zone_session" in violations(toy)
