"""What the head of each file of `sql/` promises, held against the catalogue and against Toy Town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.schema import build

VIEWS = build.view_files()
OURS = ("raw", "plan", *(schema for _, schema, _ in build.rooms()))
USED = """
    with object as (
        select c.oid, 'pg_class'::regclass as class from pg_class as c
        where c.oid = to_regclass(%(name)s)
        union all
        select p.oid, 'pg_proc'::regclass from pg_proc as p
        where p.pronamespace::regnamespace::text || '.' || p.proname = %(name)s
    ),
    rule as (
        select r.oid, 'pg_rewrite'::regclass as class
        from pg_rewrite as r join object as o on o.oid = r.ev_class
        union all
        select oid, class from object where class = 'pg_proc'::regclass
    )
    select distinct
        coalesce(c.relnamespace, p.pronamespace)::regnamespace || '.' || coalesce(c.relname, p.proname)
    from pg_depend as d
    join rule as r on r.oid = d.objid and r.class = d.classid
    left join pg_type as t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
    left join pg_class as c
        on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid or c.oid = t.typrelid
    left join pg_proc as p on d.refclassid = 'pg_proc'::regclass and p.oid = d.refobjid
    where coalesce(c.relnamespace, p.pronamespace)::regnamespace::text = any(%(schemas)s)
"""


@pytest.fixture(scope="module")
def toy(templates: Any) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to Toy Town, for tests that only read."""
    with templates.clone(templates.toy_town()) as address, psycopg.connect(address) as conn:
        yield conn


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.full_name)
def test_needs_names_just_what_the_view_reads(view: build.ViewFile, toy: psycopg.Connection[Any]) -> None:
    used = {row[0] for row in toy.execute(USED, {"name": view.definition_name, "schemas": list(OURS)})}
    used -= {view.full_name, view.definition_name}
    # the catalogue does not see the graph, named in a text that pgRouting runs, nor what the body of a function calls
    quoted = {name for name in view.needs if re.search(rf"from {re.escape(name)}'", view.text)}
    if "create function" in view.text:
        quoted |= {name for name in view.needs if re.search(rf"[ (]{re.escape(name)}\(", view.text)}
    if "language plpgsql" in view.text:  # nor anything at all of such a body
        filled = (
            {file.full_name for file in VIEWS if file.is_kept and file.schema == view.schema}
            if build.KEPT_TABLES in view.text
            else set()
        )
        quoted |= filled | set(
            re.findall(rf"(?:from |into |join |analyze |')((?:{'|'.join(OURS)})\.\w+)(?!\w|\()", view.text)
        )
    if view.filled:
        texts = [
            file.read_text(encoding="utf-8")
            for file in Path(find_spec(view.filled).origin).parent.glob("*.py")
        ]
        quoted |= set(re.findall(rf"from ((?:{'|'.join(OURS)})\.\w+)", "\n".join(texts)))
    assert used | quoted == set(view.needs)


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.full_name)
def test_grain_is_unique(view: build.ViewFile, toy: psycopg.Connection[Any]) -> None:
    if re.search(r"^create (or replace )?function", view.text, re.MULTILINE):
        assert view.grain
        return
    assert view.key, f"the grain of {view.full_name} does not begin with 'one row per (column, ...)'"
    columns = sql.SQL(", ").join(map(sql.Identifier, view.key))
    query = sql.SQL("select {columns}, count(*) from {view} group by {columns} having count(*) > 1").format(
        columns=columns, view=sql.Identifier(view.schema, view.name)
    )
    assert toy.execute(query).fetchall() == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda v: v.full_name)
def test_every_view_and_column_is_explained(view: build.ViewFile, toy: psycopg.Connection[Any]) -> None:
    rows = toy.execute(
        """
        select a.attnum, a.attname from pg_attribute as a
        where a.attrelid = to_regclass(%(name)s) and a.attnum > 0
            and col_description(a.attrelid, a.attnum) is null
        union all
        select 0, 'the view itself'
        where to_regclass(%(name)s) is not null and obj_description(to_regclass(%(name)s), 'pg_class') is null
        """,
        {"name": view.full_name},
    ).fetchall()
    assert [name for _, name in rows] == []
