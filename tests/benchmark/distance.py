"""Measures our road distances beside other engines, on the same streets and in the same run: `make bench`.

The region (`--region`, Waterloo by default, its files from DATA_DIR) is loaded into a database of its own. Ours is
the step of a load that fills `analysis.route`: streets are read and routes written by COPY here, while a process
beside searches; "ours, by one process" is the same without it, in its parts. The others search the graph of
`analysis.road_network` for the routes between the same places and sites; slow ones from fewer sites, and their
seconds are multiplied accordingly. Lengths must agree to the millimetre. "whole s" is what a step of a load
that is made of the engine would take: ours as it is; of another engine the seconds in which the streets are read
once, its own to make its graph ready and to search from all sites, and those of the COPY of the same rows.
osm2pgsql imports the file of the roads beside our load of them. Packages of the engines are those of
tests/benchmark/requirements.txt; one that is not installed is left out, and the table says so.

Targets: ours takes at most twice the seconds of SciPy's search and a COPY of the same rows, and a tenth of what
NetworkX takes as a whole. The table says beside it how that is against NetworkX's search alone.

Why SciPy searches: on Waterloo (2,108 sites, 6,424 places, 58,172 arcs, routes of at most 5 km: 827,508 of them) it
took 1.2 s for all sites on two processors that others used as well, in the same run RoutingKit 5.0 s, igraph 19 s
(it has no limit), NetworkX 22 s, Pandana 221 s and pgRouting 279 s, the last four from 20 to 200 sites and
multiplied. Hierarchies pay for a few long routes; here all places near a site are wanted, which is what Dijkstra's
algorithm comes to. All agree to the millimetre but for Pandana, which cuts each street to whole millimetres anew
(3 mm at most).

Alone on two processors of another machine ours took 0.98 s, by one process 1.37 s (reading 0.32, searching 0.69, writing
0.37), SciPy's search 0.60, the COPY 0.35, RoutingKit 2.3, NetworkX 12.4, igraph 13.8, Pandana 52 and pgRouting 179: ours
is 1.03 times SciPy and the COPY, and 1 / 13.4 of NetworkX as a whole, 1 / 12.7 of its search alone. By one process it
would be 1 / 9.6.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import psycopg
import pytest
import typer
from psycopg import sql
from rich.console import Console
from rich.table import Table

from db.command.app import run_app
from db.distance import binary
from db.distance.fill import fill
from db.distance.search import LENGTH_UNIT
from db.environment import setting
from db.server import embedded
from db.session.connection import connect
from db.work.pool import HERE, Pool
from etl.load import SAMPLE_SCALE, SAMPLE_SEED, load_region, open_region
from etl.loading.find import find_files
from tests.benchmark.case import WATERLOO
from tests.benchmark.distance_peers import ENGINES, Lengths, Streets
from tests.support.databases import Templates, throwaway_cluster

Connection = psycopg.Connection[Any]
Piece = TypeVar("Piece")
Result = TypeVar("Result")
COLUMNS = (
    "engine",
    "sites",
    "ready s",
    "search s",
    "write s",
    "all sites s",
    "whole s",
    "ours / it",
    "differs by mm",
    "note",
)
_ROUTE = {
    "tile_id": "i4",
    "from_vertex_id": "i8",
    "to_vertex_id": "i8",
    "distance_m": "f8",
    "duration_min": "f8",
}
_ARC = {"from_vertex_id": "i8", "to_vertex_id": "i8", "forward_cost": "f8", "backward_cost": "f8"}
_STREETS = sql.SQL("select {} from analysis.road_network").format(
    sql.SQL(", ").join(map(sql.Identifier, _ARC))
)
_VERTICES = """
    select vertex_id, st_x(geom), st_y(geom)
    from (
        select node_id as vertex_id, geom from core.road_node
        union all
        select vertex_id, geom from analysis.access_point
    ) as v
"""
_ROAD_STEPS = ("roads:", "core.road_edge", "core.road_node", "core.road_left_out")


@dataclass
class Timed:
    """A pool in this process that takes the time of what is read and searched."""

    read_s: float = 0.0
    search_s: float = 0.0

    def each(
        self,
        function: Callable[[Piece], Result],
        pieces: Iterable[Piece],
        *,
        are_quick: bool = False,  # noqa: ARG002 - it is all the same here
    ) -> Iterator[tuple[Piece, Result]]:
        """Yield each piece with what the function makes of it."""
        began = time.perf_counter()
        for piece in pieces:
            read = time.perf_counter()
            result = function(piece)
            end = time.perf_counter()
            self.read_s += read - began
            self.search_s += end - read
            yield piece, result
            began = time.perf_counter()


@dataclass
class Steps:
    """Takes the seconds of the steps of a load."""

    seconds: dict[str, float] = field(default_factory=dict)
    step: str = ""
    began: float = 0.0

    def __call__(self, step: str) -> None:
        """Begin a step."""
        now = time.perf_counter()
        self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.began
        self.step, self.began = step, now


@dataclass(frozen=True)
class Row:
    """What was measured of an engine; seconds are of so many sites, `all_s` and `whole_s` of all.

    `whole_s` counts reading and writing, `all_s` of other engines their search alone.
    """

    engine: str
    site_count: int
    ready_s: float | None
    search_s: float | None
    write_s: float | None = None
    all_s: float = 0.0
    difference_mm: float | None = None
    note: str = ""
    whole_s: float | None = None


def main(
    region: Annotated[str, typer.Option(help="Name or file of the region.")] = "waterloo",
    repeats: Annotated[int, typer.Option(min=1, help="How often ours, SciPy and COPY are measured.")] = 3,
    out: Annotated[Path | None, typer.Option(help="File for the table as Markdown.")] = None,
) -> None:
    """Print the table."""
    with pytest.MonkeyPatch.context() as patch, throwaway_cluster() as cluster:
        if region == "waterloo" and not setting("DATA_DIR") and WATERLOO.is_dir():
            patch.setenv("DATA_DIR", str(WATERLOO))
        templates = Templates(embedded.superuser_url(cluster))
        with templates.clone(templates.empty()), connect() as conn:
            steps = Steps()
            load_region(region, conn, progress=steps)
            steps("")
            conn.commit()
            rows, lines = measured(conn, repeats)
        with templates.clone(templates.empty()) as address:
            lines += _osm2pgsql(address, _road_file(region), steps)
    print_table(rows, lines, out)


def measured(conn: Connection, repeats: int) -> tuple[list[Row], list[str]]:
    """Measure ours and the engines; return the rows of the table, and what there is to say below it."""
    ours, routes = min((_ours(conn) for _ in range(repeats)), key=lambda found: found[0].all_s)
    by_one = min((_by_one(conn, ours.site_count) for _ in range(repeats)), key=lambda found: found.all_s)
    copy_s = min(_copy_s(conn, routes) for _ in range(repeats))
    read_s = min(_read_s(conn) for _ in range(repeats))
    streets, wanted = _streets(conn, routes)
    site_count = len(streets.sites)
    rows = [ours, by_one, Row("COPY of the same rows", site_count, None, 0.0, copy_s, copy_s)]
    for name, (engine, count_max) in ENGINES.items():
        count = min(count_max or site_count, site_count)
        try:
            found = min(
                (engine(streets, count, conn) for _ in range(repeats if name == "SciPy alone" else 1)),
                key=lambda f: f.search_s,
            )
        except ModuleNotFoundError as error:
            rows.append(Row(name, 0, None, 0.0, note=f"left out: {error}"))
            continue
        conn.rollback()
        all_s = found.search_s * site_count / count
        difference_mm = _difference_mm(found.lengths_mm, wanted[:count])
        whole_s = read_s + found.ready_s + all_s + copy_s
        measured_row = Row(name, count, found.ready_s, found.search_s, None, all_s, difference_mm)
        rows.append(replace(measured_row, whole_s=whole_s))
    seconds = {row.engine: row.all_s for row in rows}
    whole = {row.engine: row.whole_s or row.all_s for row in rows}
    least_s = seconds["SciPy alone"] + seconds["COPY of the same rows"]
    lines = [
        f"{len(routes):,} routes; {site_count:,} sites, {len(streets.places):,} places,"
        f" {streets.vertex_count:,} vertices, {len(streets.tails):,} arcs.",
        f"Ours / (SciPy alone + COPY): {ours.all_s / least_s:.2f} (at most 2).",
        f"NetworkX, with reading and writing, / ours: {whole['NetworkX'] / ours.all_s:.1f} (at least 10); its search alone /"
        f" ours: {seconds['NetworkX'] / ours.all_s:.1f}, / our search alone: {seconds['NetworkX'] / by_one.search_s:.1f}.",
    ]
    return rows, lines


def _ours(conn: Connection) -> tuple[Row, binary.Rows]:
    """Fill the routes as a load does; return the row and the routes. The transaction is rolled back."""
    with conn.transaction(force_rollback=True):
        all_s = _fill_s(conn, HERE)
        columns = sql.SQL(", ").join(map(sql.Identifier, _ROUTE))
        query = sql.SQL("select {} from analysis.route order by 1, 3, 2").format(columns)
        routes = binary.read(conn, query, _ROUTE)
    site_count = len(np.unique(routes["to_vertex_id"]))
    return Row("ours", site_count, None, None, None, all_s, whole_s=all_s), routes


def _by_one(conn: Connection, site_count: int) -> Row:
    """Fill the routes without a process beside this one, in steps that can be told apart; return the row."""
    pool = Timed()
    with conn.transaction(force_rollback=True):
        all_s = _fill_s(conn, pool)
    write_s = all_s - pool.read_s - pool.search_s
    return Row("ours, by one process", site_count, pool.read_s, pool.search_s, write_s, all_s, whole_s=all_s)


def _fill_s(conn: Connection, pool: Pool) -> float:
    began = time.perf_counter()
    fill(conn, pool)
    return time.perf_counter() - began


def _read_s(conn: Connection) -> float:
    """Return the seconds in which the graph is read, each piece of a street once."""
    began = time.perf_counter()
    binary.read(conn, _STREETS, _ARC)
    return time.perf_counter() - began


def _copy_s(conn: Connection, routes: binary.Rows) -> float:
    """Return the seconds in which the server takes the rows, which are there as it wants them, into a new table."""
    query = sql.SQL("select * from analysis.route")
    with (
        conn.cursor() as cursor,
        cursor.copy(sql.SQL("copy ({}) to stdout (format binary)").format(query)) as copy,
    ):
        text = b"".join(map(bytes, copy))
    with conn.transaction(force_rollback=True), conn.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("create table analysis.bench_route (like analysis.route)")
        with cursor.copy("copy analysis.bench_route from stdin (format binary)") as copy:
            copy.write(text)
        seconds = time.perf_counter() - began
        assert cursor.rowcount == len(routes)
    return seconds


def _streets(conn: Connection, routes: binary.Rows) -> tuple[Streets, Lengths]:
    """Return the graph, and the lengths of our routes in mm: a row per site, a column per place."""
    pieces = binary.read(conn, _STREETS, _ARC)
    points = {vertex: (x, y) for vertex, x, y in conn.execute(_VERTICES)}
    ids = np.unique(np.concatenate([pieces["from_vertex_id"], pieces["to_vertex_id"]]))
    starts = np.concatenate([pieces["from_vertex_id"], pieces["to_vertex_id"]])
    ends = np.concatenate([pieces["to_vertex_id"], pieces["from_vertex_id"]])
    costs = np.concatenate([pieces["forward_cost"], pieces["backward_cost"]])
    is_open = (costs >= 0) & (starts != ends)
    tails, heads = (np.searchsorted(ids, found[is_open]) for found in (starts, ends))
    costs = costs[is_open]
    order = np.lexsort((costs, heads, tails))
    _, first = np.unique(tails[order] * len(ids) + heads[order], return_index=True)
    tails, heads, costs = (found[order][first] for found in (tails, heads, costs))
    (limit_m,) = conn.execute("select road_distance_max_m from core.region").fetchone() or (None,)
    places = conn.execute("select distinct vertex_id from analysis.access_point order by 1").fetchall()
    sites = conn.execute("select vertex_id from analysis.site_vertex order by tile_id, vertex_id").fetchall()
    # a few neighbouring sites would be as good as one: the first ones are spread over the region
    spread = np.random.default_rng(1).permutation(len(sites))
    site_ids = np.array([vertex for (vertex,) in sites])[spread]
    place_ids = np.array([vertex for (vertex,) in places])
    xy = np.array([points[vertex] for vertex in ids.tolist()])
    streets = Streets(
        tails,
        heads,
        costs,
        (costs // LENGTH_UNIT).astype(np.int64),
        LENGTH_UNIT,
        xy[:, 0],
        xy[:, 1],
        np.searchsorted(ids, site_ids),
        np.searchsorted(ids, place_ids),
        round(limit_m * 1000),
    )
    wanted = np.full((len(site_ids), len(place_ids)), np.inf)
    rank = np.argsort(site_ids)
    row = rank[np.searchsorted(site_ids, routes["to_vertex_id"], sorter=rank)]
    wanted[row, np.searchsorted(place_ids, routes["from_vertex_id"])] = np.round(routes["distance_m"] * 1000)
    return streets, wanted


def _difference_mm(found: Lengths, wanted: Lengths) -> float:
    """Return the greatest difference of lengths; infinite where one has a route that the other has not."""
    if (np.isinf(found) != np.isinf(wanted)).any():
        return float("inf")
    is_there = np.isfinite(wanted)
    return float(np.abs(found[is_there] - wanted[is_there]).max(initial=0.0))


def _road_file(region: str) -> Path:
    """Return the file of the roads."""
    return next(
        file.path
        for file in find_files(open_region(region, scale=SAMPLE_SCALE, seed=SAMPLE_SEED)).files
        if file.source_type.name == "roads"
    )


def _osm2pgsql(address: str, file: Path, steps: Steps) -> list[str]:
    """Return what there is to say of osm2pgsql's import of the file, and of our load of roads."""
    own_s = sum(s for step, s in steps.seconds.items() if any(part in step for part in _ROAD_STEPS))
    if not shutil.which("osm2pgsql"):
        return ["osm2pgsql is left out, as it is not installed: apt-get install osm2pgsql."]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = ["osm2pgsql", "--create", "--database", address, str(file)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        theirs_s = time.perf_counter() - began
    return [
        f"osm2pgsql imports {file.name} in {theirs_s:.1f} s, with all that is on the map; our load reads its roads and"
        f" makes streets and junctions of them in {own_s:.1f} s: {own_s / theirs_s:.2f}."
    ]


def cells(row: Row, ours_s: float) -> tuple[str, ...]:
    """Return a row as texts."""
    if row.note:
        return (row.engine, *["-"] * (len(COLUMNS) - 2), row.note)
    return (
        row.engine,
        f"{row.site_count:,}",
        *(
            "-" if s is None else f"{s:.2f}"
            for s in (row.ready_s, row.search_s, row.write_s, row.all_s, row.whole_s)
        ),
        f"{ours_s / (row.whole_s or row.all_s):.2f}",
        "-" if row.difference_mm is None else f"{row.difference_mm:g}",
        "-",
    )


def print_table(rows: Sequence[Row], lines: Sequence[str], out: Path | None) -> None:
    """Print the table and the lines below it; write them as Markdown as well, if asked to."""
    made = Table()
    for column in COLUMNS:
        made.add_column(column, justify="left" if column in ("engine", "note") else "right")
    texts = [cells(row, rows[0].all_s) for row in rows]
    for text in texts:
        made.add_row(*text)
    console = Console(width=max(Console().width, 140))
    console.print(made)
    console.print(*lines, sep="\n")
    if out is not None:
        table = [COLUMNS, ("---",) * len(COLUMNS), *texts]
        text = [f"| {' | '.join(parts)} |" for parts in table]
        out.write_text("\n".join([*text, "", *(f"- {line}" for line in lines)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
