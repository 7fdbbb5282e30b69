"""Keys that scenario files had before, and what took their place: a file with one is told the new name."""

from __future__ import annotations

import re

OF_CHARGER = (
    "port_kw|opex_cad_per_port_year|ports_min|ports_max|port_count_choices|"
    "session_min|kwh_per_session|utilisation_share"
)
"""What was said of a level, and is said of a charger type."""
PRICES = {
    "station_cost_cad": "equipment_cost_cad_per_station",
    "port_cost_cad": "equipment_cost_cad_per_port",
}
"""Prices that were one figure: equipment, with installation and works apart now, as `base.toml` has them."""
FORMER = {
    r"works": "projects",
    r"works\.site_count_max": "projects.project_count_max",
    r"works\.area_site_count_max": "projects.area_project_count_max",
    r"rule\.works_per_phase": "rule.projects_per_phase",
    r"objective\.weight\.backup": "objective.weight.double_coverage.L3",
    r"grid\.headroom_factor": "grid.hosting_capacity_factor",
    r"grid\.reinforcement": "grid.upgrade",
    r"grid\.coincidence_factor": "grid.coincidence",
    r"objective\.weight\.reinforcement": "objective.weight.grid_upgrade",
    r"site\.l2_ports_retained_min": "site.ports_retained_min",
    r"session\.l3_energy_share": "level.L3.energy_share",
    r"spacing\.l3_distance_min_m": "level.L3.spacing_min_m",
    r"spacing\.l3_gap_max_m": "level.L3.gap_max_m",
    r"spacing\.overlap_station_count_max": "level.L3.overlap_station_count_max",
    r"spacing\.corridor_(\w+)": r"corridor.\1",
    r"area\.l3_station_count_min": "area.level_station_count_min.L3",
    r"objective\.weight\.coverage_l2": "objective.weight.coverage.L2",
    r"objective\.weight\.coverage_l3": "objective.weight.coverage.L3",
    r"rule\.l3_(min_spacing|max_gap)": r"rule.\1",
    r"publication\.gap_share_max": "publication.mip_gap_max",
    r"phase\.(\d+)\.build_levels": r"phase.\1.chargers",
    **{
        rf"level\.{level}\.{former}": f"charger.{charger}.{now}"
        for level, charger in (("L2", "ac_7"), ("L3", "dc_150"))
        for former, now in PRICES.items()
    },
    **{rf"charger\.(\w+)\.{former}": rf"charger.\1.{now}" for former, now in PRICES.items()},
    r"site\.resale_factor": "site.equipment_resale_share",
    **{
        rf"level\.{level}\.({OF_CHARGER})": rf"charger.{charger}.\1"
        for level, charger in (("L2", "ac_7"), ("L3", "dc_150"))
    },
    r"level\.(\w+)\.reach_m": r"level.\1.service_distance_m",
    r"grant\.programme": "grant.program",
    r"grant\.programme\.(\w+)\.project_cap_cad": r"grant.program.\1.application_cap_cad",
    r"grant\.program\.(\w+)\.project_cap_cad": r"grant.program.\1.application_cap_cad",
    r"grant\.programme\.(.+)": r"grant.program.\1",
}
"""Pattern of the former dotted key, and the key that took its place; the first that matches counts."""


def renamed(key: str) -> str | None:
    """Return the key that took the place of a former one; None where it never was one.

    Keys of `[[table.override]]` are those of the table.
    """
    in_override = re.fullmatch(r"(\w+)\.override\.\d+\.(.+)", key)
    if in_override:
        table, rest = in_override.groups()
        now = renamed(f"{table}.{rest}")
        return None if now is None else now.replace(f"{table}.", f"{table}.override.", 1)
    for former, now in FORMER.items():
        found = re.fullmatch(former, key)
        if found:
            return found.expand(now)
    return None
