"""`model.work_out` and `audit.work_out`: what they fill, whole, in the face of other sessions, and when views are made anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from db.schema import build, upgrade
from db.server import roles
from model import pareto, sweep
from model.analysis import variation
from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.scenarios import ONE_SHARE, file
from tests.support.worked_out import TABLES, counts, identifier, rows, work_out_again

Connection = psycopg.Connection[Any]
WORK_OUT = "select model.work_out(%s)"


def store_everything(conn: Connection, folder: Path) -> int:
    """Store a scenario with sessions, every rule and a grant program, not worked out, and return its key.

    No station is near another one, and the car park (score 0.65) is not good enough to build on; the library (0.78) is.
    """
    text = 'extends = "full"\n[level.L3]\ngap_max_m = 900\noverlap_station_count_max = 1\n[area]\nlevel_station_count_min.L3 = 1\n[candidate]\nscore_min = 0.7\n'
    # fewer vehicles than today: no more sessions arrive than the fewest ports serve
    text += "[grant.program.chargeon]\nis_on = true\n[growth]\nfive_year_factor = 0.2\n"
    return scenario_store.store(conn, *scenario.resolve(file(folder, text, "everything")))


@pytest.fixture
def stored(toy: Connection, tmp_path: Path) -> int:
    return store_everything(toy, tmp_path)


@pytest.fixture(scope="module")
def worked_out(
    templates: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Connection, int, dict[str, list[str]]]]:
    """Yield a session and the scenario worked out in it, with the rows of each table; nothing is committed."""
    with templates.clone(templates.toy_town()) as address, psycopg.connect(address) as conn:
        scenario_id = store_everything(conn, tmp_path_factory.mktemp("scenario"))
        assert set(counts(conn, scenario_id).values()) == {0}
        yield conn, scenario_id, alone(conn, scenario_id)
        conn.rollback()


@pytest.fixture
def other(toy_database: str) -> Iterator[Connection]:
    """Yield a second session."""
    with psycopg.connect(toy_database, autocommit=True) as conn:
        yield conn


def waits(conn: Connection, pid: int) -> bool:
    """Wait until a session waits for a lock; return whether it does within 20 s."""
    until = monotonic() + 20
    query = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    while conn.execute(query, (pid,)).fetchone() != (True,):
        if monotonic() > until:
            return False
        sleep(0.02)
    return True


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_what_its_query_says(
    worked_out: tuple[Connection, int, dict[str, list[str]]], name: str
) -> None:
    conn, scenario_id, held = worked_out
    assert held[name]
    assert held[name] == rows(conn, f"{name}_definition", scenario_id)


def removed(node: dict[str, Any]) -> int:
    """Return how many pairs of rows the joins of a plan looked at in vain."""
    of_node = node.get("Rows Removed by Join Filter", 0) * node["Actual Loops"]
    return int(of_node + sum(map(removed, node.get("Plans", ()))))


@pytest.mark.parametrize("name", TABLES)
def test_no_query_holds_all_against_all(
    worked_out: tuple[Connection, int, dict[str, list[str]]], name: str
) -> None:
    """Whatever is expected of rows: with two programs of grants on, prices once took a minute in a real region."""
    conn, scenario_id, _ = worked_out
    ask = sql.SQL(
        "explain (analyze, timing off, format json) select * from {} where scenario_id = (select %s::bigint)"
    )
    (found,) = conn.execute(ask.format(identifier(f"{name}_definition")), (scenario_id,)).fetchone() or ([],)
    plan = found[0]["Plan"]
    assert removed(plan) <= 100 * max(plan["Actual Rows"], 10)


@pytest.mark.parametrize(
    "file", [f for f in build.view_files() if f.full_name in TABLES], ids=lambda f: f.full_name
)
def test_the_grain_is_the_primary_key(worked_out: tuple[Connection, int, Any], file: build.ViewFile) -> None:
    key = (
        worked_out[0]
        .execute(
            """
        select array_agg(a.attname::text order by k.place)
        from pg_index as i
        cross join unnest(i.indkey::int[]) with ordinality as k (attnum, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = %s::regclass and i.indisprimary
        """,
            (file.full_name,),
        )
        .fetchone()
    )
    assert key == (list(file.key),)


def test_the_tables_have_statistics(toy: Connection, stored: int) -> None:
    toy.execute(WORK_OUT, (stored,))
    estimated = "select reltuples from pg_class where oid = %s::regclass"
    for name in TABLES:
        assert toy.execute(estimated, (name,)).fetchone() == (len(rows(toy, name, stored)),), name


def test_a_scenario_is_worked_out_once(toy: Connection, stored: int) -> None:
    toy.execute(WORK_OUT, (stored,))
    before = counts(toy, stored)
    place = sql.SQL("select ctid::text from {} limit 1").format(identifier(TABLES[0]))
    first = toy.execute(place).fetchone()
    toy.execute(WORK_OUT, (stored,))
    assert counts(toy, stored) == before
    assert toy.execute(place).fetchone() == first


def test_a_scenario_of_another_load_is_not_worked_out(toy: Connection, stored: int) -> None:
    toy.execute("alter table plan.scenario drop constraint scenario_load_id_fkey")
    toy.execute("update plan.scenario set load_id = load_id + 1")
    toy.execute(WORK_OUT, (stored,))
    assert set(counts(toy, stored).values()) == {0}


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_two_sessions_that_work_out_the_same_scenario_make_it_once(
    toy: Connection, other: Connection, toy_database: str, stored: int, end: str
) -> None:
    with psycopg.connect(toy_database) as first, ThreadPoolExecutor(1) as pool:
        first.execute(WORK_OUT, (stored,))
        second = pool.submit(other.execute, WORK_OUT, (stored,))
        assert waits(toy, other.info.backend_pid)
        assert set(counts(toy, stored).values()) == {0}  # what is not whole is not seen
        getattr(first, end)()
        second.result(timeout=60)
    assert counts(toy, stored)["model.worked_out"] == 1
    for name in TABLES:
        assert rows(toy, name, stored) == rows(toy, f"{name}_definition", stored)


def test_rows_of_a_scenario_that_was_deleted_go(toy: Connection, stored: int, tmp_path: Path) -> None:
    toy.execute(WORK_OUT, (stored,))
    toy.execute("delete from plan.scenario where scenario_id = %s", (stored,))
    text = "[grid]\ncoincidence = [{ port_count = 1, share = 0.5 }]\n"
    toy.execute(WORK_OUT, (scenario_store.store(toy, *scenario.resolve(file(tmp_path, text))),))
    assert set(counts(toy, stored).values()) == {0}


@pytest.mark.parametrize("role", ["planner", "reader"])
def test_planners_and_readers_work_nothing_out(toy: Connection, stored: int, role: str) -> None:
    toy.execute(sql.SQL("set role {}").format(sql.Identifier(roles.ROLE_NAMES[role])))
    with pytest.raises(InsufficientPrivilege, match="work_out"):
        toy.execute(WORK_OUT, (stored,))


def test_new_views_hold_the_scenarios_that_have_a_plan(toy: Connection, stored: int, tmp_path: Path) -> None:
    """The others are worked out when they are read; what is read is the same as before."""
    ended = solve_scenario(file(tmp_path, ""), Limits())
    assert ended.error is None
    row = toy.execute("select scenario_id from plan.run where run_id = %s", (ended.report.run_id,)).fetchone()
    assert row is not None
    (solved,) = row
    inputs = read.read_inputs(toy, stored)
    before = {name: rows(toy, name, solved) for name in TABLES}
    upgrade.refresh()
    assert toy.execute("select scenario_id from model.worked_out").fetchall() == [(solved,)]
    assert {name: rows(toy, name, solved) for name in TABLES} == before
    assert read.read_inputs(toy, stored).sha256 == inputs.sha256


def test_views_made_anew_while_a_scenario_is_worked_out_are_filled(
    toy: Connection, stored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was worked out in the former tables; the new ones are filled before they are read."""
    work_out, calls = read.work_out, []

    def work_out_and_refresh(*given: Any) -> None:
        work_out(*given)
        calls.append(given)
        if len(calls) == 1:
            upgrade.refresh()

    monkeypatch.setattr(read, "work_out", work_out_and_refresh)
    assert read.read_inputs(toy, stored).covering_sites
    assert len(calls) == 2


def test_work_out_again_follows_a_changed_scenario(toy: Connection, stored: int) -> None:
    toy.execute(WORK_OUT, (stored,))
    toy.execute("update plan.scenario_level set service_distance_m = 1")
    before = rows(toy, "model.demand_level", stored)
    work_out_again(toy)
    after = rows(toy, "model.demand_level", stored)
    assert after != before
    assert after == rows(toy, "model.demand_level_definition", stored)


AUDITED = [file.full_name for file in build.view_files() if file.is_kept and file.schema == "audit"]


def of_run(conn: Connection, name: str, run_id: int) -> list[str]:
    """Return the rows of a table or view for a run as text, sorted."""
    query = sql.SQL("select t::text from {} as t where run_id = %s order by t::text")
    return [row for (row,) in conn.execute(query.format(identifier(name)), (run_id,))]


def test_the_audit_holds_what_its_queries_say_of_the_run(toy: Connection, tmp_path: Path) -> None:
    """As of now: what is changed after a plan is worked out again, whatever was known of it."""
    run_id = solve_scenario(
        file(tmp_path, f"{ONE_SHARE}[grant.program.zevip]\nis_on = true\n"), Limits()
    ).report.run_id
    before = {name: of_run(toy, name, run_id) for name in AUDITED}
    assert {name for name, found in before.items() if not found} == set()
    assert before == {name: of_run(toy, f"{name}_definition", run_id) for name in AUDITED}
    toy.execute("update plan.decision_port set port_count_after = port_count_after + 1")
    toy.execute("select audit.work_out(array[%s::bigint])", (run_id,))
    after = {name: of_run(toy, name, run_id) for name in AUDITED}
    assert after == {name: of_run(toy, f"{name}_definition", run_id) for name in AUDITED}
    assert after["audit.decision_price"] != before["audit.decision_price"]


def test_new_views_hold_the_published_runs_and_forget_those_that_were_deleted(
    toy: Connection, tmp_path: Path
) -> None:
    first, second = (solve_scenario(file(tmp_path, ""), Limits()).report.run_id for _ in range(2))
    before = {name: of_run(toy, name, second) for name in AUDITED}
    toy.execute("update plan.run set publication = 'kept' where run_id = %s", (first,))
    upgrade.refresh()
    assert {name: of_run(toy, name, second) for name in AUDITED} == before
    assert toy.execute("select run_id from audit.audited_run").fetchall() == [(second,)]
    toy.execute("delete from plan.run where run_id = %s", (second,))
    toy.execute("select audit.work_out('{}')")
    assert [of_run(toy, name, second) for name in AUDITED] == [[] for _ in AUDITED]


@pytest.mark.parametrize("role", ["planner", "reader"])
def test_planners_and_readers_do_not_work_out_the_audit(toy: Connection, role: str) -> None:
    toy.execute(sql.SQL("set role {}").format(sql.Identifier(roles.ROLE_NAMES[role])))
    with pytest.raises(InsufficientPrivilege, match="work_out"):
        toy.execute("select audit.work_out('{}')")


UNREAD = (
    "delete from plan.scenario_objective",
    "delete from plan.scenario_priority_level",
    "update plan.scenario_target set coverage_min_share = 0.987, served_min_share = 0.876",
    "update plan.scenario set content_sha256 = 'x', resolved = '{}', created_at = now() - interval '1 year'",
    "update plan.scenario set mode = 'lexicographic', cost_limit_cad = 1, money_scale_cad = 1",
    "update plan.scenario set publication_mip_gap_max = 0.9",
    "update plan.scenario_phase set budget_cad = 1, opex_limit_cad_per_year = 1, discount_factor = 0.5",
    "update plan.scenario_rule set is_on = not is_on where rule in ('budget', 'cost_limit')",
    "update plan.scenario_rule set is_on = not is_on where rule in ('opex_limit', 'min_coverage')",
    "update plan.scenario_rule set is_on = not is_on where rule = 'grid_area_power'",
    "update plan.scenario set budget_carries_over = not budget_carries_over, hosting_capacity_factor = 0.1",
    "update plan.scenario set coincidence_from = 'curve'",
    "update plan.scenario_limit set equity_ratio_min = 0.9, is_equity_in_every_phase = not is_equity_in_every_phase",
    "update plan.scenario_limit set project_count_max = 1, area_project_count_max = 1",
    "update plan.scenario_area_limit set station_count_min = 1, station_count_max = 2",
    "update plan.scenario_area_level_limit set station_count_min = 2",
    "update plan.scenario_coincidence set share = 0.1",
    "delete from plan.scenario_grid_upgrade",
    "update plan.scenario_lead_time set permit_month = 99, construction_month = 99, removal_month = 99",
    "update plan.scenario_connection_lead set lead_month = 99",
)
"""All that the content of what a scenario offers leaves out."""
UNREAD_COLUMNS = {
    *("scenario_id", "content_sha256", "resolved", "created_at", "mode", "cost_limit_cad", "money_scale_cad"),
    *("publication_mip_gap_max", "budget_cad", "opex_limit_cad_per_year", "discount_factor"),
    *("budget_carries_over", "hosting_capacity_factor", "coincidence_from"),
    *("equity_ratio_min", "is_equity_in_every_phase", "project_count_max", "area_project_count_max"),
}
UNREAD_TABLES = {
    *("scenario_objective", "scenario_priority_level", "scenario_target", "scenario_grid_upgrade"),
    *("scenario_area_limit", "scenario_area_level_limit", "scenario_coincidence"),
    *("scenario_lead_time", "scenario_connection_lead"),
}


def content(conn: Connection, scenario_id: int) -> Any:
    return conn.execute("select model.offer_content(%s)", (scenario_id,)).fetchone()


def alone(conn: Connection, scenario_id: int) -> dict[str, list[str]]:
    """Return all rows of a scenario that is worked out anew, while no other one is there to be copied."""
    conn.execute("delete from model.worked_out")
    conn.execute(WORK_OUT, (scenario_id,))
    assert like(conn, scenario_id) is None
    return {name: rows(conn, name, scenario_id) for name in TABLES}


@pytest.mark.parametrize("statement", UNREAD)
def test_what_the_content_leaves_out_changes_no_row(
    worked_out: tuple[Connection, int, dict[str, list[str]]], statement: str
) -> None:
    conn, scenario_id, before = worked_out
    assert all(before.values())
    with conn.transaction(force_rollback=True):
        said = content(conn, scenario_id)
        assert conn.execute(statement.encode()).rowcount > 0 or "priority_level" in statement
        assert content(conn, scenario_id) == said
        assert alone(conn, scenario_id) == before


NEW = {
    "N": "{column} + 1",
    "B": "not {column}",
    "S": "{column} || 'x'",
    "A": "array_append({column}, null)",
    "D": "{column} - interval '1 day'",
    "U": "jsonb_build_array({column})",
}


def change(conn: Connection, table: str, column: str, kind: str) -> int:
    """Change a value of one row, whatever the table allows; return how many rows have one."""
    names = {"table": sql.Identifier("plan", table), "column": sql.Identifier(column)}
    conn.execute("set session_replication_role = replica")
    for (check,) in conn.execute(
        "select conname from pg_constraint where conrelid = %s::regclass and contype = 'c'",
        (f"plan.{table}",),
    ).fetchall():
        conn.execute(
            sql.SQL("alter table {table} drop constraint {check}").format(
                check=sql.Identifier(check), **names
            )
        )
    kept = sql.SQL("rule = 'max_gap'" if table == "scenario_rule" else "true")
    one = sql.SQL("(select max(ctid) from {table} where {column} is not null and {kept})").format(
        kept=kept, **names
    )
    value = sql.SQL(NEW[kind]).format(**names)
    statement = sql.SQL("update {table} set {column} = {value} where ctid = {one}")
    return conn.execute(statement.format(value=value, one=one, **names)).rowcount


def test_whatever_else_a_scenario_says_is_another_content(toy: Connection, stored: int) -> None:
    said = content(toy, stored)
    found = toy.execute(
        "select c.relname, a.attname, t.typcategory::text from pg_class as c join pg_attribute as a on a.attrelid = c.oid"
        " join pg_type as t on t.oid = a.atttypid where c.relnamespace = 'plan'::regnamespace and c.relkind = 'r'"
        " and c.relname ~ '^scenario' and a.attnum > 0 and not a.attisdropped order by 1, 2"
    ).fetchall()
    missed, seen = [], 0
    for table, column, kind in found:
        if table not in UNREAD_TABLES and column not in UNREAD_COLUMNS:
            with toy.transaction(force_rollback=True):
                changed = change(toy, table, column, kind)
                seen += changed
                if changed and content(toy, stored) == said:
                    missed.append(f"{table}.{column}")
    assert missed == []
    assert seen > 60


def like(conn: Connection, scenario_id: int) -> int | None:
    row = conn.execute(
        "select like_scenario_id from model.worked_out where scenario_id = %s", (scenario_id,)
    ).fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def everything(folder: Path) -> tuple[str, scenario.Scenario]:
    text = 'extends = "full"\n[level.L3]\ngap_max_m = 900\n[candidate]\nscore_min = 0.7\n'
    return scenario.resolve(file(folder, text + "[grant.program.chargeon]\nis_on = true\n", "everything"))


VARIED = {
    "the scale of money": lambda p: sweep.fixed_scale(p, 5e6),
    "a budget": lambda p: variation.vary(p, "budget=-20%")[0].parameters,
    "weights of coverage": lambda p: variation.vary(p, "weights=0.3")[0].parameters,
    "a limit on the cost": lambda p: variation.vary(p, "objective.cost_limit_cad=400000")[0].parameters,
    "the capacity of the grid": lambda p: variation.vary(p, "grid=0.5")[0].parameters,
    "a limit on projects": lambda p: variation.vary(p, "projects.project_count_max=2")[0].parameters,
    "the least ratio of groups": lambda p: variation.vary(p, "equity.ratio_min=0.3")[0].parameters,
    "a floor of coverage": lambda p: variation.vary(p, "phase.1.coverage_min_share.L3=0.01")[0].parameters,
}


@pytest.mark.parametrize("name", VARIED)
def test_a_scenario_that_offers_the_same_copies_what_was_worked_out(
    toy: Connection, tmp_path: Path, name: str
) -> None:
    """What is read of it is what is read of it worked out by itself, field by field."""
    key, parameters = everything(tmp_path)
    first = scenario_store.store(toy, key, parameters)
    toy.execute(WORK_OUT, (first,))
    second = scenario_store.store(toy, key, VARIED[name](parameters))
    assert second != first
    copied = read.read_inputs(toy, second)
    assert (like(toy, first), like(toy, second)) == (None, first)
    for table in TABLES:
        assert rows(toy, table, second) == rows(toy, f"{table}_definition", second), table
    toy.execute("delete from model.worked_out")
    alone = read.read_inputs(toy, second)
    assert like(toy, second) is None
    for part in dataclasses.fields(alone):
        assert getattr(copied, part.name) == getattr(alone, part.name), part.name
    assert copied.sha256 == alone.sha256


def test_the_points_of_a_frontier_are_worked_out_once(toy: Connection, tmp_path: Path) -> None:
    key, parameters = everything(tmp_path)
    points = [
        scenario_store.store(toy, key, pareto.limited(parameters, cost))
        for cost in (0.0, 100_000.0, 200_000.0)
    ]
    for point in points:
        toy.execute(WORK_OUT, (point,))
    assert [like(toy, point) is None for point in points] == [True, False, False]
    for table in TABLES:
        assert rows(toy, table, points[2]) == rows(toy, f"{table}_definition", points[2]), table


@pytest.mark.parametrize("vary", ["costs=1.1", "service_distance=0.9", "growth=4", "site.power_limit_kw=99"])
def test_a_scenario_that_offers_something_else_is_worked_out(
    toy: Connection, tmp_path: Path, vary: str
) -> None:
    key, parameters = everything(tmp_path)
    for varied in (parameters, variation.vary(parameters, vary)[0].parameters):
        scenario_id = scenario_store.store(toy, key, varied)
        toy.execute(WORK_OUT, (scenario_id,))
        assert like(toy, scenario_id) is None


def test_another_session_that_works_on_the_other_scenario_is_not_waited_for(
    toy: Connection, toy_database: str, tmp_path: Path
) -> None:
    key, parameters = everything(tmp_path)
    first = scenario_store.store(toy, key, parameters)
    second = scenario_store.store(toy, key, sweep.fixed_scale(parameters, 5e6))
    toy.execute(WORK_OUT, (first,))
    with psycopg.connect(toy_database) as busy:
        busy.execute("update model.worked_out set opened_stations = '{}' where scenario_id = %s", (first,))
        toy.execute(WORK_OUT, (second,))
        assert like(toy, second) is None


def test_scenarios_are_worked_out_side_by_side(toy: Connection, toy_database: str, tmp_path: Path) -> None:
    """No session waits for another one, which holds what it made until it has made all of it."""
    first, second, third = (
        scenario_store.store(
            toy,
            *scenario.resolve(file(tmp_path, f"[level.L3]\nservice_distance_m = {metres}\n", f"at_{metres}")),
        )
        for metres in (800, 900, 1000)
    )
    read.work_out(toy, first)
    toy.execute("set lock_timeout = '10s'")
    with psycopg.connect(toy_database) as busy:
        busy.execute(WORK_OUT, (second,))
        assert toy.execute(WORK_OUT, (third,)).fetchone() == (True,)
    assert toy.execute(WORK_OUT, (third,)).fetchone() == (False,)


def test_runs_are_audited_side_by_side(toy: Connection, toy_database: str, tmp_path: Path) -> None:
    runs = [solve_scenario(file(tmp_path, "", name), Limits()).report.run_id for name in ("one", "other")]
    toy.execute("set lock_timeout = '10s'")
    with psycopg.connect(toy_database) as busy:
        for conn, run_id in zip((busy, toy), runs, strict=True):
            conn.execute("select audit.work_out(array[%s::bigint])", (run_id,))


@pytest.mark.parametrize("room", ["model", "audit"])
def test_a_table_that_is_dropped_meanwhile_costs_statistics_alone(
    toy: Connection, other: Connection, toy_database: str, tmp_path: Path, room: str
) -> None:
    """A run would end as failed for the sake of statistics, though it is published."""
    solve_scenario(file(tmp_path, ""), Limits())
    kept = [f.full_name for f in build.view_files() if f.is_kept and f.schema == room]
    toy.execute("update pg_class set reltuples = -1 where oid = any(%s::regclass[])", (kept,))
    gather = sql.SQL("select {}.gather_statistics()").format(sql.Identifier(room))
    with psycopg.connect(toy_database) as load, ThreadPoolExecutor(1) as pool:
        load.execute(sql.SQL("drop table {} cascade").format(identifier(kept[0])))
        gathering = pool.submit(other.execute, gather)
        assert waits(toy, other.info.backend_pid)
        load.commit()
        gathering.result(timeout=60)
    gathered = "select array_agg(reltuples >= 0) from pg_class where oid = any(%s::regclass[])"
    assert toy.execute(gathered, (kept[1:],)).fetchone() == ([True] * len(kept[1:]),)


def expected(conn: Connection, scenario_id: int) -> int:
    """Return how many rows of a scenario a query of `model.site_level` expects."""
    query = "explain (format json) select from model.site_level where scenario_id = %s"
    (plan,) = conn.execute(query, (scenario_id,)).fetchone() or ([],)
    return int(plan[0]["Plan"]["Plan Rows"])


def test_statistics_that_another_session_gathers_are_gathered_again(
    toy: Connection, other: Connection, toy_database: str, tmp_path: Path
) -> None:
    """It may have looked at the table before this one wrote: a query would expect one row, and take a minute."""
    near, far = (
        scenario_store.store(
            toy,
            *scenario.resolve(file(tmp_path, f"[level.L3]\nservice_distance_m = {metres}\n", f"at_{metres}")),
        )
        for metres in (800, 900)
    )
    read.work_out(toy, near)
    with psycopg.connect(toy_database) as gathering, ThreadPoolExecutor(1) as pool:
        gathering.execute("select model.gather_statistics()")
        working = pool.submit(read.work_out, other, far)
        assert waits(toy, other.info.backend_pid)
        gathering.commit()
        working.result(timeout=60)
    assert expected(toy, far) == len(rows(toy, "model.site_level", far))


def test_what_was_worked_out_is_expected_by_queries(toy: Connection, tmp_path: Path) -> None:
    """Also of a scenario that is not the first one, whose rows came when there were statistics of others."""
    for metres in (800, 900):
        named = file(tmp_path, f"[level.L3]\nservice_distance_m = {metres}\n", f"at_{metres}")
        scenario_id = scenario_store.store(toy, *scenario.resolve(named))
        read.work_out(toy, scenario_id)
        held = len(rows(toy, "model.site_level", scenario_id))
        assert expected(toy, scenario_id) == held
        usual = "select model.usual_row_count('model.site_level', 'scenario_id')"
        assert toy.execute(usual).fetchone() == (held,)


def test_an_audit_goes_through_the_cells_for_its_own_run_alone(toy: Connection, tmp_path: Path) -> None:
    """However many runs are there: in a sweep each one adds to those of before."""
    text = 'extends = "full"\n[growth]\nfive_year_factor = 0.5\n'
    runs = [
        solve_scenario(file(tmp_path, text, name), Limits(60.0)).report.run_id for name in ("one", "other")
    ]
    for run_id in runs:
        with toy.transaction(force_rollback=True):
            toy.execute("select audit.work_out(array[%s::bigint])", (run_id,))
            for view in ("cell_charging", "zone_cell"):
                query = sql.SQL("select distinct run_id from audit.{}").format(sql.Identifier(view))
                assert toy.execute(query).fetchall() == [(run_id,)]
