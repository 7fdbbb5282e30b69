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
from report.catalogue import Entry, catalogue
from report.figures.read import Coverage, Findings
from report.figures.text import frame

LABEL_PT = 18
"""Room that the number of a project takes on a map, points."""
GOLDEN_ANGLE = 2.399963
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


def _decision_entries() -> tuple[Entry, ...]:
    style = next(layer.style for layer in catalogue().layer if layer.id == "decision")
    return style.entry if style else ()


def _projects(axes: Axes, found: Findings, words: Words, size: float = 7) -> list[Line2D]:
    shown = []
    for entry in _decision_entries():
        part = found.projects[found.projects["action"] == entry.value]
        if len(part):
            look: dict[str, Any] = {
                "marker": MARKERS[str(entry.value)],
                "color": entry.symbol.colour,
                "markeredgecolor": "white",
            }
            axes.plot(part.geometry.x, part.geometry.y, linestyle="", markersize=size, zorder=5, **look)
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
    before, after = (words.share(share, 1) for share in shares)
    level = covered.title.of(words.language)
    frame(figure, found, words, words("coverage", level=level, before=before, after=after), legend=handles)
    return figure


def numbered(found: Findings, words: Words) -> Figure:
    """Draw the projects of the plan with their numbers; those that lie close together are moved apart."""
    figure = Figure(figsize=(9, 8.2), layout="constrained")
    axes = figure.subplots()
    _ground(axes, found)
    for area, name in zip(found.areas.geometry, found.areas["name"], strict=True):
        place = area.representative_point()
        axes.annotate(
            name, (place.x, place.y), ha="center", va="center", fontsize=8, color="#777777", zorder=4.5
        )
    west, south, east, north = found.areas.total_bounds
    axes.set_xlim(west - (east - west) / 40, east + (east - west) / 40)
    axes.set_ylim(south - (north - south) / 40, north + (north - south) / 40)
    handles = _projects(axes, found, words, size=5)
    net = words.money(found.run["net_capex_cad"])
    frame(figure, found, words, words("numbered", count=len(found.projects), net=net), legend=handles)
    figure.canvas.draw()  # where things are on the paper is known once the map is drawn
    figure.set_layout_engine("none")
    places = axes.transData.transform(np.column_stack([found.projects.geometry.x, found.projects.geometry.y]))
    shown = axes.transData.inverted().transform(_apart(places, LABEL_PT * figure.dpi / 72))
    symbols = {entry.value: entry.symbol.colour for entry in _decision_entries()}
    for row, place in zip(found.projects.itertuples(), shown, strict=True):
        axes.annotate(
            str(row.project_number),
            xy=(row.geometry.x, row.geometry.y),
            xytext=tuple(place),
            ha="center",
            va="center",
            fontsize=8.5,
            color="white",
            zorder=6,
            bbox={"boxstyle": "circle,pad=0.2", "color": symbols[row.action]},
            arrowprops={"arrowstyle": "-", "color": "#333333", "linewidth": 0.5, "shrinkB": 1},
        )
    return figure


def _apart(places: np.ndarray[Any, Any], gap: float) -> np.ndarray[Any, Any]:
    """Return where labels stand: beside their places, at least so far from each other, as near as may be.

    Args:
        places: n x 2, in pixels.
        gap: in pixels.
    """
    away = places - places.mean(axis=0)
    length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    # from the middle outwards, where there is room; those at one place leave it in different directions
    angle = np.arange(len(places)) * GOLDEN_ANGLE
    turn = np.column_stack([np.cos(angle), np.sin(angle)])
    shown = places + gap * (0.6 * np.where(length > gap / 100, away / length, turn) + 0.1 * turn)
    for _ in range(400):
        between = shown[:, None] - shown[None]
        distance = np.linalg.norm(between, axis=2)
        np.fill_diagonal(distance, np.inf)
        short = np.maximum(gap - distance, 0)
        if not short.any():
            break
        direction = between / np.maximum(distance, 1e-6)[:, :, None]
        shown = shown + 0.5 * (direction * short[:, :, None]).sum(axis=1)
    return np.asarray(shown)


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
    frame(figure, found, words, words("density", share=words.share(_half_share(found.cells), 0)))
    return figure


def _half_share(cells: gpd.GeoDataFrame) -> float:
    """Return the share of the area that half of the vehicles are on, the densest hexagons first.

    Hexagons are of one size.
    """
    dense = np.sort(cells["ev_per_km2"].to_numpy(dtype=float))[::-1]
    return float(np.searchsorted(dense.cumsum(), dense.sum() / 2) + 1) / max(len(dense), 1)
