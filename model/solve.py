"""Solves a scenario: read, build, solve, write, audit.

`python -m model.solve --scenario phase1 [--set KEY=VALUE] [--time-limit S] [--gap G] [--threads N]
[--progress] [--adopt] [--blocks auto|always|never] [--workers N | --scheduler ADDRESS] [--json]`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer

from db.command.app import is_command, run_app
from db.command.work_options import Scheduler, Workers
from db.session import connection
from db.work.cores import core_count
from db.work.pool import HERE, Pool, sharing
from model.analysis import what_if
from model.data.clock import Clock, since_process_began
from model.data.codes import Publication
from model.run import signals
from model.run.adoption import Adopting
from model.run.by_blocks import WHOLE, Blocks, Splitting
from model.run.pipeline import Ended, Job, perform
from model.solver.objective_mode import Limits, Watcher
from model.terminal import live, show
from model.terminal.options import (
    TIME_LIMIT_S,
    Gap,
    Json,
    ScenarioName,
    Settings,
    ShowProgress,
    Threads,
    TimeLimit,
)

__all__ = ["Ended", "Limits", "solve_scenario"]

KEPT_EXIT_CODE = 7
"""The plan was found, is sound and is kept, but its gap is too wide for it to be published."""
Adopt = Annotated[
    bool, typer.Option("--adopt", help="Adopt the plan for the region, in place of the present one.")
]
BlocksWhen = Annotated[
    Splitting,
    typer.Option(
        "--blocks",
        help="Solve by blocks, side by side: where the model would be too large, always, or never.",
    ),
]


def solve_scenario(
    name_or_path: str,
    limits: Limits,
    watcher: Watcher | None = None,
    *,
    settings: Sequence[str] = (),
    adopting: Adopting = Adopting.WHERE_NONE_IS,
    clock: Clock | None = None,
    blocks: Blocks = WHOLE,
    searchers: Callable[[], AbstractContextManager[Pool]] = lambda: nullcontext(HERE),
) -> Ended:
    """Solve a scenario, given its name or the path of its file, and write, audit and publish its plan.

    `settings` (KEY=VALUE) take the place of what its file says, and its plan has them in its name.
    A published plan is adopted while no other one of the region is, or always if `adopting` says so. The
    limit counts from the start of `clock`, or from now. `blocks` says whether it may be solved by blocks;
    where it is not, the workers of `searchers` help to search.

    Raises:
        UsageError: the scenario, the database or a lock is not as it must be.
        KeyboardInterrupt: the user stopped it before there was a plan; the run is marked interrupted.

    """
    name, parameters = what_if.resolve(name_or_path, settings)
    with connection.connect(autocommit=True) as conn:
        job = Job(name, parameters, adopting=adopting, clock=clock, blocks=blocks, searchers=searchers)
        return perform(conn, job, limits, watcher)


def main(
    scenario_name: ScenarioName,
    time_limit: TimeLimit = TIME_LIMIT_S,
    gap: Gap = 1e-4,
    threads: Threads = None,
    *,
    settings: Settings = [],  # noqa: B006 - Typer's way of an option given any number of times
    progress: ShowProgress = False,
    adopt: Adopt = False,
    blocks: BlocksWhen = Splitting.AUTO,
    workers: Workers = 0,
    scheduler: Scheduler = "",
    json_output: Json = False,
) -> None:
    """Solve a scenario, write the plan, audit it and publish it; adopt it while no other plan is adopted.

    A plan whose gap is wider than the scenario publishes (publication.mip_gap_max) is kept, but not
    published: the first line says so, and the exit code is 7. Ctrl-C keeps the best plan found so far: it is
    written, audited and published as any other. A second Ctrl-C, or one before there is a plan, ends the run
    as interrupted (exit code 130).
    """
    with signals.heeding_termination(), live.watching(is_wanted=progress) as watcher:
        adopting = Adopting.ALWAYS if adopt else Adopting.WHERE_NONE_IS
        clock = since_process_began(time_limit) if is_command() else Clock(time_limit)
        limits = Limits(time_limit, gap, threads)
        count = workers if workers or scheduler else _processes(threads)
        sharers = partial(sharing, count, scheduler, partial(typer.echo, err=True))
        asked = partial(sharing, workers, scheduler, partial(typer.echo, err=True))
        ended = solve_scenario(
            scenario_name,
            limits,
            watcher,
            settings=settings,
            adopting=adopting,
            clock=clock,
            blocks=Blocks(blocks, sharers),
            searchers=asked,
        )
    if json_output:
        typer.echo(json.dumps(asdict(ended.report)))
    else:
        is_kept = ended.publication == Publication.KEPT
        kept_above = ended.publication_mip_gap_max if is_kept else None
        show.show(ended.report, ended.adopted, kept_above, ended.recorder.moments())
    if ended.is_interrupted:
        typer.echo("note: stopped by the user; the best plan found so far is kept.", err=True)
    for note in ended.notes:
        typer.echo(f"note: {note}", err=True)
    if ended.error:
        raise ended.error
    if ended.publication == Publication.KEPT:
        raise typer.Exit(KEPT_EXIT_CODE)


def _processes(threads: int | None) -> int:
    """Return the processes that solve blocks side by side where no workers are given: 0 is this one."""
    count = core_count() if threads is None else min(threads, core_count())
    return count if count > 1 else 0


if __name__ == "__main__":
    run_app(lambda: typer.run(main))
