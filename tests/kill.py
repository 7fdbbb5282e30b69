"""Kills a load, an upgrade, a solve and the server at random moments, and sees that nothing is lost or mixed.

`python -m tests.kill [--count 200] [--seed 1] [--kind load ...]` runs on a throwaway cluster with Toy Town,
of which two loads take turns, and prints what it found. The work runs in a process of its own that is killed
with SIGKILL; `server` kills PostgreSQL itself, or one of its processes, while a load or a solve is at work.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import psycopg
import pytest
import typer

from db.command.app import run_app
from db.common.errors import PlannerError
from db.schema import build, fingerprint, former, upgrade
from db.server import embedded
from db.server.cluster import Cluster
from db.session import connection
from etl.checksum import compute_checksums
from etl.load import load_region
from model.solve import Limits, solve_scenario
from tests.support.toy_town import NEAR

KINDS = ("load", "upgrade", "solve", "server")
_TITLES = ("Toy Town", "Toy Town, once more")
_TRIES = 600
Connection = psycopg.Connection[Any]


def _load(region: Path) -> None:
    with connection.connect() as conn:
        load_region(str(region), conn, prune=False)


def _upgrade(_: Path) -> None:
    upgrade.upgrade(force=True)


def _solve(_: Path) -> None:
    ended = solve_scenario(str(NEAR), Limits(time_limit_s=60))
    if ended.error:
        raise ended.error


WORK: dict[str, Callable[[Path], None]] = {"load": _load, "upgrade": _upgrade, "solve": _solve}


def _child(work: Callable[[Path], None], region: Path) -> None:
    """Do the work as a command does; its words are of no interest, its exit code is."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stderr = sys.stdout = nowhere
        run_app(lambda: work(region))


@dataclass
class Trial:
    """What is done over and over: the cluster, the two regions, and what must be found whatever was killed."""

    cluster: Cluster
    regions: list[Path]
    choice: random.Random
    expected: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    published: int = 0
    turn: int = 0

    def prepare(self) -> None:
        """Load both regions, plan both, and note what they look like and how long each kind of work takes."""
        upgrade.upgrade()
        for _ in self.regions:
            for kind in ("load", "solve", "upgrade"):
                began = time.monotonic()
                WORK[kind](self._next() if kind == "load" else self.regions[0])
                self.seconds[kind] = time.monotonic() - began
            with connection.connect() as conn:
                self.expected[_title(conn)] = compute_checksums(conn)
        self._alter()

    def _next(self) -> Path:
        self.turn += 1
        return self.regions[self.turn % len(self.regions)]

    def _alter(self) -> None:
        """Give the next load something to write: content that no load holds yet, but for its views the same."""
        self.count = getattr(self, "count", 0) + 1
        for region in self.regions:
            text = region.read_text(encoding="utf-8").split("\n# trial")[0]
            region.write_text(f"{text}\n# trial {self.count}\n", encoding="utf-8")

    def once(self, kind: str) -> None:
        """Begin the work, kill it at a random moment, and look at what is left."""
        name = kind if kind in WORK else self.choice.choice(("load", "solve"))
        process = multiprocessing.get_context("fork").Process(target=_child, args=(WORK[name], self._next()))
        process.start()
        process.join(self.choice.uniform(0, 1.1 * self.seconds[name]))
        if kind == "server":
            self._kill_server()
            process.join(120)
        elif process.is_alive():
            os.kill(int(process.pid or 0), signal.SIGKILL)
        process.join(120)
        self.ends[f"{kind}: {'killed' if process.exitcode else 'done before'}"] += 1
        if process.exitcode == 1 or process.exitcode is None:
            self.faults.append(f"{kind}: the command ended by a traceback or not at all")
        self.verify(kind)
        if name == "load" and not process.exitcode:
            self._alter()

    def _kill_server(self) -> None:
        server = self.cluster.server_pid()
        assert server, "the server runs: `verify` reached it"
        children = [
            int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == server
        ]
        victim = self.choice.choice([server, self.choice.choice([server, *children])])
        if victim != server:
            self.ends["server: one of its processes"] += 1
        os.kill(victim, signal.SIGKILL)

    def _reach(self) -> None:
        """Start the server where it is gone, and wait until it has recovered."""
        for _ in range(_TRIES):
            try:
                embedded.up(self.cluster)
                connection.connect().close()
            except PlannerError:
                time.sleep(0.1)
            else:
                return

    def verify(self, kind: str) -> None:
        """Note what is lost or mixed: a load that is not whole, views of another one, plans that were published."""
        try:
            self._reach()
            with connection.connect(autocommit=True) as conn:
                found = dict(_faults(conn, self.expected))
                published = _published(conn)
        except (psycopg.Error, PlannerError) as error:
            found, published = {"database": str(error)}, self.published
        if published < self.published:
            found["plans"] = f"{self.published - published} published plan(s) are gone"
        self.published = max(published, self.published)
        self.faults += [f"{kind}: {name}: {words}" for name, words in found.items()]

    def finish(self) -> None:
        """Do each work once more, to its end: nothing that was killed stands in its way or stays behind."""
        for kind, work in WORK.items():
            work(self._next())
            self.verify(f"{kind} afterwards")
        with connection.connect(autocommit=True) as conn:
            query = "select count(*) from plan.run where status = 'running' or publication = 'pending'"
            row = conn.execute(query.encode()).fetchone()
            if row != (0,):
                self.faults.append(f"{row} runs are running or pending for ever")
            if left := former.standing(conn, build.schemas()):
                self.faults.append(f"left over: {left}")


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _title(conn: Connection) -> str:
    row = conn.execute("select title from core.region").fetchone()
    return str(row[0]) if row else "nothing"


def _published(conn: Connection) -> int:
    """Return how many plans are published and whole: every figure and rule audited, with their rows."""
    row = conn.execute(
        """
        select count(*)
        from plan.run as r
        where r.publication = 'published'
            and exists (select from plan.demand_coverage as c where c.run_id = r.run_id)
            and (select count(*) from plan.run_audit as a where a.run_id = r.run_id) = %s
        """,
        (
            sum(
                view.name.startswith(("figure_", "limit_"))
                for view in build.view_files()
                if view.schema == "audit"
            ),
        ),
    ).fetchone()
    whole = conn.execute("select count(*) from plan.run where publication = 'published'").fetchone()
    assert row == whole, "a published plan is not whole"
    return int(row[0]) if row else 0


def _faults(conn: Connection, expected: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    current = conn.execute("select title from raw.load where is_current").fetchall()
    title = _title(conn)
    found = [
        ("current load", current != [(title,)] and f"{current}, and the views show {title}"),
        ("views", not fingerprint.is_current(conn) and "they are not those of the current load"),
        ("content", compute_checksums(conn) != expected.get(title) and f"{title} is not what was loaded"),
    ]
    parts = conn.execute(
        """
        select count(distinct counts)
        from (
            select l.title, array_agg((s.source_id, s.row_count, s.reject_count) order by s.source_id) as counts
            from raw.load as l left join raw.load_source as s using (load_id) group by l.load_id, l.title
        ) as t
        """
    ).fetchone()
    found.append(("loads", parts != (1,) and "they hold different numbers of records"))
    return [(name, words) for name, words in found if words]


def run(kinds: list[str], count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Kill each kind of work `count` times; return what went wrong, and how the work ended."""
    from tests.support.databases import throwaway_cluster
    from tests.support.toy_town.build import write_sources

    with (
        throwaway_cluster() as cluster,
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DATABASE_URL", embedded.url("owner", cluster))
        regions = []
        for number, title in enumerate(_TITLES):
            place = Path(folder) / str(number)
            place.mkdir()
            region = write_sources(place)
            text = region.read_text(encoding="utf-8").replace('title = "Toy Town"', f'title = "{title}"')
            region.write_text(text, encoding="utf-8")
            regions.append(region)
        trial = Trial(cluster, regions, random.Random(seed))  # noqa: S311 - not a secret
        trial.prepare()
        for kind in kinds:
            for _ in range(count):
                trial.once(kind)
            typer.echo(f"{kind}: {count} done, {len(trial.faults)} fault(s) so far")
        trial.finish()
        return trial.faults, trial.ends


def main(
    count: Annotated[int, typer.Option(min=1, help="How often each kind of work is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the moments.")] = 1,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(KINDS)}; all by default.")
    ] = None,
) -> None:
    """Kill, look, and end with exit code 1 where anything was lost or mixed."""
    faults, ends = run(kind or list(KINDS), count, seed)
    for name, number in sorted(ends.items()):
        typer.echo(f"{name}: {number}")
    for fault in faults:
        typer.echo(f"FAULT {fault}")
    typer.echo(f"{len(faults)} fault(s).")
    raise typer.Exit(1 if faults else 0)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
