"""Hostile files: each ends in rows and rejects, or in one sentence; nothing else is raised, nothing hangs."""

from __future__ import annotations

import gzip
import io
import itertools
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.common.errors import UsageError
from etl.region.sources import (
    AddressSource,
    AfdcSource,
    BoundarySource,
    CandidateColumns,
    CandidateSource,
    EvCountSource,
    ExclusionSource,
    FeederColumns,
    FeederSource,
    GrantAreaColumns,
    GrantAreaSource,
    GridAreaColumns,
    GridAreaSource,
    GridColumns,
    GridSource,
    JobColumns,
    JobSource,
    OpenChargeMapSource,
    OsmSource,
    PlanningAreaSource,
    PopulationColumns,
    PopulationSource,
    PostalAreaColumns,
    PostalAreaSource,
    ProjectionSource,
    ReferenceDemandSource,
    ReferencePlanSource,
    RoadSource,
    SessionColumns,
    SessionSource,
    TransitSource,
    UtilisationSource,
)
from etl.sources import (
    addresses,
    afdc,
    areas,
    candidates,
    census_profile,
    ev_counts,
    exclusions,
    feeders,
    grant_areas,
    grid,
    jobs,
    openchargemap,
    places,
    population,
    projections,
    reference,
    roads,
    sessions,
    transit,
    utilisation,
)
from etl.sources.base import LISTED_MAX, Batch, Frame
from tests.support.etl_frame import FRAME
from tests.support.toy_town.build import write_sources

Reader = Callable[[Path, Frame], Batch]
PEOPLE = PopulationSource(
    path="x",
    loader="points_csv",
    columns=PopulationColumns(id="key", lon="lon", lat="lat", population="people"),
)
POLYGONS = PopulationSource(path="x", loader="vector", columns=PopulationColumns(population="people"))
GRID = GridSource(path="x", columns=GridColumns(summer_limit_mw="summer_limit_mw", is_verified="verified"))
GRID_AREAS = GridAreaSource(path="x", columns=GridAreaColumns(limit_mw="key"))
FEEDERS = FeederSource(
    path="x", columns=FeederColumns(id="key", distributor="name", capacity="name", capacity_range="key")
)
JOBS = JobSource(
    path="x",
    loader="points_csv",
    columns=JobColumns(id="key", lon="lon", lat="lat", jobs="people"),
)
JOB_LAYER = JobSource(path="x", loader="vector", columns=JobColumns(jobs="people"))
POSTAL_AREAS = PostalAreaSource(path="x", columns=PostalAreaColumns(key="fsa"))
PROFILE_HEAD = "YEAR,DGUID,ALT_GEO_CODE,CHARACTERISTIC_ID,CHARACTERISTIC_NAME,C1_COUNT_TOTAL\n"


def read_profile(path: Path, frame: Frame) -> Batch:
    """Read a census profile of the area 35300001; a text is packed first, so that damage is inside."""
    with tempfile.TemporaryDirectory() as folder:
        outline, packed = Path(folder, "areas.geojson"), Path(folder, "profile.zip")
        ring = "[[[-80.5,43.4],[-80.49,43.4],[-80.49,43.41],[-80.5,43.4]]]"
        outline.write_text(geojson(ring, properties='{"key":"35300001"}'))
        packed.write_bytes(path.read_bytes() if path.suffix == ".zip" else table_zip(path.read_bytes()))
        source = PopulationSource.model_validate({
            "path": "x", "loader": "statcan_profile", "geometry": {"path": "x", "key": "key"},
            "columns": {"id": "ALT_GEO_CODE", "population": "1", "dwellings": "4"},
        })  # fmt: skip
        return census_profile.read_profile(packed, source, frame, outline)


def table_zip(text: bytes, *, method: int = 8, is_damaged: bool = False) -> bytes:
    """Return a .zip of one table; it may say another way of packing, or its content may not be what it was."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr("t.csv", text)
    content = bytearray(file.getvalue())
    directory = content.index(b"PK\x01\x02")
    content[8], content[directory + 10] = method, method
    if is_damaged:
        content[14] ^= 1
        content[directory + 16] ^= 1
    return bytes(content)


CANDIDATES = CandidateSource(
    path="x", columns=CandidateColumns(id="key", name="name", suitability_share="fit")
)
GRANT_AREAS = GrantAreaSource(path="x", columns=GrantAreaColumns(area_type="key", name="name"))
EXCLUSIONS = ExclusionSource(path="x", ground="flood")
CANDIDATE_LAYER = CandidateSource(path="x", loader="vector", columns=CandidateColumns(id="key"))

SESSIONS = SessionSource(
    path="x",
    time_zone="America/Toronto",
    columns=SessionColumns(
        station="station", start="start", end="end", duration="minutes", energy="kwh", level="level"
    ),
)

READERS: dict[str, Reader] = {
    "addresses": lambda p, f: addresses.read_addresses(p, AddressSource(path="x"), f),
    "afdc": lambda p, f: afdc.read_afdc(p, AfdcSource(path="x"), f),
    "boundary": lambda p, f: areas.read_boundary(p, BoundarySource(path="x"), f),
    "planning_areas": lambda p, f: areas.read_planning_areas(p, PlanningAreaSource(path="x"), f),
    "ev_counts": lambda p, f: ev_counts.read_ev_counts(p, EvCountSource(path="x"), f),
    "grid": lambda p, f: grid.read_grid(p, GRID, f),
    "openchargemap": lambda p, f: openchargemap.read_openchargemap(p, OpenChargeMapSource(path="x"), f),
    "places": lambda p, f: places.read_places(p, OsmSource(path="x"), f),
    "population": lambda p, f: population.read_points(p, PEOPLE, f, None),
    "polygons": lambda p, f: population.read_layer(p, POLYGONS, f),
    "jobs": lambda p, f: jobs.read_job_table(p, JOBS, f, None),
    "job_layer": lambda p, f: jobs.read_job_layer(p, JOB_LAYER, f),
    "grid_areas": lambda p, f: areas.read_grid_areas(p, GRID_AREAS, f),
    "feeders": lambda p, f: feeders.read_feeders(p, FEEDERS, f),
    "postal_areas": lambda p, f: areas.read_postal_areas(p, POSTAL_AREAS, f),
    "profile": read_profile,
    "reference_plan": lambda p, f: reference.read_reference_plan(p, ReferencePlanSource(path="x"), f),
    "candidates": lambda p, f: candidates.read_candidates(p, CANDIDATES, f),
    "exclusions": lambda p, f: exclusions.read_exclusions(p, EXCLUSIONS, f),
    "grant_areas": lambda p, f: grant_areas.read_grant_areas(p, GRANT_AREAS, f),
    "candidate_layer": lambda p, f: candidates.read_candidates(p, CANDIDATE_LAYER, f),
    "projections": lambda p, f: projections.read_projections(p, ProjectionSource(path="x"), f),
    "utilisation": lambda p, f: utilisation.read_utilisation(p, UtilisationSource(path="x"), f),
    "sessions": lambda p, f: sessions.read_sessions(p, SESSIONS, f),
    "reference": lambda p, f: reference.read_reference_demand(p, ReferenceDemandSource(path="x"), f),
    "roads": lambda p, f: roads.read_roads(p, RoadSource(path="x", ferries=True), f),
    "transit": lambda p, f: transit.read_transit(p, TransitSource(path="x"), f),
}
SEEDS = {  # a good file of each kind, written by Toy Town
    "addresses": "people.csv", "afdc": "afdc.csv", "boundary": "boundary.geojson",
    "planning_areas": "planning_areas.geojson", "ev_counts": "ev.csv", "grid": "grid.csv",
    "openchargemap": "openchargemap.json", "places": "town.osm.pbf", "population": "people.csv",
    "polygons": "planning_areas.geojson", "reference": "people.csv", "roads": "town.osm.pbf",
    "transit": "transit.gtfs.zip", "grid_areas": "planning_areas.geojson", "feeders": "planning_areas.geojson",
    "postal_areas": "postal_areas.geojson", "profile": "profile.csv", "reference_plan": "plan.csv",
    "projections": "projections.csv", "utilisation": "utilisation.csv", "sessions": "sessions.csv", "candidates": "candidates.csv", "candidate_layer": "planning_areas.geojson",
    "exclusions": "planning_areas.geojson", "grant_areas": "planning_areas.geojson", "jobs": "people.csv", "job_layer": "planning_areas.geojson",
}  # fmt: skip
MORE_SEEDS = {  # what Toy Town lacks
    "profile.csv": PROFILE_HEAD
    + '2021,S,35300001,1,"Population, 2021",200\n2021,S,35300001,4,Dwellings,90\n',
    "plan.csv": "lon,lat,l2_initial,l2_final,l3_initial,l3_final\n-80.5,43.4,1,2,0,1\n-80.49,43.41,0,4,,\n",
    "candidates.csv": "key,name,fit,lon,lat\nL1,Square,0.5,-80.5,43.4\nL2,,,-80.49,43.41\n",
    "sessions.csv": (
        "station,start,end,minutes,kwh,level\nTown Hall,2019-01-07 10:30,2019-01-07 12:00,90,8.6,Level 2\n"
        "Town Hall,13/01/2019 1:30 PM,2019-01-13T20:00:00Z,1:30:00,0,DC\n"
    ),
    "projections.csv": "year,population\n2031,1200\n2051,1500.5\n",
    "utilisation.csv": "station_id,utilisation_share\nocm:900001,0.25\nafdc:17,1\nosm:n5,0\n",
}


def geojson(coordinates: str, kind: str = "Polygon", properties: str = "{}") -> str:
    shape = f'{{"type":"{kind}","coordinates":{coordinates}}}'
    feature = f'{{"type":"Feature","properties":{properties},"geometry":{shape}}}'
    return f'{{"type":"FeatureCollection","features":[{feature}]}}'


def entities(root: str, inside: str) -> str:
    """Return XML whose entities would unfold to gigabytes."""
    names = ["e0", *(f"e{i}" for i in range(1, 12))]
    lines = [
        '<!ENTITY e0 "x">',
        *(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names)),
    ]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]><{root}>{inside.replace("BOMB", "&e11;")}</{root}>'


def archive(**tables: str | bytes) -> bytes:
    """Return a feed with some tables changed; an empty one is left out."""
    good: dict[str, str | bytes] = {
        "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,Hall,43.4,-80.5\nB,End,43.41,-80.5\n",
        "routes": "route_id,route_type\nR,3\n",
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "W,1,1,1,1,1,0,0,20240902,20240906\n",
        "trips": "route_id,service_id,trip_id\nR,W,T\n",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T,25:00:00,25:00:00,A,1\nT,26:34:00,26:34:00,B,2\n",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        for name, text in (good | tables).items():
            if text:
                found.writestr(name if "/" in name or "." in name else f"{name}.txt", text)
    return file.getvalue()


POINT = "lon,lat\n-80.5,43.4\n"
ONE_PLACE = (
    '<osm version="0.6"><node id="1" lat="43.4" lon="-80.5"/>'
    '<way id="1"><nd ref="1"/><nd ref="1"/><tag k="highway" v="residential"/></way></osm>'
)
WIDE = ",".join(f"c{i}" for i in range(300_000))
REFUSED = [
    ("addresses", "t.csv", f"lon,lat,{WIDE}\n", "longer than"),
    ("addresses", "t.csv", f"lon,lat,{WIDE[:60_000]}\n", "columns"),
    ("addresses", "t.csv", "lon,lat\n" + "1" * 2_000_000, "longer than"),
    ("addresses", "t.csv.gz", gzip.compress(b"lon,lat\n" + (b"1,2" + b" " * 10_000 + b"\n") * 1_500, mtime=0), "times its size"),
    ("addresses", "t.csv.gz", gzip.compress(bytes(5_000_000), mtime=0), "NUL character"),
    ("addresses", "t.csv", POINT + "\x00", "NUL character"),
    ("addresses", "t.csv", b"lon,lat\n-80.5,43.4\xff\n", "line 2 has a byte"),
    ("addresses", "t.csv", 'lon,lat\n"-80.5,43.4\n', "unclosed|cannot be read beyond"),
    ("addresses", "t.csv", "", "is empty"),
    ("addresses", "t.zip", table_zip(POINT.encode(), is_damaged=True), "cannot be read: Bad CRC"),
    ("addresses", "t.zip", table_zip(POINT.encode(), method=9), "compression method is not supported"),
    ("profile", "p.zip", table_zip(PROFILE_HEAD.encode() * 9, is_damaged=True), "cannot be read: Bad CRC"),
    ("profile", "p.zip", table_zip(PROFILE_HEAD.encode(), method=9), "compression method is not supported"),
    ("profile", "p.zip", table_zip(PROFILE_HEAD.encode("utf-16")), "is not utf-8"),
    ("boundary", "b.geojson", "[" * 200_000, "cannot be read as a vector layer"),
    ("boundary", "b.geojson", geojson("[" * 5_000 + "]" * 5_000), "cannot be read as a vector layer"),
    ("boundary", "b.geojson", geojson("[[[1,1],[1e999,2],[2,2],[1,1]]]"), "cannot be read as a vector layer"),
    ("boundary", "b.geojson", geojson("[[[1,1],[NaN,2],[2,2],[1,1]]]"), "no polygon"),
    ("boundary", "b.geojson", geojson("[[[-80.5,43.4],[-80.4,43.5],[-80.4,43.4]]]"), "no polygon"),
    ("boundary", "b.geojson", "<html>gone</html>", "cannot be read as a vector layer"),
    ("boundary", "b.geojson", "", "cannot be read as a vector layer"),
    ("boundary", "b.kml", entities("kml", "<Placemark><name>BOMB</name></Placemark>"), "vector layer|no features"),
    ("boundary", "b.vrt", "<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", "refers to another"),
    ("openchargemap", "o.json", "[" * 100_000, "not valid JSON"),
    ("openchargemap", "o.json", '[{"ID": ' + "9" * 5_000 + "}]", "not valid JSON"),
    ("openchargemap", "o.json", b'[{"AddressInfo": "\xe9"}]', "not valid JSON"),
    ("openchargemap", "o.json.gz", gzip.compress(b"[]", mtime=0)[:-9], "not valid JSON"),
    ("roads", "r.osm", entities("osm", '<node id="1" lat="1" lon="1"><tag k="a" v="BOMB"/></node>'), "entities"),
    ("places", "r.osm", entities("osm", '<node id="1" lat="1" lon="1"><tag k="a" v="BOMB"/></node>'), "entities"),
    ("roads", "r.osm", '<osm version="0.6"><node id="99999999999999999999" lat="1" lon="1"/></osm>', "illegal id"),
    ("roads", "r.osm", ONE_PLACE, "leads from one place to another"),
    ("roads", "r.osm.pbf", "<html>", "is a web page, not a map"),
    ("places", "r.osm.pbf", "", "is empty"),
    ("transit", "g.zip", archive(**{"../evil.txt": "x"}), "outside its own folder"),
    ("transit", "g.zip", archive(**{"C:\\evil.txt": "x"}), "outside its own folder"),
    ("transit", "g.zip", archive(shapes=bytes(20_000_000)), "times its size"),
    ("transit", "g.zip", archive(stops="stop_id,stop_lat,stop_lon," + WIDE[:60_000] + "\nA,1,1\n"), "columns"),
    ("transit", "g.zip", archive(calendar=""), "no day with service"),
    ("transit", "g.zip", archive(stops=""), r"stops\.txt is missing"),
    ("transit", "g.zip", archive(calendar_dates="service_id,date,exception_type\nW,29990101,1\n"), "is not a day of"),
    ("transit", "g.zip", archive()[:-30], "cannot be read as a GTFS feed"),
    ("transit", "g.zip", b"", "cannot be read as a GTFS feed"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "content", "words"), REFUSED, ids=lambda v: str(v)[:24])
def test_refused_in_one_sentence(
    tmp_path: Path, kind: str, name: str, content: str | bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UsageError, match=words) as error:
        READERS[kind](path, Frame())
    assert error.value.hint
    assert len(error.value.message) < 500
    assert [item.name for item in tmp_path.iterdir()] == [name], "it left something behind"


def test_a_file_that_is_cut_short(tmp_path: Path) -> None:
    write_sources(tmp_path)
    content = (tmp_path / "town.osm.pbf").read_bytes()
    for length in (10, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.osm.pbf").write_bytes(content[:length])
        for kind in ("roads", "places"):
            with pytest.raises(
                UsageError, match=r"cannot be read as an OpenStreetMap file|is not an OpenStreetMap file"
            ):
                READERS[kind](tmp_path / "cut.osm.pbf", Frame())


def test_formulas_quotes_markup_and_statements_are_text(tmp_path: Path) -> None:
    texts = [
        '=HYPERLINK("http://x")',
        "'; drop table raw.load; --",
        "<script>alert(1)</script>",
        "[bold]x[/]",
    ]
    lines = "".join(f'-80.5,43.4,"{text.replace(chr(34), chr(34) * 2)}"\n' for text in texts)
    (tmp_path / "t.csv").write_text("\ufefflon,lat,street\n" + lines)
    source = AddressSource.model_validate({"path": "x", "columns": {"street": "street"}})
    (table,) = addresses.read_addresses(tmp_path / "t.csv", source, FRAME).tables
    assert [row[table.columns.index("street")] for row in table.rows] == texts


def test_ids_beyond_32_bits_are_kept(tmp_path: Path) -> None:
    far = 2**53 + 1
    nodes = "".join(f'<node id="{far + i}" lat="{43.4 + i / 1000}" lon="-80.5"/>' for i in range(2))
    way = f'<way id="{far}"><nd ref="{far}"/><nd ref="{far + 1}"/><tag k="highway" v="residential"/></way>'
    (tmp_path / "r.osm").write_text(f'<osm version="0.6">{nodes}{way}</osm>')
    table = READERS["roads"](tmp_path / "r.osm", Frame()).tables[0]
    assert [row[1] for row in table.rows] == [far, far + 1]


def test_swapped_axes_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("lon,lat\n" + "43.4,-80.5\n" * 3)
    batch = READERS["addresses"](tmp_path / "t.csv", FRAME)
    assert (batch.row_count, batch.rejects.is_swapped) == (0, True)
    (tmp_path / "t.csv").write_text("lon,lat\n" + "7,47\n" * 3)
    assert not READERS["addresses"](tmp_path / "t.csv", FRAME).rejects.is_swapped


def test_rejects_without_end_are_counted(tmp_path: Path) -> None:
    more = 7
    (tmp_path / "t.csv").write_text("lon,lat\n" + "1e999,43\n" * (LISTED_MAX + more))
    batch = READERS["addresses"](tmp_path / "t.csv", FRAME)
    assert batch.reject_count == LISTED_MAX + more
    assert len(batch.rejects) == LISTED_MAX + 1
    assert batch.fault_share == 1


@pytest.mark.parametrize(
    ("tables", "departures"),
    [
        ({}, 1),
        ({"stops": "\ufeffstop_id, stop_name, stop_lat, stop_lon\nA,H,43.4,-80.5\nB,E,43.41,-80.5\n"}, 1),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nT,06:00:00,25:00:00,600\n"}, 114),
        ({"calendar": "", "calendar_dates": " service_id, date, exception_type\nW,20240902,1\n"}, 1),
        ({"stop_times": "trip_id,stop_id,stop_sequence\nT,A,1e999\nT,A,1\nT,B,2\n"}, 1),
    ],
)
def test_odd_feeds_that_are_feeds(tmp_path: Path, tables: dict[str, str], departures: int) -> None:
    (tmp_path / "g.zip").write_bytes(archive(**tables))
    counts = [row[-1] for row in READERS["transit"](tmp_path / "g.zip", FRAME).tables[1].rows]
    assert counts == [departures]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    folder = tmp_path_factory.mktemp("seeds")
    write_sources(folder)
    for name, text in MORE_SEEDS.items():
        (folder / name).write_text(text)
    return {kind: (name, (folder / name).read_bytes()) for kind, name in SEEDS.items()}


WORDS = [
    b"\x00", b"\xff", b'"', b",", b"\n", b"\r", b"'", b"-1", b"1e999", b"NaN", b"null", b"{}", b"[[", b"]]",
    b"9" * 40, b"\xef\xbb\xbf", "\u202e\U0001f600".encode(), b"<b>", b"=1+1", b"2999-01-01", b"true",
]  # fmt: skip
EDIT = st.tuples(
    st.floats(0, 1), st.sampled_from([0, 0, 1, 3, 50]), st.sampled_from(WORDS) | st.binary(max_size=6)
)


def mutated(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for place, cut, word in edits:
        at = int(place * len(content))
        content = content[:at] + word + content[at + cut :]
    return content


def holds(kind: str, path: Path) -> None:
    """Rows and rejects, or one sentence: nothing else may happen."""
    for frame in (Frame(), FRAME):
        try:
            batch = READERS[kind](path, frame)
        except UsageError:
            continue
        assert all(len(row) == len(table.columns) for table in batch.tables for row in table.rows)


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_rows_and_rejects_or_a_sentence(
    tmp_path: Path, seeds: dict[str, tuple[str, bytes]], kind: str, data: st.DataObject
) -> None:
    name, content = seeds[kind]
    damaged = mutated(content, data.draw(st.lists(EDIT, min_size=1, max_size=4)))
    (tmp_path / name).write_bytes(
        data.draw(st.sampled_from([damaged, damaged, damaged, None])) or data.draw(st.binary())
    )
    holds(kind, tmp_path / name)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(["stops", "routes", "calendar", "trips", "stop_times"]),
    edits=st.lists(EDIT, min_size=1, max_size=3),
)
def test_any_damage_within_a_feed(tmp_path: Path, table: str, edits: list[tuple[float, int, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(archive())) as good:
        damaged: dict[str, Any] = {table: mutated(good.read(f"{table}.txt"), edits)}
    (tmp_path / "g.zip").write_bytes(archive(**damaged))
    holds("transit", tmp_path / "g.zip")
