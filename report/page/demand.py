"""What a plan has to cover, for the map of the page: hexagons by column and row, or points of a study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from report.page.pack import column, steps
from report.page.shape import ToBrowser, hexagon_corners
from report.run import Connection

Ints = npt.NDArray[np.int64]
Row = dict[str, Any]

CELLS_AT_ONCE = 8000
"""So many hexagons a map draws at once; a region of more has larger ones too, until those are so few."""
FIGURE_DIGITS = 3
"""Digits after the point of the people and vehicles of a hexagon; the page shows one at most."""
SHARE_PARTS = 1000
"""Shares of the people of a large hexagon are sent in so many parts of the whole."""

_DEMAND = """
    select demand_id, i, j, population, ev_count, case when i is null then st_asbinary(geom) end as geom
    from report.run_demand where run_id = %s order by i, j, demand_id
"""
_STATES = """
    select level, array_agg(demand_id order by demand_id), array_agg(state order by demand_id)
    from report.demand_state where run_id = %s group by level order by level
"""
_EDGE_COUNTS = "select edge_count from report.hexagon_size order by edge_count"
_OVERVIEW = """
    select i, j, cell_count, population, ev_count from report.demand_overview
    where run_id = %s and edge_count = %s order by i, j
"""
_OVERVIEW_STATES = """
    select level, state,
        array_agg(i order by i, j), array_agg(j order by i, j), array_agg(share order by i, j)
    from report.demand_overview_state where run_id = %s and edge_count = %s group by level, state
    order by level, state
"""


@dataclass(frozen=True)
class Size:
    """Hexagons of one size, ordered by column and row, or all points of a study, which have neither.

    `cell_count` is how many small hexagons are in each.
    """

    edge_count: int
    i: Ints
    j: Ints
    population: list[float | None]
    ev_count: list[float | None]
    cell_count: list[int]


@dataclass(frozen=True)
class Demand:
    """What a plan has to cover, in several sizes, the smallest first.

    `demand_ids` are those of the first size, `points` its places where it has no hexagons. `states` are, by
    level, numbers of demand and coverage: bit 0 is set when it is covered before the plan, bit t when it
    is at the end of phase t. `shares` are, for each larger size, by level and state: column, row and share of
    the people there.
    """

    demand_ids: Ints
    points: list[bytes]
    sizes: list[Size]
    states: dict[str, tuple[Ints, Ints]]
    shares: list[dict[str, dict[int, tuple[Ints, Ints, npt.NDArray[np.float64]]]]] = field(
        default_factory=list
    )

    @property
    def people(self) -> float:
        """All people; 0 for points of a study."""
        return sum(value or 0.0 for value in self.sizes[0].population)


def read_demand(conn: Connection, run_id: int) -> Demand:
    """Return what a run has to cover, in as many sizes as it takes to have no more than `CELLS_AT_ONCE`."""
    found = _columns(conn, _DEMAND, run_id)
    demand_ids, i, j, population, ev_count, geom = found or ([], [], [], [], [], [])
    is_point = bool(demand_ids) and i[0] is None
    place: tuple[Ints, Ints] = (_ints([]), _ints([])) if is_point else (_ints(i), _ints(j))
    sizes = [Size(1, *place, population, ev_count, [1] * len(demand_ids))]
    shares = []
    edge_counts = [] if is_point else [n for (n,) in conn.execute(_EDGE_COUNTS).fetchall()]
    for edge_count in edge_counts:
        if len(sizes[-1].i) <= CELLS_AT_ONCE:
            break
        i, j, cell_count, population, ev_count = _columns(conn, _OVERVIEW, run_id, edge_count)
        sizes.append(Size(edge_count, _ints(i), _ints(j), population, ev_count, cell_count))
        of_levels: dict[str, dict[int, tuple[Ints, Ints, npt.NDArray[np.float64]]]] = {}
        for level, state, at_i, at_j, share in conn.execute(_OVERVIEW_STATES.encode(), (run_id, edge_count)):
            of_levels.setdefault(level, {})[state] = (_ints(at_i), _ints(at_j), np.array(share))
        shares.append(of_levels)
    states = {
        level: (_ints(numbers), _ints(found))
        for level, numbers, found in conn.execute(_STATES.encode(), (run_id,))
    }
    return Demand(_ints(demand_ids), [g for g in geom if g is not None], sizes, states, shares)


def content(demand: Demand, edge_m: float, browser: ToBrowser) -> Row:
    """Return the demand as cells.js reads it.

    A size has `edge_m` in metres and, for `place`, runs of numbers of hexagons that follow each other; the
    number of a hexagon is (i - i_min) * row_count + j - j_min. Points of a study have `points` instead:
    longitude and latitude. `degrees` tell where corners lie. Of a size of more than `cells_at_once`, a map
    draws what is in view.
    """
    first = demand.sizes[0]
    if demand.points:
        points = browser.points(demand.points)
        return {"sizes": [_figures(first)], "points": points, "cells_at_once": CELLS_AT_ONCE}
    corners = [hexagon_corners(edge_m * size.edge_count, size.i, size.j) for size in demand.sizes]
    return {
        "sizes": [
            {"edge_m": edge_m * size.edge_count, **_places(size), **_figures(size)} for size in demand.sizes
        ],
        "degrees": browser.blocks(np.concatenate(corners)),
        "cells_at_once": CELLS_AT_ONCE,
    }


def coverage(demand: Demand, first: Demand) -> Row:
    """Return coverage in the order of the hexagons (or points) of the plan that the page is about."""
    states = {}
    for level, (numbers, found) in demand.states.items():
        known = dict(zip(numbers.tolist(), found.tolist(), strict=True))
        states[level] = column([known.get(number, 0) for number in first.demand_ids.tolist()])
    # the plan to compare with may be one on the points of a study
    shares = demand.shares if len(demand.shares) == len(first.shares) else [{} for _ in first.shares]
    mixes = [
        {level: {state: _in_order(size, *at) for state, at in of.items()} for level, of in found.items()}
        for size, found in zip(first.sizes[1:], shares, strict=True)
    ]
    return {"states": states, "mixes": mixes}


def _in_order(size: Size, i: Ints, j: Ints, share: npt.NDArray[np.float64]) -> list[Any] | Row:
    known = dict(zip(zip(i.tolist(), j.tolist(), strict=True), share.tolist(), strict=True))
    places = zip(size.i.tolist(), size.j.tolist(), strict=True)
    return column([round(known.get(place, 0.0) * SHARE_PARTS) for place in places])


def _places(size: Size) -> Row:
    if not len(size.i):
        return {"i_min": 0, "j_min": 0, "row_count": 1, "place": []}
    i_min, j_min = int(size.i.min()), int(size.j.min())
    row_count = int(size.j.max()) - j_min + 1
    place = steps((size.i - i_min) * row_count + size.j - j_min)
    return {"i_min": i_min, "j_min": j_min, "row_count": row_count, "place": place}


def _figures(size: Size) -> Row:
    return {
        "count": len(size.population),
        "population": column([_rounded(value) for value in size.population]),
        "ev_count": column([_rounded(value) for value in size.ev_count]),
        "cell_count": column(size.cell_count),
    }


def _rounded(value: float | None) -> float | None:
    """Return a figure as it is sent; whole numbers need no point."""
    if value is None:
        return None
    short = round(value, FIGURE_DIGITS)
    return int(short) if short == int(short) else short


def _columns(conn: Connection, query: str, *values: object) -> list[list[Any]]:
    """Return the rows of a query by column; an empty list where there are none."""
    with conn.cursor(binary=True) as cursor:
        return [list(found) for found in zip(*cursor.execute(query.encode(), values), strict=True)]


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
