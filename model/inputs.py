"""What the model knows: plain data, frozen, as the views of `sql/4_model` deliver it.

A demand group is a set of demand cells that the same sites reach at one level; the model need not tell them
apart. Groups that are covered whatever is decided are no groups here but a constant, `always_covered_share`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

GroupLevel = tuple[int, str]
Choice = tuple[str, int]
Plan = frozenset[Choice]
"""What a plan does: (option_id, phase) for each site that changes."""


@dataclass(frozen=True, slots=True)
class Site:
    """A station or a candidate site: the levels there before the plan, its grid area, its place in metres."""

    site_id: int
    levels: frozenset[str] = frozenset()
    grid_area_id: int | None = None
    x_m: float = 0.0
    y_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Option:
    """A change that may be made at a site: a row of `model.site_option` other than `keep`.

    `levels` are those found there afterwards, `added_kw` is the change of connected power and `peak_kw` the
    power afterwards; `phases` are the phases that allow it.
    """

    option_id: str
    site_id: int
    action: str
    levels: frozenset[str]
    phases: tuple[int, ...]
    capex_cad: float = 0.0
    grant_cad: float = 0.0
    resale_cad: float = 0.0
    opex_change_cad_per_year: float = 0.0
    peak_kw: float = 0.0
    added_kw: float = 0.0

    @property
    def net_cad(self) -> float:
        """Capital cost less grants and resale, CAD."""
        return self.capex_cad - self.grant_cad - self.resale_cad


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: its budget in CAD and the worth of its coverage against the first phase's."""

    phase: int
    budget_cad: float
    discount_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Lock:
    """What people decided beforehand: `force_in`, `force_out` or `fix_option` (then with its option)."""

    lock_id: int
    site_id: int
    lock_kind: str
    option_id: str | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand cell at one level: its weight, if it is covered before, and if it is whatever is decided."""

    demand_id: int
    level: str
    weight_share: float
    is_covered_before: bool
    is_covered_always: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a lexicographic objective: the terms that count, and what later stages may give up."""

    terms: tuple[str, ...]
    tolerance_share: float = 0.0


@dataclass(frozen=True)
class Inputs:
    """Everything `build` sees.

    `stages` is empty where the terms of the objective are simply weighed.
    `reach` and `weight` are keyed by (group, level): the sites that reach the group at the level, and its
    share of the demand. `member` lists the demand cells of a group; `demand` all cells, for the report. Both
    may be empty where nothing is reported.
    """

    phases: tuple[Phase, ...]
    levels: tuple[str, ...]
    sites: Mapping[int, Site]
    options: Mapping[str, Option]
    reach: Mapping[GroupLevel, tuple[int, ...]]
    weight: Mapping[GroupLevel, float]
    rules: frozenset[str]
    objective_weight: Mapping[str, float]
    always_covered_share: Mapping[str, float] = field(default_factory=dict)
    target: Mapping[tuple[int, str], float] = field(default_factory=dict)
    headroom_kw: Mapping[int, float] = field(default_factory=dict)
    coincidence_factor: float = 1.0
    site_power_limit_kw: float = float("inf")
    locks: tuple[Lock, ...] = ()
    member: Mapping[GroupLevel, tuple[int, ...]] = field(default_factory=dict)
    demand: tuple[Demand, ...] = ()
    stages: tuple[Stage, ...] = ()
    cost_limit_cad: float = float("inf")
    money_scale_cad: float | None = None

    @cached_property
    def option_ids_of_site(self) -> Mapping[int, tuple[str, ...]]:
        """The options of each site that has any."""
        found: dict[int, list[str]] = {}
        for option in self.options.values():
            found.setdefault(option.site_id, []).append(option.option_id)
        return {site: tuple(ids) for site, ids in found.items()}

    @cached_property
    def phase_numbers(self) -> tuple[int, ...]:
        """The numbers of the phases, first to last."""
        return tuple(p.phase for p in self.phases)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over all inputs: equal means the same model."""
        digest = hashlib.sha256()
        for part in fields(self):
            value = getattr(self, part.name)
            rows = sorted(map(_stable, value.items())) if isinstance(value, Mapping) else [_stable(value)]
            digest.update(f"{part.name}={rows}\n".encode())
        return digest.hexdigest()


def _stable(value: object) -> str:
    """Write a value so that equal values read equal: sets have no order of their own."""
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_stable, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_stable, value))})"
    if hasattr(value, "__dataclass_fields__"):
        return f"({', '.join(_stable(getattr(value, name)) for name in value.__dataclass_fields__)})"
    return repr(value)
