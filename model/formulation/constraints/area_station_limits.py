r"""Each planning area has enough stations, and not too many.

.. math::
    \sum_{s \in A} S_{st} &\le \max(S_A^{\max}, n_A)        \qquad \forall A, t \\
    \sum_{s \in A} S_{sT} &\ge S_A^{\min}, \quad
    \sum_{s \in A} a_{s,L3,T} \ge L_A^{\min}                 \qquad \forall A

*Where* :math:`S_{st}` says that ports of any level stand at a site, and :math:`n_A` stations stand in the
area today: an area that has more than it may keeps them, and gains none. The least numbers hold at the end
of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from model.data.inputs import AreaLimit
from model.formulation.expressions import Row, in_force, total
from model.formulation.rule import Limit, Rule, Title, Topic, Unit


def index(m: pyo.ConcreteModel) -> Iterable[tuple[int, str, int]]:
    """Every area: its most in every phase, its fewest at the end."""
    found = []
    for area in m.inputs.space.areas:
        if area.station_count_max is not None:
            found += [(area.planning_area_id, "most", phase) for phase in m.phase]
        if area.station_count_min > 0:
            found.append((area.planning_area_id, "fewest", m.phase.last()))
        if area.l3_station_count_min > 0:
            found.append((area.planning_area_id, "fewest L3", m.phase.last()))
    return found


def area_station_limits(m: pyo.ConcreteModel, area_id: int, kind: str, phase: int) -> Row:
    """Count the stations of an area at the end of a phase: those of today, and what changes add or take."""
    area: AreaLimit = next(a for a in m.inputs.space.areas if a.planning_area_id == area_id)
    level = "L3" if kind == "fewest L3" else None
    today, terms = 0, []
    for site in m.inputs.sites.values():
        if site.planning_area_id == area_id:
            before = _stands(site.levels, level)
            today += before
            for key in in_force(m, site.site_id, phase):
                after = _stands(m.inputs.options[key[0]].levels, level)
                if after != before:
                    terms.append((after - before) * m.x[key])
    if kind == "most" and area.station_count_max is not None:
        return total(m, terms) <= area.station_count_max - today
    least = area.station_count_min if level is None else area.l3_station_count_min
    return total(m, terms) >= least - today


def _stands(levels: frozenset[str], level: str | None) -> int:
    return int(bool(levels) if level is None else level in levels)


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title(
        "Fewest and most stations of each planning area",
        "Stations de chaque secteur, au moins et au plus",
    ),
    index=index,
    body=area_station_limits,
    needs=("one_change_per_site",),
    limit=Limit(
        Unit.STATIONS,
        1.0,
        ("planning_area_id", "limit", "phase"),
        "{limit} in planning area {planning_area_id}, phase {phase}",
    ),
)
