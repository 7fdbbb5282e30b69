"""`model.work_out` and `audit.work_out`: what they fill, whole, in the face of other sessions, and when views are made anew."""

from __future__ import annotations

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
from model.data import read, scenario, scenario_store
from model.solve import Limits, solve_scenario
from tests.support.scenarios import ONE_SHARE, file
from tests.support.worked_out import TABLES, counts, identifier, rows, work_out_again

Connection = psycopg.Connection[Any]
WORK_OUT = "select model.work_out(%s)"


@pytest.fixture
def stored(toy: Connection, tmp_path: Path) -> int:
    """A scenario with sessions, every rule and a grant program, stored and not worked out.

    No station is near another one, and the car park (score 0.65) is not good enough to build on; the library (0.78) is.
    """
    text = 'extends = "full"\n[level.L3]\ngap_max_m = 900\n[candidate]\nscore_min = 0.7\n'
    text += "[grant.program.chargeon]\nis_on = true\n"
    return scenario_store.store(toy, *scenario.resolve(file(tmp_path, text, "everything")))


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
def test_a_table_holds_what_its_query_says(toy: Connection, stored: int, name: str) -> None:
    assert rows(toy, name, stored) == []
    toy.execute(WORK_OUT, (stored,))
    found = rows(toy, name, stored)
    assert found
    assert found == rows(toy, f"{name}_definition", stored)


@pytest.mark.parametrize(
    "file", [f for f in build.view_files() if f.full_name in TABLES], ids=lambda f: f.full_name
)
def test_the_grain_is_the_primary_key(toy: Connection, file: build.ViewFile) -> None:
    key = toy.execute(
        """
        select array_agg(a.attname::text order by k.place)
        from pg_index as i
        cross join unnest(i.indkey::int[]) with ordinality as k (attnum, place)
        join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = %s::regclass and i.indisprimary
        """,
        (file.full_name,),
    ).fetchone()
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
    assert read.read_inputs(toy, stored).demand
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
