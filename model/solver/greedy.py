"""A good plan at once, to start the solver from: the best change per CAD, again and again.

Each step keeps the rules and definitions that say what they leave to a growing plan (`room`), and changes a
site once. It goes for what locks ask for and the least coverage before anything else. It may miss these, and
rules of which a single change does not tell; then the solver has to repair the plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from model.data.codes import LockEffect
from model.data.inputs import GroupLevel, Inputs, Option, Plan
from model.formulation import objective
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.growth import Change, Project

_TINY = 1e-12


def greedy(inputs: Inputs) -> Plan:
    """Return the better of two greedy plans: most gain per CAD first, and most gain first."""
    plans = [_Greedy(inputs, per_cad=per_cad).run() for per_cad in (True, False)]
    best = min(plans, key=lambda p: (p.shortfall_all(), -p.value))
    return frozenset(best.chosen)


class _Greedy:
    def __init__(self, inputs: Inputs, *, per_cad: bool) -> None:
        self.inputs = inputs
        self.per_cad = per_cad
        self.chosen: set[tuple[str, int]] = set()
        self.changed: set[int] = set()
        self.value = 0.0
        self.levels = {site.site_id: site.levels for site in inputs.sites.values()}
        self.covering: dict[tuple[int, str], list[GroupLevel]] = {}
        self.stations_within_distance: dict[GroupLevel, int] = {}
        for key, sites in inputs.covering_sites.items():
            self.stations_within_distance[key] = sum(key[1] in self.levels[s] for s in sites)
            for site in sites:
                self.covering.setdefault((site, key[1]), []).append(key)
        self.share = {level: inputs.always_covered_share.get(level, 0.0) for level in inputs.levels}
        for key, count in self.stations_within_distance.items():
            self.share[key[1]] += inputs.weight[key] if count else 0.0
        self.grant_left_cad: dict[tuple[str, int], float] = {}
        parts = (*DEFINITIONS, *(rule for rule in RULES if rule.name in inputs.rules))
        self.rooms = [part.room(inputs) for part in parts if part.room is not None]
        self.objective_gain = objective.gain(inputs)
        self.target = inputs.target if "min_coverage" in inputs.rules else {}

    def run(self) -> _Greedy:
        locks = self.inputs.locks if "locks" in self.inputs.rules else ()
        fixed = {lock.option_id for lock in locks if lock.lock_kind == LockEffect.FIX_OPTION}
        forced = {lock.site_id for lock in locks if lock.lock_kind == LockEffect.FORCE_IN}
        for phase in self.inputs.phase_numbers:
            offered = [o for o in self.inputs.options.values() if phase in o.phases]
            self._take_all([o for o in offered if o.option_id in fixed], phase, self._gain_however_small)
            self._take_all([o for o in offered if o.site_id in forced], phase, self._gain_however_small)
            self._take_all(offered, phase, self._gain_towards_target)
            self._take_all(offered, phase, self._gain)
        return self

    def shortfall_all(self) -> float:
        return sum(max(goal - self.share[level], 0.0) for (_, level), goal in self.target.items())

    def _take_all(self, options: Iterable[Option], phase: int, gain: Callable[[Option, int], float]) -> None:
        """Take the best option that still fits until none gains; a gain is worked out anew when on top."""
        heap = [(-score, o.option_id) for o in options if (score := self._score(o, phase, gain)) > 0]
        heapq.heapify(heap)
        while heap:
            _, option_id = heapq.heappop(heap)
            option = self.inputs.options[option_id]
            score = self._score(option, phase, gain)
            if score <= 0:
                continue
            if heap and score < -heap[0][0] - _TINY:
                heapq.heappush(heap, (-score, option_id))
            else:
                self._take(option, phase)

    def _score(self, option: Option, phase: int, gain: Callable[[Option, int], float]) -> float:
        if not self._fits(option, phase):
            return 0.0
        found = gain(option, phase)
        return found / max(self._net_cad(option, phase), 1.0) if self.per_cad else found

    def _net_cad(self, option: Option, phase: int) -> float:
        """Capital cost less resale and what the programs still have for the project of the phase."""
        price = option.price(phase)
        granted = sum(min(cad, self._grant_left(p, phase)) for p, cad in price.grants)
        return price.capex_cad - price.resale_cad - granted

    def _grant_left(self, program: str, phase: int) -> float:
        return self.grant_left_cad.setdefault(
            (program, phase), self.inputs.application_cap_cad.get(program, float("inf"))
        )

    def _fits(self, option: Option, phase: int) -> bool:
        if option.site_id in self.changed:
            return False
        project = Project(option, phase, self._net_cad(option, phase))
        return all(room.fits(project) for room in self.rooms) and self._keeps_targets(option)

    def _keeps_targets(self, option: Option) -> bool:
        if not self.target or option.levels >= self.levels[option.site_id]:
            return True
        change = self._share_change(option)
        return all(
            change[level] >= 0 or self.share[level] + change[level] >= goal
            for (_, level), goal in self.target.items()
        )

    def _share_change(self, option: Option) -> dict[str, float]:
        """Return the change of the coverage share at each level."""
        before, after = self.levels[option.site_id], option.levels
        change = dict.fromkeys(self.inputs.levels, 0.0)
        for level in after - before:
            keys = self.covering.get((option.site_id, level), ())
            change[level] += sum(self.inputs.weight[k] for k in keys if self.stations_within_distance[k] == 0)
        for level in before - after:
            keys = self.covering.get((option.site_id, level), ())
            change[level] -= sum(self.inputs.weight[k] for k in keys if self.stations_within_distance[k] == 1)
        return change

    def _gain(self, option: Option, phase: int) -> float:
        """Gain of the objective."""
        net_cad = self._net_cad(option, phase)
        return self.objective_gain(Change(option, phase, net_cad, self._share_change(option)))

    def _gain_however_small(self, option: Option, phase: int) -> float:
        """Gain of the objective, made positive: these sites must change, whatever it brings."""
        return 1e3 + self._gain(option, phase)

    def _gain_towards_target(self, option: Option, phase: int) -> float:
        """Coverage gained of what the targets of this phase still lack."""
        lacking = {
            k: goal - self.share[k]
            for (t, k), goal in self.target.items()
            if t == phase and goal > self.share[k]
        }
        return (
            sum(min(d, lacking[k]) for k, d in self._share_change(option).items() if k in lacking)
            if lacking
            else 0.0
        )

    def _take(self, option: Option, phase: int) -> None:
        self.value += self._gain(option, phase)
        for level, change in self._share_change(option).items():
            self.share[level] += change
        before, after = self.levels[option.site_id], option.levels
        for level in before ^ after:
            for key in self.covering.get((option.site_id, level), ()):
                self.stations_within_distance[key] += 1 if level in after else -1
        self.levels[option.site_id] = after
        project = Project(option, phase, self._net_cad(option, phase))
        for room in self.rooms:
            room.take(project)
        for program, cad in option.price(phase).grants:
            self.grant_left_cad[program, phase] -= min(cad, self._grant_left(program, phase))
        self.changed.add(option.site_id)
        self.chosen.add((option.option_id, phase))
