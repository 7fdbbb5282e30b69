"""The other solvers on an LP file, as they come but for time and gap, and what they tell while they work."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
from collections.abc import Iterator
from typing import Any

from tests.benchmark.instance import Folder
from tests.benchmark.recorder import UNKNOWN, Recorder


def highs(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float, *, has_start: bool) -> None:
    """HiGHS, cold or with the greedy plan to begin with; its callbacks tell."""
    import highspy

    from model.solver.highs import must, set_option

    h = highspy.Highs()
    set_option(h, "output_flag", False)  # noqa: FBT003 - the solver's own signature
    must(h.readModel(str(folder.lp)), "readModel")
    if has_start and not _take_start(h, folder.start()):
        return
    recorder.begin()
    set_option(h, "time_limit", limit_s)
    set_option(h, "mip_rel_gap", mip_gap)

    def tell(event: Any) -> None:
        recorder.tell(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)

    h.cbMipInterrupt.subscribe(tell)
    h.cbMipImprovingSolution.subscribe(tell)
    must(h.run(), "run", may_warn=True)
    info = h.getInfo()
    has_plan = h.getSolution().value_valid
    recorder.tell(info.objective_function_value if has_plan else None, info.mip_dual_bound, is_end=True)


def _take_start(h: Any, begin: dict[str, float]) -> bool:
    """Give HiGHS values by name; return False where there are none."""
    import numpy as np

    from model.solver.highs import must

    places = [h.getColByName(name) for name in begin]
    for name, (status, _) in zip(begin, places, strict=True):
        must(status, f"getColByName({name!r})")
    columns = np.array([column for _, column in places], dtype=np.int32)
    if begin:
        must(h.setSolution(len(columns), columns, np.array(list(begin.values()))), "setSolution")
    return bool(begin)


def scip(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    """SCIP; an event handler tells, and goes on while SCIP clears its tree: what it says then counts no more."""
    from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model

    heard = (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.DUALBOUNDIMPROVED)

    def tell(*, is_end: bool = False) -> None:
        objective = second.getPrimalbound() if second.getNSols() else None
        recorder.tell(objective, second.getDualbound(), is_end=is_end)

    class Teller(Eventhdlr):  # type: ignore[misc]
        """Tells of better plans and dual bounds."""

        def eventinit(self) -> None:
            for kind in heard:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in heard:
                self.model.dropEvent(kind, self)

        def eventexec(self, _event: Any) -> None:
            tell()

    second = Model()
    second.hideOutput()
    second.readProblem(str(folder.lp))
    recorder.begin()
    second.includeEventhdlr(Teller(), "teller", "tells of better plans and dual bounds")
    second.setParam("limits/time", limit_s)
    second.setParam("limits/gap", mip_gap)
    second.optimize()
    tell(is_end=True)


def cbc(folder: Folder, recorder: Recorder, limit_s: float, mip_gap: float) -> None:
    """CBC, as the program that PuLP brings; its log tells, line by line as it comes."""
    import pulp

    command = [
        pulp.PULP_CBC_CMD().path,
        str(folder.lp),
        *("-ratioGap", str(mip_gap)),
        *("-timeMode", "elapsed"),
        *("-sec", str(limit_s)),
        "-solve",
    ]
    log = CbcLog(mip_gap)
    for line in _lines_at_once(command):
        if line.startswith("seconds was changed"):  # CBC reads the file before its options
            recorder.begin()
        if log.read(line):
            recorder.tell(log.objective, log.dual_bound)
    recorder.tell(log.objective, log.dual_bound, is_end=True)


def _lines_at_once(command: list[str]) -> Iterator[str]:
    """Run a program on a terminal of its own and yield its lines: to a pipe it would write them in blocks.

    Raises:
        CalledProcessError: it failed.
    """
    ours, its = pty.openpty()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=its) as process:
        os.close(its)
        # Linux reports an error once the program has ended and all is read
        with os.fdopen(ours, encoding="utf-8", errors="replace") as lines, contextlib.suppress(OSError):
            yield from lines
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


_NUMBER = r"(-?\d[\d.]*(?:e[+-]?\d+)?)"
_RELAXED = re.compile(rf"^Continuous objective value is {_NUMBER}")
_UPPER = re.compile(rf"^Upper bound: +{_NUMBER}")
_PLAN = re.compile(rf"^Cbc\d+I Integer solution of {_NUMBER} found")
_BOTH = re.compile(
    rf"^Cbc\d+I (?:After \d+ nodes, .* {_NUMBER} best solution, best possible {_NUMBER}"
    rf"|Partial search - best objective {_NUMBER} \(best possible {_NUMBER}\))"
)
_CUT = re.compile(rf"^Cbc0013I At root node, .* changed objective from \S+ to {_NUMBER}")
_COMPLETED = re.compile(rf"^Cbc0001I Search completed - best objective {_NUMBER}")


class CbcLog:
    """What the log of CBC has said of a model to be maximised, so far.

    In its messages (`Cbc...I`) CBC minimises the negative. A search that is completed is so to the gap asked
    for, hence its dual bound is the objective value and the gap, if no lower one was told.
    """

    def __init__(self, mip_gap: float) -> None:
        """Begin with nothing known."""
        self.mip_gap = mip_gap
        self.objective: float | None = None
        self.dual_bound: float | None = None

    def read(self, line: str) -> bool:
        """Take in a line; tell whether it says anything of incumbent or dual bound."""
        if found := _RELAXED.match(line) or _UPPER.match(line):
            self._lower(_at_most(found[1], 1))
        elif found := _PLAN.match(line):
            self._raise(-float(found[1]))
        elif found := _CUT.match(line):
            self._lower(_at_most(found[1], -1))
        elif found := _BOTH.match(line):
            objective, dual_bound = (text for text in found.groups() if text is not None)
            self._raise(-float(objective))
            self._lower(_at_most(dual_bound, -1))
        elif found := _COMPLETED.match(line):
            objective = -float(found[1])
            self._raise(objective)
            self._lower(objective + self.mip_gap * abs(objective))
        return found is not None

    def _raise(self, objective: float) -> None:
        if abs(objective) < UNKNOWN:
            self.objective = objective if self.objective is None else max(self.objective, objective)

    def _lower(self, dual_bound: float) -> None:
        if abs(dual_bound) < UNKNOWN:
            self.dual_bound = dual_bound if self.dual_bound is None else min(self.dual_bound, dual_bound)


def _at_most(text: str, sign: int) -> float:
    """Return the greatest number that CBC may have rounded to this text."""
    _, _, decimals = text.partition(".")
    return sign * float(text) + (0.0 if "e" in text else 0.5 * 10.0 ** -len(decimals))
