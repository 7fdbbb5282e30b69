"""Measures what a second worker saves on a sweep: `python -m tests.benchmark.workers`.

The region (`--region`, Waterloo by default, its files from DATA_DIR) is loaded once, the scenario and those that it
continues are solved once. Then the same eight variations are swept by one worker and by two, each time in a copy of
that database, so that neither finds what the other has done: with one thread for each worker, as those of a scheduler
have it, and with its share of the processors, as it is without one, where a single worker has them all. Target: with
one thread each, two workers take at most 1 / 1.8 of the time of one.

Processors that are shared with others change their speed from one minute to the next: both are timed in turn, several
times (`--repeats`), and the median of the ratios counts. What the machine allows is measured in the same turns: two
sweeps by one worker each, side by side, that know nothing of each other. Nothing here is a test: run it on a quiet
machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Way:
    """How a sweep is done: the options of each command, and how many commands side by side."""

    name: str
    options: tuple[str, ...]
    command_count: int = 1


ONE = ("--threads", "1")
WAYS = (
    Way("1 worker, 1 thread", ("--workers", "1", *ONE)),
    Way("2 workers, 1 thread each", ("--workers", "2", *ONE)),
    Way("2 sweeps by 1 worker, 1 thread each", ("--workers", "1", *ONE), 2),
    Way("1 worker", ("--workers", "1")),
    Way("2 workers", ("--workers", "2")),
)
ALONE, TOGETHER, APART, SHARED_ALONE, SHARED = (way.name for way in WAYS)


@dataclass(frozen=True)
class Turn:
    """The seconds of one way in one turn, and what came of it."""

    seconds: float
    runs: int
    objective_sum: float


def turn(templates: Templates, solved: str, scenario_name: str, way: Way) -> Turn:
    """Sweep in a way, in copies of the database of a solved scenario."""
    varied = (part for vary in VARY for part in ("--vary", vary))
    sweep = ("model.sweep", "--scenario", scenario_name, *way.options, *varied)
    with ExitStack() as ends:
        addresses = [ends.enter_context(templates.clone(solved)) for _ in range(way.command_count)]
        with ThreadPoolExecutor(way.command_count) as commands:
            taken_s = max(commands.map(lambda address: seconds(address, *sweep), addresses))
        runs, objective_sum = found(addresses[0])
    return Turn(taken_s, runs, objective_sum)


def ratios(turns: Mapping[str, Sequence[Turn]]) -> dict[str, list[float]]:
    """Return, of each turn, how many times as much is done in the same time as by one worker."""

    def each(one: str, other: str, times: int = 1) -> list[float]:
        return [times * a.seconds / b.seconds for a, b in zip(turns[one], turns[other], strict=True)]

    return {
        TOGETHER: each(ALONE, TOGETHER),
        APART: each(ALONE, APART, times=2),
        SHARED: each(SHARED_ALONE, SHARED),
    }


@app.command()
def main(
    region: Annotated[str, typer.Option(help="Region to load.")] = "waterloo",
    scenario_name: Annotated[str, typer.Option("--scenario", help="Scenario to vary.")] = "phase2",
    repeats: Annotated[int, typer.Option(min=1, help="How often each is timed.")] = 3,
) -> None:
    """Print the seconds of the sweep in each way, and the ratios of each turn with their median."""
    turns: defaultdict[str, list[Turn]] = defaultdict(list)
    with throwaway_cluster() as cluster, pytest.MonkeyPatch.context() as patch:
        if region == "waterloo" and not setting("DATA_DIR") and WATERLOO.is_dir():
            patch.setenv("DATA_DIR", str(WATERLOO))
        templates = Templates(embedded.superuser_url(cluster))
        solved = templates.copy(templates.loaded("region", lambda: region))
        for name in chain(scenario_name):
            seconds(templates.address(solved), "model.solve", "--scenario", name, "--adopt")
        for _ in range(repeats):
            for way in WAYS:
                turns[way.name].append(turn(templates, solved, scenario_name, way))
    found_ratios = ratios(turns)
    table = Table(
        "way", "seconds", "runs", "sum of objectives", "times as much as by one worker", "median", box=None
    )
    for name, timed in turns.items():
        of_way = found_ratios.get(name, [])
        table.add_row(
            name,
            " ".join(f"{one.seconds:.1f}" for one in timed),
            " ".join(sorted({str(one.runs) for one in timed})),
            " ".join(sorted({f"{one.objective_sum:.6f}" for one in timed})),
            " ".join(f"{ratio:.2f}" for ratio in of_way),
            f"{statistics.median(of_way):.2f}" if of_way else "",
        )
    Console().print(table)
    medians = {name: round(statistics.median(each), 2) for name, each in found_ratios.items()}
    typer.echo(
        json.dumps({"ratios": medians, "target": RATIO_MIN, "is_reached": medians[TOGETHER] >= RATIO_MIN})
    )


if __name__ == "__main__":
    run_app(app)
