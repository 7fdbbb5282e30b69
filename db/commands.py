"""The commands of `python -m db`."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from psycopg.conninfo import conninfo_to_dict

from db.command.number_options import whole_number
from db.command.setup_checks import setup_checks
from db.common.duration import duration
from db.common.errors import UsageError
from db.environment import setting
from db.schema import backup
from db.schema import prune as pruning
from db.schema import upgrade as upgrading
from db.schema.checks import CheckResult, database_checks
from db.server import address, embedded, roles
from db.server.login import let_log_in
from db.session import connection

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="The database: start it, bring it up to date, check it.",
)


Force = Annotated[bool, typer.Option("--force", help="Rebuild the views even if nothing has changed.")]
Long = Annotated[bool, typer.Option("--long", help="Print host, port, database, user and password too.")]


class Role(StrEnum):
    """Who connects."""

    OWNER = "owner"
    PLANNER = "planner"
    READER = "reader"


class LoginRole(StrEnum):
    """Who logs in to a server of the user's own beside its owner."""

    PLANNER = "planner"
    READER = "reader"
    SERVICE = "service"


def _is_given() -> bool:
    return connection.given_url() is not None


@app.command()
def up() -> None:
    """Start the embedded cluster, made if need be; with DATABASE_URL, see whether that server answers."""
    if _is_given():
        with connection.connect():
            typer.echo("DATABASE_URL is set, and that server answers: there is nothing to start.")
        return
    embedded.up()
    typer.echo(f"PostgreSQL runs on 127.0.0.1, port {embedded.status().port}.")


@app.command()
def down() -> None:
    """Stop the embedded cluster; its data stays."""
    typer.echo("PostgreSQL has stopped." if embedded.down() else "The embedded cluster does not run.")


@app.command()
def status() -> None:
    """Say where the database is, whether it answers, and what it holds; start nothing."""
    if _is_given():
        typer.echo(f"database  {address.described(connection.database_url())}, from DATABASE_URL")
    else:
        state = embedded.status()
        typer.echo(f"database  embedded cluster, data in {state.data}")
        if not state.is_running:
            typer.echo(
                "server    stopped"
                if state.is_created
                else "server    not made yet; `planner db up` makes it"
            )
            return
        typer.echo(f"server    127.0.0.1:{state.port}, log in {state.log}")
    with connection.connect() as conn:
        typer.echo(f"version   PostgreSQL {conn.info.server_version // 10000}")
        if conn.execute("select to_regclass('raw.load') is null").fetchone() == (True,):
            typer.echo("tables    none; run `planner db upgrade`")
            return
        row = conn.execute("select title, loaded_at::date from raw.load where is_current").fetchone()
        typer.echo(f"region    {row[0]}, loaded on {row[1]}" if row else "region    none; run `make load`")


@app.command()
def url(
    role: Annotated[
        Role, typer.Option(help="Who connects: reader for QGIS, planner to edit locks.")
    ] = Role.OWNER,
    long: Long = False,  # noqa: FBT002 - a switch
) -> None:
    """Print the address of the database, password and all, for QGIS or psql."""
    if _is_given() and role is not Role.OWNER:
        group = roles.ROLE_NAMES[role.value]
        raise UsageError(
            f"DATABASE_URL names one login, and its server is not ours to add a {role.value} to.",
            f"there: create role qgis login password '...' in role {group}; and connect as that role.",
        )
    address = connection.database_url(role.value)
    typer.echo(address)
    if long:
        parts = conninfo_to_dict(address)
        typer.echo(f"host      {parts.get('host', 'local socket')}")
        typer.echo(f"port      {parts.get('port', 5432)}")
        typer.echo(f"database  {parts.get('dbname', '')}")
        typer.echo(f"user      {parts.get('user', '')}")
        typer.echo(f"password  {parts.get('password', '')}")


@app.command()
def login(
    role: Annotated[
        LoginRole, typer.Argument(help="Who logs in; the service is a reader that `report.serve` runs as.")
    ],
) -> None:
    """Let a role log in to the server of DATABASE_URL, with the password in PLANNER_<ROLE>_PASSWORD."""
    if not _is_given():
        raise UsageError(
            "DATABASE_URL is not set, and the embedded cluster has its logins already.",
            "`planner db url --role reader` prints the address of one.",
        )
    name = f"PLANNER_{role.value.upper()}_PASSWORD"
    password = setting(name)
    if password is None:
        raise UsageError(f"{name} is not set.", "set it to the password that the login is to have.")
    with connection.connect() as conn:
        typer.echo(f"{let_log_in(conn, role.value, password)} can log in.")


@app.command()
def upgrade(
    force: Force = False,  # noqa: FBT002 - a switch
) -> None:
    """Migrate the tables and rebuild the views, in one transaction; quick when nothing has changed."""
    is_changed = upgrading.upgrade(force=force, progress=lambda name: typer.echo(f"filling {name}"))
    typer.echo("The database has been brought up to date." if is_changed else "The database is up to date.")


@app.command()
def refresh() -> None:
    """Fill the views again; readers read the former ones until it is done."""
    upgrading.refresh(progress=lambda name: typer.echo(f"filling {name}"))


@app.command()
def dump(
    file: Annotated[Path, typer.Argument(help="File to write; it is replaced when the dump is whole.")],
) -> None:
    """Write loads, plans, locks and what QGIS stored to a file (custom format of pg_dump)."""
    backup.dump(file, progress=typer.echo)
    typer.echo(f"{file} ({file.stat().st_size / 1e6:.1f} MB). `planner db restore {file}` brings it back.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="File that `planner db dump` wrote.")],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the data that the database holds.")
    ] = False,
) -> None:
    """Bring a dump into the database, then migrate, fill the views and grant."""
    backup.restore(file, is_overwriting=overwrite, progress=typer.echo)
    typer.echo("Restored. `planner qgis` stores the QGIS project again, with the address of this server.")


@app.command()
def prune(
    keep_runs: Annotated[
        int, whole_number(help="The latest runs that stay; a run and its variations count as one.")
    ] = 0,
    older_than: Annotated[
        str, typer.Option(metavar="TIME", help="Only what is older goes: 90d, 12w, 2y.")
    ] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")] = False,
) -> None:
    """Delete old runs, loads and fetched files; plans that are adopted or published last stay."""
    if not keep_runs and not older_than:
        raise UsageError("What is to stay was not said.", "add --keep-runs 50, --older-than 90d or both.")
    age = duration(older_than, "--older-than") if older_than else dt.timedelta()
    with connection.connect(autocommit=True) as conn:
        gone = pruning.prune(conn, keep_runs=keep_runs, older_than=age, is_trial=dry_run)
    typer.echo(
        f"{'These would go' if dry_run else 'Deleted'}: {len(gone.run_ids)} run(s),"
        f" {gone.what_if_count} what-if(s), {gone.scenario_count} scenario(s) without a run,"
        f" {gone.load_count} former load(s),"
        f" {gone.file_count} fetched file(s) ({gone.file_bytes / 1e6:,.1f} MB)."
    )


def _say(result: CheckResult) -> None:
    detail = f" ({result.detail})" if result.detail else ""
    typer.echo(f"{'ok  ' if result.is_ok else 'FAIL'}  {result.claim}{detail}")
    if not result.is_ok:
        typer.echo(f"      next: {result.hint}")


@app.command()
def check() -> None:
    """Check the set-up and the data; each failure comes with a hint, and exit code 2."""
    failed = []
    is_possible = True
    for result in setup_checks():
        _say(result)
        failed += [] if result.is_ok else [result.name]
        is_possible = is_possible and (result.is_ok or result.name not in ("server", "cluster"))
    for result in database_checks() if is_possible else ():
        _say(result)
        failed += [] if result.is_ok else [result.name]
    if failed:
        raise UsageError(
            f"{len(failed)} check(s) failed: {', '.join(failed)}.", "follow the hints above, from the top."
        )
    typer.echo("All is well.")
