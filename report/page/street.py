"""What the page says of a street: addresses, what is nearest today and in the plan, candidates near by."""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import Any

from report.page.pack import column, deflated, packed
from report.run import Connection, Row, rows

ADDRESS_COUNT_MAX = 400_000
SQUARE_M = 1000
"""Addresses that a page holds; in a region of more, a street has one in each square of so many metres."""
_SAME = -2
"""A hexagon whose nearest station after the plan is that of today; -1 is one that has none."""
_NUMBER = re.compile(r"0*(\d{1,9})(.*)", re.DOTALL)

_ADDRESSES = """
    select street, city, street_number, x_m, y_m from report.street_address
    order by street, city, street_number
"""
_CELLS = """
    select demand_id from report.run_demand where run_id = %s and i is not null order by i, j, demand_id
"""
_LEVELS = "select level from report.run_level where run_id = %s order by place"
_TODAY = "select cell_id, level, site_id, distance_m, duration_min from report.nearest_station"
_AFTER = """
    select cell_id, level, site_id, distance_m, duration_min from report.nearest_station_after
    where run_id = %s
"""
_NEAREST_CANDIDATE = """
    select cell_id, is_usable, site_id, distance_m, duration_min from report.nearest_candidate
    where run_id = %s
"""
_CANDIDATES = """
    select site_id, name, address, city, lon, lat, exclusion, is_planned, rank, loss_at_least,
        loss_share, loss_level, loss_population, ports, phase, capex_cad, net_capex_cad, left_cad,
        displaced_site_id
    from report.candidate_bound where run_id = %s order by site_id
"""
_OBSTACLES = """
    select site_id, is_final, obstacle, level, name, other_site_id, allowed, found
    from report.candidate_obstacle where run_id = %s order by site_id, obstacle, level
"""
_STATIONS = """
    select site_id, name, address, city, lon, lat from report.site where site_id = any(%s) order by site_id
"""
QUERY = "\n".join((_ADDRESSES, _TODAY, _AFTER, _NEAREST_CANDIDATE, _CANDIDATES, _OBSTACLES))
"""All that the answers are read by."""


def read_street(conn: Connection, run_id: int) -> Row | None:
    """Return what the page says of a street, as `squeezed` takes it; None where a plan covers no hexagons.

    Nearest stations and candidates are given for each hexagon in the order of `report.page.demand`: the place
    of the site in `stations` or `candidates`, whole metres and tenths of a minute.
    """
    cells = [number for (number,) in conn.execute(_CELLS.encode(), (run_id,)).fetchall()]
    if not cells:
        return None
    levels = [level for (level,) in conn.execute(_LEVELS.encode(), (run_id,)).fetchall()]
    today = _by_key(rows(conn, _TODAY), "level")
    after = _by_key(rows(conn, _AFTER, run_id), "level")
    near = _by_key(rows(conn, _NEAREST_CANDIDATE, run_id), "is_usable")
    of_levels = [part[level] for level in levels for part in (today, after) if level in part]
    site_ids = {found["site_id"] for of_cells in of_levels for found in of_cells.values()}
    stations = rows(conn, _STATIONS, sorted(site_ids))
    all_candidates = rows(conn, _CANDIDATES, run_id)
    named_ids = {found["site_id"] for of_cells in near.values() for found in of_cells.values()}
    candidates = [row for row in all_candidates if row["site_id"] in named_ids]
    station_place = {row["site_id"]: n for n, row in enumerate(stations)}
    candidate_place = {row["site_id"]: n for n, row in enumerate(candidates)}
    return {
        "levels": [
            {
                "level": level,
                "today": _nearest(cells, today.get(level, {}), station_place),
                "after": _nearest(cells, after.get(level, {}), station_place, unless=today.get(level, {})),
            }
            for level in levels
        ],
        "usable": _nearest(cells, near.get(True, {}), candidate_place),
        "unusable": _nearest(cells, near.get(False, {}), candidate_place),
        "stations": packed(stations),
        "candidates": packed(candidates),
        "obstacles": packed([row for row in rows(conn, _OBSTACLES, run_id) if row["site_id"] in named_ids]),
        "usable_count": sum(row["rank"] is not None for row in all_candidates),
        "addresses": addresses(rows(conn, _ADDRESSES)),
    }


def squeezed(content: Any) -> str:
    """Return content as JSON, deflated and in base 64: street.js unpacks it once it is asked for."""
    return deflated(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def addresses(found: list[Row]) -> Row:
    """Return addresses by street: names, towns, how many numbers each has, and columns of all numbers.

    Numbers grow within a street: `number` and `x`, `y` (metres) are each what is added to the one before, the
    number from 0 in each street, places from that of the address before, whatever its street. What follows
    the digits of a number is `endings[ending]`. A street as a whole has the number 0 and no ending.
    """
    streets = [
        ((street, city), _thinned(sorted(map(_placed, group)), len(found)))
        for (street, city), group in groupby(found, key=lambda row: (row["street"], row["city"]))
    ]
    cities = sorted({city for (_, city), _ in streets if city})
    places = [place for _, group in streets for place in group]
    endings = sorted({ending for _, ending, _, _ in places})
    ending_place = {ending: n for n, ending in enumerate(endings)}
    numbers: list[int] = []
    for _, group in streets:
        before = 0
        for number, *_ in group:
            numbers.append(number - before)
            before = number
    return {
        "street": [street for (street, _), _ in streets],
        "cities": cities,
        "city": [cities.index(city) if city else -1 for (_, city), _ in streets],
        "count": [len(group) for _, group in streets],
        "number": numbers,
        "ending": column([ending_place[ending] for _, ending, _, _ in places]),
        "endings": endings,
        "x": _steps([x for _, _, x, _ in places]),
        "y": _steps([y for _, _, _, y in places]),
    }


def _placed(row: Row) -> tuple[int, str, int, int]:
    """Return number, what follows its digits, and place; text without digits in front has the number 0."""
    text = (row["street_number"] or "").strip()
    found = _NUMBER.fullmatch(text)
    number, ending = (int(found[1]), found[2]) if found else (0, text)
    return number, ending, row["x_m"], row["y_m"]


def _thinned(places: list[tuple[int, str, int, int]], all_count: int) -> list[tuple[int, str, int, int]]:
    """Return the first address of a street in each square, where a region has too many."""
    if all_count <= ADDRESS_COUNT_MAX:
        return places
    first: dict[tuple[int, int], tuple[int, str, int, int]] = {}
    for place in places:
        first.setdefault((place[2] // SQUARE_M, place[3] // SQUARE_M), place)
    return list(first.values())


def _steps(values: list[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]


def _by_key(found: list[Row], key: str) -> dict[Any, dict[int, Row]]:
    """Return rows by key, then by hexagon."""
    by_key: dict[Any, dict[int, Row]] = {}
    for row in found:
        by_key.setdefault(row[key], {})[row["cell_id"]] = row
    return by_key


def _nearest(
    cells: list[int], found: dict[int, Row], place: dict[int, int], *, unless: dict[int, Row] | None = None
) -> Row:
    """Return columns over the hexagons: the place of the nearest site, metres, tenths of a minute."""
    sites, metres, minutes = [], [], []
    for cell in cells:
        row, same = found.get(cell), (unless or {}).get(cell)
        if row is not None and same is not None and row["site_id"] == same["site_id"]:
            sites.append(_SAME)
        else:
            sites.append(-1 if row is None else place[row["site_id"]])
        has_own = row is not None and sites[-1] != _SAME
        metres.append(round(row["distance_m"]) if row is not None and has_own else 0)
        minutes.append(round(10 * row["duration_min"]) if row is not None and has_own else 0)
    return {"site": column(sites), "m": column(metres), "min": column(minutes)}
