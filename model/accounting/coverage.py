"""What a plan means: which levels stand where, who is covered. Plain counting, no solver."""

from __future__ import annotations

from model.accounting import grants, grid
from model.data.inputs import GroupLevel, Inputs, Plan


def levels_in_force(inputs: Inputs, plan: Plan, phase: int) -> dict[int, frozenset[str]]:
    """Return the levels found at each site at the end of a phase."""
    found = {site.site_id: site.levels for site in inputs.sites.values()}
    for option_id, when in plan:
        if when <= phase:
            option = inputs.options[option_id]
            found[option.site_id] = option.levels
    return found


def covered(inputs: Inputs, plan: Plan, phase: int) -> frozenset[GroupLevel]:
    """Return the (node, level) pairs that a station in force covers at the end of a phase."""
    found = levels_in_force(inputs, plan, phase)
    return frozenset(
        key for key, sites in inputs.covering_sites.items() if any(key[1] in found[s] for s in sites)
    )


def coverage_share(inputs: Inputs, plan: Plan, phase: int) -> dict[str, float]:
    """Return the share of the demand covered at each level at the end of a phase, constants included."""
    share = {level: inputs.always_covered_share.get(level, 0.0) for level in inputs.levels}
    for key in covered(inputs, plan, phase):
        share[key[1]] += inputs.weight[key]
    return share


def capex_cad(inputs: Inputs, plan: Plan) -> float:
    """Return the gross capital cost of a plan, CAD."""
    return sum(inputs.options[o].price(t).capex_cad for o, t in plan)


def net_capex_cad(
    inputs: Inputs, plan: Plan, bought: grid.Purchases | None = None, phase: int | None = None
) -> float:
    """Return what a plan costs in a phase, or in all: capex and grid upgrades less grants and resale, CAD.

    `bought` are the grid upgrades, the cheapest that carry the plan unless given.
    """
    prices = (inputs.options[o].price(t) for o, t in plan if phase in (None, t))
    paid = sum(price.capex_cad - price.resale_cad for price in prices)
    granted = sum(cad for (_, t), cad in grants.granted_cad(inputs, plan).items() if phase in (None, t))
    steps = grid.cheapest(inputs, plan) if bought is None else bought
    return paid - granted + grid.cost_cad(inputs, steps, phase)
