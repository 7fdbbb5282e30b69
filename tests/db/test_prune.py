"""What is pruned and what stays: runs by number and age, what adopted plans need, loads, fetched files."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import psycopg
import pytest

from db.common import fetched
from db.common.duration import duration
from db.common.errors import UsageError
from db.schema.checks import database_checks
from db.schema.prune import Pruned, prune
from tests.support.processes import run as command

Connection = psycopg.Connection[tuple[object, ...]]
LONG_AGO = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)


@pytest.fixture
def conn(planned_database: str) -> Connection:
    with psycopg.connect(planned_database, autocommit=True) as connection:
        yield connection


def scenario(conn: Connection, name: str, base_run_id: int | None = None, days: int = 400) -> int:
    """Store a scenario as the one that is there, under another name; return its number."""
    row = conn.execute(
        """
        with known as (select to_jsonb(s) - 'scenario_id' as row from plan.scenario as s order by scenario_id limit 1)
        insert into plan.scenario overriding user value
        select r.* from known cross join lateral jsonb_populate_record(null::plan.scenario, known.row || jsonb_build_object(
            'scenario_id', 0, 'name', %(name)s::text, 'content_sha256', md5(random()::text),
            'base_run_id', %(base)s::bigint, 'created_at', now() - make_interval(days => %(days)s)
        )) as r
        returning scenario_id
        """,
        {"name": name, "base": base_run_id, "days": days},
    ).fetchone()
    assert row
    return int(row[0])


def run(
    conn: Connection,
    name: str,
    days: float,
    *,
    parent: int | None = None,
    base: int | None = None,
    publication: str = "none",
) -> int:
    """Write a run that ended so many days ago; return its number."""
    row = conn.execute(
        "insert into plan.run (scenario_id, parent_run_id, status, publication, started_at, finished_at)"
        " values (%(scenario)s, %(parent)s, 'optimal', %(publication)s,"
        " now() - make_interval(secs => %(s)s), now() - make_interval(secs => %(s)s)) returning run_id",
        {
            "scenario": scenario(conn, name, base),
            "parent": parent,
            "publication": publication,
            "s": days * 86_400,
        },
    ).fetchone()
    assert row
    return int(row[0])


def ids(conn: Connection) -> set[int]:
    return {run_id for (run_id,) in conn.execute("select run_id from plan.run")}


def go(conn: Connection, keep: int, days: int, *, is_trial: bool = False) -> Pruned:
    return prune(conn, keep_runs=keep, older_than=dt.timedelta(days=days), is_trial=is_trial)


def test_by_number_and_age_and_variations_with_their_run(conn: Connection) -> None:
    before = ids(conn)
    old = [run(conn, "a", 300 - n) for n in range(4)]
    children = [run(conn, "a", 299, parent=old[3]), run(conn, "a", 299, parent=old[0])]
    young = run(conn, "a", 10)
    assert set(go(conn, 0, 90, is_trial=True).run_ids) == {*old, *children}
    assert ids(conn) == before | {*old, *children, young}
    # the latest two of all are the planned one and the young one
    assert set(go(conn, 3, 0).run_ids) == {*old[:3], children[1]}
    assert ids(conn) == before | {old[3], children[0], young}
    found = go(conn, 0, 90)
    assert set(found.run_ids) == {old[3], children[0]}
    assert found.scenario_count == 2
    assert ids(conn) == before | {young}


def test_a_variation_of_yesterday_keeps_the_old_run_it_varies(conn: Connection) -> None:
    old = run(conn, "a", 300)
    child = run(conn, "a", 1, parent=old)
    go(conn, 0, 90)
    assert {old, child} <= ids(conn)


def test_what_is_adopted_published_or_continued_stays(conn: Connection) -> None:
    first = run(conn, "first", 390, publication="published")
    newer = run(conn, "first", 380, publication="published")
    second = run(conn, "second", 370, base=first, publication="kept")
    third = run(conn, "third", 360, base=second)
    aside = run(conn, "aside", 350, base=newer)
    conn.execute("insert into plan.adopted_run (run_id) values (%s)", (third,))
    assert set(go(conn, 0, 0).run_ids) == {aside}
    assert {first, newer, second, third} <= ids(conn)


def test_what_ifs_go_with_their_runs_and_locks(conn: Connection) -> None:
    """The plan of a what-if is the last of its scenario, which no one but the what-if has."""

    def what_if(title: str, state: str, days: int, *, is_solved: bool = False) -> int:
        row = conn.execute(
            "insert into plan.what_if (load_id, base_scenario, title, asked_by, state, finished_at)"
            " select load_id, 'near', %(title)s, 'Ann', %(state)s, case when %(state)s <> 'queued'"
            " then now() - make_interval(days => %(days)s) end from raw.load where is_current"
            " returning what_if_id, scenario_name",
            {"title": title, "state": state, "days": days},
        ).fetchone()
        assert row
        number, name = int(str(row[0])), str(row[1])
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind, scenario_name)"
            " select min(site_id), 'force_out', %s from core.site",
            (name,),
        )
        if is_solved:
            solved = run(conn, name, days, publication="published")
            conn.execute("update plan.what_if set run_id = %s where what_if_id = %s", (solved, number))
        return number

    old = what_if("old", "done", 300, is_solved=True)
    young = what_if("young", "done", 5, is_solved=True)
    what_if("failed", "failed", 300)
    failed = what_if("failed", "failed", 5)
    waiting = what_if("waiting", "queued", 0)
    held = what_if("adopted", "done", 300, is_solved=True)
    conn.execute(
        "insert into plan.adopted_run (run_id) select run_id from plan.what_if where what_if_id = %s", (held,)
    )
    found = go(conn, 0, 90)
    assert (len(found.run_ids), found.what_if_count) == (1, 2)
    left = {number for (number,) in conn.execute("select what_if_id from plan.what_if")}
    assert left == {young, failed, waiting, held}
    assert old not in left
    locks = conn.execute(
        "select count(*) from plan.site_lock where scenario_name like '%what-if%'"
    ).fetchone()
    assert locks == (4,)


def test_what_is_being_solved_stays(conn: Connection, planned_database: str) -> None:
    from db.session.lock_class import LockClass

    alive = run(conn, "a", 300)
    conn.execute("update plan.run set status = 'running', finished_at = null where run_id = %s", (alive,))
    with psycopg.connect(planned_database, autocommit=True) as solver:
        solver.execute("select pg_advisory_lock(%s, %s)", (LockClass.RUN, alive))
        go(conn, 1, 0)
    assert alive in ids(conn)


def test_former_loads_go_with_their_last_scenario(conn: Connection) -> None:
    row = conn.execute(
        "insert into raw.load overriding system value select (jsonb_populate_record(null::raw.load, to_jsonb(l) || jsonb_build_object("
        "'load_id', 900, 'is_current', false, 'content_sha256', md5('other'), 'loaded_at', now() - interval '2 years'"
        "))).* from raw.load as l where is_current returning load_id"
    ).fetchone()
    assert row == (900,)
    assert go(conn, 5, 10_000).load_count == 0
    assert go(conn, 5, 90).load_count == 1


def test_rows_that_were_worked_out_go_with_their_scenario(conn: Connection) -> None:
    (scenario_id,) = conn.execute("select scenario_id from plan.scenario").fetchone()
    conn.execute(
        "update plan.run set started_at = %s, finished_at = %s, publication = 'none'", (LONG_AGO, LONG_AGO)
    )
    conn.execute("update plan.scenario set created_at = %s", (LONG_AGO,))
    conn.execute("delete from plan.adopted_run")
    held = "select count(*) from model.demand where scenario_id = %s"
    assert conn.execute(held, (scenario_id,)).fetchone() > (0,)
    assert go(conn, 0, 90).scenario_count == 1
    assert conn.execute(held, (scenario_id,)).fetchone() == (0,)


def test_fetched_files_go_when_no_address_returned_them_since(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    for folder in ("index", "objects", "parts"):
        (tmp_path / folder).mkdir()

    def file(sha256: str, days: int) -> None:
        place = tmp_path / "objects" / sha256
        place.mkdir()
        (place / "streets.pbf").write_bytes(b"12345")
        moment = (now - dt.timedelta(days=days)).timestamp()
        os.utime(place / "streets.pbf", (moment, moment))

    def entry(name: str, sha256: str, days: int) -> None:
        when = (now - dt.timedelta(days=days)).isoformat()
        (tmp_path / "index" / f"{name}.json").write_text(json.dumps({"fetched_at": when, "sha256": sha256}))

    file("old", 300)
    file("checked", 300)
    file("new", 3)
    entry("a", "old", 300)
    entry("b", "checked", 300)
    entry("c", "checked", 2)
    entry("d", "new", 3)
    found = fetched.old(tmp_path, now - dt.timedelta(days=90))
    assert ([p.stem for p in found.entries], [p.name for p in found.files], found.size_bytes) == (
        ["a", "b"],
        ["old"],
        5,
    )
    found.delete()
    assert sorted(p.name for p in (tmp_path / "objects").iterdir()) == ["checked", "new"]
    assert sorted(p.stem for p in (tmp_path / "index").iterdir()) == ["c", "d"]


@pytest.mark.parametrize(("text", "days"), [("90d", 90), ("12w", 84), ("2y", 730), ("0d", 0)])
def test_lengths_of_time(text: str, days: int) -> None:
    assert duration(text, "--older-than") == dt.timedelta(days=days)


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1.5d", "90 days", "999999y", "٣d", "1e3d"])
def test_no_length_of_time(text: str) -> None:
    with pytest.raises(UsageError, match="--older-than"):
        duration(text, "--older-than")


def test_the_command_and_what_check_says(conn: Connection) -> None:
    old = run(conn, "a", 300)
    (size,) = [result for result in database_checks() if result.name == "size"]
    assert (size.is_ok, "2 run(s)" in size.detail, "prune" in size.detail) == (True, True, False)
    trial = command("db", "prune", "--older-than", "90d", "--dry-run")
    assert (trial.returncode, "These would go: 1 run(s), 0 what-if(s), 1 scenario(s)" in trial.stdout) == (
        0,
        True,
    )
    done = command("db", "prune", "--older-than", "90d")
    assert "Deleted: 1 run(s), 0 what-if(s), 1 scenario(s) without a run" in done.stdout
    assert old not in ids(conn)
    refused = command("db", "prune")
    assert (refused.returncode, "--keep-runs" in refused.stderr) == (2, True)
