"""Reads what a scenario offers: the large tables, which are the same for all scenarios of one content."""

from __future__ import annotations

from db.common.errors import UsageError
from model.data.inputs import Inputs, Site
from model.data.read.fairness import read_fairness
from model.data.read.money import read_options, read_prices
from model.data.read.service import read_service
from model.data.read.space import Rows, read_alternatives, read_double_coverage, read_space


def read_offer(rows: Rows) -> Inputs:
    """Return inputs that lack phases, rules, the objective, targets and limits.

    Raises:
        UsageError: there is no demand, or sessions are counted and there are none.

    """
    nodes = rows("aggregated_demand_node", "level", "node_id", "site_ids", "weight_share")
    coverage = rows("level_coverage", "level", "demand_count", "covered_before_share", "always_covered_share")
    if not any(count for _, count, _, _ in coverage):
        raise UsageError(
            "There is no demand to serve: no demand node has any weight.",
            "load a population, or the reference points that the scenario asks for.",
        )
    network = rows("network", "network_cad", "station_cad_max", "network_opex_cad_per_year")[0]
    prices = read_prices(rows)
    return Inputs(
        phases=(),
        levels=tuple(level for _, level in sorted(rows("level", "rank", "level"))),
        sites=_sites(rows),
        options=read_options(rows, prices=prices),
        measured_options=read_options(rows, "measured_option", prices),
        covering_sites={(node, level): tuple(sites) for level, node, sites, _ in nodes},
        weight={(node, level): weight for level, node, _, weight in nodes},
        rules=frozenset(),
        objective_weight={},
        covered_before_share={level: share for level, _, share, _ in coverage},
        always_covered_share={level: share for level, _, _, share in coverage},
        network_cad=network[0],
        station_cad_max=network[1],
        network_opex_cad_per_year=network[2],
        space=read_space(rows),
        fairness=read_fairness(rows),
        double_coverage=read_double_coverage(rows),
        service=read_service(rows),
        candidate_score=dict(rows("new_site_score", "site_id", "score")),
        alternatives=read_alternatives(rows),
    )


def _sites(rows: Rows) -> dict[int, Site]:
    found: dict[str, set[str]] = {}
    for layout, level in rows("layout_level", "layout", "level"):
        found.setdefault(layout, set()).add(level)

    def offers(layout: str, is_counted: bool) -> frozenset[str]:  # noqa: FBT001 - a column
        """Return the levels that a driver finds: none at a station that does not count."""
        return frozenset(found.get(layout, ())) if is_counted else frozenset()

    nodes: dict[int, list[int]] = {}
    for site_id, node in rows("site_grid_node", "site_id", "grid_node_id"):
        nodes.setdefault(site_id, []).append(node)
    columns = ("site_id", "x_m", "y_m", "layout", "planning_area_id", "is_counted")
    return {
        site_id: Site(
            site_id, offers(layout, is_counted), tuple(nodes.get(site_id, ())), x, y, layout, planning_area
        )
        for site_id, x, y, layout, planning_area, is_counted in rows("site_state", *columns)
    }
