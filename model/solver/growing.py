"""A plan while it grows and is changed: what it covers and costs, what rules leave to it, what it is worth.

It sees the rules and definitions that say what they leave to a growing plan (`room`), the targets of
coverage, and the terms of the objective that tell of a single change (`gain`). A site is changed once.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from model.data.inputs import Choice, Inputs, Option, Plan
from model.formulation import objective
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.growth import Change, Project, Room

_NOTHING = np.zeros(0, dtype=np.intp)


class Growing:
    """The plan: the choice at each site that it changes, and the state that follows from these.

    It begins with nothing; `coverage` is that before the plan, `value` what changes add to the objective.
    """

    def __init__(self, inputs: Inputs, coverage: Coverage | None = None) -> None:
        self.inputs = inputs
        self.taken: dict[int, Choice] = {}
        self.value = 0.0
        self.coverage = coverage or Coverage(inputs)
        self.rooms = rooms(inputs)
        self.grants = Grants(inputs)
        self.objective_gain = objective.gain(inputs)
        self.target = inputs.target if "min_coverage" in inputs.rules else {}

    @property
    def shortfall(self) -> float:
        """What the coverage lacks of the targets, all together."""
        share = self.coverage.share
        return math.fsum(max(goal - share[level, t], 0.0) for (t, level), goal in self.target.items())

    def fits(self, option: Option, phase: int) -> bool:
        """Tell whether the plan may have a choice as well, as far as a single change tells."""
        if option.site_id in self.taken:
            return False
        project = self._project(option, phase)
        return all(room.fits(project) for room in self.rooms) and self._keeps_targets(option, phase)

    def gain(self, option: Option, phase: int) -> float:
        """Return what a choice adds to the objective."""
        net_cad = self.net_cad(option, phase)
        return self.objective_gain(Change(option, phase, net_cad, self.coverage.change(option, phase)))

    def gain_towards_target(self, option: Option, phase: int) -> float:
        """Return what a choice covers of that which the coverage lacks at the end of its phase."""
        lacking = self.lacking(phase)
        if not lacking:
            return 0.0
        change = self.coverage.change(option, phase)
        return sum(min(change[key], share) for key, share in lacking.items())

    def net_cad(self, option: Option, phase: int) -> float:
        """Return the net cost of a choice beside what the plan has, CAD."""
        return self.grants.net_cad(option, phase)

    @property
    def plan(self) -> Plan:
        """What has been taken."""
        return frozenset(self.taken.values())

    def lacking(self, phase: int) -> dict[tuple[str, int], float]:
        """Return what the coverage at the end of a phase lacks of its targets, by level and phase."""
        share = self.coverage.share
        return {
            (level, t): goal - share[level, t]
            for (t, level), goal in self.target.items()
            if t == phase and goal > share[level, t]
        }

    def take(self, option: Option, phase: int) -> None:
        """Let the plan have a choice from now on."""
        self.value += self.gain(option, phase)
        project = self._project(option, phase)
        for room in self.rooms:
            room.take(project)
        self.grants.take(option, phase)
        self.coverage.take(option, phase)
        self.taken[option.site_id] = option.option_id, phase

    def put_back(self, option: Option, phase: int) -> None:
        """Let the plan be as if it had not taken a choice."""
        del self.taken[option.site_id]
        self.coverage.put_back(option, phase)
        self.grants.put_back(option, phase)
        project = self._project(option, phase)
        for room in self.rooms:
            room.put_back(project)
        self.value -= self.gain(option, phase)

    def _project(self, option: Option, phase: int) -> Project:
        return Project(option, phase, self.net_cad(option, phase))

    def _keeps_targets(self, option: Option, phase: int) -> bool:
        if not self.target or option.levels >= self.inputs.sites[option.site_id].levels:
            return True
        change, share = self.coverage.change(option, phase), self.coverage.share
        return all(
            change[level, t] >= 0 or share[level, t] + change[level, t] >= goal
            for (t, level), goal in self.target.items()
            if t >= phase
        )


def rooms(inputs: Inputs) -> list[Room]:
    """Return what the definitions, and the rules that are on, leave to a plan that changes nothing yet."""
    parts = (*DEFINITIONS, *(rule for rule in RULES if rule.name in inputs.rules))
    return [part.room(inputs) for part in parts if part.room is not None]


def keeps_rooms(inputs: Inputs, choices: Iterable[Choice]) -> bool:
    """Tell whether a plan keeps the rules that leave room, made anew phase by phase, what pays first."""
    empty, grants = rooms(inputs), Grants(inputs)
    projects = [(inputs.options[o], t) for o, t in choices]
    for option, phase in sorted(projects, key=lambda p: (p[1], p[0].price(p[1]).net_cad, p[0].option_id)):
        project = Project(option, phase, grants.net_cad(option, phase))
        if not all(room.fits(project) for room in empty):
            return False
        grants.take(option, phase)
        for room in empty:
            room.take(project)
    return True


class Grants:
    """What the projects of a plan have earned from each program in each phase, before the caps, CAD."""

    def __init__(self, inputs: Inputs) -> None:
        self._cap_cad = inputs.application_cap_cad
        self._earned_cad: dict[tuple[str, int], float] = {}

    def net_cad(self, option: Option, phase: int) -> float:
        """Return the capital cost of one more project less resale and what programs still have for it."""
        price = option.price(phase)
        return price.capex_cad - price.resale_cad - sum(self._given(p, phase, cad) for p, cad in price.grants)

    def take(self, option: Option, phase: int) -> None:
        """Count a project."""
        for program, cad in option.price(phase).grants:
            self._earned_cad[program, phase] = self._earned_cad.get((program, phase), 0.0) + cad

    def put_back(self, option: Option, phase: int) -> None:
        """Count a project no more."""
        for program, cad in option.price(phase).grants:
            self._earned_cad[program, phase] -= cad

    def _given(self, program: str, phase: int, more_cad: float) -> float:
        earned, cap = self._earned_cad.get((program, phase), 0.0), self._cap_cad.get(program, float("inf"))
        return min(more_cad, max(cap - earned, 0.0))


class Coverage:
    """The coverage share of each level in each phase while sites change, in arrays over all nodes.

    `share` is keyed by (level, phase). `nodes` are those that each (site, level) covers, `weight` is theirs,
    `station_count` how many stations cover each, a row for each phase.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._sites, self._phases, self._levels = inputs.sites, inputs.phase_numbers, inputs.levels
        number = {level: n for n, level in enumerate(self._levels)}
        of_level = np.array([number[level] for _, level in inputs.covering_sites], dtype=np.intp)
        self.nodes = self._nodes(inputs, of_level)
        self.weight = np.array([inputs.weight[key] for key in inputs.covering_sites], dtype=float)
        standing = np.zeros(len(self.weight), dtype=np.intp)
        for site in inputs.sites.values():
            for level in site.levels:
                standing[self._of(site.site_id, level)] += 1
        self.station_count = np.tile(standing, (len(self._phases), 1))
        covered = np.where(standing, self.weight, 0.0)
        share = np.bincount(of_level, covered, minlength=len(number)).tolist()
        always = inputs.always_covered_share
        self.share = {
            (level, t): always.get(level, 0.0) + share[n] for level, n in number.items() for t in self._phases
        }

    def _nodes(self, inputs: Inputs, of_level: NDArray[np.intp]) -> dict[tuple[int, str], NDArray[np.intp]]:
        """Return the nodes that each (site, level) covers, in their order."""
        counts = np.array([len(sites) for sites in inputs.covering_sites.values()], dtype=np.intp)
        site_id = np.fromiter(chain.from_iterable(inputs.covering_sites.values()), np.intp, counts.sum())
        level = np.repeat(of_level, counts)
        order = np.lexsort((level, site_id))
        site_id, level, node = site_id[order], level[order], np.repeat(np.arange(len(counts)), counts)[order]
        begins = np.flatnonzero(np.diff(site_id, prepend=-1) | np.diff(level, prepend=-1))
        keys = zip(site_id[begins].tolist(), level[begins].tolist(), strict=True)
        parts = np.split(node, begins[1:]) if len(begins) else []
        return {(s, self._levels[k]): part for (s, k), part in zip(keys, parts, strict=True)}

    def copy(self) -> Coverage:
        """Return one that changes by itself from now on."""
        found = copy.copy(self)
        found.station_count, found.share = self.station_count.copy(), self.share.copy()
        return found

    def change(self, option: Option, phase: int) -> dict[tuple[str, int], float]:
        """Return by how much the shares change from a phase on if a site becomes as an option leaves it."""
        before, first = self._sites[option.site_id].levels, self._phases.index(phase)
        found = {(level, t): 0.0 for level in self._levels for t in self._phases[first:]}
        for level in before ^ option.levels:
            nodes = self._of(option.site_id, level)
            sign, decisive = (1.0, 0) if level in option.levels else (-1.0, 1)
            moved = (self.station_count[first:, nodes] == decisive) @ self.weight[nodes]
            found |= {(level, t): sign * d for t, d in zip(self._phases[first:], moved.tolist(), strict=True)}
        return found

    def take(self, option: Option, phase: int) -> None:
        """Let a site be as an option leaves it from a phase on."""
        self._move(self.change(option, phase), 1)
        self._count(option, phase, 1)

    def put_back(self, option: Option, phase: int) -> None:
        """Let a site be as it was before."""
        self._count(option, phase, -1)
        self._move(self.change(option, phase), -1)

    def _move(self, change: dict[tuple[str, int], float], sign: int) -> None:
        for key, share in change.items():
            self.share[key] += sign * share

    def _count(self, option: Option, phase: int, sign: int) -> None:
        before, first = self._sites[option.site_id].levels, self._phases.index(phase)
        for level in before ^ option.levels:
            more = sign if level in option.levels else -sign
            self.station_count[first:, self._of(option.site_id, level)] += more

    def _of(self, site_id: int, level: str) -> NDArray[np.intp]:
        return self.nodes.get((site_id, level), _NOTHING)
