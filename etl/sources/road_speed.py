"""Reads speed limits: wiki.openstreetmap.org/wiki/Key:maxspeed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from etl.sources.legal_speed import LEGAL_KMH, MPH, WALK_KMH

# Usual limits by class, km/h, for classes of which no road of the extract has a limit (assumed; recorded as
# such).
TYPICAL_KMH = {
    "motorway": 100.0, "trunk": 80.0, "primary": 60.0, "secondary": 50.0, "tertiary": 50.0,
    "motorway_link": 60.0, "trunk_link": 50.0, "primary_link": 50.0, "secondary_link": 50.0,
    "tertiary_link": 50.0, "unclassified": 50.0, "residential": 40.0, "living_street": 20.0, "road": 40.0,
}  # fmt: skip
SPEED_KMH = (5.0, 160.0)
# For a motorway without a limit: the recommended speed of Germany (Richtgeschwindigkeit).
_UNLIMITED_KMH = 130.0
_KNOT = 1.852
# Values are few, and each is on thousands of roads.
_VALUES_KEPT = 4_096

_COUNTRY = re.compile(r"([A-Za-z]{2}(?:-[A-Za-z]{2,3})?):(.+)")
_NUMBER = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(km/h|km|kmh|kph|kmph|mph|mi/h|knots?|kn|kt)?\.?", re.ASCII | re.IGNORECASE
)
_ZONE = re.compile(r"(?:zone|maxspeed)?[:_ -]?(\d+(?:\.\d+)?)(\s*mph)?", re.IGNORECASE)
_WALK = ("walk", "walking_pace", "walking", "walking pace", "foot")
# Tags that name the law which sets the limit of a road without signs.
_TYPE_KEYS = ("zone:maxspeed", "maxspeed:type", "source:maxspeed", "zone:traffic")


# Valid values that give no speed.
_SILENT = frozenset({
    "signals", "signal", "variable", "dynamic", "unposted", "implicit", "default", "unknown", "sign", "yes",
    "none", "no", "unlimited", "national",
})  # fmt: skip


class NoSpeedError(ValueError):
    """A value that is not a speed."""


@lru_cache(_VALUES_KEPT)
def parse_speed_kmh(text: str, highway: str) -> float | None:
    """Return the speed in km/h of a value of `maxspeed`; of several (`50|80`, `50;80`) their mean.

    None if it gives no speed: `signals`, `variable`, `unposted`, an unknown word. `none` is the recommended
    speed on a motorway or trunk road, and unknown on others.

    Raises:
        NoSpeedError: a number is below 5 or beyond 160 km/h, or the value cannot be understood.
    """
    parts = [part.strip() for part in re.split(r"[|;]|,(?=\s)", text) if part.strip()]
    found = [kmh for part in parts if (kmh := _one(part, highway)) is not None]
    return sum(found) / len(found) if found else None


def _one(text: str, highway: str) -> float | None:
    low = text.lower()
    if low in _WALK:
        return WALK_KMH
    if low in ("none", "no", "unlimited"):
        is_fast = highway.removesuffix("_link") in ("motorway", "trunk") and not highway.endswith("_link")
        return _UNLIMITED_KMH if is_fast else None
    if match := _NUMBER.fullmatch(text):
        return _sane(float(match[1].replace(",", ".")), (match[2] or "").lower(), text)
    if match := _COUNTRY.fullmatch(text):
        return _legal(match[1].upper(), match[2].strip().lower(), text, highway)
    if low in _SILENT:
        return None
    raise NoSpeedError(f"'{text}' is not the speed of a road")


def _sane(number: float, unit: str, text: str) -> float:
    factor = MPH if unit.startswith("m") else _KNOT if unit.startswith("k") and unit[1] in "nt" else 1.0
    kmh = number * factor
    if not SPEED_KMH[0] <= kmh <= SPEED_KMH[1]:
        raise NoSpeedError(f"'{text}' is not the speed of a road")
    return kmh


def _legal(country: str, law: str, text: str, highway: str) -> float | None:
    """Return the limit in a country's law, such as `RU:urban`, `DE:zone30`, `GB:nsl_single`, `AT:walk`."""
    if law in _WALK:
        return WALK_KMH
    if match := _ZONE.fullmatch(law):
        unit = "mph" if match[2] or country in ("GB", "UK", "US") else ""
        return _sane(float(match[1]), unit, text)
    if country == "DE" and law == "motorway":
        return _UNLIMITED_KMH
    limits = LEGAL_KMH.get(law)
    if limits is None:
        return _one("none", highway) if law == "none" else None
    return limits.get(country, limits.get(country[:2], limits["*"]))


def read_speeds_kmh(tags: Mapping[str, str], highway: str) -> tuple[float | None, float | None, bool]:
    """Return km/h along a way and against it, None if not tagged; and whether a tag is not a speed."""
    is_bad = False

    def told(*keys: str) -> float | None:
        nonlocal is_bad
        for key in keys:
            if key not in tags or (key in _TYPE_KEYS[1:] and not _COUNTRY.fullmatch(tags[key])):
                continue
            try:
                kmh = parse_speed_kmh(tags[key], highway)
            except NoSpeedError:
                is_bad = True
                continue
            if kmh is not None:
                return kmh
        return None

    both = (
        "maxspeed:motorcar", "maxspeed:motor_vehicle", "maxspeed", "maxspeed:lanes", "maxspeed:variable",
        "maxspeed:both_ways",
        *_TYPE_KEYS,
    )  # fmt: skip
    along = told("maxspeed:forward", "maxspeed:lanes:forward", *both)
    against = told("maxspeed:backward", "maxspeed:lanes:backward", *both)
    return along, against, is_bad
