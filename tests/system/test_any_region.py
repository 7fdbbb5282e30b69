"""Two regions that differ from Waterloo in what they lack: load, plan, continue the plan, checks, reports."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.schema.checks import run_data_checks
from etl.load import load_region
from tests.support.processes import run
from tests.support.toy_town import build

Connection = psycopg.Connection[Any]
LACKS = ("ev_counts", "postal_areas", "transit", "grid", "planning_areas")


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


@pytest.fixture
def polygons(tmp_path: Path) -> Path:
    """Return the file of a region with polygons of people, and neither transit nor vehicles nor grid."""
    region = build.write_sources(tmp_path, without=LACKS)
    boxes = ((-1000, -1000, 600, 400, 300), (600, -1000, 2000, 400, 200), (-1000, 400, 2000, 1500, 250))
    shapes = [
        {
            "type": "Feature",
            "properties": {"n": n, "people": p, "flats": p / 2},
            "geometry": build._box(w, s, e, t),
        }
        for n, (w, s, e, t, p) in enumerate(boxes)
    ]
    (tmp_path / "people.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}))
    text = re.sub(
        r"\n\[sources\.population\].*?(?=\n\[(?!sources\.population))",
        "",
        region.read_text(),
        flags=re.DOTALL,
    )
    text += """
[sources.population]
loader = "vector"
path = "people.geojson"
columns = { id = "n", population = "people", dwellings = "flats" }

[totals.population]
value = 750
tolerance_share = 0.001
"""
    region.write_text(text)
    return region


@pytest.fixture
def southern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a region south of the equator with points of people and two feeds of transit."""
    monkeypatch.setattr(build, "ORIGIN_LON", 174.76)
    monkeypatch.setattr(build, "ORIGIN_LAT", -36.85)
    region = build.write_sources(tmp_path)
    shutil.copy(tmp_path / "transit.gtfs.zip", tmp_path / "ferry.gtfs.zip")
    text = re.sub(r"metric_crs.*\n", "", region.read_text())
    text = re.sub(r"^\[sources\.transit\]$", "[[sources.transit]]", text, flags=re.MULTILINE)
    region.write_text(text + '\n[[sources.transit]]\npath = "ferry.gtfs.zip"\n')
    return region


def solve(scenario: str) -> None:
    done = run("model.solve", "--scenario", scenario, "--json")
    assert done.returncode == 0, done.stderr


def is_planned(conn: Connection) -> None:
    """Plan two phases, and look at everything that people see."""
    conn.commit()
    solve("phase1")
    solve("phase2")
    assert [(check.name, check.detail) for check in run_data_checks(conn) if not check.is_ok] == []
    published = rows(
        conn,
        "select count(*), sum(audit_violation_count) from report.run_summary where publication = 'published'",
    )
    assert published == [(2, 0)]
    names = rows(
        conn,
        "select relname from pg_class where relnamespace = 'report'::regnamespace and relkind in ('v', 'm') order by 1",
    )
    for (name,) in names:
        conn.execute(
            psycopg.sql.SQL("select * from {}").format(psycopg.sql.Identifier("report", name))
        ).fetchall()
    for view in ("station_plan", "demand_coverage", "road", "attribution", "assumption"):
        query = psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier("report", view))
        assert rows(conn, query.as_string(conn))[0][0] > 0, view


def test_polygons_of_people_without_transit_vehicles_or_grid(connection: Connection, polygons: Path) -> None:
    summary = load_region(str(polygons), connection)
    assert rows(connection, "select round(sum(population)) from core.demand_cell") == [(750,)]
    assert rows(connection, "select count(*) from core.transit_stop") == [(0,)]
    assert rows(connection, "select distinct basis from core.grid_area") == [("planning_area",)]
    assert rows(connection, "select is_within from core.source_total") == [(True,)]
    said = " ".join(summary.assumptions)
    for words in ("Electric vehicles are shared", "Transit access is shared", "No transformer station"):
        assert words in said
    is_planned(connection)


def test_points_of_people_south_of_the_equator_with_two_feeds(connection: Connection, southern: Path) -> None:
    summary = load_region(str(southern), connection)
    assert summary.metric_srid == 32760
    assert rows(connection, "select round(sum(population)) from core.demand_cell") == [(1000,)]
    feeds = rows(connection, "select file_name from raw.load_source where source = 'transit' order by 1")
    assert feeds == [("ferry.gtfs.zip",), ("transit.gtfs.zip",)]
    assert rows(connection, "select count(*), count(distinct source_id) from core.transit_stop") == [(2, 2)]
    # lengths are those of the northern town: nothing is stretched by the other hemisphere
    streets = rows(connection, "select name, round(length_m) from core.road_edge where name = 'First Street'")
    assert streets == [("First Street", 1000)]
    is_planned(connection)
