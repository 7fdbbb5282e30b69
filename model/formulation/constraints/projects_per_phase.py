r"""Only so many sites are worked on at a time.

.. math::
    \sum_{s} \sum_{o \in O(s)} x_{ot} \le W \quad \forall t, \qquad
    \sum_{s \in A} \sum_{o \in O(s)} x_{ot} \le W_A \quad \forall A, t

Every change is work, a removal too.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.formulation.expressions import Row, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[str, int, int]]:
    """Every phase, in the region and in every planning area that has a site with an option."""
    space, inputs = m.inputs.space, m.inputs
    sites = (inputs.sites[site] for site in inputs.option_ids_of_site)
    areas = sorted({site.planning_area_id for site in sites if site.planning_area_id is not None})
    found = [] if space.project_count_max is None else [("region", 0, phase) for phase in m.phase]
    if space.area_project_count_max is not None:
        found += [("area", area, phase) for area in areas for phase in m.phase]
    return found


def projects_per_phase(m: PlanModel, kind: str, area: int, phase: int) -> Row:
    """Count the changes of a phase, in the region or in one planning area."""
    inputs = m.inputs
    projects = (
        1.0 * m.x[o, t]
        for o, t in m.choice
        if t == phase
        and (kind == "region" or inputs.sites[inputs.options[o].site_id].planning_area_id == area)
    )
    space = inputs.space
    most = space.project_count_max if kind == "region" else space.area_project_count_max
    return pyo.Constraint.Skip if most is None else total(m, projects) <= most


RULE = Rule(
    __name__,
    topic=Topic.SITES,
    title=Title("Sites that may be changed in a phase", "Sites modifiés par phase, au plus"),
    is_regional=True,
    index=index,
    body=projects_per_phase,
    needs=("one_change_per_site",),
    limit=Limit(Unit.SITES, 1.0, ("place", "number", "phase"), "{place} {number}, phase {phase}"),
)
