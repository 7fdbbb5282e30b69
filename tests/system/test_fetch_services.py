"""Each live service against a server of the test's own that answers as published, and then does not."""

from __future__ import annotations

import datetime as dt
import json
import socket
from pathlib import Path
from typing import Any

import osmnx as ox
import pytest
import shapely

from db.common.errors import FetchError, UsageError
from etl.fetch import extract, osm, services
from etl.fetch.arcgis import fetch_layer
from etl.fetch.cache import Cache
from etl.fetch.client import Client
from etl.fetch.retry import Limits
from etl.fetch.services import SourceSkippedError
from etl.region.sources import OsmSource, RoadSource
from etl.sources.base import Batch, Frame
from etl.sources.places import read_places
from etl.sources.roads import read_roads
from tests.support.etl_frame import contents
from tests.support.live_town import AREA, BOX, STATUS, arcgis, ckan, openchargemap, overpass
from tests.support.toy_town.build import lon_lat, write_sources
from tests.support.web import Answer, Asked, Web, serving

SECRET = "key-of-nobody"  # noqa: S105 - opens nothing


@pytest.fixture
def client(tmp_path: Path, slept: list[float]) -> Client:
    return Client(Cache(tmp_path / "cache"), limits=Limits(attempt_count=3), sleep=slept.append)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(services.OPENCHARGEMAP_KEY, SECRET)
    return SECRET


def cache_text(client: Client) -> str:
    return "".join(p.read_text(errors="replace") for p in client.cache.folder.rglob("*") if p.is_file())


def feature(key: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"CSDUID": key},
        "geometry": {"type": "Point", "coordinates": [0, 1]},
    }


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (401, 1), (10_000, 2), (20_001, 3)])
def test_openchargemap_in_large_pages(count: int, requests: int, web: Web, client: Client, key: str) -> None:
    records = [{"ID": 3 * n + 7, "AddressInfo": {}} for n in range(count)]
    web.rules["/v3/poi"] = openchargemap(records)
    found = services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert json.loads(found.path.read_text()) == records
    assert len(web.asked) == requests
    assert web.asked[0].query["boundingbox"] == "(43.60000,-81.10000),(43.40000,-80.90000)"
    assert (web.asked[0].query["output"], web.asked[0].query["camelcase"]) == ("json", "false")
    assert {asked.headers["x-api-key"] for asked in web.asked} == {key}
    assert key not in cache_text(client) + found.url


@pytest.mark.usefixtures("key")
def test_openchargemap_in_any_order_while_the_page_is_not_full(web: Web, client: Client) -> None:
    records = [{"ID": number} for number in (9, 2, 7)]
    web.give("/v3/poi", json.dumps(records).encode(), "application/json")
    found = services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert json.loads(found.path.read_text()) == records
    assert len(web.asked) == 1


@pytest.mark.usefixtures("key")
def test_an_empty_list_does_not_take_the_place_of_stations(web: Web, tmp_path: Path) -> None:
    url = web.give("/v3/poi", b'[{"ID": 5}]', "application/json")
    first = services.fetch_openchargemap(Client(Cache(tmp_path)), url, BOX)
    web.give("/v3/poi", b"[]\n", "application/json")
    again = services.fetch_openchargemap(Client(Cache(tmp_path), is_refreshing=True), url, BOX)
    assert (again.sha256, again.path.read_text()) == (first.sha256, '[{"ID": 5}]')
    assert "without any records, but had some on" in str(again.note)
    web.give("/v3/poi", b'[{"ID": 6}]', "application/json")
    last = services.fetch_openchargemap(Client(Cache(tmp_path), is_refreshing=True), url, BOX)
    assert (last.path.read_text(), last.note) == ('[{"ID": 6}]', None)


def test_a_header_alone_does_not_take_the_place_of_stations(web: Web, tmp_path: Path) -> None:
    url = web.give("/v1.csv", b"Fuel Type Code,ID\nELEC,1\n", "text/csv")
    first = services.fetch_afdc(Client(Cache(tmp_path)), url)
    web.give("/v1.csv", b"Fuel Type Code,ID\n\n", "text/csv")
    again = services.fetch_afdc(Client(Cache(tmp_path), is_refreshing=True), url)
    assert again.sha256 == first.sha256
    assert "afdc answered without any records" in str(again.note)


def test_openchargemap_without_a_key_is_left_out(
    web: Web, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(services.OPENCHARGEMAP_KEY, raising=False)
    with pytest.raises(
        SourceSkippedError, match=r"OPENCHARGEMAP_API_KEY is not set; .* NRCan / AFDC and OpenStreetMap"
    ):
        services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert web.asked == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "no"}', "not a list of stations"),
        (json.dumps([{"ID": n} for n in range(10_000, 0, -1)]).encode(), "not in order of their ID"),
        (json.dumps([{"ID": 5}] * 10_000).encode(), "not in order of their ID"),
        (json.dumps([1] * 10_000).encode(), "not in order of their ID"),
        (b"[" * 100_000 + b"]", "cannot be read"),
    ],
)
def test_openchargemap_has_changed(body: bytes, said: str, web: Web, client: Client, key: str) -> None:
    web.give("/v3/poi", body, "application/json")
    with pytest.raises(FetchError, match=said) as caught:
        services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert key not in caught.value.message


@pytest.mark.usefixtures("key")
def test_openchargemap_that_ignores_the_page(web: Web, client: Client) -> None:
    page = [{"ID": n + 1} for n in range(10_000)]
    web.give("/v3/poi", json.dumps(page).encode(), "application/json")
    with pytest.raises(FetchError, match="the same stations again"):
        services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert len(web.asked) == 2


@pytest.mark.usefixtures("key")
def test_a_refused_key(web: Web, client: Client) -> None:
    web.rules["/v3/poi"] = lambda _: Answer(b"Invalid API key.", 403, {"Content-Type": "text/plain"})
    with pytest.raises(FetchError, match=r"status 403 .*: it requires a key, or rejects") as caught:
        services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert services.OPENCHARGEMAP_KEY in caught.value.hint


@pytest.mark.parametrize("wrong", ["two words", "key\u00e9", "tab\tkey"])
def test_a_key_that_no_header_can_hold(
    wrong: str, web: Web, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(services.OPENCHARGEMAP_KEY, wrong)
    with pytest.raises(UsageError, match="OPENCHARGEMAP_API_KEY holds blanks or other characters") as caught:
        services.fetch_openchargemap(client, web.url("/v3/poi"), BOX)
    assert wrong not in caught.value.message


@pytest.mark.parametrize(("own", "sent"), [(None, "DEMO_KEY"), ("mine-7", "mine-7")])
def test_afdc_by_state(
    own: str | None, sent: str, web: Web, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(services.AFDC_KEY, own or "")
    web.give("/v1.csv", b"Fuel Type Code,ID\nELEC,1\n", "text/csv; charset=utf-8")
    services.fetch_afdc(client, web.url("/v1.csv?country=CA&state=ON"))
    (asked,) = web.asked
    assert asked.headers["x-api-key"] == sent
    assert asked.query == {
        "country": "CA", "state": "ON", "fuel_type": "ELEC", "status": "all", "access": "all", "limit": "all",
    }  # fmt: skip
    assert sent not in cache_text(client)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_arcgis_page_by_page(count: int, web: Web, client: Client) -> None:
    features = [feature(f"353{n}") for n in range(count)]
    url = arcgis(web, "/arcgis/rest/services/x/MapServer/9", {"features": features})
    found = fetch_layer(client, "planning_areas", url, "CSDUID LIKE '353%'")
    given = json.loads(found.path.read_text())["features"]
    assert [f["properties"]["CSDUID"] for f in given] == [f["properties"]["CSDUID"] for f in features]
    asked = [a.query for a in web.asked if "where" in a.query]
    assert all("CSDUID LIKE '353%'" in query["where"] for query in asked)
    assert all("resultOffset" not in query for query in asked)


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([{"error": {"code": 400, "message": "Invalid or missing input parameters."}}], "Invalid or missing"),
        ([{"count": 0}, {"features": []}], "returned 0 features but counts 0"),
        ([{"count": 3}, {"features": [feature("1")]}, {"features": []}], "returned 1 features but counts 3"),
        ([{"count": 1}, {"features": [feature("1"), feature("2")]}], "returned 2 features but counts 1"),
    ],
)
def test_arcgis_errors_come_with_status_200(pages: list[Any], said: str, web: Web, client: Client) -> None:
    web.give("/layer", b"{}", "application/json")
    web.follow(
        "/layer/query",
        *(Answer(json.dumps(p).encode(), headers={"Content-Type": "application/json"}) for p in pages),
    )
    with pytest.raises(FetchError, match=said):
        fetch_layer(client, "boundary", web.url("/layer"), None)


def test_all_quarters_of_a_dataset(web: Web, client: Client) -> None:
    files = {"Q4 2024": "FSA,BEV,PHEV,TotalEV\n", "Q1 2022": "FSA\n", "2023 Q2": "FSA,\n"}
    found = services.fetch_ckan(client, "ev_counts", ckan(web, "/api/3/action/package_show", files))
    assert [date for _, date in found] == ["2022-03-31", "2023-06-30", "2024-12-31"]
    assert found[2][0].path.read_text("utf-8-sig") == "FSA,BEV,PHEV,TotalEV\n"
    assert found[2][0].name == "ev_counts_2024-12-31.csv"


@pytest.mark.parametrize(
    "body",
    [
        {"success": False},
        {"success": True, "result": {}},
        {"success": True, "result": {"resources": ["x"]}},
        [],
    ],
)
def test_a_dataset_that_has_changed(body: Any, web: Web, client: Client) -> None:
    url = web.give("/package_show", json.dumps(body).encode(), "application/json")
    with pytest.raises(FetchError, match=r"does not describe a dataset|lists no CSV"):
        services.fetch_ckan(client, "ev_counts", url)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_sources(tmp_path / "town").parent / "town.osm.pbf"


@pytest.fixture
def live(web: Web, town: Path) -> str:
    web.rules["/api/interpreter"] = overpass(town)
    web.give("/api/status", STATUS, "text/plain")
    return web.url("/api")


def both(path: Path) -> list[Batch]:
    return [read_roads(path, RoadSource(path="x"), Frame()), read_places(path, OsmSource(path="x"), Frame())]


def test_osmnx_and_a_pbf_give_the_same_rows(live: str, town: Path, client: Client, web: Web) -> None:
    before = {name: getattr(ox.settings, name) for name in dir(ox.settings) if name[0].islower()}
    resolve = socket.getaddrinfo
    found = osm.fetch_overpass(client, live, AREA, AREA)
    assert [contents(batch) for batch in both(found.path)] == [contents(batch) for batch in both(town)]
    assert both(found.path)[1].row_count > 0
    assert web.paths() == ["/api/status", "/api/interpreter"] * 2
    for asked in web.asked:
        assert asked.headers["user-agent"].startswith("ev-charging-planner/")
        assert "requests" not in asked.headers["user-agent"] + asked.headers.get("referer", "")
    assert {name: getattr(ox.settings, name) for name in before} == before
    assert socket.getaddrinfo is resolve
    assert osm.fetch_overpass(client, live, AREA, AREA) == found
    assert len(web.asked) == 4


def test_an_overpass_that_does_not_tell_its_status(live: str, web: Web, client: Client) -> None:
    del web.rules["/api/status"]
    assert both(osm.fetch_overpass(client, live, AREA, AREA).path)[0].row_count
    assert web.paths() == ["/api/status", "/api/interpreter"] * 2


def test_a_real_town_comes_alike_both_ways(shared: Path, web: Web, client: Client, tmp_path: Path) -> None:
    pbf, area = tmp_path / "vaduz.osm.pbf", shapely.box(9.5, 47.12, 9.54, 47.15)
    extract.clip_extract(shared / "data" / "liechtenstein" / "liechtenstein-latest.osm.pbf", area, pbf)
    web.rules["/api/interpreter"] = overpass(pbf)
    found = osm.fetch_overpass(client, web.url("/api"), area, area)
    frame = Frame(area, is_boundary=True)
    for read in (read_roads, read_places):
        live, given = (read(path, RoadSource(path="x"), frame) for path in (found.path, pbf))
        assert contents(live) == contents(given)
        assert live.row_count > 100


def test_the_same_map_is_the_same_file(live: str, tmp_path: Path) -> None:
    digests = {osm.fetch_overpass(Client(Cache(tmp_path / n)), live, AREA, AREA).sha256 for n in ("a", "b")}
    assert len(digests) == 1


@pytest.mark.parametrize(("asked", "pause"), [("9", 55), ("70", 70), (None, 55)])
def test_a_busy_overpass_is_asked_again_at_its_own_pace(
    asked: str | None, pause: float, live: str, web: Web, *, town: Path, client: Client, slept: list[float]
) -> None:
    good = overpass(town)
    codes = iter([429, 504])

    def rule(request: Asked) -> Answer:
        code = next(codes, None)
        return Answer(b"busy", code, {"Retry-After": asked} if asked else {}) if code else good(request)

    web.rules["/api/interpreter"] = rule
    assert both(osm.fetch_overpass(client, live, AREA, AREA).path)[0].row_count
    assert slept == [pause, pause]


def test_overpass_is_asked_when_it_has_a_slot(
    live: str, web: Web, client: Client, slept: list[float]
) -> None:
    resting = STATUS.replace(
        b"2 slots available now.",
        b"Slot available after: 2026-11-23T12:00:42Z, in 42 seconds.\n"
        b"Slot available after: 2026-11-23T12:00:17Z, in 17 seconds.",
    )
    running = STATUS.replace(b"2 slots available now.\n", b"")
    kind = {"Content-Type": "text/plain"}
    web.follow("/api/status", *(Answer(body, headers=kind) for body in (resting, running, STATUS)))
    osm.fetch_overpass(client, live, AREA, AREA)
    assert slept == [17, 5]
    assert web.paths() == ["/api/status"] * 3 + ["/api/interpreter", "/api/status", "/api/interpreter"]


def test_an_overpass_whose_slots_are_far_away(live: str, web: Web, client: Client) -> None:
    body = b"Rate limit: 1\nSlot available after: 2026-11-23T13:00:00Z, in 3600 seconds.\n"
    web.give("/api/status", body, "text/plain")
    with pytest.raises(FetchError, match=r"^roads: .* asks to wait 3,600 s"):
        osm.fetch_overpass(client, live, AREA, AREA)
    assert "/api/interpreter" not in web.paths()


def test_an_answer_cut_short_is_fetched_again(live: str, web: Web, town: Path, client: Client) -> None:
    good = overpass(town)
    cuts = iter([100])

    def rule(asked: Any) -> Answer:
        answer = good(asked)
        answer.cut_at = next(cuts, None)
        return answer

    web.rules["/api/interpreter"] = rule
    assert both(osm.fetch_overpass(client, live, AREA, AREA).path)[0].row_count


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"<html>The server is probably too busy", headers={"Content-Type": "text/html"}), "text/html that is not JSON"),
        (Answer(b"<?xml version='1.0'?><osm/>", headers={"Content-Type": "application/osm3s+xml"}), "not JSON"),
        (Answer(b'{"elements": [], "remark": "runtime error: Query timed out in \\"query\\" at line 1"}'), "stopped in the middle of its answer: runtime error"),
        (Answer(b'{"elements": [], "remark": "runtime'), "stopped in the middle of its answer"),
        (Answer(b'{"elements": ['), "could not be fetched, tried 3 times: the answer cannot be read"),
        (Answer(b'{"elements": []}'), "has no road"),
        (Answer(b'{"version": 1}'), "without elements"),
        (Answer(b'{"elements": [{"type": "way", "id": 1, "tags": {}}, {"type": "node", "id": 1}]}'), "element that cannot be read"),
        (Answer(b"bad request", 400), "status 400"),
        (Answer(b"busy", 503), "tried 3 times: the server answered 503"),
    ],
)  # fmt: skip
def test_overpass_fails_in_a_sentence(answer: Answer, said: str, live: str, web: Web, client: Client) -> None:
    web.follow("/api/interpreter", answer)
    with pytest.raises(FetchError, match=f"^roads: .*{said}"):
        osm.fetch_overpass(client, live, AREA, AREA)
    assert not list((client.cache.folder / "index").glob("*"))


def test_overpass_is_bounded_in_size_and_time(live: str, tmp_path: Path) -> None:
    small = Client(Cache(tmp_path / "c"), limits=Limits(size_max_bytes=500))
    with pytest.raises(FetchError, match="larger than 500 bytes"):
        osm.fetch_overpass(small, live, AREA, AREA)
    seconds = iter(range(0, 10**9, 60))
    slow = Client(Cache(tmp_path / "c"), limits=Limits(total_s=100), clock=lambda: float(next(seconds)))
    with pytest.raises(FetchError, match="not complete after 100 s"):
        osm.fetch_overpass(slow, live, AREA, AREA)


def test_no_overpass_at_all(client: Client) -> None:
    with serving() as gone:
        url = gone.url("/api")
    with pytest.raises(FetchError, match=r"tried 3 times: .*refused"):
        osm.fetch_overpass(client, url, AREA, AREA)


def test_an_extract_is_cut_to_the_region(town: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    extract.clip_extract(town, shapely.box(*lon_lat(-500, -500), *lon_lat(1500, 1500)), cut)
    whole, part = (read_roads(path, RoadSource(path="x"), Frame()) for path in (town, cut))
    names = {row[5] for row in part.tables[1].rows}
    assert names == {"First Street", "Second Street", "Third Street", "Fourth Street", "Far Road"}
    assert contents(part)[1] == contents(whole)[1], "Far Road touches the region, so it is kept whole"
    cut = tmp_path / "smaller.osm.pbf"
    extract.clip_extract(town, shapely.box(*lon_lat(-500, 500), *lon_lat(1500, 1500)), cut)
    names = {row[5] for row in read_roads(cut, RoadSource(path="x"), Frame()).tables[1].rows}
    assert names == {"Second Street", "Third Street", "Fourth Street"}


def test_an_extract_of_somewhere_else(town: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"no road of town\.osm\.pbf lies in the region"):
        extract.clip_extract(town, shapely.box(0, 0, 1, 1), tmp_path / "cut.osm.pbf")
    (tmp_path / "cut short.osm.pbf").write_bytes(town.read_bytes()[:300])
    with pytest.raises(UsageError, match="cannot be read as an OpenStreetMap file"):
        extract.clip_extract(tmp_path / "cut short.osm.pbf", AREA, tmp_path / "cut.osm.pbf")


def test_a_multipolygon_of_an_extract_is_kept_whole(tmp_path: Path) -> None:
    def node(number: int, lon: float, lat: float) -> dict[str, Any]:
        return {"type": "node", "id": number, "lon": lon, "lat": lat}

    corners = [node(1, 0, 0), node(2, 1, 0), node(3, 1, 1), node(4, 0, 1), node(5, 5, 5)]
    ways: list[dict[str, Any]] = [
        {"type": "way", "id": 1, "nodes": [1, 2, 3], "tags": {}},
        {"type": "way", "id": 2, "nodes": [3, 4, 1], "tags": {}},
        {"type": "way", "id": 3, "nodes": [5, 4], "tags": {"highway": "residential"}},
    ]
    members = [{"type": "way", "ref": n, "role": "outer"} for n in (1, 2)]
    park = {
        "type": "relation",
        "id": 1,
        "members": members,
        "tags": {"type": "multipolygon", "leisure": "park"},
    }
    whole, cut = tmp_path / "a.osm.pbf", tmp_path / "b.osm.pbf"
    osm.write_pbf({(e["type"], e["id"]): e for e in [*corners, *ways, park]}, whole)
    extract.clip_extract(whole, shapely.box(0.5, -0.5, 1.5, 0.5), cut)
    (row,) = read_places(cut, OsmSource(path="x"), Frame()).tables[0].rows
    assert shapely.from_wkb(row[-1]).area == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("EVs, Q1-2025", dt.date(2025, 3, 31)),
        ("evs_2025_q2.csv", dt.date(2025, 6, 30)),
        ("T4 2023", dt.date(2023, 12, 31)),
        ("Third quarter of 2024", dt.date(2024, 9, 30)),
        ("evs_by_fsa_-_end_of_sept_2024.csv", dt.date(2024, 9, 30)),
        ("As of June 30, 2023", dt.date(2023, 6, 30)),
        ("ontario_evs_by_fsa_2022-03-31.csv", dt.date(2022, 3, 31)),
        ("Data dictionary 2024", None),
        ("Q5 2024", None),
    ],
)
def test_the_day_a_quarter_ends(name: str, day: dt.date | None) -> None:
    assert services._quarter_end(name) == day
