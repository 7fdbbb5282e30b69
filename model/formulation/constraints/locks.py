r"""What people decided beforehand holds.

.. math::
    \sum_{o \in O(s)} \sum_t x_{ot} &\ge 1  \qquad \text{force\_in} \\
    \sum_{o \in O(s)} \sum_t x_{ot} &\le 0  \qquad \text{force\_out} \\
    \sum_{o \in O^{remove}(s)} \sum_t x_{ot} &\le 0  \qquad \text{keep} \\
    \sum_t x_{ot} &\ge 1                    \qquad \text{fix\_option}

A site that must change and has no option cannot: the plan is infeasible, not silent.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.data.codes import Action, LockEffect
from model.data.inputs import Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.rule import About, Limit, Rule, Title, Topic, Unit


def index(m: pyo.ConcreteModel) -> Iterable[int]:
    """Every lock, by its place in the list."""
    return range(len(m.inputs.locks))


def locks(m: pyo.ConcreteModel, number: int) -> Row:
    """One lock: something must be done at the site, nothing may, no removal may, or just this option."""
    lock = m.inputs.locks[number]
    choices = in_force(m, lock.site_id, m.phase.last())
    if lock.lock_kind == LockEffect.FIX_OPTION:
        choices = [key for key in choices if key[0] == lock.option_id]
    if lock.lock_kind == LockEffect.KEEP:
        choices = [key for key in choices if m.inputs.options[key[0]].action == Action.REMOVE]
    changes = total(m, (1.0 * m.x[key] for key in choices))
    return changes <= 0 if lock.lock_kind in (LockEffect.FORCE_OUT, LockEffect.KEEP) else changes >= 1


def _about(inputs: Inputs, number: int) -> About:
    lock = inputs.locks[number]
    return {"lock_id": lock.lock_id, "site_id": lock.site_id}


def _obstacle(inputs: Inputs) -> str:
    """Say which locked site has nothing that could be done there."""
    for lock in inputs.locks:
        if lock.lock_kind == LockEffect.FORCE_IN and lock.site_id not in inputs.option_ids_of_site:
            return f"site {lock.site_id} must change (lock {lock.lock_id}), but nothing is offered there"
    return ""


RULE = Rule(
    __name__,
    topic=Topic.SITES,
    title=Title("Sites that people have locked", "Sites verrouillés"),
    index=index,
    body=locks,
    needs=("one_change_per_site",),
    limit=Limit(Unit.LOCKS, 1.0, _about, "lock {lock_id} on site {site_id}"),
    is_kept_by_greedy=True,
    obstacle=_obstacle,
)
