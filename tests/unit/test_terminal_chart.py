"""The chart of a solve on a terminal: eighty columns, both lines where they belong, nothing for a quick solve."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from model.data.codes import SolveStep
from model.data.progress import Moment
from model.solver.watch import Progress
from model.terminal import chart, show
from model.terminal.live import Picture

SEARCH = SolveStep.SEARCH
MOMENTS = [
    Moment(SolveStep.START, 0.1, None, 100.0),
    Moment(SEARCH, 2.0, 70.0, 100.0),
    Moment(SEARCH, 8.0, 78.0, 90.0),
    Moment(SEARCH, 60.0, 82.0, 83.0),
    Moment(SolveStep.PROOF, 108.0, 82.0, 82.02),
]


def drawn(moments: list[Moment], end_s: float) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    console.print(chart.chart(moments, end_s))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def height(line: str, lines: list[str]) -> int:
    return next(n for n, found in enumerate(lines) if line in found)


def test_it_fits_eighty_columns_and_names_its_lines() -> None:
    lines = drawn(MOMENTS, 110.0)
    assert max(map(len, lines)) <= 80
    assert height("bound 82.0200", lines) < height("plan 82.0000", lines) < height(" 70 │", lines)
    assert lines[-1].split() == ["0", "s", "110", "s"]


def test_the_first_plan_stands_at_the_lower_edge_and_left_of_better_ones() -> None:
    lines = drawn(MOMENTS, 110.0)
    first = lines[height(" 70 │", lines)].partition("│")[2]
    assert first.strip()
    assert len(first.rstrip()) < 6, "at 2 s of 110 a better plan follows at 8 s"


@pytest.mark.parametrize("value", [0.0, -3.0, 1e9])
def test_one_plan_and_its_proof_are_drawn_whatever_the_value(value: float) -> None:
    moments = [Moment(SEARCH, 0.5, value, None), Moment(SEARCH, 3.0, value, value)]
    lines = drawn(moments, 4.0)
    assert max(map(len, lines)) <= 80
    assert any(f"plan {chart.figure(value)}" in line for line in lines)


def test_a_quick_solve_or_one_without_a_plan_has_no_chart() -> None:
    assert chart.is_worth_it(MOMENTS, 110.0)
    assert not chart.is_worth_it(MOMENTS, 0.9)
    assert not chart.is_worth_it(MOMENTS[:1], 110.0)


def report(solve_s: float) -> Any:
    return SimpleNamespace(
        scenario="a", run_id=1, status="feasible", coverage={}, actions={}, capex_cad=None, net_capex_cad=None,
        currency="CAD", objective=82.0, dual_bound=82.02, gap=0.0002, seconds=SimpleNamespace(solve=solve_s),
        steps={"work_out": 1.2, "read": 0.01, "search": 60.04, "other": 0.0},
    )  # fmt: skip


def test_without_a_terminal_the_progress_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show.show(report(110.0), None, None, MOMENTS)
    out = capsys.readouterr().out
    assert "first plan 70.0000 after 2.0 s, last one 82.0000 after 60.0 s, last dual bound 82.0200" in out
    assert "│ work out 1.2, search 60.0; in all 61.2" in " ".join(out.split()).replace("┃", "│")
    assert "⠤" not in out


def test_a_quick_solve_says_nothing_of_its_progress(capsys: pytest.CaptureFixture[str]) -> None:
    show.show(report(0.5), None, None, MOMENTS)
    assert "first plan" not in capsys.readouterr().out


def test_the_live_picture_begins_anew_with_each_priority_level() -> None:
    picture = Picture("point 1: ", has_chart=True)
    for level, value in ((1, 5.0), (2, 80.0)):
        for n, step in enumerate(("compile", "start", "search")):
            plan = value + n if n else None
            picture.tell(Progress(plan, value + 9, None, 10.0 * n, step, level))
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    console.print(picture())
    assert isinstance(console.file, io.StringIO)
    out = console.file.getvalue()
    assert "point 1: " in out
    assert "priority level 2, search" in out
    assert "plan 82.0000" in out
    assert " 81 │" in out, "the first plan of this level is the lower edge"
