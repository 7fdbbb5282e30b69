"""What the model knows: plain data, frozen, as the views of `sql/4_model` deliver it.

An aggregated demand node is a set of demand cells that the same sites cover at one level; the model need not
tell them apart. Nodes that are covered whatever is decided are a constant, `always_covered_share`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from model.data.codes import Action, LockEffect

GroupLevel = tuple[int, str]
SiteLevel = tuple[int, str]
Choice = tuple[str, int]
Plan = frozenset[Choice]
"""What a plan does: (option_id, phase) for each site that changes."""


@dataclass(frozen=True, slots=True)
class Site:
    """A station or a candidate site: what stands there before the plan, its place (m).

    `grid_node_ids` are its feeder, station and supply, as far as they are known.

    `layout` is its ports by charger type as text: `model.layout_part`.
    """

    site_id: int
    levels: frozenset[str] = frozenset()
    grid_node_ids: tuple[int, ...] = ()
    x_m: float = 0.0
    y_m: float = 0.0
    layout: str = ""
    planning_area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What an option costs in a phase, CAD of its year; grants by program, before their caps."""

    capex_cad: float = 0.0
    grants: tuple[tuple[str, float], ...] = ()
    resale_cad: float = 0.0

    @property
    def grant_cad(self) -> float:
        """What all programs pay before the caps on whole applications, CAD."""
        return sum(grant_cad for _, grant_cad in self.grants)

    @property
    def net_cad(self) -> float:
        """Capital cost less grants (before the caps on whole applications) and resale, CAD."""
        return self.capex_cad - self.grant_cad - self.resale_cad


FREE = Price()


@dataclass(frozen=True, slots=True)
class Option:
    """A change that may be made at a site: a row of `model.site_option` other than `keep`.

    `levels` are those found there afterwards, `layout` the ports by charger type, `added_kw` is the change of
    connected power and `peak_kw` the power afterwards; `phases` are the phases that allow it, `prices` what
    it costs in each: nothing in one that it has no price for.
    """

    option_id: str
    site_id: int
    action: Action
    levels: frozenset[str]
    phases: tuple[int, ...]
    prices: Mapping[int, Price] = field(default_factory=dict, hash=False)
    opex_change_cad_per_year: float = 0.0
    peak_kw: float = 0.0
    added_kw: float = 0.0
    layout: str = ""

    def price(self, phase: int) -> Price:
        """Return what it costs in a phase."""
        return self.prices.get(phase, FREE)

    @property
    def net_cad_min(self) -> float:
        """Capital cost less grants and resale in the phase where that is least, CAD."""
        return min((self.price(t).net_cad for t in self.phases), default=0.0)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase: its budget, the weight of its coverage relative to the first phase, limit on added opex."""

    phase: int
    budget_cad: float
    discount_factor: float = 1.0
    opex_limit_cad_per_year: float = float("inf")


@dataclass(frozen=True, slots=True)
class Step:
    """A grid upgrade that a grid area may have once."""

    added_kw: float
    cost_cad: float


@dataclass(frozen=True, slots=True)
class Lock:
    """What people decided beforehand, and still holds."""

    lock_id: int
    site_id: int
    lock_kind: LockEffect
    option_id: str | None = None


@dataclass(frozen=True, slots=True)
class PriorityLevel:
    """A priority level of an objective: the terms that count, and what later levels may give up."""

    terms: tuple[str, ...]
    tolerance_share: float = 0.0


@dataclass(frozen=True)
class Service:
    """Charging sessions per hour of the busiest hour: who asks for them, and what ports can serve.

    `demand_per_h` is keyed by (zone, level, phase); `covered_share` lists for each (zone, level) the sites
    its drivers choose among, with the share of its demand within the service distance; zones without any have
    demand only. `capacity_per_h` is keyed by (level, layout), for levels that the layout has, and counted in
    sessions of the level's usual charger, of `kwh_per_session`; `min_share` is keyed by (phase, level);
    `installed_kw` is the power of the ports that stand before the plan at stations that count. Where the
    zones are those of a part of the region, `region_per_h` has all sessions of each (level, phase).
    """

    demand_per_h: Mapping[tuple[int, str, int], float]
    covered_share: Mapping[tuple[int, str], tuple[tuple[int, float], ...]]
    capacity_per_h: Mapping[tuple[str, str], float]
    kwh_per_session: Mapping[str, float]
    installed_kw: float
    min_share: Mapping[tuple[int, str], float] = field(default_factory=dict)
    region_per_h: Mapping[tuple[str, int], float] = field(default_factory=dict)

    @cached_property
    def zones_of_site(self) -> Mapping[tuple[int, str], tuple[int, ...]]:
        """The zones that may use each (site, level)."""
        found: dict[tuple[int, str], list[int]] = {}
        for (zone, level), sites in self.covered_share.items():
            for site, _ in sites:
                found.setdefault((site, level), []).append(zone)
        return {key: tuple(zones) for key, zones in found.items()}

    @cached_property
    def _total_per_h(self) -> Mapping[tuple[str, int], float]:
        if self.region_per_h:
            return self.region_per_h
        found: dict[tuple[str, int], float] = {}
        for (_, level, phase), sessions in self.demand_per_h.items():
            found[level, phase] = found.get((level, phase), 0.0) + sessions
        return found

    def total_per_h(self, level: str, phase: int) -> float:
        """Return all sessions that are asked for at a level in a phase."""
        return self._total_per_h.get((level, phase), 0.0)

    def demand_kw(self, level: str, phase: int) -> float:
        """Return the mean power that all sessions of a level would take in the busiest hour."""
        return self.kwh_per_session[level] * self.total_per_h(level, phase)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Sites where a level may come or go, all covering the same demand, and how many of them may have it."""

    level: str
    site_ids: tuple[int, ...]
    station_count_max: int


@dataclass(frozen=True, slots=True)
class Corridor:
    """Sites that could serve a stretch of a corridor, one of which must have the level at the end."""

    level: str
    site_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A station that may be removed, a level that it has, and the sites one of which must have it then.

    `is_removed`: a plan that this one continues has removed it.
    """

    site_id: int
    level: str
    site_ids: tuple[int, ...]
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class AreaLimit:
    """Stations that a planning area must have at the end, and may have at most (None: any number).

    `level_station_count_min` has the fewest stations with a level, for levels of which any are asked for.
    """

    planning_area_id: int
    station_count_min: int = 0
    station_count_max: int | None = None
    level_station_count_min: Mapping[str, int] = field(default_factory=dict)

    @property
    def fewest(self) -> dict[str, int]:
        """How many stations it must have, by level, and of any level under ""; only what it must have."""
        least = {"": self.station_count_min, **self.level_station_count_min}
        return {level: count for level, count in least.items() if count > 0}


@dataclass(frozen=True)
class Space:
    """What the rules on space and projects know; each part is empty where its rule is off or cannot bind.

    `conflicts` has for each level the pairs of sites too near to each other for the level at both,
    `neighbours` for each (site, level) the sites one of which must have the level for the site to have it.
    """

    conflicts: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    neighbours: Mapping[SiteLevel, tuple[int, ...]] = field(default_factory=dict)
    corridors: tuple[Corridor, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    areas: tuple[AreaLimit, ...] = ()
    project_count_max: int | None = None
    area_project_count_max: int | None = None

    @cached_property
    def site_levels(self) -> tuple[SiteLevel, ...]:
        """Every site and level whose presence a rule speaks of, whether it covers any demand or not."""
        found = {(site, level) for level, pairs in self.conflicts.items() for pair in pairs for site in pair}
        for (site, level), others in self.neighbours.items():
            found |= {(other, level) for other in (site, *others)}
        found |= {(site, corridor.level) for corridor in self.corridors for site in corridor.site_ids}
        found |= {(site, node.level) for node in self.overlaps for site in node.site_ids}
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class EquityGroup:
    """People who must get their share of a level: where they live, and the least share to be covered.

    `people` are (aggregated demand node, share of them); `always_share` of them is covered whatever is
    decided. `ratio_min` is None where it is that of all groups. A group without a floor is all people in the
    region.
    """

    group_kind: str
    group_name: str
    level: str
    people: tuple[tuple[int, float], ...]
    always_share: float = 0.0
    floor_share: float | None = None
    ratio_min: float | None = None


@dataclass(frozen=True)
class Fairness:
    """What the rules on groups of people know; empty where they are off."""

    groups: tuple[EquityGroup, ...] = ()
    ratio_min: float = 0.0
    is_in_every_phase: bool = False
    protected: tuple[GroupLevel, ...] = ()

    def ratio_of(self, group: EquityGroup) -> float:
        """Return the least coverage of a group relative to that of all people; 0 for all people."""
        own = self.ratio_min if group.ratio_min is None else group.ratio_min
        return 0.0 if group.floor_share is None else own

    def everybody(self, level: str) -> int:
        """Return the place in `groups` of everybody at a level."""
        return next(n for n, g in enumerate(self.groups) if g.level == level and g.floor_share is None)


@dataclass(frozen=True, slots=True)
class DoubleCoverageNode:
    """Demand that stations which always stay cover, and these sites could: how many more it takes."""

    site_ids: tuple[int, ...]
    missing_count: int
    weight_share: float


@dataclass(frozen=True)
class DoubleCoverage:
    """Demand that a second station of a level could cover; `always_share` has two whatever is decided."""

    nodes: tuple[DoubleCoverageNode, ...] = ()
    always_share: float = 0.0


@dataclass(frozen=True)
class Inputs:
    """Everything `build` sees.

    `priority_levels` is empty where the terms of the objective are simply weighed. `application_cap_cad`
    is the most that a grant program pays to one application, all projects of a phase. `steps` are keyed
    by (grid area, step).
    `covering_sites` and `weight` are keyed by (node, level): the sites that can cover the node at the
    level, and its share of the demand; its demand cells are known in the database alone.
    `covered_before_share` is the share of the demand that is covered before the plan, by level.
    `network_cad` and `network_opex_cad_per_year` are what stands before the plan at stations that count
    would cost new and costs to run, `station_cad_max` the dearest station of it. `double_coverage` has
    the levels for which the objective asks for it. `service` is None where no sessions are counted.
    `candidate_score` is keyed by the sites that may be built on, in [0, 1]; one that is not there counts
    as perfect. `alternatives` are of stations of which not all levels are always found near by.
    `measured_options` are options that others of their sites make needless: no plan has them, but what
    money and power are measured against counts them. For a part of a region, `opex_scale_cad_per_year` and
    `installable_kw` are those of the whole, which else follow from what is offered.
    """

    phases: tuple[Phase, ...]
    levels: tuple[str, ...]
    sites: Mapping[int, Site]
    options: Mapping[str, Option]
    covering_sites: Mapping[GroupLevel, tuple[int, ...]]
    weight: Mapping[GroupLevel, float]
    rules: frozenset[str]
    objective_weight: Mapping[str, float]
    measured_options: Mapping[str, Option] = field(default_factory=dict)
    covered_before_share: Mapping[str, float] = field(default_factory=dict)
    always_covered_share: Mapping[str, float] = field(default_factory=dict)
    target: Mapping[tuple[int, str], float] = field(default_factory=dict)
    remaining_kw: Mapping[int, float] = field(default_factory=dict)
    coincidence_share: Mapping[int, float] = field(default_factory=dict)
    site_power_limit_kw: float = float("inf")
    locks: tuple[Lock, ...] = ()
    priority_levels: tuple[PriorityLevel, ...] = ()
    cost_limit_cad: float = float("inf")
    money_scale_cad: float | None = None
    network_cad: float = 0.0
    station_cad_max: float = 0.0
    network_opex_cad_per_year: float = 0.0
    space: Space = Space()
    fairness: Fairness = Fairness()
    double_coverage: Mapping[str, DoubleCoverage] = field(default_factory=dict)
    application_cap_cad: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[tuple[int, int], Step] = field(default_factory=dict)
    is_budget_carried_over: bool = False
    service: Service | None = None
    candidate_score: Mapping[int, float] = field(default_factory=dict)
    alternatives: tuple[Alternative, ...] = ()
    opex_scale_cad_per_year: float | None = None
    installable_kw: float | None = None

    @property
    def counted_service(self) -> Service:
        """The sessions, for what there is only where they are counted.

        Raises:
            ValueError: none are counted.

        """
        if self.service is None:
            raise ValueError("no sessions are counted in these inputs")
        return self.service

    @cached_property
    def option_ids_of_site(self) -> Mapping[int, tuple[str, ...]]:
        """The options of each site that has any."""
        found: dict[int, list[str]] = {}
        for option in self.options.values():
            found.setdefault(option.site_id, []).append(option.option_id)
        return {site: tuple(ids) for site, ids in found.items()}

    @cached_property
    def site_ids_of_node(self) -> Mapping[int, tuple[int, ...]]:
        """The sites that draw from each node of the grid."""
        found: dict[int, list[int]] = {}
        for site in self.sites.values():
            for node in site.grid_node_ids:
                found.setdefault(node, []).append(site.site_id)
        return {node: tuple(ids) for node, ids in found.items()}

    @cached_property
    def phase_numbers(self) -> tuple[int, ...]:
        """The numbers of the phases, first to last."""
        return tuple(p.phase for p in self.phases)

    @cached_property
    def discount_share(self) -> Mapping[int, float]:
        """The discount factor of each phase as a share of their sum."""
        scale = sum(p.discount_factor for p in self.phases)
        return {p.phase: p.discount_factor / scale for p in self.phases}

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
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(map(_stable, value.items())))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_stable, value))})"
    if hasattr(value, "__dataclass_fields__"):
        return f"({', '.join(_stable(getattr(value, name)) for name in value.__dataclass_fields__)})"
    return repr(value)
