"""Every pick of a row by an order ends in a unique key, and the same data always makes the same database."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.environment import CHECKOUT
from etl.load import load_region
from tests.support.drawn_core import SRID, DrawnCore
from tests.support.row_picks import picks
from tests.support.toy_town.build import lon_lat, write_sources

OWN_KEY = "these columns together are the view's own key: one row for each"
ONE_PER_PHASE = "a run, site or level has one row a phase"
ONE_PER_LEVEL = "a level is there once"
AS_A_SET = "gathered to be spread again: no place in it means anything"
SAME_CONTENT = "the order holds all columns that are kept: rows that tie are the same row"
EXCEPTIONS = {
    ("sql/2_core/population_point.sql", "row_number: p.address_id, st_x(p.geom), st_y(p.geom)"): SAME_CONTENT,
    (
        "sql/2_core/osm_feature_port.sql",
        "row_number: p.level DESC NULLS LAST, p.port_kw DESC NULLS LAST",
    ): SAME_CONTENT,
    (
        "sql/2_core/openchargemap_port.sql",
        "row_number: p.level DESC NULLS LAST, p.port_kw DESC NULLS LAST",
    ): SAME_CONTENT,
    ("sql/2_core/station_port.sql", "row_number: p.port_kw DESC NULLS LAST"): SAME_CONTENT,
    ("sql/3_analysis/corridor_point.sql", "row_number: s.highway, s.x, s.y"): OWN_KEY,
    (
        "sql/3_analysis/corridor_point.sql",
        "distinct on: p.highway, g.x, g.y, st_x(p.geom), st_y(p.geom)",
    ): SAME_CONTENT,
    ("sql/3_analysis/ev_growth.sql", "lag: count_date"): OWN_KEY,
    ("sql/3_analysis/ev_growth.sql", "first_value: count_date"): OWN_KEY,
    ("sql/3_analysis/road_network.sql", "lead: rank, position_m"): "a place on a street is one vertex",
    (
        "sql/2_core/grid_area.sql",
        "limit: st_distance(o.geom, c.point_geom), o.grid_station_ids",
    ): "a station stands at one place: its numbers are the key of the place",
    ("sql/3_analysis/map_assumption.sql", "string_agg: vehicle"): SAME_CONTENT,
    ("sql/4_model/action_funnel.sql", "array_agg: "): AS_A_SET,
    ("sql/6_report/record_use.sql", "row_number: u.source_id, u.record_table, u.record_kind"): OWN_KEY,
    ("sql/4_model/action_phase.sql", "array_agg: p.phase"): ONE_PER_PHASE,
    ("sql/4_model/grant_program.sql", "limit: b.kw_min DESC"): "a program has one band from each power",
    ("sql/4_model/l3_site.sql", "array_agg: "): AS_A_SET,
    ("sql/6_report/alternative.sql", "row_number: a.run_id, a.alternative"): OWN_KEY,
    ("sql/6_report/alternative.sql", "row_number: rank, program"): "a scenario has a program once",
    ("sql/6_report/assumption.sql", "row_number: topic, assumption"): SAME_CONTENT,
    ("sql/6_report/attribution.sql", "row_number: attribution"): OWN_KEY,
    ("sql/6_report/binding_rule.sql", "row_number: b.run_id, b.rule, b.subject"): OWN_KEY,
    ("sql/6_report/coverage_summary.sql", "row_number: c.run_id, c.phase, c.level"): OWN_KEY,
    (
        "sql/5_audit/decision_grant.sql",
        "array_agg: b.kw_min DESC",
    ): "a program has one band from each power",
    ("sql/5_audit/decision_grant.sql", "sum: rank, program"): "a program is there once a decision",
    (
        "sql/6_report/equity_coverage.sql",
        "row_number: p.run_id, p.phase, p.level, p.group_kind, p.group_name",
    ): OWN_KEY,
    ("sql/6_report/pareto_point.sql", "row_number: frontier_id, point"): OWN_KEY,
    ("sql/6_report/phase_budget.sql", "row_number: run_id, phase"): OWN_KEY,
    ("sql/6_report/phase_budget.sql", "sum: phase"): ONE_PER_PHASE,
    (
        "sql/6_report/reference_score.sql",
        "row_number: y.scenario_name, n.run_id NULLS FIRST, y.level",
    ): OWN_KEY,
    ("sql/6_report/rule_audit.sql", "row_number: a.run_id, a.rule"): OWN_KEY,
    (
        "sql/6_report/run_site_difference.sql",
        "distinct on: p.run_id, d.site_id, p.step",
    ): "a site changes once in a run, and a step of the ancestry is one run",
    ("sql/6_report/sensitivity.sql", "row_number: r.parent_run_id, v.run_id, v.parameter"): OWN_KEY,
    ("sql/6_report/sensitivity.sql", "distinct on: run_id, level, phase DESC"): ONE_PER_PHASE,
    ("sql/6_report/service_area.sql", "row_number: level, limit_m DESC"): OWN_KEY,
    ("sql/6_report/service_summary.sql", "row_number: a.run_id, a.phase, a.level"): OWN_KEY,
    ("sql/6_report/site_gain.sql", "array_agg: "): AS_A_SET,
    ("sql/6_report/site_reason.sql", "string_agg: n.level"): ONE_PER_LEVEL,
    (
        "sql/5_audit/figure_coverage.sql",
        "limit: o.priority",
    ): "the kinds of fault are listed there, each once",
    ("sql/5_audit/limit_locks.sql", "string_agg: d.phase"): ONE_PER_PHASE,
    ("sql/5_audit/limit_protected_coverage.sql", "string_agg: g.group_name"): SAME_CONTENT,
    ("etl/checksum.py", "array_agg: a.attnum"): "the columns of one table",
    ("etl/checksum.py", 'string_agg: line COLLATE "C"'): SAME_CONTENT,
    ("model/run/audit.py", "array_agg: subject"): "a figure or rule of the audit has a subject once a run",
    ("report/figures/read.py", "distinct on: level, phase DESC"): ONE_PER_PHASE,
    ("report/page/read.py", "distinct on: d.site_id, d.level, d.phase DESC"): ONE_PER_PHASE,
    ("report/summary.py", "distinct on: level, phase DESC"): ONE_PER_PHASE,
}
FILES = [
    *sorted((CHECKOUT / "sql").rglob("*.sql")),
    *(p for room in ("db", "etl", "model", "report") for p in sorted((CHECKOUT / room).rglob("*.py"))),
]


def test_every_pick_of_a_row_ends_in_a_unique_key() -> None:
    found = [pick for path in FILES for pick in picks(path, str(path.relative_to(CHECKOUT)))]
    assert [str(p) for p in found if (p.path, f"{p.kind}: {p.text}") not in EXCEPTIONS] == []
    assert set(EXCEPTIONS) == {(p.path, f"{p.kind}: {p.text}") for p in found}


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("select 1\nfrom t order by a <-> b limit 1", 2, "limit"),
        ("select a\n, (select x from t\norder by t.y limit 1) from u", 3, "limit"),
        ("select x from t limit 5", 1, "limit"),
        ("select distinct on (a) a, b\nfrom t order by a, b", 2, "distinct on"),
        ("select\nrow_number() over (order by a) from t", 2, "row_number"),
        ("select first_value(a) over w\nfrom t window w as (partition by b order by c)", 1, "first_value"),
        ("select sum(a) over (order by b rows unbounded preceding) from t", 1, "sum"),
        ("select\n\n(array_agg(a order by b))[1] from t", 3, "array_agg"),
        ("select string_agg(a, ',') from t", 1, "string_agg"),
        ("select mode() within group (order by a) from t", 1, "mode"),
        (
            "create rule r as on insert to v do instead insert into t values\n((select a from u order by b limit 1))",
            2,
            "limit",
        ),
        ("select from where", 1, "not parsed"),
    ],
)
def test_a_pick_that_is_left_to_chance_is_found_with_its_line(
    tmp_path: Path, text: str, line: int, kind: str
) -> None:
    (tmp_path / "view.sql").write_text(text)
    assert [(p.line, p.kind) for p in picks(tmp_path / "view.sql", "view.sql")] == [(line, kind)]
    (tmp_path / "code.py").write_text(f'"""Says things."""\n\nQUERY = """\n{text}\n"""\n')
    if kind != "not parsed":
        assert [(p.line, p.kind) for p in picks(tmp_path / "code.py", "code.py")] == [(line + 3, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "select 1 from t order by a <-> b, t.t_id limit 1",
        "select x from t limit 0",
        "select x from t order by a <-> b fetch first 1 row with ties",
        "select distinct on (a) a, b from t order by a, b, t_key desc",
        "select row_number() over (partition by a order by b, record_number) from t",
        "select first_value(a) over w from t window w as (order by c, site_id)",
        "select sum(a) over (order by b) from t",
        "select (array_agg(a order by b, c_id))[1], array_agg(distinct b) from t",
        "select a from t where a = %s and b = any(%(names)s) order by t_id limit %s",
    ],
)
def test_a_pick_that_ends_in_a_key_is_let_be(tmp_path: Path, text: str) -> None:
    (tmp_path / "code.py").write_text(f'QUERY = b"""{text}"""\n')
    assert list(picks(tmp_path / "code.py", "code.py")) == []


POINT = "geometry(Point, :metric_srid)"
TABLES = {
    "core.demand_cell": f"cell_id bigint, population float, point_geom {POINT}",
    "core.site": f"site_id integer, geom {POINT}",
    "core.road_node": f"node_id bigint, geom {POINT}",
    "core.road_edge": "edge_id integer, from_node_id bigint, to_node_id bigint, length_m float, highway text, name text, "
    "geom geometry(LineString, :metric_srid)",
    "core.region": "access_max_m float, candidate_cluster_m float, candidate_gap_m float",
    "core.address": f"address_id integer, geom {POINT}",
    "core.census_area": "census_area_id integer, dwelling_count float, population float, is_polygon boolean, "
    "inside_share float, geom geometry(Geometry, :metric_srid)",
    "core.given_candidate": f"candidate_key text, refusal text, geom {POINT}",
    "core.place": f"place_key text, geom {POINT}",
    "core.place_cluster": f"place_key text, geom {POINT}",
}
VIEWS = [
    "core.hexagon_index", "core.address_claim", "core.gap_junction", "core.place_member", "analysis.access_point",
]  # fmt: skip


@pytest.fixture(scope="module")
def tied(templates: Any) -> Any:
    with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
        drawn = DrawnCore(conn, tables=TABLES, views=VIEWS)
        # as on a load of many rows, where the nearest is found through the index
        conn.execute("create index on core.road_edge using gist (geom)")
        yield drawn


def wkt(*points: tuple[int, int]) -> str:
    text = ", ".join(f"{500_000 + x} {4_800_000 + y}" for x, y in points)
    return f"SRID={SRID};" + (f"POINT({text})" if len(points) == 1 else f"LINESTRING({text})")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.randoms(use_true_random=False), is_indexed=st.booleans())
def test_rows_exactly_as_near_are_picked_by_key_in_whatever_order_they_lie(
    tied: DrawnCore, draw: random.Random, *, is_indexed: bool
) -> None:
    """A place amid four parallel streets and four places: two of each are exactly as near."""
    rows = {
        "core.demand_cell": [(1, 10.0, wkt((50, 0)))],
        "core.site": [(1, wkt((50, 0)))],
        "core.road_node": [
            (n, wkt((x, y))) for n, (x, y) in enumerate([(0, 10), (100, 10), (0, -10), (100, -10)])
        ],
        "core.road_edge": [
            (1, 1, 0, 100.0, "residential", "Upper back", wkt((100, 10), (0, 10))),
            (2, 0, 1, 100.0, "residential", "Upper", wkt((0, 10), (100, 10))),
            (3, 2, 3, 100.0, "residential", "Lower", wkt((0, -10), (100, -10))),
            (4, 3, 2, 100.0, "residential", "Lower back", wkt((100, -10), (0, -10))),
        ],
        "core.region": [(100.0, 100.0, 5.0)],
        "core.address": [(1, wkt((50, 0)))],
        "core.census_area": [
            (n, None, 5.0, False, 1.0, wkt((50 + x, 0))) for n, x in ((1, 7), (2, -7), (3, 7))
        ],
        "core.place": [("n9", wkt((50, 0)))],
        "core.place_cluster": [(f"n{n}", wkt((50, y))) for n, y in ((3, 30), (5, -30), (4, 30))],
    }
    for values in rows.values():
        draw.shuffle(values)
    tied.conn.execute(f"set enable_seqscan to {'off' if is_indexed else 'on'}".encode())
    tied.fill(rows)
    assert tied.rows("select edge_id from analysis.access_point") == [(1,), (1,)]
    assert tied.rows("select census_area_id from core.address_claim") == [(1,)]
    assert tied.rows("select cluster_key from core.place_member") == [("n3",)]
    assert tied.rows("select node_id, street_name from core.gap_junction") == [(0, "Upper back")]


ORDERED = {"origin", "source_remark", "region"}
"""Views that name records by their place in the file, or the file."""
WITH_RECORDS = {"source_id", "record_number", "backward_source_id", "backward_record_number"}


def shuffle_records(folder: Path, draw: random.Random) -> None:
    """Put the records of every table and list of a town in another order."""
    for path in sorted(folder.glob("*.csv")):
        head, *records = path.read_text(encoding="utf-8").splitlines()
        draw.shuffle(records)
        path.write_text("\n".join([head, *records]) + "\n", encoding="utf-8")
    for path in sorted(folder.glob("*.json")):
        records = json.loads(path.read_text(encoding="utf-8"))
        draw.shuffle(records)
        path.write_text(json.dumps(records), encoding="utf-8")
    for path in sorted(folder.glob("*.geojson")):
        layer = json.loads(path.read_text(encoding="utf-8"))
        draw.shuffle(layer["features"])
        path.write_text(json.dumps(layer), encoding="utf-8")


def town_with_ties(folder: Path) -> Path:
    """Write Toy Town with addresses amid two points of people, and people amid two streets."""
    region = write_sources(folder)
    with (folder / "people.csv").open("a", encoding="utf-8", newline="") as file:
        for key, x, y in (("P6", 500, 400), ("P7", 520, 400), ("P8", 480, 400)):
            csv.writer(file).writerow((key, *lon_lat(x, y), 40, 5, 5))
    spots = [(500 + x, 400 + y) for x in range(-30, 31, 10) for y in (-10, 0, 10)]
    with (folder / "addresses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("lon", "lat"), *(lon_lat(x, y) for x, y in spots)])
    text = region.read_text(encoding="utf-8")
    text += '\n[sources.addresses]\npath = "addresses.csv"\nlicence = "drawn"\ndata_date = "2024"\n'
    region.write_text(text + 'columns = { lon = "lon", lat = "lat" }\n', encoding="utf-8")
    return region


def contents(conn: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Return the rows of core and of distances, without what names a record by its place in a file."""
    found = {}
    for schema, name, columns in conn.execute(
        """
        select c.relnamespace::regnamespace::text, c.relname, array_agg(a.attname::text order by a.attnum)
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace in (to_regnamespace('core'), to_regnamespace('analysis')) and c.relkind in ('v', 'm')
        group by c.relnamespace, c.relname
        """
    ).fetchall():
        kept = [c for c in columns if c not in WITH_RECORDS | {"load_id"}]
        if name in ORDERED or name.endswith("_origin") or not kept:
            continue
        query = f"select row({', '.join(kept)})::text from {schema}.{name}"  # noqa: S608 - names of the catalogue
        found[f"{schema}.{name}"] = sorted(row[0] for row in conn.execute(query.encode()).fetchall())
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_records_in_another_order_make_the_same_database(
    templates: Any, tmp_path: Path, seed: int
) -> None:
    made = []
    for is_shuffled in (False, True):
        folder = tmp_path / str(is_shuffled)
        region = town_with_ties(folder)
        if is_shuffled:
            shuffle_records(folder, random.Random(seed))  # noqa: S311 - an order, no secret
        with templates.clone(templates.empty()) as address, psycopg.connect(address) as conn:
            load_region(str(region), conn)
            made.append(contents(conn))
    rows, shuffled = made
    assert {name for name in rows if rows[name] != shuffled[name]} == set()
