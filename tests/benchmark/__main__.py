"""Measures our solve beside bare solvers on the same instances, in the same run, with the same time: `make bench`.

ARGS="--case covering_wide --limit-s 20 --solver ours --solver scip" makes it short; `--scale 0.1` makes the town small.
Run it on a quiet machine. Nothing here is a test: figures depend on the machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from db.command.app import run_app
from db.common.errors import UsageError
from db.environment import CHECKOUT, setting
from db.server import embedded
from db.server.address import open_address
from tests.benchmark.case import CASES, TOWN_SCALE, Case
from tests.support.databases import Templates, throwaway_cluster

SOLVERS = {
    "ours": "this planner",
    "highs": "HiGHS, cold",
    "highs_start": "HiGHS, greedy start",
    "scip": "SCIP",
    "cbc": "CBC",
}
LIMIT_S = {"full": 600.0}


@dataclass(frozen=True)
class Line:
    """A line of the table; `build_share` is the share of building the model in all seconds of a run of ours."""

    case: str
    solver: str
    objective: float | None = None
    dual_bound: float | None = None
    seconds: float | None = None
    peak_gb: float | None = None
    build_share: float | None = None
    note: str = ""

    @property
    def mip_gap(self) -> float | None:
        """The dual bound less the objective, as a share of the objective."""
        if self.objective is None or self.dual_bound is None:
            return None
        return max(self.dual_bound - self.objective, 0.0) / max(abs(self.objective), 1e-10)


def run(address: str, *arguments: str) -> tuple[dict[str, Any] | None, float]:
    """Run a module; return the JSON it printed (None: it failed) and its greatest memory in GB, children's too."""
    environment = {**os.environ, "DATABASE_URL": address}
    with tempfile.TemporaryFile("w+") as out:
        command = [sys.executable, "-m", *arguments]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=out)
        peak_gb = 0.0
        while process.poll() is None:
            peak_gb = max(peak_gb, memory_gb(process.pid))
            time.sleep(0.1)
        out.seek(0)
        text = out.read()
    return (json.loads(text) if process.returncode == 0 else None), peak_gb


def memory_gb(pid: int) -> float:
    """Return what a process and its children hold in memory now, GB; 0 once it is gone. Linux only."""
    folder = Path(f"/proc/{pid}")
    try:
        resident_kb = re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text(encoding="utf-8"))
        children = (folder / f"task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return 0.0
    return (int(resident_kb[1]) / 1e6 if resident_kb else 0.0) + sum(memory_gb(int(c)) for c in children)


def measure(case: Case, solver: str, address: str, folder: Path, limit_s: float) -> Line:
    """Return the line of a solver on a case whose instance is written."""
    if solver != "ours":
        found, peak_gb = run(address, "tests.benchmark.solver", solver, str(folder), str(limit_s))
        if found is None:
            return Line(case.name, solver, peak_gb=peak_gb, note="failed")
        return Line(case.name, solver, found["objective"], found["dual_bound"], found["seconds"], peak_gb)
    found, peak_gb = run(
        address, "model.solve", "--scenario", case.scenario, "--time-limit", str(limit_s), "--json"
    )
    if found is None:
        return Line(case.name, solver, peak_gb=peak_gb, note="failed")
    seconds = found["seconds"]
    share = seconds["build"] / sum(s for s in seconds.values() if s)
    taken_s = seconds["build"] + seconds["solve"]
    return Line(case.name, solver, found["objective"], found["dual_bound"], taken_s, peak_gb, share)


def table(lines: list[Line]) -> Table:
    """Return the lines as a table for people."""
    made = Table(title="Ours: seconds of build and solve. Others: of reading the instance and solving it.")
    for column in ("case", "solver", "objective", "dual_bound", "gap", "seconds", "peak GB", "build share"):
        made.add_column(column, justify="left" if column in {"case", "solver"} else "right")
    for line in lines:
        figures = (
            _written(line.objective, "{:.4f}") if not line.note else line.note,
            _written(line.dual_bound, "{:.4f}"),
            _written(line.mip_gap, "{:.2%}"),
            _written(line.seconds, "{:.1f}"),
            _written(line.peak_gb, "{:.2f}"),
            _written(line.build_share, "{:.1%}"),
        )
        made.add_row(line.case, SOLVERS[line.solver], *figures)
    return made


def _written(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def main(
    case: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(CASES)}; all by default.")] = None,
    solver: Annotated[
        list[str] | None, typer.Option(help=f"Of {', '.join(SOLVERS)}; all by default.")
    ] = None,
    limit_s: Annotated[
        float | None, typer.Option(min=1, help="Seconds for each; by default 60, and 600 for full.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Size of the town of the covering cases.")] = TOWN_SCALE,
) -> None:
    """Print one line per case and solver, then the table."""
    unknown = [n for n in [*(case or []), *(solver or [])] if n not in CASES and n not in SOLVERS]
    if unknown:
        raise UsageError(
            f"There is no '{unknown[0]}'.", f"cases: {', '.join(CASES)}; solvers: {', '.join(SOLVERS)}."
        )
    given = setting("TEST_DATABASE_URL")
    if given:
        open_address(given, name="TEST_DATABASE_URL").close()
    if given:
        _measure_all(Templates(given), case or list(CASES), solver or list(SOLVERS), limit_s, scale)
        return
    with throwaway_cluster() as cluster:
        templates = Templates(embedded.superuser_url(cluster))
        _measure_all(templates, case or list(CASES), solver or list(SOLVERS), limit_s, scale)


def _measure_all(
    templates: Templates, cases: list[str], solvers: list[str], limit_s: float | None, scale: float
) -> None:
    lines: list[Line] = []
    for name in cases:
        try:
            lines += _measure_case(templates, CASES[name], solvers, limit_s or LIMIT_S.get(name, 60.0), scale)
        except UsageError as error:
            typer.echo(f"{name}: left out. {error}", err=True)
    for template in templates.made.values():
        templates.execute("drop database if exists {} with (force)", template)
    Console(width=max(Console().width, 110)).print(table(lines))


def _measure_case(
    templates: Templates, case: Case, solvers: list[str], limit_s: float, scale: float
) -> list[Line]:
    lines: list[Line] = []
    with case.database(templates, scale) as address, tempfile.TemporaryDirectory() as folder:
        size, _ = run(address, "tests.benchmark.solver", "write", case.scenario, folder)
        typer.echo(json.dumps({"case": case.name, "limit_s": limit_s} | (size or {})))
        for solver in solvers:
            lines.append(measure(case, solver, address, Path(folder), limit_s))
            typer.echo(str(lines[-1]))
    return lines


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
