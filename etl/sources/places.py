"""Reads places of OpenStreetMap where a charger could stand, and what surrounds them.

Inputs: an OSM file. Results: `raw.osm_feature`, one row per object and kind: `poi`, `parking`, `land_use`, `substation`,
`charging_station`. Nodes and open ways give points, closed ways and multipolygons give outlines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import osmium
import shapely

from etl.region import OsmSource
from etl.sources.base import Batch, Frame, Reject, Table, ewkb
from etl.sources.osm_file import reading
from etl.sources.values import clean

COLUMNS = ("record_number", "osm_type", "osm_id", "feature_kind", "name", "tags", "geom")

# Places that people drive to and stay at, so that a charger could stand there (wiki.openstreetmap.org/wiki/Map_features).
# Street furniture (bench, waste_basket, post_box, ...) and what is closed (vacant, disused) is none.
POI_VALUES: Mapping[str, frozenset[str]] = {
    "amenity": frozenset(
        "animal_boarding arts_centre bank bar biergarten bus_station cafe car_rental car_sharing car_wash casino childcare cinema "
        "clinic college community_centre conference_centre courthouse crematorium dentist doctors driving_school events_venue "
        "exhibition_centre fast_food ferry_terminal fire_station food_court fuel funeral_hall gym hospital ice_cream kindergarten "
        "language_school library marketplace music_school nightclub nursing_home pharmacy place_of_worship planetarium police "
        "post_office prep_school pub public_bath public_building research_institute restaurant school social_centre "
        "social_facility stripclub studio swimming_pool theatre townhall training university vehicle_inspection veterinary".split()
    ),
    "leisure": frozenset(
        "amusement_arcade beach_resort bowling_alley dance dog_park escape_game fitness_centre garden golf_course horse_riding "
        "ice_rink marina miniature_golf nature_reserve park pitch playground recreation_ground sports_centre sports_hall stadium "
        "swimming_area swimming_pool track trampoline_park water_park".split()
    ),
    "tourism": frozenset(
        "alpine_hut apartment aquarium attraction camp_site caravan_site chalet gallery guest_house hostel hotel motel museum "
        "picnic_site resort theme_park viewpoint zoo".split()
    ),
}
POI_ANY = ("shop", "office", "healthcare")
_CLOSED = frozenset({"no", "vacant", "disused", "abandoned"})
_PRIVATE = ("garden", "swimming_pool", "pitch", "playground")
_KEYS = ("amenity", "shop", "leisure", "tourism", "office", "healthcare", "landuse", "power", "man_made")


def kinds(tags: Mapping[str, str]) -> list[str]:
    """Return the kinds of feature that an object's tags make it, the empty list for none."""
    found = []
    amenity = tags.get("amenity")
    if amenity == "parking":
        found.append("parking")
    if amenity == "charging_station" or tags.get("man_made") == "charge_point":
        found.append("charging_station")
    if tags.get("power") in ("substation", "sub_station"):
        found.append("substation")
    if "landuse" in tags:
        found.append("land_use")
    if _is_poi(tags):
        found.append("poi")
    return found


def _is_poi(tags: Mapping[str, str]) -> bool:
    if any(tags.get(key, "no") not in _CLOSED for key in POI_ANY):
        return True
    named = any(tags.get(key) in values for key, values in POI_VALUES.items())
    is_backyard = (
        tags.get("leisure") in _PRIVATE and tags.get("access") in ("private", "no") and "amenity" not in tags
    )
    return named and not is_backyard


def read_places(path: Path, _: OsmSource, frame: Frame) -> Batch:
    """Read the places; those outside the region are one reject with their number.

    Raises:
        UsageError: the file cannot be read.
    """
    rows: list[tuple[object, ...]] = []
    rejects: list[Reject] = []
    outside = 0
    with reading(path):
        for osm_type, osm_id, tags, shape in _objects(path):
            found = kinds(tags)
            if shape is None:
                rejects.append(
                    Reject(
                        f"{osm_type} {osm_id}", "geometry", "its nodes are missing or its rings do not close"
                    )
                )
                continue
            if not frame.touches(shape):
                outside += 1
                continue
            text = json.dumps(
                {clean(key) or "": clean(value) or "" for key, value in tags.items()}, ensure_ascii=False
            )
            name, geom = clean(tags.get("name", "")), ewkb(shape)
            for kind in found:
                if kind != "land_use" or shape.geom_type != "Point":
                    rows.append((len(rows) + 1, osm_type, osm_id, kind, name, text, geom))
    if outside:
        reason = f"{outside:,} places lie outside the region and its margin"
        rejects.append(Reject("several", None, reason, is_outside=True, count=outside))
    return Batch([Table("osm_feature", COLUMNS, rows)], rejects)


def _objects(path: Path) -> Iterator[tuple[str, int, dict[str, str], Any]]:
    """Give each object that is a feature once, its shape None where it cannot be drawn."""
    keys = osmium.filter.KeyFilter(*_KEYS)
    factory = osmium.geom.WKBFactory()
    drawn: set[tuple[str, int]] = set()
    open_ways: dict[int, tuple[dict[str, str], Any]] = {}
    relations: dict[int, dict[str, str]] = {}
    for item in osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys):
        tags = {tag.k: tag.v for tag in item.tags}
        if not kinds(tags):
            continue
        if item.is_node():
            yield "node", item.id, tags, shapely.Point(item.location.lon, item.location.lat)
        elif item.is_area():
            osm_type, osm_id = ("way" if item.from_way() else "relation"), item.orig_id()
            drawn.add((osm_type, osm_id))
            yield osm_type, osm_id, tags, _outline(factory, item)
        elif item.is_way():
            open_ways[item.id] = tags, _middle(item)
        elif tags.get("type") in ("multipolygon", "boundary"):
            relations[item.id] = tags
    for osm_id, (tags, shape) in open_ways.items():
        if ("way", osm_id) not in drawn:
            yield "way", osm_id, tags, shape
    for osm_id, tags in relations.items():
        if ("relation", osm_id) not in drawn:
            yield "relation", osm_id, tags, None


def _outline(factory: Any, area: Any) -> Any:
    try:
        return shapely.from_wkb(factory.create_multipolygon(area))
    except (RuntimeError, shapely.errors.GEOSException):
        return None


def _middle(way: Any) -> Any:
    """Return the point half-way along a way that is no area, None when too few of its nodes are there."""
    places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if not places:
        return None
    return (
        shapely.Point(places[0])
        if len(set(places)) == 1
        else shapely.LineString(places).interpolate(0.5, normalized=True)
    )
