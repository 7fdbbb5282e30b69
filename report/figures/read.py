"""What figures show of a run: rows and shapes from schema `report`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
from psycopg.rows import dict_row

from db.common.language import Text
from report.attribution import read_attribution

Connection = psycopg.Connection[Any]
SIDE_PARTS = 4000
"""A line may lie off by one part of the longer side of all lines: finer than the picture shows."""
_CELLS = """
    select cell_id, ev_per_km2, st_asbinary(geom) as geom from report.demand_cell order by cell_id
"""
_COVERED = """
    select level, cell_id, is_covered_before, status from report.demand_coverage where run_id = %s
    order by level, cell_id
"""
_AREAS = "select name, st_asbinary(geom) as geom from report.planning_area order by planning_area_id"
_ROADS = """
    select st_asbinary(st_collect(geom)) as geom from report.road
    where highway in ('motorway', 'trunk', 'primary', 'secondary')
    having count(*) > 0
"""
_PROJECTS = """
    select project_number, action, phase, st_asbinary(geom) as geom from report.project where run_id = %s
    order by project_number
"""
_COVERAGE = """
    select distinct on (l.place) l.level, l.title_en, l.title_fr, c.before_share, c.after_share
    from report.coverage_summary as c join report.run_level as l using (run_id, level)
    where c.run_id = %s order by l.place, c.phase desc
"""
_MONEY = "select * from report.phase_budget where run_id = %s order by phase"
# one parameter at a time: the bars of a tornado
_TORNADO = """
    select parameter, value, base_value, objective_change from report.sensitivity
    where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
        and parameter_count = 1 and objective_change is not null order by parameter, value
"""
# what each of them means for people
_EFFECTS = """
    select parameter, level, base_value, value_worst, value_best, people_change_worst, people_change_best
    from report.parameter_effect
    where parent_run_id = (select sensitivity_run_id from report.run_analysis where run_id = %s)
    order by place
"""
_PARETO = """
    select coverage_share, net_capex_cad, is_dominated from report.pareto_point
    where frontier_id = (select frontier_id from report.run_analysis where run_id = %s)
        and coverage_share is not null
    order by net_capex_cad
"""


@dataclass(frozen=True)
class Coverage:
    """Coverage by a level: shares of the demand, and `is_covered_before` and `status` of each hexagon."""

    title: Text
    before_share: float
    after_share: float
    cells: gpd.GeoDataFrame


@dataclass(frozen=True)
class Findings:
    """All that the figures of a run show; places in the region's metric CRS, money in CAD.

    `coverage` has the levels from the lowest rank to the highest; `effects` has the parameters that `tornado`
    varies, those first that most people depend on.
    """

    run: dict[str, Any]
    cells: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    projects: gpd.GeoDataFrame
    coverage: dict[str, Coverage]
    money: pd.DataFrame
    tornado: pd.DataFrame
    effects: pd.DataFrame
    pareto: pd.DataFrame
    attribution: tuple[str, ...]


def _table(conn: Connection, query: str, *values: object) -> pd.DataFrame:
    with conn.cursor() as cursor:
        cursor.execute(query.encode(), values)
        return pd.DataFrame(cursor.fetchall(), columns=[c.name for c in cursor.description or ()])


def _shapes(conn: Connection, query: str, *values: object) -> gpd.GeoDataFrame:
    table = _table(conn, query, *values)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkb(table.pop("geom")))


def drawn(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return lines joined end to end, without the corners that a picture of all of them does not show."""
    if lines.empty:
        return lines
    west, south, east, north = lines.total_bounds
    joined = shapely.line_merge(lines.geometry.to_numpy())
    return lines.set_geometry(shapely.simplify(joined, max(east - west, north - south) / SIDE_PARTS))


def _coverage(conn: Connection, run_id: int, cells: gpd.GeoDataFrame) -> dict[str, Coverage]:
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_COVERAGE.encode(), (run_id,)).fetchall()
    covered = _table(conn, _COVERED, run_id)
    return {
        row["level"]: Coverage(
            Text(en=row["title_en"], fr=row["title_fr"]),
            row["before_share"],
            row["after_share"],
            cells.merge(covered[covered["level"] == row["level"]], on="cell_id"),
        )
        for row in rows
    }


def read(conn: Connection, run: dict[str, Any]) -> Findings:
    """Read what the figures of a run (a row of report.run_summary) show."""
    number = run["run_id"]
    cells = _shapes(conn, _CELLS)
    return Findings(
        run=run,
        cells=cells,
        areas=_shapes(conn, _AREAS),
        roads=drawn(_shapes(conn, _ROADS)),
        projects=_shapes(conn, _PROJECTS, number),
        coverage=_coverage(conn, number, cells),
        money=_table(conn, _MONEY, number),
        tornado=_table(conn, _TORNADO, number),
        effects=_table(conn, _EFFECTS, number),
        pareto=_table(conn, _PARETO, number),
        attribution=read_attribution(conn),
    )
