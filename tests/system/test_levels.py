"""A third and a fourth level by a scenario file alone: page, map, export, figures, service and summary have their numbers.

Of 1,000 people P1 (200) live at Town Hall, P2 (300) 720 m from the market's car park, P3 (250) 570 m from Third Street
and 850 m from Town Hall; the library is 440 m from P1 and 490 m from P3. P4 (150) and P5 (100) live beyond all distances.
Within their service distances

- curbside (500 m), built at the library, covers P1 and P3; at the market it covers none, and serves as a port for grants;
- L2 (1,000 m) covers P1 and P3 from Town Hall today, and P2 once it is built at the market;
- L3 (600 m) covers P3 from Third Street today, and P1 once it is built at the library;
- hpc (1,400 m), built at the library, covers P1 and P3.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import geopandas as gpd
import psycopg
import pyogrio
import pytest
from playwright.sync_api import Browser
from rich.console import Console

from db.common.language import Language
from model.solve import Limits, solve_scenario
from report import summary
from report.export import Format, export
from report.figures.__main__ import write
from report.figures.read import read
from report.figures.text import figure_words
from report.page.__main__ import write_page
from report.qgis import __main__ as qgis_command
from report.run import find_run
from tests.support.browser import Watched, chromium
from tests.support.map_client import open_in_qgis
from tests.support.service import items, serving
from tests.support.toy_town import FOUR_LEVELS, NEAR

LEVELS = ["curbside", "L2", "L3", "hpc"]
TITLES = {
    Language.EN: ["Curbside", "Level 2", "Level 3 (DC fast)", "High power"],
    Language.FR: ["Bord de rue", "Niveau 2", "Niveau 3 (recharge rapide)", "Haute puissance"],
}
BEFORE = dict(zip(LEVELS, [0.0, 0.45, 0.25, 0.0], strict=True))
AFTER = dict(zip(LEVELS, [0.45, 0.75, 0.45, 0.45], strict=True))
RUN, NEAR_RUN = 2, 1


@pytest.fixture(scope="module")
def solved(templates: Any) -> str:
    """Return the template of Toy Town with a plan of two levels (run 1) and of four (run 2, adopted)."""

    def solve() -> None:
        from db.session.connection import connect
        from model.run.adoption import adopt

        for scenario in (NEAR, FOUR_LEVELS):
            assert solve_scenario(str(scenario), Limits()).error is None
        with connect(autocommit=True) as conn:
            adopt(conn, RUN)

    name: str = templates.template("toy_town_levels", templates.toy_town(), solve)
    return name


@pytest.fixture(scope="module")
def address(templates: Any, solved: str) -> Iterator[str]:
    with templates.clone(solved) as found:
        yield found


@pytest.fixture
def conn(address: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(address, autocommit=True) as found:
        yield found


def test_the_plan_is_sound_and_covers_by_each_level_what_is_worked_out_by_hand(
    conn: psycopg.Connection[Any],
) -> None:
    run = conn.execute(
        "select status, publication, audit_violation_count, audit_figure_count from report.run_summary where run_id = 2"
    ).fetchone()
    assert run is not None
    assert run[:3] == ("optimal", "published", 0)
    assert run[3] > 10
    found = conn.execute(
        "select level, before_share, after_share from report.coverage_summary join report.run_level using (run_id, level)"
        " where run_id = 2 order by place"
    ).fetchall()
    assert [level for level, _, _ in found] == LEVELS
    assert {level: before for level, before, _ in found} == pytest.approx(BEFORE)
    assert {level: after for level, _, after in found} == pytest.approx(AFTER)
    gains = conn.execute(
        "select level, sum(only_population) from report.site_gain where run_id = 2 group by level"
    )
    assert dict(gains.fetchall()) == pytest.approx({"curbside": 450, "L2": 300, "L3": 200, "hpc": 450})


@pytest.mark.parametrize("run_id", [RUN, NEAR_RUN])
def test_levels_stand_in_one_order_whichever_plan_is_adopted(
    conn: psycopg.Connection[Any], run_id: int
) -> None:
    """L2 has rank 1 in a plan of two levels, and rank 2 where curbside is below it."""
    with conn.transaction(force_rollback=True):
        conn.execute("insert into plan.adopted_run (run_id) values (%s)", (run_id,))
        found = conn.execute(
            "select level, title_fr, is_existing, is_adopted from report.level order by level_id"
        ).fetchall()
    assert [row[0] for row in found] == LEVELS
    assert [row[1] for row in found] == TITLES[Language.FR]
    assert [row[2] for row in found] == [False, True, True, False]
    assert [row[3] for row in found] == [run_id == RUN, True, True, run_id == RUN]


def test_ports_are_rows_of_each_type(conn: psycopg.Connection[Any]) -> None:
    found = conn.execute(
        "select charger_type, station_count_before, station_count_after, port_count_before, port_count_after, kw_after"
        " from report.port_summary where run_id = 2 order by port_summary_id"
    ).fetchall()
    assert [row[:5] for row in found] == [
        ("curb_4", 0, 2, 0, 4),
        ("ac_7", 1, 2, 3, 5),
        ("dc_50", 1, 1, 2, 2),
        ("dc_150", 0, 1, 0, 2),
        ("hpc_350", 0, 1, 0, 2),
    ]
    assert [row[5] for row in found] == pytest.approx([14.8, 36, 100, 300, 700])
    layouts = conn.execute(
        "select ports_before, ports_after, top_level_before, top_level_after from report.decision where run_id = 2"
        " order by ports_after"
    ).fetchall()
    assert layouts == [
        ("", "curb_4=2+ac_7=2", None, "L2"),
        ("", "curb_4=2+dc_150=2+hpc_350=2", None, "hpc"),
    ]


@pytest.mark.parametrize("language", Language)
def test_the_summary_names_each_level_and_type(conn: psycopg.Connection[Any], language: Language) -> None:
    out = io.StringIO()
    summary.show(conn, find_run(conn, RUN), Console(file=out, width=200), language)
    text = out.getvalue().replace("\u00a0", " ")
    for title in TITLES[language]:
        assert title in text
    fast = {"en": "2 \u00d7 High power, 350 kW", "fr": "2 \u00d7 Haute puissance, 350 kW"}[language]
    assert fast in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(templates: Any, solved: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages of the plan of four levels, alone and beside the plan of two, and of that beside it."""
    folder = tmp_path_factory.mktemp("pages")
    with templates.clone(solved):
        return {
            "alone": write_page(RUN, out=folder / "alone.html"),
            "more": write_page(RUN, compare=NEAR_RUN, language=Language.FR, out=folder / "more.html"),
            "fewer": write_page(NEAR_RUN, compare=RUN, out=folder / "fewer.html"),
        }


def test_the_page_shows_each_level_and_the_map_draws_it(browser: Browser, pages: dict[str, Path]) -> None:
    watched = Watched(browser, pages["alone"])
    cards = watched.page.locator("#cards .card").all_inner_texts()
    assert [card.splitlines()[0] for card in cards] == TITLES[Language.EN]
    for level, card in zip(LEVELS, cards, strict=True):
        assert f"{BEFORE[level]:.1%} \u2192 {AFTER[level]:.1%}" in card
    states = watched.page.evaluate("CONTENT.plans[0].states")
    covered = watched.page.evaluate("[...SIZES[0].population]")
    for level in LEVELS:
        watched.page.check(f"#ground input[value='level_{level}']")
        assert watched.drawn("demand") == 5
        people = sum(p for p, state in zip(covered, states[level], strict=True) if state >> 1 & 1)
        assert people == pytest.approx(1000 * AFTER[level])
    legend = watched.page.inner_text("#legend")
    assert "Keep: Level 2" in legend
    assert "Keep: High power" not in legend, "no station of today has it"
    rows = [[cell.replace("\u00a0", " ") for cell in row] for row in watched.rows()]
    ports = watched.page.eval_on_selector_all(
        "#ports tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    assert sorted(row[7] for row in rows) == [
        "2 \u00d7 Curbside, 4 kW + 2 \u00d7 Level 2, 7 kW",
        "2 \u00d7 Curbside, 4 kW + 2 \u00d7 Level 3, 150 kW + 2 \u00d7 High power, 350 kW",
    ]
    assert [row[0] for row in ports] == [
        "Curbside, 4 kW",
        "Level 2, 7 kW",
        "Level 3, 50 kW",
        "Level 3, 150 kW",
        "High power, 350 kW",
        "All types",
    ]
    assert ports[-1][2] == "5 \u2192 15"
    assert any("High power: 450 people newly covered, all by this site alone" in row[-1] for row in rows)
    watched.page.click("#language")
    french = watched.page.locator("#cards .card").all_inner_texts()
    assert [card.splitlines()[0] for card in french] == TITLES[Language.FR]
    assert "Couverture\u00a0: Haute puissance" in watched.page.inner_text("#sure")
    assert watched.errors == []
    watched.page.close()


@pytest.mark.parametrize("name", ["more", "fewer"])
def test_plans_of_other_levels_are_compared(browser: Browser, pages: dict[str, Path], name: str) -> None:
    watched = Watched(browser, pages[name])
    levels = watched.page.evaluate("CONTENT.levels.map(row => row.level)")
    assert levels == LEVELS, "in the order of their ranks, whichever plan knows them"
    grounds = watched.page.locator("#ground input").evaluate_all("found => found.map(input => input.value)")
    assert grounds[:4] == [f"level_{level}" for level in reversed(LEVELS)]
    for ground in grounds:
        watched.page.check(f"#ground input[value='{ground}']")
    compared = watched.page.inner_text("#compare")
    assert {"more": "Niveau 2", "fewer": "Level 2"}[name] in compared
    assert watched.errors == []
    watched.page.close()


@pytest.mark.usefixtures("qgis")
@pytest.mark.parametrize("language", Language)
def test_qgis_has_layers_of_each_level(address: str, tmp_path: Path, language: Language) -> None:
    qgis_command.main(service="ev_test")
    at = urlsplit(address)
    login = {
        "host": str(at.hostname),
        "port": str(at.port or 5432),
        "dbname": at.path.lstrip("/"),
        "user": unquote(at.username or ""),
        "password": unquote(at.password or ""),
    }
    found = open_in_qgis(login, language, tmp_path)
    layers = found["layers"]
    assert all(layer["is_valid"] for layer in layers.values())
    titles = dict(zip(LEVELS, TITLES[language], strict=True))
    for level in LEVELS:
        layer = layers[f"coverage_after_{level}"]
        assert layer["feature_count"] == 5
        assert layer["name"].startswith(titles[level])
        assert found["maps"][f"coverage_after_{level}"]["colours"] > 1
    assert {name for name in layers if name.startswith("service_area_")} == {
        "service_area_L2",
        "service_area_L3",
    }
    assert layers["station_plan"]["legend"][:4] == TITLES[language][::-1]
    assert layers["decision_port"]["feature_count"] == 5
    assert layers["port_summary"]["feature_count"] == 5
    ports = {"en": "Ports by charger type", "fr": "Bornes par type"}[language]
    assert ["decision", "decision_port", True, ports] in found["relations"]
    assert {relation[:2] for relation in map(tuple, found["relations"])} == {
        ("decision", "decision_grant"),
        ("decision", "decision_port"),
        ("decision", "site_economy"),
        ("decision", "site_grant_clause"),
        ("existing_station", "station_port"),
        ("planning_area", "planning_area_port"),
    }
    assert len(found["relations"]) == 6
    assert all(is_valid for _, _, is_valid, _ in found["relations"])
    assert not any(drawn["faults"] for drawn in found["maps"].values())


@pytest.mark.usefixtures("gdal")
def test_an_export_has_a_map_of_each_level_and_ports_in_rows(
    conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = tmp_path / "plan.gpkg"
    export(conn, RUN, Format.GPKG, path)
    names = [name for name, _ in pyogrio.list_layers(path)]
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    for level in LEVELS:
        assert f"demand_coverage_{level}" in names
        cells = gpd.read_file(path, layer=f"demand_coverage_{level}")
        assert set(cells["level"]) == {level}
        assert cells.loc[cells["is_covered_after"], "weight_share"].sum() == pytest.approx(AFTER[level])
        (style,) = styles.loc[
            (styles["f_table_name"] == f"demand_coverage_{level}") & styles["useAsDefault"].astype(bool),
            "styleQML",
        ]
        assert f"&quot;level&quot; = '{level}'" in style
    assert "demand_coverage" not in names
    ports = pyogrio.read_dataframe(path, layer="decision_port", read_geometry=False)
    assert dict(zip(ports["charger_type"], ports["port_count_after"], strict=True))["hpc_350"] == 2
    assert ports["added_kw"].sum() == pytest.approx(gpd.read_file(path, layer="decision")["added_kw"].sum())


def test_figures_are_drawn_for_each_level(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    found = read(conn, find_run(conn, RUN))
    assert {level: row.after_share for level, row in found.coverage.items()} == pytest.approx(AFTER)
    names = [path.stem for path in write(found, figure_words(Language.FR, "CAD"), tmp_path)]
    assert list(dict.fromkeys(names)) == [
        *(f"coverage_{level}" for level in LEVELS),
        "projects",
        "ev_density",
        "money",
    ]


def test_the_service_gives_rows_of_each_level(address: str) -> None:
    with serving(address) as url:
        for level in LEVELS:
            found = items(url, "demand_coverage", filter=f"level = '{level}'").json()
            assert found["numberMatched"] == 5
            covered = [f["properties"] for f in found["features"] if f["properties"]["is_covered_after"]]
            assert sum(p["weight_share"] for p in covered) == pytest.approx(AFTER[level])
        known = [f["properties"] for f in items(url, "level").json()["features"]]
        assert [row["level"] for row in known] == LEVELS
        assert [row["title_fr"] for row in known] == TITLES[Language.FR]
        ports = items(url, "decision_port", filter="charger_type = 'hpc_350'").json()["features"]
        assert [p["properties"]["port_count_after"] for p in ports] == [2]
        fast = items(url, "station_plan", filter="top_level_after = 'hpc'").json()["features"]
        assert [f["properties"]["ports_after"] for f in fast] == ["curb_4=2+dc_150=2+hpc_350=2"]
