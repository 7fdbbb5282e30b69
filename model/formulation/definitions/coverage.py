r"""An aggregated demand node is covered only by a station in force within the service distance.

.. math::
    c_{jkt} &\le \sum_{s \in R(j,k)} a_{skt}                                        \qquad \forall j, k, t \\
    a_{skt} &= [k \in K_s] (1 - \sum_{o \in O(s)} z_{ot}) + \sum_{o \in O(s): k \in K_o} z_{ot}  \\
    C_{kt}  &= \bar C_k + \sum_j w_{jk} c_{jkt}

*Where* a is the presence of a level at a site (a row per site and not per option), R(j, k) the sites within
the service distance of the level, :math:`K_s` the levels found at the site today, :math:`\bar C_k` the share
that is covered whatever is decided.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.accounting.coverage import covered, levels_in_force
from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every aggregated demand node, level and phase."""
    return ((group, level, phase) for group, level in m.inputs.covering_sites for phase in m.phase)


def coverage(m: PlanModel, group: int, level: str, phase: int) -> Row:
    """Without a site that could cover it a node is not covered: the variable is fixed, never left free."""
    sites = m.inputs.covering_sites[group, level]
    if not sites:
        m.covered[group, level, phase].fix(0)
        return pyo.Constraint.Skip
    covering = [-1.0 * m.presence[site, level, phase] for site in sites]
    return total(m, [1.0 * m.covered[group, level, phase], *covering]) <= 0


def variables(m: PlanModel) -> None:
    """Presence a, coverage c and the coverage share C, with the rows that define a and C."""
    pairs = {(site, level): None for (_, level), sites in m.inputs.covering_sites.items() for site in sites}
    pairs |= dict.fromkeys(m.inputs.space.site_levels)
    for level, double in m.inputs.double_coverage.items():
        pairs |= {(site, level): None for node in double.nodes for site in node.site_ids}
    pairs |= {(site, row.level): None for row in m.inputs.alternatives for site in row.site_ids}
    m.site_level = pyo.Set(initialize=list(pairs), dimen=2, ordered=True)
    m.presence = pyo.Var(m.site_level, m.phase, bounds=(0, 1))
    m.covered = pyo.Var(list(m.inputs.covering_sites), m.phase, bounds=(0, 1))
    m.coverage_share = pyo.Var(m.inputs.levels, m.phase, domain=pyo.NonNegativeReals)
    m.presence_definition = pyo.Constraint(m.site_level, m.phase, rule=_presence)
    m.coverage_share_definition = pyo.Constraint(m.inputs.levels, m.phase, rule=_coverage_share)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Cover all demand that the stations of a plan can."""
    inputs = m.inputs
    for phase in m.phase:
        levels = levels_in_force(inputs, decisions.plan, phase)
        found = covered(inputs, decisions.plan, phase)
        for site, level in m.site_level:
            m.presence[site, level, phase].set_value(int(level in levels[site]))
        for group, level in inputs.covering_sites:
            m.covered[group, level, phase].set_value(int((group, level) in found), skip_validation=True)
        for level in inputs.levels:
            share = inputs.always_covered_share.get(level, 0.0)
            share += sum(inputs.weight[key] for key in found if key[1] == level)
            m.coverage_share[level, phase].set_value(share)


def _presence(m: PlanModel, site: int, level: str, phase: int) -> Row:
    today = int(level in m.inputs.sites[site].levels)
    after = {key: int(level in m.inputs.options[key[0]].levels) for key in in_force(m, site, phase)}
    changes = [(today - offers) * m.x[key] for key, offers in after.items() if offers != today]
    return total(m, [1.0 * m.presence[site, level, phase], *changes]) == today


def _coverage_share(m: PlanModel, level: str, phase: int) -> Row:
    groups = (key for key in m.inputs.covering_sites if key[1] == level)
    gained = [-m.inputs.weight[key] * m.covered[*key, phase] for key in groups]
    return total(m, [1.0 * m.coverage_share[level, phase], *gained]) == m.inputs.always_covered_share.get(
        level, 0.0
    )


DEFINITION = Definition(
    __name__,
    topic=Topic.COVERAGE,
    title=Title(
        "Only a station within the service distance covers",
        "Seule une station à portée couvre",
    ),
    index=index,
    body=coverage,
    needs=("one_change_per_site",),
    variables=variables,
    start=start,
)
