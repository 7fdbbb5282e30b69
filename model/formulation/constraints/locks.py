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

from model.data.codes import Action, LockEffect
from model.data.inputs import Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import About, Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[int]:
    """Every lock, by its place in the list."""
    return range(len(m.inputs.locks))


def locks(m: PlanModel, number: int) -> Row:
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


class LockRoom(Room):
    """What locks forbid: any change of a site, any other than one, or a removal."""

    def __init__(self, inputs: Inputs) -> None:
        """Sort the locks by what they ask for."""
        of = {kind: {k.site_id for k in inputs.locks if k.lock_kind == kind} for kind in LockEffect}
        self.refused, self.kept, self.fixed = (
            of[kind] for kind in (LockEffect.FORCE_OUT, LockEffect.KEEP, LockEffect.FIX_OPTION)
        )
        self.option_ids = {k.option_id for k in inputs.locks if k.lock_kind == LockEffect.FIX_OPTION}

    def fits(self, project: Project) -> bool:
        """Tell whether no lock of the site forbids it."""
        option = project.option
        return (
            option.site_id not in self.refused
            and (option.site_id not in self.fixed or option.option_id in self.option_ids)
            and not (option.action == Action.REMOVE and option.site_id in self.kept)
        )

    def take(self, project: Project) -> None:
        """Change nothing: a site is changed once."""

    def put_back(self, project: Project) -> None:
        """Change nothing, as it took nothing."""


RULE = Rule(
    __name__,
    topic=Topic.SITES,
    title=Title("Sites that people have locked", "Sites verrouillés"),
    index=index,
    body=locks,
    needs=("one_change_per_site",),
    limit=Limit(Unit.LOCKS, 1.0, _about, "lock {lock_id} on site {site_id}"),
    room=LockRoom,
    obstacle=_obstacle,
)
