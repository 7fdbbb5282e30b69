"""Solves a run and variations of it, here or by workers, and shows how far that has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import psycopg
import typer

from db.common.errors import AuditRejectedError
from db.work.pool import HERE, Pool
from model.data.read.known import Known
from model.data.scenario import Scenario
from model.run import signals, standing_run, varied
from model.run.pipeline import Ended, Job, perform
from model.run.varied import Piece, Solved
from model.solver.objective_mode import Limits, Watcher
from model.terminal import live

Connection = psycopg.Connection[tuple[Any, ...]]


def watched(*, is_progress: bool) -> Callable[[Piece], Solved]:
    """Return what solves a piece here, and shows how far it has come."""

    def watching(title: str) -> AbstractContextManager[Watcher | None]:
        return live.watching(is_wanted=is_progress, title=title)

    return partial(varied.solve, watching=watching)


def base_run(
    conn: Connection, name: str, parameters: Scenario, known: Known, limits: Limits, *, is_progress: bool
) -> Ended:
    """Return the run that is varied: the one that the scenario has, or else one that is solved now.

    What there is to say of it is printed. `conn` is in autocommit mode.

    Raises:
        PlannerError: the scenario has no plan, or is not as it must be.
        KeyboardInterrupt: the user stopped it before there was a plan.
    """
    base = standing_run.find(conn, name, parameters, known)
    if base is None:
        with live.watching(is_wanted=is_progress, title=name) as watcher:
            base = perform(conn, Job(name, parameters, known=known), limits, watcher)
    if base.error:
        raise base.error
    for note in base.notes:
        typer.echo(f"note: {note}", err=True)
    return base


def solve_all(
    pool: Pool,
    pieces: Sequence[Piece],
    take: Callable[[Piece, Solved], None],
    *,
    told: Sequence[str],
    is_progress: bool,
) -> bool:
    """Solve pieces by the workers of `pool`; `take` gets each as it is done. Tell if the user stopped it.

    Ctrl-C ends it after the run that it stops. What workers have done is counted on a terminal, or where
    progress is wanted. Notes on the runs are printed once, unless people have been `told`.

    Raises:
        AuditRejectedError: a plan does not keep its rules.
        KeyboardInterrupt: the user stopped it here before there was a plan, or the process was told to end.
    """
    is_counted = pool is not HERE and (is_progress or sys.stderr.isatty())
    solve = watched(is_progress=is_progress) if pool is HERE else varied.solve
    known = set(told)
    try:
        for count, (piece, solved) in enumerate(pool.each(solve, pieces), start=1):
            if isinstance(solved.error, AuditRejectedError):
                raise solved.error
            take(piece, solved)
            for note in solved.notes:
                if note not in known:
                    typer.echo(f"note: {note}", err=True)
                    known.add(note)
            if is_counted:
                typer.echo(f"{count} of {len(pieces)} done: {piece.title}: {solved.status}", err=True)
            if solved.is_interrupted:
                return True
    except KeyboardInterrupt:
        if signals.is_terminated() or pool is HERE:
            raise
        return True
    return False
