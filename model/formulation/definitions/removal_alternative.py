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

from collections.abc import Iterable, Mapping

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
    """What stands at each site before the plan, and what the plan changes there."""

    def __init__(self, inputs: Inputs) -> None:
        """Begin with what stands before the plan, and what earlier plans removed."""
        self.phases = inputs.phase_numbers
        self.levels = {site.site_id: site.levels for site in inputs.sites.values()}
        self.changed: dict[int, Project] = {}
        self.rows_of: dict[int, list[Alternative]] = {}
        for row in inputs.alternatives:
            for site in {row.site_id, *row.site_ids}:
                self.rows_of.setdefault(site, []).append(row)

    def fits(self, project: Project) -> bool:
        """Tell whether all levels of what has gone are still found near by, and those of what goes."""
        rows = self.rows_of.get(project.option.site_id, ())
        changed = {**self.changed, project.option.site_id: project} if rows else self.changed
        later = [t for t in self.phases if t >= project.phase]
        return all(self._is_kept(row, phase, changed) for row in rows for phase in later)

    def take(self, project: Project) -> None:
        """Count the levels that are left at the site, and what has gone."""
        self.changed[project.option.site_id] = project

    def put_back(self, project: Project) -> None:
        """Let the site be as it was."""
        del self.changed[project.option.site_id]

    def _is_kept(self, row: Alternative, phase: int, changed: Mapping[int, Project]) -> bool:
        done = {site: p.option for site, p in changed.items() if p.phase <= phase}
        is_gone = row.is_removed or (row.site_id in done and done[row.site_id].action == Action.REMOVE)
        return not is_gone or any(
            row.level in (done[s].levels if s in done else self.levels[s]) for s in row.site_ids
        )


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
