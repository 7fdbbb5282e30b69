"""The planner's page in a real browser: what it says, what can be done with it, and what it never does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from db.common.errors import UsageError
from db.common.language import LANGUAGES, Language, read_words
from db.session.connection import connect
from model.analysis.variation import SHORT
from model.data.codes import GrowthPath
from model.data.scenario import resolve
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.objective import TERMS
from model.formulation.rule import Unit
from model.run.adoption import adopt
from model.solve import Limits, solve_scenario
from report.catalogue import NAMES, catalogue
from report.page import render
from report.page.__main__ import OUT, write_page
from report.page.render import HERE, WORDS
from tests.support.browser import Watched, chromium
from tests.support.scenarios import ONE_SHARE, file

NAME = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
SCENARIO = """
[budget]
carries_over = true

[phase.1]
title = "Upgrades"
actions = ["upgrade"]
budget_cad = 300000

[phase.2]
title = "More"
year = 2028
budget_cad = 400000
actions = ["build"]
chargers = ["ac_7", "dc_150"]
discount_factor = 1.0

[phase.2.coverage_min_share]
L2 = 0.0
L3 = 0.0

[rule]
grid_area_power = false
"""


PROGRESS = """
    insert into plan.run_progress (run_id, number, step, elapsed_s, incumbent, dual_bound)
    select 1, number, step, elapsed_s, r.objective - missing, r.objective + above
    from plan.run as r
    cross join (values
        (1, 'start', 0.0, null, 40.0), (2, 'search', 0.5, 10.0, 40.0), (3, 'search', 60.0, 1.0, 4.0),
        (4, 'proof', 150.0, 0.0, 2.0), (5, 'settle', 400.0, 0.0, 0.0)
    ) as p (number, step, elapsed_s, missing, above)
    where r.run_id = 1;
    update plan.run set solve_s = 400 where run_id = 1
"""
"""A solve that took its time, whatever the machine."""


@pytest.fixture(scope="module")
def solved(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the template of Toy Town with a plan of two phases (run 1) and phase1 (run 2)."""
    folder = tmp_path_factory.mktemp("page")

    def solve() -> None:
        file(folder, SCENARIO, "two")
        file(folder, f"extends = 'phase1'\n{ONE_SHARE}", "one")
        with connect() as conn:
            conn.execute(
                "insert into plan.site_lock (site_id, lock_kind)"
                " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
            )
            conn.execute(
                "insert into plan.site_lock (site_id, lock_kind, scenario_name)"
                " select min(site_id), 'force_in', 'two' from core.site where not is_existing"
            )
        for scenario in (str(folder / "two.toml"), str(folder / "one.toml")):
            assert solve_scenario(scenario, Limits()).error is None
        with connect() as conn:
            conn.execute(
                "update plan.decision set site_name = %s where action = 'upgrade' and run_id = 1", (NAME,)
            )
            conn.execute("delete from plan.run_progress where run_id = 1")
            conn.execute(PROGRESS)

    name: str = templates.template("toy_town_page", templates.toy_town(), solve)
    return name


@pytest.fixture(scope="module")
def files(templates: Any, solved: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages of run 1, alone, as that of a large region, and compared with run 2."""
    folder = tmp_path_factory.mktemp("out")
    with templates.clone(solved), pytest.MonkeyPatch.context() as patch:
        alone = write_page(1, out=folder / "alone.html")
        both = write_page(1, compare=2, language=Language.FR, out=folder / "both.html")
        patch.setattr(render, "DEFLATED_FROM", 1000)
        deflated = write_page(1, out=folder / "deflated.html")
    return {"alone": alone, "both": both, "deflated": deflated}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def watched(browser: Browser, files: dict[str, Path]) -> Iterator[Watched]:
    found = Watched(browser, files["alone"])
    yield found
    assert found.errors == []
    assert [url for url in found.requests if not url.startswith(("file:", "blob:", "data:"))] == []
    found.page.close()


def test_the_map_draws_and_the_page_is_small(watched: Watched, files: dict[str, Path]) -> None:
    colours = watched.page.evaluate(
        "() => { const from = maps[0].map.getCanvas(), to = document.createElement('canvas'); to.width = from.width; to.height = from.height;"
        " const ink = to.getContext('2d'); ink.drawImage(from, 0, 0); const bytes = ink.getImageData(0, 0, to.width, to.height).data;"
        " const seen = new Set(); for (let n = 0; n < bytes.length; n += 4) seen.add(bytes[n] << 16 | bytes[n + 1] << 8 | bytes[n + 2]);"
        " return seen.size; }"
    )
    assert colours > 20
    assert watched.drawn("demand") > 0
    assert watched.drawn("decisions") == len(watched.rows())
    assert files["alone"].stat().st_size < 5e6


def test_the_page_of_a_large_region_comes_deflated_and_is_the_same(
    browser: Browser, watched: Watched, files: dict[str, Path]
) -> None:
    assert "Upgrades" not in files["deflated"].read_text(encoding="utf-8")
    deflated = Watched(browser, files["deflated"])
    assert deflated.errors == []
    assert deflated.rows() == watched.rows()
    assert deflated.page.inner_text("main") == watched.page.inner_text("main")
    deflated.page.close()


def test_a_browser_that_cannot_inflate_says_so(browser: Browser, files: dict[str, Path]) -> None:
    old = browser.new_page()
    old.add_init_script("delete window.DecompressionStream")
    old.goto(files["deflated"].as_uri())
    old.wait_for_selector("h1:not(:empty)")
    assert old.inner_text("h1").startswith("This page is of a large region")
    old.close()


BUILD_AND_REMOVE = """
    () => {
        const kept = PLAN.stations, type = PLAN.ports[0].charger_type;
        const site = (action, before, after) => ({ properties: { action, ports_before: before, ports_after: after } });
        PLAN.stations = [site("build", "", `${type}=5`), site("remove", `${type}=4`, ""), site("keep", `${type}=2`, `${type}=2`)];
        const words = lead_words();
        PLAN.stations = kept;
        return [words, title_of("charger", type)];
    }
"""


def test_ports_that_come_and_ports_that_go_do_not_hide_one_another(watched: Watched) -> None:
    lead, charger = watched.page.evaluate(BUILD_AND_REMOVE)
    five, four = (f"{count}\u00a0\u00d7\u00a0{charger}" for count in (5, 4))
    words = f"1 new station and 1 removal: {five} added and {four} taken away."
    assert lead == words


def test_it_opens_with_the_answer(watched: Watched) -> None:
    lead = watched.page.inner_text("#lead")
    assert lead.startswith("1 new station and 1 upgrade")
    assert "150 kW added" in lead
    assert "\u2212" in watched.page.inner_text("#facts")
    assert "gross" in watched.page.inner_text("#facts")
    first = watched.page.eval_on_selector_all("main section", "found => found[0].id")
    assert first == "answer"
    assert "no violation" in watched.page.inner_text("#certainty")
    assert watched.page.locator("#steps li").count() >= 2


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_the_first_screen_has_the_answer_and_a_numbered_map(
    browser: Browser, files: dict[str, Path], size: tuple[int, int]
) -> None:
    screen = Watched(browser, files["alone"], *size)
    for place in ("#lead", "#where", "#map", "#facts", "#certainty"):
        box = screen.page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size[1], place
    numbers = screen.page.evaluate(
        "maps[0].map.queryRenderedFeatures({layers: ['decisions']}).map(f => f.properties.number).sort()"
    )
    assert numbers == [1, 2]
    assert sorted(row[0] for row in screen.rows()) == ["1", "2"]
    assert screen.page.locator("#where .symbol text").all_text_contents() == ["1", "2"]
    screen.page.close()


def test_how_sure_says_what_was_varied_before_the_gap(watched: Watched) -> None:
    """Rows as report.plan_overview and report.parameter_effect have them."""
    sure = watched.page.locator("#facts dd").last
    assert sure.inner_text().startswith("Not tested")
    rows = [
        {
            "parameter": "service_distance",
            "level": "L3",
            "value_worst": 0.8,
            "value_best": 1.2,
            "people_change_worst": -1234.4,
            "people_change_best": 0,
        },
        {
            "parameter": "growth.path",
            "level": "L2",
            "value_worst": "low",
            "value_best": "high",
            "people_change_worst": 0,
            "people_change_best": 0.2,
        },
    ]
    draw = (
        "rows => { Object.assign(OVERVIEW, {plan_count: 5, robust_count: 1, chosen_count_min: 3}); PLAN.effects = rows;"
        " draw_answer(); return [...document.querySelectorAll('#facts dd')].at(-1).innerText; }"
    )
    told = watched.page.evaluate(draw, rows)
    assert told.startswith(
        "1 of 2 sites are chosen in all 5 plans, this one and those for varied assumptions; the least certain in 3."
    )
    assert "times 0.8 to 1.2: \u22121,234 to 0 people (Level 3 (DC fast))" in told
    assert "Growth of EVs low to high: no change in people" in told
    assert told.index("1,234") < told.index("better by")


EFFECTS = [
    ("service_distance", 1.0, "L3", (0.8, -12_345), (1.2, 6_789)),
    ("budget", 250e6, "L3", (200e6, -4_000), (300e6, 0)),
    ("growth.path", "middle", "L3", ("high", 150), ("low", 2_400)),
    ("session.kwh_per_ev_day", 2.5, "L3", (2.0, -900), (3.0, -900)),
    ("costs", 1.0, "L3", (0.8, 0), (1.2, 0)),
]
DRAW_EFFECTS = """rows => {
    PLAN.effects = rows.map(([parameter, base_value, level, [value_worst, people_change_worst], [value_best, people_change_best]]) =>
        ({ parameter, base_value, level, value_worst, people_change_worst, value_best, people_change_best }));
    PLAN.sensitivity = rows.flatMap(([parameter, base_value, level, ...ends]) => ends.map(([value, people], n) =>
        ({ parameter, base_value, value, people_change_by_level: people === null ? null : { [level]: people, L2: 7 * n }, objective_change: n ? 0.25 : -0.125, is_service_distance_cut: value === 1.2 })));
    draw_sensitivity();
}"""
"""Draws rows (parameter, value in the plan, level, worst value and its people, best value and its people)."""
BARS = """() => [...document.querySelectorAll('#sensitivity rect')].filter(one => one.querySelector('title'))
    .map(one => [one.getAttribute('fill'), Number(one.getAttribute('x')), Number(one.getAttribute('width'))])"""


def test_the_tornado_tells_people(watched: Watched) -> None:
    watched.page.evaluate(DRAW_EFFECTS, EFFECTS)
    covers = watched.page.evaluate("CONTENT.covers")
    bars = watched.page.evaluate(BARS)
    (_, least, width), (_, zero, more) = bars[:2]
    scale = width / 12_345
    assert least + width == pytest.approx(zero)
    assert more == pytest.approx(6_789 * scale)
    expected = [(-12_345, 12_345), (0, 6_789), (-4_000, 4_000), (0, 2_400), (-900, 900)]
    for (fill, x, wide), (start, people) in zip(bars, expected, strict=True):
        assert (x - zero, wide) == pytest.approx((start * scale, people * scale), abs=0.01)
        assert fill == covers["lost" if start < 0 else "gained"]
    texts = watched.page.locator("#sensitivity svg text").all_text_contents()
    assert {"\u22125,000", "0", "+5,000"} <= set(texts), "whole thousands"
    assert {"Service distance, times (1)", "Budget (250,000,000)", "Growth of EVs (middle)"} <= set(texts)
    assert {"0.8", "1.2*", "200,000,000", "300,000,000", "high", "low", "2 to 3"} <= set(texts)
    assert "Change of people within the service distance of Level 3 (DC fast)" in texts
    said = watched.page.inner_text("#sensitivity")
    assert (
        "Most depends on this: Service distance, times. With 0.8 to 1.2*: \u221212,345 to +6,789 people within the"
        " service distance of Level 3 (DC fast)"
    ) in said
    assert "run 1 of " in said
    assert "Changes nobody's coverage: Costs, times." in said
    assert not any(text.startswith("Costs") for text in texts)
    assert "does not know distances that long" in said
    rows = watched.page.eval_on_selector_all(
        "#sensitivity tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert rows[0] == ["Service distance, times", "1", "0.8", "0", "\u221212,345", "\u22120.125"]
    assert rows[1] == ["Service distance, times", "1", "1.2*", "+7", "+6,789", "+0.250"]
    assert rows[-1] == ["Costs, times", "1", "1.2*", "+7", "0", "+0.250"]
    with watched.page.expect_download() as saving:
        watched.page.click("#sensitivity .table-tools button:has-text('CSV')")
    lines = list(csv.reader(io.StringIO(Path(saving.value.path()).read_text(encoding="utf-8-sig"))))
    assert lines[0][-1] == "Change of the objective"
    assert lines[1][1:] == ["1", "0.8", "0", "-12345", "-0.125"]


def test_the_tornado_names_levels_that_differ(watched: Watched) -> None:
    watched.page.evaluate(DRAW_EFFECTS, [EFFECTS[0], ("budget", 1.0, "L2", (2.0, -1), (3.0, 2))])
    texts = watched.page.locator("#sensitivity svg text").all_text_contents()
    assert "Service distance, times (1), Level 3 (DC fast)" in texts
    assert "Budget (1), Level 2" in texts
    assert "Change of people within the service distance of the level named" in texts


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (0, "No assumption changes how many people are covered. The objective depends most on this: Costs"),
        (None, "How many people assumptions change is not known. The objective depends most on this: Costs"),
    ],
)
def test_without_people_the_tornado_is_of_the_objective(
    watched: Watched, people: int | None, words: str
) -> None:
    watched.page.evaluate(DRAW_EFFECTS, [("costs", 1.0, "L3", (0.8, people), (1.2, people))])
    said = watched.page.inner_text("#sensitivity")
    assert words in said
    assert "which changes it by \u22120.13 to +0.25" in said
    assert "Change of the objective" in watched.page.locator("#sensitivity svg text").all_text_contents()
    assert [fill for fill, *_ in watched.page.evaluate(BARS)] == ["#d55e00", "#0072b2"]
    assert "nobody" not in said


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [390, 1366])
def test_texts_of_the_tornado_stay_in_the_picture(
    browser: Browser, files: dict[str, Path], language: Language, width: int
) -> None:
    watched = Watched(browser, files["alone"], width=width, height=844)
    if language == Language.FR:
        watched.page.click("#language")
    watched.page.evaluate(DRAW_EFFECTS, EFFECTS)
    outside = watched.page.evaluate(
        "() => { const svg = document.querySelector('#sensitivity svg'), box = svg.getBoundingClientRect();"
        " return [...svg.querySelectorAll('text')].filter(text => { const own = text.getBoundingClientRect();"
        " return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1; })"
        ".map(text => text.textContent); }"
    )
    assert outside == []
    covering = watched.page.evaluate(
        "() => { const all = [...document.querySelectorAll('#sensitivity svg text')].map(text => [text.textContent, text.getBoundingClientRect()]);"
        " return all.flatMap(([name, a], n) => all.slice(n + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1"
        " && a.top < b.bottom - 2 && b.top < a.bottom - 2).map(([other]) => [name, other])); }"
    )
    assert covering == []
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.errors == []
    watched.page.close()


def test_what_weakens_a_plan_is_said_first(watched: Watched) -> None:
    draw = "of => { Object.assign(OVERVIEW, of); draw_answer(); return document.querySelector('#cautions').innerText; }"
    none = {"is_gap_above": False, "is_road_approximate": False, "assumed_grid_count": 0}
    assert "approximate" not in watched.page.evaluate(draw, none)
    weak = {
        "is_gap_above": True,
        "mip_gap_max": 0.05,
        "is_road_approximate": True,
        "assumed_grid_count": 2,
        "grid_count": 3,
    }
    told = watched.page.evaluate(draw, weak)
    assert "5.0% is allowed" in told
    assert "The road network is approximate." in told
    assert "hosting capacity of 2 grid nodes of 3 is assumed" in told
    watched.page.evaluate("OVERVIEW.first_year = 2001; draw_answer()")
    assert "The year 2001 has passed" in watched.page.inner_text("#facts")


def test_what_a_phase_leaves_to_the_next_is_left_once(watched: Watched) -> None:
    plan = watched.page.evaluate(
        "({phases: PLAN.phases, heads: [...document.querySelectorAll('#money th')].map(h => h.innerText)})"
    )
    budget, net = (sum(phase[key] for phase in plan["phases"]) for key in ("budget_cad", "net_capex_cad"))
    assert plan["phases"][1]["carried_in_cad"] == plan["phases"][0]["left_cad"] > 0
    left = plan["heads"].index("Left")
    cells = watched.page.eval_on_selector_all(
        "#money tbody tr:last-child > *", "cells => cells.map(c => c.innerText)"
    )
    assert cells[0] == "All phases"
    assert cells[left].replace("$", "").replace(",", "") == f"{budget - net:.0f}"


def test_cash_flow_adds_up_over_years_and_projects(watched: Watched) -> None:
    plan = watched.page.evaluate("({years: PLAN.cash_flow, sites: PLAN.site_economy, plan: PLAN.economy[0]})")
    assert [row["year"] for row in plan["years"]] == list(
        range(plan["plan"]["first_year"], plan["plan"]["last_year"] + 1)
    )
    total = sum(row["cash_flow_cad"] for row in plan["years"])
    assert plan["years"][-1]["cumulative_cash_flow_cad"] == pytest.approx(total)
    assert sum(row["npv_cad"] for row in plan["sites"]) == pytest.approx(plan["plan"]["npv_cad"])
    assert watched.page.locator("#economy svg rect").count() == len(plan["years"])
    assert watched.page.locator("#economy tbody tr").count() == len(plan["years"])
    assert watched.page.locator("#site-economy tbody tr").count() == len(watched.rows())
    assert "net present value" in watched.page.inner_text("#economy-lead")


def test_rules_that_are_off_are_not_called_kept(watched: Watched) -> None:
    told = dict(
        watched.page.evaluate(
            "[...document.querySelector('#sure table').tBodies[0].rows].map(row => [...row.cells].map(c => c.textContent))"
        )
    )
    off = watched.page.evaluate("PLAN.audit.filter(row => !row.is_on).map(row => named('rule', row.rule))")
    assert "grid_area_power" in watched.page.evaluate(
        "PLAN.audit.filter(row => !row.is_on).map(row => row.rule)"
    )
    assert {name: told[name] for name in off} == dict.fromkeys(off, "not asked for")
    assert all(told[name] == "0" for name in told if name not in off)


def test_floors_that_gave_way_are_told(watched: Watched) -> None:
    """Rows as report.lowered_floor has them; the page says each in its language."""
    common = {"phase": None, "level": None, "planning_area": None, "group_kind": None, "group_name": None}
    rows = [
        {"floor": "coverage_min_share", "phase": 3, "level": "L3", "asked_value": 0.4, "used_value": 0.125},
        {
            "floor": "station_count_min",
            "level": "L3",
            "planning_area": "Ringham",
            "asked_value": 9,
            "used_value": 2,
        },
        {"floor": "station_count_min", "planning_area": "Farend", "asked_value": 3, "used_value": 1},
        {
            "floor": "ratio_min",
            "level": "L2",
            "group_kind": "municipality",
            "group_name": "<i>Farend</i>",
            "asked_value": 0.1,
            "used_value": 0.0,
        },
    ]
    draw = "rows => { PLAN.floors = rows; draw_answer(); return document.querySelector('#steps').innerText; }"
    told = watched.page.evaluate(draw, [common | row for row in rows])
    assert "least coverage of Level 3 (DC fast) in phase 3, 12.50% instead of 40.00%." in told
    assert "fewest stations in Ringham with Level 3 (DC fast), 2 instead of 9." in told
    assert "fewest stations in Farend, 1 instead of 3." in told
    assert "(Municipality: <i>Farend</i>) relative to that of all people, 0.00% instead of 10.00%." in told
    watched.page.click("#language")
    assert "couverture minimale du Niveau 3 (recharge rapide) en phase 3" in watched.page.inner_text("#steps")


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_and_terms_have_the_titles_of_their_objects(watched: Watched, language: Language) -> None:
    titles = watched.page.evaluate(f"WORDS.{language}")
    for part in (*DEFINITIONS, *RULES):
        assert titles[f"rule_{part.name}"] == getattr(part.title, language)
    for term in TERMS:
        for key, _ in term.keys(("L2", "L3")):
            assert titles[f"term_{key}"] == getattr(term.title, language)
    level = {"en": "Level 3 (DC fast)", "fr": "Niveau 3 (recharge rapide)"}[language]
    shown = watched.page.evaluate(f"(language = '{language}', term_words('coverage.L3'))")
    assert shown.startswith(titles["term_coverage.L3"])
    assert shown.endswith(level)


def test_people_by_one_site_alone_are_never_more_than_all_who_gain(watched: Watched) -> None:
    found = watched.page.evaluate(
        "CONTENT.levels.map(({level}) => ({alone: sum(PLAN.gains.filter(g => g.level === level), 'only_population'),"
        " gained: people(PLAN, level, last_phase(PLAN)) - people(PLAN, level, 0)}))"
    )
    assert all(level["alone"] <= level["gained"] + 1e-6 for level in found)
    assert any(level["alone"] > 0 for level in found)
    assert any("by this site alone" in cell for row in watched.rows() for cell in row)


def test_what_binds_is_what_leaves_no_room_for_one_more_project(watched: Watched) -> None:
    """Each rule once, whatever the number of its rows, and those that are off below."""
    binding = watched.page.evaluate(
        "[...new Set(PLAN.constraint_slack.filter(row => row.is_binding).map(row => named('rule', row.rule)))]"
    )
    shown = watched.page.eval_on_selector_all(
        "#binding > div > table > tbody > tr", "rows => rows.map(row => row.cells[0].textContent)"
    )
    assert sorted(shown) == sorted(binding)
    off = watched.page.evaluate("PLAN.audit.filter(row => !row.is_on).map(row => named('rule', row.rule))")
    told = watched.page.inner_text("#not-asked")
    assert off
    assert all(rule in told for rule in off)
    assert not any(rule in told for rule in binding)


def test_each_parameter_stands_there_with_unit_range_and_source(watched: Watched) -> None:
    rows = watched.page.evaluate(
        "PLAN.parameters.map(r => ({key: r.key, cells: [parameter_value(r), unit_of(r), r.range[language], r.is_assumed, r.note[language]]}))"
    )
    found = {row["key"]: row["cells"] for row in rows}
    tree = resolve("base")[1].model_dump(mode="json")
    keys = {f"{table}.{key}" for table in ("distance", "grid", "rule", "site") for key in tree[table]}
    assert keys
    assert keys - found.keys() == set()
    value, unit, span, is_assumed, note = found["level.L3.service_distance_m"]
    assert (value, unit, span, is_assumed) == ("5,000", "m", ["3000", "5000"], False)
    assert "5 km" in note
    assert found["charger.ac_7.price_cad_per_kwh"][:2] == ["0.3", "$/kWh"]
    assert found["phase.2.year"][0] == "2028"
    assert [found[key][1] for key in ("charger.ac_7.ports_min", "level.L2.wait_max_min")] == ["", "min"]
    assert found["rule.grid_area_power"][0] == "off"
    watched.page.fill("#parameters input[type=search]", "service_distance_m")
    assert watched.page.locator("#parameters tbody tr").count() == 2


def test_layers_and_phases_switch(watched: Watched) -> None:
    all_projects = watched.drawn("decisions")
    assert all_projects == 2
    watched.page.check("#when input[value='1']")
    assert watched.drawn("decisions") == 1
    watched.page.check("#when input[value='0']")
    assert watched.drawn("decisions") == 0
    watched.page.check("#when input[value='2']")
    watched.page.uncheck("#layers input[value='decisions']")
    assert watched.drawn("decisions") == 0
    watched.page.check("#ground input[value='none']")
    assert watched.drawn("demand") == 0
    watched.page.check("#ground input[value='population']")
    assert watched.drawn("demand") > 0
    assert "or more" in watched.page.inner_text("#legend")


def test_a_click_shows_the_right_station(watched: Watched) -> None:
    watched.page.locator("#map").scroll_into_view_if_needed()
    for station in watched.page.evaluate(
        "CONTENT.plans[0].stations.filter(f => f.properties.action !== 'keep')"
        ".map(f => ({name: `${f.properties.number}. ${name_of(f.properties)}`, place: maps[0].map.project(f.geometry.coordinates)}))"
    ):
        box = watched.page.locator("#map").bounding_box()
        assert box
        watched.page.mouse.click(box["x"] + station["place"]["x"], box["y"] + station["place"]["y"])
        watched.wait("name => document.querySelector('#detail h3')?.textContent === name", station["name"])
        watched.page.locator("#detail .print-button").last.click()
        assert not watched.page.is_visible("#detail")


@pytest.mark.parametrize(("language", "size"), [(Language.EN, (1366, 768)), (Language.FR, (390, 844))])
def test_it_has_no_fault_that_axe_finds(
    browser: Browser, files: dict[str, Path], size: tuple[int, int], language: Language
) -> None:
    """WCAG 2.2, levels A and AA, and what axe-core recommends beside them."""
    screen = Watched(browser, files["both"], *size)
    if screen.page.evaluate("language") != language:
        screen.page.click("#language")
    screen.page.evaluate("choose(PLAN, projects(PLAN)[0].site_id)")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(screen.page, options={"runOnly": {"type": "tag", "values": tags}})
    faults = [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]])
        for fault in found.response["violations"]
    ]
    assert found.response["passes"]
    assert faults == []
    screen.page.close()


def test_projects_are_filtered_and_saved(watched: Watched) -> None:
    """What is shown is what a file has, and names that begin like a formula are text in it."""
    watched.page.select_option("#decisions select", index=1)
    (shown,) = watched.rows()
    assert "1 row of 2" in watched.page.inner_text("#decisions [role=status]")
    with watched.page.expect_download() as csv_file:
        watched.page.click("#decisions .table-tools button:has-text('CSV')")
    text = csv_file.value.path().read_text(encoding="utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text)))
    assert len(head) == len(row) == len(set(head))
    assert head[0] == "No."
    assert row[0] == shown[0]
    with watched.page.expect_download() as xlsx_file:
        watched.page.click("#decisions .table-tools button:has-text('XLSX')")
    assert xlsx_file.value.suggested_filename.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file.value.path().read_bytes())).active
    assert sheet is not None
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert cells[0] == head
    assert [cell for cell in cells[1] if isinstance(cell, int | float)] == pytest.approx(
        [float(value) for value in row if re.fullmatch(r"-?[\d.]+", value)]
    )
    assert watched.page.evaluate("csv_cell('=1+1', '.') + csv_cell('a\"b', '.')") == '\'=1+1"a""b"'
    watched.page.fill("#decisions input[type=search]", "no such project")
    assert watched.page.locator("#decisions tbody tr").count() == 0


def test_a_card_of_a_site_prints_alone(watched: Watched) -> None:
    watched.page.evaluate("print = () => { window.printed = document.body.className; }")
    watched.page.locator("#decisions tbody button").first.click()
    watched.page.click("#detail .print-button >> nth=0")
    assert watched.page.evaluate("printed") == "print-card"
    watched.page.emulate_media(media="print")
    assert watched.page.is_visible("#detail h3")
    assert watched.page.is_visible("#map")
    for other in ("#facts", "#decisions", "#detail button", "footer"):
        assert not watched.page.locator(other).first.is_visible(), other
    watched.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert watched.page.is_visible("#decisions table")


def test_untrusted_names_stay_text(watched: Watched) -> None:
    assert watched.page.evaluate("window.hacked === undefined")
    assert any(NAME in cell for row in watched.rows() for cell in row)
    assert watched.page.locator("#decisions img").count() == 0


def test_the_table_sorts_by_mouse_and_by_keyboard(watched: Watched) -> None:
    gross = watched.page.locator("#decisions thead button").nth(7)
    gross.click()
    up = [row[7] for row in watched.rows()]
    assert watched.page.locator("#decisions th").nth(7).get_attribute("aria-sort") == "ascending"
    gross.focus()
    watched.page.keyboard.press("Enter")
    down = [row[7] for row in watched.rows()]
    assert watched.page.locator("#decisions th").nth(7).get_attribute("aria-sort") == "descending"
    amounts = [int(re.sub(r"\D", "", text)) for text in up]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) > 1
    assert down == up[::-1]


def test_search_finds_a_station_and_moves_there(watched: Watched) -> None:
    watched.page.fill("#search", "onerror")
    watched.page.locator("#found button").click()
    assert watched.page.inner_text("#detail h3").partition(". ")[2] == NAME
    watched.page.fill("#search", "no such name")
    assert watched.page.inner_text("#found") == read_words(WORDS)[Language.EN]["search_none"]


def test_the_keyboard_reaches_the_plan(watched: Watched) -> None:
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("document.activeElement.id") == "answer"
    watched.page.focus("#when input[value='2']")
    watched.page.keyboard.press("ArrowUp")
    assert watched.page.is_checked("#when input[value='1']")
    assert watched.page.evaluate("document.querySelector('#map canvas').tabIndex") == 0


def test_the_french_page_is_french(browser: Browser, files: dict[str, Path]) -> None:
    watched = Watched(browser, files["both"])
    french, english = read_words(WORDS)[Language.FR], read_words(WORDS)[Language.EN]
    for _ in range(2):
        shown = watched.page.eval_on_selector_all(
            "[data-word]", "found => found.map(e => [e.dataset.word, e.textContent])"
        )
        assert dict(shown) == {key: french[key] for key, _ in shown}
        assert watched.page.evaluate("document.documentElement.lang") == "fr"
        watched.page.click("#language")
        assert watched.page.inner_text("#answer h2") == english["answer"]
        watched.page.click("#language")
    text = watched.page.evaluate(
        "[...document.querySelectorAll('h2, h3, th, legend, label, .tag, .note')].map(e => e.textContent.trim()).filter(Boolean)"
    )
    texts = [word for word in english.items() if isinstance(word[1], str)]
    differing = {value for key, value in texts if value != french[key] and "{" not in value}
    assert [t for t in text if t in differing] == []
    # signs stay with their words in all that the page shows and says to readers of screens; whole sentences told by sources are English
    said = watched.page.evaluate(
        "[document.body.innerText, ...[...document.querySelectorAll('[aria-label]')].map(e => e.ariaLabel), ...[...document.querySelectorAll('title')].map(e => e.textContent)].join('\\n')"
    )
    assert "\u00a0:" in said
    assert re.findall(r".{20} [:;?!»](?!\w)|« .{20}", said) == []
    for english_part in watched.page.evaluate(
        "[...document.querySelectorAll('[lang=en]')].map(e => e.innerText)"
    ):
        said = said.replace(english_part, "")
    assert re.findall(r".{20}[\w)%$][;:](?=\s)", said) == [], "what is put together has the space as well"
    assert watched.errors == []
    watched.page.close()


def test_areas_on_the_map_are_said_by_their_names(watched: Watched) -> None:
    watched.page.wait_for_selector(".area-label")
    marks = watched.page.eval_on_selector_all(
        ".area-label", "found => found.map(e => [e.textContent, e.getAttribute('aria-label')])"
    )
    assert sorted(marks) == [["Farend", "Farend"], ["Ringham", "Ringham"]]


@pytest.mark.parametrize("language", Language)
def test_a_project_outside_all_grant_areas_is_said_to_be_in_none(
    watched: Watched, language: Language
) -> None:
    if watched.page.evaluate("language") != language:
        watched.page.click("#language")
    row = {"clause": "grant_area", "found_number": None, "limit_number": None, "limit_text": "corridor"}
    words = read_words(WORDS)[language]
    for found, key in (("", "clause_grant_area_none"), ("old", "clause_grant_area")):
        shown = watched.page.evaluate("row => clause_words(row)", row | {"found_text": found})
        assert shown == str(words[key]).format(found=found, limit="corridor")


def test_two_plans_are_compared(browser: Browser, files: dict[str, Path]) -> None:
    watched = Watched(browser, files["both"])
    assert watched.page.locator("#compare tbody tr").count() >= 6
    assert watched.drawn("decisions") == 2
    assert watched.drawn("decisions", 1) == 1
    watched.page.locator("#decisions tbody button").first.click()
    centres = watched.page.evaluate("maps.map(one => one.map.getCenter().toArray())")
    assert centres[0] == pytest.approx(centres[1])
    assert watched.errors == []
    watched.page.close()


def test_it_fits_a_phone(browser: Browser, files: dict[str, Path]) -> None:
    watched = Watched(browser, files["alone"], 390, 844)
    OUT.mkdir(exist_ok=True)
    watched.page.screenshot(path=OUT / "page_phone.png", full_page=True)
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watched.drawn("decisions") == 2
    watched.page.close()


def test_it_prints(browser: Browser, files: dict[str, Path]) -> None:
    watched = Watched(browser, files["alone"])
    watched.page.screenshot(path=OUT / "page_desktop.png", full_page=True)
    paper = watched.page.pdf(format="Letter", print_background=True)
    assert paper.startswith(b"%PDF")
    watched.page.emulate_media(media="print")
    assert not watched.page.is_visible("#controls")
    assert not watched.page.is_visible("#language")
    assert watched.page.is_visible("#decisions table")
    watched.page.close()


def test_words_cover_parameters_and_units() -> None:
    found = read_words(WORDS)[Language.EN]
    named = read_words(NAMES)[Language.EN].keys()
    keys = {name.removeprefix("parameter_") for name in named if name.startswith("parameter_")}
    assert set(SHORT) <= keys
    for name in keys - set(SHORT):  # it is one of the parameters of a scenario
        assert (
            reduce(lambda tree, key: tree[key], name.split("."), resolve("base")[1].model_dump()) is not None
        )
    assert named == {f"parameter_{k}" for k in keys} | {f"choice_{path}" for path in GrowthPath}
    units = {unit.lower().replace(" ", "_") for unit in Unit} - {"cad", "kw", "share"}
    assert {f"unit_{name}" for name in units} <= found.keys()
    assert {unit.lower().replace(" ", "_") for unit in Unit} == catalogue().value["unit"].keys()


def test_whatever_a_rule_speaks_of_has_words() -> None:
    named = {"level", "limit", "place", "number", "group_kind", "group_name"}
    parts = {"lock_id", "site_id"}.union(*(r.limit.parts for r in RULES if isinstance(r.limit.parts, tuple)))
    found = read_words(WORDS)[Language.EN]
    assert {f"about_{part}" for part in parts - named} <= found.keys()
    assert {"about_phase", "about_grid_node_id"} <= {f"about_{part}" for part in parts}


def test_no_word_is_there_for_nothing() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in sorted(HERE.glob("*.j*")))
    made = re.compile(
        r"^(rule|term|group|action|level|status|covered|map_layer|map_ground|col|value|parameter|unit|about"
        r"|limit|place|source|owner|access|backtest|choice|measure|part|grid_kind|clause|listed"
        r"|grant_(status|not|other|nothing)|street_(obstacle|conflict)|zoom|exclusion|room_(people|share|sessions)|formula)_"
    )
    unused = [key for key in read_words(WORDS)[Language.EN] if not made.match(key) and key not in code]
    assert unused == []


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_has_contrast() -> None:
    """WCAG 2.2 asks for 4.5 between text and what it stands on."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (#\w{6})", css))
    tags = re.findall(r"\.tag\.\w+ \{ background: (?:var\(--(\w+)\)|(#\w{6}))", css)
    pairs = [
        (named[text], named[ground]) for text in ("ink", "quiet", "accent") for ground in ("ground", "panel")
    ]
    pairs += [("#ffffff", named[name] if name else colour) for name, colour in tags]
    assert len(tags) == 5
    for text, ground in pairs:
        light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_a_run_that_is_not_published_has_no_page(templates: Any, solved: str, tmp_path: Path) -> None:
    with templates.clone(solved) as address:
        with psycopg.connect(address) as conn:
            conn.execute("update plan.run set publication = 'rejected' where run_id = 1")
        with pytest.raises(UsageError, match="Run 1 is not a published plan"):
            write_page(1, out=tmp_path / "page.html")
        assert not (tmp_path / "page.html").exists()
        with pytest.raises(UsageError, match="No plan is adopted"):
            write_page(out=tmp_path / "page.html")
        with psycopg.connect(address, autocommit=True) as conn:
            adopt(conn, 2)
        assert write_page(out=tmp_path / "page.html").is_file()
        with pytest.raises(UsageError, match="cannot be written"):
            write_page(out=tmp_path / "page.html" / "below.html")


def test_the_progress_of_the_solve_is_drawn_and_said(watched: Watched) -> None:
    section = watched.page.locator("#progress-section")
    assert "after 0.5 s, the last and best one after 2 min 30 s" in section.inner_text()
    objective = watched.page.evaluate("number(PLAN.run.objective, 4)")
    texts = section.locator("svg text").all_text_contents()
    assert {f"Best plan: {objective}", f"Proven limit: {objective}", "Minutes of solving"} <= set(texts)
    plan, bound = (
        watched.page.evaluate(
            f"document.querySelector('#progress path[stroke=\"{colour}\"]').getAttribute('d')"
        )
        for colour in ("#0072b2", "#d55e00")
    )
    assert [path.count("V") for path in (plan, bound)] == [2, 3]
    assert plan.rpartition("V")[2] == bound.rpartition("V")[2], "the lines meet at the end"


def test_the_seconds_of_the_solve_sum_up(watched: Watched) -> None:
    rows = watched.page.evaluate(
        "long_steps(PLAN.run_steps, sum(PLAN.run_steps, 'step_s')).map(row => [row.solve_step, row.step_s])"
    )
    assert dict(rows)["proof"] == pytest.approx(250)
    assert rows[-1][0] == "other"
    assert sum(s for _, s in rows) == pytest.approx(watched.page.evaluate("sum(PLAN.run_steps, 'step_s')"))


def test_a_solve_of_one_event_is_not_drawn(watched: Watched) -> None:
    one = "[{ elapsed_s: 0.2, incumbent: null, dual_bound: 9 }, { elapsed_s: 0.3, incumbent: 5, dual_bound: 9 }]"
    assert watched.page.evaluate(f"is_drawn({one})") is False
    assert watched.page.evaluate(
        "PLAN.progress = []; draw_progress(); document.getElementById('progress-section').hidden"
    )


def test_the_chart_of_the_progress_fits_a_phone(browser: Browser, files: dict[str, Path]) -> None:
    phone = Watched(browser, files["alone"], 390, 844)
    box = phone.page.locator("#progress svg").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    labels = phone.page.eval_on_selector_all(
        "#progress svg text", "all => all.map(t => t.getBoundingClientRect()).map(r => [r.left, r.right])"
    )
    assert all(left >= 0 and right <= 390 for left, right in labels)
    phone.page.close()


def test_long_numbers_of_the_progress_have_room(watched: Watched) -> None:
    rows = """[{ elapsed_s: 1.2, incumbent: 100.287181, dual_bound: 100.9 },
        { elapsed_s: 15.1, incumbent: 100.287181, dual_bound: 100.287181 }]"""
    boxes = watched.page.evaluate(
        f"""() => {{
            const chart = progress_chart({rows}, 16, 900);
            document.body.append(chart);
            const found = [...chart.querySelectorAll("text")].map((text) => [text.textContent, text.getBBox()]);
            chart.remove();
            return found.map(([text, box]) => [text, box.x, box.y, box.width, box.height]);
        }}"""
    )
    assert all(x >= 0 for _, x, *_ in boxes), "no number is cut off"
    named = [box for box in boxes if box[0].startswith(("Best plan", "Proven limit"))]
    assert len(named) == 2
    for text, x, y, wide, high in named:
        for other, left, top, width, height in boxes:
            is_apart = x + wide <= left or left + width <= x or y + high <= top + 1 or top + height <= y + 1
            assert is_apart or other == text, (text, other)


def test_one_site_more_than_are_named_is_named_too(watched: Watched) -> None:
    counts = watched.page.evaluate(
        """() => {
            const sites = projects(PLAN), all = projects;
            try {
                return [1, 3, 4, 5].map((count) => {
                    projects = () => Array.from({ length: count }, (_, place) => ({ ...sites[0], number: place + 1 }));
                    const drawn = draw_where();
                    return [drawn[0].childElementCount, drawn.some((part) => part.tagName === "A")];
                });
            } finally { projects = all; }
        }"""
    )
    assert counts == [[1, False], [3, False], [4, False], [3, True]]


def test_the_programme_says_when_work_begins_and_what_doing_nothing_leaves(watched: Watched) -> None:
    page = watched.page
    steps, levels, schedule = page.evaluate("[PLAN.programme, PLAN.programme_levels, PLAN.schedule]")
    assert [(step["step_number"], step["year"], step["title_fr"]) for step in steps] == [
        (1, 2027, "Upgrades"),
        (2, 2028, "More"),
    ]
    (best,) = (row for row in levels if row["step_number"] == 2 and row["is_most_gained"])
    told = page.inner_text("#programme-finding")
    assert "by the end of 2028" in told
    digits = 1 if abs(best["after_people_share"] - best["idle_people_share"]) < 0.02 else 0
    for key in ("after", "idle"):
        assert f"{best[f'{key}_people_share']:.{digits}%}" in told
    # a bar for each project, a diamond where it is in service, whole years on the axis
    chart = page.locator("#programme svg").first
    assert chart.locator("path").count() == len(schedule) > 1
    shown = chart.locator("text").all_text_contents()
    assert {"2027", "2028"} <= set(shown)
    assert sum(text == "connection" for text in shown) == sum(
        row["connection_from"] is not None for row in schedule
    )
    page.locator("#programme summary").first.click()
    days = page.locator("#programme details tbody tr")
    assert days.count() == len(schedule)
    assert all(text.rstrip().endswith("yes") for text in days.all_inner_texts())
    page.evaluate("PLAN.schedule.forEach(row => { row.is_late = true; }); draw_programme()")
    assert page.locator("#programme .warning").inner_text().startswith(f"{len(schedule)} projects would have")
    assert page.locator("#programme svg").first.locator("tspan").count() == len(schedule)
    page.evaluate("PLAN.schedule.forEach(row => { row.is_late = false; }); draw_programme()")
    assert watched.errors == []


def test_a_programme_without_days_projects_or_growth_is_drawn(watched: Watched) -> None:
    page = watched.page
    page.evaluate(
        "PLAN.schedule.length = 0; PLAN.programme.forEach(step => Object.assign(step, {begin_on: null, connection_from: null}));"
        " PLAN.programme_levels.forEach(row => Object.assign(row, {ev_count: null, demand_per_h: null, served_share: null,"
        " idle_served_share: null, idle_people_share: null, idle_share: null})); draw_programme()"
    )
    assert "solve it again" in page.inner_text("#programme")
    assert page.locator("#programme svg").count() == 2, "people, and money"
    assert "if nothing is done" not in page.inner_text("#programme-finding")
    page.evaluate(
        "PLAN.programme.forEach(step => Object.assign(step, {project_count: 0, capex_cad: 0})); draw_programme()"
    )
    assert "solve it again" not in page.inner_text("#programme")
    assert page.locator("#programme svg").count() == 1
    page.evaluate("PLAN.programme_levels.length = 0; draw_programme()")
    assert page.locator("#programme svg").count() == 0
    assert watched.errors == []
