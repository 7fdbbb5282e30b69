"""What must hold: each check has a claim, what was found, and a hint for when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from db.common.errors import PlannerError
from db.schema import build, fingerprint, upgrade
from db.session import connection

DATA_CHECKS = build.SQL / "checks"
_ROWS_SHOWN = 3
_RUNS_MANY, _SIZE_LARGE_MB = 200, 10_000.0
"""From so many runs or so large a database on, the check of its size says how to delete what is old."""
LOAD_LOCK_COUNT = 5_000
"""Locks that the server must have room for: to make all views in one transaction takes about 3,900."""
_LOCK_ROOM = """
    select
        current_setting('max_locks_per_transaction')::bigint,
        current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint
"""
# what runs take: the tables that have a column for the run
_PLACES = "select place_state, count(*) from report.own_place group by place_state order by place_state"
_SIZE = """
    select
        pg_database_size(current_database()) / 1e6,
        (
            select coalesce(sum(pg_total_relation_size(c.oid)), 0) / 1e6
            from pg_class as c
            join pg_attribute as a on a.attrelid = c.oid and a.attname = 'run_id' and not a.attisdropped
            where c.relkind = 'r' and c.relnamespace in ('plan'::regnamespace, 'audit'::regnamespace)
        ),
        (select count(*) from plan.run)
"""
_OLDEST = {"postgresql": (14, 0), "postgis": (3, 3), "pgrouting": (3, 4)}


@dataclass(frozen=True)
class CheckResult:
    """One check: what it claims, whether that is so, what was found, and what to do if not."""

    name: str
    claim: str
    is_ok: bool
    detail: str = ""
    hint: str = ""


def _data_check(conn: psycopg.Connection[Any], path: Path) -> CheckResult:
    text = path.read_text(encoding="utf-8")
    claim, hint = (line.removeprefix("--").strip() for line in text.splitlines()[:2])
    hint = hint.removeprefix("hint:").strip()
    try:
        with conn.transaction(), conn.cursor() as cursor:
            cursor.execute(text.encode())
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchmany(_ROWS_SHOWN)
            count = cursor.rowcount
    except psycopg.Error as error:
        return CheckResult(path.stem, claim, is_ok=False, detail=str(error).splitlines()[0], hint=hint)
    shown = "; ".join(_row_text(names, row) for row in rows)
    detail = f"{count} offending row(s), such as {shown}" if count else ""
    return CheckResult(path.stem, claim, count == 0, detail, hint)


def _row_text(names: Sequence[str], row: Sequence[Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))


def run_data_checks(conn: psycopg.Connection[Any], folder: Path = DATA_CHECKS) -> list[CheckResult]:
    """Run every query of a folder; one that cannot run has failed. The transaction stays usable."""
    return [_data_check(conn, path) for path in sorted(folder.glob("*.sql"))]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def _server_versions(conn: psycopg.Connection[Any]) -> Iterator[CheckResult]:
    rows = conn.execute("select name, default_version from pg_available_extensions").fetchall()
    found = dict(rows) | {"postgresql": str(conn.info.server_version // 10000) + ".0"}
    for name, title in {"postgresql": "PostgreSQL", "postgis": "PostGIS", "pgrouting": "pgRouting"}.items():
        oldest = ".".join(map(str, _OLDEST[name]))
        claim = f"The server has {title} {oldest} or newer."
        version = found.get(name)
        is_ok = version is not None and _version(version) >= _OLDEST[name]
        yield CheckResult(
            name, claim, is_ok, version or "not installed", "db/install_system_packages.sh installs it."
        )


def room_for_locks(of_each: int, transactions: int) -> CheckResult:
    """Return whether a server of such settings has room for the locks of a load, which else fails half-way.

    It has room for `of_each` locks (max_locks_per_transaction) of so many transactions at once.
    """
    least = -(-LOAD_LOCK_COUNT // transactions)
    return CheckResult(
        "locks",
        f"The server has room for the {LOAD_LOCK_COUNT:,} locks of a load.",
        of_each * transactions >= LOAD_LOCK_COUNT,
        f"max_locks_per_transaction {of_each} for {transactions} transactions: {of_each * transactions:,}",
        f"as its superuser: alter system set max_locks_per_transaction = {least}; then restart the server.",
    )


def _locks(conn: psycopg.Connection[Any]) -> CheckResult:
    row = conn.execute(_LOCK_ROOM).fetchone()
    assert row is not None  # noqa: S101 - settings are one row
    return room_for_locks(int(row[0]), int(row[1]))


def _tables(conn: psycopg.Connection[Any]) -> CheckResult:
    version = upgrade.revision(conn)
    refusal = upgrade.unknown(version)
    return CheckResult(
        "migrations",
        f"The tables stand at revision {upgrade.head()}.",
        version == upgrade.head(),
        refusal.message.rstrip(".") if refusal else f"revision {version or 'none'}",
        refusal.hint if refusal else "run `planner db upgrade`.",
    )


def _views(conn: psycopg.Connection[Any]) -> CheckResult:
    return CheckResult(
        "views",
        "The views are those of sql/, filled from the current load.",
        fingerprint.is_current(conn),
        hint="run `planner db upgrade`.",
    )


def _load(conn: psycopg.Connection[Any]) -> CheckResult:
    row = conn.execute("select title, loaded_at::date from raw.load where is_current").fetchone()
    return CheckResult(
        "load",
        "A region is loaded.",
        row is not None,
        f"{row[0]}, loaded on {row[1]}" if row else "nothing is loaded",
        "run `make load` for the made-up sample, or `make load REGION=waterloo DATA_DIR=...`.",
    )


def _places(conn: psycopg.Connection[Any]) -> CheckResult:
    """Say what became of the places that planners drew, and how what is new is loaded; never a fault."""
    found = conn.execute(_PLACES).fetchall()
    detail = ", ".join(f"{count} {state}" for state, count in found) or "none"
    if {"waiting", "leaving"} & {state for state, _ in found}:
        detail += "; `planner load --own-places` works them in"
    return CheckResult("places", "Places drawn by planners are known.", is_ok=True, detail=detail)


def _size(conn: psycopg.Connection[Any]) -> CheckResult:
    """Say how large the database is, how much of it runs are, and what to do when it grows; never a fault."""
    row = conn.execute(_SIZE).fetchone()
    assert row is not None  # noqa: S101 - sums are one row
    size_mb, run_mb, run_count = (float(row[0]), float(row[1]), int(row[2]))
    detail = f"{size_mb:,.0f} MB; {run_count} run(s) of about {run_mb / max(run_count, 1):,.1f} MB"
    if run_count > _RUNS_MANY or size_mb > _SIZE_LARGE_MB:
        detail += "; `planner db prune --keep-runs 50 --older-than 90d` deletes old ones"
    return CheckResult("size", "The size of the database is known.", is_ok=True, detail=detail)


def _database(conn: psycopg.Connection[Any]) -> Iterator[CheckResult]:
    """Check from the ground up, and stop where what follows would only fail for the same reason."""
    yield from _server_versions(conn)
    yield _locks(conn)
    steps: list[Callable[[psycopg.Connection[Any]], CheckResult]] = [_tables, _views, _load, _places, _size]
    for step in steps:
        result = step(conn)
        yield result
        if not result.is_ok:
            return
    yield from run_data_checks(conn)


def database_checks() -> Iterator[CheckResult]:
    """Check the database: reachable, new enough, up to date, loaded, and its data sound."""
    claim = "The database can be reached."
    try:
        with connection.connect() as conn:
            yield CheckResult("database", claim, is_ok=True)
            yield from _database(conn)
    except PlannerError as error:
        yield CheckResult("database", claim, is_ok=False, detail=error.message, hint=error.hint)
    except psycopg.Error as error:
        hint = "run `planner db up`, or correct DATABASE_URL."
        yield CheckResult("database", claim, is_ok=False, detail=str(error).splitlines()[0], hint=hint)
