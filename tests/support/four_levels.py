"""Toy Town with four levels, worked out in Python from the scenario file and the town's README, without SQL.

What the options of each site are, what they cost, bring and connect, what they cover and how many sessions they
serve; and the best plan, found by trying all. Zones of drivers and what they ask for are taken from the inputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, product

from model.data.inputs import Service
from model.data.scenario import Scenario

Ports = dict[str, int]
STANDING: dict[str, Ports] = {
    "ocm:1": {"ac_7": 3},
    "ocm:2": {"dc_50": 2},
    "Ring Market parking": {},
    "Library": {},
}
DISTANCE_M = {
    "ocm:1": {"P1": 0, "P2": 1430, "P3": 850},
    "ocm:2": {"P1": 1320, "P2": 2750, "P3": 570},
    "Ring Market parking": {"P1": 2890, "P2": 720, "P3": 2140},
    "Library": {"P1": 440, "P2": 1870, "P3": 490},
}
WEIGHT = {"P1": 0.20, "P2": 0.30, "P3": 0.25}
WEST_TS_KW = 220
"""Left on the grid of all four sites; P4 and P5, a quarter of the people, have no site within the service distance."""


@dataclass(frozen=True)
class Choice:
    """What may be done at a site."""

    action: str
    layout: str
    ports: tuple[tuple[str, int], ...]
    capex_cad: float
    grant_cad: float
    resale_cad: float
    opex_change_cad_per_year: float
    added_kw: float
    peak_kw: float


def layout_of(p: Scenario, ports: Ports) -> str:
    """Return ports as the text of a layout."""
    order = sorted(ports, key=lambda name: (p.level[p.charger[name].level].rank, name))
    return "+".join(f"{name}={ports[name]}" for name in order if ports[name])


def choices(p: Scenario, before: Ports) -> list[Choice]:
    """Return all that may be done at a site, keep apart; each layout once for an action."""
    found = {}
    for action, after in _changes(p, before):
        ports = {name: count for name, count in after.items() if count}
        choice = _priced(p, action, before, ports)
        if choice.peak_kw <= p.site.power_limit_kw and choice.capex_cad <= p.site.capex_limit_cad:
            found[action, choice.layout] = choice
    return list(found.values())


def _changes(p: Scenario, before: Ports) -> Iterator[tuple[str, Ports]]:
    offered, level = p.phase[1].chargers, {name: row.level for name, row in p.charger.items()}
    sizes = {
        name: [n for n in p.charger[name].port_count_choices if n <= p.charger[name].ports_max]
        for name in offered
    }
    enough = {name: [n for n in found if n >= p.charger[name].ports_min] for name, found in sizes.items()}
    if not before:
        one = [
            [None, *((name, n) for name in offered if level[name] == k for n in enough[name])]
            for k in p.level
        ]
        yield from (("build", dict(filter(None, picked))) for picked in product(*one) if any(picked))
        return
    for name in offered:
        old = set(p.charger[name].replaces)
        if level[name] in {level[b] for b in before}:
            yield from (("expand", {**before, name: before.get(name, 0) + n}) for n in sizes[name])
        if old & set(before) and all(b in old for b in before if level[b] == level[name]):
            for n, share in product(enough[name], (0.0, 0.5, 1.0)):
                least = p.site.ports_retained_min
                left = {
                    b: min(count, max(least, math.ceil(count * share))) if b in old else count
                    for b, count in before.items()
                    if level[b] != level[name]
                }
                yield "upgrade", {**left, name: n}


def _priced(p: Scenario, action: str, before: Ports, after: Ports) -> Choice:
    works = resale = dismantling = opex = added = 0.0
    new: Ports = {}
    for name in {*before, *after}:
        row, change = p.charger[name], after.get(name, 0) - before.get(name, 0)
        works += max(change, 0) * (row.equipment_cost_cad_per_port + row.installation_cost_cad_per_port)
        if not before.get(name):
            works += row.equipment_cost_cad_per_station
            works += row.civil_works_cost_cad_per_station + row.make_ready_cost_cad_per_station
        resale += max(-change, 0) * row.equipment_cost_cad_per_port
        dismantling += max(-change, 0) * row.dismantling_cost_cad_per_port
        if not after.get(name):
            resale += row.equipment_cost_cad_per_station
            dismantling += row.dismantling_cost_cad_per_station
        opex += change * row.opex_cad_per_port_year
        added += change * row.port_kw
        new[name] = max(change, 0)
    works += _connected(p, sum(count * p.charger[name].port_kw for name, count in before.items()), added)
    risen = (1 + p.price.index_share_per_year) ** (p.phase[1].year - p.price.year)
    works *= (1 + p.price.soft_cost_share) * (1 + p.price.contingency_share) * risen
    return Choice(
        action,
        layout_of(p, after),
        tuple(sorted(after.items())),
        works + dismantling * risen,
        _granted(p, new, works),
        resale * p.site.resale_share_unknown_age * risen,
        opex,
        added,
        sum(count * p.charger[name].port_kw for name, count in after.items()),
    )


def _connected(p: Scenario, kw_before: float, added_kw: float) -> float:
    """Return what more power costs; no distance to a supply is known in the town."""
    row, cad = p.connection, 0.0
    if added_kw > 0:
        cad = row.fixed_cost_cad + added_kw * row.cost_cad_per_kw
    if kw_before <= row.three_phase_kw_min < kw_before + added_kw:
        cad += row.transformer_cost_cad + row.distance_assumed_m * row.line_cost_cad_per_m
    return cad


def _granted(p: Scenario, new: Ports, capex: float) -> float:
    (program,) = (program for program in p.grant.program.values() if program.is_on)
    by_level = {k: sum(n for name, n in new.items() if p.charger[name].level == k) for k in p.level}
    if not any(all(by_level[k] >= n for k, n in row.items()) for row in program.site_port_count_min):
        return 0.0
    bands = sorted(zip(program.band_kw_min, program.band_port_cap_cad, strict=True))
    caps = {name: max(b for b in bands if b[0] <= p.charger[name].port_kw)[1] for name in new}
    own = min(program.cost_share_max * capex, sum(n * caps[name] for name, n in new.items()))
    return min(own, p.grant.stack_share_max * capex)


def levels_of(p: Scenario, ports: Mapping[str, int]) -> frozenset[str]:
    """Return the levels of ports."""
    return frozenset(p.charger[name].level for name, count in ports.items() if count)


def covered_share(p: Scenario, plan: Mapping[str, Mapping[str, int]], level: str) -> float:
    """Return the share of the people within the service distance of a site with the level."""
    with_level = [site for site, ports in plan.items() if level in levels_of(p, ports)]
    service_distance_m = p.level[level].service_distance_m
    return sum(
        w for cell, w in WEIGHT.items() if any(DISTANCE_M[s][cell] <= service_distance_m for s in with_level)
    )


@cache
def waiting_capacity_per_h(ports: int, session_min: float, wait_min: float, probability: float) -> float:
    """Return the greatest arrival rate of an M/M/c queue at which few wait long, rounded down to millionths."""

    def late(load: float) -> float:
        terms = [load**n / math.factorial(n) for n in range(ports)]
        last = load**ports / math.factorial(ports) * ports / (ports - load)
        waits = last / (sum(terms) + last)
        return waits * math.exp(-(ports - load) * wait_min / session_min)

    low, high = 0.0, float(ports)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if late(middle) <= probability else (low, middle)
    return math.floor(low * 60 / session_min * 1e6) / 1e6


def capacity_per_h(p: Scenario, ports: Mapping[str, int], level: str) -> float:
    """Return the sessions of the usual charger of a level that ports serve."""
    row = p.level[level]
    usual = p.charger[row.usual_charger]
    return sum(
        waiting_capacity_per_h(n, c.session_min, row.wait_max_min, row.wait_probability_max)
        * c.kwh_per_session
        / usual.kwh_per_session
        for name, n in ports.items()
        if n and (c := p.charger[name]).level == level
    )


def served_share(service: Service, room: Mapping[int, float], level: str) -> float:
    """Return the share of the sessions of a level that sites with some room serve: the least cut."""
    asked = {zone: d for (zone, k, _), d in service.demand_per_h.items() if k == level}
    bound = {
        (zone, site): asked[zone] * share
        for (zone, k), sites in service.covered_share.items()
        for site, share in sites
        if k == level and room.get(site)
    }
    sides = chain.from_iterable(combinations(asked, n) for n in range(len(asked) + 1))
    least = min(
        sum(d for zone, d in asked.items() if zone not in near)
        + sum(min(kept, sum(bound.get((zone, site), 0.0) for zone in near)) for site, kept in room.items())
        for near in sides
    )
    return least / sum(asked.values())


def best_worth(p: Scenario, service: Service, site_id: Mapping[str, int]) -> tuple[float, dict[str, str]]:
    """Return the objective of the best plan that keeps budget, grid and coverage, and its layouts by site."""
    ways: dict[str, list[Choice | None]] = {s: [None, *choices(p, ports)] for s, ports in STANDING.items()}
    weight, money = p.term_weights, p.phase[1].budget_cad
    cover = cache(lambda k, sites: covered_share(p, {s: {p.level[k].usual_charger: 1} for s in sites}, k))
    serve = cache(lambda k, room: served_share(service, dict(room), k))
    best, found = -math.inf, {}
    for picked in product(*ways.values()):
        done = [c for c in picked if c is not None]
        net = sum(c.capex_cad - c.grant_cad - c.resale_cad for c in done)
        kw = sum(c.added_kw for c in done) * p.grid.coincidence[0].share
        if net > money or kw > WEST_TS_KW * p.grid.hosting_capacity_factor:
            continue
        plan = {s: dict(c.ports) if c else STANDING[s] for s, c in zip(ways, picked, strict=True)}
        worth = -weight["capex"] * net / money
        for k in p.level:
            share = cover(k, frozenset(s for s, ports in plan.items() if k in levels_of(p, ports)))
            if share < p.phase[1].coverage_min_share.get(k, 0.0) - 1e-9:
                worth = -math.inf
                break
            room = tuple((site_id[s], _room(p, ports, k)) for s, ports in plan.items())
            worth += weight[f"coverage.{k}"] * share + weight["served"] * p.level[k].energy_share * serve(
                k, room
            )
        if worth > best:
            best, found = worth, {s: layout_of(p, dict(ports)) for s, ports in plan.items()}
    return best, found


_ROOM: dict[tuple[str, str], float] = {}


def _room(p: Scenario, ports: Ports, level: str) -> float:
    key = layout_of(p, ports), level
    if key not in _ROOM:
        _ROOM[key] = capacity_per_h(p, ports, level)
    return _ROOM[key]
