"""The QGIS project on Toy Town: what it says, and QGIS itself opening, drawing and editing it."""

from __future__ import annotations

import io
import re
import subprocess
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from db.common.errors import UsageError
from db.common.language import LANGUAGES, Language, Text
from db.server import roles
from model.solve import Limits, solve_scenario
from report.catalogue import catalogue
from report.kinds import Kinds, Level
from report.qgis import __main__ as command
from report.qgis import facts
from report.qgis.layout import PAPERS
from report.qgis.layout_page import layout_name
from report.qgis.project import PROJECT_NAMES, project_xml
from report.qgis.text import map_words
from tests.support.map_client import open_in_qgis
from tests.support.toy_town import NEAR

LAYERS = catalogue().of(
    Kinds(
        (
            Level("L2", Text(en="Level 2", fr="Niveau 2"), is_existing=True),
            Level("L3", Text(en="Level 3 (DC fast)", fr="Niveau 3 (recharge rapide)"), is_existing=True),
        ),
        (),
    )
)
"""What is published of Toy Town: both levels stand there."""
# no right, or a view that cannot be written through at all
REFUSALS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)


@pytest.fixture
def stored(planned_database: str) -> Iterator[psycopg.Connection[Any]]:
    command.main(service="ev_test")
    with psycopg.connect(planned_database, autocommit=True) as conn:
        yield conn


@pytest.fixture
def logins(server: str, planned_database: str) -> Iterator[dict[str, dict[str, str]]]:
    """Yield how a planner and a reader connect: real logins with passwords of their own."""
    at = urlsplit(planned_database)
    made = {}
    with psycopg.connect(server, autocommit=True) as conn:
        for role in ("planner", "reader"):
            name, secret = f"test_{role}_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
            conn.execute(
                sql.SQL("create role {} login password {} in role {}").format(
                    sql.Identifier(name), sql.Literal(secret), sql.Identifier(roles.ROLE_NAMES[role])
                )
            )
            made[role] = {
                "host": str(at.hostname),
                "port": str(at.port or 5432),
                "dbname": at.path.lstrip("/"),
                "user": name,
                "password": secret,
            }
        yield made
        for login in made.values():
            conn.execute(sql.SQL("drop role {}").format(sql.Identifier(login["user"])))


def stored_xml(conn: psycopg.Connection[Any], language: str) -> str:
    row = conn.execute(
        "select content from qgis_projects where name = %s", (PROJECT_NAMES[language],)
    ).fetchone()
    assert row
    with zipfile.ZipFile(io.BytesIO(row[0])) as archive:
        return archive.read(archive.namelist()[0]).decode()


def legend(layer_id: str, language: Language) -> list[str]:
    """The legend that `catalogue.toml` promises for categories and rules."""
    layer = next(x for x in LAYERS.layer if x.id == layer_id)
    assert layer.style
    return [entry.label.of(language) for entry in LAYERS.entries(layer.style)]


def test_no_password_and_no_user_is_stored(stored: psycopg.Connection[Any]) -> None:
    command.main()
    for language in LANGUAGES:
        text = stored_xml(stored, language)
        assert stored.info.password not in text
        assert not re.search(r"user(name)?=|password=", text)
        assert f"port='{stored.info.port}'" in text


def test_every_column_and_layer_has_a_name_in_both_languages(stored: psycopg.Connection[Any]) -> None:
    known = facts.read(stored, facts.layers_of(stored))
    columns = {c.name for found in known.columns.values() for c in found if c.name != "geom"}
    assert columns - set(catalogue().field) == set(), "name them in report/catalogue.toml"
    assert all(known.columns.values()), "a layer of catalogue.toml has no view"
    assert all(x.title.en != "" and x.title.fr != "" for x in LAYERS.layer)


def test_styles_are_found_where_qgis_looks_and_people_keep_theirs(stored: psycopg.Connection[Any]) -> None:
    stored.execute("update layer_styles set description = 'mine' where stylename = 'Roads'")
    command.main(language=Language.FR)
    found = dict(
        stored.execute(
            "select f_table_name, stylename from layer_styles where useasdefault order by id"
        ).fetchall()
    )
    assert found["decision"] == "Projets du plan"
    assert found["road"] == "Roads"
    spatial = {x.view for x in LAYERS.layer if x.geometry}
    assert set(found) == spatial
    # default styles, one each
    assert stored.execute("select count(*) from layer_styles where useasdefault").fetchone() == (
        len(spatial),
    )


def test_a_region_with_a_hostile_name_makes_a_sound_project(stored: psycopg.Connection[Any]) -> None:
    layers = facts.layers_of(stored)
    read = facts.read(stored, layers)
    hostile = facts.Facts(
        **{**vars(read), "region": "<a> & \"b\" 'c' \u00e9", "address": {"dbname": "it's \\ & <x>"}}
    )
    root = ET.fromstring(project_xml(layers, hostile, Language.EN).split(b"\n", 1)[1])  # noqa: S314 - our own
    assert "<a> & \"b\" 'c' \u00e9" in str(root.findtext("title"))
    source = root.findtext("projectlayers/maplayer/datasource")
    assert source is not None
    assert source.startswith("dbname='it\\'s \\\\ & <x>'")


def test_without_a_region_the_next_step_is_said(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(UsageError, match="No region is loaded"):
        facts.layers_of(connection)


@given(st.lists(st.floats(0.001, 1e6), min_size=2, max_size=8).map(sorted))
def test_rounded_bounds_hold_all_data(bounds: list[float]) -> None:
    found = facts.rounded(bounds)
    assert list(found) == sorted(found)
    assert found[0] <= bounds[0] + 1e-9
    assert found[-1] >= bounds[-1] - 1e-9


def test_bounds_of_a_single_value_are_rounded_and_two() -> None:
    assert facts.rounded([1.800246492] * 3) == (1.8, 1.9)
    assert facts.rounded([1800.0] * 3) == (1800, 1800)
    assert facts.rounded([]) == ()


@pytest.mark.usefixtures("gdal")
def test_ogrinfo_lists_the_layers_with_keys_crs_and_comments(
    stored: psycopg.Connection[Any], logins: dict[str, dict[str, str]]
) -> None:
    known = facts.read(stored, facts.layers_of(stored))
    login = logins["reader"]
    source = "PG:" + " ".join(f"{k}={v}" for k, v in login.items()) + " schemas=report"
    views = sorted({x.view for x in LAYERS.layer if x.geometry})
    done = subprocess.run(
        ["ogrinfo", "-so", source, *views], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.split("Layer name: ")[1:]
    assert [text.split("\n", 1)[0] for text in told] == views
    for view, text in zip(views, told, strict=True):
        assert "26917" in text, view
        assert f"DESCRIPTION={known.comments[view]}" in text
        first = text.split("Geometry Column = geom\n")[1].splitlines()[0]
        assert re.fullmatch(rf"{known.columns[view][0].name}: Integer(64)? \(0\.0\)", first)


@pytest.mark.usefixtures("stored")
def test_nobody_writes_but_planners_and_they_only_locks_and_places(logins: dict[str, dict[str, str]]) -> None:
    tables = [("report", x.view) for x in LAYERS.layer] + [
        ("public", "qgis_projects"),
        ("public", "layer_styles"),
        ("plan", "run"),
        ("plan", "decision"),
        ("raw", "load"),
    ]
    for role, login in logins.items():
        with psycopg.connect(**login, autocommit=True) as conn:  # type: ignore[arg-type]
            for schema, name in tables:
                if role == "planner" and name in {"site_lock", "own_place"}:
                    continue
                with pytest.raises(REFUSALS):
                    conn.execute(sql.SQL("delete from {}").format(sql.Identifier(schema, name)))
            assert conn.execute("select count(*) from public.qgis_projects").fetchone() == (2,)


@pytest.mark.usefixtures("qgis")
def test_a_reader_opens_the_project_and_sees_every_layer(
    stored: psycopg.Connection[Any], logins: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    found = open_in_qgis(logins["reader"], "en", tmp_path, "--lock", "500000", "4800000", "force_in", "x")
    layers = found["layers"]
    assert found["crs"] == "EPSG:26917"
    assert set(layers) == {x.id for x in LAYERS.layer}
    assert all(x["is_valid"] for x in layers.values()), layers
    assert {x["crs"] for x in layers.values() if x["is_spatial"]} == {"EPSG:26917"}
    assert all(len(x["key"]) == 1 for x in layers.values())
    assert {k for k, x in layers.items() if not x["is_read_only"]} == {"site_lock", "own_place"}
    assert layers["decision"]["name"] == "Projects of the plan"
    assert layers["decision"]["aliases"]["capex_cad"] == "Capital cost, gross ($)"
    assert layers["decision"]["comments"]["capex_cad"] == "Capital cost, gross."
    assert layers["decision"]["legend"] == ["Phase 1: Plan in one go", *legend("decision", Language.EN)]
    assert layers["project"]["name"] == "1, 2, \u2026: numbers of the projects, as in the list"
    assert layers["coverage_after_L3"]["legend"] == legend("coverage_after_L3", Language.EN)
    assert layers["service_area_L3"]["legend"][0] == "within 0.6 km"
    # a reader cannot write, whatever the client tries
    assert found["lock_faults"]
    assert stored.execute("select count(*) from plan.site_lock").fetchone() == (0,)
    # each layer that holds anything draws something
    blank = {name for name, drawn in found["maps"].items() if drawn["colours"] < 2}
    assert blank == {name for name, x in layers.items() if x["is_spatial"] and not x["feature_count"]}
    without_rows = {
        "grid_feeder",
        "grid_load_feeder",
        "station_apart",
        "site_grant",
        "backtest_site",
    }  # Toy Town has none
    assert blank <= {"site_lock", "own_place", "robust_site", "removal_candidate"} | without_rows
    assert not any(drawn["faults"] for drawn in found["maps"].values())


@pytest.mark.usefixtures("qgis")
def test_other_plans_are_in_a_group_of_their_own_that_is_not_shown(
    stored: psycopg.Connection[Any], logins: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """The latest of each scenario that is not the adopted plan; one of them shows at a time."""
    other = solve_scenario(str(NEAR), Limits(time_limit_s=60)).report.run_id
    command.main(service="ev_test")
    root = ET.fromstring(stored_xml(stored, "en").split("\n", 1)[1])  # noqa: S314 - our own
    box = root.find("layer-tree-group/layer-tree-group[@name='Other plans']")
    assert box is not None
    assert (box.get("checked"), box.get("mutually-exclusive")) == ("Qt::Unchecked", "1")
    assert [group.get("name") for group in box] == [f"near, run {other}"]
    assert box[0].get("checked") == "Qt::Unchecked"
    found = open_in_qgis(logins["reader"], "en", tmp_path)
    count = stored.execute("select count(*) from report.decision where run_id = %s", (other,)).fetchone()
    layer = found["layers"][f"decision_run_{other}"]
    assert layer["is_valid"]
    assert count == (layer["feature_count"],) != (0,)
    assert layer["legend"] == found["layers"]["decision"]["legend"]
    assert set(found["layers"]) - {x.id for x in LAYERS.layer} == {
        f"{x.id}_run_{other}" for x in LAYERS.layer if x.group == "plan" and x.only and x.geometry
    }


@pytest.mark.usefixtures("qgis")
def test_a_planner_draws_a_lock_and_the_next_plan_obeys(
    stored: psycopg.Connection[Any], logins: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    query = "select site_id, st_x(geom), st_y(geom) from report.decision order by capex_cad desc, site_id"
    site, x, y = stored.execute(query).fetchone() or (0, 0, 0)
    drawn = ("--lock", str(x + 20), str(y - 10), "force_out", "the city says no")
    found = open_in_qgis(logins["planner"], "fr", tmp_path, *drawn)
    assert found["lock_faults"] == []
    assert found["layers"]["decision"]["name"] == "Projets du plan"
    assert found["layers"]["decision"]["legend"] == [
        "Phase 1\u00a0: Plan en une fois",
        *legend("decision", Language.FR),
    ]
    assert found["maps"]["site_lock"]["colours"] > 1
    choices = {
        value for choice in found["widgets"]["lock_kind"]["config"]["map"] for value in choice.values()
    }
    assert choices == {"force_in", "must_change", "force_out", "fix_option"}
    locks = stored.execute("select site_id, lock_kind, note, scenario_name from plan.site_lock").fetchall()
    assert locks == [(site, "force_out", "the city says no", None)]
    assert solve_scenario(str(NEAR), Limits(time_limit_s=60)).error is None
    latest = (
        "select site_id from report.decision where run_id = (select max(run_id) from report.published_run)"
    )
    assert (site,) not in stored.execute(latest).fetchall()


@pytest.mark.usefixtures("qgis")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layouts_print_and_say_in_each_language_what_they_show(
    stored: psycopg.Connection[Any], logins: dict[str, dict[str, str]], tmp_path: Path, language: Language
) -> None:
    region = facts.read(stored, facts.layers_of(stored)).region
    found = open_in_qgis(logins["reader"], language, tmp_path, "--layouts")["layouts"]
    words = map_words(language, "CAD")
    assert set(found) == {layout_name(paper, words) for paper in PAPERS}
    for paper in PAPERS:
        printed = found[layout_name(paper, words)]
        assert printed["page"] == [paper.width, paper.height]
        assert printed["outcomes"] == [0, 0]
        assert printed["pdf"] == "%PDF-"
        assert printed["map"]["colours"] > 50
        assert 0.02 < printed["map"]["share"] < 1
        boxes = printed["items"]
        assert {"title", "plan", "map", "legend", "scale_bar", "north_arrow", "notes"} <= set(boxes)
        for name, (left, top, right, bottom) in boxes.items():
            assert 0 < left < right < paper.width, name
            assert 0 < top < bottom < paper.height, name
        assert boxes["map"][2] < boxes["legend"][0]
        assert boxes["legend"][3] < boxes["scale_bar"][1]
        assert printed["texts"]["title"] == words("layout_title", region=region)
        assert printed["texts"]["plan"].startswith(f"{words('shown_title')}near{words('shown_run')}1")
        assert re.search(r"\b20\d\d$", printed["texts"]["plan"]), "the day it was adopted"
        assert not any("[%" in text for text in printed["texts"].values())
        said = re.search(r"1:([^.]+)\.", printed["texts"]["notes"])
        assert said
        assert int(re.sub(r"\D", "", said[1])) == round(printed["scale"])
        assert "EPSG:26917" in printed["texts"]["notes"]


def test_a_lock_far_from_any_site_is_refused_and_one_that_is_moved_goes_along(
    stored: psycopg.Connection[Any],
) -> None:
    add = "insert into report.site_lock (lock_kind, geom) select %s, {} from report.site where name = %s returning *"
    here = sql.SQL(add).format(sql.SQL("st_translate(geom, 200, 0)"))
    row = stored.execute(here, ("force_out", "Second Street Library")).fetchone()
    assert row is not None
    with pytest.raises(psycopg.errors.NotNullViolation):
        stored.execute(
            sql.SQL(add).format(sql.SQL("st_translate(geom, 20000, 0)")),
            ("force_out", "Second Street Library"),
        )
    stored.execute("update report.site_lock set note = 'wait'")
    move = "update report.site_lock set geom = (select geom from report.site where name = 'Town Hall')"
    assert stored.execute(
        "select name from report.site_lock join report.site using (site_id)"
    ).fetchall() == [("Second Street Library",)]
    stored.execute(move)
    found = stored.execute(
        "select s.name, l.note from plan.site_lock as l join report.site as s using (site_id)"
    )
    assert found.fetchall() == [("Town Hall", "wait")]
