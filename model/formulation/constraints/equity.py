r"""Groups of people get their share of the coverage.

.. math::
    E_{ekt} &= \bar E_{ek} + \sum_j p_{ej} c_{jkt} \\
    E_{ekt} &\ge E^{\min}_{ek}, \qquad E_{ekt} \ge \rho_{ek} \, E_{0kt}  \qquad \forall e, k

*Where* :math:`p_{ej}` is the share of the people of group e who live in aggregated demand node j,
:math:`\bar E` the share of them covered whatever is decided, and group 0 all people in the region. It is
people that count here, not the weight of the demand. It holds at the end of the plan, or of each phase if
the scenario says so. Under a ratio c is whole and no less than what the stations cover: the plan must not
count covered people as uncovered. No ratio asks for that where the share of each group that is always covered
is enough for all people to be covered.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo

from model.data.inputs import Inputs
from model.formulation.expressions import Row, stations, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import About, Limit, Rule, Title, Topic, Unit


def variables(m: PlanModel) -> None:
    """Covered share of the people of each group and of all people, with the row that defines it."""
    m.equity_group = pyo.Set(initialize=range(len(m.inputs.fairness.groups)), ordered=True)
    # a bound wide of 1, which sums may pass by a hair
    m.equity_share = pyo.Var(m.equity_group, _phases(m), bounds=(0, 2))
    m.equity_share_definition = pyo.Constraint(m.equity_group, _phases(m), rule=_share)
    fairness = m.inputs.fairness
    levels = {g.level for g in fairness.groups if fairness.ratio_of(g) > g.always_share}
    nodes = [(*key, t) for key in m.inputs.covering_sites if key[1] in levels for t in _phases(m)]
    own = {id(m.covered_variable[key]) for key in m.covered_variable}
    covered = {m.covered[key].index(): None for key in nodes if id(m.covered[key]) in own}
    for key in covered:
        m.covered_variable[key].domain = pyo.Binary
    m.equity_covered_definition = pyo.Constraint(list(covered), rule=_covered)


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every group with a floor, and every group with a ratio."""
    fairness = m.inputs.fairness
    found = []
    for number, group in enumerate(fairness.groups):
        if group.floor_share is not None and group.floor_share > 0:
            found += [(number, "floor", phase) for phase in _phases(m)]
        if fairness.ratio_of(group) > 0:
            found += [(number, "ratio", phase) for phase in _phases(m)]
    return found


def equity(m: PlanModel, number: int, kind: str, phase: int) -> Row:
    """Hold the coverage of a group to its floor, or to its ratio to that of all people."""
    fairness = m.inputs.fairness
    group = fairness.groups[number]
    if kind == "floor" and group.floor_share is not None:
        return m.equity_share[number, phase] >= group.floor_share
    everybody = m.equity_share[fairness.everybody(group.level), phase]
    return m.equity_share[number, phase] - fairness.ratio_of(group) * everybody >= 0


def start(m: PlanModel, _: Decisions) -> None:
    """Give the shares the values that follow from the coverage."""
    for number, phase in m.equity_share:
        group = m.inputs.fairness.groups[number]
        covered = (share * pyo.value(m.covered[j, group.level, phase]) for j, share in group.people)
        m.equity_share[number, phase].set_value(group.always_share + sum(covered))


def _about(inputs: Inputs, number: int, kind: str, phase: int) -> About:
    group = inputs.fairness.groups[number]
    said = {"group_kind": group.group_kind, "group_name": group.group_name, "level": group.level}
    return {**said, "limit": kind, "phase": phase}


def _phases(m: PlanModel) -> list[int]:
    return list(m.phase) if m.inputs.fairness.is_in_every_phase else [m.phase.last()]


def _covered(m: PlanModel, group: int, level: str, phase: int) -> Row:
    """Count as covered what stations cover: covering fewer people in all would make a ratio easier."""
    standing = stations(m, m.inputs.covering_sites[group, level], level, phase)
    covering = [-1.0 * a for a in standing]
    return total(m, [float(len(standing)) * m.covered_variable[group, level, phase], *covering]) >= 0


def _share(m: PlanModel, number: int, phase: int) -> Row:
    group = m.inputs.fairness.groups[number]
    covered = (-share * m.covered[j, group.level, phase] for j, share in group.people)
    return total(m, [1.0 * m.equity_share[number, phase], *covered]) == group.always_share


RULE = Rule(
    __name__,
    topic=Topic.PEOPLE,
    title=Title("Fair shares of coverage for groups of people", "Parts équitables de la couverture"),
    is_regional=True,
    index=index,
    body=equity,
    needs=("coverage",),
    variables=variables,
    limit=Limit(Unit.SHARE, 0.01, _about, "{group_kind} {group_name}, {level}, {limit}, phase {phase}"),
    start=start,
)
