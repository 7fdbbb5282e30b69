"""Finds car ferries and their speeds: wiki.openstreetmap.org/wiki/Tag:route=ferry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from etl.sources.osm_file import OsmFile, Place, Way
from etl.sources.road_access import CLASSES, FERRY, ferry_carries_cars, split_values

# Without a stated duration: a small ferry, boarding included (assumed; recorded as such).
FERRY_KMH = 15.0
_CLOCK = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?")
_MINUTES = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:min|mins|minutes?|m|')?\.?", re.IGNORECASE)
_HOURS = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:h|hr|hrs|hours?|std)\.?(?:\s*(\d+)\s*(?:min|minutes?|m)?)?", re.IGNORECASE
)
_ISO = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", re.IGNORECASE)
# Tags that the ways of a ferry inherit from their relation.
_INHERITED = (
    "duration",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "foot",
    "bicycle",
    "name",
    "oneway",
)


def parse_duration_min(text: str) -> float | None:
    """Return minutes from `00:20`, `1:30:00`, `20`, `20 min`, `1 h 30`, `PT20M`; else None."""
    text = text.strip()
    if match := _CLOCK.fullmatch(text):
        minutes = 60.0 * int(match[1]) + int(match[2]) + int(match[3] or 0) / 60
    elif match := _MINUTES.fullmatch(text):
        minutes = float(match[1].replace(",", "."))
    elif match := _HOURS.fullmatch(text):
        minutes = 60 * float(match[1].replace(",", ".")) + int(match[2] or 0)
    elif (match := _ISO.fullmatch(text)) and any(match.groups()):
        days, hours, mins, seconds = (int(part or 0) for part in match.groups())
        minutes = 1440.0 * days + 60 * hours + mins + seconds / 60
    else:
        return None
    return minutes if minutes > 0 else None


def find_ferries(osm: OsmFile) -> list[Way]:
    """Return the ways of car ferries, with missing tags from their relation."""
    inherited: dict[int, dict[str, str]] = {}
    alone: set[int] = set()
    for relation in osm.relations("route", FERRY):
        tags = {key: relation.tags[key] for key in _INHERITED if key in relation.tags}
        # a relation's duration is that of all its ways together
        if len(relation.way_ids) > 1:
            tags.pop("duration", None)
        inherited.update(dict.fromkeys(relation.way_ids, tags))
        alone.update(relation.way_ids)
    found = {way.way_id: way for way in osm.ways("route") if FERRY in split_values(way.tags["route"])}
    if missing := alone - found.keys():
        found.update({way.way_id: way for way in osm.ways_by_id(missing)})
    ferries = []
    for way in found.values():
        if set(split_values(way.tags.get("highway", ""))).intersection(CLASSES):
            continue  # it is read as a road
        tags = {**inherited.get(way.way_id, {}), **way.tags, "highway": FERRY}
        if ferry_carries_cars(tags):
            ferries.append(replace(way, tags=tags))
    return ferries


def compute_crossing_kmh(
    tags: Mapping[str, str], refs: Sequence[int], places: Mapping[int, Place]
) -> float | None:
    """Return the speed of a ferry in km/h; None if it has no duration or its way is incomplete."""
    minutes = parse_duration_min(tags.get("duration", ""))
    if minutes is None or any(ref not in places for ref in refs):
        return None
    import osmnx as ox  # noqa: PLC0415 - it imports Matplotlib: few regions have a ferry

    metres = sum(
        float(ox.distance.great_circle(places[a][1], places[a][0], places[b][1], places[b][0]))
        for a, b in pairwise(refs)
    )
    return metres / 1000 / (minutes / 60) if metres > 0 else None
