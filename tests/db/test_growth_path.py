"""A scenario follows what its postal areas have counted, on a low, middle or high path, or one factor for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema import build as views
from model import sweep
from model.data import read, scenario, scenario_store
from model.solver.objective_mode import Limits
from tests.support.scenarios import file

HISTORY = """
with r as (select * from raw.ev_count where load_id = (select load_id from core.region))
insert into raw.ev_count (load_id, source_id, record_number, postal_area_key, ev_count, count_date, column_number)
select r.load_id, r.source_id, r.record_number, r.postal_area_key, r.ev_count / v.factor,
    coalesce(r.count_date, date '2024-09-30') - v.days, 100 + v.number
from r cross join (values (1, 365, 1.2), (2, 730, 1.2 * 1.3), (3, 1095, 1.2 * 1.3 * 1.1)) as v (number, days, factor)
"""


def factors(conn: psycopg.Connection[Any], folder: Path, growth: str) -> list[float]:
    """Return by how much each postal area grows in five years in a scenario."""
    text = f"[growth]\n{growth}\n[objective.weight]\nserved = 60\n"
    number = scenario_store.store(conn, *scenario.resolve(file(folder, text)))
    conn.execute("select model.work_out(%s)", (number,))
    found = conn.execute(
        "select five_year_factor from model.area_growth where scenario_id = %s and postal_area_key <> '' order by postal_area_key",
        (number,),
    ).fetchall()
    return [factor for (factor,) in found]


def test_a_scenario_follows_one_of_three_paths_or_one_factor(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """Areas grew by 10, 30 and 20 % in the last years: carrying on missed by ln 1.3 / 1.1 and ln 1.2 / 1.3 (0.167 and -0.080)."""
    toy.execute("update raw.ev_count set count_date = '2024-09-30' where count_date is null")
    toy.execute(HISTORY)
    views.refresh(toy)
    low, middle, high = (factors(toy, tmp_path, f"path = '{path}'") for path in ("low", "middle", "high"))
    assert middle
    assert all(a < b < c for a, b, c in zip(low, middle, high, strict=True))
    shares = toy.execute(
        "select low_share, middle_share, high_share from analysis.ev_growth_area order by postal_area_key"
    ).fetchall()
    for row, found in zip(shares, zip(low, middle, high, strict=True), strict=True):
        assert found == pytest.approx([(1 + share) ** 5 for share in row])
    alike = factors(toy, tmp_path, "method = 'five_year_factor'\nfive_year_factor = 2.5")
    assert alike == [2.5] * len(middle)


@pytest.mark.parametrize(
    ("growth", "served", "why"),
    [
        ("path = 'high'", 60, "the region has no counts"),
        ("path = 'low'\nmethod = 'five_year_factor'", 60, "growth.method is not history"),
        ("path = 'low'", 0, "counts no charging sessions"),
    ],
)
def test_a_path_that_changes_nothing_is_said(
    toy: psycopg.Connection[Any], tmp_path: Path, growth: str, served: float, why: str
) -> None:
    """Toy Town has one count of vehicles; a count a year earlier tells how they grow."""
    text = f"[growth]\n{growth}\n[objective.weight]\nserved = {served}\n"
    number = scenario_store.store(toy, *scenario.resolve(file(tmp_path, text)))
    (found,) = (note for note in read.notes(toy, number) if "growth path" in note)
    assert why in found
    toy.execute("update raw.ev_count set count_date = '2024-09-30' where count_date is null")
    toy.execute(HISTORY)
    views.refresh(toy)
    is_told = any("growth path" in note for note in read.notes(toy, number))
    assert is_told == ("high" not in growth)


@pytest.mark.usefixtures("toy")
def test_a_future_that_changes_nothing_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, "[objective.weight]\nserved = 60\n")
    sweep.sweep(path, [], Limits(), futures=["growth.path=low,high"])
    said = capsys.readouterr().err
    assert "note: The growth path 'low' changes nothing: the region has no counts" in said
    assert "note: The growth path 'high' changes nothing" in said
