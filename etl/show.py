"""Shows a load to the person at the terminal: steps on standard error, the outcome on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.read import Progress

if TYPE_CHECKING:
    from etl.load import LoadSummary


@contextmanager
def steps() -> Iterator[Progress]:
    """Give a function that shows each step as it begins: one moving line on a terminal, lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda step: console.print(escape(step), soft_wrap=True)
        return
    with Bar(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("looking for files", total=None)
        yield lambda step: bar.update(task, description=escape(step))


def summary(done: LoadSummary) -> None:
    """Print what was loaded, what was rejected and what is assumed, and what to do next."""
    console = Console()
    label = " (synthetic: made up, says nothing about a real place)" if done.is_synthetic else ""
    state = "loaded" if done.is_new else "unchanged: the current load holds the same content already"
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
    if done.pruned_count:
        console.print(f"{done.pruned_count} former load(s) deleted.")
    console.print(f"load {done.load_id}, EPSG:{done.metric_srid}, {done.seconds:.0f} s. Rejects: raw.reject.")
    if done.region == "sample":
        console.print("The real region: make load REGION=waterloo DATA_DIR=<folder of its data>")
