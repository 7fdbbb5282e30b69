"""Measures load, solve and page of the sample region at several sizes: `python -m tests.benchmark.load 1 4`.

Each size runs in a database of its own on a cluster that is deleted afterwards. Between two sizes stands how the
time grew: the exponent is 1 where four times the region takes four times as long, 2 where it takes sixteen times.
Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from db.command.app import run_app
from db.environment import CHECKOUT
from db.server import embedded
from tests.support.databases import Templates, throwaway_cluster

EXPONENT_MAX = 1.15
"""Of a step that grows with the region, and no faster but for the depth of its indexes."""
SECONDS_MIN = 1.0
"""Shorter steps are noise."""
STEPS_SHOWN = 8
DISTANCES = ("analysis.route", "analysis.road_distance")
"""Steps of a load that find distances by road."""
INPUTS = ("work_out", "read")
"""Steps of a solve until all is here that a model is built of."""

app = typer.Typer(add_completion=False)


def run(address: str, *arguments: str) -> tuple[float, str]:
    """Run a module of the planner; return its seconds and what it printed.

    Raises:
        CalledProcessError: it failed.
    """
    started = time.monotonic()
    command = [sys.executable, "-m", *arguments]
    environment = {**os.environ, "DATABASE_URL": address}
    result = subprocess.run(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return time.monotonic() - started, result.stdout


def exponent(before: float, after: float, ratio: float) -> float:
    """Return e where `after` is `before` times `ratio` to the power of e."""
    return math.log(after / before) / math.log(ratio)


def parts(figures: dict[str, Any]) -> dict[str, float]:
    """Return the seconds of the load and its distances, and where it was solved, of the inputs and the page."""
    found = {"load": figures["load_s"], "distances": sum(figures["steps"][step] for step in DISTANCES)}
    if "page_s" in figures:
        found |= {"inputs": sum(figures["seconds"][step] for step in INPUTS), "page": figures["page_s"]}
    return found


def growth(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the exponents of whole parts, and of steps of the load that take long and grew faster than they should."""
    ratio = after["scale"] / before["scale"]
    then, now = parts(before), parts(after)
    found = {
        step: round(exponent(before["steps"][step], seconds, ratio), 2)
        for step, seconds in after["steps"].items()
        if seconds > SECONDS_MIN and before["steps"].get(step, 0) > 0
    }
    steep = {step: value for step, value in found.items() if value > EXPONENT_MAX}
    return {
        "from_scale": before["scale"],
        "to_scale": after["scale"],
        "exponents": {name: round(exponent(then[name], now[name], ratio), 2) for name in now},
        "steep_steps": dict(sorted(steep.items(), key=lambda item: -item[1])),
    }


def measure(templates: Templates, scale: float, *, is_solved: bool) -> dict[str, Any]:
    """Return the figures of one size."""
    with templates.clone(templates.empty()) as address:
        load_s, _ = run(address, "etl.load", "--region", "sample", "--scale", str(scale))
        with psycopg.connect(address) as conn:
            steps = dict(conn.execute("select step, sum(elapsed_s) from report.load_step group by step"))
        if not is_solved:
            return {"scale": scale, "load_s": round(load_s, 1), "steps": steps}
        solve_s, answer = run(address, "model.solve", "--scenario", "phase1", "--gap", "0.01", "--json")
        report = json.loads(answer)
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            page_s, _ = run(address, "report.page", "--run", str(report["run_id"]), "--out", str(page))
            page_mb = page.stat().st_size / 1e6
    figures = {"scale": scale, "load_s": round(load_s, 1), "solve_s": round(solve_s, 1), "steps": steps}
    figures |= {"page_s": round(page_s, 1), "page_mb": round(page_mb, 2)}
    return figures | {key: report[key] for key in ("status", "gap", "seconds")}


@app.command()
def main(
    scales: Annotated[list[float] | None, typer.Argument(help="Sizes; 1 is a whole town.")] = None,
    *,
    solve: Annotated[bool, typer.Option(help="Solve a scenario on each size as well.")] = True,
) -> None:
    """Print a line of JSON for each size, each growth from one to the next, and the most memory of a process."""
    sizes: list[dict[str, Any]] = []
    with throwaway_cluster() as cluster:
        templates = Templates(embedded.superuser_url(cluster))
        for scale in scales or [0.25, 1.0]:
            sizes.append(measure(templates, scale, is_solved=solve))
            longest = sorted(sizes[-1]["steps"].items(), key=lambda item: -item[1])[:STEPS_SHOWN]
            shown = {step: round(seconds, 1) for step, seconds in longest}
            typer.echo(json.dumps({**sizes[-1], "steps": shown}))
    for before, after in pairwise(sizes):
        typer.echo(json.dumps(growth(before, after)))
    peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    typer.echo(json.dumps({"peak_memory_gb": round(peak_gb, 2)}))


if __name__ == "__main__":
    run_app(app)
