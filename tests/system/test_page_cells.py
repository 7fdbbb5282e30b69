"""Hexagons of the page's map in a real browser: where they lie, what they stand for, and how much a province takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyproj
import pytest
import shapely
from playwright.sync_api import Browser

from report.page import demand, read
from report.page.__main__ import write_page
from report.page.render import render
from tests.support.browser import Watched, chromium
from tests.support.drawn_cells import draw_cells

CELLS = """
    select demand_id, i, j, population, ev_count, st_asbinary(geom) as geom from report.run_demand
    where run_id = 1 order by i, j
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def drawn(templates: Any, planned_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield a connection to a plan of 9,000 hexagons, and its page."""
    with templates.clone(planned_template) as address, psycopg.connect(address) as conn:
        draw_cells(conn, 1, 9000)
        conn.commit()
        yield conn, write_page(1, out=tmp_path_factory.mktemp("drawn") / "page.html")


@pytest.fixture
def watched(browser: Browser, drawn: Any) -> Iterator[Watched]:
    found = Watched(browser, drawn[1])
    yield found
    assert found.errors == []
    found.page.close()


def _check(page: Watched, conn: psycopg.Connection[Any]) -> int:
    """Hold every small hexagon of a page against the database; return how many there are."""
    columns = (
        "({i: [...SIZES[0].i], j: [...SIZES[0].j], population: SIZES[0].population, ev: SIZES[0].ev_count,"
    )
    got = page.page.evaluate(
        f"{columns} rings: Array.from({{length: SIZES[0].count}}, (_, n) => SIZES[0].geometry(n).coordinates[0])}})"
    )
    rows = conn.execute(CELLS).fetchall()
    assert list(zip(got["i"], got["j"], strict=True)) == [(i, j) for _, i, j, *_ in rows]
    digits = demand.FIGURE_DIGITS
    assert got["population"] == [round(row[3], digits) for row in rows]
    assert got["ev"] == [None if row[4] is None else round(row[4], digits) for row in rows]
    (srid,) = conn.execute("select metric_srid from report.region").fetchone() or (None,)
    metric = pyproj.Transformer.from_crs("EPSG:4326", srid, always_xy=True)
    for ring, row in zip(got["rings"], rows, strict=True):
        x, y = metric.transform(*zip(*ring, strict=True))
        known = shapely.from_wkb(row[5])
        assert (
            shapely.hausdorff_distance(shapely.LinearRing(list(zip(x, y, strict=True))), known.exterior) < 1
        )
    return len(rows)


def test_hexagons_lie_where_the_database_has_them(
    browser: Browser, planned_database: str, tmp_path: Path
) -> None:
    page = Watched(browser, write_page(1, out=tmp_path / "page.html"))
    with psycopg.connect(planned_database) as conn:
        assert _check(page, conn) > 3
        states = page.page.evaluate("CONTENT.plans[0].states")
        order = [demand_id for demand_id, *_ in conn.execute(CELLS)]
        for level, found in states.items():
            known: dict[int, int] = dict(
                conn.execute(
                    "select demand_id, state from report.demand_state where run_id = 1 and level = %s",
                    (level,),
                ).fetchall()
            )
            assert found == [known[demand_id] for demand_id in order]
    assert page.page.evaluate("SIZES.length") == 1
    assert page.errors == []
    page.page.close()


def test_thousands_of_hexagons_lie_where_the_database_has_them(watched: Watched, drawn: Any) -> None:
    assert _check(watched, drawn[0]) == 9000


def test_large_hexagons_sum_up_the_small_ones(watched: Watched, drawn: Any) -> None:
    """Each small hexagon counts in the large one that its centre lies in, and no person is lost."""
    sizes = watched.page.evaluate(
        "SIZES.map(s => ({edge_m: s.edge_m, cells: s.cell_count, i: [...s.i], j: [...s.j], people: s.population, ev: s.ev_count}))"
    )
    assert len(sizes) == 2
    small, large = sizes
    assert large["edge_m"] == 3 * small["edge_m"]
    assert sum(large["cells"]) == len(small["i"]) == 9000
    assert max(large["cells"]) > 5
    for key in ("people", "ev"):
        assert sum(large[key]) == pytest.approx(sum(small[key]), rel=1e-6)
    # which of them: the nearest centre, and one of those alike where several are
    height = 3**0.5
    centre = {
        (i, j): (4.5 * i, 3 * height * (j + 0.5 * (i % 2)))
        for i, j in zip(large["i"], large["j"], strict=True)
    }
    tree = shapely.STRtree([shapely.Point(*at) for at in centre.values()])
    points = [
        shapely.Point(1.5 * i, height * (j + 0.5 * (i % 2)))
        for i, j in zip(small["i"], small["j"], strict=True)
    ]
    least, most = [0.0] * len(centre), [0.0] * len(centre)
    near, far = (
        tree.query(points, predicate="dwithin", distance=height * 1.5 - 0.05),
        tree.query(points, predicate="dwithin", distance=3.05),
    )
    for found, into in ((near, least), (far, most)):
        for point, number in found.T:
            into[number] += small["people"][point]
    for low, people, high in zip(least, large["people"], most, strict=True):
        assert low - 0.01 <= people <= high + 0.01
    (level, people) = (
        drawn[0]
        .execute(
            "select min(s.level), (select sum(population) from report.run_demand where run_id = 1)"
            " from report.demand_state as s where run_id = 1"
        )
        .fetchone()
    )
    shares = watched.page.evaluate(f"CONTENT.plans[0].mixes[0]['{level}']")
    covered = [
        sum(
            sum(share * number for share, number in zip(found, large["people"], strict=True))
            / demand.SHARE_PARTS
            for state, found in shares.items()
            if int(state) & bit
        )
        for bit in (1, ~1)
    ]
    assert sum(large["people"]) == pytest.approx(people, rel=1e-6)
    known = drawn[0].execute(
        "select sum(d.population) filter (where state & 1 = 1), sum(d.population) filter (where state > 1)"
        " from report.demand_state join report.run_demand as d using (run_id, demand_id)"
        " where run_id = 1 and level = %s",
        (level,),
    )
    assert covered == pytest.approx(list(known.fetchone()), rel=2e-3)


def test_far_away_large_hexagons_are_drawn_and_near_by_small_ones(watched: Watched) -> None:
    zoom = "zoom => new Promise(done => { maps[0].map.once('idle', () => done(maps[0].ground.place)); maps[0].map.jumpTo({zoom}); })"
    shown = (
        "[...new Set(maps[0].map.queryRenderedFeatures({layers: ['demand']}).map(f => f.properties.place))]"
    )
    near = watched.page.evaluate(
        "Math.log2(CELL_PX * 40075016.7 / 512 * Math.cos(maps[0].map.getCenter().lat * Math.PI / 180) / (2 * SIZES[0].edge_m))"
    )
    for step, place, note in ((-0.5, 1, True), (0.5, 0, False), (-1.5, 1, True)):
        assert watched.page.evaluate(zoom, near + step) == place
        watched.wait(f"JSON.stringify({shown}) === '[{place}]'")
        assert ("Large hexagons" in watched.page.inner_text("#legend")) is note
        people = watched.page.evaluate(
            "(() => { const f = maps[0].map.queryRenderedFeatures({layers: ['demand']})[0];"
            " return [maps[0].figure(f, 'population'), SIZES[f.properties.place].population[f.id]]; })()"
        )
        assert people[0] == people[1]
    # where colours are those of people, a large hexagon is held against large ones
    watched.page.check("#ground input[value='population']")
    assert "the sum of the small ones" in watched.page.inner_text("#legend")


def test_a_map_draws_what_is_in_view_and_follows_it(watched: Watched) -> None:
    look = (
        "([x, y, zoom]) => new Promise(done => { const {map} = maps[0];"
        " map.once('idle', () => done([maps[0].ground.features.length, map.queryRenderedFeatures({layers: ['demand']}).length]));"
        " map.jumpTo({zoom, center: [x, y]}); })"
    )
    places = watched.page.evaluate(
        "[0, Math.floor(SIZES[0].count / 2), SIZES[0].count - 1].map(n => SIZES[0].geometry(n).coordinates[0][0])"
    )
    for x, y in places:
        kept, seen = watched.page.evaluate(look, [x, y, 13])
        assert 0 < kept < 2000
        assert seen > 0


def test_colours_of_a_large_hexagon_are_mixed(watched: Watched) -> None:
    states = {"0": [1000, 0, 500, 0], "2": [0, 1000, 500, 0]}
    mixed = "states => [0, 1, 2, 3].map(n => mixed(states, n, 1))"
    none, gained, half, empty = watched.page.evaluate(mixed, states)
    colours = watched.page.evaluate("COVER")
    assert (none, gained, empty) == (colours["uncovered"], colours["gained"], colours["uncovered"])
    channels = [[int(c[n : n + 2], 16) for n in (1, 3, 5)] for c in (none, gained, half)]
    assert channels[2] == pytest.approx(
        [(a + b) / 2 for a, b in zip(channels[0], channels[1], strict=True)], abs=0.5
    )


def test_bytes_for_each_hexagon_are_bounded(templates: Any, planned_template: str) -> None:
    bytes_of = {}
    for count in (5_000, 45_000):
        with templates.clone(planned_template) as address, psycopg.connect(address) as conn:
            draw_cells(conn, 1, count)
            plan = read.read_plan(conn, 1)
            sizes = [len(size.i) for size in plan["demand"].sizes]
            assert sizes[0] == count
            assert sizes[-1] <= demand.CELLS_AT_ONCE
            bytes_of[count] = len(render(read.read_region(conn), [plan]).encode())
    few, many = bytes_of.values()
    assert (many - few) / 40_000 < 35, "bytes a hexagon, larger hexagons with it"


def test_long_tables_are_made_as_one_comes_to_them_and_whole_on_paper(browser: Browser, drawn: Any) -> None:
    found = Watched(browser, drawn[1])
    count, first, last = found.page.evaluate(
        """() => {
            const rows = Array.from({length: 2500}, (_, n) => ({n, name: `site ${n}`}));
            fill("gone", table([{title: "n", value: r => r.n, is_number: true}, {title: "name", value: r => r.name}], rows, {total: {n: null, name: "all"}}));
            show_section("gone", true);
            const cells = document.querySelectorAll("#gone tbody tr");
            return [cells.length, cells[0].innerText, cells[cells.length - 1].innerText];
        }"""
    )
    assert count < 500
    assert first.split() == ["0", "site", "0"]
    assert "all" not in last
    made = found.page.evaluate(
        """() => new Promise(done => {
            const frame = document.querySelector("#gone .scroll");
            frame.addEventListener("scroll", () => setTimeout(() => done(document.querySelectorAll("#gone tbody tr").length)));
            frame.scrollTop = frame.scrollHeight;
        })"""
    )
    assert count < made < 2500
    found.page.locator("#gone thead button").first.click()
    found.page.locator("#gone thead button").first.click()
    assert found.page.inner_text("#gone tbody tr:first-child").split()[0] == "2499"
    assert found.page.locator("#gone tbody tr").count() == count
    found.page.evaluate(
        "addEventListener('afterprint', () => { window.printed = document.querySelectorAll('#gone tbody tr').length; })"
    )
    assert found.page.pdf(format="Letter").startswith(b"%PDF")
    assert found.page.evaluate("window.printed") == 2501
    assert found.page.inner_text("#gone tbody tr:last-child").split()[-1] == "all"
    assert found.errors == []
    found.page.close()


def test_names_of_areas_do_not_cover_each_other(watched: Watched) -> None:
    boxes = watched.page.evaluate(
        """() => { const at = maps[0].map.getCenter();
            maps[0].labels = Array.from({length: 300}, (_, n) => new maplibregl.Marker({element: make("div", {class: "area-label"}, `Area ${n}`)})
                .setLngLat([at.lng + (n % 20 - 10) / 400, at.lat + (Math.floor(n / 20) - 7) / 400]));
            maps[0].place_labels();
            const whole = maps[0].map.getCanvas().getBoundingClientRect();
            maps[0].labels.forEach(label => { const r = label.getElement().getBoundingClientRect();
                if (r.width && (r.left < whole.left - 1 || r.right > whole.right + 1)) throw new Error("a name is cut off"); });
            return [...document.querySelectorAll(".area-label")].filter(e => e.textContent.startsWith("Area")).map(e => e.getBoundingClientRect()).map(r => [r.left, r.top, r.right, r.bottom]); }"""
    )
    shown = [shapely.box(*box) for box in boxes]
    assert 5 < len(shown) < 300
    assert all(
        not a.buffer(-0.5).intersects(b.buffer(-0.5)) for n, a in enumerate(shown) for b in shown[n + 1 :]
    )
