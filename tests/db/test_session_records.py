"""Session records in the views: Boulder's figures as its README counts them, and small records counted by hand."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from db.common.errors import UsageError
from db.schema import build
from etl.load import load_region
from model import calibrate
from model.data import scenario
from model.solve import Limits, solve_scenario
from tests.support.assumptions import assumed
from tests.support.scenarios import TOWN
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sessions"
BOULDER = """
[sources.sessions]
path = "{path}"
time_zone = "America/Denver"

[sources.sessions.columns]
station = "Address"
port = "Station_Name"
start = "Start_Date___Time"
end = "End_Date___Time"
time_zone = "Start_Time_Zone"
end_time_zone = "End_Time_Zone"
duration = "Total_Duration__hh_mm_ss_"
charging = "Charging_Time__hh_mm_ss_"
energy = "Energy__kWh_"
level = "Port_Type"
"""
RECORDS = """
[[sources.sessions]]
path = {paths}
columns = {{ station = "station", port = "port", start = "start", end = "end", energy = "kwh", level = "level" }}
"""
HALL = 'stations = { "Town Hall" = "afdc:11" }\n'
HEAD = ("station", "port", "start", "end", "kwh", "level")


def rows(conn: Connection, query: str) -> list[tuple[Any, ...]]:
    return conn.execute(query.encode()).fetchall()


def town(folder: Path, lines: str, **settings: float) -> str:
    """Write Toy Town with more lines in its region file."""
    path = write_sources(folder, settings=settings)
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    return str(path)


def table(path: Path, *records: tuple[object, ...]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *records])
    return path.name


@pytest.fixture(scope="module")
def boulder(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Yield a connection to Toy Town with the records of Boulder, and 2019 as the year that is measured."""
    folder = tmp_path_factory.mktemp("boulder")
    lines = BOULDER.format(path=SHARED / "boulder_2018_2021.csv")
    template = templates.loaded("boulder", lambda: town(folder, lines, session_year=2019))
    with templates.clone(template) as address, psycopg.connect(address) as conn:
        yield conn


def figures(conn: Connection, *columns: str) -> tuple[Any, ...]:
    cursor = conn.cursor(row_factory=dict_row)
    (found,) = cursor.execute("select * from analysis.session_level").fetchall()
    return tuple(found[column] for column in columns)


def set_period(conn: Connection, from_day: str, to_day: str) -> None:
    conn.execute(
        "select set_config('planner.session_from', %s, true), set_config('planner.session_to', %s, true)",
        (from_day, to_day),
    )
    # what the load worked out is of its own period
    build.refresh(conn, only=["analysis.session_hour", "analysis.session_level"])


def test_boulder_reads_as_its_readme_counts_it(boulder: Connection) -> None:
    with boulder.transaction(force_rollback=True):
        set_period(boulder, "2018-01-01", "2021-12-31")
        level, count, ports = figures(boulder, "level", "session_count", "port_count")
        assert (level, count, ports) == ("L2", 21168, 27)
        minutes = figures(boulder, "plugged_min", "plugged_median_min", "charging_min")
        assert [round(value) for value in minutes] == [149, 103, 110]
        energy, share = figures(boulder, "energy_kwh", "utilisation_share")
        assert (round(energy, 1), round(share, 3)) == (8.6, 0.097)


def test_boulder_in_the_year_that_the_region_names(boulder: Connection) -> None:
    share, sessions, gini = figures(boulder, "utilisation_share", "session_per_day", "utilisation_gini")
    assert (round(share, 3), round(sessions, 2), round(gini, 2)) == (0.143, 1.33, 0.35)
    ((percentiles,),) = [figures(boulder, "utilisation_percentiles")]
    assert [round(value, 3) for value in percentiles] == [0.056, 0.089, 0.122, 0.163, 0.224]


def test_boulder_s_hours_are_those_of_its_clocks(boulder: Connection) -> None:
    """The times are marked +00 and are UTC: read so, cars charge by day, and no session is an hour off in spring."""
    found = rows(boulder, "select hour, sum(energy_kwh) from analysis.session_hour group by hour order by 2")
    assert (found[0][0], found[-1][0]) == (4, 11)
    ((peak,),) = [figures(boulder, "peak_hour_share")]
    assert peak == pytest.approx(found[-1][1] / sum(energy for _, energy in found))
    odd = rows(boulder, "select remark from raw.record_remark")
    assert odd == [("it is 2 minutes, and start to end 2750; the former counts",)]


def test_boulder_s_port_of_two_names_is_told(boulder: Connection) -> None:
    """JUNCTION ST1 has its last session on 2019-08-07, and BOULDERJUNCTION / JUNCTION ST1 its first two days later."""
    assert rows(boulder, "select port, later_port, later_from::text from analysis.session_port_renamed") == [
        ("BOULDER / JUNCTION ST1", "BOULDERJUNCTION / JUNCTION ST1", "2019-08-09")
    ]
    said = [text for text in assumed(boulder) if "of its station begins" in text]
    assert len(said) == 1
    assert "'BOULDERJUNCTION / JUNCTION ST1' follows 'BOULDER / JUNCTION ST1' on 2019-08-09" in said[0]


def test_names_of_ports_in_other_letters_are_one(connection: Connection, tmp_path: Path) -> None:
    load(
        connection,
        tmp_path / "town",
        ("Elsewhere", "P1", "2019-01-07 10:00", "2019-01-07 12:00", 5, "Level 2"),
        ("ELSEWHERE", "p1 ", "2019-01-08 10:00", "2019-01-08 12:00", 5, "Level 2"),
        ("Elsewhere", "P2", "2019-01-08 10:00", "2019-01-08 12:00", 5, "Level 2"),
    )
    assert rows(connection, "select session_count from analysis.session_port order by 1") == [(1,), (2,)]


def test_boulder_s_faulty_records_are_told(boulder: Connection) -> None:
    ((record, field, reason),) = rows(
        boulder, "select record, field, reason from raw.reject where source = 'sessions'"
    )
    assert record.startswith("22733 ")
    assert (field, reason) == (
        "End_Date___Time",
        "it ends at 1970/01/01 00:00:00+00, before it begins at 2020/12/11 16:33:00+00",
    )
    left_out = dict(rows(boulder, "select left_out, count(*) from core.charging_session group by 1"))
    assert left_out[None] == 21168
    assert sum(left_out.values()) == 24080
    assert left_out.keys() == {None, "short", "no_energy", "long"}


def load(conn: Connection, folder: Path, *records: tuple[object, ...], **settings: float) -> None:
    folder.mkdir(parents=True)
    lines = RECORDS.format(paths=f'"{table(folder / "records.csv", *records)}"')
    lines += HALL if any(station == "Town Hall" for station, *_ in records) else ""
    load_region(town(folder, lines, session_port_day_min=1, **settings), conn)


@pytest.mark.parametrize(
    ("names", "said", "hint"),
    [
        (
            'stations = { "Town Hal" = "afdc:11" }',
            "toy_town.toml: sources.sessions.stations names 'Town Hal', which no record of records.csv has.",
            "the nearest that they have is 'Town Hall'",
        ),
        (HALL.replace("afdc:11", "afdc:12345"), "is in a feed. Found: 1 offending row", "correct the id in `stations`"),
    ],
)  # fmt: skip
def test_a_name_or_id_that_is_nowhere_stops_the_load(
    connection: Connection, tmp_path: Path, names: str, said: str, hint: str
) -> None:
    (tmp_path / "town").mkdir()
    record = ("Town Hall", "p1", "2019-01-07 10:00", "2019-01-07 12:00", 5, "Level 2")
    lines = RECORDS.format(paths=f'"{table(tmp_path / "town" / "records.csv", record)}"') + names
    with pytest.raises(UsageError) as raised:
        load_region(town(tmp_path / "town", lines), connection)
    assert said in raised.value.message
    assert hint in str(raised.value.hint)


def test_a_car_that_leaves_makes_room_for_the_next(connection: Connection, tmp_path: Path) -> None:
    """Three ports: of the second and the third one each is busy while the first is, never all three."""
    load(
        connection,
        tmp_path / "town",
        ("Elsewhere", "p1", "2019-01-07 10:00", "2019-01-07 12:00", 5, "Level 2"),
        ("Elsewhere", "p2", "2019-01-07 11:00", "2019-01-07 13:00", 5, "Level 2"),
        ("Elsewhere", "p3", "2019-01-07 12:00", "2019-01-07 14:00", 5, "Level 2"),
    )
    found = rows(
        connection,
        "select port_count, group_count, mean_share from analysis.session_coincidence where port_count in (1, 3)",
    )
    assert sorted(found) == [(1, 3, 1.0), (3, 1, pytest.approx(2 / 3))]


def test_energy_flows_in_the_hours_of_a_session(connection: Connection, tmp_path: Path) -> None:
    """9 kWh from 10:30 to 12:00 on a Monday; a session over midnight counts on both days."""
    load(
        connection,
        tmp_path / "town",
        ("Elsewhere", "p1", "2019-01-07 10:30", "2019-01-07 12:00", 9, "Rapid DC"),
        ("Elsewhere", "p2", "2019-01-07 23:00", "2019-01-08 00:30", 3, "Level 2"),
    )
    hours = rows(
        connection,
        "select level, weekday, hour, plugged_min, energy_kwh from analysis.session_hour order by 1, 2, 3",
    )
    assert hours == [("L2", 1, 23, 60, 2), ("L2", 2, 0, 30, 1), ("L3", 1, 10, 30, 3), ("L3", 1, 11, 60, 6)]
    days = rows(
        connection,
        "select day::text, session_count, plugged_min from analysis.session_port_day where energy_kwh is null or energy_kwh = 3 order by 1",
    )
    assert days == [("2019-01-07", 1, 60)]
    assert rows(connection, "select level, peak_hour_share from analysis.session_level order by 1") == [
        ("L2", pytest.approx(2 / 3)),
        ("L3", pytest.approx(2 / 3)),
    ]


def test_a_session_of_two_files_is_counted_once(connection: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    one = ("Elsewhere", "p1", "2019-12-31 10:00", "2019-12-31 11:00", 5, "Level 2")
    two = ("Elsewhere", "p1", "2020-01-01 10:00", "2020-01-01 11:00", 5, "Level 2")
    names = [table(folder / "2019.csv", one), table(folder / "2020.csv", one, two)]
    lines = RECORDS.format(paths=str(names).replace("'", '"'))
    load_region(town(folder, lines), connection)
    assert rows(connection, "select left_out, count(*) from core.charging_session group by 1 order by 1") == [
        ("copy", 1),
        (None, 2),
    ]
    assert rows(connection, "select from_day::text, to_day::text from core.session_window") == [
        ("2019-12-31", "2020-01-01")
    ]


def test_the_latest_whole_year_is_measured(connection: Connection, tmp_path: Path) -> None:
    months = [
        ("Elsewhere", "p1", f"{year}-{month:02d}-05 10:00", f"{year}-{month:02d}-05 11:00", 5, "Level 2")
        for year, last in ((2018, 12), (2019, 12), (2020, 5))
        for month in range(1, last + 1)
    ]
    load(connection, tmp_path / "town", *months)
    assert rows(
        connection, "select from_day::text, to_day::text, last_day::text from core.session_window"
    ) == [("2019-01-01", "2019-12-31", "2020-05-05")]
    assert rows(connection, "select session_count from analysis.session_level") == [(12,)]


@pytest.mark.parametrize(("longer_h", "mean_h"), [(0, (8 + 32) / 10), (6, (8 + 80) / 10)])
def test_what_is_measured_of_a_station_is_drawn_to_the_mean(
    connection: Connection, tmp_path: Path, longer_h: int, mean_h: float
) -> None:
    """Town Hall, two days of 2 and 6 hours; another port eight days of 3 and 5 hours, or of 9 and 11, in turn.

    Town Hall has 1/6; of all ten days the mean is 4 hours, or 8.8; variance of days (2 / 24)^2 + (2 / 24)^2 with
    one degree of freedom and 8 (1 / 24)^2 with seven; with one station the variance of stations is that of the setting.
    """
    hall = [
        ("Town Hall", "a", f"2019-03-0{day} 08:00", f"2019-03-0{day} {8 + hours:02d}:00", 5, "Level 2")
        for day, hours in ((1, 2), (2, 6))
    ]
    other = [
        (
            "Elsewhere",
            "b",
            f"2019-03-0{day} 08:00",
            f"2019-03-0{day} {11 + longer_h + day % 2 * 2}:00",
            5,
            "Level 2",
        )
        for day in range(1, 9)
    ]
    load(connection, tmp_path / "town", *hall, *other, utilisation_spread_share=0.5)
    ((station, measured, mean, weight, share),) = rows(
        connection,
        "select station_key, measured_share, mean_share, weight_share, utilisation_share from analysis.session_station",
    )
    assert (measured, mean) == (pytest.approx(1 / 6), pytest.approx(mean_h / 24))
    days = (2 * (2 / 24) ** 2 + 8 * (1 / 24) ** 2) / (1 + 7)
    stations = (0.5 * mean_h / 24) ** 2
    assert weight == pytest.approx(stations / (stations + days / 2))
    drawn = weight / 6 + (1 - weight) * mean_h / 24
    assert share == pytest.approx(drawn)
    used = rows(
        connection,
        "select s.site_key, u.utilisation_share, u.measured_from::text, u.measured_to::text from analysis.utilisation as u "
        "join core.site as s using (site_id) where not u.is_estimate",
    )
    assert used == [(station, pytest.approx(drawn), "2019-03-01", "2019-03-02")]
    assert rows(connection, "select count(*) from analysis.utilisation where is_estimate")[0][0] > 0


def test_records_without_a_port_are_of_the_ports_of_a_level_of_the_station(
    connection: Connection, tmp_path: Path
) -> None:
    """Two names for Town Hall, which has three ports of L2 and none of L3; nothing is known of Elsewhere."""
    sessions = (
        ("Hall, left", "2019-03-01 08:00", "2019-03-01 10:00", "Level 2"),
        ("Hall, right", "2019-03-01 09:00", "2019-03-01 11:00", "Level 2"),
        ("Hall, left", "2019-03-01 09:30", "2019-03-01 10:00", "DC Fast"),
        ("Elsewhere", "2019-03-01 08:00", "2019-03-01 09:00", "Level 2"),
        ("Elsewhere", "2019-03-01 08:30", "2019-03-01 09:00", "Level 2"),
    )
    folder = tmp_path / "town"
    lines = """
[sources.sessions]
path = "sessions.csv"
columns = { station = "station", start = "start", end = "end", level = "level" }
levels = { "Level 2" = "L2", "DC Fast" = "L3" }
stations = { "Hall, left" = "afdc:11", "Hall, right" = "ocm:1" }
"""
    region = town(folder, lines)
    with (folder / "sessions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("station", "start", "end", "level"), *sessions])
    load_region(region, connection)
    found = rows(
        connection,
        "select station_key, level, port_count, session_count, plugged_min, utilisation_share"
        " from analysis.session_port order by station_key, level",
    )
    assert found == [
        ("ocm:1", "L2", 3, 2, 240, pytest.approx(240 / (3 * 24 * 60))),
        ("ocm:1", "L3", 1, 1, 30, pytest.approx(30 / (24 * 60))),
        (None, "L2", 2, 2, 90, pytest.approx(90 / (2 * 24 * 60))),
    ]
    assert rows(connection, "select level, port_count from analysis.session_level order by level") == [
        ("L2", 5), ("L3", 1),
    ]  # fmt: skip


def test_an_interval_has_ports_as_clusters(connection: Connection, tmp_path: Path) -> None:
    """Ports of 1 and 3 sessions of 60 and 100 minutes: the mean is 90, the error sqrt(2 (30 ** 2 + 30 ** 2)) / 4 = 15."""
    sessions = [("Elsewhere", "a", "2019-03-01 08:00", "2019-03-01 09:00", 5, "Level 2")]
    sessions += [
        ("Elsewhere", "b", f"2019-03-0{day} 08:00", f"2019-03-0{day} 09:40", 5, "Level 2")
        for day in (1, 2, 3)
    ]
    load(connection, tmp_path / "town", *sessions)
    found = rows(
        connection,
        "select value, low, high, session_count, port_count from analysis.session_measure where measure = 'session_min'",
    )
    assert found == [(90, pytest.approx(90 - 1.96 * 15), pytest.approx(90 + 1.96 * 15), 4, 2)]


def test_what_was_measured_is_a_scenario(boulder: Connection, tmp_path: Path) -> None:
    text = calibrate.calibrate(boulder, scenario.resolve("base")[1], "base", None, None)
    path = tmp_path / "measured.toml"
    path.write_text(text, encoding="utf-8")
    measured = scenario.resolve(str(path))[1]
    base = scenario.resolve("base")[1]
    for name in ("ac_7", "ac_19"):
        found = measured.charger[name]
        assert (found.session_min, found.kwh_per_session, found.utilisation_share) == (154.5, 8.924, 0.1432)
    assert measured.charger["dc_150"] == base.charger["dc_150"]
    assert measured.session.peak_hour_share == 0.08565
    # of the 21 ports that are on record for 30 days one took the place of another in August: 20 together, 15 and 7 in the groups of 16 and 8
    assert [(point.port_count, round(point.share, 3)) for point in measured.grid.coincidence] == [
        (1, 1.0), (2, 1.0), (3, 1.0), (4, 0.938), (7, 0.857), (8, 0.75), (15, 0.667), (20, 0.6),
    ]  # fmt: skip
    assert measured.grid.coincidence_from == "curve"
    assert "# 9,540 sessions at 22 ports; 95 % interval" in text
    assert "from 2019-01-01 to 2019-12-31" in text


def test_a_measured_curve_is_that_of_the_busiest_level_on_record(
    connection: Connection, tmp_path: Path
) -> None:
    """Of two slow ports one is busy at once, of two fast ones both."""
    sessions = [
        ("Elsewhere", port, f"2019-03-0{day} {hour}:00", f"2019-03-0{day} {hour}:50", 5, kind)
        for port, hour, kind in (
            ("a", "08", "Level 2"), ("b", "10", "Level 2"), ("c", "12", "DC Fast"), ("d", "12", "DC Fast"),
        )
        for day in (1, 2, 3)
    ]  # fmt: skip
    load(connection, tmp_path / "town", *sessions)
    found = rows(
        connection, "select level, port_count, busy_share from analysis.measured_coincidence order by 1, 2"
    )
    assert found == [("L2", 1, 1.0), ("L2", 2, 0.5), ("L3", 1, 1.0), ("L3", 2, 1.0)]
    text = calibrate.calibrate(connection, scenario.resolve("base")[1], "base", None, None)
    (tmp_path / "measured.toml").write_text(text, encoding="utf-8")
    curve = scenario.resolve(str(tmp_path / "measured.toml"))[1].grid.coincidence
    assert [(point.port_count, point.share) for point in curve] == [(1, 1.0), (2, 1.0)]
    assert "# The largest share of the levels" in text
    said = " ".join(assumed(connection))
    assert (
        "How many L2 ports are busy at once follows the session records, of 2 of these ports together" in said
    )
    assert (
        "How many L3 ports are busy at once follows the session records, of 2 of these ports together" in said
    )


def test_a_level_without_records_follows_the_scenario_and_that_is_said(boulder: Connection) -> None:
    said = " ".join(assumed(boulder))
    assert "Session records tell of no two L3 ports together" in said
    assert "no two L2 ports" not in said
    text = calibrate.calibrate(boulder, scenario.resolve("base")[1], "base", None, None)
    assert "# Too few ports of L3 are on record: the curve is that of the others." in text


def test_a_period_without_records_is_refused(boulder: Connection) -> None:
    base = scenario.resolve("base")[1]
    with pytest.raises(UsageError, match="no session records from 2022-01-01 to 2022-12-31") as raised:
        calibrate.calibrate(boulder, base, "base", dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    assert "2018-01-01 to 2021-03-31" in str(raised.value.hint)
    with pytest.raises(UsageError, match="is before"):
        calibrate.calibrate(boulder, base, "base", dt.date(2022, 1, 1), dt.date(2021, 12, 31))


def test_a_region_without_records_is_told_what_it_lacks(toy_connection: Connection) -> None:
    with pytest.raises(UsageError, match="has no session records") as raised:
        calibrate.calibrate(toy_connection, scenario.resolve("base")[1], "base", None, None)
    assert "`sessions`" in str(raised.value.hint)


def test_a_plan_is_made_with_what_was_measured(connection: Connection, tmp_path: Path) -> None:
    sessions = [
        ("Elsewhere", port, f"2019-03-0{day} 08:00", f"2019-03-0{day} 10:{day}0", 5, "Level 2")
        for port in ("a", "b")
        for day in (1, 2, 3)
    ]
    load(connection, tmp_path / "town", *sessions)
    text = calibrate.calibrate(connection, scenario.resolve("base")[1], "base", None, None)
    connection.commit()
    (tmp_path / "measured.toml").write_text(text, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(
        f'extends = "{tmp_path / "measured.toml"}"\n{TOWN.format(budget=100_000)}', encoding="utf-8"
    )
    ended = solve_scenario(str(path), Limits())
    assert ended.error is None
    assert rows(
        connection, "select charger_type, session_min from plan.scenario_charger where charger_type = 'ac_7'"
    ) == [("ac_7", 140.0)]
