r"""A zone sends no more sessions to stations than its drivers ask for.

.. math::  \sum_s f_{jskt} \le d_{jkt}  \qquad \forall j, k, t

*Where* d is the demand of a zone of cells in the busiest hour, after the growth of the phase's year. It is
part of what the flow means and holds wherever sessions are counted: without it shares above 1 were served.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.formulation.expressions import total


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, str, int]]:
    """Every zone that a site may serve, level and phase."""
    service = m.inputs.service
    zones = service.reach_share if service else ()
    return ((zone, level, phase) for zone, level in zones for phase in m.phase)


def demand_balance(m: pyo.ConcreteModel, zone: int, level: str, phase: int) -> Any:
    """Sessions of a zone, summed over the sites that serve them, against its demand."""
    service = m.inputs.service
    flows = (1.0 * m.flow[zone, level, site, phase] for site, _ in service.reach_share[zone, level])
    return total(m, flows) <= service.demand_per_h[zone, level, phase]
