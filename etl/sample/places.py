"""Places of OpenStreetMap: points of interest on plazas and along streets, car parks, land use, the river."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from etl.sample.barrier import railways, rivers
from etl.sample.calibration import CAR_PARK, LABEL, PLACE, SUBSTATION, Floats, Ints, apportion, stream, total
from etl.sample.land import BLOCK, CAMPUS, CONCESSION, CORE, INDUSTRY, PARK, RURAL, Land
from etl.sample.people import Curb

# tags, how many per 3,266 places (without substations), whether it stands on a plaza
# A car park with more stalls may be a multi-storey one.
DECK_STALLS = 90
PLACE_TYPES: tuple[tuple[dict[str, str], int, bool], ...] = (
    ({"amenity": "restaurant"}, 640, True),
    ({"amenity": "fast_food"}, 450, True),
    ({"shop": "convenience"}, 280, True),
    ({"leisure": "pitch"}, 250, False),
    ({"amenity": "place_of_worship", "religion": "christian"}, 180, False),
    ({"leisure": "playground"}, 130, False),
    ({"amenity": "school"}, 130, False),
    ({"amenity": "cafe"}, 120, True),
    ({"amenity": "fuel"}, 90, True),
    ({"shop": "supermarket"}, 85, True),
    ({"amenity": "childcare"}, 80, False),
    ({"amenity": "bank"}, 80, True),
    ({"amenity": "pharmacy"}, 75, True),
    ({"shop": "bakery"}, 70, True),
    ({"shop": "clothes"}, 70, True),
    ({"shop": "hairdresser"}, 70, True),
    ({"leisure": "ice_rink"}, 40, False),
    ({"amenity": "nursing_home"}, 50, False),
    ({"shop": "car"}, 45, True),
    ({"amenity": "parking"}, 45, True),
    ({"amenity": "doctors"}, 45, True),
    ({"shop": "hardware"}, 40, True),
    ({"shop": "department_store"}, 30, True),
    ({"amenity": "community_centre", "operator:type": "public"}, 30, False),
    ({"tourism": "hotel"}, 30, True),
    ({"amenity": "library", "operator:type": "public", "opening_hours": "Mo-Sa 10:00-20:00"}, 25, False),
    ({"shop": "mall", "operator:type": "private", "opening_hours": "Mo-Su 09:30-21:00"}, 24, True),
    ({"amenity": "post_office"}, 20, True),
    ({"amenity": "cinema"}, 12, True),
    ({"amenity": "townhall", "operator:type": "public", "opening_hours": "Mo-Fr 08:30-16:30"}, 10, False),
    ({"tourism": "museum"}, 10, False),
    ({"amenity": "hospital"}, 6, False),
    ({"amenity": "college"}, 4, False),
)


@dataclass
class Features:
    """OSM objects beside streets: tagged points, and rings (metres) with tags; a ring may have a hole."""

    point: list[tuple[float, float, dict[str, str]]] = field(default_factory=list)
    ring: list[tuple[Floats, dict[str, str]]] = field(default_factory=list)
    holed: list[tuple[Floats, Floats, dict[str, str]]] = field(default_factory=list)
    line: list[tuple[Floats, dict[str, str]]] = field(default_factory=list)


@dataclass
class Plaza:
    """Commercial places, in metres; `curb` is the street side each stands on, `pull` how much it attracts."""

    east_m: Floats
    north_m: Floats
    curb: Ints
    pull: Floats


def make_plazas(land: Land, curb: Curb) -> Plaza:
    """Set plazas along main streets and in the cores."""
    rng = stream(land.seed, "plaza")
    by_use = np.array([0.004, 3.0, 1.0, 0.6, 0.9, 1.5, 0.1, 1.6, 0.9])[curb.use]
    by_class = np.array([0.0, 0.0, 0.3, 0.06, 0.05, 0.6, 1.6, 2.2])[curb.road_class]
    count = total(PLACE / 6, land.scale, least=12)
    chosen = _sample(by_use * by_class, count, rng)
    away = 0.5 * curb.side[chosen]
    i = curb.i[chosen] + np.where(curb.axis[chosen] == 0, away, rng.uniform(-0.4, 0.4, count))
    j = curb.j[chosen] + np.where(curb.axis[chosen] == 1, away, rng.uniform(-0.4, 0.4, count))
    east, north = land.ground(i, j)
    pull = rng.lognormal(0, 0.8, count) * np.where(curb.use[chosen] == CORE, 1.5, 1.0)
    return Plaza(east, north, chosen, pull)


def _sample(weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Draw `count` different indices in proportion to `weight` (the largest of u ** (1 / w))."""
    luck = np.log(np.maximum(rng.random(len(weight)), 1e-300)) / np.maximum(weight, 1e-12)
    return np.sort(np.argpartition(-luck, count - 1)[:count]) if count else np.zeros(0, np.int64)


def make_features(land: Land, curb: Curb, plaza: Plaza) -> Features:
    """Make all places but substations and charging stations."""
    rng = stream(land.seed, "places")
    features = Features()
    _points(land, curb, plaza, features, rng)
    _car_parks(land, plaza, features, rng)
    _land_use(land, features)
    i = np.arange(0, land.size, 0.5)
    courses = [(curve, {"waterway": "river"}) for curve in rivers(land)]
    courses += [(curve, {"railway": "rail"}) for curve in railways(land)]
    for curve, tags in courses:
        j = curve(land, i)
        inside = land.inside(i, j)
        course = np.stack(land.ground(i[inside], j[inside], straight=True), axis=1)
        features.line.append(
            (course, {**tags, "name": f"Sample {next(iter(tags.values())).capitalize()} {LABEL}"})
        )
    return features


def _points(land: Land, curb: Curb, plaza: Plaza, features: Features, rng: np.random.Generator) -> None:
    wanted = total(PLACE, land.scale) - total(SUBSTATION, land.scale, least=2)
    counts = apportion([count for _, count, _ in PLACE_TYPES], wanted)
    home = np.array([0.003, 0.6, 1.0, 1.0, 1.0, 0.1, 1.2, 1.5, 0.9])[curb.use] * (curb.road_class > 1)
    for (tags, _, on_plaza), count in zip(PLACE_TYPES, counts.tolist(), strict=True):
        if on_plaza:
            at = rng.choice(len(plaza.pull), count, p=plaza.pull / plaza.pull.sum())
            east, north = plaza.east_m[at], plaza.north_m[at]
            spread = 32.0
        else:
            at = _sample(home, count, rng)
            east, north = land.ground(curb.i[at], curb.j[at])
            spread = 20.0
        east, north = east + rng.normal(0, spread, len(at)), north + rng.normal(0, spread, len(at))
        word = next(iter(tags.values())).replace("_", " ").capitalize()
        for number, (x, y) in enumerate(zip(east.tolist(), north.tolist(), strict=True), start=1):
            features.point.append((x, y, {**tags, "name": f"{word} {number} {LABEL}"}))


def rectangle(east: float, north: float, width: float, depth: float, angle: float) -> Floats:
    """Return a turned rectangle as a closed ring, shape (5, 2), metres."""
    x = np.array([-1, 1, 1, -1, -1]) * width / 2
    y = np.array([-1, -1, 1, 1, -1]) * depth / 2
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([east + c * x - s * y, north + s * x + c * y], axis=1)


def _car_parks(land: Land, plaza: Plaza, features: Features, rng: np.random.Generator) -> None:
    """Car parks beside plazas, and a strip of retail land around each plaza."""
    count = total(CAR_PARK, land.scale, least=2)
    at = np.arange(count) % len(plaza.pull)
    size = np.sqrt(plaza.pull[at])
    width, depth = rng.uniform(30, 60, count) * size, rng.uniform(22, 40, count) * size
    angle = rng.uniform(0, np.pi, count)
    east, north = plaza.east_m[at] + rng.normal(0, 25, count), plaza.north_m[at] + rng.normal(0, 25, count)
    access = ("customers", "", "yes", "private")
    pick = rng.choice(4, count, p=[0.45, 0.35, 0.13, 0.07])
    stalls = (width * depth / 28).astype(int)
    for n in range(count):
        deck = stalls[n] > DECK_STALLS and n % 5 == 0
        tags = {
            "amenity": "parking",
            "parking": "multi-storey" if deck else "surface",
            "name": f"Car park {n + 1} {LABEL}",
        }
        if n % 3:
            tags["capacity"] = str(stalls[n] * (4 if deck else 1))
        if access[pick[n]]:
            tags["access"] = access[pick[n]]
        features.ring.append((rectangle(east[n], north[n], width[n], depth[n], angle[n]), tags))
    for n in range(0, len(plaza.pull), 2):
        ring = rectangle(plaza.east_m[n], plaza.north_m[n], 130.0, 90.0, float(angle[n % count]))
        features.ring.append((ring, {"landuse": "retail", "name": f"Retail strip {n + 1} {LABEL}"}))


def _block_ring(land: Land, a: int, b: int, span: int) -> Floats:
    """Return the outline on the ground of blocks a..a+span, b..b+span, closed."""
    t = np.linspace(0, span * BLOCK, 4 * span + 1)
    low_i, low_j, far = a * BLOCK, b * BLOCK, span * BLOCK
    i = np.concatenate(
        [low_i + t, np.full(len(t) - 1, low_i + far), low_i + t[-2::-1], np.full(len(t) - 1, low_i)]
    )
    j = np.concatenate(
        [np.full(len(t), low_j), low_j + t[1:], np.full(len(t) - 1, low_j + far), low_j + t[-2::-1]]
    )
    return np.stack(land.ground(i, j), axis=1)


def _land_use(land: Land, features: Features) -> None:
    """One polygon per built block; farmland by concession; parks are multipolygons around a pond."""
    names = {CORE: {"landuse": "commercial"}, INDUSTRY: {"landuse": "industrial"}}
    names[CAMPUS] = {"amenity": "university", "name": f"Sample University {LABEL}"}
    n = land.block_type.shape[0]
    corner = np.arange(n + 1) * float(BLOCK)
    inside = land.inside(*np.meshgrid(corner, corner, indexing="ij"))
    whole = inside[:-1, :-1] & inside[1:, :-1] & inside[:-1, 1:] & inside[1:, 1:]
    for a, b in np.argwhere(whole & (land.block_type != RURAL)).tolist():
        ring, block_type = _block_ring(land, a, b, 1), int(land.block_type[a, b])
        if block_type == PARK:
            middle = ring[:-1].mean(axis=0)
            pond = rectangle(middle[0], middle[1], 120.0, 70.0, 0.4)
            features.holed.append((ring, pond, {"leisure": "park", "name": f"Park {a}-{b} {LABEL}"}))
        else:
            features.ring.append((ring, names.get(block_type, {"landuse": "residential"})))
    span = CONCESSION // BLOCK
    for a, b in np.argwhere(whole).tolist():
        if a % span == 0 and b % span == 0:
            part = np.s_[a : a + span, b : b + span]
            if whole[part].all() and (land.block_type[part] == RURAL).all():
                wood = (a // span * 7 + b // span * 3) % 11 == 0
                tags = {"natural": "wood"} if wood else {"landuse": "farmland"}
                features.ring.append((_block_ring(land, a, b, span), tags))
