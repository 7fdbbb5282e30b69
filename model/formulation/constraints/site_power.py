r"""What is connected at a site fits its connection.

.. math::  \sum_{o \in O(s)} kW_o \sum_t x_{ot} \le kW^{\max}  \qquad \forall s

`model.site_option` offers no row that breaks the limit, so this binds only options that come from elsewhere.
A station that exceeds the limit today may stay as it is: `keep` is no x.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[int]:
    """Every site with an option beyond the limit."""
    options = m.inputs.options.values()
    return {o.site_id: None for o in options if o.peak_kw > m.inputs.site_power_limit_kw}


def site_power(m: PlanModel, site: int) -> Row:
    """Peak power of the option in force at a site, against its connection limit."""
    choices = in_force(m, site, m.phase.last())
    return (
        total(m, (m.inputs.options[o].peak_kw * m.x[o, t] for o, t in choices))
        <= m.inputs.site_power_limit_kw
    )


class SitePowerRoom(Room):
    """The connection of each site, which one project takes."""

    def __init__(self, inputs: Inputs) -> None:
        """Know the limit."""
        self.limit_kw = inputs.site_power_limit_kw

    def fits(self, project: Project) -> bool:
        """Hold the power afterwards against the limit."""
        return project.option.peak_kw <= self.limit_kw

    def take(self, project: Project) -> None:
        """Change nothing: other sites have connections of their own."""

    def put_back(self, project: Project) -> None:
        """Change nothing, as it took nothing."""


RULE = Rule(
    __name__,
    topic=Topic.GRID,
    title=Title("Connection limit of a site", "Limite de raccordement d'un site"),
    index=index,
    body=site_power,
    needs=("one_change_per_site",),
    limit=Limit(Unit.KW, 50.0, ("site_id",), "site {site_id}"),
    room=SitePowerRoom,
)
