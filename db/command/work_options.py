"""Options of commands that can share their work out."""

from __future__ import annotations

from typing import Annotated

import typer

WORKERS_MAX = 256

Workers = Annotated[
    int,
    typer.Option(
        min=0, max=WORKERS_MAX, help="Processes here that share the work; 0: one thing after the other."
    ),
]
Scheduler = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="Dask scheduler whose workers share the work, such as tcp://127.0.0.1:8786."
    ),
]
