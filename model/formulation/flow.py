r"""Sessions that flow from demand zones to sites, and the share of all sessions that is served.

.. math::
    0 \le f_{jskt} &\le u_{jskt}                       \qquad \forall (j,s,k) \in F, t \\
    S_{kt} &\le \sum_{js} f_{jskt} / D_{kt}, \quad S_{kt} \le 1   \qquad \forall k, t

*Where* F pairs a zone with the nearest sites in reach, u counts the sessions of those of its cells that have
the site in reach, and D all sessions, with those that no site reaches. Rules `demand_balance` and
`port_capacity` belong to these variables: no zone is served more than it asks for, no port more than it can.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.accounting.sessions import bound_per_h, served_share
from model.accounting.sessions import flow as greatest_flow
from model.data.inputs import Plan
from model.formulation.expressions import in_force, total


def variables(m: pyo.ConcreteModel) -> None:
    """Flow f and served share S, with the row that defines S; none where no sessions are counted."""
    service = m.inputs.service
    if service is None:
        return
    bound = {
        (zone, level, site, phase): bound_per_h(service, zone, level, share, phase)
        for (zone, level), sites in service.reach_share.items()
        for site, share in sites
        for phase in m.phase
    }
    m.flow = pyo.Var(list(bound), bounds=lambda _, *key: (0, bound[key]))
    m.served_share = pyo.Var(m.inputs.levels, m.phase, bounds=(0, 1))
    m.served_share_definition = pyo.Constraint(m.inputs.levels, m.phase, rule=_served_share)


def assign(m: pyo.ConcreteModel, plan: Plan) -> None:
    """Give f and S the values they have under a plan: the greatest flow."""
    service = m.inputs.service
    if service is None:
        return
    for phase in m.phase:
        found = greatest_flow(m.inputs, plan, phase)
        for zone, level, site, when in m.flow:
            if when == phase:
                m.flow[zone, level, site, phase].set_value(found.get((zone, level, site), 0.0))
        for level in m.inputs.levels:
            m.served_share[level, phase].set_value(served_share(service, found, level, phase))


def to_site(m: pyo.ConcreteModel, site: int, level: str, phase: int) -> list[Any]:
    """Return the flows that end at a site."""
    return [1.0 * m.flow[zone, level, site, phase] for zone in m.inputs.service.zones_of_site[site, level]]


def at_most(m: pyo.ConcreteModel, site: int, level: str, phase: int, limit: dict[str | None, float]) -> Any:
    """Hold what flows to a site to the limit of the option in force; `limit[None]` is that of `keep`."""
    today = limit[None]
    changes = [
        (today - limit[key[0]]) * m.x[key] for key in in_force(m, site, phase) if limit[key[0]] != today
    ]
    return total(m, [*to_site(m, site, level, phase), *changes]) <= today


def _served_share(m: pyo.ConcreteModel, level: str, phase: int) -> Any:
    asked = m.inputs.service.total_per_h(level, phase)
    if not asked:
        m.served_share[level, phase].fix(1)
        return pyo.Constraint.Skip
    served = (-1 / asked * m.flow[key] for key in m.flow if key[1] == level and key[3] == phase)
    return total(m, [1.0 * m.served_share[level, phase], *served]) <= 0
