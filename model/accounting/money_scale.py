"""What money and power are measured against in the objective, so that a weight means the same everywhere.

A scale is a property of the network, the options and the money at hand. It is never so small that a single
project outweighs all coverage: the money of a plan lies between -1 and 1 in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import Inputs, Option


def capex_scale_cad(inputs: Inputs) -> float:
    """Return what money is measured against, CAD, unless a figure is given (sensitivity runs give one).

    Budgets are the scale as a rule: that is what planners weigh a price against. But it is no less than the
    dearest kind of project at hand, each kind in its cheapest size (which `model.efficient_option` keeps, so
    that dropped options change nothing), or the dearest station where stations may go, nor than all removals
    together bring: measured against 5,000 CAD any removal is worth more than all coverage. Where budgets pay
    for nothing (there are only removals, or 1,000 CAD) they say nothing of what money is worth, and it is no
    less than what all that stands would cost new.
    """
    if inputs.money_scale_cad:
        return inputs.money_scale_cad
    options = _measured(inputs)
    budgets = sum(p.budget_cad for p in inputs.phases)
    removals = _sum_of_greatest((o, -o.net_cad_min) for o in options)
    cheapest: dict[tuple[int, frozenset[str]], float] = {}
    for o in options:
        kind = o.site_id, o.levels
        cheapest[kind] = min(cheapest.get(kind, o.net_cad_min), o.net_cad_min)
    found = max(budgets, removals, *cheapest.values())
    if removals > 0:
        network = inputs.station_cad_max if _pays_for_something(inputs) else inputs.network_cad
        found = max(found, network)
    return found or 1.0


def opex_scale_cad_per_year(inputs: Inputs) -> float:
    """Return what the yearly running cost is measured against, CAD per year.

    It bounds what a plan can add (the greatest running cost for a CAD times the scale of money, with what
    costs no money beside it, and no more than all options together) and what it can save. Where no option on
    sale adds any, it is what all that stands costs to run.
    """
    if inputs.opex_scale_cad_per_year is not None:
        return inputs.opex_scale_cad_per_year
    options = _measured(inputs)
    per_cad = max(
        (o.opex_change_cad_per_year / o.net_cad_min for o in options if o.net_cad_min > 0), default=0.0
    )
    added = _sum_of_greatest((o, o.opex_change_cad_per_year) for o in options)
    saved = _sum_of_greatest((o, -o.opex_change_cad_per_year) for o in options)
    if per_cad > 0:
        unpaid = _sum_of_greatest((o, o.opex_change_cad_per_year) for o in options if o.net_cad_min <= 0)
        return max(min(unpaid + per_cad * capex_scale_cad(inputs), added), saved)
    return max(added, saved, inputs.network_opex_cad_per_year) or 1.0


def installable_kw(inputs: Inputs) -> float:
    """Return a bound on the power that can stand in any phase: that of today and what money can add.

    Money is what it is measured against, so that it stays the same where the budget alone is varied.
    """
    if inputs.installable_kw is not None:
        return inputs.installable_kw
    assert inputs.service is not None  # noqa: S101 - only asked where sessions are counted
    options = _measured(inputs)
    added = _sum_of_greatest((o, o.added_kw) for o in options)
    if "budget" in inputs.rules:
        per_cad = max((o.added_kw / o.net_cad_min for o in options if o.net_cad_min > 0), default=0.0)
        unpaid = _sum_of_greatest((o, o.added_kw) for o in options if o.net_cad_min <= 0)
        money = capex_scale_cad(inputs) + _sum_of_greatest((o, -o.net_cad_min) for o in options)
        added = min(added, unpaid + max(per_cad, 0.0) * money)
    return inputs.service.installed_kw + added or 1.0


def _measured(inputs: Inputs) -> tuple[Option, ...]:
    """Return all options that cost what they bring, be they needless where they are or not."""
    return (*inputs.options.values(), *inputs.measured_options.values())


def _pays_for_something(inputs: Inputs) -> bool:
    """Tell whether the budget of some phase, with what is left of those before, pays for an option."""
    money: dict[int, float] = {}
    for p in inputs.phases:
        before = money.get(p.phase - 1, 0.0) if inputs.is_budget_carried_over else 0.0
        money[p.phase] = p.budget_cad + before
    prices = ((o.price(t).net_cad, t) for o in _measured(inputs) for t in o.phases)
    return any(0 < net_cad <= money.get(t, 0.0) for net_cad, t in prices)


def _sum_of_greatest(figures: Iterable[tuple[Option, float]]) -> float:
    """Return the sum over sites of the greatest figure of an option there, not below 0."""
    greatest: dict[int, float] = {}
    for option, figure in figures:
        greatest[option.site_id] = max(greatest.get(option.site_id, 0.0), figure)
    return sum(greatest.values())
