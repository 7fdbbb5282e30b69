"""Why there is no station at the places nearest to an address: the page of the sample region, beside the tables that bar them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from model.solve import Limits, solve_scenario
from report.page.__main__ import write_page
from tests.support.browser import Watched, chromium
from tests.support.sample_files import folder_at
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
SCALE, APART_M = 0.1, 2000
SCENARIO = f"""
[phase.1]
title = "New"
year = 2028
budget_cad = 2200000
actions = ["build"]
chargers = ["dc_150"]
[phase.1.coverage_min_share]
L2 = 0.0
L3 = 0.0
[rule]
min_spacing = true
[level.L3]
spacing_min_m = {APART_M}
"""
SENTENCES = {
    "exclusion": ("the ground speaks against it", "le terrain s\u2019y oppose"),
    "junction": ("it is a bare junction", "c\u2019est un simple carrefour"),
    "price": ("and a site may cost $750,000.", "et un site ne peut coûter que 750 000 $."),
    "spacing": (
        "between stations with Level 3 (DC fast) the scenario asks for 2,000 m.",
        "le scénario demande 2 000 m entre les stations de Niveau 3 (recharge rapide).",
    ),
    "grid": (
        "and the smallest station would connect 300 kW.",
        "et la plus petite station raccorderait 300 kW.",
    ),
}
NEARER = """
    () => {
      const found = {};
      for (let cell = 0; cell < SIZES[0].count; cell += 1) {
        const { usable, unusable } = nearest_all(cell);
        if (!unusable || (usable && usable.m <= unusable.m)) continue;
        for (const row of street.known.obstacles.get(unusable.site.site_id)) found[row.obstacle] ??= cell;
      }
      return found;
    }
"""
Shown = tuple[Page, Connection]


@pytest.fixture(scope="module")
def shown(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Yield the page of a plan that builds, with what it knows of streets unpacked, and its database."""
    scenario = file(tmp_path_factory.mktemp("scenario"), SCENARIO, extends=None)

    def solve() -> None:
        assert solve_scenario(scenario, Limits(mip_gap=0.05)).error is None

    loaded = templates.loaded("sample_of_chains", lambda: str(folder_at(SCALE) / "sample.toml"))
    with templates.clone(templates.template("sample_of_streets", loaded, solve)) as address:
        out = write_page(1, out=tmp_path_factory.mktemp("out") / "page.html")
        with psycopg.connect(address) as conn, chromium() as browser:
            watched = Watched(browser, out, width=1366, height=768)
            watched.page.evaluate("load_street()")
            watched.wait("street.known !== null")
            yield watched.page, conn
            assert watched.errors == []


def column(conn: Connection, query: str, *values: Any) -> set[Any]:
    return {row[0] for row in conn.execute(query.encode(), values)}


def test_the_reasons_are_those_of_the_data(shown: Shown) -> None:
    page, conn = shown
    rows = page.evaluate("[...street.known.obstacles.values()].flat().filter(row => row.is_final)")
    by_kind: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        by_kind[row["obstacle"]][row["site_id"]] = row
    assert {"exclusion", "junction", "spacing"} <= by_kind.keys() <= SENTENCES.keys()
    # those that are the nearest of some hexagon
    kept = set(page.evaluate("street.known.candidates.map(row => row.site_id)"))
    excluded = "select e.site_id from core.site_exclusion as e join core.site as s using (site_id) where e.is_hard and not s.is_existing"
    assert by_kind["exclusion"].keys() == kept & column(conn, excluded)
    for site, row in by_kind["spacing"].items():
        near = conn.execute(
            "select o.site_id, d.distance_m from analysis.site_distance as d"
            " join core.site_port as o on o.site_id = d.site_id + d.other_site_id - %(site)s and o.level = 'L3'"
            " where %(site)s in (d.site_id, d.other_site_id) order by d.distance_m, o.site_id limit 1",
            {"site": site},
        ).fetchone()
        assert near is not None
        assert (row["other_site_id"], row["found"]) == (near[0], pytest.approx(near[1]))
        assert row["found"] < APART_M == row["allowed"]
    least = "select min(remaining_kw) from analysis.grid_node_capacity join core.site_grid_node using (grid_node_id) where site_id = %s"
    for site, row in by_kind["grid"].items():
        assert row["allowed"] < row["found"]
        assert min(column(conn, least, site)) <= row["allowed"]
    refused = set().union(*by_kind.values())
    assert not refused & column(conn, "select site_id from plan.decision")
    assert refused == kept & column(
        conn, "select site_id from plan.site_bound where is_candidate and refusal is not null"
    )


@pytest.mark.parametrize(("place", "language"), [(0, "en"), (1, "fr")])
def test_the_nearest_place_is_told_with_its_reason(shown: Shown, place: int, language: str) -> None:
    page, _ = shown
    if page.evaluate("language") != language:
        page.click("#language")
    cells = page.evaluate(NEARER)
    assert len(cells) > 1
    for kind, cell in cells.items():
        said = page.evaluate(
            "cell => answer_of({ cell, name: '', away_m: 0 }).map(one => one.textContent).join(' ')", cell
        )
        assert SENTENCES[kind][place] in re.sub(r"[\u00a0\u202f]", " ", said), kind
