"""Backtests: figures counted by hand on drawn sites, and the whole command on Toy Town."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import typer
from psycopg.rows import dict_row
from typer.testing import CliRunner

from db.common.assumption import AS_OF, sentence
from db.common.day import last_day, newest_day
from db.common.errors import UsageError
from db.common.language import Language
from db.server.address import open_address
from db.session.side_database import side_database
from etl.load import load_region
from model import backtest as command
from model.analysis import backtest as analysis
from model.analysis import score_weights
from model.analysis.built_file import read_built, read_columns
from tests.support.toy_town.build import lon_lat, write_sources

Connection = psycopg.Connection[Any]
CANDIDATES = (  # metres east, planned, score, people near
    (0, False, 0.9, 50),
    (100, True, 0.8, 10),
    (900, False, 0.1, 100),
    (2000, False, 0.85, 5),
    (5000, True, 0.2, 0),
)
BUILT = (0, 1000)


def drawn(conn: Connection, seed: int = 1) -> int:
    """Write a backtest of two built sites and five candidates on a line; return its number."""
    row = conn.execute(
        """
        insert into plan.backtest (
            region, as_of, built_file, built_sha256, scenario_name, spent_cad, currency,
            record_count, known_count, outside_count, known_m, merge_m, near_m, people_near_m, distances_m,
            draw_count, seed, extent_geom
        )
        select region, '2022-07-31', 'built.csv', 'x', 'drawn', 1000, currency, 2, 0, 0, 50, 100, 250,
            1000, '{250,1500}', 2000, %s, st_setsrid(st_makeenvelope(-1, -1, 6000, 1), metric_srid)
        from core.region
        returning backtest_id
        """,
        (seed,),
    ).fetchone()
    assert row
    place = "st_setsrid(st_makepoint(%s, 0), (select metric_srid from core.region))"
    for number, east in enumerate(BUILT, start=1):
        conn.execute(
            f"insert into plan.backtest_site values (%s, %s, 'built', 1, {place})".encode(),  # noqa: S608 - drawn
            (row[0], number, east),
        )
    for number, (east, planned, score, people) in enumerate(CANDIDATES, start=1):
        conn.execute(
            (
                "insert into plan.backtest_candidate values"  # noqa: S608 - drawn
                f" (%s, %s, %s, 'c', %s, %s, %s, null, %s, null, 0, %s, {place})"
            ).encode(),
            (row[0], number, f"c{number}", planned, score, score, score, people, east),
        )
    return int(row[0])


def test_shares_are_those_counted_by_hand(toy_connection: Connection) -> None:
    number = drawn(toy_connection)
    rows = toy_connection.execute(
        "select choice, distance_m, near_share, site_count, low_share, high_share from model.backtest_share"
        " where backtest_id = %s",
        (number,),
    ).fetchall()
    shares = {(row[0], row[1]): row[2] for row in rows}
    assert {choice: shares[choice, 250] for choice in ("planned", "candidate", "score", "people")} == {
        "planned": 0.5,
        "candidate": 1.0,
        "score": 0.5,
        "people": 1.0,
    }
    # two of five drawn: of two near, 1 - C(3,2) / C(5,2) = 0.7; of one near, 1 - C(4,2) / C(5,2) = 0.4
    assert shares["random", 250] == pytest.approx(0.55)
    # within 1500 m three of five are near the first site and four near the second: 0.9 and 1
    assert shares["random", 1500] == pytest.approx(0.95)
    assert {row[0]: row[3] for row in rows}["score"] == 2
    random = next(row for row in rows if row[:2] == ("random", 250))
    assert random[4:] == (0.0, 1.0)


def test_draws_are_fair_and_those_of_their_seed(toy_connection: Connection) -> None:
    first, second, other = drawn(toy_connection), drawn(toy_connection), drawn(toy_connection, seed=2)
    query = "select draw, array_agg(candidate_id order by candidate_id) from model.backtest_draw where backtest_id = %s group by draw order by draw"
    drawn_sets = [toy_connection.execute(query, (number,)).fetchall() for number in (first, second, other)]
    assert drawn_sets[0] == drawn_sets[1] != drawn_sets[2]
    pairs = [tuple(chosen) for _, chosen in drawn_sets[0]]
    assert len(set(pairs)) == 10
    assert all(140 < pairs.count(pair) < 260 for pair in set(pairs)), "2000 draws of 10 pairs: 200, sd 13"


def test_areas_under_the_curve_are_those_counted_by_hand(toy_connection: Connection) -> None:
    number = drawn(toy_connection)
    with toy_connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("select * from model.backtest_auc where backtest_id = %s", (number,)).fetchall()
    area = {row["measure"]: row for row in rows}
    assert set(area) == {"score", "people", "land_use", "road", "random"}, "what is not known is left out"
    assert (area["score"]["near_count"], area["score"]["far_count"]) == (3, 2)
    # the first beats both others, the second one of them, the third none: 3 of 6 pairs
    assert area["score"]["auc"] == pytest.approx(0.5)
    assert area["people"]["auc"] == 1
    # placements 1, 1/2, 0 and 1/3, 2/3: variance 0.25 / 3 + 0.0556 / 2 = 1/9
    assert area["people"]["score_gain"] == pytest.approx(-0.5)
    assert area["people"]["low_gain"] == pytest.approx(-0.5 - 1.96 / 3)
    assert area["people"]["high_gain"] == pytest.approx(-0.5 + 1.96 / 3)
    assert (area["score"]["low_auc"], area["score"]["high_auc"]) == (0, 1)
    assert area["land_use"]["score_gain"] == 0
    assert area["random"]["high_auc"] == pytest.approx(0.5 + 1.96 * (6 / 72) ** 0.5)


@pytest.mark.parametrize(
    ("text", "day"), [("2022", "2022-12-31"), ("2024-02", "2024-02-29"), ("2022-07-15", "2022-07-15")]
)
def test_a_year_or_month_stands_for_its_last_day(text: str, day: str) -> None:
    assert last_day(text, "--as-of").isoformat() == day


def test_days_that_are_none_are_refused() -> None:
    for text in ("2022-13", "July", "2022-02-30", ""):
        with pytest.raises(UsageError, match="is not a date"):
            last_day(text, "--as-of")
    assert newest_day("2016 to 2026-03, mixed") == dt.date(2026, 3, 31)
    assert newest_day("generated") is None


def built_csv(path: Path, *rows: tuple[object, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name", "lon", "lat", "l2_ports", "dcfc_ports"), *rows])
    return path


def test_what_a_file_of_built_stations_lacks_is_said(tmp_path: Path) -> None:
    day = dt.date(2022, 7, 31)
    good = built_csv(tmp_path / "a.csv", (1, "A", -81, 43.5, 2, ""), (2, "no ports", -81, 43.5, "", 0))
    found = read_built(good, {}, day)
    assert [(s.station_id, dict(s.ports)) for s in found.stations] == [("1", {"L2": 2})]
    bad = built_csv(tmp_path / "b.csv", (1, "A", -81, 43.5, 2, 0), (2, "B", -81, 43.5, "two", 0))
    with pytest.raises(UsageError, match=r"b.csv: a record cannot be used: record 2, l2_ports: 'two'"):
        read_built(bad, {}, day)
    with pytest.raises(UsageError, match="has no column 'Ports'"):
        read_built(good, read_columns("L2=Ports"), day)
    (tmp_path / "c.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"no column for lon, lat, L2 or L3"):
        read_built(tmp_path / "c.csv", {}, day)
    with pytest.raises(UsageError, match="does not exist"):
        read_built(tmp_path / "none.csv", {}, day)
    with pytest.raises(UsageError, match="names no column"):
        read_columns("town=x")


def test_the_side_database_is_its_own_and_goes(toy_database: str) -> None:
    with side_database() as address:
        assert address != toy_database
        with open_address(address) as conn:
            name = conn.info.dbname
            assert conn.execute("select to_regclass('raw.load')").fetchone() == (None,)
    with psycopg.connect(toy_database) as conn:
        assert not conn.execute("select from pg_database where datname = %s", (name,)).fetchone()


def test_newer_sources_of_stations_and_vehicles_are_left_out(connection: Connection, tmp_path: Path) -> None:
    path = write_sources(tmp_path)
    text = path.read_text(encoding="utf-8")
    summary = load_region(str(path), connection, as_of=dt.date(2010, 12, 31))
    dated = [line for line in text.splitlines() if line.startswith("data_date")]
    assert {source.source for source in summary.sources} >= {"roads", "population"}
    left = [sentence for sentence in summary.assumptions if "left out" in sentence and "newer" in sentence]
    assert bool(left) == any("20" in line for line in dated)
    told = connection.execute(
        "select source, code, value from raw.load_assumption where code = any (%s)", (list(AS_OF),)
    ).fetchall()
    assert {source for source, *_ in told} & {"openchargemap", "afdc"}
    for _, code, value in told:
        assert value["day"] == "2010-12-31"
        assert sentence(code, value) in summary.assumptions
        french = sentence(code, value, Language.FR)
        assert french not in summary.assumptions
        assert "2010-12-31" in french


def test_vehicles_of_an_earlier_day_are_read_from_a_file_that_goes_on(
    connection: Connection, tmp_path: Path
) -> None:
    """Toy Town of 2022 has the vehicles of its second quarter, though the file has those of 2026 beside them."""
    path = write_sources(tmp_path)
    (path.parent / "ev.csv").write_text(
        "FSA,2020-Q2,2022-Q2,2022-Q3,2026-Q1\nT1A,20,50,60,400\nT1B,10,30,40,200\n", encoding="utf-8"
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('path = "ev.csv"', 'path = "ev.csv"\nlayout = "wide"'), encoding="utf-8")
    summary = load_region(str(path), connection, as_of=dt.date(2022, 7, 31))
    query = "select postal_area_key, count_date, counted_ev_count from core.postal_area_count order by 1"
    day = dt.date(2022, 6, 30)
    assert connection.execute(query).fetchall() == [("T1A", day, 50), ("T1B", day, 30)]
    (row_count,) = [source.row_count for source in summary.sources if source.source == "ev_counts"]
    assert row_count == 4
    assert "4 records of ev.csv are later than 2022-07-31, and left out (used: 4)." in summary.assumptions


def test_the_command_holds_a_plan_against_what_was_built(toy_database: str, tmp_path: Path) -> None:
    path = write_sources(tmp_path)
    built = built_csv(
        tmp_path / "built.csv",
        (11, "Town Hall", *lon_lat(1000, 20), 3, 0),
        (91, "Library", *lon_lat(1040, 400), 2, 0),
        (92, "Library, rear", *lon_lat(1080, 400), 0, 2),
        (93, "Farend", *lon_lat(3000, 2000), 4, 0),
    )
    app = typer.Typer()
    app.command()(command.main)
    before = tables(toy_database)
    result = CliRunner().invoke(
        app,
        [
            "--as-of",
            "2026-12",
            "--built",
            str(built),
            "--region",
            str(path),
            "--extent",
            "-82,43,-80,44",
            "--draws",
            "100",
            "--language",
            "fr",
        ],
    )
    assert result.exit_code == 0, (result.output, result.exception)
    assert "Essai rétrospectif 1" in result.output
    assert tables(toy_database) == before, "load and plans of the user stay as they are"
    with psycopg.connect(toy_database, row_factory=dict_row) as conn:
        row = conn.execute("select * from report.backtest").fetchone()
        assert row
        assert (row["record_count"], row["known_count"], row["built_site_count"]) == (4, 1, 2)
        assert row["built_port_count"] == 8
        assert row["net_capex_cad"] <= row["spent_cad"]
        aucs = conn.execute("select measure, auc from report.backtest_auc").fetchall()
        assert {"score", "people", "random"} <= {one["measure"] for one in aucs}
        remarks = conn.execute("select code, value from report.backtest_remark order by remark").fetchall()
    printed = " ".join(result.output.split())
    for remark in remarks:
        assert sentence(remark["code"], remark["value"], Language.FR) in printed


def tables(address: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as conn:
        return conn.execute(
            "select 'load', count(*), max(load_id) from raw.load union all"
            " select 'run', count(*), max(run_id) from plan.run union all"
            " select 'lock', count(*), max(lock_id) from plan.site_lock order by 1"
        ).fetchall()


def test_weights_that_made_what_was_built_are_found_again(toy_connection: Connection) -> None:
    number = drawn(toy_connection)
    with pytest.raises(UsageError, match="2 built sites are too few to fit 3 weights"):
        score_weights.fit(toy_connection, number, 1)
    rng = np.random.default_rng(3)
    toy_connection.execute("delete from plan.backtest_candidate where backtest_id = %s", (number,))
    toy_connection.execute("delete from plan.backtest_site where backtest_id = %s", (number,))
    place = "st_setsrid(st_makepoint(%s, 0), (select metric_srid from core.region))"
    values = rng.random((600, 3))
    east = np.arange(600) * 1000.0
    # people alone decide, with some noise; land use and road say nothing
    is_built = values[:, 2] + rng.normal(0, 0.1, 600) > 0.8
    with toy_connection.cursor() as cursor:
        cursor.executemany(
            f"insert into plan.backtest_site values (%s, %s, 'built', 1, {place})".encode(),  # noqa: S608 - drawn
            [(number, n, float(east[n])) for n in np.flatnonzero(is_built).tolist()],
        )
        cursor.executemany(
            (
                "insert into plan.backtest_candidate values"  # noqa: S608 - drawn
                f" (%s, %s, %s, 'c', false, %s, %s, null, %s, null, %s, %s, {place})"
            ).encode(),
            [
                (
                    number,
                    n,
                    f"c{n}",
                    float(v[0]),
                    float(v[0]),
                    float(v[1]),
                    float(v[2]),
                    float(v[2]),
                    float(east[n]),
                )
                for n, v in enumerate(values)
            ],
        )
    fitted = score_weights.fit(toy_connection, number, 1)
    assert fitted.weights["people"] > 0.9
    assert fitted.auc.value > 0.95
    assert fitted.score_auc.value < 0.6
    assert fitted.auc.value == pytest.approx(fitted.people_auc.value, abs=0.02)
    for span in (fitted.auc, fitted.score_auc, fitted.people_auc, fitted.gain):
        assert span.low is not None
        assert span.high is not None
        assert span.low <= span.value <= span.high
    # people are all that there is to know: no weights do better than these alone
    assert fitted.gain.low is not None
    assert fitted.gain.low < 0.01
    assert "what was built\n# after 2022-07-31: " in fitted.text
    assert "people_score_weight = 0.9" in fitted.text or "people_score_weight = 1.0" in fitted.text


def test_money_of_the_plan_is_that_of_the_ports(toy_connection: Connection) -> None:
    """Two ports of level 2 at one site: two ports and a station of the usual charger, at 2024 prices."""
    from model.data import scenario, scenario_store

    _, parameters = scenario.resolve("backtest")
    scenario_id = scenario_store.store(toy_connection, "backtest", parameters)
    toy_connection.execute(analysis._MAKE)
    toy_connection.execute(
        "insert into built_record (record, built_id, geom)"
        " select 1, 1, st_setsrid(st_makepoint(0, 0), metric_srid) from core.region"
    )
    toy_connection.execute("insert into built_port values (1, 'L2', 2)")
    usual = parameters.charger[parameters.level["L2"].usual_charger]
    price = (
        2 * (usual.equipment_cost_cad_per_port + usual.installation_cost_cad_per_port)
        + usual.equipment_cost_cad_per_station
        + usual.civil_works_cost_cad_per_station
        + usual.make_ready_cost_cad_per_station
    )
    kw = 2 * usual.port_kw
    fixed = parameters.connection.fixed_cost_cad + kw * parameters.connection.cost_cad_per_kw
    share = (1 + parameters.price.soft_cost_share) * (1 + parameters.price.contingency_share)
    years = parameters.phase[1].year - parameters.price.year
    expected = (price + fixed) * share * (1 + parameters.price.index_share_per_year) ** years
    assert analysis.spent_cad(toy_connection, scenario_id) == pytest.approx(expected)
