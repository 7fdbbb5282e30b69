"""The use of each block of the lattice: cores, suburbs, industry, parks, villages, countryside."""

# Shares and distances define the drawing; a name for each would not say more than its line.
# ruff: noqa: PLR2004

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from etl.sample.calibration import ALONE, MUNICIPALITIES, VILLAGE, Floats, Ints, apportion, stream, total
from etl.sample.land import (
    BLOCK,
    CAMPUS,
    CONCESSION,
    CORE,
    CURVED,
    INDUSTRY,
    INNER,
    PARK,
    PLAIN,
    STEP_M,
    VILLAGE_BLOCK,
    Land,
    Waves,
    new_land,
)
from etl.sample.province import draw_towns

# A village is built within this distance of its crossing, km.
VILLAGE_REACH_KM = 24.0


def make_land(scale: float, seed: int) -> Land:
    """Draw the region: outline, towns, municipalities, and the use of each block."""
    land = new_land(scale, seed)
    if not land.is_alone:
        land.towns = draw_towns(land)
    _use_blocks(land, stream(seed, "blocks"))
    return land


def _villages(land: Land, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Place villages on crossings of concession roads; returns (n, 2) lattice places and sizes in km."""
    townships = [m for m, place in enumerate(land.places) if not place.is_city]
    counts = apportion(
        [land.places[m].area_km2 for m in townships],
        total(VILLAGE, land.scale, least=len(townships)),
        least=1,
    )
    lines = np.arange(0, land.size, CONCESSION)
    i, j = (grid.ravel() for grid in np.meshgrid(lines, lines, indexing="ij"))
    fit = land.inside(i, j, 0.8 / max(1.0, land.k / np.sqrt(ALONE)))
    i, j = i[fit], j[fit]
    label = land.municipality(i, j)
    places, sizes = [], []
    for m, count in zip(townships, counts, strict=True):
        own = np.flatnonzero(label == m)
        x, y = land.unit(i[own], j[own])
        middle = np.argsort(np.hypot(x - land.places[m].east_km, y - land.places[m].north_km), kind="stable")
        chosen = np.concatenate([own[middle[:1]], rng.permutation(own[middle[1:]])])[:count]
        places.append(np.stack([i[chosen], j[chosen]], axis=1))
        sizes.append(np.where(np.arange(len(chosen)) == 0, 1.0, rng.uniform(0.25, 0.5, len(chosen))))
    return np.concatenate(places), np.concatenate(sizes)


def _use_blocks(land: Land, rng: np.random.Generator) -> None:
    """Decide what each block is used for: the blocks nearest to a core or village are built on."""
    n = land.block_type.shape[0]
    middle = np.arange(n) * BLOCK + BLOCK / 2
    i, j = np.meshgrid(middle, middle, indexing="ij")
    x, y = land.unit(i, j)
    km = STEP_M / 1000
    ragged = Waves.draw(rng, 8, 2.0, 7.0).at(i * km, j * km)
    land.block_municipality[:] = land.municipality(i, j)
    score = _from_core(land, x, y)
    score = np.maximum(score + 0.10 * ragged * np.minimum(score, 1), 0)
    village = np.full((n, n), np.inf)
    reach = round(VILLAGE_REACH_KM / km / BLOCK)
    for (a, b), size in zip(*_villages(land, rng), strict=True):
        near = tuple(slice(max(0, x // BLOCK - reach), x // BLOCK + reach) for x in (a, b))
        village[near] = np.minimum(village[near], np.hypot(i[near] - a, j[near] - b) * km / size)
    village *= 1 + 0.15 * ragged
    type_noise = Waves.draw(rng, 8, 1.5, 4.0).at(i * km, j * km)
    within = land.inside(i, j)
    for m, place in enumerate(land.places):
        own = np.flatnonzero(within & (land.block_municipality == m))
        ranked = own[np.argsort((score if place.is_city else village).ravel()[own], kind="stable")]
        built = ranked[: max(2, round(place.built_share * len(own)))]
        flat = land.block_type.reshape(-1)
        flat[built] = _city_types(built, type_noise, rng) if place.is_city else VILLAGE_BLOCK
    land.block_score[:] = score
    shift = np.where(land.has_old_road, land.diagonal_shift, 10 * land.size)[land.block_town]
    across = np.floor(j / BLOCK) - np.floor((i + shift) / BLOCK)
    land.block_type[(land.block_type == CURVED) & (np.abs(across) <= 1)] = PLAIN
    for town in range(land.towns.count):
        _place_campus(land, town, rng)


def _from_core(land: Land, x: Floats, y: Floats) -> Floats:
    """Return the distance to the nearest core, 1 at the rim of a round city of the same area."""
    score = np.full(x.shape, np.inf)
    for place in land.places:
        if place.is_city:
            reach = np.hypot(x - place.east_km, y - place.north_km) / np.sqrt(place.area_km2 / np.pi)
            score = np.minimum(score, reach)
    return score


def _city_types(built: Ints, type_noise: Floats, rng: np.random.Generator) -> npt.NDArray[np.int8]:
    """Return the use of a city's blocks, given from the core outwards."""
    rank = np.arange(len(built)) / len(built)
    noise = type_noise.ravel()[built]
    types = np.where(noise > np.quantile(noise, 0.80), PLAIN, CURVED)
    outer = rank > 0.25
    types = np.where(outer & (noise < np.quantile(noise, 0.13)), INDUSTRY, types)
    types = np.where((rank > 0.1) & (rng.random(len(built)) < 0.06), PARK, types)
    types = np.where(rank < 0.22, np.where(rng.random(len(built)) < 0.05, PARK, INNER), types)
    types = np.where(rank < 0.03, CORE, types)
    types[0] = CORE
    return types.astype(np.int8)


def _place_campus(land: Land, town: int, rng: np.random.Generator) -> None:
    """Give the second city of a town a university beside its core."""
    second = town * len(MUNICIPALITIES) + 1
    inner = np.flatnonzero(
        (land.block_municipality == second) & np.isin(land.block_type, (INNER, PLAIN, CURVED))
    )
    if len(inner) == 0:
        return
    near = inner[np.argsort(land.block_score.ravel()[inner], kind="stable")]
    count = max(1, min(len(near) // 3, round(3 * land.town_scale(town))))
    start = int(rng.integers(0, max(1, len(near) // 8)))
    a, b = np.divmod(near[start], land.block_type.shape[0])
    p, q = np.divmod(near, land.block_type.shape[0])
    close = near[np.argsort(np.hypot(p - a, q - b), kind="stable")][:count]
    land.block_type.reshape(-1)[close] = CAMPUS
