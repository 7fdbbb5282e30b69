r"""An aggregated demand node is covered only by a station in force within the service distance.

.. math::
    c_{jkt} &\le \sum_{s \in R(j,k)} a_{skt}                                        \qquad \forall j, k, t \\
    a_{skt} &= [k \in K_s] (1 - \sum_{o \in O(s)} z_{ot}) + \sum_{o \in O(s): k \in K_o} z_{ot}  \\
    C_{kt}  &= \bar C_k + \sum_j w_{jk} c_{jkt}

*Where* a is the presence of a level at a site (a row per site and not per option), R(j, k) the sites within
the service distance of the level, :math:`K_s` the levels found at the site today, :math:`\bar C_k` the share
that is covered whatever is decided.

What cannot differ is one variable. Where no option of a phase brings or takes a level of a site, a is that of
the phase before; before the first that does it is a constant, and where a single choice brings the level it
is that choice. Nodes and phases with the same a have the same c, and that of a single site's a is a itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.core as pyo
from pyomo.core.base.var import VarData

from model.accounting.coverage import covered, levels_in_force
from model.data.inputs import Choice
from model.formulation.expressions import Row, Stations, each, in_force, same_stations, stations, total
from model.formulation.plan_model import Decisions, PlanModel
from model.formulation.rule import Definition, Title, Topic


def index(m: PlanModel) -> Iterable[tuple[int, str, int]]:
    """Every aggregated demand node, level and phase with a coverage of its own."""
    return list(m.covered_variable)


def coverage(m: PlanModel, group: int, level: str, phase: int) -> Row:
    """Ask for a site with the level; a node that none could cover is 0, never free, and has no row."""
    covering = each(-1.0, m.standing[group, level, phase])
    return total(m, [1.0 * m.covered_variable[group, level, phase], *covering]) <= 0


def variables(m: PlanModel) -> None:
    """Presence a, coverage c and the coverage share C, with the rows that define a and C."""
    pairs = {(site, level): None for (_, level), sites in m.inputs.covering_sites.items() for site in sites}
    pairs |= dict.fromkeys(m.inputs.space.site_levels)
    for level, double in m.inputs.double_coverage.items():
        pairs |= {(site, level): None for node in double.nodes for site in node.site_ids}
    pairs |= {(site, row.level): None for row in m.inputs.alternatives for site in row.site_ids}
    m.site_level = pyo.Set(initialize=list(pairs), dimen=2, ordered=True)
    _add_presence(m)
    _add_covered(m)
    m.coverage_share = pyo.Var(m.inputs.levels, m.phase, domain=pyo.NonNegativeReals)
    m.coverage_share_definition = pyo.Constraint(m.inputs.levels, m.phase, rule=_coverage_share)


def start(m: PlanModel, decisions: Decisions) -> None:
    """Cover all demand that the stations of a plan can."""
    inputs = m.inputs
    levels = {phase: levels_in_force(inputs, decisions.plan, phase) for phase in m.phase}
    found = {phase: covered(inputs, decisions.plan, phase) for phase in m.phase}
    for site, level, phase in m.presence_variable:
        m.presence_variable[site, level, phase].set_value(int(level in levels[phase][site]))
    for group, level, phase in m.covered_variable:
        m.covered_variable[group, level, phase].set_value(int((group, level) in found[phase]))
    for level in inputs.levels:
        for phase in m.phase:
            share = inputs.always_covered_share.get(level, 0.0)
            share += sum(inputs.weight[key] for key in found[phase] if key[1] == level)
            m.coverage_share[level, phase].set_value(share)


def _add_presence(m: PlanModel) -> None:
    """Add a where a phase may change it, with its row; elsewhere it is what it was, or a choice."""
    changes = {(site, level): _changes(m, site, level) for site, level in m.site_level}
    own = [
        (site, level, phase)
        for (site, level), found in changes.items()
        for phase in m.phase
        if any(t == phase for _, t in found) and _choice(m, site, level, found, phase) is None
    ]
    m.presence_variable = pyo.Var(own, bounds=(0, 1))
    m.presence = presence = {}
    for (site, level), found in changes.items():
        held: VarData = m.always if level in m.inputs.sites[site].levels else m.nothing
        for phase in m.phase:
            if any(t == phase for _, t in found):
                choice = _choice(m, site, level, found, phase)
                held = m.presence_variable[site, level, phase] if choice is None else m.x[choice]
            presence[site, level, phase] = held
    m.presence_definition = pyo.Constraint(own, rule=_presence)


def _add_covered(m: PlanModel) -> None:
    """Add c once for all nodes and phases in which the same a decide it."""
    owner: dict[Stations, tuple[int, str, int]] = {}
    alike: dict[tuple[int, str, int], tuple[int, str, int] | VarData] = {}
    m.standing = {}
    for (group, level), sites in m.inputs.covering_sites.items():
        for phase in m.phase:
            key, standing = (group, level, phase), stations(m, sites, level, phase)
            same = same_stations(standing)
            if id(m.always) in same:
                alike[key] = m.always
            elif len(standing) > 1:
                alike[key] = owner.setdefault(same, key)
                if alike[key] is key:
                    m.standing[key] = standing
            else:
                alike[key] = standing[0] if standing else m.nothing
    m.covered_variable = pyo.Var(list(owner.values()), bounds=(0, 1))
    m.covered = {
        key: m.covered_variable[found] if isinstance(found, tuple) else found for key, found in alike.items()
    }
    m.covered_by = {standing: m.covered_variable[key] for standing, key in owner.items()}


def _changes(m: PlanModel, site: int, level: str) -> list[Choice]:
    """Return the choices that bring a level to a site, or take it."""
    today = level in m.inputs.sites[site].levels
    choices = in_force(m, site, m.phase.last())
    return [key for key in choices if (level in m.inputs.options[key[0]].levels) != today]


def _choice(m: PlanModel, site: int, level: str, changes: list[Choice], phase: int) -> Choice | None:
    """Return the choice that brings the level by the end of a phase, if there is just one."""
    found = [key for key in changes if key[1] <= phase]
    return found[0] if len(found) == 1 and level not in m.inputs.sites[site].levels else None


def _presence(m: PlanModel, site: int, level: str, phase: int) -> Row:
    today = int(level in m.inputs.sites[site].levels)
    sign = 2 * today - 1
    changes = [sign * m.x[key] for key in _changes(m, site, level) if key[1] <= phase]
    return total(m, [1.0 * m.presence_variable[site, level, phase], *changes]) == today


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
