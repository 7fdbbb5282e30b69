"""Places of people's own become candidates in their turn among the what-ifs, once, and whatever becomes of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from desk import queue
from desk.queue import Job, Work
from tests.support.desk import ask, ask_for_load, draw, load_state, lock, look_until, running, state
from tests.support.processes import run, until
from tests.support.scenarios import town_file
from tests.support.toy_town.build import lon_lat

Connection = psycopg.Connection[Any]
LOT = lon_lat(500, 350)
PLENTY = {"budget": "200000"}


def place(conn: Connection, number: int) -> tuple[Any, ...]:
    row = conn.execute(
        "select place_state, site_id from report.own_place where own_place_id = %s", (number,)
    ).fetchone()
    assert row
    return tuple(row)


def load_count(conn: Connection) -> int:
    row = conn.execute("select count(*) from raw.load").fetchone()
    assert row
    return int(row[0])


def test_what_was_asked_for_before_is_solved_before_and_what_came_after_on_the_new_data(
    toy_database: str, toy: Connection, tmp_path: Path
) -> None:
    town = town_file(tmp_path)
    before = ask(toy, town, PLENTY)
    lot = draw(toy, *LOT)
    load = ask_for_load(toy)
    after = ask(toy, town, PLENTY)
    with running(toy_database, town, jobs=3) as runner:
        runner.look()
        assert {job.work for job in runner.children} == {Work.WHAT_IF}, (
            "the load waits for what is being solved"
        )
        look_until(runner, lambda: load_state(toy, load) == "running")
        assert (state(toy, before), state(toy, after)) == ("done", "queued")
        look_until(runner, lambda: state(toy, after) == "done")
        assert load_state(toy, load) == "done"
        (kind, site_id) = place(toy, lot)
        assert kind == "candidate"
        rows = toy.execute(
            "select w.what_if_id, w.is_current_load, s.load_id from report.what_if as w"
            " join plan.run as r using (run_id) join plan.scenario as s using (scenario_id) order by 1"
        ).fetchall()
        ((made,),) = toy.execute("select load_id from plan.place_load").fetchall()
        assert [row[:2] for row in rows] == [(before, False), (after, True)]
        assert rows[1][2] == made != rows[0][2]

        forced = ask(toy, town, PLENTY)
        lock(toy, forced, site_id, "force_in")
        look_until(runner, lambda: state(toy, forced) == "done")
    assert toy.execute(
        "select action from plan.decision join plan.what_if using (run_id) where what_if_id = %s and site_id = %s",
        (forced, site_id),
    ).fetchall() == [("build",)]


def test_a_load_is_cancelled_and_nothing_has_changed(
    toy_database: str, toy: Connection, tmp_path: Path
) -> None:
    lot, load = draw(toy, *LOT), ask_for_load(toy)
    with running(toy_database, folder=tmp_path) as runner:
        look_until(runner, (tmp_path / "has_begun").exists)
        assert toy.execute("select step_number, step_count > 50 from report.place_load").fetchone() == (
            1,
            True,
        )
        toy.execute("update plan.place_load set wish = 'cancel'")
        look_until(runner, lambda: load_state(toy, load) != "running")
    assert load_state(toy, load) == "cancelled"
    assert place(toy, lot) == ("waiting", None)
    assert load_count(toy) == 1


def test_one_that_waits_is_cancelled_and_a_desk_that_ends_lets_it_wait(
    toy_database: str, toy: Connection, tmp_path: Path
) -> None:
    draw(toy, *LOT)
    load = ask_for_load(toy)
    toy.execute("update plan.place_load set wish = 'cancel'")
    with running(toy_database) as runner:
        runner.look()
    assert load_state(toy, load) == "cancelled"
    load = ask_for_load(toy)
    with running(toy_database, folder=tmp_path) as runner:
        look_until(runner, (tmp_path / "has_begun").exists)
    row = toy.execute(
        "select state, attempt_count from plan.place_load order by place_load_id desc"
    ).fetchone()
    assert row == ("queued", 0)


def test_one_whose_process_has_gone_waits_again_and_fails_the_second_time(
    toy_database: str, toy: Connection
) -> None:
    load = ask_for_load(toy)
    for expected in ("queued", "failed"):
        with psycopg.connect(toy_database, autocommit=True) as lost:
            assert queue.take(lost) == Job(Work.PLACE_LOAD, load)
            queue.take_back_lost(toy)
            assert load_state(toy, load) == "running", "its session is there"
        until(lambda: queue.take_back_lost(toy) or load_state(toy, load) != "running")
        assert load_state(toy, load) == expected


def test_a_load_that_cannot_be_says_why(toy_database: str, toy: Connection) -> None:
    draw(toy, *LOT)
    load = ask_for_load(toy)
    toy.execute("create view public.theirs as select site_id from report.site")
    with running(toy_database) as runner:
        look_until(runner, lambda: load_state(toy, load) == "failed")
    ((message,),) = toy.execute("select message from report.place_load").fetchall()
    assert "theirs" in message
    assert load_count(toy) == 1


@pytest.mark.usefixtures("toy_database")
def test_a_load_that_is_not_there_cannot_be_done() -> None:
    found = run("desk.work_in", "7")
    assert (found.returncode, found.stderr.splitlines()[0]) == (2, "error: There is no load 7 to work in.")
