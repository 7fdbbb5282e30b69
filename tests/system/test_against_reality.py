"""Backtest and played days on the sample region, as a user runs them; figures are counted again without SQL."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import pytest
import shapely
from psycopg.rows import dict_row
from pyproj import Transformer
from scipy.stats import t

from etl.region.settings import FILE as SETTINGS
from model.data import scenario_store
from model.data.scenario import resolve
from tests.support.processes import run
from tests.support.sample_files import folder_at, read_csv, read_json, read_osm

SMALL = 0.04
KNOWN_M, MERGE_M, NEAR_M = 50.0, 100.0, 250.0
IN_SERVICE = (50, None)
"""OpenChargeMap's number of a station that serves; none where it does not know, as the sample has both."""
METRES = Transformer.from_crs("EPSG:4326", "EPSG:26917", always_xy=True)
Dicts = list[dict[str, Any]]


@pytest.fixture(scope="module")
def sample(templates: Any) -> str:
    """Return the template of a small sample region, whose new stations stand near candidates, with a plan that counts sessions."""

    def plan() -> None:
        ended = run("model.solve", "--scenario", "phase1", "--time-limit", "120", "--gap", "0.05")
        assert ended.returncode in (0, 7), ended.stderr

    loaded = templates.loaded("sample_for_backtest", lambda: str(folder_at(SMALL) / "sample.toml"))
    name: str = templates.template("sample_for_backtest_planned", loaded, plan)
    return name


def rows(conn: psycopg.Connection[Any], query: str) -> Dicts:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def test_a_program_of_the_sample_pays_in_its_corridors_alone(templates: Any, sample: str) -> None:
    """Sites are counted from the file of the areas; the plan pays for all of its projects that lie in one, and says so of the others."""
    areas = (
        gpd.read_file(folder_at(SMALL) / "grants" / "corridor_synthetic.geojson").to_crs(26917).union_all()
    )
    with templates.clone(sample) as address, psycopg.connect(address, autocommit=True) as conn:
        scenario_id = scenario_store.store(conn, *resolve("corridor"))
        conn.execute("select model.work_out(%s)", (scenario_id,))
        found = conn.execute(
            "select c.is_kept, c.found_text, c.limit_text, st_x(s.geom), st_y(s.geom)"
            " from model.site_grant_clause as c join core.site as s using (site_id)"
            " where c.scenario_id = %s and c.program = 'zevip' and c.clause = 'grant_area'",
            (scenario_id,),
        ).fetchall()
        assert {is_kept for is_kept, *_ in found} == {True, False}
        for is_kept, kinds, asked, x, y in found:
            assert is_kept == bool(areas.intersects(shapely.Point(x, y)))
            assert (kinds, asked) == ("corridor" if is_kept else "", "corridor")
        ended = run("model.solve", "--scenario", "corridor", "--time-limit", "60", "--gap", "0.05")
        assert ended.returncode in (0, 7), ended.stderr


def in_metres(degrees: Sequence[tuple[float, float]]) -> np.ndarray[Any, Any]:
    """Return places of longitude and latitude in the metres of the sample's own projection."""
    return np.array(METRES.transform(*zip(*degrees, strict=True))).T


def clusters(places: np.ndarray[Any, Any], within_m: float) -> list[list[int]]:
    """Return which places are one site: each within the distance of another of them."""
    left, found = set(range(len(places))), []
    while left:
        group, edge = [], [min(left)]
        left -= set(edge)
        while edge:
            one = edge.pop()
            group.append(one)
            near = {o for o in left if np.hypot(*(places[one] - places[o])) <= within_m}
            left -= near
            edge += sorted(near)
        found.append(group)
    return found


def stations_of_then(folder: Path) -> tuple[set[str], list[tuple[float, float]]]:
    """Return ids in the registry, and the places in degrees, of the stations in service by the lists of 2022.

    The registry's newer list is left out whole, with what it has and what it lacks; the other lists tell no day.
    """
    listed = [
        row
        for row in read_csv(folder / "stations" / "afdc.csv")
        if (row["Fuel Type Code"], row["Status Code"]) == ("ELEC", "E")
    ]
    shared = [
        poi["AddressInfo"]
        for poi in read_json(folder / "stations" / "openchargemap.json")
        if poi["StatusTypeID"] in IN_SERVICE
    ]
    osm = read_osm(folder / "osm" / "sample.osm.pbf")
    places = [(float(row["Longitude"]), float(row["Latitude"])) for row in listed]
    places += [(float(place["Longitude"]), float(place["Latitude"])) for place in shared]
    places += [
        osm.node[node] for node, tags in osm.node_tags.items() if tags.get("amenity") == "charging_station"
    ]
    return {row["ID"] for row in listed}, places


def test_a_backtest_of_the_sample_is_that_counted_from_its_files(templates: Any, sample: str) -> None:
    folder = folder_at(SMALL)
    built = folder / "stations" / "built_since.csv"
    with templates.clone(sample) as address:
        ended = run(
            "model.backtest", "--as-of", "2022-07", "--built", str(built), "--region", str(folder / "sample.toml"),
            "--draws", "100", "--time-limit", "60", "--gap", "0.05",
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert "A plan need not copy the market" in ended.stdout
        with psycopg.connect(address) as conn:
            (head,) = rows(conn, "select * from report.backtest")
            sites = rows(
                conn, "select built_id, st_x(geom) as x, st_y(geom) as y from plan.backtest_site order by 1"
            )
            candidates = rows(
                conn,
                "select is_planned, score, people_near, st_x(geom) as x, st_y(geom) as y from plan.backtest_candidate",
            )
            shares = rows(conn, "select choice, distance_m, near_share from report.backtest_share")
            aucs = {row["measure"]: row for row in rows(conn, "select * from report.backtest_auc")}
    # what is new, and how many sites
    records = read_csv(built)
    ids, stood_degrees = stations_of_then(folder)
    newer = {row["id"] for row in read_csv(folder / "stations" / "afdc_newer.csv")}
    assert newer - ids
    assert ids - newer
    stood = in_metres(stood_degrees)
    places = in_metres([(float(record["lon"]), float(record["lat"])) for record in records])
    is_known = [
        record["id"] in ids or bool((np.hypot(*(stood - place).T) <= KNOWN_M).any())
        for record, place in zip(records, places, strict=True)
    ]
    new = [n for n, known in enumerate(is_known) if not known]
    groups = clusters(places[new], MERGE_M)
    assert new
    assert (head["record_count"], head["known_count"]) == (len(records), sum(is_known))
    assert head["built_site_count"] == len(groups) == len(sites)
    ports = sum(int(records[n][column]) for n in new for column in ("l2_ports", "dcfc_ports"))
    assert head["built_port_count"] == ports
    assert head["built_ports_per_site"] == pytest.approx(ports / len(groups))
    middle = sorted(tuple(np.mean([places[new[one]] for one in group], axis=0)) for group in groups)
    assert np.allclose(sorted((row["x"], row["y"]) for row in sites), middle, atol=0.01)
    # shares of built sites with a candidate, and with a planned one near
    there = np.array([[row["x"], row["y"]] for row in candidates])
    away = np.array([np.hypot(*(there - place).T) for place in middle])
    is_planned = np.array([row["is_planned"] for row in candidates])
    assert head["planned_site_count"] == is_planned.sum() > 0
    said = {(row["choice"], row["distance_m"]): row["near_share"] for row in shares}
    for distance_m in (250, 500, 1000, 2000):
        assert said["candidate", distance_m] == pytest.approx((away.min(axis=1) <= distance_m).mean())
        planned = away[:, is_planned].min(axis=1) <= distance_m
        assert said["planned", distance_m] == pytest.approx(planned.mean())
    # the area under the curve by counting pairs
    near = away.min(axis=0) <= NEAR_M
    for measure, column in (("score", "score"), ("people", "people_near")):
        value = np.array([row[column] for row in candidates], dtype=float)
        difference = value[near][:, None] - value[~near][None]
        assert aucs[measure]["auc"] == pytest.approx(((difference > 0) + (difference == 0) / 2).mean())
        assert aucs[measure]["low_auc"] <= aucs[measure]["auc"] <= aucs[measure]["high_auc"]


def test_days_played_on_the_sample_are_those_counted_from_their_rows(templates: Any, sample: str) -> None:
    with templates.clone(sample) as address, psycopg.connect(address, autocommit=True) as conn:
        ((run_id,),) = conn.execute(
            "select max(run_id) from plan.run where publication = 'published'"
        ).fetchall()
        said = {}
        for language in ("en", "fr"):
            ended = run("model.simulate", "--run", str(run_id), "--days", "6", "--language", language)
            assert ended.returncode == 0, ended.stderr
            said[language] = ended.stdout
        assert "6 days played" in said["en"]
        assert "6 jours joués" in said["fr"]
        hours = rows(conn, "select * from plan.simulation_hour where simulation_id = 1")
        levels = rows(conn, "select * from report.simulation_level where simulation_id = 1")
        asked = dict(
            conn.execute(
                "select level, sum(demand_per_h) from plan.demand_service where run_id = %s and phase ="
                " (select max(phase) from plan.demand_service where run_id = %s) group by level",
                (run_id, run_id),
            ).fetchall()
        )
        begun = rows(
            conn,
            "select level, extract(hour from started_local)::integer as hour, count(*) as n from analysis.measured_session"
            " where is_counted and extract(isodow from started_local) <= 5 group by 1, 2",
        )
        for bad, words in ((["--run", "999"], "There is no run 999."), (["--run", "0"], "--run")):
            ended = run("model.simulate", *bad)
            assert ended.returncode == 2
            assert words in ended.stderr
            assert "Traceback" not in ended.stderr
    assert levels
    # hours are measured where each level has records
    profile = {level: {one["hour"]: one["n"] for one in begun if one["level"] == level} for level in asked}
    is_measured = all(profile.values())
    assert {row["is_profile_measured"] for row in levels} == {is_measured}
    if not is_measured:
        stated = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["hour_factor"]["feature"]
        factors = {hour: stated[f"hour={hour}"] for hour in range(24)}
        profile = dict.fromkeys(asked, factors)
    for row in levels:
        of_level = [h for h in hours if h["level"] == row["level"]]
        counts = profile[row["level"]]
        day_sum = asked[row["level"]] * sum(counts.values()) / max(counts.values())
        assert row["arrived_per_day"] == pytest.approx(day_sum, abs=4 * math.sqrt(day_sum / 6) + 0.5)
        for hour in range(24):
            expected = 6 * asked[row["level"]] * counts.get(hour, 0) / max(counts.values())
            found = sum(h["arrived_count"] for h in of_level if h["hour"] == hour)
            assert found == pytest.approx(expected, abs=5 * math.sqrt(expected) + 1)
        lost = []
        for day in range(1, 7):
            own = [h for h in of_level if h["replication"] == day]
            assert sum(h["arrived_count"] for h in own) == sum(
                h["served_count"] + h["balked_count"] for h in own
            )
            if sum(h["arrived_count"] for h in own):
                lost.append(sum(h["balked_count"] for h in own) / sum(h["arrived_count"] for h in own))
        assert row["balked_share"] == pytest.approx(np.mean(lost))
        margin = t.ppf(0.975, 5) * np.std(lost, ddof=1) / math.sqrt(len(lost))
        assert row["balked_margin"] == pytest.approx(margin)


def test_what_a_backtest_is_not_given_is_said(database: str, tmp_path: Path) -> None:
    assert database
    (tmp_path / "none.csv").write_text("id,lon,lat,l2_ports\n", encoding="utf-8")
    for options, words in (
        (["--as-of", "2022-13", "--built", str(tmp_path / "none.csv")], "is not a date"),
        (["--as-of", "2022-07", "--built", str(tmp_path / "none.csv")], "none.csv has no records."),
        (["--as-of", "2022-07", "--built", str(tmp_path / "no.csv")], "does not exist"),
    ):
        ended = run("model.backtest", *options, "--region", str(folder_at(SMALL) / "sample.toml"))
        assert ended.returncode == 2
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr
