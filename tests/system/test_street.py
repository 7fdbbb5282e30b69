"""The page's answer for an address, in a real browser, against the database asked anew; in Toy Town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from db.common.language import Language, read_words
from db.session.connection import connect
from model.solve import Limits, solve_scenario
from report.page.__main__ import write_page
from report.page.render import WORDS
from tests.support.browser import Watched, chromium
from tests.support.scenarios import town_file
from tests.support.space_rules import FAST, MOST, SLOW, SPACING
from tests.support.space_rules import file as trial_file

ADDRESSES = """
    with place as (
        select number, street, city, c.point_geom as geom
        from core.demand_cell as c
        join core.cell_people as p using (cell_id)
        join (values
            (200, '12', 'SECOND ST', 'RINGHAM'), (300, '7', 'Fourth Street', 'Ringham'), (300, '9B', 'Fourth Street', 'Ringham'),
            (250, '80', 'Chemin de l''Église', 'Ringham'), (150, '1', 'Far Rd', 'Farend'), (200, '3', 'Far Rd', 'Ringham')
        ) as a (people, number, street, city) on round(c.population) = a.people
    )
    insert into raw.address (load_id, source_id, record_number, street_number, street, city, geom)
    select l.load_id, (select min(source_id) from raw.load_source where load_id = l.load_id), row_number() over (order by street, number),
        number, street, city, st_transform(geom, 4326)
    from place cross join (select load_id from raw.load where is_current) as l
"""
# written without any view of reports: the stations at the end are those of today, less what the plan took, and what it brought
NEAREST = """
    with cell as (
        select c.cell_id from core.demand_cell as c where round(c.population) = %(people)s
    ),
    today as (
        select distinct p.site_id, p.level from core.site_port as p join core.site as s using (site_id) where s.is_public
    ),
    brought as (
        select d.site_id, c.level, sum(d.port_count_after) as ports
        from plan.decision_port as d join plan.run as r using (run_id)
        join plan.scenario_charger as c using (scenario_id, charger_type) where d.run_id = %(run)s group by 1, 2
    ),
    standing as (
        select 'after' as kind, site_id, level from brought where ports > 0
        union all select 'after', site_id, level from today where site_id not in (select site_id from brought)
        union all select 'today', site_id, level from today
    )
    select s.kind, s.level, (array_agg(i.name order by d.distance_m, i.site_id))[1], min(d.distance_m),
        (array_agg(d.duration_min order by d.distance_m, i.site_id))[1]
    from standing as s join analysis.road_distance as d using (site_id) join cell using (cell_id) join core.site as i using (site_id)
    group by 1, 2
"""
CANDIDATE = """
    select s.name, d.distance_m, d.duration_min, b.capex_cad, b.capex_cad - b.grant_cad - b.resale_cad,
        r.objective - b.objective_bound, r.objective, t.weight,
        exists (select from plan.decision as e where e.run_id = r.run_id and e.site_id = s.site_id)
    from plan.site_bound as b join plan.run as r using (run_id) join core.site as s using (site_id)
    join analysis.road_distance as d using (site_id) join core.demand_cell as c using (cell_id)
    join plan.run_objective_term as t on t.run_id = r.run_id and t.term = 'coverage.L2'
    where b.run_id = %(run)s and b.refusal is null and b.is_candidate and round(c.population) = %(people)s
    order by d.distance_m, s.site_id limit 1
"""
ASKED = {
    "12 second street": (200, "12 Second St, Ringham"),
    "7 Fourth St, Ringham": (300, "7 Fourth Street, Ringham"),
    "9b fourth": (300, "9B Fourth Street, Ringham"),
    "80 ch. de l'eglise": (250, "80 Chemin de l'Église, Ringham"),
    "1 FAR ROAD": (150, "1 Far Rd, Farend"),
}


@pytest.fixture(scope="module")
def solved(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with a plan that builds one station (run 1), and with some addresses."""
    folder = tmp_path_factory.mktemp("street")

    def solve() -> None:
        assert solve_scenario(town_file(folder), Limits()).error is None
        with connect() as conn:
            conn.execute(ADDRESSES)
            conn.execute("refresh materialized view core.address")

    name: str = templates.template("toy_town_street", templates.toy_town(), solve)
    return name


@pytest.fixture(scope="module")
def world(
    templates: Any, solved: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, psycopg.Connection[Any]]]:
    """Yield the page of the plan, and a connection to its database."""
    with templates.clone(solved) as address, psycopg.connect(address) as conn:
        yield write_page(1, out=tmp_path_factory.mktemp("out") / "page.html"), conn


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: Browser, world: tuple[Path, psycopg.Connection[Any]]) -> Iterator[Watched]:
    found = Watched(browser, world[0])
    yield found
    assert found.errors == []
    assert [url for url in found.requests if not url.startswith(("file:", "blob:", "data:"))] == []
    found.page.close()


def ask(watched: Watched, text: str) -> str:
    """Type an address, take the first that is offered, and return the answer."""
    watched.page.fill("#street-input", text)
    watched.page.wait_for_selector("#street-list li")
    watched.page.press("#street-input", "Enter")
    watched.page.wait_for_selector("#street-answer h3")
    return watched.page.inner_text("#street-answer")


def spaced(text: str) -> str:
    """Return a text with plain spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def way(language: str, metres: float, minutes: float) -> str:
    """Write a way by hand as people of that language read it."""
    distance = f"{metres / 1000:.1f} km" if round(metres) >= 1000 else f"{metres:.0f} m"
    time = f"{minutes:.1f}" if round(10 * minutes) < 100 else f"{minutes:.0f}"
    found = f"{distance}, {time} min"
    return found.replace(".", ",") if language == "fr" else found


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("asked", ASKED)
def test_the_answer_is_what_the_database_says(
    watched: Watched, world: tuple[Path, psycopg.Connection[Any]], asked: str, language: str
) -> None:
    (_, conn), (people, name) = world, ASKED[asked]
    words = read_words(WORDS)[Language(language)]
    if language == "fr":
        watched.page.click("#language")
    answer = ask(watched, asked)
    assert answer.startswith(name)
    rows = watched.page.eval_on_selector_all(
        "#street-answer tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    found = {
        (kind, level): (site, way(language, metres, minutes))
        for kind, level, site, metres, minutes in conn.execute(NEAREST, {"people": people, "run": 1})
    }
    levels = watched.page.evaluate("street.known.levels.map(row => row.level)")
    assert len(rows) == len(levels)
    for level, (_, today, after) in zip(levels, rows, strict=True):
        for kind, said in (("today", today), ("after", after)):
            told = found.get((kind, level))
            if told is None:
                assert said == str(words["street_none_near"]).format(distance="3 km"), (kind, level)
            elif kind == "after" and told == found.get(("today", level)):
                assert said == words["street_same"]
            else:
                assert said.replace("\u00a0", " ").startswith(told[1])
                assert told[0] in said
    best = conn.execute(CANDIDATE, {"people": people, "run": 1}).fetchone()
    plain = spaced(answer)
    if best is None:
        assert spaced(str(words["street_no_candidate"])).format(distance="3 km") in plain
        return
    site, metres, minutes, gross, net, loss, objective, weight, is_planned = best
    assert f"{site}" in plain
    assert f"({way(language, metres, minutes)})" in plain
    digits = re.sub(r"[^\d]", "", plain)
    assert f"{gross:.0f}" in digits
    assert is_planned or f"{net:.0f}" in digits
    if is_planned:
        assert spaced(str(words["street_planned"])).format(number=1, money="@").split("@")[0] in plain
    elif loss / objective > 5e-7:
        share = f"{100 * loss / objective:.2f}"
        assert (share.replace(".", ",") if language == "fr" else share) in plain
        people_lost = loss / weight * 1000
        assert f"{round(people_lost, 2 - len(str(int(people_lost)))):.0f}" in digits
    else:
        assert spaced(str(words["street_loss_none"])) in plain


def test_an_address_that_does_not_exist_gets_a_sentence(watched: Watched) -> None:
    watched.page.fill("#street-input", "12 Nowhere Lane")
    watched.wait("document.getElementById('street-status').textContent !== ''")
    assert "No street here is called" in watched.page.inner_text("#street-status")
    assert watched.page.inner_text("#street-answer") == ""
    answer = ask(watched, "11 Fourth Street")
    assert answer.startswith("9B Fourth Street, Ringham")
    assert "Number 11 of this street is not known here" in answer
    assert "middle of the street" in ask(watched, "Fourth Street")


def test_a_town_tells_streets_of_one_name_apart_and_keys_choose(watched: Watched) -> None:
    watched.page.fill("#street-input", "far rd")
    watched.page.wait_for_selector("#street-list li")
    offered = watched.page.eval_on_selector_all("#street-list li", "rows => rows.map(row => row.textContent)")
    assert offered == ["Far Rd, Farend", "Far Rd, Ringham"]
    box = watched.page.locator("#street-input")
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "street-option-1"
    assert watched.page.get_attribute("#street-option-1", "aria-selected") == "true"
    box.press("Enter")
    assert watched.page.inner_text("#street-answer h3").startswith("Far Rd, Ringham")
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("far")
    watched.page.wait_for_selector("#street-list li")
    box.press("Escape")
    assert watched.page.is_hidden("#street-list")
    assert ask(watched, "1 far road, farend").startswith("1 Far Rd, Farend")


def test_a_click_on_the_map_is_answered_beside_it_and_marked(watched: Watched) -> None:
    at = ask(watched, "80 chemin de l'eglise")
    lines = watched.page.evaluate("maps[0].map.getSource('street').serialize().data.features.length")
    assert lines >= 1
    assert watched.page.locator(".here").count() == 1
    place = watched.page.evaluate("[street.place.lng, street.place.lat]")
    watched.page.evaluate("place => point_at({ lng: place[0], lat: place[1] })", place)
    watched.page.wait_for_selector("#detail h3")
    said = watched.page.inner_text("#detail")
    assert "The place on the map" in said
    assert at.split("\n", 1)[1] in said
    watched.page.click("#street-pick")
    assert watched.page.get_attribute("#street-pick", "aria-pressed") == "true"
    watched.page.locator("#map canvas").first.click(position={"x": 350, "y": 600})
    watched.wait("document.getElementById('street-pick').getAttribute('aria-pressed') === 'false'")
    assert watched.page.inner_text("#street-answer h3 >> nth=0") == "The place on the map"


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_axe_finds_no_fault_in_list_and_answer(
    browser: Browser, world: tuple[Path, psycopg.Connection[Any]], size: tuple[int, int]
) -> None:
    screen = Watched(browser, world[0], *size)
    ask(screen, "7 fourth")
    screen.page.fill("#street-input", "f")
    screen.page.wait_for_selector("#street-list li")
    screen.page.press("#street-input", "ArrowDown")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(screen.page, options={"runOnly": {"type": "tag", "values": tags}})
    assert [
        (f["id"], [node["html"][:200] for node in f["nodes"]]) for f in found.response["violations"]
    ] == []
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screen.page.close()


OBSTACLES = {
    "spacing": (
        SPACING.format(1000) + FAST.format(1_000_000),
        "between stations with Level 3 (DC fast) the scenario asks for 1,000 m.",
        "le scénario demande 1 000 m entre les stations de Niveau 3 (recharge rapide).",
    ),
    "area": (
        MOST.format(2) + SLOW.format(1_000_000),
        "Ringham may have 2 stations, and as many stay.",
        "Ringham peut avoir 2 stations, et autant y demeurent.",
    ),
    "budget": (
        SLOW.format(1000),
        "after grants, and there is $1,000 to spend.",
        "après subventions, et il n\u2019y a que 1 000 $ à dépenser.",
    ),
    "area of the plan": (
        MOST.format(3) + SLOW.format(1_000_000),
        "In this plan Ringham has 3 stations, which is all that the scenario allows.",
        "Dans ce plan, Ringham a 3 stations, soit tout ce que le scénario permet.",
    ),
}


@pytest.mark.parametrize("case", OBSTACLES)
def test_what_keeps_a_station_from_the_nearest_places_is_told(
    templates: Any, browser: Browser, tmp_path: Path, case: str
) -> None:
    text, *told = OBSTACLES[case]
    with templates.clone(templates.toy_town()) as address, psycopg.connect(address) as conn:
        assert solve_scenario(trial_file(tmp_path, text), Limits()).error is None
        screen = Watched(browser, write_page(1, out=tmp_path / "page.html"))
        (cell_count,) = conn.execute(
            "select count(*) from report.run_demand where i is not null"
        ).fetchone() or (0,)
    screen.page.evaluate("load_street()")
    screen.wait("street.known !== null")
    for language, sentence in zip(("en", "fr"), told, strict=True):
        if language == "fr":
            screen.page.click("#language")
            assert screen.page.get_attribute(".maplibregl-ctrl-zoom-in", "aria-label") == "Agrandir"
        answers = [
            screen.page.evaluate(
                "cell => answer_of({ cell, name: '', away_m: 0 }).map(one => one.textContent).join(' ')", cell
            )
            for cell in range(cell_count)
        ]
        assert any(sentence in spaced(answer) for answer in answers), answers
    assert screen.errors == []
    screen.page.close()


def test_without_addresses_streets_of_the_map_are_known_and_an_old_run_says_so(
    templates: Any, solved: str, browser: Browser, tmp_path: Path
) -> None:
    with templates.clone(solved) as address, psycopg.connect(address, autocommit=True) as conn:
        conn.execute("delete from raw.address")
        conn.execute("refresh materialized view core.address")
        conn.execute("delete from plan.site_bound")
        screen = Watched(browser, write_page(1, out=tmp_path / "page.html"))
    answer = ask(screen, "fourth st")
    assert answer.startswith("Fourth Street, Ringham")
    assert "the run is older than this question" in answer
    assert screen.errors == []
    screen.page.close()
