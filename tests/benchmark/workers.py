"""Measures what a second worker saves on a sweep: `python -m tests.benchmark.workers`.

The region (`--region`, Waterloo by default, its files from DATA_DIR) is loaded once, the scenario and those that it
continues are solved once. Then the same eight variations are swept by one worker and by two, each time in a copy of
that database, so that neither finds what the other has done: with one thread for each worker, as those of a scheduler
have it, and with its share of the processors, as it is without one, where a single worker has them all. Target: with
one thread each, two workers take at most 1 / 1.8 of the time of one. Nothing here is a test: run it on a quiet machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Annotated

import psycopg
import pytest
import typer
from rich.console import Console
from rich.table import Table

from db.command.app import run_app
from db.environment import CHECKOUT, setting
from db.server import embedded
from model.data import scenario
from tests.benchmark.case import WATERLOO
from tests.support.databases import Templates, throwaway_cluster

VARY = ("budget=-20%,-10%,+10%,+20%", "costs=0.9,1.1", "service_distance=0.9")
"""Seven variations; the marginal value of money is the eighth."""
RATIO_MIN = 1.8

app = typer.Typer(add_completion=False)


def seconds(address: str, *arguments: str) -> float:
    """Run a command of the planner on a database, and return how long it took.

    Raises:
        CalledProcessError: it failed.
    """
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


def chain(name: str) -> list[str]:
    """Return a scenario and those that it continues, the first one first."""
    before = scenario.resolve(name)[1].continues
    return [*(chain(before) if before else []), name]


def found(address: str) -> tuple[int, float]:
    """Return how many variations a sweep solved, and what their plans come to together."""
    query = "select count(*), sum(objective) from plan.run where parent_run_id is not null"
    with psycopg.connect(address) as conn:
        count, total = conn.execute(query).fetchall()[0]
    return int(count), float(total)


@app.command()
def main(
    region: Annotated[str, typer.Option(help="Region to load.")] = "waterloo",
    scenario_name: Annotated[str, typer.Option("--scenario", help="Scenario to vary.")] = "phase2",
    workers: Annotated[list[int] | None, typer.Argument(help="Numbers of workers; the first is one.")] = None,
) -> None:
    """Print the seconds of the sweep by each number of workers, and the ratio to the first."""
    table = Table(
        "threads", "workers", "seconds", "runs", "sum of objectives", "times as fast as the first", box=None
    )
    ratios = {}
    with throwaway_cluster() as cluster, pytest.MonkeyPatch.context() as patch:
        if region == "waterloo" and not setting("DATA_DIR") and WATERLOO.is_dir():
            patch.setenv("DATA_DIR", str(WATERLOO))
        templates = Templates(embedded.superuser_url(cluster))
        solved = templates.copy(templates.loaded("region", lambda: region))
        for name in chain(scenario_name):
            seconds(templates.address(solved), "model.solve", "--scenario", name, "--adopt")
        for shown, options in (("one each", ("--threads", "1")), ("share of the processors", ())):
            first_s = 0.0
            for count in workers or [1, 2]:
                with templates.clone(solved) as address:
                    sweep = ("model.sweep", "--scenario", scenario_name, "--workers", str(count), *options)
                    taken_s = seconds(address, *sweep, *(part for vary in VARY for part in ("--vary", vary)))
                    runs, total = found(address)
                first_s = first_s or taken_s
                ratios[shown] = round(first_s / taken_s, 2)
                table.add_row(
                    shown, str(count), f"{taken_s:.1f}", str(runs), f"{total:.6f}", f"{ratios[shown]:.2f}"
                )
    Console().print(table)
    ratio = ratios["one each"]
    typer.echo(json.dumps({"ratios": ratios, "target": RATIO_MIN, "is_reached": ratio >= RATIO_MIN}))


if __name__ == "__main__":
    run_app(app)
