"""Which sessions a plan serves: at each level and phase the most that can flow from zones to stations.

All that the model says of sessions (`min_served`, the terms `served` and `efficiency`) gains by more of them,
so the greatest flow is the right one whatever the weights. Demand and capacity are whole millionths of a
session per hour, hence a maximum flow in whole numbers is exact.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from model.data.inputs import Inputs, Plan, Service

Flow = dict[tuple[int, str, int], float]
"""Sessions per hour by (zone, level, site); only where there are any."""
UNITS_PER_SESSION = 1_000_000


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
            found |= _level_flow(service, capacities, level, phase)
    return found


def served_share(service: Service, flows: Flow, level: str, phase: int) -> float:
    """Return the share of the sessions of a level that is served; 1 where none are asked for."""
    asked = service.total_per_h(level, phase)
    served = sum(sessions for (_, at, _), sessions in flows.items() if at == level)
    return min(served / asked, 1.0) if asked else 1.0


def _level_flow(service: Service, capacities: dict[int, float], level: str, phase: int) -> Flow:
    pairs = [
        (zone, site, bound)
        for (zone, at), sites in service.covered_share.items()
        for site, share in sites
        if at == level and site in capacities and (bound := bound_per_h(service, zone, level, share, phase))
    ]
    if not pairs:
        return {}
    zones = {zone: n for n, zone in enumerate(dict.fromkeys(zone for zone, _, _ in pairs), start=1)}
    sites = {site: n for n, site in enumerate(dict.fromkeys(s for _, s, _ in pairs), start=len(zones) + 1)}
    wanted = {zone: service.demand_per_h[zone, level, phase] for zone in zones}
    end = len(zones) + len(sites) + 1
    arcs = (
        [(0, zones[zone], sessions) for zone, sessions in wanted.items()]
        + [(zones[zone], sites[site], bound) for zone, site, bound in pairs]
        + [(sites[site], end, capacities[site]) for site in sites]
    )
    solved = _maximum_flow(arcs, end)
    return {
        (zone, level, site): sessions / UNITS_PER_SESSION
        for zone, site, _ in pairs
        if (sessions := solved.get((zones[zone], sites[site]), 0)) > 0
    }


def _maximum_flow(arcs: list[tuple[int, int, float]], end: int) -> dict[tuple[int, int], int]:
    """Return the flow of each arc, in millionths; from node 0 to node `end`."""
    source, target, sessions = zip(*arcs, strict=True)
    most = np.iinfo(np.int32).max
    capacity = np.minimum(np.rint(np.array(sessions) * UNITS_PER_SESSION), most).astype(np.int32)
    graph = csr_array((capacity, (np.array(source), np.array(target))), shape=(end + 1, end + 1))
    found = maximum_flow(graph, 0, end).flow.tocoo()
    return {
        (int(a), int(b)): int(units)
        for a, b, units in zip(*found.coords, found.data, strict=True)
        if units > 0
    }
