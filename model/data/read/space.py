"""Reads what the rules on space and projects know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from db.common.number import plain
from model.data.inputs import (
    Alternative,
    AreaLimit,
    Corridor,
    DoubleCoverage,
    DoubleCoverageNode,
    Overlap,
    Space,
)

Rows = Callable[..., list[tuple[Any, ...]]]
"""Given a view of room 4 and its columns, the rows of one scenario."""


def read_space(rows: Rows) -> Space:
    """Return what the views of room 4 say of the rules that are on, without areas and projects."""
    rules = {rule for (rule,) in rows("rule", "rule")}

    def of(rule: str, view: str, *columns: str) -> list[tuple[Any, ...]]:
        return rows(view, *columns) if rule in rules else []

    conflicts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for level, *pair in sorted(of("min_spacing", "spacing_conflict", "level", "site_id", "other_site_id")):
        conflicts[level].append((pair[0], pair[1]))
    near = of("max_gap", "gap_neighbour", "level", "site_id", "neighbour_site_ids")
    corridors = of("max_gap", "corridor", "level", "corridor_id", "site_ids")
    overlaps = of("max_overlap", "overlap_node", "level", "node_id", "site_ids", "station_count_max")
    return Space(
        conflicts={level: tuple(pairs) for level, pairs in conflicts.items()},
        neighbours={(site, level): tuple(others) for level, site, others in near},
        corridors=tuple(Corridor(level, tuple(sites)) for level, _, sites in corridors),
        overlaps=tuple(Overlap(level, tuple(sites), limit) for level, _, sites, limit in overlaps),
    )


def limited(space: Space, rows: Rows) -> Space:
    """Return it with the limits of areas and projects, as far as their rules are on."""
    rules = {rule for (rule,) in rows("rule", "rule")}
    projects = rows("space_limit", "project_count_max", "area_project_count_max")
    most = projects[0] if projects and "projects_per_phase" in rules else (None, None)
    return replace(
        space,
        areas=_areas(rows) if "area_station_limits" in rules else (),
        project_count_max=most[0],
        area_project_count_max=most[1],
    )


def _areas(rows: Rows) -> tuple[AreaLimit, ...]:
    by_level: dict[int, dict[str, int]] = defaultdict(dict)
    for area, level, least in rows("area_level_limit", "planning_area_id", "level", "station_count_min"):
        by_level[area][level] = least
    limits = rows("area_limit", "planning_area_id", "station_count_min", "station_count_max")
    return tuple(AreaLimit(area, least, most, by_level[area]) for area, least, most in limits)


def read_alternatives(rows: Rows) -> tuple[Alternative, ...]:
    """Return the stations that may go only while others near by have their levels."""
    columns = ("site_id", "level", "alternative_site_ids", "is_removed")
    return tuple(Alternative(s, k, tuple(o), g) for s, k, o, g in rows("removal_alternative", *columns))


def read_double_coverage(rows: Rows) -> dict[str, DoubleCoverage]:
    """Return the demand that a second station could cover, for the levels at which that is asked for."""
    nodes: dict[str, list[DoubleCoverageNode]] = {
        level: [] for (level,) in rows("double_coverage_level", "level")
    }
    for level, _, sites, missing, weight in rows(
        "double_coverage_node", "level", "node_id", "site_ids", "missing_count", "weight_share"
    ):
        nodes[level].append(DoubleCoverageNode(tuple(sites), missing, weight))
    return {
        level: DoubleCoverage(
            tuple(node for node in found if node.missing_count),
            sum(node.weight_share for node in found if not node.missing_count),
        )
        for level, found in nodes.items()
    }


def space_notes(rows: Rows) -> tuple[str, ...]:
    """Return what people should know of these rules, in sentences."""
    found = []
    columns = ("level", "spacing_min_m", "gap_max_m", "road_distance_max_m", "is_spacing_cut", "is_gap_cut")
    rules = {rule for (rule,) in rows("rule", "rule")}
    for level, spacing_m, gap_m, known_m, is_spacing_cut, is_gap_cut in rows("level_limit", *columns):
        if is_spacing_cut and "min_spacing" in rules:
            found.append(
                f"{level} stations shall be {plain(spacing_m)} m apart, but the region knows distances up to"
                f" {plain(known_m)} m only: sites farther from each other than that count as far enough."
            )
        if is_gap_cut and "max_gap" in rules:
            found.append(
                f"{level} stations shall have another one within {plain(gap_m)} m, but the region knows"
                f" distances up to {plain(known_m)} m only: sites farther from each other than that count as"
                " too far."
            )
    unserved: dict[str, int] = defaultdict(int)
    for level, _, count, sites in rows("corridor", "level", "corridor_id", "point_count", "site_ids"):
        unserved[level] += 0 if sites else count
    found += [
        f"{count} points of the corridors have no site that could serve them with {level}: no plan keeps"
        " max_gap."
        for level, count in unserved.items()
        if count
    ]
    return tuple(found)
