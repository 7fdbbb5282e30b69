"""A plan of a region by its blocks, with a dual bound of the whole, for regions too large for one model.

1. The model of each block is made.
2. The relaxation of all blocks together gives prices of the joint rows, and a first dual bound.
3. Each block is solved at these prices; their dual bounds together are the bound of the region.
4. What the blocks decided is a plan that may break joint rows. Block by block is decided anew, all others as
   they are, first so that nothing is broken and money goes where it is worth its price, then so that none is
   left. After each pass it is decided anew, for the whole region, among all that was ever taken: that moves
   money from block to block. This ends when the plan is near the bound, nothing helps, or time is over.
5. What the plan is no worse without is left undone, as in a model solved whole (`polish.py`).

Blocks that do not touch each other are decided side by side. Each gets an equal part of what is left, and
what they find is put together in their order, so that the plan is the same whoever does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from db.work.pool import Pool
from model.accounting import grid
from model.data.codes import RunStatus, SolveStep
from model.data.inputs import Inputs, Plan
from model.formulation.build import grid_upgrades_of
from model.formulation.constraints import RULES
from model.formulation.plan_model import PlanModel
from model.formulation.settle import is_kept
from model.solver import solve_matrix
from model.solver.blocks.division import divided
from model.solver.blocks.form import JointKey, block_form, piece
from model.solver.blocks.joined import Joined, joined
from model.solver.blocks.part import part, scaled
from model.solver.blocks.rest import Better, FlowIndex, Surroundings, changed, decided, known, surroundings
from model.solver.blocks.standing import Standing, standing
from model.solver.blocks.touched import Touched
from model.solver.compiled import compiled
from model.solver.highs import SolverEnd
from model.solver.lp_relaxation import EXACT, INTERIOR, attempts, priced
from model.solver.matrix import Matrix, Vector
from model.solver.polish import trim
from model.solver.watch import OPTIMAL_MIP_GAP, Progress, Watch, gap
from model.solver.whole_model import Outcome

_RELAXATION_SHARE, _PROOF_SHARE = 0.35, 0.4
"""Of the time left, what the relaxation and then the bounds of the blocks may take."""
_BLOCK_MIP_GAP, _STEP_MIP_GAP = 2e-4, 2e-4
_GAIN_MAX = 1e4
"""What a unit of a column may be worth at the prices, where the solver is believed: it may be 1e-7 off.

Interior point leaves prices of any height where little is left to decide: at 1e8 plans were called best that
were not.
"""
_STEP_SHARE = 0.5
"""Of the time left, what a block that is decided anew may take."""
_NODE_COUNT_MAX = 1000
"""Of the search in a block: no time, so that the plan is the same on a busy machine."""
_ROUND = (True, False)
"""Passes over all blocks, and whether they pay the prices of joint rows in it."""
_CHEAPER, _DEARER = 0.9, 1.1
_STALE_ROUND_COUNT = 3
_IN_PART = 1e-2
_EXCHANGE_CHOICE_COUNT = 1500
"""What is decided in one go where money may go from block to block."""
_ANY_PLAN_MIP_GAP, _NOISE_SHARE = 1e6, 1e-13
_REGIONAL = frozenset(rule.name for rule in RULES if rule.is_regional)
_NOTHING = np.zeros(0)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Found:
    """How a solve by blocks ended; `m` is the model of the region held to the plan, with its values.

    Where the rows that a block has for itself leave no plan, `conflict` are the inputs of the first such
    block, without the rules that sum over the region.
    """

    outcome: Outcome
    m: PlanModel | None
    bought: grid.Purchases
    block_count: int
    conflict: Inputs | None = None


def solve(
    inputs: Inputs,
    home: Mapping[int, int],
    pool: Pool,
    *,
    time_limit_s: float | None = None,
    mip_gap: float = OPTIMAL_MIP_GAP,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """Solve a region by the blocks of its sites; the terms of the objective must be weighed.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.
        RuntimeError: the solver failed, or the dual bound contradicts the plan.

    """
    watch = Watch(time_limit_s, mip_gap, progress)
    with watch.heeding_the_user():
        return _Solve(scaled(inputs), home, pool, watch).run()


@dataclass(frozen=True)
class Share:
    """What a block gets of a joint row: an equal part of what is left with those decided beside it.

    Of what is broken it mends an equal part with all that are still to be decided.
    """

    beside: int
    left: int

    def __call__(self, room: float) -> float:
        """Return the part of a room, which is below 0 where the row is broken."""
        return room / (self.beside if room >= 0 else self.left)


@dataclass(frozen=True)
class _Job:
    around: Surroundings
    now: Standing
    share: Share
    limits: solve_matrix.Limits
    prices: Mapping[JointKey, float]


def _decided(job: _Job) -> Better:
    return decided(job.around, job.now, job.share, job.limits, job.prices)


def _solved(job: tuple[Matrix, solve_matrix.Limits]) -> solve_matrix.Found:
    matrix, limits = job
    return solve_matrix.run(matrix, limits, Watch(limits.time_limit_s, 0.0))


def _second(function: Callable[[Any], Result], numbered: tuple[int, Any]) -> Result:
    return function(numbered[1])


def apart(around: Mapping[int, Surroundings]) -> list[list[int]]:
    """Return classes of blocks: those of a class touch no site and no grid upgrade in common."""
    classes: list[tuple[list[int], set[int], set[int]]] = []
    for block in sorted(around):
        sites, areas = around[block].sites, around[block].areas
        fitting = (c for c in classes if c[1].isdisjoint(sites) and c[2].isdisjoint(areas))
        members, known_sites, known_areas = found = next(fitting, ([], set(), set()))
        if not members:
            classes.append(found)
        members.append(block)
        known_sites.update(sites)
        known_areas.update(areas)
    return [members for members, _, _ in classes]


def _taken_in_part(region: Joined, values: Vector) -> set[str]:
    """Return the options that the relaxation takes, if only in part."""
    found: set[str] = set()
    begin = 0
    for form in region.forms:
        taken = values[begin + form.choices] > _IN_PART
        found |= {o for (o, _), is_taken in zip(form.keys, taken.tolist(), strict=True) if is_taken}
        begin += len(form.matrix.gain)
    return found


def _dealt(inputs: Inputs) -> list[frozenset[int]]:
    """Return the sites that may change, dealt out to so many hands that each is decided in one go.

    Neighbours go to different hands, so that each has some of everything.
    """
    sites = sorted(inputs.option_ids_of_site, key=lambda s: (inputs.sites[s].x_m, inputs.sites[s].y_m, s))
    count = sum(len(o.phases) for o in inputs.options.values())
    hands = -(-count // _EXCHANGE_CHOICE_COUNT)
    return [frozenset(sites[n::hands]) for n in range(hands)]


def proved(matrix: Matrix, prices: Vector, found: solve_matrix.Found) -> float:
    """Return a dual bound of a block: the solver's, or by prices of its rows where it is not believed."""
    by_prices = priced(matrix, prices)[1]
    is_believed = np.abs(matrix.gain).max(initial=0.0) <= _GAIN_MAX
    return min(by_prices, found.dual_bound) if is_believed else by_prices


class _StoppedError(Exception):
    """No more is wanted of what was handed out."""


class _Solve:
    def __init__(self, inputs: Inputs, home: Mapping[int, int], pool: Pool, watch: Watch) -> None:
        self.inputs, self.pool, self.watch = inputs, pool, watch
        self.division, self.touched = divided(inputs, home), Touched(inputs)
        self.best: tuple[PlanModel, Standing] | None = None
        self.seen: set[str] = set()
        self.own_prices = np.zeros(0)
        """Prices of the own rows of all blocks, one block after the other, from the relaxation."""

    def run(self) -> Found:
        try:
            infeasible = self._find()
        except _StoppedError:
            infeasible = None
        return infeasible or self._ended()

    def _find(self) -> Found | None:
        """Look for plans; return how it ended where there is none."""
        watch = self.watch
        watch.enter(SolveStep.COMPILE)
        blocks = self.division.blocks
        pieces = (piece(self.touched, self.division, block) for block in blocks)
        region = joined(self._each(block_form, pieces), block_form(piece(self.touched, self.division, None)))
        watch.enter(SolveStep.RELAXATION)
        prices = self._prices(region)
        if prices is None:
            return self._infeasible(region)
        watch.enter(SolveStep.PROOF)
        plan = self._bound(region, prices)
        if plan is None:
            return self._infeasible(region)
        paid = {
            key: price
            for key, price in zip(region.keys, prices.tolist(), strict=True)
            if price and key[0] not in ("copy", "sessions", "application_cap")
        }
        del region
        watch.enter(SolveStep.REPAIR)
        self._improve(plan, paid)
        return None

    def _each(self, function: Callable[[Any], Result], pieces: Iterable[Any]) -> list[Result]:
        """Return what the function makes of each piece, in their order, whoever did them.

        Pieces are made as they are handed out, so that few of them are there at a time.

        Raises:
            _StoppedError: the user stopped it, or time is over; what is not done is left.

        """
        numbered = enumerate(pieces)
        found: dict[int, Result] = {}
        for (n, _), result in self.pool.each(partial(_second, function), numbered):
            found[n] = result
            if self.watch.is_interrupted or self.watch.left_s <= 0:
                raise _StoppedError
        return [found[n] for n in sorted(found)]

    def _limits(self, mip_gap: float, share: float = 1.0) -> solve_matrix.Limits:
        """Return the limits of the solver in one block, which may take a share of the time left."""
        limit_s = share * self.watch.left_s
        return solve_matrix.Limits(limit_s, mip_gap, threads=1, node_count_max=_NODE_COUNT_MAX)

    def _is_over(self) -> bool:
        """Tell whether to stop: near enough to the bound, out of time, or stopped by the user.

        Unlike the watch it goes on for no time below the gap: the plan must not depend on the clock.
        """
        watch = self.watch
        return watch.is_interrupted or watch.left_s <= 0 or watch.gap <= watch.mip_gap

    def _prices(self, region: Joined) -> Vector | None:
        """Return prices of the joint rows from the relaxation of all blocks; None where that has no plan."""
        best, prices = np.inf, np.zeros(len(region.keys))
        values: Vector | None = None
        whole = region.whole
        own_count = len(whole.row_lower) - len(region.keys)
        self.own_prices = np.zeros(own_count)
        limit_s = _RELAXATION_SHARE * self.watch.left_s
        # prices near the best will do, and interior point has them long before crossover ends
        order = INTERIOR, EXACT
        for status, lp in attempts(whole, self.watch, time_limit_s=limit_s, threads=1, order=order):
            if status == SolverEnd.INFEASIBLE:
                return None
            if lp.prices is not None:
                bound = priced(whole, lp.prices)[1]
                if bound < best:
                    best, prices = bound, region.sound(lp.prices[own_count:])
                    self.own_prices = lp.prices[:own_count]
            if status == SolverEnd.OPTIMAL:
                values = lp.values
                break
        self.watch.lower(best)
        if values is not None:
            self.seen |= _taken_in_part(region, values)
        return prices

    def _bound(self, region: Joined, prices: Vector) -> Plan | None:
        """Lower the bound to what the blocks prove at these prices; return what they decide, together."""
        count = len(region.forms)
        limits = self._limits(_BLOCK_MIP_GAP, _PROOF_SHARE / count)
        solved = self._each(_solved, [(region.priced(n, prices), limits) for n in range(count)])
        if any(found.status == SolverEnd.INFEASIBLE for found in solved):
            return None
        begins = np.cumsum([0, *(len(form.matrix.row_lower) for form in region.forms)])
        bounds = [
            proved(region.priced(n, prices), self.own_prices[begins[n] : begins[n + 1]], found)
            for n, found in enumerate(solved)
        ]
        self.watch.lower(region.bound(prices, bounds))
        plans = (
            form.plan(found.values)
            for form, found in zip(region.forms, solved, strict=True)
            if found.values is not None
        )
        plan: Plan = frozenset().union(*plans)
        self.seen |= {o for o, _ in plan}
        return plan

    def _infeasible(self, region: Joined) -> Found:
        """Return that no plan keeps all rules, with the first block of which that is so by itself."""
        blocks = self.division.blocks
        found: Inputs | None = None
        limits = replace(self._limits(_ANY_PLAN_MIP_GAP, 1 / len(blocks)), is_thorough=True)
        matrices = ((replace(form.matrix, gain=0 * form.matrix.gain), limits) for form in region.forms)
        for block, solved in zip(blocks, self._each(_solved, matrices), strict=True):
            if solved.status == SolverEnd.INFEASIBLE:
                found = part(self.touched, self.division, block)
                found = replace(found, rules=found.rules - _REGIONAL)
                break
        return Found(Outcome(RunStatus.INFEASIBLE), None, frozenset(), len(blocks), found)

    def _improve(self, plan: Plan, prices: Mapping[JointKey, float]) -> None:
        """Decide block by block anew, in rounds, until that helps no more."""
        watch = self.watch
        around = {
            block: surroundings(self.touched, frozenset(self.division.sites_of[block]))
            for block in self.division.blocks
        }
        classes = apart(around)
        m, now = standing(self.inputs, plan, grid.cheapest(self.inputs, plan))
        factor, stale = 1.0, 0
        while not self._is_over() and stale < _STALE_ROUND_COUNT:
            before = watch.objective_value
            for pays in _ROUND:
                paid = {key: factor * price for key, price in prices.items()} if pays else {}
                m, now = self._passed(around, classes, now, paid, m)
                m, now = self._exchanged(m, now)
                if self._is_over():
                    break
            is_better = self.best is not None and watch.objective_value > before
            stale = 0 if is_better else stale + 1
            factor *= _CHEAPER if stale % 2 else _DEARER
            watch.enter(SolveStep.SEARCH)

    def _jobs(
        self,
        around: Sequence[Surroundings],
        now: Standing,
        share: Share,
        prices: Mapping[JointKey, float],
    ) -> Iterator[_Job]:
        flow = FlowIndex(now.flow)
        for one in around:
            limits = self._limits(_STEP_MIP_GAP, _STEP_SHARE)
            yield _Job(one, known(one, now, flow), share, limits, prices)

    def _passed(
        self,
        around: Mapping[int, Surroundings],
        classes: Sequence[Sequence[int]],
        now: Standing,
        prices: Mapping[JointKey, float],
        m: PlanModel,
    ) -> tuple[PlanModel, Standing]:
        """Decide each block anew once."""
        self._keep(m, now)
        left = sum(map(len, classes))
        for some in classes:
            if self._is_over():
                break
            share = Share(len(some), left)
            found = self._each(_decided, self._jobs([around[b] for b in some], now, share, prices))
            now = changed(
                self.inputs, now, [(around[b], better) for b, better in zip(some, found, strict=True)]
            )
            self.seen |= {o for better in found for o, _ in better.choices}
            left -= len(some)
        m, now = standing(self.inputs, now.plan, now.bought)
        self._keep(m, now)
        return m, now

    def _exchanged(self, m: PlanModel, now: Standing) -> tuple[PlanModel, Standing]:
        """Decide anew among all that was ever taken, anywhere: so money goes from block to block."""
        if self._is_over():
            return m, now
        if self.best is not None:
            m, now = self.best
        offered = {o: option for o, option in self.inputs.options.items() if o in self.seen}
        inputs = replace(self.inputs, options=offered)
        region = Touched(inputs)
        for free in _dealt(inputs):
            if self._is_over():
                break
            around = surroundings(region, free)
            (found,) = self._each(_decided, self._jobs([around], now, Share(1, 1), {}))
            now = changed(self.inputs, now, [(around, found)])
        m, now = standing(self.inputs, now.plan, now.bought)
        self._keep(m, now)
        return m, now

    def _keep(self, m: PlanModel, now: Standing) -> None:
        """Take a plan that keeps all rules, if it is better than the one known."""
        if is_kept(m) and self.watch.keep(_NOTHING, now.objective):
            self.best = m, now

    def _trim(self) -> bool:
        """Leave undone what the plan is no worse without; tell whether nothing more can be left undone."""
        if self.best is None or self.watch.is_interrupted or self.watch.left_s <= 0:
            return False
        self.watch.enter(SolveStep.TRIM)
        m, now = self.best
        form = compiled(m)
        values = np.array([v.value or 0.0 for v in form.variables], dtype=float)
        inner = Watch(self.watch.left_s if np.isfinite(self.watch.left_s) else None, 0.0, outer=self.watch)
        inner.keep(values, form.matrix.objective_value(values))
        trim(form, inner, threads=1)
        assert inner.values is not None  # noqa: S101 - it had some to begin with
        plan = form.plan(inner.values)
        if plan != now.plan:
            form.load(inner.values)
            least, trimmed = standing(self.inputs, plan, grid_upgrades_of(m, plan))
            if not is_kept(least) or trimmed.objective < now.objective - _NOISE_SHARE * abs(now.objective):
                return False
            self.best = least, trimmed
            self.watch.exchange(_NOTHING, trimmed.objective)
        return inner.is_trimmed

    def _ended(self) -> Found:
        watch, count = self.watch, len(self.division.blocks)
        if self.best is None:
            if watch.is_interrupted:
                raise KeyboardInterrupt
            return Found(Outcome(RunStatus.NO_PLAN, dual_bound=watch.dual_bound), None, frozenset(), count)
        is_trimmed = self._trim()
        m, now = self.best
        watch.enter(SolveStep.SETTLE)
        if watch.dual_bound < now.objective - 1e-5 * max(1.0, abs(now.objective)):
            raise RuntimeError(
                f"The dual bound found is {watch.dual_bound},"
                f" but a plan has the objective value {now.objective}."
            )
        dual_bound = max(watch.dual_bound, now.objective)
        mip_gap = gap(now.objective, dual_bound)
        outcome = Outcome(
            RunStatus.OPTIMAL if mip_gap <= OPTIMAL_MIP_GAP and is_trimmed else RunStatus.FEASIBLE,
            now.plan,
            now.objective,
            dual_bound,
            mip_gap,
            is_interrupted=watch.is_interrupted,
            is_trimmed=is_trimmed,
        )
        return Found(outcome, m, now.bought, count)
