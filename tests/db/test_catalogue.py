"""The catalogue of what is published, held against the readers and the schema."""

from __future__ import annotations

from typing import Any

import psycopg

from report.catalogue import catalogue


def test_what_is_exported_or_served_has_names_for_people(toy_connection: psycopg.Connection[Any]) -> None:
    shown = {name for place in ("export", "serve") for name in catalogue().published(place)}
    columns = toy_connection.execute(
        "select distinct attname::text from pg_attribute where attnum > 0 and attname <> 'geom'"
        " and attrelid = any (select ('report.' || quote_ident(v))::regclass from unnest(%s::text[]) as v)",
        (sorted(shown),),
    ).fetchall()
    assert {name for (name,) in columns} - set(catalogue().field) == set()


def test_no_name_is_there_for_nothing(toy_connection: psycopg.Connection[Any]) -> None:
    columns = toy_connection.execute(
        "select attname::text from pg_attribute as a join pg_class as c on c.oid = a.attrelid"
        " where c.relnamespace = 'report'::regnamespace and a.attnum > 0 and c.relname = any (%s)",
        ([view.name for view in catalogue().view],),
    ).fetchall()
    assert set(catalogue().field) | set(catalogue().value) <= {name for (name,) in columns}
