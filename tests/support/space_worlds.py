"""The rules on space and projects over small made-up inputs: drawn, and judged by plain counting."""

from __future__ import annotations

import dataclasses
from itertools import combinations

from hypothesis import strategies as st

from model.data.inputs import (
    AreaLimit,
    Corridor,
    DoubleCoverage,
    DoubleCoverageNode,
    EquityGroup,
    Fairness,
    Inputs,
    Overlap,
    Plan,
    Space,
)
from tests.support.draws import one_of, some_of, whole, yes_or_no

RULES = ("min_spacing", "max_gap", "max_overlap", "area_station_limits", "projects_per_phase")
PEOPLE_RULES = ("equity", "protected_coverage")


def with_space(draw: st.DrawFn, inputs: Inputs) -> Inputs:
    """Return the inputs with planning areas, distances and limits drawn for these rules."""
    sites = sorted(inputs.sites)
    placed = {
        s: dataclasses.replace(site, planning_area_id=draw(one_of(None, 1, 2)))
        for s, site in inputs.sites.items()
    }
    some = some_of(*sites, most=3).map(sorted).map(tuple)
    a_level = one_of(*inputs.levels)
    conflicts, neighbours = {}, {}
    for level in inputs.levels:
        today = {s for s in sites if level in inputs.sites[s].levels}
        near = [p for p in combinations(sites, 2) if draw(yes_or_no)]
        # as the view has it: what stands too near today is no pair
        conflicts[level] = tuple(pair for pair in near if not today.issuperset(pair))
        others_of = {s: tuple(o for o in draw(some) if o != s) for s in sites if draw(whole(0, 2)) == 0}
        neighbours |= {
            (s, level): others for s, others in others_of.items() if s not in today or today & set(others)
        }
    space = Space(
        conflicts=conflicts,
        neighbours=neighbours,
        corridors=(Corridor(draw(a_level), draw(some)),) if draw(whole(0, 3)) == 0 else (),
        overlaps=tuple(
            Overlap(draw(a_level), draw(some), draw(whole(0, 2))) for _ in range(draw(whole(0, 2)))
        ),
        areas=tuple(
            AreaLimit(
                a,
                draw(whole(0, 1)),
                draw(one_of(None, 1, 2)),
                {level: draw(whole(0, 1)) for level in inputs.levels},
            )
            for a in range(1, draw(whole(1, 3)))
        ),
        project_count_max=draw(one_of(None, 1, 2)),
        area_project_count_max=draw(one_of(None, 0, 1)),
    )
    rules = draw(some_of(*RULES, *PEOPLE_RULES, most=3))
    double = {
        level: DoubleCoverage(
            tuple(DoubleCoverageNode(draw(some), draw(whole(1, 2)), 0.3) for _ in range(2)), 0.1
        )
        for level in draw(some_of(*inputs.levels))
    }
    weights = {f"double_coverage.{level}": _double_weight(inputs, level) for level in inputs.levels}
    return dataclasses.replace(
        inputs,
        sites=placed,
        space=space,
        fairness=_fairness(draw, inputs),
        double_coverage=double,
        objective_weight={**inputs.objective_weight, **weights},
        rules=inputs.rules | rules,
    )


def double_coverage_worth(inputs: Inputs, plan: Plan) -> float:
    """Return what the objective gains from demand that a second station of a level covers."""
    scale = sum(p.discount_factor for p in inputs.phases)
    total = 0.0
    for level, double in inputs.double_coverage.items():
        for p in inputs.phases:
            standing = _standing(inputs, plan, p.phase)
            share = double.always_share + sum(
                node.weight_share
                for node in double.nodes
                if sum(level in standing[s] for s in node.site_ids) >= node.missing_count
            )
            total += _double_weight(inputs, level) * p.discount_factor / scale * share
    return total


def _double_weight(inputs: Inputs, level: str) -> float:
    return 0.3 + 0.2 * inputs.levels.index(level)


def _fairness(draw: st.DrawFn, inputs: Inputs) -> Fairness:
    groups = [
        EquityGroup(
            *("settlement", "rural", k, ((0, 0.5), (1, 0.25)), 0.25),
            draw(one_of(0.0, 0.5)),
            draw(one_of(None, 0.0, 0.8)),
        )
        for k in inputs.levels
        if draw(yes_or_no)
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
        ratio_min=draw(one_of(0.0, 0.5, 1.0)),
        is_in_every_phase=draw(yes_or_no),
        protected=tuple(sorted(key for key in before if draw(yes_or_no))),
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
    covered = {
        key for key, sites in inputs.covering_sites.items() if any(key[1] in standing[s] for s in sites)
    }
    if "protected_coverage" in inputs.rules and not covered.issuperset(fairness.protected):
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
    covered = {
        key for key, sites in inputs.covering_sites.items() if any(key[1] in standing[s] for s in sites)
    }
    return [
        g.always_share + sum(part for j, part in g.people if (j, g.level) in covered)
        for g in inputs.fairness.groups
    ]


def stations_in(inputs: Inputs, plan: Plan, area_id: int, phase: int, level: str = "") -> int:
    """Return how many stations stand in a planning area at the end of a phase, of a level or of any."""
    standing = _standing(inputs, plan, phase)
    own = [s for s, site in inputs.sites.items() if site.planning_area_id == area_id]
    return sum(level in standing[s] if level else bool(standing[s]) for s in own)


def _standing(inputs: Inputs, plan: Plan, phase: int) -> dict[int, frozenset[str]]:
    found = {s: site.levels for s, site in inputs.sites.items()}
    for option_id, when in plan:
        if when <= phase:
            found[inputs.options[option_id].site_id] = inputs.options[option_id].levels
    return found


def _keeps_in_phase(inputs: Inputs, plan: Plan, phase: int, *, is_last: bool) -> bool:
    standing = _standing(inputs, plan, phase)
    of = {k: {s for s, levels in standing.items() if k in levels} for k in inputs.levels}
    rules, space = inputs.rules, inputs.space
    if "min_spacing" in rules and any(
        of[k].issuperset(pair) for k, pairs in space.conflicts.items() for pair in pairs
    ):
        return False
    if "max_gap" in rules:
        if any(s in of[k] and not of[k] & set(others) for (s, k), others in space.neighbours.items()):
            return False
        if is_last and any(not of[c.level] & set(c.site_ids) for c in space.corridors):
            return False
    if "max_overlap" in rules and any(
        len(of[node.level] & set(node.site_ids)) > node.station_count_max for node in space.overlaps
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
    of = {k: sum(k in standing[s] for s in own) for k in inputs.levels}
    return not is_last or (
        count >= area.station_count_min
        and all(of[k] >= least for k, least in area.level_station_count_min.items())
    )


def _projects_fit(inputs: Inputs, plan: Plan, phase: int) -> bool:
    if "projects_per_phase" not in inputs.rules:
        return True
    areas = [inputs.sites[inputs.options[o].site_id].planning_area_id for o, t in plan if t == phase]
    space = inputs.space
    if space.project_count_max is not None and len(areas) > space.project_count_max:
        return False
    limit = space.area_project_count_max
    return limit is None or all(areas.count(a) <= limit for a in areas if a is not None)
