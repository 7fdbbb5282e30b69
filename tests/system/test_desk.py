"""The desk over HTTP: who may enter, what each request must bring, what it says of bad input, and its rights."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import requests

from desk import guard
from desk.store import Store
from desk.web import Desk
from tests.support.desk import ask, look_until, running, state
from tests.support.desk_http import GIVEN, NEW, SCENARIO, Browser, code, desk_of


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


def test_an_address_lets_one_browser_enter_once(opened: tuple[str, Desk]) -> None:
    service, desk = opened
    link = desk.link()
    first = requests.get(link, timeout=60)
    assert first.status_code == 200
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert requests.get(link, timeout=60).status_code == 403
    assert "déjà servi" in requests.get(f"{service}/enter?token=guessed", timeout=60).text


@pytest.mark.parametrize(
    "path", ["/", "/api/start", "/api/what-ifs", "/asset/desk.js", "/plan/1", "/docs", "/openapi.json"]
)
def test_nothing_is_given_to_who_has_not_entered(opened: tuple[str, Desk], path: str) -> None:
    assert code(requests.get(opened[0] + path, timeout=60)) == (401, "no_session")
    cookies = {guard.cookie_name(opened[1].port): "guessed"}
    assert code(requests.get(opened[0] + path, cookies=cookies, timeout=60)) == (401, "no_session")


def test_other_names_of_this_machine_are_refused(browser: Browser) -> None:
    """A page elsewhere, whose name is made to lead here, has that name as the host."""
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", ""):
        assert code(browser.get(f"{browser.service}/api/what-ifs", headers={"Host": host}))[0] == 421
    own = browser.service.replace("127.0.0.1", "localhost")
    # it is heard, and knows no cookie of the other name
    assert code(requests.get(f"{own}/api/what-ifs", timeout=60)) == (401, "no_session")


def test_a_wish_must_come_from_the_page(browser: Browser) -> None:
    refused = [
        ({"X-CSRF-Token": ""}, (403, "no_csrf")),
        ({"X-CSRF-Token": "guessed"}, (403, "no_csrf")),
        ({"Origin": "http://evil.example"}, (403, "other_origin")),
        ({"Origin": "null"}, (403, "other_origin")),
        ({"Sec-Fetch-Site": "cross-site"}, (403, "other_origin")),
        ({"Content-Type": "text/plain"}, (415, "no_json")),
    ]
    for headers, expected in refused:
        assert code(browser.wish("/api/what-ifs", NEW, **headers)) == expected
    assert browser.ask("/api/what-ifs")["what_ifs"] == []
    assert browser.wish("/api/what-ifs", NEW, Origin=browser.service).status_code == 201


def test_the_secret_of_another_session_is_of_no_use(opened: tuple[str, Desk], browser: Browser) -> None:
    with Browser(opened[0], opened[1].link()) as other:
        assert code(browser.wish("/api/what-ifs", NEW, **{"X-CSRF-Token": other.csrf})) == (403, "no_csrf")


def test_what_is_too_large_is_not_read(browser: Browser) -> None:
    body = NEW | {"title": "x" * guard.BODY_MAX}
    assert code(browser.wish("/api/what-ifs", body)) == (413, "too_large")

    def parts() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    headers = {"X-CSRF-Token": browser.csrf, "Content-Type": "application/json"}
    assert code(browser.post(f"{browser.service}/api/what-ifs", data=parts(), headers=headers)) == (
        413,
        "too_large",
    )


def test_requests_have_a_rate(opened: tuple[str, Desk], browser: Browser) -> None:
    def wished() -> int:
        return browser.wish("/api/nearest", {"lon": 0, "lat": 0}).status_code

    def guessed() -> int:
        return requests.get(f"{opened[0]}/enter?token=guessed", timeout=60).status_code

    for asked, answered in ((wished, 200), (guessed, 403)):
        assert asked() == answered
        assert any(asked() == 429 for _ in range(1000))


def test_every_answer_says_what_a_browser_may_do_with_it(browser: Browser) -> None:
    for path in ("/", "/api/what-ifs", "/asset/desk.js", "/nowhere"):
        headers = browser.get(browser.service + path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    assert code(browser.request(method, f"{browser.service}/api/what-ifs")) == (405, "wrong_method")


def test_who_is_in_can_invite(browser: Browser) -> None:
    link = browser.wish("/api/invitation", {}).json()["link"]
    with Browser(browser.service, link) as other:
        assert other.ask("/api/what-ifs")["what_ifs"] == []


def test_a_what_if_is_stored_with_its_difference(browser: Browser, planned: psycopg.Connection[Any]) -> None:
    sites = browser.ask("/api/start")["sites"]
    site_id = next(site["site_id"] for site in sites if not site["is_existing"])
    asked = NEW | {"settings": {"budget": "200000"}, "locks": [{"site_id": site_id, "lock_kind": "force_in"}]}
    parent = browser.wish("/api/what-ifs", asked).json()["what_if_id"]
    child = GIVEN | {"parent": {"what_if_id": parent}, "settings": {"budget": "300000"}, "locks": []}
    number = browser.wish("/api/what-ifs", child).json()["what_if_id"]
    rows = {row["what_if_id"]: row for row in browser.ask("/api/what-ifs")["what_ifs"]}
    assert (rows[number]["parent_what_if_id"], rows[number]["queue_place"]) == (parent, 2)
    changes = [(c["kind"], c["key"], c["parent_value"], c["value"]) for c in rows[number]["changes"]]
    assert changes == [("parameter", "budget", "200000", "300000"), ("lock_lifted", str(site_id), None, None)]
    own = {c["key"]: c for c in rows[parent]["changes"]}
    assert float(own["budget"]["parent_value"]) > 0, "what the scenario itself has is told"
    form = browser.wish("/api/form", {"what_if_id": parent}).json()
    assert form["settings"] == {"budget": "200000"}
    assert [lock["site_id"] for lock in form["locks"]] == [site_id]
    assert planned.execute("select count(*) from plan.run").fetchone() == (1,), (
        "the page solves nothing itself"
    )


def test_bad_values_are_told_by_their_keys(browser: Browser) -> None:
    settings = {"phase.1.budget_cad": "-1", "growth.path": "up"}
    answer = browser.wish("/api/what-ifs", NEW | {"settings": settings})
    assert answer.status_code == 422
    assert {fault["key"]: fault["kind"] for fault in answer.json()["faults"]} == {
        "phase.1.budget_cad": "greater_than_equal",
        "growth.path": "enum",
    }
    checked = browser.wish("/api/check", {"parent": NEW["parent"], "settings": settings}).json()
    assert checked["faults"] == answer.json()["faults"]
    blank = browser.wish("/api/what-ifs", NEW | {"title": " ", "asked_by": "\u202e"})
    assert [fault["key"] for fault in blank.json()["faults"]] == ["title", "asked_by"]
    assert browser.ask("/api/what-ifs")["what_ifs"] == []


def test_a_lock_that_contradicts_another_is_told_at_its_site(
    browser: Browser, planned: psycopg.Connection[Any]
) -> None:
    row = planned.execute("select min(site_id) from core.site where not is_existing").fetchone()
    assert row
    planned.execute("insert into plan.site_lock (site_id, lock_kind) values (%s, 'force_out')", row)
    answer = browser.wish("/api/what-ifs", NEW | {"locks": [{"site_id": row[0], "lock_kind": "force_in"}]})
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert fault["key"] == f"lock.{row[0]}"
    assert "contradict" in fault["words"]
    gone = browser.wish("/api/what-ifs", NEW | {"locks": [{"site_id": 999_999, "lock_kind": "force_in"}]})
    assert [fault["key"] for fault in gone.json()["faults"]] == ["lock.999999"]
    assert browser.ask("/api/what-ifs")["what_ifs"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"parent": {"scenario": "/etc/passwd"}},
        {"parent": {"scenario": "base"}},
        {"parent": {"what_if_id": 99}},
        {"parent": {}},
        {"parent": {"scenario": SCENARIO, "more": 1}},
        {"time_limit_s": 0},
        {"time_limit_s": "NaN"},
        {"title": "x" * 81},
        {"state": "done"},
        {"locks": [{"site_id": 1, "lock_kind": "keep"}]},
        {"locks": [{"site_id": 2**40, "lock_kind": "force_in"}]},
        {"settings": {"budget": 5}},
    ],
)
def test_what_it_does_not_understand_it_refuses(browser: Browser, changed: dict[str, Any]) -> None:
    assert browser.wish("/api/what-ifs", NEW | changed).status_code in (400, 404)
    assert browser.ask("/api/what-ifs")["what_ifs"] == []


def test_a_place_goes_to_the_site_near_it(browser: Browser) -> None:
    site = browser.ask("/api/start")["sites"][0]
    near = browser.wish("/api/nearest", {"lon": site["lon"] + 1e-4, "lat": site["lat"]}).json()
    assert near["site"]["site_id"] == site["site_id"]
    assert browser.wish("/api/nearest", {"lon": 0, "lat": 89.9}).json()["site"] is None
    assert browser.wish("/api/nearest", {"lon": 500, "lat": 0}).status_code == 400


def test_wishes_make_sense_or_are_refused(browser: Browser, planned: psycopg.Connection[Any]) -> None:
    number = browser.wish("/api/what-ifs", NEW).json()["what_if_id"]
    path = f"/api/what-ifs/{number}/wish"
    assert code(browser.wish(path, {"wish": "adopt"})) == (409, "no_use")
    assert code(browser.wish(path, {"wish": "stop"})) == (409, "no_use")
    assert browser.wish(path, {"wish": "publish"}).status_code == 400
    assert browser.wish(path, {"wish": "cancel"}).status_code == 200
    assert planned.execute("select wish from plan.what_if").fetchone() == ("cancel",)
    assert code(browser.wish("/api/what-ifs/99/wish", {"wish": "cancel"})) == (409, "no_use")


def test_a_plan_is_watched_compared_and_exported(
    browser: Browser, planned_database: str, planned: psycopg.Connection[Any]
) -> None:
    number = ask(planned, SCENARIO, {"budget": "0"})
    with running(planned_database, SCENARIO) as runner:
        look_until(runner, lambda: state(planned, number) == "done")
    row = browser.ask("/api/what-ifs")["what_ifs"][0]
    assert (row["state"], row["publication"], row["is_adopted"]) == ("done", "published", False)
    assert browser.ask(f"/api/what-ifs/{number}")["progress"]
    found = browser.ask(f"/api/what-ifs/{number}/comparison")
    figures = {f["figure"]: f for f in found["figures"] if f["figure"] == "capex"}
    assert figures["capex"]["value_a"] > 0
    assert figures["capex"]["value_b"] == 0
    assert {site["difference"] for site in found["sites"]} == {"removed"}
    page = browser.get(
        f"{browser.service}/plan/{row['run_id']}?beside={found['adopted']['run_id']}&language=fr"
    )
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "connect-src data: blob:" in policy, "a plan's page asks the desk for nothing"
    assert "frame-ancestors 'self'" in policy
    archive = browser.get(f"{browser.service}/export/{row['run_id']}/csv")
    assert "decision.csv" in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert browser.get(f"{browser.service}/export/{row['run_id']}/exe").status_code == 400
    assert browser.get(f"{browser.service}/plan/99").status_code == 409


def test_it_has_the_rights_of_a_planner_and_no_more(planned_database: str) -> None:
    with Store(planned_database).connect() as conn:
        assert conn.execute("select current_user").fetchone() == ("ev_planner",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("insert into plan.adopted_run (run_id) values (1)")


def test_names_from_the_database_are_never_markup(browser: Browser, planned: psycopg.Connection[Any]) -> None:
    ask(planned, SCENARIO, title="</script><script>alert(1)</script>")
    assert "alert(1)" not in browser.get(browser.service).text
    assert browser.get(f"{browser.service}/api/what-ifs").headers["content-type"] == "application/json"
