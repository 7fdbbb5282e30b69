"""A better plan by swaps: one or two changes go, the best that then fit come, as long as that helps.

A swap may bring another option to the same site, the same one in another phase, or changes at other sites
that what went had left no money, power or demand for. All that is offered is ranked in arrays, and a few of
the best that fit are looked at one by one. Rules of which a single change does not tell are not looked at, as
in the greedy plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.data.inputs import Choice, Inputs, Plan
from model.formulation.growth import Change
from model.solver.growing import Growing, keeps_rooms
from model.solver.matrix import Vector

_CANDIDATE_COUNT = 12
"""How many choices that fit are looked at for each order: by gain, and by gain per CAD."""
_LOOK_COUNT = 60
"""How many choices are asked whether they fit, at most."""
_PAIR_COUNT = 8
"""Of so many changes that are lost most easily two may go at a time."""
_FIRST = 1e3
"""What all demand of a level counts more where a target is missed."""
_LEAST_GAIN = 1e-9
"""What a swap must bring, as a share of what the plan is worth."""


def swapped(inputs: Inputs, plan: Plan, is_late: Callable[[], bool] = lambda: False) -> Plan:
    """Return a plan that is no worse than the one given: in coverage lacking, then in gain.

    Once `is_late` says so it returns what it has. A plan that does not keep the rules that leave room, or has
    options that are not offered, is returned as it is.
    """
    is_offered = all(o in inputs.options and t in inputs.options[o].phases for o, t in plan)
    if not inputs.options or is_late() or not is_offered or not keeps_rooms(inputs, plan):
        return plan
    search = _Swaps(inputs, plan)
    while not is_late() and search.improve(is_late):
        pass
    return search.growing.plan


class _Swaps:
    def __init__(self, inputs: Inputs, plan: Plan) -> None:
        self.inputs = inputs
        self.growing = Growing(inputs)
        for choice in sorted(plan):
            self._take(choice)
        self.offer = _Offer(self.growing)
        locks = inputs.locks if "locks" in inputs.rules else ()
        self.locked = {lock.site_id for lock in locks}

    def improve(self, is_late: Callable[[], bool]) -> bool:
        """Make the first swap found that helps; tell whether there is one."""
        for going in self._goings():
            if is_late():
                return False
            for is_per_cad in (False, True):
                if self._try(going, is_per_cad=is_per_cad):
                    return True
        return False

    def _goings(self) -> Iterator[tuple[Choice, ...]]:
        """Yield what may go: nothing, each change, then pairs; what is lost most easily first."""
        able = [choice for site_id, choice in self.growing.taken.items() if site_id not in self.locked]
        loss = {choice: self._loss(choice) for choice in able}
        ordered = sorted(loss, key=lambda choice: (loss[choice], choice))
        yield ()
        yield from ((choice,) for choice in ordered)
        yield from combinations(ordered[:_PAIR_COUNT], 2)

    def _loss(self, choice: Choice) -> float:
        before = self.growing.value
        self._put_back(choice)
        loss = before - self.growing.value
        self._take(choice)
        return loss

    def _try(self, going: tuple[Choice, ...], *, is_per_cad: bool) -> bool:
        """Let some changes go and the best come; undo that where it does not help or breaks a rule."""
        growing = self.growing
        shortfall, value = growing.shortfall, growing.value
        for choice in going:
            self._put_back(choice)
        coming = list(self._fill(self.offer.best(growing, without=going), is_per_cad=is_per_cad))
        least = _LEAST_GAIN * max(abs(value), 1e-6)
        more = (shortfall - growing.shortfall, growing.value - value)
        is_better = more[0] > _LEAST_GAIN or (more[0] >= 0 and more[1] > least)
        if is_better and keeps_rooms(self.inputs, growing.taken.values()):
            return True
        for choice in reversed(coming):
            self._put_back(choice)
        for choice in reversed(going):
            self._take(choice)
        growing.value = value
        return False

    def _fill(self, candidates: Iterable[Choice], *, is_per_cad: bool) -> Iterator[Choice]:
        """Take the best candidate that fits until none gains; yield what is taken."""
        left = list(candidates)
        while left:
            scores = {choice: self._score(choice, is_per_cad=is_per_cad) for choice in left}
            left = [choice for choice in left if scores[choice] > (0.0, 0.0)]
            if left:
                best = max(left, key=lambda choice: (scores[choice], choice))
                left.remove(best)
                self._take(best)
                yield best

    def _score(self, choice: Choice, *, is_per_cad: bool) -> tuple[float, float]:
        """Return what a choice covers of what is lacking, and what it gains; 0 where it does not fit."""
        growing, option, phase = self.growing, self.inputs.options[choice[0]], choice[1]
        if not growing.fits(option, phase):
            return 0.0, 0.0
        share = max(growing.net_cad(option, phase), 1.0) if is_per_cad else 1.0
        return growing.gain_towards_target(option, phase) / share, growing.gain(option, phase) / share

    def _take(self, choice: Choice) -> None:
        self.growing.take(self.inputs.options[choice[0]], choice[1])

    def _put_back(self, choice: Choice) -> None:
        self.growing.put_back(self.inputs.options[choice[0]], choice[1])


class _Offer:
    """All choices, and what each gains beside a plan, in arrays: exact but for the caps of grant programs."""

    def __init__(self, growing: Growing) -> None:
        inputs, nodes = growing.inputs, growing.coverage.nodes
        self.choices = [(o.option_id, t) for o in inputs.options.values() for t in o.phases]
        self.keys = [(level, t) for level in inputs.levels for t in inputs.phase_numbers]
        self.site_id = np.array([inputs.options[o].site_id for o, _ in self.choices], dtype=np.intp)
        net_cad = [inputs.options[o].price(t).net_cad for o, t in self.choices]
        self.cost_cad = np.maximum(np.array(net_cad, dtype=float), 1.0)
        self.gain_beside = np.array(
            [_gain(growing, c, cad) for c, cad in zip(self.choices, net_cad, strict=True)]
        )
        self.gain_of_share = _gain_of_share(growing, self.keys)
        self.level = np.array([inputs.levels.index(level) for _, level in nodes], dtype=np.intp)
        ends = np.cumsum([0, *map(len, nodes.values())])
        found = np.concatenate([*nodes.values(), np.zeros(0, dtype=np.intp)])
        shape = len(nodes), len(growing.coverage.weight)
        self.covers = sparse.csr_array((np.ones(len(found)), found, ends), shape=shape)
        self.gained, self.lost = _moves(inputs, self.choices, {key: n for n, key in enumerate(nodes)})

    def best(self, growing: Growing, *, without: tuple[Choice, ...]) -> list[Choice]:
        """Return the best choices that fit beside a plan, by gain and by gain per CAD, without some."""
        gain = self._gain(growing)
        gain[np.isin(self.site_id, list(growing.taken))] = 0.0
        found: dict[Choice, None] = {}
        for score in (gain, gain / self.cost_cad):
            order = np.argsort(-score, kind="stable")[:_LOOK_COUNT]
            fitting = (self.choices[n] for n in order if gain[n] > 0)
            fitting = (
                c for c in fitting if c not in without and growing.fits(growing.inputs.options[c[0]], c[1])
            )
            found |= dict.fromkeys(islice(fitting, _CANDIDATE_COUNT))
        return list(found)

    def _gain(self, growing: Growing) -> Vector:
        """Return what each choice gains; what targets lack counts before all else."""
        coverage, phases = growing.coverage, growing.inputs.phase_numbers
        lacking = {key for t in phases for key in growing.lacking(t)}
        worth = self.gain_of_share + [_FIRST if key in lacking else 0.0 for key in self.keys]
        worth = worth.reshape(-1, len(phases))[self.level]
        found = self.gain_beside.copy()
        for (choice, row, first), decisive, sign in ((self.gained, 0, 1.0), (self.lost, 1, -1.0)):
            if len(choice):
                alone = (coverage.station_count == decisive) * coverage.weight
                moved = (self.covers @ alone.T) * worth
                later = np.cumsum(moved[:, ::-1], axis=1)[:, ::-1]
                found += sign * np.bincount(choice, later[row, first], minlength=len(found))
        return found


def _gain(growing: Growing, choice: Choice, net_cad: float, *covered: tuple[str, int]) -> float:
    """Return what a choice gains if it costs so much and covers all at these levels and phases."""
    option, inputs = growing.inputs.options[choice[0]], growing.inputs
    change = {(level, t): 0.0 for level in inputs.levels for t in inputs.phase_numbers}
    return growing.objective_gain(Change(option, choice[1], net_cad, change | dict.fromkeys(covered, 1.0)))


def _gain_of_share(growing: Growing, keys: list[tuple[str, int]]) -> Vector:
    """Return what all demand of each level and phase is worth: the objective is linear in what is covered."""
    some = next(iter(growing.inputs.options)), growing.inputs.phase_numbers[0]
    return np.array([_gain(growing, some, 0.0, key) - _gain(growing, some, 0.0) for key in keys])


def _moves(
    inputs: Inputs, choices: list[Choice], rows: dict[tuple[int, str], int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return by choice (its number) which rows of sites with levels it adds, and which it takes away.

    Three lines each: number of the choice, of the row, and place of its phase.
    """
    place = {t: n for n, t in enumerate(inputs.phase_numbers)}
    gained: list[tuple[int, int, int]] = []
    lost: list[tuple[int, int, int]] = []
    for n, (option_id, t) in enumerate(choices):
        option = inputs.options[option_id]
        for level in option.levels ^ inputs.sites[option.site_id].levels:
            row = rows.get((option.site_id, level))
            if row is not None:
                (gained if level in option.levels else lost).append((n, row, place[t]))
    as_lines = [np.array(found, dtype=np.intp).reshape(-1, 3).T for found in (gained, lost)]
    return as_lines[0], as_lines[1]
