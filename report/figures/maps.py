"""Maps: coverage before and after by level, and where electric vehicles are."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from db.common.language import Words
from report.catalogue import catalogue
from report.figures.read import Coverage, Findings
from report.figures.text import title

MARKERS = {"build": "o", "upgrade": "D", "expand": "s", "remove": "p"}


def _ground(axes: Axes, found: Findings) -> None:
    if len(found.roads):
        found.roads.plot(ax=axes, color="#777777", linewidth=0.5, zorder=3)
    found.areas.boundary.plot(ax=axes, color="#333333", linewidth=0.7, zorder=4)
    axes.set_axis_off()
    axes.set_aspect("equal")


def _covered(
    axes: Axes, found: Findings, cells: gpd.GeoDataFrame, column: str, looks: dict[Any, str]
) -> None:
    for value, colour in looks.items():
        part = cells[cells[column] == value]
        if len(part):
            part.plot(ax=axes, color=colour, linewidth=0, zorder=1, rasterized=True)
    _ground(axes, found)


def _projects(axes: Axes, found: Findings, words: Words) -> list[Line2D]:
    style = next(layer.style for layer in catalogue().layer if layer.id == "decision")
    shown = []
    for entry in style.entry if style else ():
        part = found.projects[found.projects["action"] == entry.value]
        if len(part):
            look: dict[str, Any] = {
                "marker": MARKERS[str(entry.value)],
                "color": entry.symbol.colour,
                "markeredgecolor": "white",
            }
            axes.plot(part.geometry.x, part.geometry.y, linestyle="", markersize=7, zorder=5, **look)
            label = entry.label.of(words.language)
            shown.append(Line2D([], [], linestyle="", markersize=7, label=label, **look))
    return shown


def coverage(found: Findings, covered: Coverage, words: Words) -> Figure:
    """Draw two maps of a level: covered before, and what the plan gains."""
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    shared = catalogue().shared
    flags = {entry.value: entry for entry in shared["covered"]}
    states = {entry.value: entry for entry in shared["status"]}
    cells = covered.cells
    _covered(left, found, cells, "is_covered_before", {k: e.symbol.colour for k, e in flags.items()})
    _covered(right, found, cells, "status", {k: e.symbol.colour for k, e in states.items()})
    shares = (covered.before_share, covered.after_share)
    for axes, moment, share in zip((left, right), ("before", "after"), shares, strict=True):
        axes.set_title(
            f"{words(moment)}{words.between(':')}{words('covered', share=words.share(share, 1))}", fontsize=11
        )
    present = set(cells["status"])
    handles: list[Patch | Line2D] = [
        Patch(color=e.symbol.colour, label=e.label.of(words.language))
        for k, e in states.items()
        if k in present
    ]
    handles += _projects(right, found, words)
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    figure.suptitle(title(words, found.run, "coverage", level=covered.title.of(words.language)), fontsize=13)
    return figure


def ev_density(found: Findings, words: Words) -> Figure:
    """Draw electric vehicles per square kilometre, on a logarithmic scale."""
    figure = Figure(figsize=(8, 7), layout="constrained")
    axes = figure.subplots()
    shown = found.cells[found.cells["ev_per_km2"] > 0]
    if len(shown):
        density = shown["ev_per_km2"].to_numpy(dtype=float)
        low, high = np.quantile(density, 0.1), density.max()
        norm = LogNorm(vmin=min(low, high * 0.99), vmax=high)
        shown.plot(
            ax=axes, column="ev_per_km2", cmap="cividis_r", norm=norm, linewidth=0, zorder=1, rasterized=True
        )
        (collection,) = axes.collections
        figure.colorbar(
            collection, ax=axes, shrink=0.6, label=words("ev_density"), format="{x:g}", extend="min"
        )
    _ground(axes, found)
    figure.suptitle(title(words, found.run, "ev_density"), fontsize=13)
    return figure
