"""Prints a load: its steps on standard error, its outcome on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table

from etl.loading.summary import LoadSummary


class Steps:
    """Shows each step as it begins, and the progress of downloads in bytes."""

    def __init__(self, console: Console, step: Bar | None = None, bytes_bar: Bar | None = None) -> None:
        self._console, self._step, self._bytes = console, step, bytes_bar
        self._task = step.add_task("looking for files", total=None) if step else None
        self._done, self._count = 0, 0

    def expect(self, count: int) -> None:
        """Take how many steps are to come, of which each is shown with its number."""
        self._done, self._count = 0, count

    def __call__(self, step: str) -> None:
        """Show a step."""
        if self._count:
            self._done += 1
            step = f"step {self._done} of {max(self._count, self._done)}: {step}"
        if self._step is None or self._task is None:
            self._console.print(escape(step), soft_wrap=True)
        else:
            self._step.update(self._task, description=escape(step))

    def note(self, text: str) -> None:
        """Print what is to stay to be read."""
        self._console.print(escape(text), soft_wrap=True)

    def download(self, name: str, total: int | None) -> Callable[[int], None]:
        """Return a function that is called with each number of bytes; without a terminal it shows nothing."""
        if self._bytes is None:
            return lambda _: None
        for done in list(self._bytes.task_ids):
            self._bytes.remove_task(done)
        bar, task = self._bytes, self._bytes.add_task(escape(name), total=total)
        return lambda count: bar.update(task, advance=count)


@contextmanager
def show_steps() -> Iterator[Steps]:
    """Show steps and downloads: as progress bars on a terminal, as lines of text elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Steps(console)
        return
    step = Bar(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    bytes_bar = Bar(TextColumn("  {task.description}"), *columns, console=console)
    with Live(Group(step, bytes_bar), console=console, transient=True):
        yield Steps(console, step, bytes_bar)


def print_summary(done: LoadSummary) -> None:
    """Print what was loaded, rejected and assumed, and the next step."""
    console = Console()
    label = " (synthetic: made up, not a real place)" if done.is_synthetic else ""
    state = "loaded" if done.is_new else "unchanged: the current load has the same content"
    if done.is_switched:
        state = "current again, with its plans: a former load has the same content"
    console.print(f"[bold]{escape(done.title)}[/]{label}, region '{done.region}': {state}.", soft_wrap=True)
    table = Table("source", "file", box=None, pad_edge=False)
    table.add_column("rows", justify="right")
    table.add_column("rejected", justify="right")
    for source in done.sources:
        rows, rejects = f"{source.row_count:,}", f"{source.reject_count:,}"
        table.add_row(source.source, escape(source.file_name), rows, rejects)
    console.print(table)
    for assumption in done.assumptions:
        console.print(f"assumed: {escape(assumption)}", soft_wrap=True)
    if done.lock_count:
        console.print(f"{done.lock_count} lock(s) went with places that planners had withdrawn.")
    if done.pruned_count:
        console.print(f"{done.pruned_count} former load(s) deleted.")
    console.print(f"load {done.load_id}, EPSG:{done.metric_srid}, {done.seconds:.0f} s. Rejects: raw.reject.")
    if done.region == "sample":
        console.print("The real region: make load REGION=waterloo DATA_DIR=<folder of its data>")
    console.print(
        "Next: planner solve --scenario phase1 (upgrades of stations that stand), or --scenario base "
        "(all that a plan may do).",
        soft_wrap=True,
    )
