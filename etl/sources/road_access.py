"""Decides by the tags of a way whether cars may use it, and in which direction.

The classes and services are those of OSMnx 2.1, `network_type="drive"`. Access follows OpenStreetMap
(wiki.openstreetmap.org/wiki/Key:access): the first tag present of `motorcar`, `motor_vehicle`, `vehicle` and
`access` decides. Restrictions that apply at times (`access:conditional`) are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

# The road classes that OSMnx's drive filter keeps, in order of importance.
CLASSES = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link",
    "primary_link", "secondary_link", "tertiary_link", "unclassified", "residential", "living_street",
    "road",
)  # fmt: skip
FERRY = "ferry"
_SERVICES = frozenset({"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"})
_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
# Values that exclude cars of the public; all others (destination, customers, permissive, ...) admit them.
_CLOSED = frozenset({
    "no", "private", "agricultural", "forestry", "agricultural;forestry", "bus", "coach", "psv", "taxi",
    "delivery",
    "emergency", "military", "permit", "residents", "employees", "staff", "members", "hgv", "hov",
    "tourist_bus",
    "restricted", "use_sidepath", "none", "never",
})  # fmt: skip
# The values of tags are few, and each is on thousands of objects.
_WORDS_KEPT = 4_096
_ONEWAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway")
# The values that OSMnx knows; all others (no, reversible, alternating, ...) leave both directions open.
_DIRECTIONS = {"yes": "yes", "true": "yes", "1": "yes", "f": "yes", "-1": "-1", "reverse": "-1", "t": "-1"}


@lru_cache(_WORDS_KEPT)
def split_values(value: str) -> tuple[str, ...]:
    """Return the values of a tag that may be a list (`fuel;charging_station`)."""
    return tuple(word for word in re.split(r"\s*[;|]\s*", value.strip().lower()) if word)


def find_road_class(tags: Mapping[str, str]) -> str | None:
    """Return the class of a road for cars, the most important if several are named; else None."""
    named = split_values(tags.get("highway", ""))
    if "yes" in split_values(tags.get("area", "")) or _SERVICES.intersection(
        split_values(tags.get("service", ""))
    ):
        return None
    return next((found for found in CLASSES if found in named), None)


def is_open(tags: Mapping[str, str]) -> bool:
    """Return whether the public may drive a car on a way."""
    for key in _KEYS:
        if found := split_values(tags.get(key, "")):
            return not _CLOSED.issuperset(found)
    return True


def ferry_carries_cars(tags: Mapping[str, str]) -> bool:
    """Return whether a ferry takes cars; one tagged for pedestrians or bicycles only does not."""
    if any(key in tags for key in _KEYS[:3]):
        return is_open(tags)
    return is_open(tags) and not ("foot" in tags or "bicycle" in tags)


def find_oneway(tags: Mapping[str, str]) -> str | None:
    """Return `yes`, `-1` (against the line) or `no`, as it applies to cars; None if there is no tag."""
    for key in _ONEWAY_KEYS:
        if key in tags:
            return _DIRECTIONS.get(tags[key].strip().lower(), "no")
    for value, closed in (("yes", "backward"), ("-1", "forward")):
        direction = {key: tags[f"{key}:{closed}"] for key in _KEYS if f"{key}:{closed}" in tags}
        if direction and not is_open(direction):
            return value
    return None
