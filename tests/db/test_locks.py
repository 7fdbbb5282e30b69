"""Locks: what must stand is told from what must change, and contradictory locks are refused as they are drawn."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from model.solve import Limits, solve_scenario
from tests.support.findings import messages
from tests.support.scenarios import town_file


@pytest.fixture
def station(toy: psycopg.Connection[Any]) -> int:
    row = toy.execute("select site_id from core.site where site_key = 'ocm:1'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def candidate(toy: psycopg.Connection[Any]) -> int:
    row = toy.execute("select min(site_id) from core.site where not is_existing").fetchone()
    assert row is not None
    return int(row[0])


def lock(
    conn: psycopg.Connection[Any],
    site: int,
    kind: str,
    option: str | None = None,
    scenario: str | None = None,
) -> int:
    row = conn.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id, scenario_name) values (%s, %s, %s, %s)"
        " returning lock_id",
        (site, kind, option, scenario),
    ).fetchone()
    assert row is not None
    return int(row[0])


def done(conn: psycopg.Connection[Any], run_id: int) -> dict[int, str]:
    return dict(
        conn.execute("select site_id, action from plan.decision where run_id = %s", (run_id,)).fetchall()
    )


def test_a_station_that_stands_may_be_forced_in(
    toy: psycopg.Connection[Any], station: int, tmp_path: Path
) -> None:
    """It is there, so nothing need be done; this scenario offers nothing there either."""
    lock(toy, station, "force_in")
    ended = solve_scenario(town_file(tmp_path), Limits())
    assert ended.error is None
    assert station not in done(toy, ended.report.run_id)
    assert toy.execute("select lock_kind from plan.run_lock").fetchall() == [("keep",)]


REMOVING = """
[removal]
only_candidates = false
"""


def removing(folder: Path) -> str:
    text = Path(town_file(folder, REMOVING)).read_text(encoding="utf-8")
    text = text.replace('actions = ["build"]', 'actions = ["remove"]').replace("opex = 0.0", "opex = 1000.0")
    return str(Path(folder / "town.toml").write_text(text, encoding="utf-8") and folder / "town.toml")


def test_a_station_that_must_stand_is_not_removed(
    toy: psycopg.Connection[Any], station: int, tmp_path: Path
) -> None:
    """Upkeep is worth more than all coverage here, so every station goes that may."""
    path = removing(tmp_path)
    assert done(toy, solve_scenario(path, Limits()).report.run_id).get(station) == "remove"
    lock(toy, station, "force_in")
    ended = solve_scenario(path, Limits())
    assert ended.error is None
    assert station not in done(toy, ended.report.run_id)
    # and the audit finds a plan that removes it
    toy.execute(
        "insert into plan.run_lock (run_id, lock_id, site_id, lock_kind) values (%s, 99, %s, 'keep')",
        (ended.report.run_id - 1, station),
    )
    (found,) = messages(toy, "limit_locks", ended.report.run_id - 1)
    assert f": site {station} must keep its station and gets {station}:remove" in found


def test_a_candidate_that_must_stand_is_built(
    toy: psycopg.Connection[Any], candidate: int, tmp_path: Path
) -> None:
    lock(toy, candidate, "force_in")
    ended = solve_scenario(town_file(tmp_path, budget=200_000), Limits())
    assert ended.error is None
    assert done(toy, ended.report.run_id)[candidate] == "build"


# kind, option after the site's number
STATION = {
    "stands": ("force_in", None),
    "change": ("must_change", None),
    "nothing": ("force_out", None),
    "keep": ("fix_option", "keep"),
    "upgrade": ("fix_option", "upgrade:ac_7=1+dc_150=2"),
    "remove": ("fix_option", "remove"),
}
CONTRARY_AT_A_STATION = {
    frozenset(pair)
    for pair in (
        ("stands", "remove"),
        ("change", "nothing"),
        ("change", "keep"),
        ("nothing", "upgrade"),
        ("nothing", "remove"),
        ("keep", "upgrade"),
        ("keep", "remove"),
        ("upgrade", "remove"),
    )
}


@pytest.mark.parametrize("pair", list(itertools.combinations(STATION, 2)), ids="-".join)
def test_contrary_locks_are_refused_when_drawn(
    toy: psycopg.Connection[Any], station: int, pair: tuple[str, str]
) -> None:
    def draw(name: str) -> int:
        kind, option = STATION[name]
        return lock(toy, station, kind, option and f"{station}:{option}")

    for first, second in (pair, pair[::-1]):
        toy.execute("delete from plan.site_lock")
        number = draw(first)
        if frozenset(pair) not in CONTRARY_AT_A_STATION:
            draw(second)
            continue
        with pytest.raises(psycopg.errors.CheckViolation) as caught:
            draw(second)
        message = caught.value.diag.message_primary or ""
        assert f"and lock {number} (" in message
        assert f"of site {station} contradict each other" in message
        assert f"delete lock {number}" in (caught.value.diag.message_hint or "")


def test_a_candidate_that_must_stand_cannot_be_left_as_it_is(
    toy: psycopg.Connection[Any], candidate: int
) -> None:
    lock(toy, candidate, "force_in")
    with pytest.raises(psycopg.errors.CheckViolation, match="a station must stand here"):
        lock(toy, candidate, "force_out")


def test_locks_of_different_scenarios_are_not_contrary(toy: psycopg.Connection[Any], station: int) -> None:
    lock(toy, station, "must_change", scenario="a")
    number = lock(toy, station, "force_out", scenario="b")
    with pytest.raises(psycopg.errors.CheckViolation):
        lock(toy, station, "force_out")  # for all scenarios
    with pytest.raises(psycopg.errors.CheckViolation):
        toy.execute("update plan.site_lock set scenario_name = 'a' where lock_id = %s", (number,))


def test_the_map_refuses_as_well_and_says_where_no_site_is(
    toy: psycopg.Connection[Any], station: int
) -> None:
    lock(toy, station, "must_change")
    draw = (
        "insert into report.site_lock (lock_kind, geom) select %s, st_translate(geom, %s, 0) from core.site"
        " where site_id = %s"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="contradict each other"):
        toy.execute(draw, ("force_out", 1, station))
    with pytest.raises(psycopg.errors.NotNullViolation, match="no site within 250 m"):
        toy.execute(draw, ("force_out", 100_000, station))
    assert toy.execute("select count(*) from plan.site_lock").fetchone() == (1,)


def test_contrary_locks_that_are_there_are_all_named_before_the_solve(
    toy: psycopg.Connection[Any], station: int, candidate: int, tmp_path: Path
) -> None:
    """Such as were drawn before the database refused them, or before the site was a station."""
    toy.execute("alter table plan.site_lock disable trigger site_lock_contrary")
    numbers = [
        lock(toy, station, "must_change"),
        lock(toy, station, "force_out"),
        lock(toy, candidate, "force_in"),
        lock(toy, candidate, "force_out"),
    ]
    with pytest.raises(UsageError) as caught:
        solve_scenario(town_file(tmp_path), Limits())
    message = caught.value.message
    assert (
        f"lock {numbers[0]} (something must be done here) and lock {numbers[1]} (nothing may be done here)"
        in message
    )
    assert f"lock {numbers[2]} (a station must stand here) and lock {numbers[3]}" in message
    off = solve_scenario(town_file(tmp_path, "[rule]\nlocks = false\n"), Limits())
    assert off.error is None


def test_a_planner_may_draw_and_is_refused_what_is_contrary(
    toy: psycopg.Connection[Any], station: int
) -> None:
    with toy.transaction(force_rollback=True):
        toy.execute("set local role ev_planner")
        lock(toy, station, "must_change")
        with pytest.raises(psycopg.errors.CheckViolation), toy.transaction():
            lock(toy, station, "force_out")
