"""Census areas, vehicles and postal areas, put together from addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from etl.sample.areas import region_shape
from etl.sample.calibration import (
    ALONE,
    BEV_SHARE,
    CENSUS_AREA,
    CENSUS_AREA_WITHOUT_POINT,
    DWELLING,
    EV,
    HOUSEHOLD,
    MUNICIPALITIES,
    POSTAL_AREA,
    Bools,
    Floats,
    Ints,
    apportion,
    stream,
    total,
)
from etl.sample.land import Land
from etl.sample.people import NO_DWELLING, TYPES, Addresses, along_curve, members

POPULATION = sum(place.population for place in MUNICIPALITIES)
# Made up, about what the 2021 census shows of towns in Ontario.
HOUSE_INCOME_CAD = 110_000
APARTMENT_INCOME_LESS_CAD = 50_000


@dataclass
class Census:
    """One row per census area; `has_point` is false where the published table has no coordinates."""

    municipality: Ints
    east_m: Floats
    north_m: Floats
    population: Ints
    dwelling_count: Ints
    household_count: Ints
    by_type: Ints
    vkt: Floats
    median_income_cad: Ints
    has_point: Bools
    of_address: Ints


@dataclass
class Postal:
    """Postal areas with their vehicles; some outlines reach beyond the region."""

    key: list[str]
    outline: list[shapely.Geometry]
    bev: Ints
    phev: Ints
    of_area: Ints


def _areas(addresses: Addresses, counts: Ints, rng: np.random.Generator) -> Ints:
    """Cut each municipality's addresses, in the order of a space-filling curve, into census areas."""
    area = np.full(len(addresses.people), -1)
    before = 0
    groups = members(addresses.municipality, addresses.people > 0, len(counts))
    for own, count in zip(groups, counts, strict=True):
        own = own[along_curve(addresses.east_m[own], addresses.north_m[own])]  # noqa: PLW2901 - in order
        load = np.cumsum(np.minimum(addresses.people[own], 60.0))
        edges = np.cumsum(np.clip(rng.lognormal(0, 0.45, count), 0.4, 3.5))
        area[own] = before + np.searchsorted(edges[:-1] / edges[-1] * load[-1], load, side="left")
        before += count
    return area


def make_census(land: Land, addresses: Addresses) -> Census:
    """Make the census areas; population, dwellings, households and dwelling types sum to their totals."""
    rng = stream(land.seed, "census")
    people = np.array([place.population for place in land.places])
    by_municipality = apportion(people, total(POPULATION, land.scale), least=1)
    counts = apportion(people, total(CENSUS_AREA, land.scale, least=len(people)), least=1)
    found = _areas(addresses, counts, rng)
    kept, compact = np.unique(found, return_inverse=True)
    area = compact - 1 if kept[0] < 0 else compact
    n = int(area.max()) + 1
    home = area >= 0
    weight = np.bincount(area[home], addresses.people[home], n)
    label = np.zeros(n, np.int64)
    label[area[home]] = addresses.municipality[home]
    east, north = (
        np.bincount(area[home], addresses.people[home] * (x[home] - x[0]), n) / weight + x[0]
        for x in (addresses.east_m, addresses.north_m)
    )
    by_type = np.zeros((n, len(TYPES)), np.int64)
    lived = addresses.dwelling_type != NO_DWELLING
    np.add.at(by_type, (area[lived], addresses.dwelling_type[lived]), addresses.unit_count[lived])
    population = np.zeros(n, np.int64)
    size = weight * rng.lognormal(0, 0.08, n)
    for m, count in enumerate(by_municipality):
        population[label == m] = apportion(size[label == m], int(count), least=1)
    units = by_type.sum(axis=1)
    vkt = 38 + 22 * np.clip(_from_middle_km(land, label, east, north) / 12, 0, 1.5) + rng.normal(0, 4, n)
    return Census(
        label,
        east,
        north,
        population,
        apportion(units, total(DWELLING, land.scale)),
        apportion(units, total(HOUSEHOLD, land.scale)),
        by_type,
        vkt,
        _income(land, by_type),
        _has_point(land, population, rng),
        area,
    )


def _income(land: Land, by_type: Ints) -> Ints:
    """Make up median household incomes, CAD per year: the more apartments, the less."""
    apartments = by_type[:, [n for n, name in enumerate(TYPES) if name.startswith("apartment")]].sum(axis=1)
    share = apartments / np.maximum(by_type.sum(axis=1), 1)
    spread = stream(land.seed, "income").lognormal(0, 0.18, len(share))
    found: Ints = np.rint((HOUSE_INCOME_CAD - APARTMENT_INCOME_LESS_CAD * share) * spread).astype(np.int64)
    return found


def _from_middle_km(land: Land, label: Ints, east: Floats, north: Floats) -> Floats:
    """Return kilometres of scale 1 from the middle of the town of each place."""
    town = label // len(MUNICIPALITIES)
    middle_e, middle_n = land.ground(*land.lattice(*land.towns.seat.T))
    k = land.k * np.sqrt(land.towns.share)[town]
    return np.hypot((east - middle_e[town]) / 1000 / k, (north - middle_n[town]) / 1000 / k)


def _has_point(land: Land, population: Ints, rng: np.random.Generator) -> Bools:
    """Leave the published share of areas without coordinates: new and large ones, one kept at least."""
    missing = min(total(CENSUS_AREA_WITHOUT_POINT, land.scale, least=1), len(population) - 1)
    liking = population * rng.uniform(0.5, 1.5, len(population))
    has = np.ones(len(population), bool)
    has[np.argsort(-liking, kind="stable")[:missing]] = False
    return has


def _seats(land: Land, census: Census) -> tuple[Floats, Bools]:
    """Place postal areas, each with about as many people, rural ones larger: (n, 2) metres, is_rural."""
    wanted = total(POSTAL_AREA, land.scale, least=3)
    is_city = np.array([place.is_city for place in land.places])[census.municipality]
    town = census.municipality // len(MUNICIPALITIES)
    rural = max(1, round(wanted * 0.16))
    seats = []
    for inside, part_wanted in ((is_city, wanted - rural), (~is_city, rural)):
        people = np.bincount(town[inside], census.population[inside], land.towns.count)
        groups = members(town, inside, land.towns.count)
        for rows, count in zip(groups, apportion(people, part_wanted, least=1).tolist(), strict=True):
            own = rows[along_curve(census.east_m[rows], census.north_m[rows])]
            load = np.cumsum(census.population[own]) - census.population[own] / 2
            part = np.floor(load / census.population[own].sum() * count)
            for p in range(count):
                near = own[part == p] if np.any(part == p) else own[[p * len(own) // count]]
                # the middle of several villages may be a city: the middle village itself
                near = near if inside is is_city else near[[len(near) // 2]]
                seats.append((census.east_m[near].mean(), census.north_m[near].mean()))
    return np.array(seats), np.arange(wanted) >= wanted - rural


def make_postal(land: Land, census: Census) -> Postal:
    """Make the postal areas and share the vehicles out; rural areas reach beyond the region."""
    rng = stream(land.seed, "postal")
    seats, is_rural = _seats(land, census)
    region = region_shape(land)
    beyond = shapely.buffer(region, 4000 * min(land.k, np.sqrt(ALONE)), quad_segs=3)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=beyond))
    seat, cell = shapely.STRtree(cells).query(shapely.points(seats), predicate="within")
    shapes = shapely.intersection(cells[cell[np.argsort(seat)]], np.where(is_rural, beyond, region))
    near = nearest_seat(np.stack([census.east_m, census.north_m], axis=1), seats)
    houses = census.by_type[:, :4].sum(axis=1) + 0.45 * census.by_type[:, 4:].sum(axis=1)
    weight = np.bincount(near, houses * rng.lognormal(0, 0.3, len(near)), len(seats))
    weight *= (
        rng.lognormal(0, 0.2, len(seats))
        * shapely.area(shapes)
        / shapely.area(shapely.intersection(shapes, region))
    )
    ev = apportion(weight, total(EV, land.scale))
    bev = np.minimum(apportion(ev * rng.uniform(0.66, 0.78, len(ev)), total(EV * BEV_SHARE, land.scale)), ev)
    return Postal(_keys(is_rural), list(shapes), bev, ev - bev, near)


def nearest_seat(places: Floats, seats: Floats) -> Ints:
    """Return the index of the nearest seat of each place; both of shape (n, 2)."""
    near = np.empty(len(places), np.int64)
    for begin in range(0, len(near), 4096):
        rows = slice(begin, begin + 4096)
        near[rows] = np.argmin(((places[rows, None] - seats) ** 2).sum(axis=2), axis=1)
    return near


def _keys(is_rural: Bools) -> list[str]:
    """Return codes that Canada does not use: none begins with Z, W, D or F; 0 marks the countryside.

    When all of three characters are given away, a number follows the digit.
    """
    letters = "ABCEGHJKLMNPRSTVWXYZ"
    out, town, country = [], 0, 0
    for rural in is_rural:
        index = country if rural else town
        again, code = divmod(index, 80 if rural else 720)
        first = "ZWDF"[code // (20 if rural else 180)]
        digit = 0 if rural else code // 20 % 9 + 1
        out.append(f"{first}{digit}{again or ''}{letters[code % 20]}")
        country, town = country + bool(rural), town + (not rural)
    return out
