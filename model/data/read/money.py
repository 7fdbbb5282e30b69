"""Reads money: options with their grants, phases with their limits, grid upgrades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.data.codes import Action
from model.data.inputs import Option, Phase, Price, Step

Rows = Callable[..., list[tuple[Any, ...]]]
"""Given a view of room 4 and its columns, the rows of one scenario."""

Prices = dict[tuple[int, str, str, str], dict[int, Price]]
"""By price class, layout before, action and layout after, the price in each phase."""


def read_phases(rows: Rows) -> tuple[Phase, ...]:
    """Return the phases, first to last."""
    return tuple(
        Phase(phase, budget_cad, discount_factor, float("inf") if limit is None else limit)
        for phase, budget_cad, discount_factor, limit in rows(
            "phase", "phase", "budget_cad", "discount_factor", "opex_limit_cad_per_year"
        )
    )


def read_options(
    rows: Rows, view: str = "efficient_option", prices: Prices | None = None
) -> dict[str, Option]:
    """Return the options of a view other than `keep`, by option_id; prices are read unless they are given."""
    prices = read_prices(rows) if prices is None else prices
    columns = ("site_id", "option_id", "levels", "phases")
    figures = ("opex_change_cad_per_year", "peak_kw", "added_kw", "layout_after")
    return {
        option_id: Option(
            option_id,
            site_id,
            Action(action),
            frozenset(levels),
            tuple(phases),
            {t: prices[kind, before, action, after][t] for t in phases},
            *(opex, peak_kw, added_kw, after),
        )
        for site_id, option_id, levels, phases, opex, peak_kw, added_kw, after, kind, before, action in rows(
            view, *columns, *figures, "price_class", "layout_before", "action"
        )
        if action != "keep"
    }


def read_prices(rows: Rows) -> Prices:
    """Return the price in each phase of each step of the layouts of a price class."""
    programs = [program for _, program in rows("grant_program", "rank", "program")]
    found: Prices = {}
    step = ("price_class", "layout_before", "action", "layout_after")
    for *key, phase, capex_cad, resale_cad, grants_cad in rows(
        "layout_price", *step, "phase", "capex_cad", "resale_cad", "grants_cad"
    ):
        grants = tuple((p, cad) for p, cad in zip(programs, grants_cad, strict=True) if cad > 0)
        price = Price(capex_cad, grants, resale_cad)
        found.setdefault((key[0], key[1], key[2], key[3]), {})[phase] = price
    return found


def read_application_caps(rows: Rows) -> dict[str, float]:
    """Return the most that each grant program with a cap gives to an application, CAD."""
    return {
        program: cap
        for program, cap in rows("grant_program", "program", "application_cap_cad")
        if cap is not None
    }


def read_steps(rows: Rows) -> dict[tuple[int, int], Step]:
    """Return the grid upgrades that grid areas may have, by (grid area, step)."""
    return {
        (area, step): Step(added_kw, cost_cad)
        for area, step, added_kw, cost_cad in rows(
            "grid_step", "grid_area_id", "step", "added_kw", "cost_cad"
        )
    }


def read_targets(rows: Rows, view: str, column: str) -> dict[tuple[int, str], float]:
    """Return the least shares of a view, by phase and level."""
    return {(phase, level): share for phase, level, share in rows(view, "phase", "level", column)}
