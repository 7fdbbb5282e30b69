"""The lines as one table: for the terminal, as Markdown, and as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from tests.benchmark.line import SOLVERS, Line
from tests.benchmark.measure import best_objective, compare, compare_plans, fault

HEAD = (
    "Seconds of solving count from when the solver has the rows of the model: for other solvers when its LP file is"
    " read, for this planner when its model is a matrix, and its greedy start counts; those of the whole command"
    " count from start to end. All have the same time limit and gap to reach, and the machine as it"
    " comes. The primal integral (Berthold 2013) is against the best objective value of the case, over the time"
    " limit: 0 s is best. Ratio: our time to the gap that the solver ended with, by its own; < where it never had"
    " a gap and > where we did not reach its gap: then the time limit stands for the time not known. Plans made phase"
    " by phase have no gap: there the verdict is on the objective value."
)
SIZES = (
    "Seconds of making the instances: load_s to draw and load the region (about none where another case had it"
    " loaded), read_s to read the inputs, build_s to build the model, lp_write_s to write its LP file; peak_gb is the"
    " memory of the last three."
)
COLUMNS = (
    "case", "solver", "objective", "dual bound", "known", "gap", "seconds", "to 1 %", "to 0.1 %", "to end gap",
    "primal integral, s", "read, s", "peak GB", "ratio", "verdict", "note",
)  # fmt: skip
_TEXT = {"case", "solver", "verdict", "note"}


@dataclass(frozen=True)
class Result:
    """The lines of a case, and the objective value of its published optimum if there is one."""

    lines: tuple[Line, ...]
    known: float | None = None


def rows(result: Result) -> list[tuple[str, ...]]:
    """Return the rows of a case, in the order of `COLUMNS`."""
    ours = next((line for line in result.lines if line.solver == "ours"), None)
    best = best_objective((line.course for line in result.lines), result.known)
    return [_row(line, ours, best, result.known) for line in result.lines]


def _row(line: Line, ours: Line | None, best: float | None, known: float | None) -> tuple[str, ...]:
    end, beside = line.course.end, None
    if ours is not None and line.solver == "sequence":
        beside = compare_plans(ours.course, line.course)
    elif ours is not None and line.solver not in {"ours", "command"}:
        beside = compare(ours.course, line.course, mip_gap=line.mip_gap, limit_s=line.limit_s)
    integral_s = None if best is None else line.course.primal_integral_s(best, line.limit_s)
    has_course = line.solver != "command"
    return (
        line.case,
        SOLVERS[line.solver],
        _written(end.objective, "{:.6f}"),
        _written(end.dual_bound, "{:.6f}"),
        _written(known, "{:.6f}"),
        _written(end.mip_gap, "{:.3%}"),
        _written(end.seconds if line.course.events else None, "{:.2f}"),
        _written(line.course.seconds_to(0.01) if has_course else None, "{:.2f}"),
        _written(line.course.seconds_to(0.001) if has_course else None, "{:.2f}"),
        _written(line.course.seconds_to_end_gap if has_course else None, "{:.2f}"),
        _written(integral_s if has_course else None, "{:.2f}"),
        _written(line.read_s, "{:.1f}"),
        _written(line.peak_gb, "{:.2f}"),
        "-" if beside is None else str(beside),
        "-" if beside is None else beside.verdict,
        "; ".join(filter(None, (line.note, fault(line.course, best, known)))) or "-",
    )


def _written(value: float | None, form: str) -> str:
    return "-" if value is None or value == float("inf") else form.format(value)


def for_terminal(results: Iterable[Result]) -> Table:
    """Return the table for people at a terminal."""
    made = Table(title=HEAD, title_justify="left")
    for column in COLUMNS:
        made.add_column(column, justify="left" if column in _TEXT else "right")
    for result in results:
        for row in rows(result):
            made.add_row(*row)
        made.add_section()
    return made


def as_markdown(results: Iterable[Result], sizes: Mapping[str, Mapping[str, float]]) -> str:
    """Return head and table as Markdown, and below it the sizes of the cases."""
    marks = ["---" if column in _TEXT else "---:" for column in COLUMNS]
    lines = [HEAD, "", _joined(COLUMNS), _joined(marks)]
    lines += [_joined(row) for result in results for row in rows(result)]
    columns = list(next(iter(sizes.values()), {}))
    lines += ["", SIZES, "", _joined(["case", *columns]), _joined(["---", *("---:" for _ in columns)])]
    lines += [_joined([case, *(f"{size[c]:,}" for c in columns)]) for case, size in sizes.items()]
    return "\n".join(lines) + "\n"


def _joined(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(results: list[Result], sizes: Mapping[str, Mapping[str, float]], file: Path) -> Path:
    """Write the table as Markdown, and beside it all events as lines of JSON; return the path of these."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_markdown(results, sizes), encoding="utf-8")
    raw = file.with_suffix(".jsonl")
    raw.write_text(
        "".join(f"{line.to_json()}\n" for result in results for line in result.lines), encoding="utf-8"
    )
    return raw
