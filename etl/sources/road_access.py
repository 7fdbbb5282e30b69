"""Tells by its tags whether a car may use a way, and in which direction.

The classes and services are those of OSMnx 2.1, `network_type="drive"`. Access is read as OpenStreetMap means
it (wiki.openstreetmap.org/wiki/Key:access): of `motorcar`, `motor_vehicle`, `vehicle` and `access` the first
that is there decides. Restrictions that hold at times (`access:conditional`) change nothing: the tag without
times counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# The classes that OSMnx's drive filter leaves and that are roads; the order is that of their importance.
CLASSES = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link",
    "primary_link", "secondary_link", "tertiary_link", "unclassified", "residential", "living_street",
    "road",
)  # fmt: skip
FERRY = "ferry"
_SERVICES = frozenset({"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"})
_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
# Words that keep the public's cars out; every other word (destination, customers, permissive, ...) lets them
# in.
_CLOSED = frozenset({
    "no", "private", "agricultural", "forestry", "agricultural;forestry", "bus", "coach", "psv", "taxi",
    "delivery",
    "emergency", "military", "permit", "residents", "employees", "staff", "members", "hgv", "hov",
    "tourist_bus",
    "restricted", "use_sidepath", "none", "never",
})  # fmt: skip
_ONEWAY_KEYS = ("oneway:motorcar", "oneway:motor_vehicle", "oneway")
# The words that OSMnx knows; every other (no, reversible, alternating, ...) leaves both directions open.
_DIRECTIONS = {"yes": "yes", "true": "yes", "1": "yes", "f": "yes", "-1": "-1", "reverse": "-1", "t": "-1"}


def words(value: str) -> list[str]:
    """Return the values of a tag that may be a list (`fuel;charging_station`)."""
    return [word for word in re.split(r"\s*[;|]\s*", value.strip().lower()) if word]


def road_class(tags: Mapping[str, str]) -> str | None:
    """Return the class of a road for cars, the most important if several are named; None where it is none."""
    named = words(tags.get("highway", ""))
    if "yes" in words(tags.get("area", "")) or _SERVICES.intersection(words(tags.get("service", ""))):
        return None
    return next((found for found in CLASSES if found in named), None)


def is_open(tags: Mapping[str, str]) -> bool:
    """Return whether the public may drive a car on a way."""
    for key in _KEYS:
        if found := words(tags.get(key, "")):
            return not _CLOSED.issuperset(found)
    return True


def ferry_carries_cars(tags: Mapping[str, str]) -> bool:
    """Return whether a ferry takes cars; one that names feet or bicycles alone does not."""
    if any(key in tags for key in _KEYS[:3]):
        return is_open(tags)
    return is_open(tags) and not ("foot" in tags or "bicycle" in tags)


def oneway(tags: Mapping[str, str]) -> str | None:
    """Return `yes`, `-1` (against the line) or `no`, as it holds for cars; None where no tag tells."""
    for key in _ONEWAY_KEYS:
        if key in tags:
            return _DIRECTIONS.get(tags[key].strip().lower(), "no")
    for value, closed in (("yes", "backward"), ("-1", "forward")):
        direction = {key: tags[f"{key}:{closed}"] for key in _KEYS if f"{key}:{closed}" in tags}
        if direction and not is_open(direction):
            return value
    return None
