"""The ground: outline, municipalities, the use of each block, and the warp of the lattice.

The whole region lives on a lattice of 50 m. Twelve steps make a block (600 m), two blocks a concession
(1.2 km, as old Ontario surveys have it). A smooth warp turns the lattice into ground, so that nothing is
straight for long. Lengths multiply by the square root of the scale; blocks keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.sample.calibration import (
    ALONE,
    AREA_KM2,
    MUNICIPALITIES,
    Bools,
    Floats,
    Ints,
    Municipality,
    Numbers,
    stream,
)
from etl.sample.power import Ground, balance, nearest

STEP_M = 50.0
BLOCK = 12
CONCESSION = 24
# The middle of Lake Huron: the latitude of southern Ontario, but clearly not a real town.
EAST_M, NORTH_M = 404_000.0, 4_880_000.0
# A province is larger than the lake: the middle of Hudson Bay, in the same zone of the projection.
BAY_EAST_M, BAY_NORTH_M = 495_000.0, 6_430_000.0
TURN = np.deg2rad(-17.0)

# How far balancing moves a boundary that encloses a wrong share of the ground.
STEP_KM2 = 300.0
# A town that is turned further from the diagonal than the angle of this sine has no old main road.
OLD_ROAD_SINE = 0.21

RURAL, CORE, INNER, CURVED, PLAIN, INDUSTRY, PARK, CAMPUS, VILLAGE_BLOCK = range(9)


@dataclass(frozen=True)
class Waves:
    """A smooth random field: a sum of sines of given wavelengths (km), value about within -1..1."""

    direction: Floats
    phase: Floats

    @staticmethod
    def draw(rng: np.random.Generator, count: int, shortest_km: float, longest_km: float) -> Waves:
        """Draw `count` sines."""
        angle = rng.uniform(0, 2 * np.pi, count)
        length = rng.uniform(shortest_km, longest_km, count)
        direction = np.stack([np.cos(angle), np.sin(angle)]) * 2 * np.pi / length
        return Waves(direction, rng.uniform(0, 2 * np.pi, count))

    def at(self, east_km: Floats, north_km: Floats) -> Floats:
        """Return the field at places, shape as the arguments."""
        value = np.zeros(np.shape(east_km))
        for (x, y), phase in zip(self.direction.T, self.phase, strict=True):
            value += np.sin(x * east_km + y * north_km + phase)
        return np.asarray(value / np.sqrt(len(self.phase)))


@dataclass
class Towns:
    """Towns, of seven municipalities each: one, or many that share out the ground of a province.

    Places are kilometres as in `Land.unit`. `share` is a town's part of people and ground, `seat` its middle;
    `turn` (radians) and `is_mirrored` say how it lies. Municipality m belongs to town m // 7. The ground is
    divided among towns, and then among the municipalities of each, by power diagrams with these weights.
    """

    share: Floats
    seat: Floats
    turn: Floats
    is_mirrored: Bools
    weight: Floats
    places: tuple[Municipality, ...]
    place_weight: Floats

    @property
    def count(self) -> int:
        """Return the number of towns."""
        return len(self.share)

    def on_map(self, town: int, east_km: float, north_km: float) -> tuple[float, float]:
        """Return where a place of the one town of scale 1 lies in another town."""
        if self.is_mirrored[town]:
            east_km, north_km = north_km, east_km
        k, c, s = np.sqrt(self.share[town]), np.cos(self.turn[town]), np.sin(self.turn[town])
        east, north = self.seat[town]
        return float(east + k * (c * east_km - s * north_km)), float(north + k * (s * east_km + c * north_km))

    def town(self, x: Floats, y: Floats) -> Ints:
        """Return the town of places."""
        return nearest(x, y, self.seat, self.weight)

    def municipality(self, x: Floats, y: Floats) -> Ints:
        """Return the municipality of places."""
        per_town = len(MUNICIPALITIES)
        shape = (self.count, per_town)
        east, north = (
            np.array(values).reshape(shape)
            for values in zip(*((p.east_km, p.north_km) for p in self.places), strict=True)
        )
        weight = self.place_weight.reshape(shape)
        town = self.town(x, y) if self.count > 1 else np.zeros(np.shape(x), np.int64)
        best = np.full(np.shape(x), np.inf)
        label = np.zeros(np.shape(x), np.int64)
        for m in range(per_town):
            power = (x - east[town, m]) ** 2 + (y - north[town, m]) ** 2 - weight[town, m]
            nearer = power < best
            best = np.where(nearer, power, best)
            label[nearer] = m
        return town * per_town + label


def one_town() -> Towns:
    """Return the town of a region that stands alone, its ground not yet balanced."""
    return Towns(
        np.ones(1),
        np.zeros((1, 2)),
        np.zeros(1),
        np.zeros(1, bool),
        np.zeros(1),
        MUNICIPALITIES,
        np.zeros(len(MUNICIPALITIES)),
    )


@dataclass
class Land:
    """The region on its lattice; `half` steps lie between the middle and the rim of the lattice."""

    scale: float
    seed: int
    half: int
    radius_km: float
    outline_phase: Floats
    towns: Towns
    bend: tuple[Waves, Waves]
    block_type: npt.NDArray[np.int8]
    block_municipality: npt.NDArray[np.int16]
    block_score: Floats
    block_phase: Floats

    @property
    def k(self) -> float:
        """Linear factor of the scale."""
        return float(np.sqrt(self.scale))

    @property
    def is_alone(self) -> bool:
        """Return whether the region is one town, not a province."""
        return self.scale <= ALONE

    @property
    def middle_m(self) -> tuple[float, float]:
        """Metres east and north of the middle."""
        return (EAST_M, NORTH_M) if self.is_alone else (BAY_EAST_M, BAY_NORTH_M)

    @property
    def places(self) -> tuple[Municipality, ...]:
        """The municipalities, town by town."""
        return self.towns.places

    def town_scale(self, town: int) -> float:
        """Return the scale of one of the towns."""
        return float(self.scale * self.towns.share[town])

    @property
    def block_town(self) -> npt.NDArray[np.int16]:
        """The town of each block."""
        return self.block_municipality // len(MUNICIPALITIES)

    @property
    def size(self) -> int:
        """Lattice points along one axis."""
        return 2 * self.half + 1

    def unit(self, i: Numbers, j: Numbers) -> tuple[Floats, Floats]:
        """Lattice to kilometres of scale 1, before the warp."""
        f = STEP_M / 1000 / self.k
        return (i - self.half) * f, (j - self.half) * f

    def rim_km(self, angle: Floats) -> Floats:
        """Return the distance from the middle to the outline, km of scale 1."""
        p = self.outline_phase
        square = (np.abs(np.cos(angle)) ** 5 + np.abs(np.sin(angle)) ** 5) ** -0.2
        wobble = 1 + 0.045 * np.sin(3 * angle + p[0]) + 0.025 * np.sin(7 * angle + p[1])
        return np.asarray(self.radius_km * square * wobble)

    def inside(self, i: Numbers, j: Numbers, margin_km: float = 0.0) -> Bools:
        """Return which lattice places lie inside the outline by at least `margin_km` (scale 1)."""
        x, y = self.unit(i, j)
        return np.asarray(np.hypot(x, y) < self.rim_km(np.arctan2(y, x)) - margin_km)

    def lattice(self, x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
        """Kilometres of scale 1, before the warp, to lattice."""
        f = 1000 / STEP_M * self.k
        return x * f + self.half, y * f + self.half

    def municipality(self, i: Numbers, j: Numbers) -> Ints:
        """Return the index of the municipality of lattice places, any shape.

        A municipality is convex on the lattice: a block whose corners are all in one lies in it.
        """
        if self.is_alone or np.size(i) < self.block_type.size:
            return self.towns.municipality(*self.unit(i, j))
        last = self.block_type.shape[0] - 1
        corner = np.arange(last + 2) * BLOCK
        at = self.towns.municipality(*self.unit(*np.meshgrid(corner, corner, indexing="ij")))
        whole = (at[:-1, :-1] == at[1:, :-1]) & (at[:-1, :-1] == at[:-1, 1:]) & (at[:-1, :-1] == at[1:, 1:])
        a, b = (np.clip(np.asarray(x) // BLOCK, 0, last).astype(np.int64) for x in (i, j))
        label = at[a, b]
        rest = ~whole[a, b]
        label[rest] = self.towns.municipality(*self.unit(i[rest], j[rest]))
        return np.asarray(label)

    @property
    def diagonal_shift(self) -> Ints:
        """By town: its old main road through the three cores runs along j = i + this."""
        apart = self.towns.seat[:, 1] - self.towns.seat[:, 0]
        flipped = self.towns.is_mirrored ^ (np.cos(self.towns.turn) < 0)
        shift = apart + np.where(flipped, 1.0, -1.0) * np.sqrt(self.towns.share)
        return np.asarray(np.rint(shift * self.k * 1000 / STEP_M), np.int64)

    @property
    def has_old_road(self) -> Bools:
        """By town: whether its cores lie along a diagonal of the lattice, and an old road joins them."""
        return np.abs(np.sin(self.towns.turn)) < OLD_ROAD_SINE

    def ground(self, i: Numbers, j: Numbers, *, straight: Bools | bool = False) -> tuple[Floats, Floats]:
        """Lattice to metres east and north (EPSG:26917): bend within the block, then warp, turn and shift.

        `straight` marks places that do not follow the bends of their block, as on motorways.
        """
        i, j = np.asarray(i, dtype=np.float64), np.asarray(j, dtype=np.float64)
        last = self.block_type.shape[0] - 1
        a = np.clip(i // BLOCK, 0, last).astype(np.int64)
        b = np.clip(j // BLOCK, 0, last).astype(np.int64)
        block_type, phase = self.block_type[a, b], self.block_phase[a, b]
        swing = np.where(block_type == CURVED, 52.0, np.where(block_type == VILLAGE_BLOCK, 25.0, 0.0))
        fi, fj = i / BLOCK - a, j / BLOCK - b
        swing *= np.sin(np.pi * fi) * np.sin(np.pi * fj) * ~np.asarray(straight)
        u = (i - self.half) * STEP_M + swing * np.sin(2 * np.pi * fj + phase)
        v = (j - self.half) * STEP_M + swing * np.cos(2 * np.pi * fi + 1.7 * phase)
        east = u + 300 * self.bend[0].at(u / 1000, v / 1000)
        north = v + 300 * self.bend[1].at(u / 1000, v / 1000)
        c, s = np.cos(TURN), np.sin(TURN)
        middle_e, middle_n = self.middle_m
        return middle_e + c * east - s * north, middle_n + s * east + c * north


def ground_within(land: Land, axis_x: Floats, axis_y: Floats) -> Ground:
    """Return the places of a grid that are inside the outline."""
    x, y = (grid.ravel() for grid in np.meshgrid(axis_x, axis_y))
    keep = np.hypot(x, y) < land.rim_km(np.arctan2(y, x))
    return Ground(x[keep], y[keep], _stretch(land, x[keep], y[keep]))


def balance_places(places: Sequence[Municipality], ground: Ground, step: float, turns: int) -> Floats:
    """Return the weights with which each municipality has its share of the ground of its town."""
    target = np.array([place.area_km2 for place in places])
    seats = np.array([(place.east_km, place.north_km) for place in places])
    return balance(ground, seats, target / target.sum(), np.zeros(len(places)), step=step, turns=turns)


def _stretch(land: Land, x: Floats, y: Floats) -> Floats:
    """Return how many times larger the warp makes a surface at places in km of scale 1."""
    i, j = land.lattice(x, y)
    (e, n), (ei, ni), (ej, nj) = (
        land.ground(i + a, j + b, straight=True) for a, b in ((0, 0), (1, 0), (0, 1))
    )
    return np.asarray(((ei - e) * (nj - n) - (ej - e) * (ni - n)) / STEP_M**2)


def outline(land: Land, *, points: int = 720) -> tuple[Floats, Floats]:
    """Return the outline in lattice coordinates, shape (points,) each, not closed."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    f = 1000 / STEP_M * land.k * land.rim_km(angle)
    return land.half + f * np.cos(angle), land.half + f * np.sin(angle)


def _set_area(land: Land) -> None:
    """Set the radius so that the outline, on the ground, holds the published area times the scale."""
    for _ in range(6):
        x, y = land.ground(*outline(land), straight=True)
        x, y = x - land.middle_m[0], y - land.middle_m[1]
        area_km2 = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 1e6
        land.radius_km *= np.sqrt(AREA_KM2 * land.scale / area_km2)


def new_land(scale: float, seed: int) -> Land:
    """Draw the outline, and the municipalities of one town; all blocks are countryside yet."""
    rng = stream(seed, "land")
    k = np.sqrt(scale)
    half = int(np.ceil(26 * k * 1000 / STEP_M / CONCESSION)) * CONCESSION
    blocks = 2 * half // BLOCK
    land = Land(
        scale,
        seed,
        half,
        19.5,
        rng.uniform(0, 2 * np.pi, 2),
        one_town(),
        (Waves.draw(rng, 5, 6, 16), Waves.draw(rng, 5, 6, 16)),
        np.zeros((blocks, blocks), np.int8),
        np.zeros((blocks, blocks), np.int16),
        np.zeros((blocks, blocks)),
        rng.uniform(0, 2 * np.pi, (blocks, blocks)),
    )
    _set_area(land)
    if land.is_alone:
        axis = np.linspace(-26, 26, 261)
        land.towns.place_weight = balance_places(
            MUNICIPALITIES, ground_within(land, axis, axis), STEP_KM2, 400
        )
    return land
