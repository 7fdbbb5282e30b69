"""Which tables of records a file has filled, whatever tables there are."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

NO_RECORDS = {"load_source", "record_remark", "reject"}
"""Tables of `raw` that speak of files and records and hold none."""


def test_every_table_of_records_is_there_with_its_files(toy: psycopg.Connection[Any]) -> None:
    tables = {
        name
        for (name,) in toy.execute(
            "select table_name from information_schema.columns where table_schema = 'raw' and column_name = 'source_id'"
        )
    } - NO_RECORDS
    due = {
        (table, source_id)
        for table in tables
        for (source_id,) in toy.execute(
            sql.SQL(
                "select distinct source_id from raw.{} where load_id = (select load_id from raw.load where is_current)"
            ).format(sql.Identifier(table))
        )
    }
    assert len(due) > 8
    assert set(toy.execute("select record_table, source_id from report.source_table").fetchall()) == due
    row = toy.execute("select pg_get_viewdef('core.source_table')").fetchone()
    assert row is not None
    assert {table for table in tables if f"'{table}'::text" not in row[0]} == set()
