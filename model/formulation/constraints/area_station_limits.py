r"""Each planning area has enough stations, and not too many.

.. math::
    \sum_{s \in A} S_{st} &\le \max(S_A^{\max}, n_A)        \qquad \forall A, t \\
    \sum_{s \in A} S_{sT} &\ge S_A^{\min}, \quad
    \sum_{s \in A} a_{skT} \ge S_{Ak}^{\min}                 \qquad \forall A, k

*Where* :math:`S_{st}` says that ports of any level stand at a site, and :math:`n_A` stations stand in the
area today: an area that has more than it may keeps them, and gains none. The least numbers hold at the end
of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.data.inputs import AreaLimit, Inputs
from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import PlanModel
from model.formulation.rule import About, Limit, Rule, Title, Topic, Unit


def index(m: PlanModel) -> Iterable[tuple[int, str, str, int]]:
    """Every area: its most in every phase, its fewest at the end, of any level ("") and of each."""
    found = []
    for area in m.inputs.space.areas:
        if area.station_count_max is not None:
            found += [(area.planning_area_id, "most", "", phase) for phase in m.phase]
        found += [(area.planning_area_id, "fewest", level, m.phase.last()) for level in area.fewest]
    return found


def area_station_limits(m: PlanModel, area_id: int, kind: str, level: str, phase: int) -> Row:
    """Count the stations of an area at the end of a phase: those of today, and what changes add or take."""
    area: AreaLimit = next(a for a in m.inputs.space.areas if a.planning_area_id == area_id)
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
    return total(m, terms) >= area.fewest[level] - today


def _about(_: Inputs, area_id: int, kind: str, level: str, phase: int) -> About:
    of_level: About = {"level": level} if level else {}
    return {"planning_area_id": area_id, "limit": kind, **of_level, "phase": phase}


def _subject(about: About) -> str:
    what = " ".join(str(about[key]) for key in ("limit", "level") if key in about)
    return f"{what} in planning area {about['planning_area_id']}, phase {about['phase']}"


def _stands(levels: frozenset[str], level: str) -> int:
    return int(level in levels if level else bool(levels))


RULE = Rule(
    __name__,
    topic=Topic.SPACE,
    title=Title(
        "Fewest and most stations of each planning area",
        "Stations de chaque secteur, au moins et au plus",
    ),
    is_regional=True,
    index=index,
    body=area_station_limits,
    needs=("one_change_per_site",),
    limit=Limit(Unit.STATIONS, 1.0, _about, _subject),
)
