r"""Share of the power that could be installed that does not stand idle in the busiest hour.

.. math::  E = 1 - \frac{1}{\sum_t \delta_t} \sum_t \delta_t (kW_t - \sum_k h_k D_{kt} S_{kt}) / kW^{\max}

Served energy per installed kW is a ratio of two decisions and no linear program can maximise it. What stands
idle, installed power less the mean power that serves, is linear, and orders plans alike where it matters: at
equal installed power the plan that serves more, at equal service the plan that installs less.
"""

from __future__ import annotations

import pyomo.core as pyo

from model.accounting.money_scale import installable_kw
from model.formulation.expressions import total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Title, Topic
from model.formulation.term import Term


def efficiency(m: PlanModel) -> pyo.NumericValue:
    """Count the power that serves and the power that stands."""
    inputs, part, scale = m.inputs, m.inputs.discount_share, installable_kw(m.inputs)
    service = inputs.counted_service
    serving = (
        part[t] * service.demand_kw(k, t) / scale * m.served_share[k, t]
        for k in inputs.levels
        for t in m.phase
    )
    later = {t: sum(d for when, d in part.items() if when >= t) for t in m.phase}
    added = (
        -later[t] * option.added_kw / scale * m.x[o, t]
        for o, t in m.choice
        # a station that does not count has levels neither before nor after, and serves nobody
        if (option := inputs.options[o]).levels or inputs.sites[option.site_id].levels
    )
    return 1 - service.installed_kw / scale + total(m, [*serving, *added])


TERM = Term(
    __name__,
    topic=Topic.SESSIONS,
    title=Title("Use of installed power", "Usage de la puissance installée"),
    expression=efficiency,
    needs=("one_change_per_site", "demand_balance"),
    is_counted=lambda inputs: inputs.service is not None,
)
