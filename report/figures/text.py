"""What figures say, in English or French."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from db.common.language import Language, Words, day
from report.attribution import in_one_line
from report.catalogue import NAMES
from report.figures.read import Findings

_WORDS = Path(__file__).with_name("words.toml")
_TITLE_PT, _LEGEND_PT, _FOOT_PT = 12, 9, 6.5
_LETTERS_PER_IN = 9.5
"""Of the title: no fewer than fit, on average."""
_LINE = 1.45
"""Height of a line, in sizes of its letters."""


def figure_words(language: Language, currency: str) -> Words:
    """Return the words of figures in a language, about sums in a currency (ISO 4217)."""
    return Words(language, currency, (NAMES, _WORDS))


def frame(
    figure: Figure,
    found: Findings,
    words: Words,
    finding: str,
    *,
    legend: Sequence[Any] = (),
    columns: int = 4,
    drawing_in: float | None = None,
) -> None:
    """Put over a figure what it shows, and of which region; under it its legend, plan, day and sources.

    With `drawing_in` the figure becomes as high as that, in inches, and what stands over and under it.
    """
    run = found.run
    label = f" ({words('synthetic')})" if run["is_synthetic"] else ""
    wide = int(figure.get_figwidth() * _LETTERS_PER_IN)
    title = "\n".join(textwrap.fill(part, wide) for part in (finding, f"{run['region_title']}{label}"))
    figure.suptitle(title, fontsize=_TITLE_PT)
    finished = run["finished_at"] or run["started_at"]
    plan = words(
        "plan",
        scenario=run["scenario_name"],
        run=run["run_id"],
        adopted=words("adopted" if run["is_adopted"] else "not_adopted"),
        day=day(finished.date(), words.language),
    )
    sources = words("sources", sources=in_one_line(found.attribution)) if found.attribution else ""
    foot = textwrap.fill(f"{plan} {sources}", int(wide * _TITLE_PT / _FOOT_PT))
    legend_rows = math.ceil(len(legend) / columns) + 1 if legend else 0
    if drawing_in is not None:
        title_pt, foot_pt = (title.count("\n") + 2) * _TITLE_PT, (foot.count("\n") + 1.5) * _FOOT_PT
        figure.set_figheight(drawing_in + (title_pt + foot_pt + legend_rows * _LEGEND_PT) * _LINE / 72)
    height_pt = 72 * figure.get_figheight()
    room = (foot.count("\n") + 1.5) * _LINE * _FOOT_PT / height_pt
    low = 0.25 * _LINE * _FOOT_PT / height_pt
    figure.text(0.01, low, foot, va="bottom", fontsize=_FOOT_PT, color="#555555")
    if legend:
        keys = figure.legend(
            handles=legend,
            loc="lower center",
            bbox_to_anchor=(0.5, room),
            borderaxespad=0,
            ncols=columns,
            frameon=False,
            fontsize=_LEGEND_PT,
        )
        keys.set_in_layout(False)
        room += legend_rows * _LINE * _LEGEND_PT / height_pt
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, room, 1, 1 - room))
