"""Measures load, solve and page of the sample region at several sizes: `python -m tests.benchmark.load 1 4`.

Each size runs in a database of its own on a cluster that is deleted afterwards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from db.command.app import run_app
from db.environment import CHECKOUT
from db.server import embedded
from tests.support.databases import Templates, throwaway_cluster

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


def measure(templates: Templates, scale: float) -> dict[str, Any]:
    """Return the figures of one size."""
    with templates.clone(templates.empty()) as address:
        load_s, _ = run(address, "etl.load", "--region", "sample", "--scale", str(scale))
        solve_s, answer = run(address, "model.solve", "--scenario", "phase1", "--gap", "0.01", "--json")
        report = json.loads(answer)
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            page_s, _ = run(address, "report.page", "--run", str(report["run_id"]), "--out", str(page))
            page_mb = page.stat().st_size / 1e6
    figures = {"scale": scale, "load_s": round(load_s, 1), "solve_s": round(solve_s, 1)}
    figures |= {"page_s": round(page_s, 1), "page_mb": round(page_mb, 2)}
    return figures | {key: report[key] for key in ("status", "gap", "seconds")}


@app.command()
def main(
    scales: Annotated[list[float] | None, typer.Argument(help="Sizes; 1 is a whole town.")] = None,
) -> None:
    """Print one line of JSON per size, then the most memory that a process took."""
    with throwaway_cluster() as cluster:
        templates = Templates(embedded.superuser_url(cluster))
        for scale in scales or [0.25, 1.0]:
            typer.echo(json.dumps(measure(templates, scale)))
    peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    typer.echo(json.dumps({"peak_memory_gb": round(peak_gb, 2)}))


if __name__ == "__main__":
    run_app(app)
