r"""A zone sends no more sessions to stations than its drivers ask for, nor to sites too far away.

.. math::
    \sum_s f_{jskt} &\le d_{jkt}                          \qquad \forall j, k, t \\
    0 \le f_{jskt} &\le u_{jskt}                          \qquad \forall (j,s,k) \in F, t \\
    S_{kt} &\le \sum_{js} f_{jskt} / D_{kt}, \quad S_{kt} \le 1   \qquad \forall k, t

*Where* f are sessions per hour, d those of a zone of cells in the busiest hour, after the growth of the
phase's year, F pairs a zone with the nearest sites within the service distance, u counts the sessions of
those of its cells that are within that distance of the site, D all sessions, with those of cells without a
site, and S the share served. It holds wherever sessions are counted: without it shares above 1 were served.
Where no port can stand yet there is no flow, and a zone all of whose flows together are within its demand has
no row.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.accounting.sessions import bound_per_h, capacity_per_h, flow, served_share
from model.data.inputs import Inputs
from model.formulation.expressions import Row, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def variables(m: PlanModel) -> None:
    """Flow f and served share S, with the row that defines S; none where no sessions are counted."""
    bound = _bounds_per_h(m.inputs) if m.inputs.service else {}
    levels = m.inputs.levels if m.inputs.service else ()
    m.flow = pyo.Var(list(bound), bounds=lambda _, *key: (0, bound[key]))
    m.served_share = pyo.Var(levels, m.phase, bounds=(0, 1))
    m.served_share_definition = pyo.Constraint(levels, m.phase, rule=_served_share)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Give f and S the values they have under a plan: the greatest flow."""
    found = {phase: flow(m.inputs, decisions.plan, phase) for phase in m.phase} if m.inputs.service else {}
    for zone, level, site, phase in m.flow:
        m.flow[zone, level, site, phase].set_value(found[phase].get((zone, level, site), 0.0))
    for level, phase in m.served_share:
        share = served_share(m.inputs.counted_service, found[phase], level, phase)
        m.served_share[level, phase].set_value(share)


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every zone, level and phase in which sites may serve more than is asked for."""
    most: dict[tuple[int, str, int], float] = {}
    for zone, level, site, phase in m.flow:
        most.setdefault((zone, level, phase), 0.0)
        most[zone, level, phase] += m.flow[zone, level, site, phase].ub or 0.0
    return [key for key, served in most.items() if served > m.inputs.counted_service.demand_per_h[key]]


def demand_balance(m: PlanModel, zone: int, level: str, phase: int) -> Row:
    """Sessions of a zone, summed over the sites that serve them, against its demand."""
    service = m.inputs.counted_service
    keys = ((zone, level, site, phase) for site, _ in service.covered_share[zone, level])
    flows = (1.0 * m.flow[key] for key in keys if key in m.flow)
    return total(m, flows) <= service.demand_per_h[zone, level, phase]


def _bounds_per_h(inputs: Inputs) -> dict[tuple[int, str, int, int], float]:
    """Return what may flow from each zone to each site that has ports, or may have them by then."""
    service = inputs.counted_service
    begin = {key: _first_phase(inputs, *key) for key in service.zones_of_site}
    return {
        (zone, level, site, phase): bound_per_h(service, zone, level, share, phase)
        for (zone, level), sites in service.covered_share.items()
        for site, share in sites
        for phase in inputs.phase_numbers
        if phase >= begin[site, level]
    }


def _first_phase(inputs: Inputs, site: int, level: str) -> float:
    """Return the first phase at whose end ports of a level may serve sessions at a site; infinity: none."""
    service = inputs.counted_service
    if capacity_per_h(service, level, inputs.sites[site].layout):
        return 0.0
    options = (inputs.options[o] for o in inputs.option_ids_of_site.get(site, ()))
    bringing = (o for o in options if capacity_per_h(service, level, o.layout))
    return min((min(o.phases) for o in bringing), default=float("inf"))


def _served_share(m: PlanModel, level: str, phase: int) -> Row:
    asked = m.inputs.counted_service.total_per_h(level, phase)
    if not asked:
        m.served_share[level, phase].fix(1)
        return pyo.Constraint.Skip
    served = (-1 / asked * m.flow[key] for key in m.flow if key[1] == level and key[3] == phase)
    return total(m, [1.0 * m.served_share[level, phase], *served]) <= 0


DEFINITION = Definition(
    __name__,
    topic=Topic.SESSIONS,
    title=Title("No more sessions are served than asked for", "On ne sert pas plus que la demande"),
    index=index,
    body=demand_balance,
    variables=variables,
    start=start,
)
