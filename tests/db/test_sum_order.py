"""The same data gives the same digits, whatever way the database takes: sums of fractions depend on their order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.schema import build as views
from model.data import read, scenario_store
from tests.db.test_known import equal, everything

Connection = psycopg.Connection[Any]
FRACTIONS = """
    update raw.census_area
    set population = population / 3.0, dwelling_count = dwelling_count / 7.0,
        household_count = household_count / 7.0, apartment_count = apartment_count / 7.0
"""
RELATIONS = """
    select schemaname, matviewname from pg_matviews where schemaname = any (%(schemas)s)
    union all
    select schemaname, viewname from pg_views where schemaname = any (%(schemas)s)
    union all
    select schemaname, tablename from pg_tables where schemaname = 'model' and tablename <> all (%(kept)s)
    order by 1, 2
"""
WAYS = (
    ("hashjoin",),
    ("mergejoin",),
    ("nestloop",),
    ("hashjoin", "mergejoin"),
    ("hashjoin", "nestloop", "hashagg"),
    ("mergejoin", "nestloop", "seqscan"),
    ("indexscan", "bitmapscan", "indexonlyscan"),
)
"""What the planner of the database is told to avoid."""


def rows(conn: Connection) -> dict[str, list[str]]:
    """Return the rows of all that is worked out, in the digits in which they are stored."""
    given = {"schemas": ["core", "analysis", "model"], "kept": ["worked_out"]}
    found = {}
    for schema, name in conn.execute(RELATIONS, given).fetchall():
        query = sql.SQL("select coalesce(array_agg(r::text order by r::text), '{{}}') from {} as r")
        (found[f"{schema}.{name}"],) = (
            conn.execute(query.format(sql.Identifier(schema, name))).fetchone() or ()
        )
    return found


def test_sums_of_several_workers_come_to_the_same_digits(
    toy_connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy_connection.execute(FRACTIONS)
    monkeypatch.setitem(views.PLANNING, "max_parallel_workers_per_gather", "0")
    views.refresh(toy_connection)
    alone = rows(toy_connection)
    free = {"parallel_setup_cost": "0", "parallel_tuple_cost": "0", "min_parallel_table_scan_size": "0"}
    for name, value in {**free, "max_parallel_workers_per_gather": "4"}.items():
        monkeypatch.setitem(views.PLANNING, name, value)
    views.refresh(toy_connection)
    # the settings hold to the end of the transaction
    assert {"core.address_claim", "core.population_point", "analysis.equity_group"} <= set(
        shared_out(toy_connection)
    )
    together = rows(toy_connection)
    assert [name for name, before in alone.items() if together[name] != before] == []


def shared_out(conn: Connection) -> list[str]:
    """Return the views whose query several workers of the database would answer together."""
    found = []
    for file in views.view_files():
        if file.is_materialized:
            (query,) = conn.execute("select pg_get_viewdef(%s::regclass)", (file.full_name,)).fetchone() or ()
            if "Gather" in str(conn.execute(f"explain {query}".encode()).fetchall()):
                found.append(file.full_name)
    return found


@pytest.mark.parametrize("ways", WAYS, ids=" ".join)
def test_sums_come_to_the_same_digits_whatever_way_the_database_takes(
    toy: Connection, tmp_path: Path, ways: tuple[str, ...]
) -> None:
    """People of 200/3, 100/3 and so on: added up in another order they come to another last digit."""
    toy.execute(FRACTIONS)
    views.refresh(toy)
    key, parameters = everything(tmp_path)
    scenario_id = scenario_store.store(toy, key, parameters)
    inputs, worked_out = read.read_inputs(toy, scenario_id), rows(toy)
    toy.execute("analyze")
    for way in ways:
        toy.execute(sql.SQL("set enable_{} = off").format(sql.SQL(way)))
    equal(inputs, read.read_inputs(toy, scenario_id))
    views.refresh(toy)
    toy.execute("delete from model.worked_out")
    equal(inputs, read.read_inputs(toy, scenario_id))
    again = rows(toy)
    assert [name for name, before in worked_out.items() if again[name] != before] == []
    assert len(worked_out["core.demand_cell"]) == 5  # nothing is compared with nothing
