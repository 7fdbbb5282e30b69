"""Places of people's own over HTTP: what is taken, what is refused at which field, and plans of former data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from desk.web import Desk
from etl.loading.again import load_again
from tests.support.desk import draw, look_until, running, state
from tests.support.desk_http import GIVEN, NEW, SCENARIO, Browser, code, desk_of
from tests.support.toy_town.build import lon_lat

LON, LAT = lon_lat(500, 350)
LOT = {"lon": LON, "lat": LAT, "name": "Ann's lot", "suitability_share": 0.5, "asked_by": "Ann"}


@pytest.fixture
def opened(planned_database: str) -> Iterator[tuple[str, Desk]]:
    with desk_of(planned_database) as found:
        yield found


@pytest.fixture
def browser(opened: tuple[str, Desk]) -> Iterator[Browser]:
    with Browser(opened[0], opened[1].link()) as found:
        yield found


@pytest.fixture
def planned(planned_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(planned_database, autocommit=True) as conn:
        yield conn


def places(browser: Browser) -> list[tuple[Any, ...]]:
    return [
        (row["name"], row["place_state"], row["asked_by"]) for row in browser.ask("/api/what-ifs")["places"]
    ]


def test_a_place_is_drawn_seen_by_all_and_withdrawn(opened: tuple[str, Desk], browser: Browser) -> None:
    drawn = browser.wish("/api/places", LOT)
    assert drawn.status_code == 201
    with Browser(opened[0], opened[1].link()) as other:
        assert places(other) == [("Ann's lot", "waiting", "Ann")]
        path = f"/api/places/{drawn.json()['own_place_id']}/withdrawal"
        assert other.wish(path, {"asked_by": "Bob"}).status_code == 200
        assert code(other.wish(path, {"asked_by": "Bob"})) == (409, "no_use")
    (row,) = browser.ask("/api/what-ifs")["places"]
    assert (row["place_state"], row["withdrawn_by"]) == ("withdrawn", "Bob")
    assert code(browser.wish("/api/places/99/withdrawal", {"asked_by": "Bob"})) == (409, "no_use")


def test_a_name_and_a_suitability_may_be_left_open(browser: Browser) -> None:
    assert browser.wish("/api/places", {"lon": LON, "lat": LAT, "asked_by": "Ann"}).status_code == 201
    (row,) = browser.ask("/api/what-ifs")["places"]
    assert (row["name"], row["suitability_share"]) == (None, None)


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"name": "two\nlines"}, [("place_name", "no_text")]),
        ({"name": " "}, [("place_name", "no_text")]),
        ({"name": "\u202etxt.exe"}, [("place_name", "no_text")]),
        ({"suitability_share": 1.5}, [("suitability", "no_share")]),
        ({"suitability_share": -1e308}, [("suitability", "no_share")]),
        ({"asked_by": "\t"}, [("asked_by", "no_text")]),
        ({"lon": 0, "lat": 0}, [("place", "place_outside")]),
        ({"lon": -180, "lat": -90}, [("place", "place_outside")]),
        (dict(zip(("lon", "lat"), lon_lat(1000, 5), strict=True)), [("place", "place_taken")]),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    browser: Browser, changed: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    answer = browser.wish("/api/places", LOT | changed)
    assert answer.status_code == 422
    assert [(fault["key"], fault["kind"]) for fault in answer.json()["faults"]] == faults
    assert places(browser) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"lon": 500},
        {"lat": None},
        {"lon": "NaN"},
        {"name": "x" * 81},
        {"name": ["a"]},
        {"suitability_share": "much"},
        {"asked_by": ""},
        {"asked_by": "x" * 81},
        {"region": "elsewhere"},
        {"withdrawn_by": "Bob"},
    ],
)
def test_what_it_does_not_understand_it_refuses(browser: Browser, changed: dict[str, Any]) -> None:
    assert code(browser.wish("/api/places", LOT | changed)) == (400, "invalid")
    assert places(browser) == []


def test_names_are_text_whatever_they_look_like(browser: Browser) -> None:
    name = "</script><script>alert(1)</script> '; drop table plan.own_place; --"
    assert browser.wish("/api/places", LOT | {"name": name}).status_code == 201
    assert places(browser) == [(name, "waiting", "Ann")]
    assert "alert(1)" not in browser.get(browser.service).text


def test_one_spot_has_one_place(browser: Browser) -> None:
    assert browser.wish("/api/places", LOT).status_code == 201
    answer = browser.wish("/api/places", LOT | {"name": "Again"})
    assert [(f["key"], f["kind"]) for f in answer.json()["faults"]] == [("place", "place_same")]


def test_a_wish_must_come_from_the_page(browser: Browser) -> None:
    for path, body in (
        ("/api/places", LOT),
        ("/api/places/1/withdrawal", {"asked_by": "Ann"}),
        ("/api/place-loads", {"asked_by": "Ann"}),
        ("/api/place-loads/1/cancellation", {}),
    ):
        assert code(browser.wish(path, body, **{"X-CSRF-Token": "guessed"})) == (403, "no_csrf")
        assert code(browser.wish(path, body, Origin="http://evil.example")) == (403, "other_origin")
    assert places(browser) == []
    assert browser.ask("/api/what-ifs")["place_load"] is None


def test_a_load_is_asked_for_once_and_cancelled(browser: Browser) -> None:
    assert browser.wish("/api/place-loads", {"asked_by": "Ann"}).status_code == 201
    assert browser.wish("/api/place-loads", {"asked_by": "Bob"}).status_code == 200
    load = browser.ask("/api/what-ifs")["place_load"]
    assert (load["asked_by"], load["state"]) == ("Ann", "queued")
    path = f"/api/place-loads/{load['place_load_id']}/cancellation"
    assert browser.wish(path, {}).status_code == 200
    assert browser.ask("/api/what-ifs")["place_load"]["wish"] == "cancel"
    assert code(browser.wish("/api/place-loads/99/cancellation", {})) == (409, "no_use")


def test_an_address_is_found_by_its_words(browser: Browser) -> None:
    found = browser.ask("/api/addresses?text=third%20st")["addresses"]
    assert [row["address"] for row in found] == ["Third Street"]
    lon, lat = lon_lat(500, 800)
    assert (found[0]["lon"], found[0]["lat"]) == (pytest.approx(lon, abs=1e-3), pytest.approx(lat, abs=1e-3))
    assert browser.ask("/api/addresses?text=3%20THIRD%20ST") == {"addresses": []}
    assert [row["address"] for row in browser.ask("/api/addresses?text=far%20rd")["addresses"]] == [
        "Far Road"
    ]
    for text in ("%25", "(", "[a", "*", "%5Cm", "_____", "%5C", "%00", "'%20or%201=1"):
        answer = browser.get(f"{browser.service}/api/addresses?text={text}")
        assert answer.status_code == 200, text
        assert answer.json() == {"addresses": []}, text
    assert browser.get(f"{browser.service}/api/addresses?text={'x' * 101}").status_code == 400


def test_a_plan_of_former_data_is_shown_compared_and_not_adopted(
    browser: Browser, planned_database: str, planned: psycopg.Connection[Any]
) -> None:
    number = browser.wish("/api/what-ifs", NEW | {"settings": {"budget": "0"}}).json()["what_if_id"]
    with running(planned_database, SCENARIO) as runner:
        look_until(runner, lambda: state(planned, number) == "done")
    adopted = browser.ask("/api/what-ifs")["adopted"]
    assert adopted["is_current_load"]
    draw(planned, LON, LAT)
    with psycopg.connect(planned_database) as conn:
        load_again(conn)
    found = browser.ask("/api/what-ifs")
    (row,) = found["what_ifs"]
    assert (row["is_current_load"], row["load_id"]) == (False, adopted["load_id"])
    assert found["load_id"] != row["load_id"]
    assert found["adopted"] == adopted | {"is_current_load": False}
    assert code(browser.wish(f"/api/what-ifs/{number}/wish", {"wish": "adopt"})) == (409, "former_load")
    compared = browser.ask(f"/api/what-ifs/{number}/comparison")
    assert compared["sites"]
    assert not compared["adopted"]["is_current_load"]
    again = GIVEN | {"parent": {"what_if_id": number}, "settings": row["settings"]}
    assert browser.wish("/api/what-ifs", again).status_code == 201


def test_a_lock_on_a_site_that_is_gone_is_told_at_the_lock(
    browser: Browser, planned: psycopg.Connection[Any]
) -> None:
    ((site_id,),) = planned.execute(
        "insert into raw.site_registry (region, site_key) values ('toy_town', 'given:own:99') returning site_id"
    ).fetchall()
    answer = browser.wish("/api/what-ifs", NEW | {"locks": [{"site_id": site_id, "lock_kind": "force_in"}]})
    assert [(f["key"], f["kind"]) for f in answer.json()["faults"]] == [(f"lock.{site_id}", "site_gone")]
