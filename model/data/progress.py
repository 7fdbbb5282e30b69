"""What a solve had found by when: a row for each moment that tells something, few enough to be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from model.data.codes import SolveStep

MOMENT_COUNT_MAX = 400
_LEAST_CHANGE_SHARE = 1e-9
"""Smaller changes go first where there are too many moments; then those twice as large, and so on."""

_ROUNDING_SHARE = 1e-12


@dataclass(frozen=True)
class Moment:
    """What was known, and what was done, `elapsed_s` seconds after a solve began.

    None stands for no plan, or no dual bound, yet; and for the priority level where there are none.
    """

    step: SolveStep
    elapsed_s: float
    incumbent: float | None = None
    dual_bound: float | None = None
    priority_level: int | None = None


@dataclass
class History:
    """The moments of a solve, in the order of time.

    However long it takes, they are no more than `moment_count_max`, unless more than half as many must stay:
    first and last, where a step or a priority level begins or a level ends, the first plan and the last, the
    first dual bound and the last. Of the others those go that differ least from one that stays.
    """

    moment_count_max: int = MOMENT_COUNT_MAX
    moments: list[Moment] = field(default_factory=list)

    def add(self, moment: Moment) -> None:
        """Take a moment, unless it tells nothing new."""
        if self.moments and replace(moment, elapsed_s=self.moments[-1].elapsed_s) == self.moments[-1]:
            return
        self.moments.append(moment)
        if len(self.moments) > self.moment_count_max:
            self.moments = _thinned(self.moments, self.moment_count_max // 2)

    def forget_values(self) -> None:
        """Keep steps and seconds alone: what was found is of another scenario than the one solved now."""
        self.moments = [Moment(m.step, m.elapsed_s) for m in self.moments]

    def borne_out(self) -> list[Moment]:
        """Return the moments as the last one of each priority level bears them out.

        A solver works within tolerances, several tell of their findings at once, and the plan is worked out
        anew in the end: no plan counts for more before, and no bound for less, than it turned out to be.
        """
        end = {moment.priority_level: moment for moment in self.moments}
        found: list[Moment] = []
        for moment in self.moments:
            last, earlier = end[moment.priority_level], found[-1:]
            if earlier and earlier[0].priority_level != moment.priority_level:
                earlier = []
            incumbent = _best(max, [m.incumbent for m in (*earlier, moment)])
            dual_bound = _best(min, [m.dual_bound for m in (*earlier, moment)])
            if incumbent is not None:
                incumbent = _best(min, [incumbent, last.incumbent])
            if dual_bound is not None:
                dual_bound = _best(max, [dual_bound, last.dual_bound])
            known = replace(moment, incumbent=incumbent, dual_bound=dual_bound)
            if not (found and _are_alike(found[-1], known)):
                found.append(known)
        return found


def _best(better: Callable[[list[float]], float], values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return better(known) if known else None


def _thinned(moments: Sequence[Moment], count: int) -> list[Moment]:
    """Return at most `count` of the moments, or those that must stay; the greater changes of the others."""
    fixed = _fixed(moments)
    least_share, kept = _LEAST_CHANGE_SHARE, list(moments)
    while len(kept) > max(count, len(fixed)):
        kept = [moments[0]]
        for n, moment in enumerate(moments[1:], start=1):
            if n in fixed or _change_share(kept[-1], moment) >= least_share:
                kept.append(moment)
        least_share *= 2
    return kept


def _fixed(moments: Sequence[Moment]) -> set[int]:
    """Return the places of the moments that stay whatever happens."""
    fixed = {0, len(moments) - 1}
    changed: dict[tuple[str, int | None], int] = {}
    for n, (before, now) in enumerate(pairwise(moments), start=1):
        if before.step != now.step or before.priority_level != now.priority_level:
            fixed.add(n)
        if before.priority_level != now.priority_level:
            fixed.add(n - 1)
        for figure in ("incumbent", "dual_bound"):
            old, new = getattr(before, figure), getattr(now, figure)
            if old is None and new is not None:
                fixed.add(n)
            if old != new:
                changed[figure, now.priority_level] = n
    return fixed | set(changed.values())


def _are_alike(before: Moment, now: Moment) -> bool:
    """Tell whether two moments differ by nothing but time and rounding."""
    same = replace(now, elapsed_s=before.elapsed_s, incumbent=before.incumbent, dual_bound=before.dual_bound)
    is_known = [(m.incumbent is None, m.dual_bound is None) for m in (before, now)]
    return same == before and is_known[0] == is_known[1] and _change_share(before, now) <= _ROUNDING_SHARE


def _change_share(before: Moment, now: Moment) -> float:
    pairs = ((before.incumbent, now.incumbent), (before.dual_bound, now.dual_bound))
    return max(0.0 if a is None or b is None else abs(b - a) / max(abs(a), 1e-10) for a, b in pairs)
