"""Shows how far a solve has come: one line that lives, on a terminal; lines one below the other elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from model.solver.objective_mode import Watcher
from model.solver.orchestrate import Progress


def words(progress: Progress) -> str:
    """Return the state of a solve as a line: plan, dual bound, gap, seconds, step."""
    plan = "no plan yet" if progress.incumbent is None else f"plan {progress.incumbent:.4f}"
    dual_bound = "" if progress.dual_bound is None else f", dual bound {progress.dual_bound:.4f}"
    gap = "" if progress.mip_gap is None else f", gap {progress.mip_gap:.2%}"
    return (
        f"{progress.elapsed_s:6.1f} s  {plan}{dual_bound}{gap}  ({progress.step}; Ctrl-C keeps the best plan)"
    )


@contextmanager
def watching(*, is_wanted: bool = False, title: str = "") -> Iterator[Watcher | None]:
    """Yield what a solve reports its progress to; None without a terminal, unless asked for."""
    console = Console(stderr=True)
    head = f"{title}: " if title else ""
    if console.is_terminal:
        with Live(Text(""), console=console, transient=True) as line:
            yield lambda progress: line.update(Text(head + words(progress)))
    elif is_wanted:
        yield lambda progress: console.print(Text(head + words(progress)), soft_wrap=True)
    else:
        yield None
