r"""A station goes only where others near by have its levels, and keep them.

.. math::
    \sum_{\tau \le t} x_{r(s)\tau} \le \sum_{s' \in V(s,k)} a_{s'kt}  \qquad \forall s, k \in K_s, t

*Where* r(s) is the removal of station s, :math:`K_s` are the levels that it has, and V(s, k) the other sites
within the distance of an alternative where level k stands or could stand (`model.removal_alternative`). Two
stations that are each other's only alternative do not both go, and the last alternative is not upgraded so
that the level is lost, in no later phase and no later plan: for a station that an earlier plan removed the
left side is 1. Where one of V(s, k) always has the level there is no row. It is what the action means, so
that no scenario switches it off; one that may remove all stations (`only_candidates = false`) has no rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.codes import Action
from model.data.inputs import Alternative, Inputs
from model.formulation.expressions import Row, in_force, stations, total
from model.formulation.growth import Project, Room
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Definition, Title, Topic


def index(m: PlanModel) -> Iterable[tuple[int, int]]:
    """Every station and level, by its place in the list, in every phase."""
    return ((number, phase) for number in range(len(m.inputs.alternatives)) for phase in m.phase)


def removal_alternative(m: PlanModel, number: int, phase: int) -> Row:
    """Ask for the level at one of the other sites while the station is gone; with none it stays."""
    row = m.inputs.alternatives[number]
    others = [-1.0 * a for a in stations(m, row.site_ids, row.level, phase)]
    if row.is_removed:
        return total(m, others) <= -1
    choices = in_force(m, row.site_id, phase)
    gone = [1.0 * m.x[key] for key in choices if m.inputs.options[key[0]].action == Action.REMOVE]
    return total(m, [*gone, *others]) <= 0


class AlternativeRoom(Room):
    """What stands and what has gone, as the plan grows from phase to phase."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with what stands before the plan, and what earlier plans removed."""
        self.levels = {site.site_id: site.levels for site in inputs.sites.values()}
        self.asked = {row for row in inputs.alternatives if row.is_removed}
        self.of_station: dict[int, list[Alternative]] = {}
        self.of_other: dict[int, list[Alternative]] = {}
        for row in inputs.alternatives:
            self.of_station.setdefault(row.site_id, []).append(row)
            for site in row.site_ids:
                self.of_other.setdefault(site, []).append(row)

    def fits(self, project: Project) -> bool:
        """Tell whether all levels of what has gone are still found near by, and those of what goes."""
        option = project.option
        rows = [row for row in self.of_other.get(option.site_id, ()) if row in self.asked]
        if option.action == Action.REMOVE:
            rows += self.of_station.get(option.site_id, ())
        after = {option.site_id: option.levels}
        return all(any(row.level in after.get(s, self.levels[s]) for s in row.site_ids) for row in rows)

    def take(self, project: Project) -> None:
        """Count the levels that are left at the site, and what has gone."""
        option = project.option
        self.levels[option.site_id] = option.levels
        if option.action == Action.REMOVE:
            self.asked.update(self.of_station.get(option.site_id, ()))


DEFINITION = Definition(
    __name__,
    topic=Topic.SITES,
    title=Title(
        "A station goes only while others near by have its levels",
        "Une station ne part que si d'autres, à proximité, gardent ses niveaux",
    ),
    index=index,
    body=removal_alternative,
    needs=("one_change_per_site", "coverage"),
    room=AlternativeRoom,
)
