"""The rules on space and projects over small made-up inputs: drawn, and judged by plain counting."""

from __future__ import annotations

import dataclasses
from itertools import combinations

from hypothesis import strategies as st

from model.data.inputs import (
    AreaLimit,
    DoubleCoverage,
    DoubleCoverageGroup,
    EquityGroup,
    Fairness,
    Inputs,
    Overlap,
    Plan,
    Space,
)

RULES = ("l3_min_spacing", "l3_max_gap", "max_overlap", "area_station_limits", "projects_per_phase")
PEOPLE_RULES = ("equity", "protected_coverage")


def with_space(draw: st.DrawFn, inputs: Inputs) -> Inputs:
    """Return the inputs with planning areas, distances and limits drawn for these rules."""
    sites = sorted(inputs.sites)
    placed = {
        s: dataclasses.replace(site, planning_area_id=draw(st.sampled_from([None, 1, 2])))
        for s, site in inputs.sites.items()
    }
    some = st.sets(st.sampled_from(sites), max_size=3).map(sorted).map(tuple)
    near = [p for p in combinations(sites, 2) if draw(st.booleans())]
    today = {s for s in sites if "L3" in inputs.sites[s].levels}
    neighbours = {s: tuple(o for o in draw(some) if o != s) for s in sites if draw(st.integers(0, 2)) == 0}
    space = Space(
        # as the view has it: what stands too near today is no pair
        l3_conflicts=tuple(pair for pair in near if not today.issuperset(pair)),
        l3_neighbours={
            s: others for s, others in neighbours.items() if s not in today or today & set(others)
        },
        corridors=(draw(some),) if draw(st.integers(0, 3)) == 0 else (),
        overlaps=tuple(Overlap(draw(some), draw(st.integers(0, 2))) for _ in range(draw(st.integers(0, 1)))),
        areas=tuple(
            AreaLimit(
                a, draw(st.integers(0, 1)), draw(st.sampled_from([None, 1, 2])), draw(st.integers(0, 1))
            )
            for a in range(1, draw(st.integers(1, 3)))
        ),
        project_count_max=draw(st.sampled_from([None, 1, 2])),
        area_project_count_max=draw(st.sampled_from([None, 0, 1])),
    )
    rules = draw(st.frozensets(st.sampled_from(RULES + PEOPLE_RULES), max_size=3))
    doubling = DoubleCoverage(
        tuple(DoubleCoverageGroup(draw(some), draw(st.integers(1, 2)), 0.3) for _ in range(2)), 0.1
    )
    return dataclasses.replace(
        inputs,
        sites=placed,
        space=space,
        fairness=_fairness(draw, inputs),
        double_coverage=draw(st.sampled_from([None, doubling])),
        objective_weight={**inputs.objective_weight, "double_coverage": 0.5},
        rules=inputs.rules | rules,
    )


def double_coverage_worth(inputs: Inputs, plan: Plan) -> float:
    """Return what the objective gains from demands with a second L3 station in reach."""
    if inputs.double_coverage is None:
        return 0.0
    share = {p.phase: inputs.double_coverage.always_share for p in inputs.phases}
    for phase in share:
        standing = _standing(inputs, plan, phase)
        share[phase] += sum(
            g.weight_share
            for g in inputs.double_coverage.groups
            if sum("L3" in standing[s] for s in g.site_ids) >= g.missing_count
        )
    scale = sum(p.discount_factor for p in inputs.phases)
    mean = sum(p.discount_factor / scale * share[p.phase] for p in inputs.phases)
    return inputs.objective_weight["double_coverage"] * mean


def _fairness(draw: st.DrawFn, inputs: Inputs) -> Fairness:
    groups = [
        EquityGroup(
            *("settlement", "rural", k, ((0, 0.5), (1, 0.25)), 0.25),
            draw(st.sampled_from([0.0, 0.5])),
            draw(st.sampled_from([None, 0.0, 0.8])),
        )
        for k in inputs.levels
        if draw(st.booleans())
    ]
    people = tuple((j, 0.2) for j in range(5))
    groups += [EquityGroup("region", "everybody", k, people) for k in inputs.levels]
    before = {
        key
        for key, sites in inputs.covering_sites.items()
        if any(key[1] in inputs.sites[s].levels for s in sites)
    }
    return Fairness(
        groups=tuple(groups),
        ratio_min=draw(st.sampled_from([0.0, 0.5, 1.0])),
        is_in_every_phase=draw(st.booleans()),
        protected=tuple(sorted(key for key in before if draw(st.booleans()))),
    )


def keeps_space_rules(inputs: Inputs, plan: Plan) -> bool:
    """Judge a plan by plain counting; nothing here is shared with the rules of the model."""
    last = inputs.phases[-1].phase
    return all(
        _keeps_in_phase(inputs, plan, p.phase, is_last=p.phase == last)
        and _projects_fit(inputs, plan, p.phase)
        and _is_fair(inputs, plan, p.phase, is_last=p.phase == last)
        for p in inputs.phases
    )


def _is_fair(inputs: Inputs, plan: Plan, phase: int, *, is_last: bool) -> bool:
    standing, fairness = _standing(inputs, plan, phase), inputs.fairness
    reached = {
        key for key, sites in inputs.covering_sites.items() if any(key[1] in standing[s] for s in sites)
    }
    if "protected_coverage" in inputs.rules and not reached.issuperset(fairness.protected):
        return False
    if "equity" not in inputs.rules or not (is_last or fairness.is_in_every_phase):
        return True
    share = covered_people(inputs, plan, phase)
    everybody = {
        g.level: found for g, found in zip(fairness.groups, share, strict=True) if g.group_kind == "region"
    }
    ratios = [fairness.ratio_min if g.ratio_min is None else g.ratio_min for g in fairness.groups]
    return all(
        g.floor_share is None or found >= max(g.floor_share, ratio * everybody[g.level]) - 1e-9
        for g, found, ratio in zip(fairness.groups, share, ratios, strict=True)
    )


def covered_people(inputs: Inputs, plan: Plan, phase: int) -> list[float]:
    """Return the share of the people of each group that is covered at the end of a phase."""
    standing = _standing(inputs, plan, phase)
    reached = {
        key for key, sites in inputs.covering_sites.items() if any(key[1] in standing[s] for s in sites)
    }
    return [
        g.always_share + sum(part for j, part in g.people if (j, g.level) in reached)
        for g in inputs.fairness.groups
    ]


def stations_in(inputs: Inputs, plan: Plan, area_id: int, phase: int) -> tuple[int, int]:
    """Return how many stations stand in a planning area at the end of a phase, and how many with L3."""
    standing = _standing(inputs, plan, phase)
    own = [s for s, site in inputs.sites.items() if site.planning_area_id == area_id]
    return sum(bool(standing[s]) for s in own), sum("L3" in standing[s] for s in own)


def _standing(inputs: Inputs, plan: Plan, phase: int) -> dict[int, frozenset[str]]:
    found = {s: site.levels for s, site in inputs.sites.items()}
    for option_id, when in plan:
        if when <= phase:
            found[inputs.options[option_id].site_id] = inputs.options[option_id].levels
    return found


def _keeps_in_phase(inputs: Inputs, plan: Plan, phase: int, *, is_last: bool) -> bool:
    standing = _standing(inputs, plan, phase)
    l3 = {s for s, levels in standing.items() if "L3" in levels}
    rules, space = inputs.rules, inputs.space
    if "l3_min_spacing" in rules and any(l3.issuperset(pair) for pair in space.l3_conflicts):
        return False
    if "l3_max_gap" in rules:
        if any(s in l3 and not l3 & set(others) for s, others in space.l3_neighbours.items()):
            return False
        if is_last and any(not l3 & set(sites) for sites in space.corridors):
            return False
    if "max_overlap" in rules and any(
        len(l3 & set(g.site_ids)) > g.station_count_max for g in space.overlaps
    ):
        return False
    return "area_station_limits" not in rules or all(
        _area_is_kept(inputs, area, standing, is_last=is_last) for area in space.areas
    )


def _area_is_kept(
    inputs: Inputs, area: AreaLimit, standing: dict[int, frozenset[str]], *, is_last: bool
) -> bool:
    own = [s for s, site in inputs.sites.items() if site.planning_area_id == area.planning_area_id]
    count = sum(bool(standing[s]) for s in own)
    if area.station_count_max is not None and count > area.station_count_max:
        return False
    l3_count = sum("L3" in standing[s] for s in own)
    return not is_last or (count >= area.station_count_min and l3_count >= area.l3_station_count_min)


def _projects_fit(inputs: Inputs, plan: Plan, phase: int) -> bool:
    if "projects_per_phase" not in inputs.rules:
        return True
    areas = [inputs.sites[inputs.options[o].site_id].planning_area_id for o, t in plan if t == phase]
    space = inputs.space
    if space.project_count_max is not None and len(areas) > space.project_count_max:
        return False
    limit = space.area_project_count_max
    return limit is None or all(areas.count(a) <= limit for a in areas if a is not None)
