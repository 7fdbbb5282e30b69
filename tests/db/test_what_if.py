"""What-ifs as the database holds them: what planners may say of one, and in what it differs from its parent."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]


def asked(conn: Connection, *, parent: int | None = None, scenario: str = "near", **settings: str) -> int:
    row = conn.execute(
        "insert into plan.what_if (load_id, parent_what_if_id, base_scenario, title, settings, asked_by)"
        " select load_id, %s, %s, 'More money', %s, 'Ann' from core.region returning what_if_id",
        (parent, scenario, Jsonb(settings)),
    ).fetchone()
    assert row
    return int(row[0])


def lock(conn: Connection, what_if: int | str, site_id: int, kind: str = "force_out") -> None:
    name = what_if if isinstance(what_if, str) else name_of(conn, what_if)
    conn.execute(
        "insert into report.site_lock (site_id, lock_kind, scenario_name) values (%s, %s, %s)",
        (site_id, kind, name),
    )


def name_of(conn: Connection, what_if: int) -> str:
    row = conn.execute("select scenario_name from plan.what_if where what_if_id = %s", (what_if,)).fetchone()
    assert row
    return str(row[0])


def changes(conn: Connection, what_if: int) -> set[tuple[Any, ...]]:
    return set(
        conn.execute(
            "select kind, key, lock_kind, value, parent_value from report.what_if_change where what_if_id = %s",
            (what_if,),
        ).fetchall()
    )


@pytest.fixture
def planner(toy_connection: Connection) -> Connection:
    toy_connection.execute("set role ev_planner")
    return toy_connection


@pytest.fixture
def site_id(toy_connection: Connection) -> int:
    row = toy_connection.execute("select min(site_id) from core.site").fetchone()
    assert row
    return int(row[0])


def test_a_planner_asks_and_wishes_and_says_nothing_else(planner: Connection) -> None:
    what_if = asked(planner, budget="5e6")
    planner.execute("update plan.what_if set wish = 'cancel' where what_if_id = %s", (what_if,))
    assert planner.execute("select state, wish, queue_place from report.what_if").fetchall() == [
        ("queued", "cancel", 1)
    ]
    for statement in (
        "update plan.what_if set state = 'done'",
        "update plan.what_if set settings = '{}'",
        "insert into plan.what_if (load_id, base_scenario, title, asked_by, state)"
        " select load_id, 'near', 'x', 'Ann', 'done' from core.region",
        "delete from plan.what_if",
        "insert into plan.what_if_progress (what_if_id, number, step, elapsed_s) values (1, 1, 'search', 0)",
    ):
        with pytest.raises(InsufficientPrivilege), planner.transaction():
            planner.execute(statement)


def test_words_that_are_none_are_refused(planner: Connection) -> None:
    what_if = asked(planner)
    with pytest.raises(CheckViolation):
        planner.execute("update plan.what_if set wish = 'publish' where what_if_id = %s", (what_if,))


def test_each_has_a_scenario_name_of_its_own(planner: Connection) -> None:
    one, other = asked(planner), asked(planner, scenario="/somewhere/far.toml")
    assert name_of(planner, one) == f"near [what-if {one}]"
    assert name_of(planner, other) == f"far [what-if {other}]"


def test_it_differs_from_the_scenario_in_what_is_set_and_locked(planner: Connection, site_id: int) -> None:
    lock(planner, "near", site_id, "force_in")
    what_if = asked(planner, budget="5e6")
    lock(planner, what_if, site_id + 1)
    assert changes(planner, what_if) == {
        ("parameter", "budget", None, "5e6", None),
        ("lock", str(site_id + 1), "force_out", None, None),
        ("lock_lifted", str(site_id), "force_in", None, None),
    }


def test_it_differs_from_its_parent_in_what_is_new_there(planner: Connection, site_id: int) -> None:
    parent = asked(planner, budget="5e6", growth="2")
    lock(planner, parent, site_id)
    child = asked(planner, parent=parent, budget="6e6", grid="0.5")
    lock(planner, child, site_id)
    assert changes(planner, child) == {
        ("parameter", "budget", None, "6e6", "5e6"),
        ("parameter", "growth", None, None, "2"),
        ("parameter", "grid", None, "0.5", None),
    }


def test_what_is_told_meanwhile_is_shown_until_the_run_has_its_own(planned_database: str) -> None:
    with psycopg.connect(planned_database) as conn:
        what_if = asked(conn)
        conn.execute(
            "insert into plan.what_if_progress (what_if_id, number, step, elapsed_s, incumbent, dual_bound)"
            " values (%s, 1, 'search', 0.5, 0.8, 1.0)",
            (what_if,),
        )
        query = "select solve_step, incumbent, round(mip_gap::numeric, 2) from report.what_if_progress"
        assert conn.execute(query).fetchall() == [("search", 0.8, pytest.approx(0.25))]
        conn.execute("update plan.what_if set run_id = (select min(run_id) from plan.run_progress)")
        own = conn.execute(
            "select count(*) from plan.run_progress where run_id = (select min(run_id) from plan.run_progress)"
        ).fetchone()
        assert conn.execute("select count(*) from report.what_if_progress").fetchone() == own
