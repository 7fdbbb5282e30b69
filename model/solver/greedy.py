"""A good plan at once, to start the solver from: the best change per CAD, again and again.

Each step keeps the rules and definitions that say what they leave to a growing plan (`room`), and changes a
site once. It goes for what locks ask for and the least coverage before anything else. It may miss these, and
rules of which a single change does not tell; then the solver has to repair the plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from model.data.codes import LockEffect
from model.data.inputs import Inputs, Option, Plan
from model.solver.growing import Coverage, Growing

_TINY = 1e-12


def greedy(inputs: Inputs, is_late: Callable[[], bool] = lambda: False) -> Plan:
    """Return the better of two greedy plans: most gain per CAD first, and most gain first.

    Once `is_late` says so nothing more is taken: what is chosen by then is the plan. Where all that is
    offered costs the same the two are one.
    """
    coverage = Coverage(inputs)
    prices = {o.price(t) for o in inputs.options.values() for t in o.phases}
    plans = [_Greedy(inputs, coverage.copy(), is_late, per_cad=True).run()]
    if len(prices) > 1 and not is_late():
        plans.append(_Greedy(inputs, coverage, is_late, per_cad=False).run())
    return min(plans, key=lambda plan: (plan.shortfall, -plan.value)).plan


class _Greedy:
    def __init__(
        self, inputs: Inputs, coverage: Coverage, is_late: Callable[[], bool], *, per_cad: bool
    ) -> None:
        self.inputs = inputs
        self.is_late = is_late
        self.per_cad = per_cad
        self.growing = Growing(inputs, coverage)

    def run(self) -> Growing:
        locks = self.inputs.locks if "locks" in self.inputs.rules else ()
        fixed = {lock.option_id for lock in locks if lock.lock_kind == LockEffect.FIX_OPTION}
        forced = {lock.site_id for lock in locks if lock.lock_kind == LockEffect.FORCE_IN}
        for phase in self.inputs.phase_numbers:
            offered = [o for o in self.inputs.options.values() if phase in o.phases]
            self._take_all([o for o in offered if o.option_id in fixed], phase, self._gain_however_small)
            self._take_all([o for o in offered if o.site_id in forced], phase, self._gain_however_small)
            if self.growing.lacking(phase):
                self._take_all(offered, phase, self.growing.gain_towards_target)
            self._take_all(offered, phase, self.growing.gain)
        return self.growing

    def _take_all(self, options: Iterable[Option], phase: int, gain: Callable[[Option, int], float]) -> None:
        """Take the best option that still fits until none gains; a gain is worked out anew when on top."""
        heap = [
            (-score, o.option_id)
            for o in options
            if not self.is_late() and (score := self._score(o, phase, gain)) > 0
        ]
        heapq.heapify(heap)
        while heap and not self.is_late():
            _, option_id = heapq.heappop(heap)
            option = self.inputs.options[option_id]
            score = self._score(option, phase, gain)
            if score <= 0:
                continue
            if heap and score < -heap[0][0] - _TINY:
                heapq.heappush(heap, (-score, option_id))
            else:
                self.growing.take(option, phase)

    def _score(self, option: Option, phase: int, gain: Callable[[Option, int], float]) -> float:
        if not self.growing.fits(option, phase):
            return 0.0
        found = gain(option, phase)
        return found / max(self.growing.net_cad(option, phase), 1.0) if self.per_cad else found

    def _gain_however_small(self, option: Option, phase: int) -> float:
        """Gain of the objective, made positive: these sites must change, whatever it brings."""
        return 1e3 + self.growing.gain(option, phase)
