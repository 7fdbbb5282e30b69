"""Which sessions a plan serves: at each level and phase the most that can flow from zones to stations.

All that the model says of sessions (`min_served`, the terms `served` and `efficiency`) gains by more of them,
so the greatest flow is the right one whatever the weights. Demand and capacity are whole millionths of a
session per hour, hence a maximum flow in whole numbers is exact. Where a zone asks for more than 2,147
sessions per hour, or a site serves more, the unit is greater: a share of 5e-10 of the greatest of them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from model.data.inputs import Inputs, Plan, Service

Flow = dict[tuple[int, str, int], float]
"""Sessions per hour by (zone, level, site); only where there are any."""
UNITS_PER_SESSION = 1_000_000
_MOST_UNITS = np.iinfo(np.int32).max - 1
"""What SciPy's maximum flow takes along an arc."""


def bound_per_h(service: Service, zone: int, level: str, covered_share: float, phase: int) -> float:
    """Return the sessions of a zone that may go to a site: those of its cells within the service distance."""
    demand = service.demand_per_h[zone, level, phase]
    return (
        demand if covered_share >= 1 else int(demand * covered_share * UNITS_PER_SESSION) / UNITS_PER_SESSION
    )


def capacity_per_h(service: Service, level: str, layout: str) -> float:
    """Return the sessions of a level per hour that a layout serves; none without a port of the level."""
    return service.capacity_per_h.get((level, layout), 0.0)


def capacities_in_force(
    inputs: Inputs, service: Service, plan: Plan, phase: int
) -> dict[str, dict[int, float]]:
    """Return the sessions per hour that each site with ports of a level serves at the end of a phase."""
    layouts = {site.site_id: site.layout for site in inputs.sites.values()}
    for option_id, when in plan:
        if when <= phase:
            option = inputs.options[option_id]
            layouts[option.site_id] = option.layout
    known = service.capacity_per_h
    return {
        level: {site: known[level, layout] for site, layout in layouts.items() if (level, layout) in known}
        for level in inputs.levels
    }


def flow(inputs: Inputs, plan: Plan, phase: int) -> Flow:
    """Return the greatest flow of sessions at the end of a phase."""
    found: Flow = {}
    service = inputs.service
    if service is not None:
        for level, capacities in capacities_in_force(inputs, service, plan, phase).items():
            network = _Network(service, capacities, level, phase)
            found |= {(zone, level, site): sessions for (zone, site), sessions in network.flow().items()}
    return found


def bottlenecks(inputs: Inputs, plan: Plan, phase: int) -> dict[str, set[int]]:
    """Return the sites of each level whose capacity bounds the greatest flow: a minimum cut.

    Their capacities and, of each zone, its demand or what may go to its other sites, whichever is less,
    together are the greatest flow: no flow is greater than that, whichever sites are named.
    """
    service = inputs.service
    if service is None:
        return {}
    return {
        level: _Network(service, capacities, level, phase).cut()
        for level, capacities in capacities_in_force(inputs, service, plan, phase).items()
    }


def served_share(service: Service, flows: Flow, level: str, phase: int) -> float:
    """Return the share of the sessions of a level that is served; 1 where none are asked for."""
    asked = service.total_per_h(level, phase)
    served = sum(sessions for (_, at, _), sessions in flows.items() if at == level)
    return min(served / asked, 1.0) if asked else 1.0


class _Network:
    """Zones and sites of a level in a phase: what may flow from node 0 to zones, to sites, to the end."""

    def __init__(self, service: Service, capacities: dict[int, float], level: str, phase: int) -> None:
        self.pairs = [
            (zone, site, bound)
            for (zone, at), sites in service.covered_share.items()
            if at == level
            for site, share in sites
            if site in capacities and (bound := bound_per_h(service, zone, level, share, phase))
        ]
        self.zones = {zone: n for n, zone in enumerate(dict.fromkeys(z for z, _, _ in self.pairs), start=1)}
        first = len(self.zones) + 1
        self.sites = {
            site: n for n, site in enumerate(dict.fromkeys(s for _, s, _ in self.pairs), start=first)
        }
        self.end = first + len(self.sites)
        self.arcs = (
            [(0, n, service.demand_per_h[zone, level, phase]) for zone, n in self.zones.items()]
            + [(self.zones[zone], self.sites[site], bound) for zone, site, bound in self.pairs]
            + [(n, self.end, capacities[site]) for site, n in self.sites.items()]
        )
        greatest = max((sessions for _, _, sessions in self.arcs), default=0.0)
        self._is_exact = greatest * UNITS_PER_SESSION <= _MOST_UNITS
        self._units_per_session = UNITS_PER_SESSION if self._is_exact else _MOST_UNITS / greatest

    def flow(self) -> dict[tuple[int, int], float]:
        """Return the greatest flow by (zone, site), sessions per hour; only where there is any."""
        if not self.pairs:
            return {}
        solved = _maximum_flow(self._capacity())
        return {
            (zone, site): units / self._units_per_session
            for zone, site, _ in self.pairs
            if (units := int(solved[self.zones[zone], self.sites[site]])) > 0
        }

    def cut(self) -> set[int]:
        """Return the sites that more sessions could still reach: they are full."""
        if not self.pairs:
            return set()
        capacity = self._capacity()
        # what is left of each arc; where something flows it may flow back
        left = csr_array(capacity - _maximum_flow(capacity))
        left.data = np.maximum(left.data, 0)
        left.eliminate_zeros()
        reached = set(breadth_first_order(left, 0, return_predecessors=False).tolist())
        return {site for site, n in self.sites.items() if n in reached}

    def _capacity(self) -> csr_array:
        """Return what may flow along each arc, in its whole units; shape (nodes, nodes)."""
        source, target, sessions = zip(*self.arcs, strict=True)
        units = np.floor(np.array(sessions) * self._units_per_session + 0.5 * self._is_exact).astype(np.int32)
        return csr_array((units, (np.array(source), np.array(target))), shape=(self.end + 1, self.end + 1))


def _maximum_flow(capacity: csr_array) -> csr_array:
    """Return the greatest flow from the first node to the last; what flows back is negative."""
    return csr_array(maximum_flow(capacity, 0, capacity.shape[0] - 1).flow)
