"""Backups with PostgreSQL's own tools: the state of a database in a file, and back into this or another one.

What is dumped are the tables of `raw` and `plan` and what stands in schema public, such as QGIS projects and
styles. Views are made from the files of `sql/` again after a restore, and roles are made and granted anew.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from db import environment
from db.common import output
from db.common.errors import UsageError
from db.schema import build, dependencies, former, upgrade
from db.server import address, postgresql
from db.session import connection, turn

_SCHEMAS = ("raw", "plan", "public")
_OWN = ("raw", "plan")
_QGIS = ("qgis_projects", "layer_styles")
# the archive's own lines for what every database has already
_THERE = re.compile(r"^\d+; .* (SCHEMA - public|COMMENT - SCHEMA public|TABLE DATA public spatial_ref_sys) ")
_HOLDS = """
    select exists (select from raw.load)
        or exists (select from plan.scenario)
        or exists (select from plan.site_lock)
"""


def dump(path: Path, progress: Callable[[str], None] = lambda _: None) -> None:
    """Write the state of the database to a file in the custom format of pg_dump, from one moment.

    The file takes its place when it is whole; one of that name that is there stays until then. It holds no
    password. Relations in schema public that are built on the planner's views are left out and said.

    Raises:
        UsageError: the database is not set up, pg_dump is missing or fails, or the file cannot be written.
    """
    with connection.connect() as conn:
        if not _is_set_up(conn):
            raise UsageError("The database holds nothing yet.", "run `planner db upgrade`, then `make load`.")
        left_out = dependencies.relations(conn, [*build.schemas(), *former.standing(conn, build.schemas())])
        major = conn.info.server_version // 10_000
    for name in left_out:
        progress(f"left out, since it is built on the planner's views: {name}")
    options = [f"--schema={name}" for name in _SCHEMAS] + [f"--exclude-table={name}" for name in left_out]
    with output.written_file(path, option="FILE") as draft:
        program = _program("pg_dump", major)
        wait = f"--lock-wait-timeout={int(turn.LOCK_TIMEOUT_S * 1000)}"
        _run(program, "--format=custom", "--no-owner", "--no-privileges", wait, *options, f"--file={draft}")


def restore(
    path: Path, *, is_overwriting: bool = False, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Bring a dump into the database, in one transaction; then migrate, fill the views and grant.

    Raises:
        UsageError: the file is no whole dump of ours, the database holds data and `is_overwriting` is false,
            something outside depends on the views, or PostgreSQL refuses; the database is as it was then.
    """
    if not path.is_file():
        raise UsageError(
            f"{path} does not exist, or is not a file.", "name a file that `planner db dump` wrote."
        )
    with connection.connect() as conn:
        major = conn.info.server_version // 10_000
        schemas = [*build.schemas(), *former.standing(conn, build.schemas())]
        if _is_set_up(conn) and not is_overwriting and conn.execute(_HOLDS.encode()).fetchone() == (True,):
            place = address.described(connection.database_url())
            raise UsageError(
                f"The database {place} holds data, which would be lost.",
                "dump it first, then use --overwrite; or restore into an empty database.",
            )
        dependencies.refuse(conn, schemas)
        has_lock = conn.execute("select to_regclass('plan.alembic_version') is not null").fetchone() == (
            True,
        )
    with tempfile.TemporaryDirectory(prefix="ev-restore-") as folder:
        script = _script(path, Path(folder), major)
        before = Path(folder) / "before.sql"
        before.write_text(_before(schemas, has_lock=has_lock), encoding="utf-8")
        upgrade.create_extensions()
        progress(f"restoring {path.name}")
        once = (
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
        )
        _run(_program("psql", major), *once, f"--file={before}", f"--file={script}")
    upgrade.upgrade(progress=progress)


def _is_set_up(conn: psycopg.Connection[Any]) -> bool:
    row = conn.execute("select to_regclass('raw.load') is not null and to_regclass('plan.run') is not null")
    return row.fetchone() == (True,)


def _script(path: Path, folder: Path, major: int) -> Path:
    """Write the dump as SQL, without what every database has already; see whether it is ours and whole."""
    program = _program("pg_restore", major)
    listing = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [program, "--list", path],
        capture_output=True,
        text=True,
        check=False,
        env=environment.child_environment(),
    )
    lines = listing.stdout.splitlines()
    if listing.returncode or not any(" TABLE plan alembic_version " in line for line in lines):
        raise UsageError(
            f"{path} is not a dump of the planner's database, or is damaged: {_reason(listing.stderr)}.",
            "name a file that `planner db dump` wrote.",
        )
    chosen = folder / "list"
    chosen.write_text("\n".join(line for line in lines if not _THERE.search(line)) + "\n", encoding="utf-8")
    script = folder / "restore.sql"
    made = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [
            *(program, "--no-owner", "--no-privileges", "--clean", "--if-exists"),
            *(f"--use-list={chosen}", f"--file={script}", path),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=environment.child_environment(),
    )
    if made.returncode:
        raise UsageError(
            f"{path} cannot be read: {_reason(made.stderr)}.", "it may be cut short; take another."
        )
    _ask_for_known_version(path, script)
    return script


def _ask_for_known_version(path: Path, script: Path) -> None:
    with script.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("COPY plan.alembic_version "):
                refusal = upgrade.unknown(next(file).strip(), str(path))
                if refusal:
                    raise UsageError(refusal.message, "restore it with the version that made it.")
                return
    raise UsageError(f"{path} does not say which version of the tables it holds.", "take another dump.")


def _before(schemas: list[str], *, has_lock: bool) -> str:
    """Return the SQL that makes room, in the transaction of the restore."""
    names = sql.SQL(", ").join(map(sql.Identifier, [*schemas, *_OWN]))
    statements = [
        sql.SQL("set local lock_timeout = {}").format(sql.Literal(f"{int(turn.LOCK_TIMEOUT_S * 1000)}ms")),
        sql.SQL("lock table plan.alembic_version in share update exclusive mode")
        if has_lock
        else sql.SQL(""),
        sql.SQL("drop schema if exists {} cascade").format(names),
        *(sql.SQL("drop table if exists {}").format(sql.Identifier("public", name)) for name in _QGIS),
    ]
    return "set client_min_messages = warning;\n" + "".join(f"{s.as_string()};\n" for s in statements)


def _program(name: str, major: int) -> Path:
    """Return a program of PostgreSQL as new as the server, or newer.

    Raises:
        UsageError: there is none.
    """
    found = {i.major: i.bin_dir / name for i in postgresql.installations() if (i.bin_dir / name).exists()}
    fitting = [found[number] for number in sorted(found) if number >= major]
    if fitting:
        return fitting[0]
    other = shutil.which(name)
    version = re.search(r"\) (\d+)", postgresql.output(Path(other), "--version")) if other else None
    if other and version and int(version[1]) >= major:
        return Path(other)
    raise UsageError(
        f"{name} of PostgreSQL {major} or newer is not installed here.",
        f"install it, such as by `apt-get install postgresql-client-{major}`.",
    )


def _run(program: Path, *arguments: str) -> None:
    """Run a program on the database; arguments, which all users of the machine see, hold no password."""
    parts = {name: str(value) for name, value in conninfo_to_dict(connection.database_url()).items()}
    variables = environment.child_environment()
    if "password" in parts:
        variables["PGPASSWORD"] = parts.pop("password")
    result = subprocess.run(  # noqa: S603 - programs of PostgreSQL
        [program, *arguments, f"--dbname={make_conninfo('', **parts)}"],
        capture_output=True,
        text=True,
        check=False,
        env=variables,
    )
    if result.returncode:
        raise UsageError(
            f"{program.name} failed: {_reason(result.stderr)}.",
            "nothing was changed; `planner db status` says whether the database answers.",
        )


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next(
        (line for line in lines if re.search("error|ERROR|FATAL", line)), (lines or ["no reason given"])[0]
    ).rstrip(".")
