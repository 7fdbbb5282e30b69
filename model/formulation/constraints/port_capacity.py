r"""A station serves no more sessions than its ports do while few wait long.

.. math::
    \sum_j f_{jskt} \le \kappa_{sk} (1 - \sum_{o \in O(s)} z_{ot}) + \sum_{o \in O(s)} \kappa_{ok} z_{ot}
    \qquad \forall s, k, t

*Where* :math:`\kappa` is the M/M/c capacity of the ports of today, or of an option: `model.port_capacity`. It
is part of what the flow means and holds wherever sessions are counted: where no port stands nothing flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.accounting.sessions import capacity_per_h
from model.formulation.flow import at_most


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, str, int]]:
    """Every site and level that may serve a zone, and phase."""
    service = m.inputs.service
    places = service.zones_of_site if service else ()
    return ((site, level, phase) for site, level in places for phase in m.phase)


def port_capacity(m: pyo.ConcreteModel, site: int, level: str, phase: int) -> Any:
    """Sessions served at a site, against the capacity of the option in force; without ports, none."""
    inputs = m.inputs
    limit: dict[str | None, float] = {
        None: capacity_per_h(inputs.service, level, inputs.sites[site].port_count(level))
    }
    for option_id in inputs.option_ids_of_site.get(site, ()):
        ports = inputs.options[option_id].port_count(level)
        limit[option_id] = capacity_per_h(inputs.service, level, ports)
    return at_most(m, site, level, phase, limit)
