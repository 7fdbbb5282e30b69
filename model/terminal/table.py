"""Tables as wide as the terminal: columns that matter less are left out, and no number is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import render
from rich.measure import Measurement
from rich.table import Table

_ANY_WIDTH = 1_000_000


@dataclass(frozen=True)
class Column:
    """A column: its head, a cell a row, and how readily it is left out.

    With `rank` 0 it always stands there; the highest ranks go first, and columns of one rank together. `name`
    is what is said of a column that is left out. Cells that are no numbers (`is_text`) are broken where there
    is little room.
    """

    head: str
    cells: Sequence[str]
    rank: int = 0
    name: str = ""
    is_text: bool = False


def print_fitted(console: Console, title: str, columns: Sequence[Column]) -> None:
    """Print the columns that have room, and say below which others there are.

    A terminal that is too narrow for those of rank 0 has their cells on several lines, in full.
    """
    kept, gone = list(columns), list[str]()
    while not fits(console, kept) and (most := max(column.rank for column in kept)):
        gone = [*dict.fromkeys(column.name for column in kept if column.rank == most), *gone]
        kept = [column for column in kept if column.rank < most]
    console.print(_table(kept, title=title, is_broken=not fits(console, kept)))
    if gone:
        console.print(f"Not shown at {console.width} columns: {', '.join(gone)}.", soft_wrap=True)


def fits(console: Console, columns: Iterable[Column]) -> bool:
    """Tell whether columns have room side by side, with no word or number of a cell broken."""
    options = console.options.update(max_width=_ANY_WIDTH)
    return Measurement.get(console, options, _table(columns)).minimum <= console.width


def _table(columns: Iterable[Column], *, title: str | None = None, is_broken: bool = False) -> Table:
    columns = list(columns)
    table = Table(title=title, box=None, pad_edge=False)
    for column in columns:
        is_whole = not (column.is_text or is_broken)
        table.add_column(
            column.head,
            justify="left" if column.is_text else "right",
            overflow="fold",
            no_wrap=is_whole,
            min_width=_width(column) if is_whole else None,
        )
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _width(column: Column) -> int:
    lines = (line for text in (column.head, *column.cells) for line in render(text).split(allow_blank=True))
    return max(line.cell_len for line in lines)
