"""Reads what the rules on space and projects know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from db.common.number import plain
from model.data.inputs import AreaLimit, DoubleCoverage, DoubleCoverageGroup, Overlap, Space

Rows = Callable[..., list[tuple[Any, ...]]]
"""Given a view of room 4 and its columns, the rows of one scenario."""


def read_space(rows: Rows) -> Space:
    """Return what the views of room 4 say of the rules that are on."""
    rules = {rule for (rule,) in rows("rule", "rule")}

    def of(rule: str, view: str, *columns: str) -> list[tuple[Any, ...]]:
        return rows(view, *columns) if rule in rules else []

    area_columns = ("planning_area_id", "station_count_min", "station_count_max", "l3_station_count_min")
    near = of("l3_max_gap", "l3_neighbour", "site_id", "neighbour_site_ids")
    corridors = of("l3_max_gap", "corridor", "corridor_id", "site_ids")
    overlaps = of("max_overlap", "overlap_group", "group_id", "site_ids", "station_count_max")
    projects = of("projects_per_phase", "space_limit", "project_count_max", "area_project_count_max")
    return Space(
        l3_conflicts=tuple(of("l3_min_spacing", "l3_conflict", "site_id", "other_site_id")),
        l3_neighbours={site: tuple(others) for site, others in near},
        corridors=tuple(tuple(sites) for _, sites in corridors),
        overlaps=tuple(Overlap(tuple(sites), limit) for _, sites, limit in overlaps),
        areas=tuple(AreaLimit(*row) for row in of("area_station_limits", "area_limit", *area_columns)),
        project_count_max=projects[0][0] if projects else None,
        area_project_count_max=projects[0][1] if projects else None,
    )


def read_double_coverage(rows: Rows) -> DoubleCoverage | None:
    """Return who could have a second L3 station in reach; None where the objective does not ask."""
    weights: dict[str, float] = dict(rows("objective_weight", "term", "weight"))
    priority_levels = [
        term for _, terms in rows("priority_level", "priority_level", "terms") for term in terms
    ]
    if not weights.get("double_coverage") and "double_coverage" not in priority_levels:
        return None
    groups = [
        DoubleCoverageGroup(tuple(sites), missing, weight)
        for _, sites, missing, weight in rows(
            "double_coverage_group", "group_id", "site_ids", "missing_count", "weight_share"
        )
    ]
    always_share = sum(g.weight_share for g in groups if not g.missing_count)
    return DoubleCoverage(tuple(g for g in groups if g.missing_count), always_share)


def space_notes(rows: Rows) -> tuple[str, ...]:
    """Return what people should know of these rules, in sentences."""
    found = []
    columns = ("l3_distance_min_m", "l3_gap_max_m", "road_distance_max_m", "is_spacing_cut", "is_gap_cut")
    rules = {rule for (rule,) in rows("rule", "rule")}
    for spacing_m, gap_m, known_m, is_spacing_cut, is_gap_cut in rows("space_limit", *columns):
        if is_spacing_cut and "l3_min_spacing" in rules:
            found.append(
                f"L3 stations shall be {plain(spacing_m)} m apart, but the region knows distances up to"
                f" {plain(known_m)} m only: sites farther from each other than that count as far enough."
            )
        if is_gap_cut and "l3_max_gap" in rules:
            found.append(
                f"L3 stations shall have another one within {plain(gap_m)} m, but the region knows distances"
                f" up to {plain(known_m)} m only: sites farther from each other than that count as too far."
            )
    unserved = [
        count for _, count, sites in rows("corridor", "corridor_id", "point_count", "site_ids") if not sites
    ]
    if unserved:
        found.append(
            f"{sum(unserved)} points of the corridors have no site that could serve them:"
            " no plan keeps l3_max_gap."
        )
    return tuple(found)
