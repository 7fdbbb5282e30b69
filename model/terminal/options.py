"""The options of commands that solve: seconds, gap, threads."""

from __future__ import annotations

from typing import Annotated

import typer

from db.command.number_options import share_option, time_limit_option
from db.work.cores import core_count

TIME_LIMIT_S = 600.0
"""Without a limit of one's own a solve stops here: to prove the last digit of a large model may take days."""


def threads_beside(workers: int, scheduler: str = "") -> int | None:
    """Return the threads of each worker: its share of the cores, at a scheduler one; None without workers."""
    if scheduler:  # how many workers a machine has is not known here
        return 1
    return max(core_count() // workers, 1) if workers else None


def checked_threads(threads: int | None) -> int | None:
    """Return the threads asked for, or the number of cores where that is less; then a note says so."""
    if threads is None:
        return None
    cores = core_count()
    if threads > cores:
        typer.echo(f"note: --threads {threads} is more than this machine's cores: it gets {cores}.", err=True)
    return min(threads, cores)


TimeLimit = Annotated[float, time_limit_option("Seconds from start to end, at most; all steps count.")]
Gap = Annotated[
    float, share_option("--gap", "Stop when no plan can be better by this share of the objective")
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1, callback=checked_threads, help="Threads of the solver, at most as many as there are cores."
    ),
]
ScenarioName = Annotated[
    str, typer.Option("--scenario", help="Name in model/scenarios, or path of a .toml file.")
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Another value of a key of base.toml, or of a short name that --vary knows, such as budget=5e6.",
    ),
]
ShowProgress = Annotated[
    bool, typer.Option("--progress", help="Print progress to stderr even if it is not a terminal.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
