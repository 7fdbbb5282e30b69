"""Charts with few bars: what stands over and under them has room of its own."""

from __future__ import annotations

import datetime as dt
import itertools
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from db.common.language import Language
from report.attribution import in_one_line
from report.figures import charts
from report.figures.read import Findings
from report.figures.text import figure_words

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


def drawn(names: list[str]) -> Figure:
    rows = [(name, 2_200_000.0, value, change) for name in names for value, change in BUDGET]
    table = pd.DataFrame(rows, columns=["parameter", "base_value", "value", "objective_change"])
    found = cast("Findings", SimpleNamespace(run=RUN, attribution=CREDITS, tornado=table))
    figure = charts.tornado(found, figure_words(Language.EN, "CAD"))
    FigureCanvasAgg(figure).draw()
    return figure


@pytest.mark.parametrize("names", [["budget"], ["budget", "costs", "growth", "weights"]])
def test_title_bars_legend_and_credits_do_not_overlap(names: list[str]) -> None:
    figure = drawn(names)
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


def test_lines_of_attribution_are_one_line_with_one_sign_between_them() -> None:
    assert in_one_line(("Data of A. B. Ltd.", "Data of C", "(c) D.")) == "Data of A. B. Ltd; Data of C; (c) D"


def test_the_finding_is_rounded_and_only_the_ends_are_drawn() -> None:
    figure = drawn(["budget"])
    said = " ".join(text.get_text() for text in figure.texts)
    assert "by -1.2 to 1.4" in " ".join(said.split()) or "by \u22121.2 to 1.4" in " ".join(said.split())
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["1,760,000", "2,640,000"]
