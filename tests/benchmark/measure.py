"""What is measured of a solve: its course, the gap, the time to a gap, the primal integral; and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEVEL_RATIO = 1.2
"""Up to this ratio of times two solvers count as level."""
_ROUNDING = 1e-6
"""Of the objective: what solvers differ by without a fault, as they keep rows to a tolerance of 1e-6."""


@dataclass(frozen=True)
class Event:
    """What a solver knows after so many seconds: incumbent and dual bound, None where it has none."""

    seconds: float
    objective: float | None
    dual_bound: float | None

    @property
    def mip_gap(self) -> float:
        """How much better than the incumbent a plan could be, as a share of it; infinite where not known."""
        if self.objective is None or self.dual_bound is None:
            return float("inf")
        return max(self.dual_bound - self.objective, 0.0) / max(abs(self.objective), 1e-10)


@dataclass(frozen=True)
class Course:
    """The events of a solve of something to be maximised, in the order of time; the last is its end."""

    events: tuple[Event, ...]

    @property
    def end(self) -> Event:
        """The last event; one that knows nothing where there is none."""
        return self.events[-1] if self.events else Event(0.0, None, None)

    def seconds_to(self, mip_gap: float) -> float | None:
        """Return the seconds until the gap was no wider than this; None where it never was."""
        return next((e.seconds for e in self.events if e.mip_gap <= mip_gap < float("inf")), None)

    @property
    def seconds_to_any_gap(self) -> float | None:
        """The seconds until there was a plan and a dual bound; None where there never were both."""
        return next((e.seconds for e in self.events if e.mip_gap < float("inf")), None)

    @property
    def seconds_to_end_gap(self) -> float | None:
        """The seconds until the gap was as narrow as at the end; None where it is not known."""
        return self.seconds_to(self.end.mip_gap)

    def primal_integral_s(self, best: float, limit_s: float) -> float:
        """Return the integral of the primal gap over the time limit, seconds; what is known stays after the end.

        Berthold (2013), Measuring the impact of primal heuristics, Operations Research Letters 41(6): the
        primal gap of an incumbent is its distance from the best objective value, as a share of the greater of
        both; 1 without an incumbent, or with one of the other sign. 0 is best, the time limit worst.
        """
        found, since_s, gap = 0.0, 0.0, 1.0
        for event in self.events:
            now_s = min(event.seconds, limit_s)
            found += gap * (now_s - since_s)
            since_s, gap = now_s, primal_gap(event.objective, best)
        return found + gap * (limit_s - since_s)


def primal_gap(objective: float | None, best: float) -> float:
    """Return how far an incumbent is from the best objective value, in [0, 1]."""
    if objective is None or objective * best < 0:
        return 1.0
    greatest = max(abs(objective), abs(best))
    return abs(best - objective) / greatest if greatest else 0.0


@dataclass(frozen=True)
class Comparison:
    """Our time beside another solver's: the ratio, which of the two it bounds, and what that comes to."""

    ratio: float | None
    verdict: str
    sign: str = ""

    def __str__(self) -> str:
        """Return the ratio for people; a sign where one of both did not reach the gap of the other."""
        return "-" if self.ratio is None else f"{self.sign}{self.ratio:.2f}"


def compare(ours: Course, other: Course, *, mip_gap: float, limit_s: float) -> Comparison:
    """Return our time to the gap that the other ended with, relative to the time it took itself.

    A gap no wider than `mip_gap`, which all are asked for, counts as that. Where the other never had a gap, our
    time to any stands against the limit, and where we did not reach its gap, the limit against its time.
    """
    theirs = max(other.end.mip_gap, mip_gap)
    own = max(ours.end.mip_gap, mip_gap)
    our_s, their_s = ours.seconds_to(theirs), other.seconds_to(theirs)
    if their_s is None:  # it has no plan, or no dual bound
        reached_s = ours.seconds_to_any_gap
        return Comparison(1.0, "level") if reached_s is None else _rated(reached_s, limit_s, "<")
    if our_s is None:
        return Comparison(_ratio(limit_s, their_s), "behind", ">")
    found = _rated(our_s, their_s)
    if found.verdict == "behind" and own < theirs:
        later_s = ours.seconds_to(own)
        assert later_s is not None
        return Comparison(found.ratio, f"behind to {theirs:.2%}, then ahead")
    return found


def compare_plans(ours: Course, other: Course) -> Comparison | None:
    """Tell whose plan is better, whatever the time it took; None where the other has none."""
    if other.end.objective is None:
        return None
    own = float("-inf") if ours.end.objective is None else ours.end.objective
    lead, room = own - other.end.objective, _ROUNDING * max(abs(other.end.objective), 1.0)
    return Comparison(None, "ahead" if lead > room else "level" if lead >= -room else "behind")


def _rated(our_s: float, their_s: float, sign: str = "") -> Comparison:
    ratio = _ratio(our_s, their_s)
    verdict = "ahead" if ratio <= 1 else "level" if ratio <= LEVEL_RATIO else "behind"
    return Comparison(ratio, verdict, sign)


def _ratio(our_s: float, their_s: float) -> float:
    return max(our_s, 1e-3) / max(their_s, 1e-3)


def best_objective(courses: Iterable[Course], known: float | None) -> float | None:
    """Return the best objective value of all solvers and of the published optimum; None where there is none."""
    found = [c.end.objective for c in courses if c.end.objective is not None]
    return max([*found, *([] if known is None else [known])], default=None)


def fault(course: Course, best: float | None, known: float | None) -> str:
    """Return what contradicts a course: a dual bound below a plan, or a plan better than the published optimum."""
    if best is None:
        return ""
    room = _ROUNDING * max(abs(best), 1.0)
    if course.end.dual_bound is not None and course.end.dual_bound < best - room:
        return "its dual bound is below a plan"
    if known is not None and course.end.objective is not None and course.end.objective > known + room:
        return "better than the published optimum"
    return ""
