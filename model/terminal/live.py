"""Shows how far a solve has come: a line and a chart that live on a terminal; elsewhere line after line."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from model.data.codes import SolveStep
from model.data.progress import History, Moment
from model.solver.objective_mode import Watcher
from model.solver.orchestrate import Progress
from model.terminal import chart


def words(progress: Progress) -> str:
    """Return the state of a solve as a line: plan, dual bound, gap, seconds, step."""
    plan = "no plan yet" if progress.incumbent is None else f"plan {progress.incumbent:.4f}"
    dual_bound = "" if progress.dual_bound is None else f", dual bound {progress.dual_bound:.4f}"
    gap = "" if progress.mip_gap is None else f", gap {progress.mip_gap:.2%}"
    level = "" if progress.priority_level is None else f"priority level {progress.priority_level}, "
    return (
        f"{progress.elapsed_s:6.1f} s  {plan}{dual_bound}{gap}"
        f"  ({level}{progress.step}; Ctrl-C keeps the best plan)"
    )


class Picture:
    """The state of a solve as a terminal shows it: the line, whose seconds go on, and the chart below it."""

    def __init__(self, head: str, *, has_chart: bool) -> None:
        self._head, self._has_chart = head, has_chart
        self._lock = threading.Lock()
        self._history = History()
        self._last: Progress | None = None
        self._told_s = 0.0

    def tell(self, progress: Progress) -> None:
        """Take what a solver tells, in whichever thread."""
        moment = Moment(
            *(SolveStep(progress.step), progress.elapsed_s, progress.incumbent, progress.dual_bound),
            progress.priority_level,
        )
        with self._lock:
            before = self._history.moments[-1:]
            if before and (
                before[0].priority_level != moment.priority_level or moment.step == SolveStep.COMPILE
            ):
                self._history = History()  # another solve begins, with an objective of its own
            self._history.add(moment)
            self._last, self._told_s = progress, time.monotonic()

    def __call__(self) -> Group:
        """Return what is to be seen now."""
        with self._lock:
            moments, last, since_s = self._history.borne_out(), self._last, time.monotonic() - self._told_s
        if last is None:
            return Group()
        now_s = last.elapsed_s + since_s
        line = Text(self._head + words(replace(last, elapsed_s=now_s)))
        if self._has_chart and chart.is_worth_it(moments, now_s):
            return Group(line, chart.chart(moments, now_s))
        return Group(line)


@contextmanager
def watching(*, is_wanted: bool = False, title: str = "") -> Iterator[Watcher | None]:
    """Yield what a solve reports its progress to; None without a terminal, unless asked for."""
    console = Console(stderr=True)
    head = f"{title}: " if title else ""
    if console.is_terminal:
        picture = Picture(head, has_chart=chart.can_show(console))
        with Live(console=console, transient=True, get_renderable=picture):
            yield picture.tell
    elif is_wanted:
        yield lambda progress: console.print(Text(head + words(progress)), soft_wrap=True)
    else:
        yield None
