"""What a plan asks of the grid: the power that it adds, and the grid upgrades that carry it. No solver."""

from __future__ import annotations

from itertools import combinations

from model.data.inputs import Inputs, Plan

Purchases = frozenset[tuple[int, int, int]]
"""Grid upgrades that are bought: (grid area, step, phase)."""


def added_kw(inputs: Inputs, plan: Plan) -> dict[tuple[int, int], float]:
    """Return the power added on each (node of the grid, phase) since the start, kW, coincidence counted."""
    added = {(node, phase): 0.0 for node in inputs.remaining_kw for phase in inputs.phase_numbers}
    for option_id, when in plan:
        option = inputs.options[option_id]
        for node in inputs.sites[option.site_id].grid_node_ids:
            for phase in inputs.phase_numbers:
                if phase >= when and node in inputs.remaining_kw:
                    added[node, phase] += option.added_kw * inputs.coincidence_share.get(node, 1.0)
    return added


def missing_kw(inputs: Inputs, plan: Plan, bought: Purchases) -> dict[tuple[int, int], float]:
    """Return the power by which each (node, phase) is overloaded, kW; negative where there is room.

    The node of a station is its grid area, which alone is upgraded.
    """
    missing = {}
    for (node, phase), added in added_kw(inputs, plan).items():
        bought_kw = sum(inputs.steps[a, q].added_kw for a, q, t in bought if a == node and t <= phase)
        missing[node, phase] = added - inputs.remaining_kw[node] - bought_kw
    return missing


def cheapest(inputs: Inputs, plan: Plan) -> Purchases:
    """Return the cheapest grid upgrades that carry a plan, each step when it is first needed.

    An area that all its steps together cannot relieve gets none, and no step relieves a feeder or a supply.
    Where the grid's limits do not bind, nothing is bought.
    """
    if "grid_area_power" not in inputs.rules or not inputs.steps:
        return frozenset()
    missing = missing_kw(inputs, plan, frozenset())
    bought: set[tuple[int, int, int]] = set()
    for area in dict.fromkeys(area for area, _ in inputs.steps):
        need = {phase: missing[area, phase] for phase in inputs.phase_numbers}
        chosen = _cheapest_steps(inputs, area, max(need.values()))
        have = 0.0
        for phase in inputs.phase_numbers:
            while need[phase] > have + _TINY_KW and chosen:
                step = chosen.pop()
                bought.add((area, step, phase))
                have += inputs.steps[area, step].added_kw
    return frozenset(bought)


def needed(inputs: Inputs, plan: Plan, bought: Purchases) -> Purchases:
    """Return purchases without those that a plan can do without; the dearest is given up first."""
    kept = set(bought)
    if "grid_area_power" not in inputs.rules:
        return frozenset()
    for purchase in sorted(bought, key=lambda p: (-inputs.steps[p[0], p[1]].cost_cad, p)):
        rest = frozenset(kept - {purchase})
        missing = missing_kw(inputs, plan, rest)
        if all(missing[purchase[0], phase] <= _TINY_KW for phase in inputs.phase_numbers):
            kept.discard(purchase)
    return frozenset(kept)


def cost_cad(inputs: Inputs, bought: Purchases, phase: int | None = None) -> float:
    """Return the price of the grid upgrades of a phase, or of all phases, CAD."""
    return sum(inputs.steps[a, q].cost_cad for a, q, t in bought if phase in (None, t))


def _cheapest_steps(inputs: Inputs, area: int, need_kw: float) -> list[int]:
    """Return the cheapest steps of an area that add this much, the largest last; none where all do not."""
    if need_kw <= _TINY_KW:
        return []
    offered = [q for a, q in inputs.steps if a == area]
    enough = [
        (sum(inputs.steps[area, q].cost_cad for q in some), some)
        for count in range(1, len(offered) + 1)
        for some in combinations(offered, count)
        if sum(inputs.steps[area, q].added_kw for q in some) >= need_kw - _TINY_KW
    ]
    return sorted(min(enough, default=(0.0, ()))[1], key=lambda q: inputs.steps[area, q].added_kw)


_TINY_KW = 1e-6
