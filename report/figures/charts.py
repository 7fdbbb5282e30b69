"""Charts: money by phase, tornado, Pareto frontier."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from db.common.language import Words
from report.figures.read import Findings
from report.figures.text import frame

# Okabe and Ito (2008), told apart by colour-blind readers too
GREY, BLUE, ORANGE, GREEN = "#999999", "#0072b2", "#d55e00", "#009e73"
_MILLION = 1e6


def money(found: Findings, words: Words) -> Figure:
    """Draw budget, gross and net capital cost of each phase."""
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    bars = (("budget_cad", "budget", GREY), ("capex_cad", "gross", ORANGE), ("net_capex_cad", "net", BLUE))
    for i, (column, name, colour) in enumerate(bars):
        places = [n + (i - 1) * 0.27 for n in range(len(found.money))]
        drawn = axes.barh(places, found.money[column] / _MILLION, 0.25, color=colour, label=words(name))
        axes.bar_label(drawn, fmt=lambda v: words.number(v, 2), padding=3, fontsize=8)
    labels = [
        f"{words('phase', phase=row['phase'])}{words.between(':')}{row[f'title_{words.language}']}"
        for row in found.money.to_dict("records")
    ]
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(words("million"))
    axes.xaxis.set_major_formatter(lambda millions, _: words.number(millions))
    axes.spines[["top", "right"]].set_visible(False)
    capex, net, budget = (
        words.money(found.money[f"{k}_cad"].sum()) for k in ("capex", "net_capex", "budget")
    )
    finding = words("money", capex=capex, net_capex=net, budget=budget)
    drawing_in = 0.8 + 1.1 * max(len(found.money), 1)
    frame(figure, found, words, finding, legend=axes.get_legend_handles_labels()[0], drawing_in=drawing_in)
    return figure


def tornado(found: Findings, words: Words) -> Figure:
    """Draw how the plan's value changes with each parameter, the widest bars on top.

    Of a parameter with many values those with the least and the greatest change are drawn.
    """
    table = _ends(found.tornado)
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
    low, high = (words.number(end, digits) for end in ends)
    most = words.named("parameter", parameters[0])
    finding = words("tornado", name=most, low=low, high=high)
    frame(figure, found, words, finding, legend=keys, drawing_in=0.8 + 0.45 * len(parameters))
    return figure


def _ends(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each parameter that change the value least and most; words and others all."""
    is_word = table["value"].map(lambda value: isinstance(value, str))
    changes = table.loc[~is_word].groupby("parameter")["objective_change"]
    return table.loc[sorted({*table.index[is_word], *changes.idxmin(), *changes.idxmax()})]


def pareto(found: Findings, words: Words) -> Figure:
    """Draw coverage against net cost; points that another plan beats are hollow."""
    figure = Figure(figsize=(8, 5.5), layout="constrained")
    axes = figure.subplots()
    best = found.pareto[~found.pareto["is_dominated"].astype(bool)]
    other = found.pareto[found.pareto["is_dominated"].astype(bool)]
    cost, share = best["net_capex_cad"] / _MILLION, best["coverage_share"]
    axes.plot(cost, share, "o-", color=BLUE, label=words("efficient"))
    if len(other):
        cost, share = other["net_capex_cad"] / _MILLION, other["coverage_share"]
        axes.plot(cost, share, "o", markerfacecolor="white", color=GREY, label=words("dominated"))
    axes.set_xlabel(words("net_cost"))
    axes.set_ylabel(words("coverage_share"))
    axes.yaxis.set_major_formatter(lambda share, _: words.share(share))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    axes.xaxis.set_major_formatter(lambda millions, _: words.number(millions))
    frame(figure, found, words, _frontier_words(best, words))
    return figure


def _frontier_words(best: pd.DataFrame, words: Words) -> str:
    """Say what the cheapest of the plans on the frontier covers, and what the dearest does."""
    cheap, dear = best.iloc[0], best.iloc[-1]
    return words(
        "pareto" if len(best) > 1 else "pareto_one",
        low=words.share(cheap["coverage_share"], 1),
        low_money=words.money(cheap["net_capex_cad"]),
        high=words.share(dear["coverage_share"], 1),
        high_money=words.money(dear["net_capex_cad"]),
    )
