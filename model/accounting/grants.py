"""What grant programs pay for a plan. No solver."""

from __future__ import annotations

from model.data.inputs import Inputs, Plan


def eligible_cad(inputs: Inputs, plan: Plan) -> dict[tuple[str, int], float]:
    """Return what the projects of each (program, phase) would get one by one, CAD."""
    prices = (price for option in inputs.options.values() for price in option.prices.values())
    programs = {program for price in prices for program, _ in price.grants}
    eligible = {(p, t): 0.0 for p in sorted(programs) for t in inputs.phase_numbers}
    for option_id, phase in plan:
        for program, cad in inputs.options[option_id].price(phase).grants:
            eligible[program, phase] += cad
    return eligible


def granted_cad(inputs: Inputs, plan: Plan) -> dict[tuple[str, int], float]:
    """Return what each (program, phase) gives: what its projects earn, at most its cap, CAD."""
    cap = inputs.application_cap_cad
    return {(p, t): min(cad, cap.get(p, float("inf"))) for (p, t), cad in eligible_cad(inputs, plan).items()}
