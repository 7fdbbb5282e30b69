"""Several sessions at once: readers read the former load until the new one is whole, writers take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.common.errors import UsageError
from db.schema import build, former, upgrade
from db.server import roles
from db.session import steady, turn
from etl.load import load_region
from etl.loading.summary import LoadSummary
from model.solve import Limits, solve_scenario
from tests.support.toy_town import NEAR
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]
WAIT_S = 120


def title(conn: Connection) -> Any:
    row = conn.execute(
        "select title, (select count(*) from report.demand_cell) > 0 from core.region"
    ).fetchone()
    assert row
    assert row[1] is True
    return row[0]


def left_over(conn: Connection) -> list[str]:
    return former.standing(conn, build.schemas())


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Toy Town once more, under another title."""
    region = write_sources(tmp_path)
    region.write_text(region.read_text().replace('title = "Toy Town"', 'title = "Other"'))
    return region


@pytest.fixture
def reader(toy_database: str) -> Iterator[Connection]:
    """A session that gives up at once where it would have to wait."""
    with psycopg.connect(toy_database, autocommit=True, options="-c lock_timeout=1s") as conn:
        yield conn


class Held:
    """Work in a thread that stops at a step until it is let go."""

    def __init__(self, step: str) -> None:
        self.step, self.reached, self.free = step, Event(), Event()

    def __call__(self, step: str) -> None:
        if step == self.step:
            self.reached.set()
            assert self.free.wait(WAIT_S)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def load(address: str, region: Path, progress: Callable[[str], None] = lambda _: None) -> LoadSummary:
    with psycopg.connect(address) as conn:
        return load_region(str(region), conn, progress=progress)


def test_readers_read_the_former_load_until_the_new_one_is_whole(
    toy_database: str, reader: Connection, other: Path, threads: ThreadPoolExecutor
) -> None:
    held = Held("analysis.cell_share")
    loading = threads.submit(load, toy_database, other, held)
    try:
        assert held.reached.wait(WAIT_S)
        assert title(reader) == "Toy Town"
        # a prepared statement, too, which was planned on the former views
        found = [reader.execute("select title from core.region", prepare=True).fetchone()]
    finally:
        held.free.set()
    assert loading.result(WAIT_S).is_new
    found.append(reader.execute("select title from core.region", prepare=True).fetchone())
    assert found == [("Toy Town",), ("Other",)]
    assert title(reader) == "Other"
    assert left_over(reader) == []


@pytest.mark.parametrize("work", [lambda p: upgrade.upgrade(force=True, progress=p), upgrade.refresh])
def test_readers_read_on_while_views_are_filled_again(
    reader: Connection, threads: ThreadPoolExecutor, work: Callable[[Any], Any]
) -> None:
    held = Held("analysis.cell_share")
    working = threads.submit(work, held)
    try:
        assert held.reached.wait(WAIT_S)
        assert title(reader) == "Toy Town"
    finally:
        held.free.set()
    working.result(WAIT_S)
    assert title(reader) == "Toy Town"
    assert left_over(reader) == []


def test_an_idle_reader_hinders_no_load_and_the_next_command_tidies_up(
    toy_database: str, reader: Connection, other: Path
) -> None:
    with psycopg.connect(toy_database) as idle:
        assert title(idle) == "Toy Town"  # its transaction stays open
        steps: list[str] = []
        load(toy_database, other, steps.append)
        assert "still in use" in steps[-1]
        assert title(reader) == "Other"
        assert left_over(reader)
        upgrade.upgrade()
        assert left_over(reader)
    upgrade.upgrade()
    assert left_over(reader) == []
    assert title(reader) == "Other"


def test_what_was_made_on_the_views_during_a_load_is_not_lost(
    toy_database: str, reader: Connection, other: Path
) -> None:
    def progress(step: str) -> None:
        if step == "analysis.cell_share":
            reader.execute("create view public.mine as select title from core.region")

    with pytest.raises(UsageError, match=r"view public\.mine"):
        load(toy_database, other, progress)
    assert reader.execute("select title from public.mine").fetchone() == ("Toy Town",)
    assert title(reader) == "Toy Town"


def test_the_same_content_is_the_same_load_with_its_plans_sites_and_locks(
    toy_database: str, other: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    facts = "select array_agg(site_key || site_id order by site_id) from core.site"
    runs = "select array_agg(run_id) from report.station_plan"
    first = write_sources(tmp_path_factory.mktemp("again"))
    with psycopg.connect(toy_database, autocommit=True) as conn:
        kept = load(toy_database, first)
        assert solve_scenario(str(NEAR), Limits(time_limit_s=60)).error is None
        before = [conn.execute(query.encode()).fetchone() for query in (facts, runs)]
        assert before[1] != (None,)
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind) select min(site_id), 'force_out' from core.site"
        )
        second = load(toy_database, other)
        assert second.is_new
        again = load(toy_database, first)
        assert not again.is_new
        assert again.load_id == kept.load_id
        assert (second.is_switched, again.is_switched) == (False, True)
        assert title(conn) == "Toy Town"
        assert [conn.execute(query.encode()).fetchone() for query in (facts, runs)] == before
        assert conn.execute("select count(*) from report.site_lock where geom is not null").fetchone() == (1,)
        assert conn.execute(
            "select count(*), count(*) filter (where is_current) from raw.load"
        ).fetchone() == (3, 1)
        ended = solve_scenario(str(NEAR), Limits(time_limit_s=60))
        assert ended.error is None
        query = "select count(*), count(distinct scenario_id) from plan.run"
        assert conn.execute(query.encode()).fetchone() == (2, 1), "the scenario, too, is the same again"


def test_any_number_of_former_views_is_tidied_up(reader: Connection) -> None:
    """As after many commands that were killed between their commit and the tidying up."""
    for number in range(12):
        reader.execute(
            f"""
            do $$ begin
                create schema core_former_{number};
                for i in 1..300 loop
                    execute format('create view core_former_{number}.v%s as select 1 as a', i);
                end loop;
            end $$
            """.encode()
        )
    assert len(left_over(reader)) == 12
    upgrade.upgrade()
    assert left_over(reader) == []
    assert title(reader) == "Toy Town"


def test_two_loads_of_the_same_files_at_once_are_one(
    toy_database: str, reader: Connection, other: Path, threads: ThreadPoolExecutor
) -> None:
    done = list(threads.map(lambda _: load(toy_database, other), range(2)))
    assert sorted(summary.is_new for summary in done) == [False, True]
    assert reader.execute("select count(*) from raw.load where title = 'Other'").fetchone() == (1,)


def test_a_load_waits_for_another_one_but_not_for_ever(
    toy_database: str, other: Path, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held("analysis.cell_share")
    first = threads.submit(load, toy_database, other, held)
    try:
        assert held.reached.wait(WAIT_S)
        monkeypatch.setattr(turn, "LOCK_TIMEOUT_S", 0.2)
        with pytest.raises(UsageError, match=r"Another load.*within 0\.2 s"):
            load(toy_database, other)
        with pytest.raises(UsageError, match="Another load"):
            upgrade.upgrade(force=True)
    finally:
        held.free.set()
    assert first.result(WAIT_S).is_new


@pytest.mark.parametrize("table", ["raw.road_edge", "raw.load", "raw.site_registry", "plan.decision"])
def test_a_held_table_ends_a_load_with_a_sentence(
    toy_database: str, reader: Connection, other: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    monkeypatch.setattr(turn, "LOCK_TIMEOUT_S", 0.2)
    with psycopg.connect(toy_database) as holder:
        holder.execute(sql.SQL("lock table {}").format(sql.Identifier(*table.split("."))))
        with pytest.raises(UsageError, match=r"holds the planner's tables.*within 0\.2 s"):
            load(toy_database, other)
    assert title(reader) == "Toy Town"
    assert left_over(reader) == []


@pytest.mark.parametrize("role", ["reader", "planner"])
def test_nobody_but_the_owner_can_keep_loads_and_upgrades_waiting(toy_database: str, role: str) -> None:
    with psycopg.connect(toy_database) as conn:
        conn.execute(sql.SQL("set role {}").format(sql.Identifier(roles.ROLE_NAMES[role])))
        conn.execute("set default_transaction_read_only = off")
        conn.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            turn.take(conn)
        conn.rollback()
        # the most that a reader may lock is no hindrance
        conn.execute("select * from core.region")
        conn.execute("lock table plan.run in access share mode")
        assert upgrade.upgrade(force=True)


def test_an_upgrade_numbers_the_sites_that_have_no_number_yet(reader: Connection) -> None:
    before = reader.execute("select count(*) from core.site").fetchone()
    reader.execute("delete from raw.site_registry where site_id = (select max(site_id) from core.site)")
    upgrade.upgrade(force=True)
    assert reader.execute("select count(*) from core.site").fetchone() == before


def test_what_takes_several_queries_is_read_from_one_making_of_the_views(toy_database: str) -> None:
    tries: list[Any] = []

    with psycopg.connect(toy_database) as conn:

        def work() -> tuple[Any, Any]:
            first = conn.execute("select count(*) from core.demand_cell").fetchone()
            if not tries:
                upgrade.upgrade(force=True)
            tries.append((first, conn.execute("select count(*) from core.site").fetchone()))
            return tries[-1]

        found = steady.read(conn, work)
    assert len(tries) == 2
    assert found == tries[1]
    assert found[1] > (0,)


def test_a_plan_of_other_data_is_not_taken_for_sound(planned_database: str, other: Path) -> None:
    from model.run.audit import audit

    load(planned_database, other)
    with psycopg.connect(planned_database, autocommit=True) as conn:
        row = conn.execute("update plan.run set publication = 'pending' returning run_id").fetchone()
        assert row
        with pytest.raises(UsageError, match="Other data was loaded"):
            audit(conn, row[0])
        assert conn.execute("select publication from plan.run").fetchone() == ("pending",)
