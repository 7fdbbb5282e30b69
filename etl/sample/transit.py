"""A bus and light-rail network as GTFS: routes along main roads, stops on both sides, a weekday timetable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from etl.sample.calibration import (
    TRANSIT_ROUTE,
    TRANSIT_STOP,
    TRANSIT_TRIP,
    Bools,
    Floats,
    Ints,
    apportion,
    stream,
    total,
)
from etl.sample.land import BLOCK, CONCESSION, RURAL, STEP_M, VILLAGE_BLOCK, Land

BUS_KMH, RAIL_KMH = 20.0, 28.0
FIRST_MIN, LAST_MIN = 5 * 60 + 20, 25 * 60 + 30
SHORTEST = 8  # places, 150 m apart
# Departures per hour of the day, relative: two peaks, a quiet night.
RHYTHM = np.interp(
    np.arange(FIRST_MIN, LAST_MIN),
    [300, 420, 500, 600, 900, 990, 1080, 1260, 1530],
    [0.3, 1, 1.6, 1, 1, 1.6, 1.2, 0.6, 0.2],
)


@dataclass
class Route:
    """A route by its stops in order: indices into the stops, one list per direction; `km` along it."""

    is_rail: bool
    place: Ints
    km: Floats
    stop: tuple[Ints, Ints]
    stop_km: tuple[Floats, Floats]


@dataclass
class Transit:
    """Stops (lattice places) and routes with the departure minutes of each direction."""

    i: Floats
    j: Floats
    routes: list[Route]
    departure_min: list[tuple[Ints, Ints]]


def _in_town(land: Land) -> Bools:
    """Return which corners of blocks touch a built block of a city, shape (blocks + 1, blocks + 1)."""
    town = ~np.isin(land.block_type, (RURAL, VILLAGE_BLOCK))
    wide = np.zeros((town.shape[0] + 1, town.shape[1] + 1), bool)
    for a in (slice(None, -1), slice(1, None)):
        for b in (slice(None, -1), slice(1, None)):
            wide[a, b] |= town
    return wide


def _bent(start: Ints, end: Ints) -> Ints:
    """Return lattice places every three steps from start along i, then along j; shape (n, 2)."""
    i = np.arange(start[0], end[0], 3 * (1 if end[0] >= start[0] else -1))
    j = np.arange(start[1], end[1] + (1 if end[1] >= start[1] else -1), 3 * (1 if end[1] >= start[1] else -1))
    return np.concatenate(
        [np.stack([i, np.full(len(i), start[1])], 1), np.stack([np.full(len(j), end[0]), j], 1)]
    )


def _rail(land: Land, town: Bools) -> Ints:
    """Return the light rail: along the old main road of the largest town, as far as its cities reach."""
    d = np.arange(0, land.size, 3)
    j = d + land.diagonal_shift[0]
    fits = (j >= 0) & (j < land.size)
    d, j = d[fits], j[fits]
    last = land.block_type.shape[0] - 1
    own = land.block_town[np.minimum(d // BLOCK, last), np.minimum(j // BLOCK, last)] == 0
    d, j = d[own], j[own]
    built = np.flatnonzero(town[d // BLOCK, j // BLOCK])
    return np.stack([d, j], 1)[built[0] : built[-1] + 1]


def _paths(land: Land, count: int, rng: np.random.Generator) -> list[Ints]:
    """Draw the routes: of many bent lines between places of a town, those that reach most new places."""
    built = _in_town(land)
    ends = np.argwhere(built) * BLOCK
    main = ends[(ends % CONCESSION == 0).any(axis=1)]
    last = land.block_type.shape[0] - 1
    of_town = land.block_town[tuple(np.minimum(main // BLOCK, last).T)]
    seen = np.zeros((land.size, land.size), bool)
    paths = [_rail(land, built)]
    counts = apportion(land.towns.share, count, least=1)
    for town in range(land.towns.count):
        reach = 13_000 * min(1.0, np.sqrt(land.town_scale(town)) * 2) / STEP_M
        own = main[of_town == town]
        paths += [_path(own, reach, built, seen, rng) for _ in range(counts[town] - (town == 0))]
    return paths


def _path(main: Ints, reach: float, built: Bools, seen: Bools, rng: np.random.Generator) -> Ints:
    """Draw one route between places on main roads, and mark the places that it passes as seen."""
    best, gain = None, -1.0
    for _ in range(14):
        a = main[rng.integers(len(main))]
        near = main[np.abs(main - a).sum(axis=1) < reach]
        path = _bent(a, near[rng.integers(len(near))])
        inside = built[path[:, 0] // BLOCK, path[:, 1] // BLOCK]
        fresh = float((inside & ~seen[path[:, 0], path[:, 1]]).sum() - 2 * (~inside).sum())
        if len(path) >= SHORTEST and fresh > gain:
            best, gain = path, fresh
    if best is None:
        best = _bent(main[0], main[len(main) // 2])
    seen[best[:, 0], best[:, 1]] = True
    return best


def _choose_stops(land: Land, paths: list[Ints], rng: np.random.Generator) -> Ints:
    """Choose exactly the wanted number of stops (place * 2 + direction).

    The ends of routes come first, then a stop every 300 m, then those between.
    """
    wanted = total(TRANSIT_STOP, land.scale, least=8)
    place = [path[:, 0] * land.size + path[:, 1] for path in paths]
    rank: dict[int, float] = {}
    for index, places in enumerate(place):
        apart = 5 if index == 0 else 2
        for n, key in enumerate(places.tolist()):
            level = 0.0 if n in (0, len(places) - 1) else 1.0 if n % apart == 0 else 2.0
            for way in (0, 1):
                rank[key * 2 + way] = min(rank.get(key * 2 + way, 9.0), level)
    keys = np.array(sorted(rank))
    order = np.argsort(np.array([rank[key] for key in keys.tolist()]) + rng.random(len(keys)), kind="stable")
    chosen = keys[order[:wanted]]
    short = wanted - len(chosen)
    if short > 0:
        spare = np.setdiff1d(np.argwhere(_in_town(land)) @ np.array([land.size * BLOCK, BLOCK]) * 2, keys)
        chosen = np.concatenate([chosen, rng.permutation(spare)[:short]])
    return np.sort(chosen)


def make_transit(land: Land) -> Transit:
    """Make stops, routes and departures; stops, routes and trips of the day are exact."""
    rng = stream(land.seed, "transit")
    paths = _paths(land, total(TRANSIT_ROUTE, land.scale, least=3), rng)
    stops = _choose_stops(land, paths, rng)
    routes = []
    for index, path in enumerate(paths):
        key = path[:, 0] * land.size + path[:, 1]
        east, north = land.ground(path[:, 0], path[:, 1])
        km = np.concatenate([[0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))]) / 1000
        both = []
        for way in (0, 1):
            wanted = key * 2 + way
            found = np.minimum(np.searchsorted(stops, wanted), len(stops) - 1)
            calls = np.flatnonzero(stops[found] == wanted)
            calls = calls if way == 0 else calls[::-1]
            both.append((found[calls], km[calls] if way == 0 else km[-1] - km[calls]))
        routes.append(Route(index == 0, path, km, (both[0][0], both[1][0]), (both[0][1], both[1][1])))
    trips = apportion(
        [3.0 if r.is_rail else rng.uniform(0.5, 1.6) for r in routes],
        total(TRANSIT_TRIP, land.scale, least=12),
        least=2,
    )
    walked = np.cumsum(RHYTHM) / RHYTHM.sum()
    departures = []
    for count in trips.tolist():
        halves = [(count + 1) // 2, count // 2]
        departures.append(
            tuple(FIRST_MIN + np.searchsorted(walked, (np.arange(h) + rng.random()) / h) for h in halves)
        )
    place, direction = np.divmod(stops, 2)
    i, j = np.divmod(place, land.size)
    off = np.where(direction == 0, 0.2, -0.2)
    return Transit(i + off, j - off, routes, [(a, b) for a, b in departures])


def gtfs_tables(transit: Transit, lon: Floats, lat: Floats, label: str) -> dict[str, Iterable[str]]:
    """Return the GTFS files as lines, header first; `lon`, `lat` are the stops' coordinates."""
    tables: dict[str, list[str]] = {
        "agency.txt": [
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            f"SAMPLE,Sample Transit {label},https://example.org,America/Toronto,en",
        ],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "weekday,1,1,1,1,1,0,0,20241104,20241220",
        ],
        "calendar_dates.txt": ["service_id,date,exception_type", "weekday,20241111,2"],
        "feed_info.txt": [
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date",
            f"Sample generator {label},https://example.org,en,20241104,20241220",
        ],
        "stops.txt": ["stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type"],
        "routes.txt": ["route_id,agency_id,route_short_name,route_long_name,route_type,route_color"],
        "trips.txt": ["route_id,service_id,trip_id,trip_headsign,direction_id"],
    }
    tables["stops.txt"] += [
        f"{n + 1000},{n + 1000},Stop {n + 1} {label},{y:.6f},{x:.6f},0"
        for n, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    trip = 0
    for n, (route, departures) in enumerate(zip(transit.routes, transit.departure_min, strict=True)):
        number = 301 if route.is_rail else n
        long_name = f"Sample Light Rail {label}" if route.is_rail else f"Sample Line {n} {label}"
        tables["routes.txt"].append(f"R{n},SAMPLE,{number},{long_name},{0 if route.is_rail else 3},0099CC")
        for way in (0, 1):
            for _ in departures[way].tolist():
                trip += 1
                tables["trips.txt"].append(f"R{n},weekday,T{trip},{long_name},{way}")
    return {**tables, "stop_times.txt": _stop_times(transit)}


def _stop_times(transit: Transit) -> Iterator[str]:
    """Yield the lines of the timetable, header first, trip by trip as they are numbered."""
    clock = [f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(LAST_MIN + 400)]
    trip = 0
    yield "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    for route, departures in zip(transit.routes, transit.departure_min, strict=True):
        for way in (0, 1):
            ride = (route.stop_km[way] / (RAIL_KMH if route.is_rail else BUS_KMH) * 60).astype(int).tolist()
            calls = [f"{stop + 1000},{k + 1}" for k, stop in enumerate(route.stop[way].tolist())]
            for departure in departures[way].tolist():
                trip += 1
                for minute, call in zip(ride, calls, strict=True):
                    at = clock[departure + minute]
                    yield f"T{trip},{at},{at},{call}"
