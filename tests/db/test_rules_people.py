"""The rules on groups of people, on Toy Town: groups and shares checked by hand, each rule binding, broken plans found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import InfeasibleError, UsageError
from db.schema import build as views
from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.space_rules import file, inputs_of, lock, names, new_sites, violations

KINDS = "[equity]\nratio_min = 0.0\ngroup_kinds = ['municipality']\n"


def groups(conn: psycopg.Connection[Any]) -> dict[tuple[str, str], set[int]]:
    """Return the cells of each group, called by their people."""
    found: dict[tuple[str, str], set[int]] = {}
    for kind, name, people in conn.execute(
        "select group_kind, group_name, round(population)::integer from analysis.equity_group"
        " join core.demand_cell using (cell_id)"
    ):
        found.setdefault((kind, name), set()).add(people)
    return found


def test_groups_by_hand(toy: psycopg.Connection[Any]) -> None:
    """P1 to P3 lie within 2 km of a charger; 600 m apart at most 450 people share a square kilometre."""
    found = groups(toy)
    assert found["municipality", "Ringham"] == {200, 300, 250}
    assert found["municipality", "Farend"] == {150, 100}
    assert found["charger_distance", "near a charger"] == {200, 300, 250}
    assert found["charger_distance", "far from chargers"] == {150, 100}
    # at no place are there more than 250 other people within 1 km: 500 / pi is less than 400
    assert found["settlement", "rural"] == {200, 300, 250, 150, 100}
    assert {kind for kind, _ in found} <= {"municipality", "charger_distance", "settlement", "apartment"}


def test_income_and_apartments_come_from_the_census(toy: psycopg.Connection[Any]) -> None:
    toy.execute(
        "update raw.census_area set apartment_count = dwelling_count * case when population = 300 then 0.6 else 0.4 end,"
        " median_income_cad = 50000 + population * 100"
    )
    views.refresh(toy)
    found = groups(toy)
    assert found["apartment", "apartments"] == {300}
    # the poorest fifth of 1000 people: the hundred of P5; with P4 it would be a quarter
    assert found["income", "low income"] == {100}
    assert found["income", "other income"] == {150, 200, 250, 300}


def test_a_floor_binds_changes_the_plan_and_is_audited(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Dear money builds nothing; K1 covers P2, 300 of the 750 people of Ringham, S2 already the 250 of P3."""
    dear = "[objective.weight]\ncapex = 2000.0\n"
    parameters = f"{KINDS}[[equity.floor]]\ngroup_kind = 'municipality'\ngroup_name = 'Ringham'\nlevel = 'L3'\nshare = 0.7\n"
    found, run_id = new_sites(toy, tmp_path, parameters + dear)
    assert found == set()
    assert violations(toy, "equity", run_id) == [
        "L3 covers 33.33% of the people of group Ringham (municipality) after phase 1; asked for are 70.00%."
    ]
    found, run_id = new_sites(toy, tmp_path, f"equity = true\n{parameters}{dear}")
    assert found == {"K1"}
    assert violations(toy, "equity", run_id) == []
    row = toy.execute(
        "select before_share, after_share, floor_share, population from report.equity_coverage"
        " where run_id = %s and level = 'L3' and group_name = 'Ringham'",
        (run_id,),
    ).fetchone()
    assert row == pytest.approx((250 / 750, 550 / 750, 0.7, 750))


@pytest.mark.usefixtures("toy")
def test_a_ratio_binds(tmp_path: Path) -> None:
    """Farend has no site: with any ratio no people may be covered, and S2 is there already."""
    text = "equity = true\n" + KINDS.replace("0.0", "0.5")
    ended = solve_scenario(file(tmp_path, text), Limits())
    assert isinstance(ended.error, InfeasibleError)
    assert "equity (" in ended.error.message


def test_a_ratio_of_coverage_is_audited(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    _, run_id = new_sites(toy, tmp_path, KINDS.replace("0.0", "0.5"))
    # 750 of 1000 people have L3: half of that is asked for Farend
    assert any("37.50%" in m and "Farend" in m for m in violations(toy, "equity", run_id))


def test_protected_people_keep_their_coverage(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """S1 is the only L2 station; an upgrade that keeps no L2 port leaves P1 and P3 without."""
    text = (
        "[site]\nports_retained_min = 0\n[equity]\nprotected = [{ group_kind = 'settlement', group_name = 'rural' }]\n"
        "[phase.1]\nactions = ['upgrade', 'remove']\n[objective.weight]\ncoverage.L2 = 0.0\n"
    )
    lock(toy, "S1", "must_change")
    _, run_id = new_sites(toy, tmp_path, text)
    messages = violations(toy, "protected_coverage", run_id)
    assert len(messages) == 2
    assert all("loses its coverage at L2 by phase 1" in message for message in messages)
    known = names(toy)
    found, run_id = new_sites(toy, tmp_path, "protected_coverage = true\n" + text)
    assert found == {"S1"}
    kept = toy.execute(
        "select sum(port_count_after) from plan.decision_port where run_id = %s and site_id = %s"
        " and charger_type = 'ac_7'",
        (run_id, next(site for site, name in known.items() if name == "S1")),
    ).fetchone()
    assert kept is not None
    assert kept[0] > 0
    assert violations(toy, "protected_coverage", run_id) == []


def test_an_unknown_group_is_a_mistake(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = "[equity]\nprotected = [{ group_kind = 'settlement', group_name = 'rurall' }]\n"
    with pytest.raises(UsageError, match="equity names 'rurall'") as caught:
        inputs_of(toy, tmp_path, text)
    assert "'rural'" in caught.value.hint


def test_a_kind_that_the_data_does_not_know_is_said(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    text = "equity = true\n[equity]\ngroup_kinds = ['income']\nratio_min = 0.5\n"
    path = file(tmp_path, text)
    scenario_id = scenario_store.store(toy, *scenario.resolve(path))
    read.work_out(toy, scenario_id)
    notes = read.notes(toy, scenario_id)
    assert any("no groups of kind income" in note for note in notes)
    assert solve_scenario(path, Limits()).error is None
