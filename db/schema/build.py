"""Builds the derived schemas from `sql/`: one file per view, its path is its name."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import UsageError
from db.environment import CHECKOUT
from db.schema import dependencies, former
from db.session import turn
from db.work.pool import HERE, Pool

SQL = CHECKOUT / "sql"
_ROOM = re.compile(r"(\d)_([a-z]+)")
KEPT_TABLES = ":kept_tables"
"""Stands in `work_out` of a room for the names of the tables that it fills, in the order in which it does."""
_HEADER = re.compile(r"^-- (needs|grain|filled): *(.*)$")
_KEY = re.compile(r"one row per \(([a-z0-9_, ]+)\)")
PLANNING = {
    # compiling queries to machine code takes longer than it saves on queries of a few seconds
    "jit": "off",
    # a few thousand rows that each take long are worth a worker: the defaults are for many of little work.
    # More than the ten pages that a table without statistics counts as, or empty views would start workers
    "parallel_setup_cost": "100",
    "min_parallel_table_scan_size": "128kB",
    # to start a worker takes longer than to build the index of a small view, and most are small
    "max_parallel_maintenance_workers": "0",
}
"""Settings of the database while views are filled."""
_OF_SOUND_PLANS = " of a sound plan"
"""Ends a grain that a plan with faults may break."""
# the query ends with the first line that ends in a semicolon and is no comment
_TABLE_AS = re.compile(r"^create table (\S+) as$(.*?^(?!\s*--)[^\n]*;)$(.*)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class ViewFile:
    """A file of `sql/`: the view (or table, or function) of the same name, and what its header promises.

    `filled` is the module whose `fill` fills a table that `refresh` does not fill by a query.
    """

    path: Path
    schema: str
    name: str
    needs: tuple[str, ...]
    grain: str
    text: str
    filled: str = ""

    @property
    def full_name(self) -> str:
        """The name in the database, schema and all."""
        return f"{self.schema}.{self.name}"

    @cached_property
    def is_materialized(self) -> bool:
        """Whether the file creates a materialized view, which `refresh` fills."""
        return re.search(r"^create materialized view", self.text, re.MULTILINE) is not None

    @property
    def is_refreshed(self) -> bool:
        """Whether `refresh` fills what the file creates."""
        return self.is_materialized or bool(self.filled)

    @cached_property
    def is_kept(self) -> bool:
        """Whether the file creates a table from a query, which `work_out` of its room fills."""
        return _TABLE_AS.search(self.text) is not None

    @cached_property
    def is_relation(self) -> bool:
        """Whether the file creates a view or a table, and not a function."""
        pattern = r"^create ((or replace )?(materialized )?view|table)"
        return re.search(pattern, self.text, re.MULTILINE) is not None

    @property
    def definition_name(self) -> str:
        """The view that holds the query of the file: that of the same name, or beside it where it is kept."""
        return f"{self.full_name}_definition" if self.is_kept else self.full_name

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart, from `grain:`; none for a function."""
        match = _KEY.match(self.grain)
        return tuple(name.strip() for name in match[1].split(",")) if match and self.is_relation else ()

    def statements(self) -> str:
        """Return the SQL that creates what the file says.

        A kept query becomes a view, and a table with the columns of the view, whose key is the grain; where
        that holds of sound plans alone, an index, so that the audit can say what is wrong with the others.

        Raises:
            UsageError: the grain of a kept query names no columns.
        """
        match = _TABLE_AS.search(self.text)
        if match is None:
            return self.text
        if not self.key:
            raise UsageError(
                f"{self.path.relative_to(CHECKOUT)} creates a table, and its grain names no columns.",
                "begin the grain with 'one row per (column, ...)'.",
            )
        table, query, rest = match.groups()
        columns = ", ".join(self.key)
        key = f"alter table {table} add primary key ({columns})"
        if self.grain.endswith(_OF_SOUND_PLANS):
            key = f"create index on {table} ({columns})"
        view = f"{table}_definition"
        return f"""
            create view {view} as{query}
            comment on view {view} is 'The query of {table}: {self.schema}.work_out.';
            create table {table} as table {view} with no data;
            {key};
            {rest}"""


def rooms() -> list[tuple[int, str, Path]]:
    """Return the numbered folders of `sql/` as (number, schema, folder), lowest first."""
    found = []
    for folder in SQL.iterdir():
        match = _ROOM.fullmatch(folder.name)
        if match:
            found.append((int(match[1]), match[2], folder))
    return sorted(found)


def schemas() -> list[str]:
    """Return the names of the derived schemas, lowest room first."""
    return [schema for _, schema, _ in rooms()]


def _read(path: Path, schema: str) -> ViewFile:
    """Read a file and its header.

    Raises:
        UsageError: the header lacks `needs:` or `grain:`.
    """
    text = path.read_text(encoding="utf-8")
    promises: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match:
            last = match[1]
            promises[last] = match[2]
        elif last and line.startswith("--   "):
            promises[last] += " " + line[5:]
    if not {"needs", "grain"} <= set(promises):
        raise UsageError(
            f"{path.relative_to(CHECKOUT)} lacks a header line '-- needs:' or '-- grain:'.",
            "add both lines on top.",
        )
    needs = tuple(
        name.strip() for name in promises["needs"].split(",") if name.strip() not in ("", "nothing")
    )
    return ViewFile(path, schema, path.stem, needs, promises["grain"], text, promises.get("filled", ""))


def view_files() -> list[ViewFile]:
    """Return the files of all rooms in the order in which they can be created.

    Raises:
        UsageError: a header is missing, or views need each other in a circle.
    """
    files = {
        v.full_name: v
        for _, schema, folder in rooms()
        for v in (_read(p, schema) for p in sorted(folder.glob("*.sql")))
    }
    for name, file in files.items():
        if KEPT_TABLES in file.needs:
            kept = [
                other.full_name for other in files.values() if other.is_kept and other.schema == file.schema
            ]
            needs = [*kept, *(need for need in file.needs if need != KEPT_TABLES)]
            files[name] = replace(file, needs=tuple(sorted(needs)))
    sorter = TopologicalSorter(
        {name: sorted(n for n in file.needs if n in files) for name, file in sorted(files.items())}
    )
    try:
        return [files[name] for name in sorter.static_order()]
    except CycleError as error:
        raise UsageError(f"These views need each other in a circle: {' -> '.join(error.args[1])}.") from None


def drop_views(connection: psycopg.Connection[Any]) -> None:
    """Drop the derived schemas, former ones too, so that tables below them may change; readers wait.

    Raises:
        UsageError: something outside the derived schemas depends on them and would be lost.
    """
    turn.take(connection)
    doomed = [*schemas(), *former.standing(connection, schemas())]
    dependencies.refuse(connection, doomed)
    for schema in reversed(doomed):
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))


def create_views(connection: psycopg.Connection[Any], metric_srid: int) -> None:
    """Create all views beside those that stand; materialized views stay empty until `refresh`.

    The former views are renamed, and dropped by `former.drop` after the commit.

    `:metric_srid` in a file stands for the EPSG code of the region's metric CRS: a column's type has to name
    its CRS for GIS clients to see it, and a type takes no parameter.

    Raises:
        UsageError: something outside the derived schemas depends on them and would be lost.
    """
    former.set_aside(connection, schemas())
    for _, schema, folder in rooms():
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        readme = folder / "README"
        comment = readme.read_text(encoding="utf-8").strip() if readme.exists() else folder.name
        connection.execute(
            sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(comment))
        )
    files = view_files()
    for file in files:
        kept = [
            sql.Literal(other.full_name) for other in files if other.is_kept and other.schema == file.schema
        ]
        tables = sql.SQL("array[{}]").format(sql.SQL(", ").join(kept)).as_string(connection)
        text = file.statements().replace(":metric_srid", str(int(metric_srid))).replace(KEPT_TABLES, tables)
        try:
            connection.execute(text.encode())
        except psycopg.Error as error:
            error.add_note(f"in {file.path.relative_to(CHECKOUT)}")
            raise


def refresh(
    connection: psycopg.Connection[Any],
    *,
    only: Iterable[str] | None = None,
    skip: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
    pool: Pool = HERE,
) -> None:
    """Fill the materialized views, and tables that code fills, in dependency order; gather their statistics.

    `only` limits it to these views; `skip` leaves some out; `progress` is told each name before its turn;
    `pool` does what does not need each other.
    """
    chosen = None if only is None else set(only)
    left_out = set(skip)
    for setting, value in PLANNING.items():
        connection.execute("select set_config(%s, %s, true)", (setting, value))
    for file in view_files():
        if (
            file.is_refreshed
            and (chosen is None or file.full_name in chosen)
            and file.full_name not in left_out
        ):
            progress(file.full_name)
            name = sql.Identifier(file.schema, file.name)
            if file.filled:
                importlib.import_module(file.filled).fill(connection, pool)
            else:
                connection.execute(sql.SQL("refresh materialized view {}").format(name))
            connection.execute(sql.SQL("analyze {}").format(name))


def needed_by(full_name: str) -> list[str]:
    """Return what `refresh` has to fill before a view, which needs it directly or through others."""
    files = {v.full_name: v for v in view_files()}

    def below(name: str) -> Iterator[str]:
        for need in files[name].needs:
            if need in files:
                yield need
                yield from below(need)

    wanted = set(below(full_name))
    return [name for name, file in files.items() if name in wanted and file.is_refreshed]
