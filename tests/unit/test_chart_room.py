"""Charts with few bars: what stands over and under them has room of its own."""

from __future__ import annotations

import datetime as dt
import itertools
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from db.common.language import Language, Text
from report.attribution import in_one_line
from report.catalogue import catalogue
from report.figures.read import Findings
from report.figures.text import figure_words
from report.figures.tornado import tornado

RUN = {
    "region_title": "Region of Waterloo, Ontario",
    "is_synthetic": False,
    "scenario_name": "phase2",
    "run_id": 2,
    "is_adopted": True,
    "finished_at": dt.datetime(2026, 11, 27, tzinfo=dt.UTC),
}
CREDITS = tuple(
    f"Contains data of source {number}, under a licence that has a long name" for number in range(12)
)
BUDGET = [(2_300_000.0, 0.344701), (1_760_000.0, -1.205427572), (2_640_000.0, 1.353451573)]


LEVELS = {
    "slow": Text(en="Level of the street", fr="Niveau de la rue"),
    "fast": Text(en="Level of the motorway", fr="Niveau de l'autoroute"),
}
EFFECTS = ("parameter", "level", "base_value", "value_worst", "value_best", "people_change_worst")


def effects(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of report.parameter_effect, in their order."""
    return pd.DataFrame(rows, columns=[*EFFECTS, "people_change_best"])


def drawn(names: list[str], people: pd.DataFrame | None = None, language: Language = Language.EN) -> Figure:
    rows = [(name, 2_200_000.0, value, change) for name in names for value, change in BUDGET]
    table = pd.DataFrame(rows, columns=["parameter", "base_value", "value", "objective_change"])
    found = SimpleNamespace(
        run=RUN,
        attribution=CREDITS,
        tornado=table,
        effects=effects() if people is None else people,
        coverage={level: SimpleNamespace(title=title) for level, title in LEVELS.items()},
    )
    figure = tornado(cast("Findings", found), figure_words(language, "CAD"))
    FigureCanvasAgg(figure).draw()
    return figure


def said(figure: Figure) -> str:
    """Return all that stands over and under a figure, without the ends of its lines."""
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


def apart(figure: Figure) -> None:
    """Title, bars with their labels, legend and credits have room of their own."""
    (axes,) = figure.axes
    renderer = FigureCanvasAgg(figure).get_renderer()
    (foot,) = (text for text in figure.texts if "Contains data" in text.get_text())
    title = next(text for text in figure.texts if text is not foot)
    boxes = [item.get_window_extent(renderer) for item in (foot, figure.legends[0])] + [
        axes.get_tightbbox(renderer),
        title.get_window_extent(renderer),
    ]
    for lower, upper in itertools.pairwise(boxes):
        assert lower.y1 <= upper.y0 + 1
    assert boxes[0].y0 >= 0
    assert boxes[-1].y1 <= figure.bbox.height
    assert boxes[2].x0 >= 0
    assert boxes[2].x1 <= figure.bbox.width


PEOPLE = effects(
    ("service_distance", "fast", 1.0, 0.8, 1.2, -12_345, 6_789),
    ("budget", "fast", 250e6, 200e6, 300e6, -4_000, 0),
    ("growth.path", "fast", "middle", "high", "low", 150, 2_400),
    ("session.kwh_per_ev_day", "fast", 2.5, 2.0, 3.0, -900, -900),
    ("costs", "fast", 1.0, 0.8, 1.2, 0, 0),
    ("grid", None, 1.0, 0.8, 0.8, None, None),
)


@pytest.mark.parametrize("names", [["budget"], ["budget", "costs", "growth", "weights"]])
def test_title_bars_legend_and_credits_do_not_overlap(names: list[str]) -> None:
    apart(drawn(names))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("count", [1, len(PEOPLE)])
def test_a_tornado_of_people_has_room(count: int, language: Language) -> None:
    apart(drawn(["budget"], PEOPLE.head(count), language))


def test_a_tornado_of_people_goes_from_the_fewest_to_the_most() -> None:
    figure = drawn(["budget"], PEOPLE)
    (axes,) = figure.axes
    bars = sorted((round(bar.get_y() + 0.35), bar.get_width()) for bar in axes.patches)
    assert bars == [(0, -12_345), (0, 6_789), (1, -4_000), (2, 2_400), (3, -900)]
    labels = {(text.get_text(), *text.xy, text.get_ha()) for text in axes.texts}  # type: ignore[attr-defined]
    assert labels == {
        ("0.8", -12_345, 0, "right"),
        ("1.2", 6_789, 0, "left"),
        ("200,000,000", -4_000, 1, "right"),
        ("300,000,000", 0, 1, "left"),
        ("high", 150, 2, "right"),
        ("low", 2_400, 2, "left"),
        ("2 to 3", -900, 3, "right"),
    }
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Service distance, times (1)",
        "Budget (250,000,000)",
        "Growth of EVs (middle)",
        "kWh per EV and day (2.5)",
    ]
    assert axes.yaxis_inverted()
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert {"\u22125,000", "0", "+5,000"} <= set(ticks)
    told = said(figure)
    assert (
        "Most depends on this: Service distance, times. With 0.8 to 1.2: \u221212,345 to +6,789 people within the"
        " service distance of Level of the motorway"
    ) in told
    assert "Scenario phase2, run 2 (adopted plan), November 27, 2026" in told
    assert axes.get_xlabel().splitlines() == [
        "Change of people within the service distance of Level of the motorway",
        "Changes nobody's coverage: Costs, times",
        "How many people it changes is not known: Hosting capacity, times",
    ]


def test_its_colours_are_those_of_people_gained_and_lost_on_the_maps() -> None:
    looks = {entry.value: to_hex(entry.symbol.colour) for entry in catalogue().shared["status"]}
    figure = drawn(["budget"], PEOPLE)
    for bar in figure.axes[0].patches:
        assert to_hex(bar.get_facecolor()) == looks["lost" if bar.get_width() < 0 else "gained"]
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["fewer people than in the plan", "more people than in the plan"]
    assert [to_hex(key.get_facecolor()) for key in figure.legends[0].get_patches()] == [
        looks["lost"],
        looks["gained"],
    ]


def test_the_level_is_named_with_the_parameter_where_they_differ() -> None:
    rows = effects(*PEOPLE.head(2).itertuples(index=False)).assign(level=["fast", "slow"])
    (axes,) = drawn(["budget"], rows, Language.FR).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Distance de desserte, facteur (1)\nNiveau de l'autoroute",
        "Budget (250\u00a0000\u00a0000)\nNiveau de la rue",
    ]
    assert axes.get_xlabel() == "Variation du nombre d\u2019habitants à portée du niveau nommé"


def test_marks_are_whole_people() -> None:
    (axes,) = drawn(["budget"], effects(("budget", "fast", 1.0, 2.0, 2.0, 2, 2))).axes
    assert all(float(mark).is_integer() for mark in axes.get_xticks())
    assert [text.get_text() for text in axes.texts] == ["2"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("budget", "fast", 1.0, 2.0, 2.0, 0, 0),
            "No assumption changes how many people are covered. The plan's",
        ),
        (
            ("budget", None, 1.0, 2.0, 2.0, None, None),
            "How many people assumptions change is not known. The plan",
        ),
    ],
)
def test_without_people_the_objective_is_drawn_and_the_title_says_so(
    row: tuple[Any, ...], words: str
) -> None:
    figure = drawn(["budget"], effects(row))
    assert words in said(figure)
    assert [bar.get_width() for bar in figure.axes[0].patches] == [BUDGET[1][1], BUDGET[2][1]]
    assert figure.axes[0].get_xlabel() == "Change of the plan's value"


def test_lines_of_attribution_are_one_line_with_one_sign_between_them() -> None:
    assert in_one_line(("Data of A. B. Ltd.", "Data of C", "(c) D.")) == "Data of A. B. Ltd; Data of C; (c) D"


def test_the_finding_is_rounded_and_only_the_ends_are_drawn() -> None:
    figure = drawn(["budget"])
    assert "changes it by \u22121.2 to +1.4" in said(figure)
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["1,760,000", "2,640,000"]
