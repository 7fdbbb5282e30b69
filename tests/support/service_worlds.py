"""Charging sessions over small made-up inputs: drawn, and counted without a flow.

The greatest flow is the least cut (Ford and Fulkerson 1956): over all choices of zones on the near side, what
the others ask for and what each site takes of those.
"""

from __future__ import annotations

import dataclasses
from itertools import chain, combinations, product

from hypothesis import strategies as st

from model.accounting.money_scale import installable_kw
from model.data.inputs import Inputs, Option, Plan, Service, Site
from tests.support.draws import one_of, some_of, whole, yes_or_no

RULES = ("min_served",)
WEIGHT = {"served": 1.5, "efficiency": 0.5}
CAPACITY = (0.0, 0.5, 1.5, 2.75)


def with_service(draw: st.DrawFn, inputs: Inputs) -> Inputs:
    """Return the inputs, every second time with sessions: ports, zones, rules and terms."""
    if draw(yes_or_no):
        return inputs
    ports = whole(1, 3)

    def equipped(place: Site | Option) -> str:
        return "+".join(f"{k}={draw(ports)}" for k in inputs.levels if k in place.levels)

    sites = {s: dataclasses.replace(site, layout=equipped(site)) for s, site in inputs.sites.items()}
    options = {
        o: dataclasses.replace(option, layout=equipped(option)) for o, option in inputs.options.items()
    }
    layouts = {place.layout for place in (*sites.values(), *options.values())}
    zones = list(product(range(2), inputs.levels))
    some = some_of(*sorted(inputs.sites))
    service = Service(
        demand_per_h={(*z, t): draw(whole(0, 5)) * 0.5 for z in zones for t in inputs.phase_numbers},
        covered_share={z: tuple((s, draw(one_of(0.5, 1.0))) for s in sorted(draw(some))) for z in zones},
        capacity_per_h={
            (k, layout): CAPACITY[ports_of(layout, k)]
            for layout in layouts
            for k in inputs.levels
            if ports_of(layout, k)
        },
        kwh_per_session={k: 10.0 * n for n, k in enumerate(inputs.levels, start=1)},
        installed_kw=200.0,
        min_share={(inputs.phase_numbers[-1], k): draw(one_of(0.0, 0.3, 0.7)) for k in inputs.levels},
    )
    return dataclasses.replace(
        inputs,
        sites=sites,
        options=options,
        service=service,
        rules=inputs.rules | draw(some_of(*RULES)),
        objective_weight={**inputs.objective_weight, **WEIGHT},
    )


def ports_of(layout: str, level: str) -> int:
    """Return the ports of a level in the layouts of these worlds, such as L2=1+L3=2."""
    return next(
        (int(part.partition("=")[2]) for part in layout.split("+") if part.startswith(f"{level}=")), 0
    )


def ports_at(inputs: Inputs, plan: Plan, site: int, level: str, phase: int) -> int:
    """Return the ports of a level at a site at the end of a phase."""
    chosen = [inputs.options[o] for o, t in plan if t <= phase and inputs.options[o].site_id == site]
    place = chosen[0] if chosen else inputs.sites[site]
    return ports_of(place.layout, level)


def served_share(inputs: Inputs, plan: Plan, level: str, phase: int) -> float:
    """Return the share of the sessions of a level that is served, from the least cut."""
    service = inputs.service
    assert service is not None
    asked = {z: d for (z, k, t), d in service.demand_per_h.items() if (k, t) == (level, phase)}
    if not sum(asked.values()):
        return 1.0
    bound = {
        (z, s): asked[z] * share
        for (z, k), sites in service.covered_share.items()
        for s, share in sites
        if k == level and ports_at(inputs, plan, s, level, phase)
    }
    room = {s: CAPACITY[ports_at(inputs, plan, s, level, phase)] for _, s in bound}
    near_sides = chain.from_iterable(combinations(asked, n) for n in range(len(asked) + 1))
    least = min(
        sum(asked[z] for z in asked if z not in near)
        + sum(min(room[s], sum(bound.get((z, s), 0.0) for z in near)) for s in room)
        for near in near_sides
    )
    return least / sum(asked.values())


def keeps_service_rules(inputs: Inputs, plan: Plan) -> bool:
    """Judge a plan by the least share of sessions; balance and capacity are in how they are counted."""
    if inputs.service is None or "min_served" not in inputs.rules:
        return True
    targets = inputs.service.min_share.items()
    return all(served_share(inputs, plan, k, t) >= goal - 1e-9 for (t, k), goal in targets)


def service_worth(inputs: Inputs, plan: Plan) -> float:
    """Return what sessions add to the objective, from the definition of the terms."""
    service = inputs.service
    if service is None:
        return 0.0
    discount = sum(p.discount_factor for p in inputs.phases)
    served = efficiency = 0.0
    for p in inputs.phases:
        kw = {
            k: service.kwh_per_session[k]
            * sum(d for (_, at, t), d in service.demand_per_h.items() if (at, t) == (k, p.phase))
            for k in inputs.levels
        }
        used_kw = sum(kw[k] * served_share(inputs, plan, k, p.phase) for k in inputs.levels)
        installed_kw = service.installed_kw + sum(
            option.added_kw
            for o, t in plan
            # power at a station that does not count is not that of the network
            if t <= p.phase and ((option := inputs.options[o]).levels or inputs.sites[option.site_id].levels)
        )
        share = p.discount_factor / discount
        served += share * (used_kw / sum(kw.values()) if sum(kw.values()) else 1.0)
        efficiency += share * (1 - (installed_kw - used_kw) / installable_kw(inputs))
    return WEIGHT["served"] * served + WEIGHT["efficiency"] * efficiency
