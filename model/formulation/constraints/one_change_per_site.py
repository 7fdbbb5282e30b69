r"""A site is touched at most once in the plan.

.. math::  \sum_{o \in O(s)} \sum_t x_{ot} \le 1  \qquad \forall s
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.formulation.expressions import in_force, total


def index(m: pyo.ConcreteModel) -> Iterable[int]:
    """Every site that has an option."""
    return list(m.inputs.option_ids_of_site)


def one_change_per_site(m: pyo.ConcreteModel, site: int) -> Any:
    """Of all options of a site, in all phases, one at most; none means `keep`."""
    return total(m, (1.0 * m.x[key] for key in in_force(m, site, m.phase.last()))) <= 1
