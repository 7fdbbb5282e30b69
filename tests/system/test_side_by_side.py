"""What works beside the search, each in a process of its own: the relaxation, other searches, the worker itself."""

from __future__ import annotations

import copy
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest

from db.environment import CHECKOUT
from model.formulation.build import build
from model.solver import orchestrate, whole_model
from model.solver.compiled import Compiled, compiled
from model.solver.large_neighbourhood import Search, SearchSpace, search_space
from model.solver.lp_relaxation import Relaxation, relax
from model.solver.relaxer import Relaxer
from model.solver.searcher import Searcher
from model.solver.watch import Watch
from model.solver.worker import Offered, Tell, Worker, wait
from tests.support.towns import town

INPUTS = town(8, 6)


@pytest.fixture
def form() -> Compiled:
    return compiled(build(INPUTS))


@pytest.fixture
def space(form: Compiled) -> SearchSpace:
    return search_space(form, INPUTS)


@dataclass
class Echo:
    """A job that tells what it was made with, then what it is offered, and fails if that is "nothing"."""

    text: str

    def __call__(self, tell: Tell, offered: Offered) -> None:
        tell("text", self.text)
        what = None
        while what is None:
            what = offered()
        if what == "nothing":
            raise RuntimeError("It was offered nothing.")
        tell("text", what)


@pytest.mark.parametrize(
    ("offer", "told", "failure"), [("b", ["a", "b"], None), ("nothing", ["a"], "It was offered nothing.")]
)
def test_a_worker_does_its_job_and_says_how_it_failed(
    offer: str, told: list[str], failure: str | None
) -> None:
    heard: list[tuple[str, object]] = []
    watch = Watch(60, 0.0)
    with closing(Worker()) as worker:
        assert not worker.is_running
        worker.begin(Echo("a"), lambda kind, what: heard.append((kind, what)))
        worker.offer(offer)
        wait(watch, worker)
        assert not worker.is_running
    assert heard == [("text", text) for text in told]
    assert worker.failure == failure


def said(worker: Worker, text: str, offer: str) -> list[object]:
    """What a worker tells that echoes a text and what it is offered."""
    heard: list[object] = []
    worker.begin(Echo(text), lambda _, what: heard.append(what))
    worker.offer(offer)
    wait(Watch(60, 0.0), worker)
    return heard


def test_a_process_that_has_done_its_job_does_the_next_and_hears_nothing_that_was_for_the_last() -> None:
    with closing(Worker()) as first:
        assert said(first, "a", "b") == ["a", "b"]
        first.offer("too late")
        first_cpu_s = first.cpu_s
    assert Path(f"/proc/{first.pid}").exists()
    with closing(Worker()) as second:
        assert second.pid == first.pid
        first.offer("not its own any more")
        first.close()
        assert said(second, "c", "d") == ["c", "d"]
        times = psutil.Process(second.pid).cpu_times()
        assert 0 < first_cpu_s <= times.user + times.system - second.cpu_s  # each job has its own


def no_memory() -> None:
    raise MemoryError("There is no memory for the job.")


class TooLarge:
    """A job that a process cannot read."""

    def __call__(self, _tell: Tell, _offered: Offered) -> None: ...

    def __reduce__(self) -> tuple[object, ...]:
        return no_memory, ()


def test_a_job_that_a_process_cannot_read_is_not_waited_for() -> None:
    with closing(Worker()) as worker:
        worker.begin(TooLarge(), lambda _kind, _what: None)
        wait(Watch(60, 0.0), worker)
        assert worker.failure == "There is no memory for the job."
    assert not is_there(worker.pid)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_process_that_nobody_hears_any_more_is_not_there_for_others() -> None:
    def deaf(_kind: str, _what: object) -> None:
        raise RuntimeError("What was told is not wanted.")

    with closing(Worker()) as worker:
        worker.begin(Echo("a"), deaf)
        wait(Watch(60, 0.0), worker)
        assert not worker.is_running
    assert not is_there(worker.pid)


def test_a_process_that_was_never_asked_for_anything_is_there_for_the_next_worker() -> None:
    with closing(Worker()) as first, closing(Worker()) as other:
        assert first.pid != other.pid
    with closing(Worker()) as second:
        assert second.pid in (first.pid, other.pid)
    assert second.failure is None


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_process_at_work_that_failed_or_that_holds_much_memory_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(Worker()) as at_work:
        at_work.begin(Echo("a"), lambda _kind, _what: None)
    assert not is_there(at_work.pid)
    with closing(Worker()) as failed:
        said(failed, "a", "nothing")
    assert not is_there(failed.pid)
    monkeypatch.setattr("model.solver.worker._IDLE_MEMORY_MAX_BYTES", 1 << 20)
    with closing(Worker()) as large:
        said(large, "a", "b")
    assert not is_there(large.pid)


def test_a_process_that_was_killed_while_it_had_nothing_to_do_is_not_taken() -> None:
    with closing(Worker()) as first:
        pass
    killed = psutil.Process(first.pid)
    killed.kill()
    while killed.status() != psutil.STATUS_ZOMBIE:
        pass
    with closing(Worker()) as second:
        assert second.pid != first.pid
        assert said(second, "a", "b") == ["a", "b"]


def test_a_process_belongs_to_the_one_that_began_it() -> None:
    """A fork of that has none of its own, and once that is gone it ends."""
    text = (
        "import os; from contextlib import closing; from model.solver.worker import Worker\n"
        "with closing(Worker()) as first: pass\n"
        "print(first.pid, flush=True)\n"
        "if os.fork() == 0:\n"
        "    with closing(Worker()) as second: print(second.pid, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=CHECKOUT
    )
    first, second = map(int, ended.stdout.split())
    assert first != second
    psutil.wait_procs([psutil.Process(pid) for pid in (first, second) if psutil.pid_exists(pid)], timeout=60)
    assert not is_there(first)
    assert not is_there(second)


def test_a_matrix_is_sent_to_another_process_without_what_was_worked_out_from_it(form: Compiled) -> None:
    """Another thread may be working it out at that moment."""
    assert form.matrix.integers.size
    assert form.matrix.row_tolerance.size
    sent = copy.copy(form.matrix)  # takes what a pickle takes
    assert not {"integers", "row_tolerance", "pattern"} & sent.__dict__.keys()
    assert (sent.row_tolerance == form.matrix.row_tolerance).all()


def test_the_relaxation_beside_is_that_here(form: Compiled) -> None:
    here = relax(form.matrix, Watch(None, 0.0), time_limit_s=60.0, threads=1)
    found: list[Relaxation] = []
    watch = Watch(60, 0.0)
    with closing(Relaxer(form.matrix, watch, found.append, time_limit_s=60.0)) as relaxer:
        wait(watch, relaxer.worker)
    assert [one.status for one in found] == ["optimal"]
    assert found[0].dual_bound == here.dual_bound
    assert (found[0].values == here.values).all()


def test_a_relaxation_that_nobody_waits_for_is_never_begun(form: Compiled) -> None:
    found: list[Relaxation] = []
    with closing(Relaxer(form.matrix, Watch(60, 0.0), found.append, time_limit_s=60.0, delay_s=50.0)):
        pass
    assert not found


def test_another_search_finds_better_plans_and_hears_of_them(form: Compiled, space: SearchSpace) -> None:
    """From nothing it finds plans; told of the best one, it has nothing to add."""
    best = whole_model.solve(build(INPUTS), mip_gap=0)
    nothing = whole_model.complete(form, frozenset(), Watch(None, 0.0), threads=1)
    optimum = whole_model.complete(form, best.plan, Watch(None, 0.0), threads=1)
    assert nothing is not None
    assert optimum is not None
    for first, least in ((nothing, 1), (optimum, 0)):
        watch = Watch(60, 0.0)
        watch.keep(first, form.matrix.objective_value(first))
        heard: list[float] = []
        watch.listeners.append(lambda values, to=heard: to.append(form.matrix.objective_value(values)))
        with closing(Searcher(space, form.matrix, watch, seed=1)) as searcher:
            if least == 0:
                searcher.worker.offer(optimum)
            wait(watch, searcher.worker)
        assert searcher.worker.failure is None
        assert len(heard) >= least
        assert all(one < two for one, two in pairwise(heard))
        assert watch.objective_value <= best.objective + 1e-6  # type: ignore[operator]


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_with_however_many_processors_the_plan_is_as_good(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = whole_model.solve(build(INPUTS), mip_gap=0).objective
    monkeypatch.setattr(orchestrate, "LARGE_NONZERO_COUNT", 0)
    monkeypatch.setattr(orchestrate, "LARGE_VARIABLE_COUNT", 0)
    monkeypatch.setattr(orchestrate, "core_count", lambda: cores)
    found = orchestrate.solve(build(INPUTS), mip_gap=0, large_nonzero_count=0)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best, abs=1e-6)


def neighbourhood(space: SearchSpace, kind: str, size: float) -> np.ndarray:
    """The choices of one neighbourhood, where the plan does nothing."""
    watch = Watch(None, 0.0, dual_bound=1.0, objective_value=0.0)
    search = Search(space, watch)
    one = next(k for k in search._kinds if k.name == kind)
    one.size = size
    return np.flatnonzero(search._neighbourhood(one, space.matrix.lower))


def test_a_neighbourhood_of_like_ports_and_one_of_like_cost(space: SearchSpace) -> None:
    """Of 64 choices 8 leave other ports, and 8 cost 5 CAD more than all others."""
    choices = np.flatnonzero(space.phase >= 0)
    layout, net_cad = space.layout.copy(), space.net_cad.copy()
    layout[choices[:8]] = 1
    net_cad[choices[-8:]] += 5.0
    drawn = SearchSpace(
        space.matrix, space.place_m, space.phase, layout, net_cad, space.centre_weight, space.loss
    )
    assert len(np.unique(layout[neighbourhood(drawn, "ports", 8)])) == 1
    assert len(np.unique(net_cad[neighbourhood(drawn, "money", 8)])) == 1


def test_the_search_heeds_a_relaxation_once_it_is_there(form: Compiled, space: SearchSpace) -> None:
    relaxation = relax(form.matrix, Watch(None, 0.0), time_limit_s=60.0, threads=1)
    begun = whole_model.complete(form, frozenset(), Watch(None, 0.0), threads=1)
    assert begun is not None
    watch = Watch(None, 0.0)
    watch.keep(begun, form.matrix.objective_value(begun))
    told: list[Relaxation] = []
    search = Search(space, watch, 1, guide=lambda: told[-1] if told else None)
    assert not search.space.is_guided
    search.before_step = lambda: told.append(relaxation)
    search.run()
    assert search.space.is_guided
    assert (search.space.centre_weight[form.choices] == np.clip(relaxation.values[form.choices], 0, 1)).all()
    assert watch.objective_value == pytest.approx(whole_model.solve(build(INPUTS), mip_gap=0).objective)
