"""Figures on Toy Town: the files that there are data for, and what the charts show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib.image
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely

from db.common.language import Language
from model import sweep
from model.solve import Limits
from report.figures import charts, maps
from report.figures.__main__ import write
from report.figures.read import SIDE_PARTS, Findings, drawn, read
from report.figures.text import figure_words
from report.figures.tornado import tornado
from report.run import find_run
from tests.support.scenarios import town_file

TORNADO = pd.DataFrame(
    {
        "parameter": ["budget", "budget", "service_distance"],
        "value": [600_000.0, 1_000_000.0, 4000.0],
        "base_value": [800_000.0, 800_000.0, 5000.0],
        "objective_change": [-0.05, 0.03, -0.01],
    }
)
EFFECTS = pd.DataFrame(
    {
        "parameter": ["service_distance", "budget"],
        "level": ["L2", "L2"],
        "base_value": [5000.0, 800_000.0],
        "value_worst": [4000.0, 600_000.0],
        "value_best": [4000.0, 1_000_000.0],
        "people_change_worst": [-300, 0],
        "people_change_best": [-300, 0],
    }
)
PARETO = pd.DataFrame(
    {
        "coverage_share": [0.5, 0.7, 0.6],
        "net_capex_cad": [0.0, 1e6, 2e6],
        "is_dominated": [False, False, True],
    }
)


@pytest.fixture
def found(planned_database: str) -> Findings:
    with psycopg.connect(planned_database) as conn:
        conn.execute("update raw.load set title = '$\\alpha_1^{ <b>Mall</b>'")
        conn.execute("refresh materialized view core.region")
        return read(conn, find_run(conn, None))


def test_figures_are_drawn_as_png_and_svg(found: Findings, tmp_path: Path) -> None:
    """A name that would be a formula, or markup, is shown as it is written."""
    files = write(found, figure_words(Language.EN, "CAD"), tmp_path)
    names = ("coverage_L2", "coverage_L3", "projects", "ev_density", "money")
    assert [f.name for f in files] == [f"{name}.{kind}" for name in names for kind in ("png", "svg")]
    for path in files:
        if path.suffix == ".png":
            picture: Any = matplotlib.image.imread(path)
            assert np.unique(picture.reshape(-1, picture.shape[2]), axis=0).shape[0] > 20
        else:
            assert "<b>Mall" not in path.read_text(encoding="utf-8")


def test_roads_of_a_picture_have_no_corners_that_it_does_not_show() -> None:
    """A street of 20,000 pieces, slightly bent: it stays where it is, to a part of the picture."""
    x = np.linspace(0, 40_000, 20_001)
    way = np.column_stack([x, 3_000 * np.sin(x / 9_000)])
    street = shapely.multilinestrings(shapely.linestrings(np.stack([way[:-1], way[1:]], axis=1)))
    (found,) = drawn(gpd.GeoDataFrame(geometry=[street])).geometry
    assert shapely.get_num_coordinates(found) < 100
    assert shapely.hausdorff_distance(found, shapely.linestrings(way)) <= 40_000 / SIDE_PARTS
    assert drawn(gpd.GeoDataFrame(geometry=[])).empty


def test_tornado_and_pareto_are_drawn_when_there_are_runs_for_them(found: Findings, tmp_path: Path) -> None:
    more = replace(found, tornado=TORNADO, pareto=PARETO)
    names = {path.stem for path in write(more, figure_words(Language.FR, "CAD"), tmp_path)}
    assert names == {"coverage_L2", "coverage_L3", "projects", "ev_density", "money", "tornado", "pareto"}


def test_numbers_on_the_map_are_those_of_the_projects_and_lie_apart(found: Findings) -> None:
    many = pd.concat([found.projects] * 40, ignore_index=True)
    many["project_number"] = range(1, len(many) + 1)
    (axes,) = maps.numbered(replace(found, projects=many), figure_words(Language.EN, "CAD")).axes
    labels = [text for text in axes.texts if text.get_text().isdigit()]
    assert [int(text.get_text()) for text in labels] == list(many["project_number"])
    places = axes.transData.transform([text.get_position() for text in labels])
    away = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places)) * 1e9
    assert away.min() > 0.8 * maps.LABEL_PT * axes.figure.dpi / 72, "all projects at one place, none hidden"


def test_a_tornado_has_the_widest_bar_on_top(found: Findings) -> None:
    (axes,) = tornado(replace(found, tornado=TORNADO), figure_words(Language.EN, "CAD")).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Budget (800,000)",
        "Service distance, times (5,000)",
    ]
    assert sorted(bar.get_width() for bar in axes.patches) == [-0.05, -0.01, 0.03]
    assert axes.yaxis_inverted()


def test_a_tornado_of_people_leaves_out_what_changes_none(found: Findings) -> None:
    drawn = tornado(replace(found, tornado=TORNADO, effects=EFFECTS), figure_words(Language.EN, "CAD"))
    (axes,) = drawn.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Service distance, times (5,000)"]
    assert [bar.get_width() for bar in axes.patches] == [-300]
    title = found.coverage["L2"].title.en
    assert axes.get_xlabel().splitlines() == [
        f"Change of people within the service distance of {title}",
        "Changes nobody's coverage: Budget",
    ]


def test_people_of_a_sweep_of_toy_town(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """By hand, of 750 people: 20,000 CAD do not pay K1 (300 people fewer); within 700 m S1 and K2 cover 450."""
    base, _ = sweep.sweep(town_file(tmp_path), ["budget=20e3", "service_distance=0.7", "costs=0.5"], Limits())
    found = read(toy, find_run(toy, base.report.run_id))
    (axes,) = tornado(found, figure_words(Language.EN, "CAD")).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Service distance, times (1)",
        "Budget (25,000)",
    ]
    assert [(round(bar.get_y() + 0.35), bar.get_width()) for bar in axes.patches] == [(0, -300), (1, -300)]
    labels = [(text.get_text(), text.xy[0], text.get_ha()) for text in axes.texts]
    assert labels == [("0.7", -300, "right"), ("20,000", -300, "right"), ("125,000", 0, "left")]
    assert axes.get_xlabel().splitlines()[1:] == ["Changes nobody's coverage: Costs, times"]


def test_a_front_joins_the_plans_that_none_beats(found: Findings) -> None:
    (axes,) = charts.pareto(replace(found, pareto=PARETO), figure_words(Language.EN, "CAD")).axes
    front, beaten = axes.lines
    assert [list(map(float, values)) for values in front.get_data()] == [[0, 1], [0.5, 0.7]]
    assert [list(map(float, values)) for values in beaten.get_data()] == [[2], [0.6]]


def test_money_shows_budget_gross_and_net(found: Findings) -> None:
    (axes,) = charts.money(found, figure_words(Language.FR, "CAD")).axes
    row = found.money.iloc[0]
    widths = [bar.get_width() * 1e6 for bar in axes.patches]
    assert widths == pytest.approx([row["budget_cad"], row["capex_cad"], row["net_capex_cad"]])
    assert axes.get_xlabel() == "millions de $"
    assert axes.texts[0].get_text() == figure_words(Language.FR, "CAD").number(row["budget_cad"] / 1e6, 2)
