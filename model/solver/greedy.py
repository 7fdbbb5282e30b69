"""A good plan at once, to start the solver from: the best change per CAD, again and again.

Each step keeps the rules and definitions that say what they leave to a growing plan (`room`), and changes a
site once. It goes for what locks ask for and the least coverage before anything else. It may miss these, and
rules of which a single change does not tell; then the solver has to repair the plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from model.data.codes import LockEffect
from model.data.inputs import Inputs, Option, Plan
from model.formulation import objective
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.growth import Change, Project
from model.solver.matrix import Vector

_TINY = 1e-12


def greedy(inputs: Inputs, is_late: Callable[[], bool] = lambda: False) -> Plan:
    """Return the better of two greedy plans: most gain per CAD first, and most gain first.

    Once `is_late` says so nothing more is taken: what is chosen by then is the plan.
    """
    plans = [_Greedy(inputs, is_late, per_cad=True).run()]
    if not is_late():
        plans.append(_Greedy(inputs, is_late, per_cad=False).run())
    best = min(plans, key=lambda p: (p.shortfall_all(), -p.value))
    return frozenset(best.chosen)


class _Coverage:
    """The coverage share of each level while sites gain and lose levels, in arrays over all nodes."""

    def __init__(self, inputs: Inputs) -> None:
        self.levels = inputs.levels
        keys = list(inputs.covering_sites)
        number = {level: n for n, level in enumerate(self.levels)}
        self.level = np.array([number[level] for _, level in keys], dtype=np.intp)
        self.weight = np.array([inputs.weight[key] for key in keys], dtype=float)
        reached: dict[tuple[int, str], list[int]] = {}
        for n, (key, sites) in enumerate(inputs.covering_sites.items()):
            for site_id in sites:
                reached.setdefault((site_id, key[1]), []).append(n)
        self.reached = {key: np.array(nodes, dtype=np.intp) for key, nodes in reached.items()}
        self.station_count = np.zeros(len(keys), dtype=np.intp)
        for site in inputs.sites.values():
            self.station_count[self._of(site.site_id, site.levels)] += 1
        always = np.array([inputs.always_covered_share.get(level, 0.0) for level in self.levels])
        self.share = always + self._sum(np.flatnonzero(self.station_count))

    def change(self, site_id: int, before: frozenset[str], after: frozenset[str]) -> Vector:
        """Return by how much the share of each level changes, in the order of the levels."""
        found = np.zeros(len(self.levels))
        if after - before:
            nodes = self._of(site_id, after - before)
            found += self._sum(nodes[self.station_count[nodes] == 0])
        if before - after:
            nodes = self._of(site_id, before - after)
            found -= self._sum(nodes[self.station_count[nodes] == 1])
        return found

    def take(self, site_id: int, before: frozenset[str], after: frozenset[str]) -> None:
        """Let a site have other levels from now on."""
        self.share += self.change(site_id, before, after)
        self.station_count[self._of(site_id, after - before)] += 1
        self.station_count[self._of(site_id, before - after)] -= 1

    def _sum(self, nodes: NDArray[np.intp]) -> Vector:
        count = len(self.levels)
        return np.bincount(self.level[nodes], self.weight[nodes], minlength=count).astype(float)

    def _of(self, site_id: int, levels: frozenset[str]) -> NDArray[np.intp]:
        """Return the nodes that a site covers at any of the levels; each has a level of its own."""
        nothing = np.zeros(0, dtype=np.intp)
        found = [self.reached.get((site_id, level), nothing) for level in self.levels if level in levels]
        return np.concatenate(found) if found else nothing


class _Greedy:
    def __init__(self, inputs: Inputs, is_late: Callable[[], bool], *, per_cad: bool) -> None:
        self.inputs = inputs
        self.is_late = is_late
        self.per_cad = per_cad
        self.chosen: set[tuple[str, int]] = set()
        self.changed: set[int] = set()
        self.value = 0.0
        self.levels = {site.site_id: site.levels for site in inputs.sites.values()}
        self.coverage = _Coverage(inputs)
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
        share = self._share()
        return sum(max(goal - share[level], 0.0) for (_, level), goal in self.target.items())

    def _share(self) -> dict[str, float]:
        return dict(zip(self.inputs.levels, self.coverage.share.tolist(), strict=True))

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
        change, share = self._share_change(option), self._share()
        return all(
            change[level] >= 0 or share[level] + change[level] >= goal
            for (_, level), goal in self.target.items()
        )

    def _share_change(self, option: Option) -> dict[str, float]:
        """Return the change of the coverage share at each level."""
        found = self.coverage.change(option.site_id, self.levels[option.site_id], option.levels)
        return dict(zip(self.inputs.levels, found.tolist(), strict=True))

    def _gain(self, option: Option, phase: int) -> float:
        """Gain of the objective."""
        net_cad = self._net_cad(option, phase)
        return self.objective_gain(Change(option, phase, net_cad, self._share_change(option)))

    def _gain_however_small(self, option: Option, phase: int) -> float:
        """Gain of the objective, made positive: these sites must change, whatever it brings."""
        return 1e3 + self._gain(option, phase)

    def _gain_towards_target(self, option: Option, phase: int) -> float:
        """Coverage gained of what the targets of this phase still lack."""
        share = self._share()
        lacking = {
            k: goal - share[k] for (t, k), goal in self.target.items() if t == phase and goal > share[k]
        }
        return (
            sum(min(d, lacking[k]) for k, d in self._share_change(option).items() if k in lacking)
            if lacking
            else 0.0
        )

    def _take(self, option: Option, phase: int) -> None:
        self.value += self._gain(option, phase)
        before, after = self.levels[option.site_id], option.levels
        self.coverage.take(option.site_id, before, after)
        self.levels[option.site_id] = after
        project = Project(option, phase, self._net_cad(option, phase))
        for room in self.rooms:
            room.take(project)
        for program, cad in option.price(phase).grants:
            self.grant_left_cad[program, phase] -= min(cad, self._grant_left(program, phase))
        self.changed.add(option.site_id)
        self.chosen.add((option.option_id, phase))
