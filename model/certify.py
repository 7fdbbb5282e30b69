"""Writes a certificate of a plan, for anybody to check: the model, the plan, prices that prove a bound.

`python -m model.certify --run 12 [--out FILE] [--time-limit 600] [--json]`
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from db.command.app import run_app
from db.command.number_options import time_limit_option, whole_number
from db.common import output
from db.environment import CHECKOUT
from db.session import connection
from db.session.dead_run import end_dead_runs
from model.analysis import certificate
from model.analysis.certificate import Certificate
from model.analysis.past_run import reopen
from model.run import signals
from model.solver.watch import Watch
from model.terminal.options import TIME_LIMIT_S, Json, Threads

OUT = CHECKOUT / "out"
_TOLD = (
    "run",
    "scenario",
    "objective",
    "bound_by_prices",
    "gap_by_prices",
    "bound_by_search",
    "gap_by_search",
)


def write_certificate(
    run_id: int, out: Path | None, *, time_limit_s: float = TIME_LIMIT_S, threads: int | None = None
) -> tuple[Path, Certificate]:
    """Write the certificate of a run's plan, and return its path and what is in it.

    Raises:
        UsageError: no such run with a plan, its inputs have changed since, or the file cannot be written.
        KeyboardInterrupt: the user stopped it; nothing is written.

    """
    watch = Watch(time_limit_s, 0.0)
    with connection.connect(autocommit=True) as conn:
        end_dead_runs(conn)
        past = reopen(conn, run_id)
        said = certificate.stated(conn, past)
    with watch.heeding_the_user():
        found = certificate.certify(past, said, watch, time_limit_s=time_limit_s, threads=threads)
    scenario = re.sub(r"[^\w-]+", "_", past.scenario)
    path = output.with_ending(out or OUT / f"certificate_{scenario}_{run_id}.npz", ".npz")
    with output.written_file(path) as draft:
        found.write(draft)
    return path, found


def main(
    run: Annotated[int, whole_number(low=1, help="Number of a run that has a plan.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="File to write; out/certificate_<scenario>_<run>.npz.")
    ] = None,
    time_limit: Annotated[
        float, time_limit_option("Seconds to look for the best prices, at most.")
    ] = TIME_LIMIT_S,
    threads: Threads = None,
    json_output: Json = False,
) -> None:
    """Write a file that proves how good a plan is to whoever does not trust this program.

    It holds the whole model as rows and columns, the plan, and prices of the rows, from which
    tools/check_certificate.py (Python and numpy alone) recomputes every rule and a bound on all plans. The
    gap that prices prove may be wider than the one that the search stated, which rests on branching. That the
    model is the right one for the region no certificate proves.
    """
    with signals.heeding_termination():
        path, found = write_certificate(run, out, time_limit_s=time_limit, threads=threads)
    facts = found.facts
    if json_output:
        told = {name: facts[name] for name in (*_TOLD, "input_sha256", "model_sha256")}
        typer.echo(json.dumps({"path": str(path), **told}))
        return
    typer.echo(
        f"Run {run} of scenario {facts['scenario']}: no plan can be better by more than"
        f" {facts['gap_by_prices']:.4%}, as the file proves; its search stated {facts['gap_by_search']:.4%}."
    )
    typer.echo(f"{path}: to check it, `python tools/check_certificate.py {path}`.")
    if not found.has_best_prices:
        typer.echo("note: better prices may be found with more time: --time-limit.", err=True)


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
