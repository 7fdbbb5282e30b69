r"""A station serves no more sessions than its ports do while few wait long.

.. math::
    \sum_j f_{jskt} \le \kappa_{skt} (1 - \sum_{o \in O(s)} z_{ot}) + \sum_{o \in O(s)} \kappa_{okt} z_{ot}
    \qquad \forall s, k, t

*Where* :math:`\kappa` is the M/M/c capacity of the ports of today, or of an option (`model.layout_level`), or
what all zones may send to the site where that is less: no more than that arrives, and the relaxation buys no
part of ports for it. It is part of what the flow means and holds wherever sessions are counted: where no port
stands nothing flows. A site that serves all that may arrive, whatever is decided, has no row.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyomo.core.base.var import VarData

from model.accounting.sessions import capacity_per_h
from model.data.inputs import Choice
from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Definition, Title, Topic


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every site, level and phase in which more sessions may arrive than some ports would serve."""
    service = m.inputs.service
    places = service.zones_of_site if service else ()
    return [
        (site, level, phase)
        for site, level in places
        for phase in m.phase
        if (arriving := _arriving(m, site, level, phase))
        if min(_limits(m, site, level, phase).values()) < sum(flow.ub or 0.0 for flow in arriving)
    ]


def port_capacity(m: PlanModel, site: int, level: str, phase: int) -> Row:
    """Sessions served at a site, against the capacity of the option in force; without ports, none."""
    flows = _arriving(m, site, level, phase)
    most = sum(flow.ub or 0.0 for flow in flows)
    limit = {key: min(served, most) for key, served in _limits(m, site, level, phase).items()}
    today = limit[None]
    changes = [(today - served) * m.x[key] for key, served in limit.items() if key and served != today]
    return total(m, [*(1.0 * flow for flow in flows), *changes]) <= today


def _arriving(m: PlanModel, site: int, level: str, phase: int) -> list[VarData]:
    zones = m.inputs.counted_service.zones_of_site[site, level]
    keys = ((zone, level, site, phase) for zone in zones)
    return [m.flow[key] for key in keys if key in m.flow]


def _limits(m: PlanModel, site: int, level: str, phase: int) -> dict[Choice | None, float]:
    """Return the capacity of today (None) and that of each choice that may be in force."""
    inputs, service = m.inputs, m.inputs.counted_service
    today = {None: capacity_per_h(service, level, inputs.sites[site].layout)}
    choices = in_force(m, site, phase)
    return today | {key: capacity_per_h(service, level, inputs.options[key[0]].layout) for key in choices}


DEFINITION = Definition(
    __name__,
    topic=Topic.SESSIONS,
    title=Title(
        "Ports serve what they can without long waits", "Ce que les bornes servent sans longue attente"
    ),
    index=index,
    body=port_capacity,
    needs=("one_change_per_site", "demand_balance"),
)
