"""A good plan at once, to start the solver from: the best change per CAD, again and again.

It keeps budget, site power, grid area power, locks and one change per site at each step, and goes for the
least coverage asked for before anything else. It may miss it; then the solver has to repair the plan.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from model.data.codes import Action, LockEffect
from model.data.inputs import GroupLevel, Inputs, Option, Plan
from model.formulation import objective
from model.formulation.term import Change

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
        self.reached_by: dict[tuple[int, str], list[GroupLevel]] = {}
        self.stations_within_distance: dict[GroupLevel, int] = {}
        for key, sites in inputs.covering_sites.items():
            self.stations_within_distance[key] = sum(key[1] in self.levels[s] for s in sites)
            for site in sites:
                self.reached_by.setdefault((site, key[1]), []).append(key)
        self.share = {level: inputs.always_covered_share.get(level, 0.0) for level in inputs.levels}
        for key, count in self.stations_within_distance.items():
            self.share[key[1]] += inputs.weight[key] if count else 0.0
        self.remaining_kw = dict(inputs.remaining_kw)
        self.money_cad = {p.phase: p.budget_cad for p in inputs.phases}
        self.grant_left_cad: dict[tuple[str, int], float] = {}
        has_limit = "opex_limit" in inputs.rules
        self.opex_left = {
            p.phase: p.opex_limit_cad_per_year if has_limit else float("inf") for p in inputs.phases
        }
        self.left_cad = inputs.cost_limit_cad if "cost_limit" in inputs.rules else float("inf")
        self.objective_gain = objective.gain(inputs)
        self.target = inputs.target if "min_coverage" in inputs.rules else {}

    def run(self) -> _Greedy:
        locks = self.inputs.locks if "locks" in self.inputs.rules else ()
        fixed = {lock.option_id for lock in locks if lock.lock_kind == LockEffect.FIX_OPTION}
        forced = {lock.site_id for lock in locks if lock.lock_kind == LockEffect.FORCE_IN}
        refused = {
            lock.site_id for lock in locks if lock.lock_kind in (LockEffect.FORCE_OUT, LockEffect.FIX_OPTION)
        }
        kept = {lock.site_id for lock in locks if lock.lock_kind == LockEffect.KEEP}
        for phase in self.inputs.phase_numbers:
            if self.inputs.is_budget_carried_over:
                self.money_cad[phase] += self.money_cad.get(phase - 1, 0.0)
            offered = [
                o
                for o in self.inputs.options.values()
                if phase in o.phases and not (o.action == Action.REMOVE and o.site_id in kept)
            ]
            self._take_all([o for o in offered if o.option_id in fixed], phase, self._gain_however_small)
            self._take_all([o for o in offered if o.site_id in forced], phase, self._gain_however_small)
            free = [o for o in offered if o.site_id not in refused]
            self._take_all(free, phase, self._gain_towards_target)
            self._take_all(free, phase, self._gain)
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
        granted = sum(min(cad, self._grant_left(p, phase)) for p, cad in option.grants)
        return option.capex_cad - option.resale_cad - granted

    def _grant_left(self, program: str, phase: int) -> float:
        return self.grant_left_cad.setdefault(
            (program, phase), self.inputs.application_cap_cad.get(program, float("inf"))
        )

    def _fits(self, option: Option, phase: int) -> bool:
        rules, area = self.inputs.rules, self.inputs.sites[option.site_id].grid_area_id
        added = option.added_kw * self.inputs.coincidence_factor
        net_cad = self._net_cad(option, phase)
        return (
            option.site_id not in self.changed
            and ("budget" not in rules or net_cad <= self.money_cad[phase])
            and net_cad <= self.left_cad
            and option.opex_change_cad_per_year <= max(self.opex_left[phase], 0.0)
            and ("site_power" not in rules or option.peak_kw <= self.inputs.site_power_limit_kw)
            and (
                "grid_area_power" not in rules
                or area not in self.remaining_kw
                or added <= max(self.remaining_kw[area], 0.0)
            )
            and self._keeps_targets(option)
        )

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
            keys = self.reached_by.get((option.site_id, level), ())
            change[level] += sum(self.inputs.weight[k] for k in keys if self.stations_within_distance[k] == 0)
        for level in before - after:
            keys = self.reached_by.get((option.site_id, level), ())
            change[level] -= sum(self.inputs.weight[k] for k in keys if self.stations_within_distance[k] == 1)
        return change

    def _gain(self, option: Option, phase: int) -> float:
        """Gain of the objective."""
        net_cad = self._net_cad(option, phase)
        return self.objective_gain(Change(option, phase, self._share_change(option), net_cad))

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
            for key in self.reached_by.get((option.site_id, level), ()):
                self.stations_within_distance[key] += 1 if level in after else -1
        self.levels[option.site_id] = after
        net_cad = self._net_cad(option, phase)
        self.money_cad[phase] -= net_cad
        self.left_cad -= net_cad
        for program, cad in option.grants:
            self.grant_left_cad[program, phase] -= min(cad, self._grant_left(program, phase))
        for later in self.opex_left:
            if later >= phase:
                self.opex_left[later] -= option.opex_change_cad_per_year
        area = self.inputs.sites[option.site_id].grid_area_id
        if area in self.remaining_kw:
            self.remaining_kw[area] -= option.added_kw * self.inputs.coincidence_factor
        self.changed.add(option.site_id)
        self.chosen.add((option.option_id, phase))
