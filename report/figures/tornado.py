"""The tornado: what changes with each parameter, in people where that changes how many are covered."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from db.common.language import Words
from report.catalogue import catalogue
from report.figures.charts import BLUE, GREY, ORANGE
from report.figures.read import Findings
from report.figures.text import frame

_EDGE = "#333333"
_NOTE_LETTERS = 95
_LINE_IN = 0.2


def tornado(found: Findings, words: Words) -> Figure:
    """Draw what each parameter changes, the widest bars on top.

    A bar goes from the fewest people within the service distance to the most, around the plan as it is, at 0;
    parameters that leave their number as it is are named below. Where all do, or people are not known, bars
    are of the objective.
    """
    return _of_people(found, words) if is_of_people(found) else _of_objective(found, words)


def is_of_people(found: Findings) -> bool:
    """Tell whether any parameter changes how many people are covered."""
    return bool(_is_changing(found.effects).any())


def _is_changing(effects: pd.DataFrame) -> pd.Series[bool]:
    ends = effects[["people_change_worst", "people_change_best"]].astype(float)
    return (ends.fillna(0) != 0).any(axis=1)


def _of_people(found: Findings, words: Words) -> Figure:
    drawn = found.effects[_is_changing(found.effects)]
    titles = {level: covered.title.of(words.language) for level, covered in found.coverage.items()}
    is_one_level = drawn["level"].nunique() == 1
    rows = drawn.to_dict("records")
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    keys = _bars(axes, drawn, words)
    labels = []
    for place, row in enumerate(rows):
        _label_ends(axes, place, row, words)
        name = f"{words.named('parameter', row['parameter'])} ({words.value(row['base_value'])})"
        labels.append(name if is_one_level else f"{name}\n{titles[row['level']]}")
    axes.axvline(0, color=_EDGE, linewidth=0.8)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    # room for values on the side without bars too
    axes.use_sticky_edges = False
    axes.margins(x=0.18)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    axes.xaxis.set_major_formatter(lambda people, _: words.signed(people))
    axes.spines[["top", "right"]].set_visible(False)
    label = (
        words("people_change", level=titles[rows[0]["level"]]) if is_one_level else words("people_changes")
    )
    notes = [line for note in _notes(found.effects, words) for line in textwrap.wrap(note, _NOTE_LETTERS)]
    axes.set_xlabel("\n".join([label, *notes]))
    drawing_in = 0.8 + (0.45 if is_one_level else 0.55) * len(rows) + _LINE_IN * len(notes)
    frame(figure, found, words, _finding(rows[0], titles, words), legend=keys, drawing_in=drawing_in)
    return figure


def _bars(axes: Axes, drawn: pd.DataFrame, words: Words) -> list[Patch]:
    """Draw people lost to the left and gained to the right, in the colours of the maps; return the legend."""
    colours = {str(entry.value): entry.symbol.colour for entry in catalogue().shared["status"]}
    sides = (
        ("lost", "fewer_people", drawn["people_change_worst"].astype(int).clip(upper=0)),
        ("gained", "more_people", drawn["people_change_best"].astype(int).clip(lower=0)),
    )
    keys = []
    for status, word, widths in sides:
        if not widths.any():
            continue
        look: dict[str, Any] = {"facecolor": colours[status], "edgecolor": _EDGE, "linewidth": 0.6}
        places = [place for place, width in enumerate(widths) if width]
        axes.barh(places, widths[widths != 0], 0.7, **look)
        keys.append(Patch(label=words(word), **look))
    return keys


def _label_ends(axes: Axes, place: int, row: dict[str, Any], words: Words) -> None:
    """Write the worst value left of its end of the bar, the best right of its; a line is at each."""
    worst, best = row["people_change_worst"], row["people_change_best"]
    if worst == best:
        ends = [(worst, _values(row, words), worst < 0)]
    else:
        ends = [(worst, words.value(row["value_worst"]), True), (best, words.value(row["value_best"]), False)]
    for people, label, is_left in ends:
        axes.annotate(
            label,
            (people, place),
            xytext=(-3 if is_left else 3, 0),
            textcoords="offset points",
            ha="right" if is_left else "left",
            va="center",
            fontsize=8,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )
    axes.vlines([people for people, *_ in ends], place - 0.35, place + 0.35, color=_EDGE, linewidth=0.6)


def _values(row: dict[str, Any], words: Words) -> str:
    worst, best = words.value(row["value_worst"]), words.value(row["value_best"])
    return worst if worst == best else words("span", low=worst, high=best)


def _finding(row: dict[str, Any], titles: dict[str, str], words: Words) -> str:
    """Say which parameter most people depend on, and how many."""
    least, most = (words.signed(row[f"people_change_{end}"]) for end in ("worst", "best"))
    return words(
        "tornado_people",
        name=words.named("parameter", row["parameter"]),
        values=_values(row, words),
        change=least if least == most else words("span", low=least, high=most),
        level=titles[row["level"]],
    )


def _notes(effects: pd.DataFrame, words: Words) -> list[str]:
    """Name the parameters that leave the number of people as it is, and those of which it is not known."""
    is_unknown = effects["people_change_worst"].isna()
    sets = {"same_people": ~is_unknown & ~_is_changing(effects), "unknown_people": is_unknown}
    return [
        words(
            word,
            names=words.between(";").join(
                words.named("parameter", name) for name in effects.loc[chosen, "parameter"]
            ),
        )
        for word, chosen in sets.items()
        if chosen.any()
    ]


def _of_objective(found: Findings, words: Words) -> Figure:
    """Draw the change of the objective; of a parameter with many values the least and the greatest."""
    table = _extremes(found.tornado)
    spread = table.groupby("parameter")["objective_change"].agg(lambda v: max(v.max(), 0) - min(v.min(), 0))
    parameters = list(spread.sort_values(ascending=False).index)
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    for row in table.itertuples():
        place, change = parameters.index(row.parameter), row.objective_change
        is_word = isinstance(row.value, str)
        colour = GREY if is_word else BLUE if row.value > row.base_value else ORANGE
        axes.barh(place, change, 0.7, color=colour, alpha=0.85)
        side = "left" if change >= 0 else "right"
        axes.annotate(
            words.value(row.value),
            (change, place),
            xytext=(3 if change >= 0 else -3, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8,
        )
    axes.axvline(0, color="#333333", linewidth=0.8)
    bases = table.groupby("parameter")["base_value"].first()
    axes.set_yticks(
        range(len(parameters)),
        [f"{words.named('parameter', name)} ({words.value(bases[name])})" for name in parameters],
    )
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.set_xlabel(words("objective_change"))
    axes.spines[["top", "right"]].set_visible(False)
    keys = [Patch(color=BLUE, label=words("higher")), Patch(color=ORANGE, label=words("lower"))]
    axes.xaxis.set_major_formatter(lambda change, _: words.number(change))
    changes = table.loc[table["parameter"] == parameters[0], "objective_change"]
    ends = (min(changes.min(), 0.0), max(changes.max(), 0.0))
    digits = max(0, 1 - math.floor(math.log10(max(map(abs, ends)) or 1.0)))
    low, high = (words.signed(end, digits) for end in ends)
    most = words.named("parameter", parameters[0])
    is_known = found.effects["people_change_worst"].notna().any()
    finding = words("tornado_same" if is_known else "tornado_unknown", name=most, low=low, high=high)
    frame(figure, found, words, finding, legend=keys, drawing_in=0.8 + 0.45 * len(parameters))
    return figure


def _extremes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each parameter that change the value least and most; words and others all."""
    is_word = table["value"].map(lambda value: isinstance(value, str))
    changes = table.loc[~is_word].groupby("parameter")["objective_change"]
    return table.loc[sorted({*table.index[is_word], *changes.idxmin(), *changes.idxmax()})]
