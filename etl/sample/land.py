"""The ground: outline, municipalities, the use of each block, and the warp of the lattice.

The whole region lives on a lattice of 50 m. Twelve steps make a block (600 m), two blocks a concession
(1.2 km, as old Ontario surveys have it). A smooth warp turns the lattice into ground, so that nothing is
straight for long. Lengths multiply by the square root of the scale; blocks keep their size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.sample.calibration import AREA_KM2, MUNICIPALITIES, Bools, Floats, Numbers, stream

STEP_M = 50.0
BLOCK = 12
CONCESSION = 24
# The middle of Lake Huron: the latitude of southern Ontario, but clearly not a real town.
EAST_M, NORTH_M = 404_000.0, 4_880_000.0
TURN = np.deg2rad(-17.0)

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
class Land:
    """The region on its lattice; `half` steps lie between the middle and the rim of the lattice."""

    scale: float
    seed: int
    half: int
    radius_km: float
    outline_phase: Floats
    seat_weight: Floats
    bend: tuple[Waves, Waves]
    block_type: npt.NDArray[np.int8]
    block_municipality: npt.NDArray[np.int8]
    block_score: Floats
    block_phase: Floats

    @property
    def k(self) -> float:
        """Linear factor of the scale."""
        return float(np.sqrt(self.scale))

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

    def municipality(self, i: Numbers, j: Numbers) -> npt.NDArray[np.int8]:
        """Return the index of the municipality of lattice places (a power diagram)."""
        x, y = self.unit(i, j)
        return _nearest_seat(x, y, self.seat_weight)

    @property
    def diagonal_shift(self) -> int:
        """The old main road through the three cores runs along j = i + this."""
        return round(-1.0 * self.k * 1000 / STEP_M)

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
        return EAST_M + c * east - s * north, NORTH_M + s * east + c * north


def _nearest_seat(x: Floats, y: Floats, weight: Floats) -> npt.NDArray[np.int8]:
    best = np.full(np.shape(x), np.inf)
    label = np.zeros(np.shape(x), dtype=np.int8)
    for index, place in enumerate(MUNICIPALITIES):
        power = (x - place.east_km) ** 2 + (y - place.north_km) ** 2 - weight[index]
        nearer = power < best
        best = np.where(nearer, power, best)
        label[nearer] = index
    return label


def _balance_seats(land: Land) -> None:
    """Set the weights of the power diagram so that each municipality has its share of the ground."""
    axis = np.linspace(-26, 26, 261)
    x, y = (grid.ravel() for grid in np.meshgrid(axis, axis))
    keep = np.hypot(x, y) < land.rim_km(np.arctan2(y, x))
    x, y = x[keep], y[keep]
    surface = _stretch(land, x, y)
    target = np.array([place.area_km2 for place in MUNICIPALITIES])
    target = target / target.sum()
    for turn in range(400):
        label = _nearest_seat(x, y, land.seat_weight)
        share = np.bincount(label, surface, len(target)) / surface.sum()
        land.seat_weight += (target - share) * (300 / (1 + turn / 60))


def _stretch(land: Land, x: Floats, y: Floats) -> Floats:
    """Return how many times larger the warp makes a surface at places in km of scale 1."""
    f = 1000 / STEP_M * land.k
    i, j = x * f + land.half, y * f + land.half
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
        area_km2 = (
            0.5
            * abs(np.dot(x - EAST_M, np.roll(y, -1) - NORTH_M) - np.dot(y - NORTH_M, np.roll(x, -1) - EAST_M))
            / 1e6
        )
        land.radius_km *= np.sqrt(AREA_KM2 * land.scale / area_km2)


def new_land(scale: float, seed: int) -> Land:
    """Draw the outline and the municipalities; all blocks are countryside yet."""
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
        np.zeros(len(MUNICIPALITIES)),
        (Waves.draw(rng, 5, 6, 16), Waves.draw(rng, 5, 6, 16)),
        np.zeros((blocks, blocks), np.int8),
        np.zeros((blocks, blocks), np.int8),
        np.zeros((blocks, blocks)),
        rng.uniform(0, 2 * np.pi, (blocks, blocks)),
    )
    _set_area(land)
    _balance_seats(land)
    return land
