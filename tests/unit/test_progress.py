"""What is kept of the progress of a solve: nothing that counts is lost, and little is kept of the rest."""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.codes import SolveStep
from model.data.progress import History, Moment
from model.run.progress import Recorder
from model.solver import watch
from model.solver.watch import Progress

SOLVER = Path(watch.__file__).parent


def history(moments: list[Moment], count_max: int = 20) -> History:
    found = History(count_max)
    for moment in moments:
        found.add(moment)
    return found


def long_search() -> list[Moment]:
    """A plan that grows by less and less, a bound that falls now and then, in three steps."""
    steps = [SolveStep.RELAXATION] * 100 + [SolveStep.SEARCH] * 3000 + [SolveStep.PROOF] * 900
    return [
        Moment(
            step,
            float(n),
            None if n < 50 else 80 - 30 / (n - 49),
            None if n < 10 else 81 + 100 / (1 + n // 7),
        )
        for n, step in enumerate(steps)
    ]


def test_a_long_solve_leaves_few_rows_and_loses_nothing_that_counts() -> None:
    moments = long_search()
    kept = history(moments, 200).moments
    assert len(kept) <= 200
    assert set(kept) <= set(moments)
    first_plan = next(m for m in moments if m.incumbent is not None)
    first_bound = next(m for m in moments if m.dual_bound is not None)
    assert {moments[0], first_bound, first_plan, moments[100], moments[3100], moments[-1]} <= set(kept)
    assert kept == sorted(kept, key=lambda m: m.elapsed_s)


def test_what_is_left_out_differs_little_from_what_stays() -> None:
    moments = long_search()
    kept = history(moments, 200).moments
    for moment in moments:
        shown = [m for m in kept if m.elapsed_s <= moment.elapsed_s][-1]
        assert (shown.incumbent is None) == (moment.incumbent is None)
        if moment.incumbent is not None and shown.incumbent is not None:
            assert moment.incumbent - shown.incumbent < 0.02 * moment.incumbent


def test_when_the_last_plan_came_is_kept_even_if_it_is_hardly_better() -> None:
    moments = long_search()
    better = replace(moments[-500], incumbent=80.0)
    same = [replace(m, incumbent=80.0, dual_bound=m.dual_bound) for m in moments[-499:]]
    kept = history([*moments[:-500], better, *same], 40).moments
    assert better in kept


def test_equal_steps_are_left_out_evenly() -> None:
    """A bound that falls by as much each time is thinned all along, not only where it began."""
    moments = [Moment(SolveStep.PROOF, float(n), None, 1000.0 - n / 10) for n in range(3000)]
    times = [m.elapsed_s for m in history(moments, 100).moments]
    assert max(b - a for a, b in pairwise(times)) < 300


@given(
    st.lists(
        st.builds(
            Moment,
            st.sampled_from([SolveStep.SEARCH, SolveStep.PROOF]),
            st.just(0.0),
            st.one_of(st.none(), st.floats(-1e3, 1e3)),
            st.one_of(st.none(), st.floats(-1e3, 1e3)),
            st.one_of(st.none(), st.integers(1, 3)),
        ),
        max_size=60,
    )
)
def test_what_is_borne_out_never_grows_worse_and_ends_as_it_ended(drawn: list[Moment]) -> None:
    found = history([replace(m, elapsed_s=float(n)) for n, m in enumerate(drawn)], 10)
    told = found.borne_out()
    assert len(told) <= len(found.moments)
    assert not any(replace(now, elapsed_s=before.elapsed_s) == before for before, now in pairwise(told))
    for before, now in pairwise(told):
        if before.priority_level == now.priority_level:
            assert now.incumbent is not None or before.incumbent is None
            assert (before.incumbent or -math.inf) <= (now.incumbent or math.inf) or now.incumbent is None
    for level in {m.priority_level for m in told}:
        ends = [m for m in found.moments if m.priority_level == level]
        if ends[-1].incumbent is not None:
            last = [m for m in told if m.priority_level == level][-1]
            assert last.incumbent == pytest.approx(
                ends[-1].incumbent, rel=1e-8
            )  # what is told leaves out rounding


def test_the_stopwatch_stands_between_two_solves() -> None:
    """Reading and building anew, once floors gave way, is not solving."""
    now = [0.0]
    recorder = Recorder(clock_s=lambda: now[0])
    with recorder.solving(SolveStep.GREEDY):
        now[0] = 3.0
    now[0] = 10.0
    with recorder.solving(SolveStep.FLOORS):
        now[0] = 11.0
    assert recorder.elapsed_s == 4.0
    assert [(m.step, m.elapsed_s) for m in recorder.moments()] == [("greedy", 0.0), ("floors", 3.0)]


def test_a_watcher_hears_all_that_is_recorded() -> None:
    heard: list[Progress] = []
    recorder, told = Recorder(heard.append), Progress(1.0, 2.0, 1.0, 0.5, "search", 3)
    recorder(told)
    assert heard == [told]
    (moment,) = recorder.moments()
    assert (moment.step, moment.incumbent, moment.dual_bound, moment.priority_level) == (
        "search",
        1.0,
        2.0,
        3,
    )


def test_what_was_found_before_floors_gave_way_is_forgotten() -> None:
    recorder = Recorder()
    recorder(Progress(None, 2.0, None, 0.0, "proof"))
    recorder.forget_values()
    recorder(Progress(None, 5.0, None, 0.0, "compile"))
    assert [(m.step, m.dual_bound) for m in recorder.moments()] == [("proof", None), ("compile", 5.0)]


def entered() -> set[str]:
    """Return every step that the solver says it enters."""
    found = {watch.Watch(None, 0.0).step}
    for path in SOLVER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "enter"
            ):
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


def test_the_database_knows_every_step_of_the_solver() -> None:
    assert {"compile", "search", "proof"} <= entered() <= set(SolveStep)
    with pytest.raises(ValueError, match="napping"):
        Recorder()(Progress(None, None, None, 0.0, "napping"))
