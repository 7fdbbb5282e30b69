"""The load as a whole, on a real database: one transaction, provenance, repeatable, safe to fail."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from etl.load import load_region
from etl.loading.summary import LoadSummary
from etl.report import read_report
from etl.sources.stored import store_rows
from tests.support.processes import run
from tests.support.toy_town.build import write_sources

Connection = psycopg.Connection[Any]
OPTIONAL = (
    "boundary", "planning_areas", "ev_counts", "postal_areas", "openchargemap", "afdc", "transit", "grid",
)  # fmt: skip


def one(conn: Connection, query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row and len(row) == 1 else row


def load(region: Path, conn: Connection, **options: Any) -> LoadSummary:
    summary = load_region(str(region), conn, **options)
    conn.commit()
    return summary


def test_provenance_of_every_file(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    steps: list[str] = []
    summary = load(region, connection, progress=steps.append)
    assert summary.is_new
    assert (summary.region, summary.is_synthetic, summary.metric_srid) == ("toy_town", True, 26917)
    assert (
        one(connection, "select region_sha256 from raw.load where is_current")
        == hashlib.sha256(region.read_bytes()).hexdigest()
    )
    rows = connection.execute("select source, file_name, sha256, size_bytes, licence from raw.load_source")
    found = rows.fetchall()
    assert {source for source, *_ in found} == {*OPTIONAL, "roads", "places", "population"}
    for _, name, digest, size, licence in found:
        content = (region.parent / name).read_bytes()
        assert (digest, size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert licence == "drawn for tests"
    assert any(step.startswith("roads: ") for step in steps)
    assert "core.demand_cell" in steps
    assert one(connection, "select count(*) from raw.site_registry") == one(
        connection, "select count(*) from core.site_key"
    )


def test_what_each_step_took_is_kept_in_order(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    told: list[str] = []
    counts: list[int] = []
    summary = load(region, connection, progress=told.append, expect=counts.append)
    assert counts == [len(told[told.index(next(s for s in told if ": " in s)) :])]
    rows = connection.execute(
        "select step, elapsed_s, loader_s, other_s from report.load_step order by step_number"
    ).fetchall()
    steps = [step for step, *_ in rows]
    assert steps == ["opening the region", *told[: len(steps) - 1]]
    assert steps[-1] == "checking the data"
    assert {"core.demand_cell", "analysis.route"} < set(steps)
    assert all(elapsed >= 0 and loader >= 0 and other >= 0 for _, elapsed, loader, other in rows)
    assert 0 < sum(elapsed for _, elapsed, *_ in rows) <= summary.seconds
    assert [row["step"] for row in read_report(connection)["steps"]] == [
        step for step, *_ in sorted(rows, key=lambda row: -row[1])
    ]
    load(region, connection)  # what is loaded already keeps its steps
    assert one(connection, "select count(*) from raw.load_step") == len(rows)


def test_equal_content_changes_nothing(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    first = load(region, connection)
    second = load(region, connection)
    assert (second.is_new, second.load_id) == (False, first.load_id)
    assert (second.sources, second.assumptions) == (first.sources, first.assumptions)
    assert one(connection, "select count(*) from raw.load") == 1


def test_sites_keep_their_numbers_and_former_loads_are_pruned(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    first = load(region, connection)
    sites = dict(connection.execute("select site_key, site_id from core.site").fetchall())
    region.write_text(region.read_text() + "\n# another word\n")
    second = load(region, connection)
    assert second.is_new
    assert dict(connection.execute("select site_key, site_id from core.site").fetchall()) == sites
    assert one(connection, "select load_id from raw.load where is_current") == second.load_id
    assert one(connection, "select count(*) from raw.load") == 2
    assert load(region, connection, prune=True).pruned_count == 1
    assert one(connection, "select array_agg(load_id) from raw.load") == [second.load_id]
    assert first.load_id != second.load_id


@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("town.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader", r"town\.osm\.pbf cannot be read"),
        ("openchargemap.json", b"[{", r"openchargemap\.json is not valid JSON"),
        ("people.csv", b"", r"people\.csv is empty"),
        ("people.csv", b"key,lon,lat,people,dwellings,households\nP1,0,0,many,1,1\n", "100% of the records"),
        (
            "people.csv",
            b"key,lon,lat,people,dwellings,households\nP1,7,47,5,1,1\n",
            "with people lies in the region",
        ),
        ("transit.gtfs.zip", b"PK", r"transit\.gtfs\.zip cannot be read"),
        ("afdc.csv", None, "was not found; tried"),
    ],
)
def test_a_failed_load_leaves_the_former_one(
    connection: Connection, tmp_path: Path, name: str, damage: bytes | None, words: str
) -> None:
    region = write_sources(tmp_path)
    load(region, connection)
    before = connection.execute("select * from core.demand_cell order by cell_id").fetchall()
    (tmp_path / name).unlink()
    if damage is not None:
        (tmp_path / name).write_bytes(damage)
    with pytest.raises(UsageError, match=words):
        load_region(str(region), connection)
    connection.rollback()
    assert one(connection, "select count(*) from raw.load") == 1
    assert one(connection, "select count(*) from raw.load where is_current") == 1
    assert connection.execute("select * from core.demand_cell order by cell_id").fetchall() == before


def test_a_failure_in_the_last_step_leaves_the_former_load(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    load(region, connection)
    region.write_text(region.read_text().replace('title = "Toy Town"', 'title = "Other"'))
    connection.execute(
        """
        create function public.refuse() returns event_trigger language plpgsql as $$
        begin
            if exists (
                select from pg_event_trigger_ddl_commands() where object_identity = 'plan.alembic_version'
            ) then
                raise 'the last step fails';
            end if;
        end
        $$
        """
    )
    connection.execute(
        "create event trigger refuse on ddl_command_end when tag in ('COMMENT') execute function public.refuse()"
    )
    connection.commit()
    with pytest.raises(psycopg.errors.RaiseException, match="the last step fails"):
        load_region(str(region), connection)
    connection.rollback()
    assert one(connection, "select title from raw.load where is_current") == "Toy Town"
    assert one(connection, "select title from core.region") == "Toy Town"
    assert (
        one(connection, "select count(*) from raw.road_edge where load_id <> (select load_id from raw.load)")
        == 0
    )


def test_roads_and_people_alone(connection: Connection, tmp_path: Path) -> None:
    region = write_sources(tmp_path, without=OPTIONAL)
    text = re.sub(r"metric_crs.*\n", "", region.read_text())
    region.write_text(text)
    summary = load(region, connection)
    assert summary.metric_srid == 32617
    assert one(connection, "select sum(population) from core.demand_cell") == pytest.approx(1000)
    assert one(connection, "select is_stand_in from core.region")
    missing = {
        source
        for (source,) in connection.execute("select distinct topic from analysis.assumption").fetchall()
    }
    assert {"boundary", "planning_areas", "ev_counts", "openchargemap", "afdc", "transit", "grid"} <= missing
    assert one(connection, "select count(*) from core.site") > 0
    assert one(connection, "select count(*) from analysis.road_distance") > 0


def test_counts_of_vehicles_without_outlines_are_said_to_be_unused(
    connection: Connection, tmp_path: Path
) -> None:
    summary = load(write_sources(tmp_path, without=("postal_areas",)), connection)
    assert any("outlines of their postal areas are missing" in sentence for sentence in summary.assumptions)
    assert one(connection, "select count(*) from core.demand_cell where ev_count > 0") == 0


def test_the_sample_is_labelled_and_ignores_data_dir(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boundary").mkdir()
    (tmp_path / "boundary" / "region.geojson").write_text("somebody else's file")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    summary = load_region("sample", connection, scale=0.05)
    connection.commit()
    assert summary.is_synthetic
    assert summary.is_new
    assert not load_region("sample", connection, scale=0.05).is_new


LIECHTENSTEIN = """
[region]
name = "liechtenstein"
title = "Liechtenstein with made-up people"
is_synthetic = true

[sources.roads]
path = "liechtenstein-latest.osm.pbf"
licence = "ODbL 1.0"
data_date = 2015-07-27
retrieved_on = 2024-11-01

[sources.population]
loader = "points_csv"
path = "people.csv"
columns = { id = "id", lon = "lon", lat = "lat", population = "people" }

[[sources.openchargemap]]
path = "openchargemap_LI_18.json"
"""
PEOPLE = """id,lon,lat,people
Vaduz,9.5215,47.1410,5400
Schaan,9.5092,47.1650,6000
Balzers,9.5031,47.0663,4600
Triesen,9.5280,47.1079,5200
Eschen,9.5222,47.2107,4400
Mauren,9.5442,47.2187,4300
"""


@pytest.fixture
def liechtenstein(shared: Path, tmp_path: Path) -> Path:
    for path in (shared / "data" / "liechtenstein").iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "li.toml").write_text(LIECHTENSTEIN)
    return tmp_path / "li.toml"


def test_liechtenstein_by_a_region_file_alone(connection: Connection, liechtenstein: Path) -> None:
    summary = load(liechtenstein, connection)
    assert summary.metric_srid == 32632
    counts = {source.source: (source.row_count, source.reject_count) for source in summary.sources}
    assert counts["roads"] == (1_757 + 4_184 + 8, 8 + 14), (
        "8 hang together with nothing, 14 are closed to cars"
    )
    assert counts["openchargemap"] == (18, 0)
    assert counts["population"] == (6, 0)
    assert one(connection, "select sum(population) from core.demand_cell") == pytest.approx(29_900)
    assert one(connection, "select count(*) from core.charging_station") >= 14
    assert one(connection, "select data_date from raw.load_source where source = 'roads'") == "2015-07-27"
    assert not load(liechtenstein, connection).is_new


def test_the_command_shows_steps_and_outcome_apart(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGION", str(write_sources(tmp_path)))
    done = run("etl.load")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "roads: town.osm.pbf" in done.stderr
    assert "Toy Town (synthetic: made up" in done.stdout
    assert "unchanged" in run("etl.load").stdout
    with psycopg.connect(database) as conn:
        assert one(conn, "select count(*) from raw.load") == 1


@pytest.mark.usefixtures("database")
def test_the_user_s_mistake_is_one_sentence_and_a_next_step(tmp_path: Path) -> None:
    region = write_sources(tmp_path)
    region.write_text(region.read_text().replace("[settings]", "[settings]\nhexagon_edge = 3"))
    for name, words in ((str(region), "'hexagon_edge_m'"), ("waterlo", "did you mean 'waterloo'")):
        done = run("etl.load", "--region", name)
        assert done.returncode == 2
        assert words in done.stderr
        assert "next: " in done.stderr
        assert "Traceback" not in done.stderr


def test_copy_takes_rows_as_they_are_stored(connection: Connection) -> None:
    rows = [
        (1, "a\tb\\n\n\r\\.", 0.1, True, dt.date(2024, 2, 29), [1, 2]),
        (2, "\\N", 1e-300, False, dt.date(1999, 1, 1), []),
        (3, None, None, None, None, None),
        (4, "", 5.0, True, dt.date(2030, 1, 1), [-7]),
    ]
    connection.execute(
        "create temporary table held (load_id int, source_id int, n int, t text, x float8, b bool, d date, i bigint[])"
    )
    with connection.cursor().copy("copy held from stdin") as copy:
        for block in store_rows(rows).blocks((7, 3)):
            copy.write(block)
    assert connection.execute("select * from held order by n").fetchall() == [(7, 3, *row) for row in rows]
