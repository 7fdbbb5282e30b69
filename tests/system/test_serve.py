"""The open service on Toy Town: real clients, hostile requests, and statements that end with their client."""

from __future__ import annotations

import json
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from psycopg import sql

from db.common.errors import UsageError
from db.environment import child_environment
from report.serve.pool import check
from report.serve.published import PUBLISHED
from tests.support.processes import until
from tests.support.service import items, serving, slow_down

# Names in a map are untrusted, so is all that clients send; none of these may be answered, or harm the server.
HOSTILE: list[dict[str, Any]] = [
    {"filter": "pg_sleep(60) = 1"},
    {"filter": '{"op": "pg_sleep", "args": [60]}'},
    {"filter": '{"op": "=", "args": [{"op": "query_to_xml", "args": ["select 1", true, true, ""]}, 1]}'},
    {"filter": "set_config('role', 'postgres', false) = 'postgres'"},
    {"filter": "current_setting('server_version') = '15'"},
    {"filter": "name = 'x'; drop table plan.run; --'"},
    {"filter": '"run_id"" = 1 or 1=1 --" = 1'},
    {"filter": "run_id in (select 1)"},
    {"filter": "nosuch = 1"},
    {"filter": "run_id = 'text'"},
    {"filter": "name = '\0'"},
    {"filter": "(" * 10_000},
    {"filter": "run_id = 1 and " * 500 + "run_id = 1"},
    {"filter": '{"op": "and", "args": [' * 60 + "]}" * 60},
    {"filter": "s_intersects(geom, BBOX(1, 2, nan, 4))"},
    {"filter": '{"op": "s_intersects", "args": [{"property": "geom"}, {"bbox": ["a", "b", "c", "d"]}]}'},
    {"filter": "\ud800".encode("utf-8", "surrogatepass")},
    {"limit": "0"},
    {"limit": "-1"},
    {"limit": "1; drop table plan.run"},
    {"offset": "9" * 40},
    {"bbox": "1,2,3"},
    {"bbox": "nan,nan,nan,nan"},
    {"bbox": "inf,0,1,1"},
    {"bbox": "10,10,0,0"},
    {"bbox": "-181,-91,181,91"},
    {"bbox": "a,b,c,d"},
    {"sortby": 'run_id"; drop table plan.run; --'},
    {"sortby": "pg_sleep(60)"},
    {"geom-column": 'geom" from plan.run --'},
    {"datetime": "'; drop table plan.run; --"},
    {"simplify": "nan); drop table plan.run; --"},
    {"ids": "1,' or 1=1 --"},
    {"run_id": "1' or '1'='1"},
    {"f": "html"},
    {"f": "csv"},
    {"crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
    {"nonsense": "1"},
]
UNPUBLISHED = (
    "plan.scenario",
    "plan.site_lock",
    "raw.load",
    "report.site_lock",
    "report.run_summary",
    "core.site",
    "pg_catalog.pg_authid",
    "public.layer_styles",
    "public.spatial_ref_sys",
    "pg_temp.tipg_catalog",
    "report.station_plan;drop table plan.run",
    "..%2f..%2fetc%2fpasswd",
)


@pytest.fixture
def service(planned_database: str) -> Iterator[str]:
    with serving(planned_database) as url:
        yield url


def test_the_published_views_are_listed_and_nothing_else(service: str) -> None:
    found = requests.get(f"{service}/collections", timeout=60).json()["collections"]
    assert {c["id"] for c in found} == {f"report.{name}" for name in PUBLISHED}
    about = {c["id"]: c["description"] for c in found}
    assert about["report.decision"].startswith("The projects of the published plans")
    for name in PUBLISHED:
        assert items(service, name).status_code == 200, name


def test_features_come_in_degrees_by_their_key_and_filtered(service: str, planned_database: str) -> None:
    with psycopg.connect(planned_database) as conn:
        (station,) = conn.execute("select count(*) from report.existing_station").fetchone() or (0,)
        (key,) = conn.execute(
            "select decision_id from report.decision where action = 'upgrade'"
        ).fetchone() or (0,)
    found = items(service, "existing_station").json()
    assert found["numberMatched"] == station
    west, south = found["features"][0]["geometry"]["coordinates"]
    assert -81.1 < west < -80.8
    assert 43.4 < south < 43.6
    one = requests.get(f"{service}/collections/report.decision/items/{key}", timeout=60).json()
    assert (one["id"], one["properties"]["action"]) == (key, "upgrade")
    names = [
        f["properties"]["name"]
        for f in items(service, "station_plan", filter="top_level_before = 'L3'").json()["features"]
    ]
    assert names == ["Third Street"]
    near = "s_intersects(geom, BBOX(-81.1, 43.4, -80.8, 43.6))"
    assert items(service, "station_plan", filter=near).json()["numberMatched"] == 3
    assert items(service, "station_plan", bbox="0,0,1,1").json()["numberMatched"] == 0


def test_only_published_plans_are_served(service: str, planned_database: str) -> None:
    with psycopg.connect(planned_database) as conn:
        conn.execute("update plan.run set publication = 'rejected'")
    for name in (
        "decision",
        "station_plan",
        "demand_coverage",
        "grid_load",
        "phase_budget",
        "coverage_summary",
        "published_run",
        "equity_coverage",
        "site_reason",
    ):
        assert items(service, name).json()["numberMatched"] == 0, name


def test_tiles_are_drawn(service: str) -> None:
    tile = f"{service}/collections/report.demand_coverage/tiles/WebMercatorQuad"
    found = requests.get(f"{tile}/8/70/93", timeout=60)
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert b"is_covered_before" in found.content
    for wrong in ("99/0/0", "3/8/0", "3/-1/0", "a/b/c", "8/70/93999999999999999999999"):
        assert requests.get(f"{tile}/{wrong}", timeout=60).status_code in (404, 422), wrong


def test_what_is_not_published_is_not_reachable(service: str) -> None:
    for name in UNPUBLISHED:
        for path in ("", "/items", "/items/1", "/queryables", "/tiles", "/tiles/WebMercatorQuad/0/0/0"):
            found = requests.get(f"{service}/collections/{name}{path}", timeout=60)
            assert 400 <= found.status_code < 500, (name, path)


def test_hostile_requests_are_refused_and_the_server_lives(service: str, planned_database: str) -> None:
    for values in HOSTILE:
        found = items(service, "station_plan", **values)
        assert 400 <= found.status_code < 500, (values, found.text)
        for leak in ("SELECT", "select ", "LINE 1", "Traceback", "asyncpg", "postgres"):
            assert leak not in found.text.replace(str(values), ""), (values, found.text)
    # what looks hostile and is just a text finds nothing
    quoted = items(service, "station_plan", filter="name = 'x'' or 1=1 --'")
    assert (quoted.status_code, quoted.json()["numberMatched"]) == (200, 0)
    assert items(service, "station_plan").json()["numberMatched"] == 3
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (
            requests.request(method, f"{service}/collections", data="x" * 10_000, timeout=60).status_code
            == 405
        )
    with psycopg.connect(planned_database) as conn:
        assert conn.execute("select count(*) from plan.run").fetchone() == (1,)


def sleepers(address: str) -> int:
    with psycopg.connect(address) as conn:
        row = conn.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_statement_ends_when_its_client_leaves(planned_database: str) -> None:
    slow_down(planned_database)
    with serving(planned_database, request_s=600, statement_s=600) as url:
        at = urlsplit(url)
        with socket.create_connection((at.hostname or "", at.port or 0)) as client:
            client.sendall(b"GET /collections/report.assumption/items HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: sleepers(planned_database) == 1)
        until(lambda: sleepers(planned_database) == 0)
        assert items(url, "decision").status_code == 200


def test_a_request_ends_when_its_time_is_up(planned_database: str) -> None:
    slow_down(planned_database)
    with serving(planned_database, request_s=1, statement_s=600) as url:
        assert items(url, "assumption").status_code == 503
        until(lambda: sleepers(planned_database) == 0)
    with serving(planned_database, request_s=600, statement_s=1) as url:
        assert items(url, "assumption").status_code == 503


def test_the_service_reads_as_the_reader_and_refuses_another_role(server: str, planned_database: str) -> None:
    with serving(planned_database), psycopg.connect(planned_database) as conn:
        (count,) = conn.execute(
            "select count(*) from pg_stat_activity where application_name like '%% serve'"
            " and datname = current_database()"
        ).fetchone() or (0,)
    assert count >= 1
    name, secret = f"test_stranger_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(
            sql.SQL("create role {} login password {}").format(sql.Identifier(name), sql.Literal(secret))
        )
        try:
            at = urlsplit(planned_database)
            stranger = at._replace(netloc=f"{name}:{secret}@{at.hostname}:{at.port or 5432}").geturl()
            with pytest.raises(UsageError, match="runs as ev_reader only"):
                check(stranger)
        finally:
            conn.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.mark.usefixtures("gdal")
def test_gdal_reads_the_collections(service: str, tmp_path: Path) -> None:
    out = tmp_path / "coverage.geojson"
    done = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", str(out), f"OAPIF:{service}", "report.demand_coverage"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["features"]
    assert len(found) == 10
    assert {f["geometry"]["type"] for f in found} == {"Polygon"}


@pytest.mark.usefixtures("qgis")
def test_qgis_reads_a_collection(service: str, tmp_path: Path) -> None:
    script = Path(__file__).parents[1] / "support" / "qgis" / "service.py"
    done = subprocess.run(
        ["/usr/bin/python3", str(script), service, "report.demand_coverage"],
        env=child_environment() | {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["is_valid"]
    assert found["count"] == 10
    assert {"level", "status"} <= set(found["fields"])
