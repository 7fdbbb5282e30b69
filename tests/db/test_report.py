"""The report on Toy Town, after a plan: keys, places, numbers that add up, and what is printed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from db.common.errors import UsageError
from db.common.language import Language
from db.schema import build
from model.solve import Limits, solve_scenario
from report import summary
from report.run import find_run

OWN = (
    "assumption",
    "candidate_site",
    "charger",
    "coverage_summary",
    "decision",
    "decision_port",
    "demand_coverage",
    "existing_station",
    "grid_load",
    "level",
    "load_source",
    "nearest_station",
    "phase_budget",
    "planning_area_port",
    "port_summary",
    "published_run",
    "reference_score",
    "road",
    "road_class",
    "run_analysis",
    "run_demand",
    "run_summary",
    "served_demand",
    "site_gain",
    "station_plan",
    "station_port",
)
LAYERS = (
    "candidate_site",
    "decision",
    "demand_coverage",
    "existing_station",
    "grid_load",
    "road",
    "station_plan",
)


@pytest.fixture(scope="module")
def solved(templates: Any) -> str:
    """Return the template of Toy Town with phase1 planned and published."""

    def solve() -> None:
        assert solve_scenario("phase1", Limits(time_limit_s=60)).error is None

    name: str = templates.template("toy_town_phase1", templates.toy_town(), solve)
    return name


@pytest.fixture
def planned(templates: Any, solved: str) -> Iterator[psycopg.Connection[Any]]:
    with templates.clone(solved) as address, psycopg.connect(address) as conn:
        yield conn


def printed(
    conn: psycopg.Connection[Any], run_id: int | None = None, language: Language = Language.EN
) -> str:
    out = io.StringIO()
    summary.show(conn, find_run(conn, run_id), Console(file=out, width=160), language)
    return out.getvalue()


def test_every_view_has_an_integer_key_first(planned: psycopg.Connection[Any]) -> None:
    assert {v.name for v in build.view_files() if v.schema == "report"} >= set(OWN)
    for name in OWN:
        found = planned.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = 'report' and table_name = %s and ordinal_position = 1",
            (name,),
        ).fetchone()
        assert found is not None
        assert found[1] in ("integer", "bigint"), name
        query = sql.SQL("select count(*), count(distinct {}) from report.{}")
        counts = planned.execute(query.format(sql.Identifier(found[0]), sql.Identifier(name))).fetchone()
        assert counts is not None
        assert counts[0] == counts[1], name


def test_layers_name_their_crs(planned: psycopg.Connection[Any]) -> None:
    found = planned.execute(
        "select f_table_name, srid from geometry_columns where f_table_schema = 'report'"
    ).fetchall()
    srid = dict(found)
    assert {name: srid.get(name) for name in LAYERS} == dict.fromkeys(LAYERS, 26917)


def test_coverage_before_is_what_stands_within_the_service_distance(planned: psycopg.Connection[Any]) -> None:
    """Within 3000 m by road S1 and S2 serve P1 to P3 at most; P4 and P5 never are covered."""
    cells = planned.execute(
        "select population, array_agg(status order by level) from report.demand_coverage"
        " group by cell_id, population order by population"
    ).fetchall()
    assert [round(population) for population, _ in cells] == [100, 150, 200, 250, 300]
    assert [status for _, status in cells[:2]] == [["uncovered", "uncovered"]] * 2
    sums = planned.execute(
        "select c.level, c.before_share, c.after_share,"
        " sum(d.weight_share) filter (where d.is_covered_before),"
        " sum(d.weight_share) filter (where d.is_covered_after)"
        " from report.coverage_summary as c join report.demand_coverage as d using (run_id, phase, level)"
        " group by 1, 2, 3"
    ).fetchall()
    assert {s[0] for s in sums} == {"L2", "L3"}
    for _, before, after, cells_before, cells_after in sums:
        assert (before, after) == pytest.approx((cells_before or 0, cells_after or 0))


def test_stations_of_today_stand_in_the_plan(planned: psycopg.Connection[Any]) -> None:
    found = planned.execute(
        "select name, ports_before, port_count_before, top_level_before, kw_before from report.station_plan"
        " where port_count_before > 0 order by name"
    ).fetchall()
    assert found == [("Third Street", "dc_50=2", 2, "L3", 100), ("Town Hall", "ac_7=3", 3, "L2", 21.6)]
    changed = planned.execute(
        "select site_id from report.station_plan where action <> 'keep' order by 1"
    ).fetchall()
    assert changed == planned.execute("select site_id from report.decision order by 1").fetchall()


def test_money_of_sites_and_phases_agrees(planned: psycopg.Connection[Any]) -> None:
    row = planned.execute(
        "select b.budget_cad, b.capex_cad, b.net_capex_cad, b.left_cad, r.capex_cad, r.net_capex_cad,"
        " (select sum(capex_cad) from report.station_plan as s where s.run_id = r.run_id)"
        " from report.phase_budget as b join report.run_summary as r using (run_id)"
    ).fetchone()
    assert row is not None
    budget, gross, net, left, run_gross, run_net, sites_gross = row
    assert budget == 700_000
    assert (gross, net, sites_gross) == pytest.approx((run_gross, run_net, run_gross))
    assert left == pytest.approx(budget - net)


def test_summary_says_what_was_found(planned: psycopg.Connection[Any]) -> None:
    text = printed(planned)
    for words in (
        "scenario 'phase1'",
        "coverage Level 2",
        "Level 3, 50 kW",
        "net of $700,000 budget",
        "0 violations",
        "station_plan",
        "report.assumption",
    ):
        assert words in text
    assert "optimal, within" in text


def test_the_summary_is_there_in_french(planned: psycopg.Connection[Any]) -> None:
    text = printed(planned, language=Language.FR)
    assert "plan adopté" in text
    assert "sur un budget de 700\u00a0000\u00a0$" in text
    assert "0 infraction dans" in text
    assert "\u00a0:" in text
    assert re.findall(r".* [:;?!»](?!\w).*", text) == [], "no line ends before a sign"
    assert re.findall(r".*[\w)%$][;:](?=\s).*", text.split("No plan can")[0]) == [], (
        "the message of the run is English"
    )
    english = {"coverage", "money", "violations", "assumptions", "gross"}
    assert english <= set(re.findall(r"\w+", printed(planned)))
    assert not english & set(re.findall(r"\w+", text))


def test_summary_claims_no_optimum_that_was_not_proven(planned: psycopg.Connection[Any]) -> None:
    planned.execute("update plan.run set status = 'feasible', mip_gap = 0.03")
    text = printed(planned)
    assert "not proven optimal" in text
    assert "3.00% better" in text


def test_names_are_no_markup(planned: psycopg.Connection[Any]) -> None:
    planned.execute(
        "insert into plan.decision (run_id, phase, site_id, site_name, option_id, action, equipment_cad,"
        " installation_cad, connection_cad, soft_cost_cad, contingency_cad, dismantling_cad, capex_cad,"
        " grant_cad, resale_cad, opex_change_cad_per_year, added_kw, geom)"
        " select p.run_id, 0, c.site_id, '[red]Mall[/nonsense]', 'x', 'build', 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, c.geom"
        " from report.published_run as p cross join core.site as c limit 1"
    )
    planned.execute("update plan.scenario_charger set title_en = '[red]Fast[/nonsense]' where level = 'L3'")
    planned.execute("update plan.scenario_level set title_en = '[red]Slow[/nonsense]' where level = 'L2'")
    text = printed(planned)
    assert "[red]Mall[/nonsense]" in text
    assert "[red]Fast[/nonsense]" in text
    assert "[red]Slow[/nonsense]" in text


@pytest.fixture
def near(planned_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to Toy Town with a plan that upgrades Town Hall."""
    with psycopg.connect(planned_database) as conn:
        yield conn


def test_ports_of_projects_add_up_to_those_of_the_region(near: psycopg.Connection[Any]) -> None:
    """Rows by charger type, layouts and sums say the same."""
    near.execute(
        "insert into plan.decision_port (run_id, phase, site_id, charger_type, port_count_before, port_count_after)"
        " select run_id, phase, site_id, 'ac_19', 0, 3 from plan.decision order by site_id limit 1"
    )
    rows = near.execute(
        "select d.ports_before, d.ports_after, d.port_count_after, d.kw_after - d.kw_before,"
        " string_agg(format('%s=%s', p.charger_type, p.port_count_before), '+' order by p.level, p.charger_type)"
        " filter (where p.port_count_before > 0),"
        " string_agg(format('%s=%s', p.charger_type, p.port_count_after), '+' order by p.level, p.charger_type)"
        " filter (where p.port_count_after > 0), sum(p.port_count_after), sum(p.added_kw)"
        " from report.decision as d join report.decision_port as p using (decision_id)"
        " group by decision_id, 1, 2, 3, 4"
    ).fetchall()
    assert rows
    for before, after, count, kw, *found in rows:
        assert [before, after, count] == [found[0] or "", found[1] or "", found[2]]
        assert kw == pytest.approx(found[3])
    sums = "select sum(port_count_before), sum(port_count_after), sum(kw_before), sum(kw_after) from report."
    whole = near.execute(sums + "port_summary").fetchone()
    assert whole == pytest.approx(near.execute(sums + "station_plan").fetchone())
    assert ("ac_19", 3) in near.execute(
        "select charger_type, port_count_after from report.port_summary"
    ).fetchall()


def test_no_plan_and_no_region_are_said_with_a_next_step(toy_connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(UsageError, match="No plan is published") as nothing:
        find_run(toy_connection, None)
    assert "`planner solve --scenario phase1`" in nothing.value.hint
    with pytest.raises(UsageError, match="Run 99 is not a published plan"):
        find_run(toy_connection, 99)


def test_an_empty_database_is_said(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(UsageError, match=r"No region is loaded|not set up"):
        find_run(connection, None)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (GDAL's tools) is not installed")
def test_gdal_opens_the_layers(planned: psycopg.Connection[Any]) -> None:
    """GDAL is what QGIS reads with in many places: each layer opens, with its CRS."""
    at = planned.info  # not its dsn: it spells out options that an older libpq does not know
    source = (
        f"PG:host={at.host} port={at.port} dbname={at.dbname} user={at.user} password={at.password}"
        " schemas=report"
    )
    for layer in LAYERS:
        done = subprocess.run(
            ["ogrinfo", "-so", source, layer], capture_output=True, text=True, check=False, timeout=60
        )
        if "Unable to find driver" in done.stderr + done.stdout or "not recognized" in done.stderr:
            pytest.skip("this GDAL has no PostgreSQL driver")
        assert done.returncode == 0, done.stderr
        assert "26917" in done.stdout, layer


def test_every_list_of_sites_says_where_they_are_and_whose_land_it_is(
    planned: psycopg.Connection[Any],
) -> None:
    """Address, town, owner and coordinates; and power, which a plan has before and after."""
    columns: dict[str, set[str]] = {}
    for view, column in planned.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'report'"
    ):
        columns.setdefault(view, set()).add(column)
    lists = {view for view, names in columns.items() if {"site_id", "name", "geom"} <= names}
    lists -= {"served_demand"}  # ways from people to sites
    assert lists >= {"site", "decision", "candidate_site", "station_plan", "site_reason", "removal_candidate"}
    for view in sorted(lists | {"existing_station"}):
        assert columns[view] >= {"address", "city", "owner_class", "lon", "lat"}, view
    powered = {"site", "decision", "station_plan", "removal_candidate", "existing_station"}
    assert all({"kw", "kw_after"} & columns[view] for view in powered)
    # the facts behind them have their source
    sources = planned.execute("select distinct source from report.site_fact").fetchall()
    assert ("roads",) in sources


@pytest.mark.parametrize("view", ["assumption", "session_hour"])
def test_what_all_records_tell_is_worked_out_by_the_load(view: str, planned: psycopg.Connection[Any]) -> None:
    query = sql.SQL("explain (format json) select * from {}").format(sql.Identifier("report", view))
    (plan,) = planned.execute(query).fetchone() or ()
    assert re.findall(r"'Relation Name': '(\w+)'", str(plan)) == [view]


def test_stations_are_looked_up_one_by_one_in_what_is_known_of_sites(
    planned: psycopg.Connection[Any],
) -> None:
    """A view of all sites would be worked out for each station where the database expects few of them."""
    (kind,) = (
        planned.execute("select relkind from pg_class where oid = 'core.site_profile'::regclass").fetchone()
        or ()
    )
    keys = planned.execute("select indexdef from pg_indexes where tablename = 'site_profile'").fetchall()
    assert (kind, [key.rsplit("(", 1)[1] for (key,) in keys]) == ("m", ["site_id)"])
