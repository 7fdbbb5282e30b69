r"""A site is touched at most once in the plan.

.. math::  \sum_{o \in O(s)} \sum_t x_{ot} \le 1  \qquad \forall s

*Where* x is 1 where the site of option o switches to it in phase t. All else follows from x, and from what is
bought beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def variables(m: PlanModel) -> None:
    """Choices (option, phase) and x, 1 where a site switches to an option in a phase."""
    m.choice = pyo.Set(
        initialize=[(o.option_id, t) for o in m.inputs.options.values() for t in o.phases],
        dimen=2,
        ordered=True,
    )
    m.x = pyo.Var(m.choice, domain=pyo.Binary)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Give x the values of a plan."""
    for key in m.choice:
        m.x[key].set_value(int(key in decisions.plan))


def index(m: PlanModel) -> Iterable[int]:
    """Every site that has an option."""
    return list(m.inputs.option_ids_of_site)


def one_change_per_site(m: PlanModel, site: int) -> Row:
    """Of all options of a site, in all phases, one at most; none means `keep`."""
    return total(m, (1.0 * m.x[key] for key in in_force(m, site, m.phase.last()))) <= 1


DEFINITION = Definition(
    __name__,
    topic=Topic.SITES,
    title=Title("A site is changed at most once", "Un site change une fois au plus"),
    index=index,
    body=one_change_per_site,
    variables=variables,
    start=start,
    decides=("x",),
)
