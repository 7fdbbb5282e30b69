"""Places that planners draw: who may, what is refused, and that working them in is a load like one from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege, NotNullViolation, UniqueViolation

from db.common.errors import UsageError
from etl.checksum import compute_checksums
from etl.load import load_region
from etl.loading.again import load_again
from etl.trace import trace
from tests.support.processes import run
from tests.support.toy_town.build import lon_lat, write_sources

Connection = psycopg.Connection[Any]
DRAW = (
    "insert into plan.own_place (region, name, suitability_share, lon, lat, asked_by)"
    " values (%s, %s, %s, %s, %s, 'Ann') returning own_place_id"
)
LOT, FIELD = (500, 350), (3000, 300)
"""Metres from junction A, away from the sites that Toy Town has."""


def draw(
    conn: Connection,
    spot: tuple[float, float] = LOT,
    *,
    name: str | None = "Ann's lot",
    suitability: float | None = None,
    region: str = "toy_town",
) -> int:
    row = conn.execute(DRAW, (region, name, suitability, *lon_lat(*spot))).fetchone()
    assert row
    return int(row[0])


def withdraw(conn: Connection, number: int) -> None:
    conn.execute(
        "update plan.own_place set withdrawn_by = 'Bob', withdrawn_at = now() where own_place_id = %s",
        (number,),
    )


def state(conn: Connection, number: int) -> tuple[Any, ...]:
    row = conn.execute(
        "select place_state, refusal from report.own_place where own_place_id = %s", (number,)
    ).fetchone()
    assert row
    return tuple(row)


def site_of(conn: Connection, number: int) -> int | None:
    row = conn.execute("select site_id from report.own_place where own_place_id = %s", (number,)).fetchone()
    assert row
    return None if row[0] is None else int(row[0])


def content(conn: Connection) -> dict[str, str]:
    """Return checksums of sites, ways and scores, whatever the load and the file they come from."""
    found = {}
    for view, left_out in (
        ("core.site", "site_id"),
        ("core.candidate_site", "none"),
        ("analysis.candidate_score", "site_id"),
        ("analysis.road_distance", "site_id"),
    ):
        columns = [
            name
            for (name,) in conn.execute(
                "select attname::text from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
                " and attname not in (%s, 'site_key', 'candidate_key') order by attnum",
                (view, left_out),
            )
        ]
        with_key = sql.SQL("(select s.name from core.site as s where s.site_id = v.site_id)")
        key = with_key if left_out == "site_id" else sql.SQL("null")
        row = conn.execute(
            sql.SQL(
                "select md5(string_agg(line, ',' order by line)) from"
                " (select row({key}, {columns})::text as line from {view} as v) as t"
            ).format(
                key=key,
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                view=sql.Identifier(*view.split(".")),
            )
        ).fetchone()
        assert row
        assert row[0]
        found[view] = row[0]
    return found


@pytest.fixture
def planner(toy_connection: Connection) -> Iterator[Connection]:
    toy_connection.execute("set role ev_planner")
    yield toy_connection
    toy_connection.execute("reset role")


def test_a_planner_draws_and_withdraws_and_changes_nothing_else(planner: Connection) -> None:
    number = draw(planner)
    assert state(planner, number) == ("waiting", None)
    withdraw(planner, number)
    assert state(planner, number) == ("withdrawn", None)
    planner.execute("insert into plan.place_load (region, asked_by) values ('toy_town', 'Ann')")
    planner.execute("update plan.place_load set wish = 'cancel'")
    for statement in (
        "update plan.own_place set name = 'Other'",
        "update plan.own_place set lon = 0",
        "insert into plan.own_place (region, lon, lat, asked_by, asked_at) values ('x', 0, 0, 'Ann', now())",
        "delete from plan.own_place",
        "update plan.place_load set state = 'done'",
        "insert into plan.place_load (region, asked_by, state) values ('y', 'Ann', 'running')",
        "delete from plan.place_load",
    ):
        with pytest.raises(InsufficientPrivilege), planner.transaction():
            planner.execute(statement.encode())


def test_a_reader_only_reads(toy_connection: Connection) -> None:
    toy_connection.execute("set role ev_reader")
    toy_connection.execute("select * from report.own_place, report.place_load")
    with pytest.raises(InsufficientPrivilege):
        draw(toy_connection)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": ""}, CheckViolation),
        ({"name": "x" * 81}, CheckViolation),
        ({"name": "two\nlines"}, CheckViolation),
        ({"suitability_share": 1.01}, CheckViolation),
        ({"suitability_share": -0.01}, CheckViolation),
        ({"suitability_share": "NaN"}, CheckViolation),
        ({"lon": 180.1}, CheckViolation),
        ({"lon": "NaN"}, CheckViolation),
        ({"lat": "Infinity"}, CheckViolation),
        ({"lat": None}, NotNullViolation),
        ({"asked_by": ""}, CheckViolation),
        ({"withdrawn_by": "Bob"}, CheckViolation),
        ({"withdrawn_by": "", "withdrawn_at": "now"}, CheckViolation),
    ],
)
def test_what_is_no_place_is_refused(
    toy_connection: Connection, changed: dict[str, Any], error: type[Exception]
) -> None:
    values = {"region": "toy_town", "lon": -81, "lat": 43.5, "asked_by": "Ann"} | changed
    with pytest.raises(error):
        toy_connection.execute(
            sql.SQL("insert into plan.own_place ({}) values ({})").format(
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(map(sql.Placeholder, values)),
            ),
            values,
        )


def test_one_spot_is_drawn_once_until_it_is_withdrawn(toy_connection: Connection) -> None:
    number = draw(toy_connection)
    with pytest.raises(UniqueViolation), toy_connection.transaction():
        draw(toy_connection)
    withdraw(toy_connection, number)
    assert draw(toy_connection) > number


def test_one_load_is_asked_for_at_a_time(toy_connection: Connection) -> None:
    ask = "insert into plan.place_load (region, asked_by) values ('toy_town', 'Ann')"
    toy_connection.execute(ask)
    with pytest.raises(UniqueViolation), toy_connection.transaction():
        toy_connection.execute(ask)
    toy_connection.execute("update plan.place_load set state = 'done'")
    toy_connection.execute(ask)


def test_why_a_place_is_refused_is_told_before_it_is_loaded(toy_connection: Connection) -> None:
    """A station stands at B; nothing of Toy Town is 100 km away, and of the earth nothing at all."""
    outside = draw(toy_connection, (100_000, 0))
    far = toy_connection.execute(DRAW, ("toy_town", None, None, 100, -89)).fetchone()
    assert far
    taken = draw(toy_connection, (1000, 5))
    assert state(toy_connection, outside) == ("refused", "outside")
    assert state(toy_connection, int(far[0])) == ("refused", "outside")
    assert state(toy_connection, taken) == ("refused", "taken")
    toy_connection.commit()
    load_again(toy_connection)
    assert state(toy_connection, outside) == ("refused", "outside")
    assert state(toy_connection, taken) == ("refused", "taken")
    assert toy_connection.execute(
        "select record, is_outside from raw.reject join raw.load using (load_id) where is_current"
        " and source = 'candidates' order by record"
    ).fetchall() == [(f"own:{outside}", True), (f"own:{far[0]}", True)]


def test_ground_on_which_nothing_is_built_is_told(toy_connection: Connection) -> None:
    toy_connection.execute(
        "insert into raw.exclusion (load_id, source_id, record_number, ground, is_hard, geom)"
        " select load_id, min(source_id), 1, 'flood', true,"
        " st_buffer(st_setsrid(st_makepoint(%s, %s), 4326), 0.001)::geometry(Polygon, 4326)"
        " from raw.load join raw.load_source using (load_id) group by load_id",
        lon_lat(*LOT),
    )
    toy_connection.execute("refresh materialized view core.excluded_area")
    number = draw(toy_connection)
    assert state(toy_connection, number) == ("refused", "excluded")
    assert toy_connection.execute("select exclusion from report.own_place").fetchone() == ("flood",)


def test_places_of_another_region_are_not_shown_nor_loaded(toy_connection: Connection) -> None:
    draw(toy_connection, region="elsewhere")
    toy_connection.commit()
    assert toy_connection.execute("select count(*) from report.own_place").fetchone() == (0,)
    assert not load_again(toy_connection).is_new


def test_a_load_with_places_is_the_load_that_files_with_the_same_list_make(
    connection: Connection, tmp_path: Path
) -> None:
    region = write_sources(tmp_path)
    load_region(str(region), connection)
    connection.commit()
    before = content(connection)
    draw(connection, LOT, name="Ann's lot", suitability=0.5)
    draw(connection, FIELD, name=None)
    connection.commit()
    summary = load_again(connection)
    connection.commit()
    assert summary.is_new
    assert [(s.source, s.file_name, s.row_count) for s in summary.sources][-1] == (
        *("candidates", "plan.own_place"),
        2,
    )
    worked_in, whole = content(connection), compute_checksums(connection)
    assert worked_in.keys() == before.keys()
    assert all(worked_in[view] != before[view] for view in before)

    # the same files, read anew, have the same places: it is the same load, and reads as the same database
    again = load_region(str(region), connection)
    assert (again.load_id, again.is_new) == (summary.load_id, False)
    connection.execute("update raw.load set content_sha256 = 'x', files_sha256 = 'x'")
    connection.commit()
    anew = load_region(str(region), connection)
    assert anew.is_new
    assert compute_checksums(connection) == whole

    # a list of the region with these places comes to the same sites, ways and scores
    lines = [
        "id,name,share,lon,lat",
        *(f"{n},{name},{share},{lon},{lat}" for n, name, share, lon, lat in listed()),
    ]
    (tmp_path / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = region.read_text(encoding="utf-8")
    text += '\n[sources.candidates]\npath = "list.csv"\nlicence = "city"\n'
    text += 'columns = { id = "id", name = "name", suitability_share = "share" }\n'
    region.write_text(text, encoding="utf-8")
    connection.execute("update plan.own_place set withdrawn_by = 'Bob', withdrawn_at = now()")
    connection.commit()
    load_region(str(region), connection)
    assert content(connection) == worked_in


def listed() -> Iterator[tuple[str, str, str, float, float]]:
    yield "1", "Ann's lot", "0.5", *lon_lat(*LOT)
    yield "2", "", "", *lon_lat(*FIELD)


def test_sites_keep_their_numbers_and_a_place_leaves_with_the_next_load(toy_connection: Connection) -> None:
    sites = "select site_key, site_id from core.site order by site_key"
    before = dict(toy_connection.execute(sites).fetchall())
    first = load_id(toy_connection)
    number = draw(toy_connection)
    toy_connection.commit()
    load_again(toy_connection)
    assert state(toy_connection, number) == ("candidate", None)
    site_id = site_of(toy_connection, number)
    now = dict(toy_connection.execute(sites).fetchall())
    assert now.pop(f"given:own:{number}") == site_id
    assert now.items() <= before.items()
    lines = [
        line for (line,) in toy_connection.execute("select attribution from report.attribution").fetchall()
    ]
    assert "Places drawn by planners" in lines
    assert "plan.own_place" not in lines
    (record,) = trace(toy_connection, "candidate_site", f"given:own:{number}")
    assert (record["record_key"], record["file_name"], record["licence"]) == (
        *(f"own:{number}", "plan.own_place"),
        "drawn by planners",
    )

    withdraw(toy_connection, number)
    assert state(toy_connection, number) == ("leaving", None)
    toy_connection.commit()
    back = load_again(toy_connection)
    assert (back.load_id, back.is_switched) == (first, True), "without it the load is the former one"
    assert state(toy_connection, number) == ("withdrawn", None)
    assert dict(toy_connection.execute(sites).fetchall()) == before


def load_id(conn: Connection) -> int:
    row = conn.execute("select load_id from core.region").fetchone()
    assert row
    return int(row[0])


def test_locks_on_a_withdrawn_place_go_with_it_save_those_of_what_ifs(toy_connection: Connection) -> None:
    """A lock that no site answers to would stop every plan of its scenario."""
    number = draw(toy_connection)
    toy_connection.commit()
    load_again(toy_connection)
    site_id = site_of(toy_connection, number)
    row = toy_connection.execute(
        "insert into plan.what_if (load_id, base_scenario, title, asked_by)"
        " select load_id, 'near', 'Mine', 'Ann' from core.region returning scenario_name"
    ).fetchone()
    assert row
    for scenario in (None, "near", row[0]):
        toy_connection.execute(
            "insert into plan.site_lock (site_id, lock_kind, scenario_name) values (%s, 'force_in', %s)",
            (site_id, scenario),
        )
    toy_connection.commit()
    assert load_again(toy_connection).lock_count == 0
    withdraw(toy_connection, number)
    toy_connection.commit()
    assert load_again(toy_connection).lock_count == 2
    assert toy_connection.execute("select scenario_name from plan.site_lock").fetchall() == [row]


def test_a_failure_leaves_everything_as_it_was(toy_connection: Connection) -> None:
    """A view of somebody else's on ours keeps any load from changing them."""
    number = draw(toy_connection)
    toy_connection.execute("create view public.theirs as select site_id from report.site")
    toy_connection.commit()
    before = compute_checksums(toy_connection)
    with pytest.raises(UsageError):
        load_again(toy_connection)
    assert toy_connection.execute("select count(*) from raw.load").fetchone() == (1,)
    assert toy_connection.execute("select count(*) from raw.candidate").fetchone() == (0,)
    assert state(toy_connection, number) == ("waiting", None)
    assert compute_checksums(toy_connection) == before


def test_a_load_of_an_earlier_day_has_no_places(connection: Connection, tmp_path: Path) -> None:
    draw(connection)
    connection.commit()
    load_region(str(write_sources(tmp_path)), connection, as_of=dt.date(2100, 1, 1))
    assert connection.execute("select count(*) from raw.candidate").fetchone() == (0,)


def test_a_point_drawn_on_the_map_is_a_place_and_deleting_it_withdraws_it(planner: Connection) -> None:
    row = planner.execute(
        "insert into report.own_place (name, geom)"
        " select '', st_translate(geom, 300, 200) from report.site order by site_id limit 1"
        " returning own_place_id, name, place_state, geom"
    ).fetchone()
    assert row
    number, name, _, geom = row
    assert name is None
    lies_there = "select st_dwithin(geom, %s::geometry, 0.01) from report.own_place where own_place_id = %s"
    assert planner.execute(lies_there, (geom, number)).fetchone() == (True,)
    planner.execute("delete from report.own_place where own_place_id = %s", (number,))
    assert state(planner, number) == ("withdrawn", None)
    assert planner.execute("select withdrawn_by = session_user from report.own_place").fetchone() == (True,)


@pytest.mark.usefixtures("toy_database")
def test_the_command_works_them_in_and_the_check_counts_them(toy_database: str) -> None:
    with psycopg.connect(toy_database, autocommit=True) as conn:
        draw(conn)
        assert "1 waiting; `planner load --own-places` works them in" in run("db", "check").stdout
        done = run("etl.load", "--own-places")
        assert done.returncode == 0, done.stderr
        assert "plan.own_place" in done.stdout
        assert "step 1 of" in done.stderr
        assert "known. (1 candidate)" in run("db", "check").stdout
    refused = run("etl.load", "--own-places", "--region", "sample")
    assert refused.returncode == 2
    assert "reads no file" in refused.stderr
