"""What grant programmes pay for a plan. No solver."""

from __future__ import annotations

from model.data.inputs import Inputs, Plan


def eligible_cad(inputs: Inputs, plan: Plan) -> dict[tuple[str, int], float]:
    """Return what the works of each (programme, phase) would get one by one, CAD."""
    programmes = {programme for option in inputs.options.values() for programme, _ in option.grants}
    eligible = {(p, t): 0.0 for p in sorted(programmes) for t in inputs.phase_numbers}
    for option_id, phase in plan:
        for programme, cad in inputs.options[option_id].grants:
            eligible[programme, phase] += cad
    return eligible


def granted_cad(inputs: Inputs, plan: Plan) -> dict[tuple[str, int], float]:
    """Return what each (programme, phase) gives: what its works earn, at most the cap of a project, CAD."""
    cap = inputs.project_cap_cad
    return {(p, t): min(cad, cap.get(p, float("inf"))) for (p, t), cad in eligible_cad(inputs, plan).items()}
