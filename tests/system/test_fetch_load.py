"""A region whose every source is fetched, from the region file to the views; and the order file, url, live."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely
from psycopg import sql
from typer.testing import CliRunner

from db.common.errors import FetchError, UsageError
from etl.fetch.services import OPENCHARGEMAP_KEY
from etl.load import app, load_region
from etl.loading.find import find_files
from etl.region.file import read_region
from etl.region.sources import PopulationSource
from etl.sources.base import Batch, Frame
from etl.sources.census_profile import read_profile
from etl.sources.population import read_points
from etl.sources.registry import source_types
from tests.support.etl_frame import outside, rows, write
from tests.support.live_town import STATUS, arcgis, ckan, openchargemap, overpass, profile, quick, region
from tests.support.toy_town.build import write_sources
from tests.support.web import Web, serving

Connection = psycopg.Connection[Any]
SECRET = "key-of-nobody"  # noqa: S105 - opens nothing
OLD = "FSA,BEV,PHEV,TotalEV\nT1A,35,15,50\nT1B,30,10,40\n"
VIEWS = ("demand_cell", "charging_station", "road_edge", "site", "planning_area", "transit_stop", "grid_area")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATA_DIR", raising=False)
    monkeypatch.setenv("CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(OPENCHARGEMAP_KEY, SECRET)


def live_town(web: Web, folder: Path) -> Path:
    """Serve all of Toy Town, and return a region file that knows addresses alone."""
    region = write_sources(folder / "files")
    files = region.parent

    def text(name: str) -> bytes:
        return (files / name).read_bytes()

    web.rules["/api/interpreter"] = overpass(files / "town.osm.pbf")
    web.give("/api/status", STATUS, "text/plain")
    web.rules["/v3/poi"] = openchargemap(json.loads(text("openchargemap.json")))
    quarters = {"Q3 2023": OLD, "Q3 2024": text("ev.csv").decode()}
    services = {
        "boundary.geojson": ("arcgis", arcgis(web, "/gis/16", json.loads(text("boundary.geojson")))),
        "planning_areas.geojson": (
            "arcgis",
            arcgis(web, "/gis/9", json.loads(text("planning_areas.geojson"))),
        ),
        "postal_areas.geojson": ("arcgis", arcgis(web, "/gis/14", json.loads(text("postal_areas.geojson")))),
        "town.osm.pbf": ("overpass", web.url("/api")),
        "people.csv": ("file", web.give("/people.csv", text("people.csv"), "text/csv", ETag='"p1"')),
        "ev.csv": ("ckan", ckan(web, "/package_show", quarters)),
        "openchargemap.json": ("openchargemap", web.url("/v3/poi")),
        "afdc.csv": ("afdc", web.give("/v1.csv", text("afdc.csv"), "text/csv") + "?state=ON"),
        "transit.gtfs.zip": (
            "file",
            web.give("/staticfeeds/1", text("transit.gtfs.zip"), "application/x-zip"),
        ),
        "grid.csv": ("file", web.give("/grid.csv", text("grid.csv"), "text/plain")),
    }
    toml = re.sub(r"data_date = .*\n", "", region.read_text())
    for name, (service, url) in services.items():
        toml = toml.replace(f'path = "{name}"', f'url = "{url}"\nservice = "{service}"')
    assert "path =" not in toml
    live = folder / "live.toml"
    live.write_text(toml)
    return live


def content(conn: Connection) -> dict[str, Any]:
    """Return checksums of views of the core, without numbers that a load gives and the day of the list of stations."""
    found = {}
    for view in VIEWS:
        rows_of = sql.SQL(
            "select (to_jsonb(v) - 'source_id' - 'status_as_of')::text as t from {} as v"
        ).format(sql.Identifier("core", view))
        query = sql.SQL("select count(*), md5(string_agg(t, '|' order by t)) from ({}) as v").format(rows_of)
        found[view] = conn.execute(query).fetchone()
    return found


def test_a_whole_region_from_addresses_alone(web: Web, connection: Connection, tmp_path: Path) -> None:
    live = live_town(web, tmp_path)
    load_region(str(tmp_path / "files" / "toy_town.toml"), connection)
    from_files = content(connection)
    summary = load_region(str(live), connection, client=quick(tmp_path))
    assert content(connection) == from_files
    sources = connection.execute(
        "select source, url, fetched_at, retrieved_on, data_date, sha256, file_name from report.load_source "
        "join raw.load_source using (source_id, source, url, fetched_at, retrieved_on, data_date, file_name) "
        "join raw.load using (load_id) where is_current"
    ).fetchall()
    assert {row[0] for row in sources} == {
        "boundary", "planning_areas", "roads", "places", "population", "postal_areas", "ev_counts", "openchargemap",
        "afdc", "transit", "grid",
    }  # fmt: skip
    today = dt.datetime.now(dt.UTC)
    for source, url, fetched_at, retrieved_on, data_date, digest, name in sources:
        assert url.startswith(web.address), source
        assert abs(today - fetched_at) < dt.timedelta(minutes=30)
        assert retrieved_on == fetched_at.astimezone(dt.UTC).date()
        assert (tmp_path / "cache" / "objects" / digest / name).is_file()
        assert source == "ev_counts" or data_date == retrieved_on.isoformat()
    assert {row[4] for row in sources if row[0] == "ev_counts"} == {"2023-09-30", "2024-09-30"}
    written = [str(row) for row in connection.execute("select s from raw.load_source as s").fetchall()]
    assert SECRET not in "".join(written)
    assert summary.is_new


def test_growth_is_measured_between_quarters(web: Web, connection: Connection, tmp_path: Path) -> None:
    load_region(str(live_town(web, tmp_path)), connection, client=quick(tmp_path))
    found = connection.execute("select * from analysis.ev_growth order by count_date").fetchall()
    inside = dict(connection.execute("select postal_area_key, inside_share from core.postal_area").fetchall())
    first, last = (x * inside["T1A"] + y * inside["T1B"] for x, y in ((50, 40), (100, 80)))
    assert [row[0] for row in found] == [dt.date(2023, 9, 30), dt.date(2024, 9, 30)]
    assert [row[1] for row in found] == pytest.approx([first, last])
    assert (found[0][3], found[0][4], found[0][2]) == (None, None, 2)
    assert found[1][3] == found[1][4] == pytest.approx((last / first) ** (365.25 / 366) - 1)
    total = connection.execute("select sum(ev_count) from core.demand_cell").fetchone()
    assert total == pytest.approx((last,)), "the latest quarter alone is shared among the cells"


def test_nothing_new_changes_nothing_and_offline_asks_nobody(
    web: Web, connection: Connection, tmp_path: Path
) -> None:
    live = live_town(web, tmp_path)
    first = load_region(str(live), connection, client=quick(tmp_path))
    asked = len(web.asked)
    again = load_region(str(live), connection, client=quick(tmp_path))
    assert (again.is_new, again.load_id, len(web.asked)) == (False, first.load_id, asked)
    offline = load_region(str(live), connection, client=quick(tmp_path, is_offline=True))
    assert (offline.is_new, len(web.asked)) == (False, asked)
    refreshed = load_region(str(live), connection, client=quick(tmp_path, is_refreshing=True))
    assert not refreshed.is_new
    assert len(web.asked) > asked
    connection.execute("delete from raw.load")
    fresh = load_region(str(live), connection, client=quick(tmp_path, is_offline=True))
    assert any("the load was offline" in sentence for sentence in fresh.assumptions)


def test_a_source_that_fails_leaves_the_load_as_it_was(
    web: Web, connection: Connection, tmp_path: Path
) -> None:
    live = live_town(web, tmp_path)
    first = load_region(str(live), connection, client=quick(tmp_path))
    before = content(connection)
    web.give("/staticfeeds/1", b"<html><title>Sorry</title>", "text/html")
    with pytest.raises(FetchError, match=r"^transit: http://127.* text/html") as caught:
        load_region(str(live), connection, client=quick(tmp_path, is_refreshing=True))
    assert caught.value.exit_code == 6
    assert content(connection) == before
    assert connection.execute("select load_id from raw.load where is_current").fetchone() == (first.load_id,)
    assert not load_region(str(live), connection, client=quick(tmp_path, is_offline=True)).is_new


def test_a_changed_schema_names_the_column(web: Web, connection: Connection, tmp_path: Path) -> None:
    live = live_town(web, tmp_path)
    web.give("/v1.csv", b"Fuel Type Code,Station ID\nELEC,1\n", "text/csv")
    with pytest.raises(UsageError, match=r"afdc.csv lacks the columns 'ID'"):
        load_region(str(live), connection, client=quick(tmp_path))
    assert connection.execute("select count(*) from raw.load").fetchone() == (0,)


def test_a_total_of_a_date_is_not_that_of_newer_data(
    web: Web, connection: Connection, tmp_path: Path
) -> None:
    live = live_town(web, tmp_path)
    toml = live.read_text()
    total = "\n[totals.ev_count]\nvalue = 90\ntolerance_share = 0.5\ndata_date = "
    live.write_text(f'{toml}{total}"2021-09-30"\n')
    load_region(str(live), connection, client=quick(tmp_path))
    assert connection.execute("select count(*) from raw.load_total").fetchone() == (0,)
    # an earlier quarter that is among the counts is compared with its own
    live.write_text(f'{toml}{total}"2023-09-30"\n')
    load_region(str(live), connection, client=quick(tmp_path))
    compared = "select found_value, is_within from core.source_total where measure = 'ev_count'"
    assert connection.execute(compared).fetchall() == [(90, True)]
    live.write_text(f'{toml}{total}"2024-09-30"\n')
    with pytest.raises(UsageError, match="90"):
        load_region(str(live), connection, client=quick(tmp_path))


def test_without_a_key_openchargemap_is_left_out_and_said(
    web: Web, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(OPENCHARGEMAP_KEY)
    summary = load_region(str(live_town(web, tmp_path)), connection, client=quick(tmp_path))
    assert any("OPENCHARGEMAP_API_KEY is not set" in sentence for sentence in summary.assumptions)
    keys = connection.execute("select split_part(station_key, ':', 1) from core.charging_station").fetchall()
    assert {key for (key,) in keys} == {"afdc", "osm"}


def found_afdc(folder: Path, afdc: str, tmp_path: Path, **options: Any) -> tuple[list[Any], list[Any]]:
    finding = find_files(read_region(str(region(folder, afdc))), quick(tmp_path, **options))
    return [item for item in finding.files if item.source_type.name == "afdc"], finding.notes


def test_a_file_that_is_there_is_taken_before_any_address(web: Web, tmp_path: Path) -> None:
    files = write_sources(tmp_path / "files").parent
    url = web.give("/a.csv", b"x,y\n1,2\n", "text/csv")
    afdc = f'path = "afdc.csv"\nurl = "{url}"\nlicence = "given"\n[sources.afdc.live]\nurl = "{url}"'
    (item,), _ = found_afdc(files, afdc, tmp_path)
    assert (item.path, item.url, item.source.licence) == (files / "afdc.csv", None, "given")
    assert not (tmp_path / "cache").exists(), "a load from files asks nobody and keeps nothing"


def test_then_its_address_then_what_is_live(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_sources(tmp_path / "files").parent
    when = "Wed, 30 Sep 2026 04:00:00 GMT"
    url = web.give("/a.csv", b"x,y\n1,2\n", "text/csv", Last_Modified=when)
    (item,), _ = found_afdc(files, f'path = "gone.csv"\nurl = "{url}"\nlicence = "given"', tmp_path)
    assert (item.url, item.source.licence, item.source.data_date) == (url, "given", "2026-09-30")
    live = f'path = "gone.csv"\nlicence = "given"\n[[sources.afdc.live]]\nurl = "{url}"\nlicence = "live"'
    two = f'{live}\n[[sources.afdc.live]]\npath = "afdc.csv"\nlicence = "second"\ndata_date = "2022"'
    found, _ = found_afdc(files, two, tmp_path)
    assert [(item.name, item.source.licence) for item in found] == [("a.csv", "live"), ("afdc.csv", "second")]
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match=r"DATA_DIR names .*nowhere, which is not a folder"):
        found_afdc(files, f'path = "gone.csv"\nurl = "{url}"', tmp_path)


def test_who_cannot_fetch_is_told_of_the_file(tmp_path: Path) -> None:
    files = write_sources(tmp_path / "files").parent
    with serving() as gone:
        url = gone.url("/a.csv")
    live = f'path = "gone.csv"\n[sources.afdc.live]\nurl = "{url}"'
    with pytest.raises(FetchError, match="could not be fetched, tried 2 times") as caught:
        found_afdc(files, live, tmp_path)
    assert caught.value.hint.endswith("Or put gone.csv into the folder that DATA_DIR names.")


def test_an_optional_file_may_be_missing_and_another_may_not(tmp_path: Path) -> None:
    files = write_sources(tmp_path / "files").parent
    found, notes = found_afdc(files, 'path = "gone.csv"\nis_optional = true', tmp_path)
    assert (found, notes) == (
        [],
        [("afdc", "gone.csv was not found and has no address; the source is left out.")],
    )
    with pytest.raises(UsageError, match=r"gone\.csv was not found; tried"):
        found_afdc(files, 'path = "gone.csv"', tmp_path)


@pytest.mark.parametrize(
    ("afdc", "said"),
    [
        ("", "sources.afdc: give a path, a url, or both"),
        ('path = "x"\nservice = "afdc"', "service afdc needs its url"),
        ('path = "x"\nservice = "soap"', "service"),
        ('path = "x"\n[sources.afdc.live]\nuri = "y"', "unknown key sources.afdc.live.uri"),
    ],
)
def test_faults_of_a_region_file(afdc: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        read_region(str(region(tmp_path, afdc)))


def test_what_is_asked_by_place_needs_a_boundary(web: Web, tmp_path: Path) -> None:
    files = write_sources(tmp_path / "files").parent
    path = region(files, 'path = "afdc.csv"')
    path.write_text(
        path.read_text().replace('path = "town.osm.pbf"', f'service = "overpass"\nurl = "{web.url("/api")}"')
    )
    with pytest.raises(UsageError, match="the region has no boundary") as caught:
        find_files(read_region(str(path)), quick(tmp_path))
    assert "sources.boundary" in caught.value.hint


def test_an_extract_is_fetched_whole_and_read_cut(web: Web, tmp_path: Path) -> None:
    files = write_sources(tmp_path / "files").parent
    url = web.give("/ontario-latest.osm.pbf", (files / "town.osm.pbf").read_bytes(), ETag='"e"')
    path = region(files, 'path = "afdc.csv"', '[sources.boundary]\npath = "boundary.geojson"\n')
    path.write_text(path.read_text().replace('path = "town.osm.pbf"', f'service = "extract"\nurl = "{url}"'))
    (item,) = [
        f for f in find_files(read_region(str(path)), quick(tmp_path)).files if f.source_type.name == "roads"
    ]
    assert (item.url, item.name) == (url, "region_of_ontario-latest.osm.pbf")
    assert item.source_type.read(item.path, item.source, Frame()).row_count


def test_the_command_line_asks_all_or_nobody() -> None:
    result = CliRunner().invoke(app, ["--refresh", "--offline"])
    assert isinstance(result.exception, UsageError)
    assert {"--refresh", "--offline"} <= set(re.findall(r"--\w+", CliRunner().invoke(app, ["--help"]).stdout))


DAS = {
    "35300001": (400, 180, 170, 20, 30, 81_000),
    "35300002": ("", "", "", "", "", ""),
    "35300003": (7, 3, 3, 0, 0, "x"),
}
NAMES = (
    "Population, 2021", "Total private dwellings", "Private dwellings occupied by usual residents",
    "Apartment in a building that has fewer than five storeys", "Apartment in a building that has five or more storeys",
    "Median total income of household in 2020 ($)",
)  # fmt: skip


def census(tmp_path: Path, *, drop: str = "") -> tuple[Path, Path, PopulationSource]:
    """Write a profile of three areas and of others, and the outlines of the three and of one more."""
    areas = {"35": (9, 9, 9, 9, 9, 9), "99990001": (5, 5, 5, 5, 5, 5)} | DAS
    text = profile(
        {k: {n: str(v) for n, v in zip(NAMES, vs, strict=True) if n != drop} for k, vs in areas.items()}
    )
    path = tmp_path / "98-401-X2021006_Ontario_eng_CSV.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("98-401-X2021006_English_CSV_data_Ontario.csv", text.encode("cp1252"))
        archive.writestr(
            "98-401-X2021006_Geo_starting_row_Ontario.CSV", "Geo Code,Geo Name,Line Number\n" * 900
        )

    keys = [*DAS, "35300004", "12340001"]
    shapes = [shapely.box(-80.5 + n / 100, 43.4, -80.49 + n / 100, 43.41) for n in range(len(keys))]
    layer = gpd.GeoDataFrame({"DAUID": keys}, geometry=shapes, crs=4326).to_crs(3347)
    layer.to_file(tmp_path / "lda_000b21a_e.shp")
    outlines = tmp_path / "lda_000b21a_e.zip"
    with zipfile.ZipFile(outlines, "w") as archive:
        for part in tmp_path.glob("lda_000b21a_e.[!z]*"):
            archive.write(part, part.name)
    source = PopulationSource.model_validate({
        "loader": "statcan_profile", "path": str(path), "encoding": "cp1252",
        "geometry": {"path": str(outlines), "key": "DAUID", "where": "DAUID LIKE '3530%'"},
        "columns": {"id": "ALT_GEO_CODE", "population": NAMES[0], "dwellings": NAMES[1], "households": "3",
                    "apartments": [NAMES[3], NAMES[4]], "income": NAMES[5]},
    })  # fmt: skip
    return path, outlines, source


def test_the_census_profile_by_dissemination_area(tmp_path: Path) -> None:
    path, outlines, source = census(tmp_path)
    batch = read_profile(path, source, Frame(), outlines)
    found = [tuple(row.values())[1:-1] for row in rows(batch, "census_area")]
    assert found == [("35300001", None, 400, 180, 170, 50, 81_000), ("35300003", None, 7, 3, 3, 0, None)]
    faults = [(reject.record, reject.field, reject.reason) for reject in batch.rejects]
    assert ("35300004", "ALT_GEO_CODE", "it has an outline, but is not in the profile") in faults
    assert [field for record, field, _ in faults if "35300002" in record] == ["Population, 2021"]
    assert len(faults) == 2


def test_a_census_profile_that_has_changed(tmp_path: Path) -> None:
    path, outlines, source = census(tmp_path, drop=NAMES[5])
    with pytest.raises(UsageError, match=r"has no characteristic 'Median total income"):
        read_profile(path, source, Frame(), outlines)
    path.write_bytes(b"no archive")
    with pytest.raises(UsageError, match=r"cannot be read as a \.zip"):
        read_profile(path, source, Frame(), outlines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("CSV_data.csv", "CENSUS_YEAR,DGUID,GEO_CODE\n2021,a,b\n")
    with pytest.raises(UsageError, match="has no column ALT_GEO_CODE"):
        read_profile(path, source, Frame(), outlines)


def test_the_geographic_attribute_file_by_dissemination_block(tmp_path: Path) -> None:
    _, outlines, _ = census(tmp_path)
    head = "PRUID_PRIDU,CDUID_DRIDU,DAUID_ADIDU,DBUID_IDIDU,DBPOP2021_IDPOP2021,DBTDWELL2021_IDTLOG2021,DBURDWELL2021_IDRHLOG2021"
    lines = [
        head,
        "35,3530,35300001,35300001,120,50,48",
        "35,3530,35300002,35300002,0,0,0",
        "24,2466,1,2,77,7,7",
    ]
    path = tmp_path / "2021_92-151_X.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2021_92-151_X.csv", "\r\n".join(lines) + "\r\n")
        archive.writestr("readme.txt", "Fichier des attributs g\u00e9ographiques")
    source = PopulationSource.model_validate({
        "loader": "points_csv", "path": str(path), "encoding": "cp1252", "rows": {"CDUID_DRIDU": "3530"},
        "geometry": {"path": str(outlines), "key": "DAUID"},
        "columns": {"id": "DBUID_IDIDU", "population": "DBPOP2021_IDPOP2021", "dwellings": "DBTDWELL2021_IDTLOG2021",
                    "households": "DBURDWELL2021_IDRHLOG2021"},
    })  # fmt: skip
    batch: Batch = read_points(path, source, Frame(), outlines)
    assert [row["population"] for row in rows(batch, "census_area")] == [120, 0]
    assert [(reject.count, reject.reason) for reject in outside(batch)] == [
        (1, "1 records are of areas outside the region")
    ]


@pytest.mark.parametrize("rows_named", [{}, {"CDUID_DRIDU": "3530"}])
def test_a_table_of_a_whole_country_is_read_near_the_region_alone(
    rows_named: dict[str, str], tmp_path: Path
) -> None:
    """Those far away are one reject; one without an outline anywhere has no place, and is kept to be placed."""
    _, outlines, _ = census(tmp_path)
    text = "CDUID_DRIDU,DB,people\n3530,35300001,10\n3530,35300004,20\n3530,12340001,30\n3530,nowhere,40\n"
    path = write(tmp_path, "gaf.csv", text)
    source = PopulationSource.model_validate({
        "loader": "points_csv", "path": str(path), "rows": rows_named, "columns": {"id": "DB", "population": "people"},
        "geometry": {"path": str(outlines), "key": "DAUID"},
    })  # fmt: skip
    frame = Frame(shapely.box(-80.505, 43.39, -80.495, 43.42), is_boundary=True)
    batch = read_points(path, source, frame, outlines)
    assert [row["area_key"] for row in rows(batch, "census_area")] == ["35300001", "nowhere"]
    assert [(r.count, r.reason) for r in outside(batch)] == [(2, "2 records are of areas outside the region")]


def test_every_source_of_the_real_region_can_be_had_without_files() -> None:
    """Each kind has a file, beside it an address or the word that it may be missing; or it has an address and that word."""
    sources = read_region("waterloo").region.sources
    for kind in source_types():
        for source in getattr(sources, kind.name):
            assert source.path or (source.urls and source.is_optional), kind.name
            assert source.live or source.url or source.is_optional, kind.name
            for live in (*source.live, *(other for one in source.live for other in one.fallback)):
                assert live.licence != "not stated"
                assert all(url.startswith("https://") for url in live.urls)
