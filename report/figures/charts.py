"""Charts: money by phase, Pareto frontier."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

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
