r"""A station serves no more sessions than its ports do while few wait long.

.. math::
    \sum_j f_{jskt} \le \kappa_{sk} (1 - \sum_{o \in O(s)} z_{ot}) + \sum_{o \in O(s)} \kappa_{ok} z_{ot}
    \qquad \forall s, k, t

*Where* :math:`\kappa` is the M/M/c capacity of the ports of today, or of an option: `model.layout_level`. It
is part of what the flow means and holds wherever sessions are counted: where no port stands nothing flows.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.accounting.sessions import capacity_per_h
from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Definition, Title, Topic


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every site and level that may serve a zone, and phase."""
    service = m.inputs.service
    places = service.zones_of_site if service else ()
    return ((site, level, phase) for site, level in places for phase in m.phase)


def port_capacity(m: PlanModel, site: int, level: str, phase: int) -> Row:
    """Sessions served at a site, against the capacity of the option in force; without ports, none."""
    inputs, service = m.inputs, m.inputs.counted_service
    limit: dict[str | None, float] = {None: capacity_per_h(service, level, inputs.sites[site].layout)}
    for option_id in inputs.option_ids_of_site.get(site, ()):
        limit[option_id] = capacity_per_h(service, level, inputs.options[option_id].layout)
    today = limit[None]
    changes = [
        (today - limit[key[0]]) * m.x[key] for key in in_force(m, site, phase) if limit[key[0]] != today
    ]
    arriving = [1.0 * m.flow[zone, level, site, phase] for zone in service.zones_of_site[site, level]]
    return total(m, [*arriving, *changes]) <= today


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
