"""A solver in a process of its own: what it tells, what it is told, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from scipy import sparse

from db.environment import CHECKOUT
from model.formulation.build import build
from model.solver import orchestrate, whole_model
from model.solver.compiled import Compiled, compiled
from model.solver.highs import SolverEnd
from model.solver.large_neighbourhood import Search, search_space
from model.solver.lp_relaxation import relax
from model.solver.matrix import Matrix, Vector
from model.solver.prover import Prover
from model.solver.solve_matrix import Limits
from model.solver.watch import Watch
from model.solver.worker import wait
from tests.support.towns import demanding, searched, town

LIMITS = Limits(threads=1, is_thorough=True)


def hard() -> Matrix:
    """A knapsack of 40 rows that no solver settles in a minute: whole numbers of many like columns."""
    random = np.random.default_rng(1)
    rows = sparse.csr_array(random.integers(1, 100, (40, 60)).astype(float))
    total = rows.sum(axis=1)
    return Matrix(
        gain=random.integers(90, 110, 60).astype(float),
        constant=0.0,
        rows=rows,
        row_lower=np.full(40, -np.inf),
        row_upper=np.floor(total / 2),
        lower=np.zeros(60),
        upper=np.ones(60),
        is_integer=np.ones(60, dtype=bool),
    )


@pytest.fixture
def form() -> Compiled:
    return compiled(build(town(8, 6)))


def test_a_plan_is_proved_where_nothing_better_is_left(form: Compiled) -> None:
    """As with a prover: the dual bound falls to the plan. Of the whole model that is no proof, but a fault."""
    values = whole_model.complete(form, frozenset(), Watch(60, 0.0), threads=1)
    assert values is not None
    nothing = form.matrix.within(form.matrix.upper + 1, form.matrix.upper)
    for matrix, is_proved in ((nothing, True), (None, False)):
        watch = Watch(60, 0.0)
        watch.keep(values, form.matrix.objective_value(values))
        if matrix is None:
            form = replace(form, matrix=nothing)
        assert not whole_model.finish(form, watch, threads=1, matrix=matrix)
        assert (watch.dual_bound == watch.objective_value) == is_proved
        assert watch.is_settled == is_proved


def test_it_has_the_last_word_on_a_model(form: Compiled) -> None:
    """The optimum, a dual bound no lower, and both are the watch's as soon as they are found."""
    best = whole_model.solve(build(town(8, 6)), mip_gap=0).objective
    watch = Watch(60, 0.0)
    with closing(Prover(form.matrix, form.matrix, LIMITS, watch)) as prover:
        wait(watch, prover.worker)
    assert watch.is_settled
    assert prover.found is not None
    assert prover.found.status == SolverEnd.OPTIMAL
    assert watch.objective_value == pytest.approx(best, abs=1e-6)
    assert watch.dual_bound == pytest.approx(best, abs=1e-4)


def market_split() -> tuple[Matrix, Vector]:
    """Whole numbers that add up six times to given sums, and the only ones known: solvers look for such for hours.

    Cornuejols and Dawande (1998), "A class of hard small 0-1 programs".
    """
    random = np.random.default_rng(2)
    rows = sparse.csr_array(random.integers(0, 100, (6, 50)).astype(float))
    values = random.integers(0, 2, 50).astype(float)
    sums = rows @ values
    columns = np.zeros(50), 0.0, rows, sums, sums, np.zeros(50), np.ones(50), np.ones(50, dtype=bool)
    return Matrix(*columns), values


def test_it_takes_the_better_plans_of_others() -> None:
    matrix, values = market_split()
    watch = Watch(120, 0.0)
    with closing(Prover(matrix, matrix, LIMITS, watch)) as prover:
        watch.keep(values, 0.0)
        wait(watch, prover.worker)
    assert prover.found is not None
    assert prover.found.status == SolverEnd.OPTIMAL
    assert (prover.found.values == values).all()


def test_it_is_over_when_the_time_is_over_whatever_it_does() -> None:
    """A process that answers nobody, as HiGHS does in long steps, is ended with the time of the watch."""
    watch = Watch(1.0, 0.0)
    with closing(Prover(hard(), hard(), LIMITS, watch)) as prover:
        os.kill(prover.worker.pid, signal.SIGSTOP)
        wait(watch, prover.worker)
        assert prover.worker.is_running
    assert not prover.worker.is_running
    with pytest.raises(ProcessLookupError):
        os.kill(prover.worker.pid, 0)


def test_it_goes_with_the_process_that_began_it() -> None:
    """However that ends, nothing is left at work."""
    program = (
        "from tests.system.test_prover import *\n"
        "watch = Watch(None, 0.0)\n"
        "prover = Prover(hard(), hard(), LIMITS, watch)\n"
        "print(prover.worker.pid, flush=True)\n"
        "wait(watch, prover.worker)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=CHECKOUT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.kill()
    until = monotonic() + 60
    while Path(f"/proc/{pid}").exists() and monotonic() < until:
        sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_a_process_that_dies_is_a_failure_that_can_be_told() -> None:
    watch = Watch(60, 0.0)
    with closing(Prover(hard(), hard(), LIMITS, watch)) as prover:
        os.kill(prover.worker.pid, signal.SIGKILL)
        wait(watch, prover.worker)
    assert prover.worker.failure == "The process of the solver ended with -9."
    assert not watch.is_settled


def test_what_it_calls_infeasible_is_not_believed_where_there_is_a_plan(form: Compiled) -> None:
    """Of a matrix that may lack the plan there is, it means that none is better."""
    values = whole_model.complete(form, frozenset(), Watch(60, 0.0), threads=1)
    assert values is not None
    value = form.matrix.objective_value(values)
    nothing = form.matrix.within(np.maximum(form.matrix.lower, 1.0), np.maximum(form.matrix.upper, 1.0))
    for left_out, is_settled in ((-float("inf"), False), (value, True)):
        watch = Watch(60, 0.0)
        watch.keep(values, value)
        with closing(Prover(nothing, form.matrix, LIMITS, watch, value_left_out=left_out)) as prover:
            wait(watch, prover.worker)
        assert prover.is_infeasible
        assert watch.is_settled is is_settled
        assert (watch.dual_bound == value) is is_settled


def test_a_prover_begins_again_from_a_much_better_plan_once_the_search_rests(form: Compiled) -> None:
    """Not as long as the search finds more, nor from a plan that is little better than the one it has."""
    m = build(town(8, 6))
    best = whole_model.solve(build(town(8, 6)), mip_gap=0)
    watch = Watch(60, 0.0)
    relaxation = relax(form.matrix, watch, time_limit_s=60, threads=1)
    with ExitStack() as ends:
        way = orchestrate.Way(form, m, watch, best.plan, 1, 2, ends, relaxation=relaxation)
        way.prove(hard())  # at work for as long as it takes here
        way.begin()
        search = Search(search_space(form, m.inputs), watch, 1)
        way.prove_anew(search)
        assert len(way.provers) == 1
        search.stale = 10
        way.prove_anew(search)
        assert [prover.worker.is_running for prover in way.provers] == [False, True]
        way.prove_anew(search)
        assert len(way.provers) == 2
        wait(watch, way.provers[-1].worker)
    assert watch.is_settled
    assert watch.dual_bound == pytest.approx(best.objective, abs=1e-4)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_large_model_is_solved_with_provers_as_a_small_one_is(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = whole_model.solve(build(town(8, 6)), mip_gap=0).objective
    monkeypatch.setattr(orchestrate, "LARGE_NONZERO_COUNT", 0)
    found = orchestrate.solve(build(town(8, 6)), mip_gap=0, large_nonzero_count=0, threads=threads)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best, abs=1e-6)


def test_a_large_model_without_a_plan_is_said_to_be_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orchestrate, "LARGE_NONZERO_COUNT", 0)
    assert searched(demanding(8, 4, 0.9)).status == "infeasible"
