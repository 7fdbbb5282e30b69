"""Search in large neighbourhoods: most decisions stay as the best plan has them, the solver decides the rest.

The solver gets the same rows each time, so all rules hold in whatever it finds. A neighbourhood is some
choices: those near a place, those of one phase near a place, those at sites that change (to change when they
do), those that leave the same ports or cost much the same, or those that the relaxation is least sure of,
anywhere. Its size, and which choices it admits, adapt to what the solver manages in a few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from model.data.inputs import Inputs
from model.solver import solve_matrix
from model.solver.compiled import Compiled
from model.solver.highs import SolverEnd
from model.solver.lp_relaxation import Relaxation
from model.solver.matrix import Mask, Matrix, Vector
from model.solver.watch import Watch

_STEP_LIMIT_S = 4.0
_TIME_SHARE = 0.6
"""Of the time left, what the search may take: the rest is the proof's, which lowers the dual bound."""
_QUICK_SHARE = 0.25
_SIZE_BEGIN, _SIZE_MIN, _GROWTH = 150.0, 12.0, 1.4
_LOSS_SHARE_BEGIN = 0.03
_STEP_MIP_GAP = 0.02
STALE_STEP_COUNT = 30


@dataclass(frozen=True)
class SearchSpace:
    """What the search works on: a matrix and, per column, place in metres (NaN: none) and phase (-1: none).

    `layout` numbers the ports that a choice leaves, `net_cad` is what it costs. `centre_weight` says how
    often a column is the centre of a neighbourhood, `loss` by how much the relaxation's objective falls at
    least when a column that it leaves out is taken in: both are 0 as long as there is no relaxation.
    """

    matrix: Matrix
    place_m: Vector
    phase: NDArray[np.intp]
    layout: NDArray[np.intp]
    net_cad: Vector
    centre_weight: Vector
    loss: Vector
    is_guided: bool = False

    def guided(self, relaxation: Relaxation) -> SearchSpace:
        """Return the same space with what a relaxation tells of it."""
        centre_weight = np.where(self.phase >= 0, np.clip(relaxation.values, 0.0, 1.0), 0.0)
        loss = np.maximum(-relaxation.reduced_gain, 0.0)
        return replace(self, centre_weight=centre_weight, loss=loss, is_guided=True)


def search_space(form: Compiled, inputs: Inputs) -> SearchSpace:
    """Return the search space of a compiled model."""
    count = len(form.matrix.gain)
    place_m, net_cad, nothing = np.full((count, 2), np.nan), np.zeros(count), np.zeros(count)
    phase, layout = np.full((2, count), -1, dtype=np.intp)
    layouts: dict[str, int] = {}
    for column, (option_id, t) in zip(form.choices, form.keys, strict=True):
        option = inputs.options[option_id]
        site = inputs.sites[option.site_id]
        place_m[column], phase[column] = (site.x_m, site.y_m), t
        layout[column] = layouts.setdefault(option.layout, len(layouts))
        net_cad[column] = option.price(t).net_cad
    return SearchSpace(form.matrix, place_m, phase, layout, net_cad, nothing, nothing)


@dataclass
class _Kind:
    """A kind of neighbourhood: its size, and how it has fared lately (gain per second, relative)."""

    name: str
    size: float = _SIZE_BEGIN
    success: float = 1.0


@dataclass
class Search:
    """The state of a search; `seed` makes it repeatable as far as the clock allows.

    `guide` returns the relaxation as soon as there is one; `before_step` is called before each step.
    """

    space: SearchSpace
    watch: Watch
    threads: int | None = None
    seed: int = 0
    guide: Callable[[], Relaxation | None] = lambda: None
    before_step: Callable[[], None] = lambda: None
    stale: int = 0
    loss_share_max: float = _LOSS_SHARE_BEGIN
    _kinds: list[_Kind] = field(default_factory=list)
    _relaxation: Relaxation | None = None

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(self.seed)
        layout_count = len(np.unique(self.space.layout[self.space.phase >= 0]))
        kinds = {
            "near": True,
            "money": True,
            "ports": layout_count > 1,
            "phase": len(set(self._phases())) > 1,
            "timing": len(set(self._phases())) > 1,
        }
        self._kinds = [_Kind(name) for name, is_any in kinds.items() if is_any]
        if self.space.is_guided:
            self._kinds.append(_Kind("unsure"))

    def run(self) -> None:
        """Improve the plan that the watch holds until nothing has helped for long or its time is up."""
        if not (self.space.phase >= 0).any():
            return
        until_s = self.watch.elapsed_s + _TIME_SHARE * self.watch.left_s
        while not self.watch.is_over() and self.stale < STALE_STEP_COUNT and self.watch.elapsed_s < until_s:
            self.before_step()
            self._heed(self.guide())
            self._step()

    def _heed(self, relaxation: Relaxation | None) -> None:
        """Look where a relaxation points, once there is one that was solved."""
        if relaxation is self._relaxation or relaxation is None:
            return
        self._relaxation = relaxation
        if relaxation.status == SolverEnd.OPTIMAL:
            self.stale = 0
            if not self.space.is_guided:
                self._kinds.append(_Kind("unsure"))
            self.space = self.space.guided(relaxation)

    def _phases(self) -> NDArray[np.intp]:
        return self.space.phase[self.space.phase >= 0]

    def _step(self) -> None:
        kind = self._draw_kind()
        best = self.watch.values
        assert best is not None  # noqa: S101 - a search starts from a plan
        free = self._neighbourhood(kind, best)
        held = ~free & (self.space.phase >= 0)
        matrix = self.space.matrix
        before, began = self.watch.objective_value, self.watch.elapsed_s
        missing = max(self.watch.dual_bound - before, 0.0)
        limit_s = min(_STEP_LIMIT_S, self.watch.left_s)
        found = solve_matrix.run(
            matrix.within(np.where(held, best, matrix.lower), np.where(held, best, matrix.upper)),
            solve_matrix.Limits(limit_s, 0.0, max(_STEP_MIP_GAP * missing, 1e-9), self.threads),
            self.watch,
            start=best,
            is_enough=lambda: self.watch.is_settled,
        )
        if found.values is not None:
            self.watch.keep(found.values, matrix.objective_value(found.values))
        gained = self.watch.objective_value - before
        taken_s = self.watch.elapsed_s - began
        self._learn(kind, gained, taken_s)
        if found.status != SolverEnd.OPTIMAL:
            kind.size = max(kind.size / _GROWTH, _SIZE_MIN)
        elif self.stale and taken_s < _QUICK_SHARE * limit_s:
            if kind.size > free.sum():
                self.loss_share_max *= 2
            kind.size = min(kind.size * _GROWTH, float(len(free)))

    def _learn(self, kind: _Kind, gained: float, taken_s: float) -> None:
        """Count steps that found nothing, and prefer the kinds that close more of the gap per second."""
        is_better = gained > 1e-9 * max(1.0, abs(self.watch.objective_value))
        self.stale = 0 if is_better else self.stale + 1
        share = gained / max(self.watch.dual_bound - self.watch.objective_value + gained, 1e-12)
        kind.success = 0.85 * kind.success + 0.15 * min(share / max(taken_s, 0.05) * 20, 1.0)

    def _draw_kind(self) -> _Kind:
        success = np.array([max(kind.success, 0.1) for kind in self._kinds])
        return self._kinds[int(self._random.choice(len(success), p=success / success.sum()))]

    def _neighbourhood(self, kind: _Kind, best: Vector) -> Mask:
        """Return the choices that are decided anew; what is no choice is always free."""
        g = self.space
        taken = (g.phase >= 0) & (best > g.matrix.lower + 0.5)
        missing = max(self.watch.dual_bound - self.watch.objective_value, 1e-9)
        able = (g.phase >= 0) & (g.matrix.upper > g.matrix.lower)
        able &= taken | (g.loss <= self.loss_share_max * missing)
        if kind.name == "phase":
            able &= g.phase == self._random.choice(np.unique(self._phases()))
        if kind.name == "timing":
            able &= self._at_places_of(taken)
        columns = self._random.permutation(np.flatnonzero(able))  # equally near: by lot
        nearest = np.argsort(self._distance(kind, columns, taken), kind="stable")[: int(kind.size)]
        free = np.zeros(len(able), dtype=bool)
        free[columns[nearest]] = True
        return free

    def _distance(self, kind: _Kind, columns: NDArray[np.intp], taken: Mask) -> Vector:
        """Return how far columns are from the centre: metres, dollars, or as the relaxation says."""
        g = self.space
        if kind.name == "unsure":
            found: Vector = np.abs(g.centre_weight[columns] - taken[columns])
            return -found - 0.5 * self._random.random(len(columns)) * (found > 0)
        centre_weight = np.maximum(g.centre_weight, taken) * (g.phase >= 0)
        if not centre_weight.sum():
            centre_weight = (g.phase >= 0).astype(float)
        centre = self._random.choice(len(centre_weight), p=centre_weight / centre_weight.sum())
        if kind.name == "ports":
            others: Vector = (g.layout[columns] != g.layout[centre]).astype(float)
            return others
        if kind.name == "money":
            dearer: Vector = np.abs(g.net_cad[columns] - g.net_cad[centre])
            return dearer
        away: Vector = np.hypot(*(g.place_m[columns] - g.place_m[centre]).T)
        return away

    def _at_places_of(self, taken: Mask) -> Mask:
        """Tell which choices are at a place where the plan has one."""
        places = {tuple(place) for place in self.space.place_m[taken].tolist()}
        return np.array([tuple(place) in places for place in self.space.place_m.tolist()], dtype=bool)
