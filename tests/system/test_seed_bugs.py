"""Faults of the study that this project grew out of, each by its name, so that none comes back."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.support.processes import run
from tests.support.scenarios import file


@pytest.fixture
def solved(
    toy_connection: psycopg.Connection[tuple[object, ...]], tmp_path: Path
) -> psycopg.Connection[tuple[object, ...]]:
    done = run("model.solve", "--scenario", file(tmp_path, "[phase.1]\nactions = ['upgrade']\n"), "--json")
    assert done.returncode == 0, done.stderr
    return toy_connection


def test_resale_does_not_refund_what_stays(solved: psycopg.Connection[tuple[object, ...]]) -> None:
    """S1 has 3 L2 ports; keeping 1 sells 2 of them at 5,000 CAD each, and the station itself stays."""
    rows = solved.execute(
        "select p.port_count, c.resale_cad from model.site_option as o"
        " join model.option_price as c using (scenario_id, option_id)"
        " join model.layout_port as p on p.scenario_id = o.scenario_id and p.layout = o.layout_after"
        " where o.action = 'upgrade' and o.layout_before = 'ac_7=3' and p.charger_type = 'ac_7'"
    ).fetchall()
    assert {(1, 10000.0), (2, 5000.0), (3, 0.0)} >= set(rows)
    assert (1, 10000.0) in rows


def test_one_power_per_charger_type_everywhere(solved: psycopg.Connection[tuple[object, ...]]) -> None:
    row = solved.execute(
        "select bool_and(abs(o.peak_kw - p.kw) < 1e-6), count(*) from model.site_option as o"
        " cross join lateral (select coalesce(sum(l.port_count * case l.charger_type"
        " when 'ac_7' then 7.2 when 'dc_50' then 50 when 'dc_150' then 150 end), 0) as kw"
        " from model.layout_port as l where l.scenario_id = o.scenario_id and l.layout = o.layout_after) as p"
    ).fetchone()
    assert row is not None
    assert row[0] is True
    assert row[1] > 3


@pytest.mark.usefixtures("toy_database")
def test_infeasible_is_reported_not_none(tmp_path: Path) -> None:
    too_much = file(tmp_path, "[phase.1.coverage_min_share]\nL3 = 1.0\n")
    done = run("model.solve", "--scenario", too_much, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["status"] == "infeasible"
    assert "min_coverage" in done.stderr
    assert "Traceback" not in done.stderr
