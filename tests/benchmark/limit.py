"""Measures whether a time limit holds on a busy machine: `python -m tests.benchmark.limit full 120 --busy 2`.

Solves a scenario on the region that is loaded, beside busy loops; prints the seconds from start to end.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Annotated, Any

import typer

from db.command.app import run_app
from db.environment import CHECKOUT
from tests.support.processes import busy

app = typer.Typer(add_completion=False)


def measure(scenario: str, limit_s: float, loops: int) -> dict[str, Any]:
    """Return the wall seconds of a solve with a limit, its exit code, and what it says of its plan."""
    command = [
        sys.executable,
        "-m",
        "model.solve",
        "--scenario",
        scenario,
        "--time-limit",
        str(limit_s),
        "--json",
    ]
    with busy(loops):
        began = time.monotonic()
        done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)
        wall_s = time.monotonic() - began
    report = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    kept = ("status", "objective", "dual_bound", "gap", "net_capex_cad", "seconds")
    figures = {key: report.get(key) for key in kept}
    return {
        "limit_s": limit_s,
        "busy": loops,
        "wall_s": round(wall_s, 1),
        "exit_code": done.returncode,
    } | figures


@app.command()
def main(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or path of its file.")],
    limit_s: Annotated[float, typer.Argument(help="Its time limit.")],
    busy: Annotated[list[int] | None, typer.Option(help="Busy loops beside it; 0 and 2 by default.")] = None,
) -> None:
    """Print one line of JSON for each number of busy loops."""
    for loops in busy or [0, 2]:
        typer.echo(json.dumps(measure(scenario, limit_s, loops)))


if __name__ == "__main__":
    run_app(app)
