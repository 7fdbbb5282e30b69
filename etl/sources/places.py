"""Reads places of OpenStreetMap where a charger could be built, and their surroundings.

Inputs: an OSM file. Results: `raw.osm_feature`, one row per object and type: `poi`, `parking`, `land_use`,
`ground`, `substation`, `power_line`, `charging_station`. Nodes and open ways become points, closed ways and
multipolygons outlines; power lines stay lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import shapely

from etl.region.sources import OsmSource
from etl.sources.base import Batch, Frame, Rejects
from etl.sources.collect import Item, Rows, collect_rows
from etl.sources.osm_file import MapObject, open_osm_file
from etl.sources.road_access import split_values
from etl.sources.values import FieldError, clean_text

_INTO = Rows(
    "osm_feature",
    ("record_number", "osm_type", "osm_id", "feature_kind", "name", "tags", "geom"),
    entities="places",
    is_bulk=True,
)

# Places that people drive to and stay at, so that a charger could be built there; values are those of
# wiki.openstreetmap.org/wiki/Map_features, without street furniture (bench, waste_basket, post_box, ...) and
# closed places (vacant, disused).


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POI_VALUES: Mapping[str, frozenset[str]] = {
    "amenity": _words(
        "animal_boarding arts_centre bank bar biergarten bus_station cafe car_rental car_sharing "
        "car_wash casino childcare cinema clinic college community_centre conference_centre "
        "courthouse crematorium dentist doctors driving_school events_venue exhibition_centre "
        "fast_food ferry_terminal fire_station food_court fuel funeral_hall gym hospital ice_cream "
        "kindergarten language_school library marketplace music_school nightclub nursing_home "
        "pharmacy place_of_worship planetarium police post_office prep_school pub public_bath "
        "public_building research_institute restaurant school social_centre social_facility "
        "stripclub studio swimming_pool theatre townhall training university vehicle_inspection "
        "veterinary"
    ),
    "leisure": _words(
        "amusement_arcade beach_resort bowling_alley dance dog_park escape_game fitness_centre "
        "garden golf_course horse_riding ice_rink marina miniature_golf nature_reserve park pitch "
        "playground recreation_ground sports_centre sports_hall stadium swimming_area swimming_pool "
        "track trampoline_park water_park"
    ),
    "tourism": _words(
        "alpine_hut apartment aquarium attraction camp_site caravan_site chalet gallery guest_house "
        "hostel hotel motel museum picnic_site resort theme_park viewpoint zoo"
    ),
}
POI_ANY = ("shop", "office", "healthcare")
_CLOSED = frozenset({"no", "vacant", "disused", "abandoned"})
_PRIVATE = ("garden", "swimming_pool", "pitch", "playground")
# Planned, unfinished and closed objects have a prefix: wiki.openstreetmap.org/wiki/Lifecycle_prefix.
_LIFECYCLE = ("construction", "planned", "proposed", "disused", "abandoned", "closed")
_POWER_LINE = frozenset({"line", "minor_line", "cable", "minor_cable"})
# Outlines that say what the ground is: water, wetland, flood land, protected land. What a tag means
# for a charger stands in etl/settings.toml.
GROUND: Mapping[str, frozenset[str]] = {
    "natural": _words(
        "water wetland bay beach shoal mud sand dune bare_rock scree wood scrub heath grassland"
    ),
    "waterway": _words("riverbank dock"),
    "flood_prone": _words("yes"),
    "boundary": _words("protected_area national_park aboriginal_lands forest"),
    "amenity": _words("grave_yard"),
}
_OF_AREAS = ("land_use", "ground")
_CHARGING = (("amenity", "charging_station"), ("man_made", "charge_point"))
KEYS = (
    "amenity", "shop", "leisure", "tourism", "office", "healthcare", "landuse", "power", "man_made",
    "natural", "waterway", "flood_prone", "boundary",
    *(f"{prefix}:{key}" for prefix in _LIFECYCLE for key, _ in _CHARGING),
)  # fmt: skip


def list_feature_types(tags: Mapping[str, str]) -> list[str]:
    """Return the feature types of an object by its tags."""
    found = []
    if "parking" in split_values(tags.get("amenity", "")):
        found.append("parking")
    if _is_charging(tags):
        found.append("charging_station")
    if tags.get("power") in ("substation", "sub_station"):
        found.append("substation")
    if is_power_line(tags):
        found.append("power_line")
    if "landuse" in tags:
        found.append("land_use")
    if any(tags.get(key) in values for key, values in GROUND.items()):
        found.append("ground")
    if _is_poi(tags):
        found.append("poi")
    return found


def is_power_line(tags: Mapping[str, str]) -> bool:
    """Return whether an object is a power line or a cable."""
    return tags.get("power") in _POWER_LINE


def _is_charging(tags: Mapping[str, str]) -> bool:
    """Return whether there is a charging station, or was or will be."""
    if tags.get("amenity") == "construction" and tags.get("construction") == "charging_station":
        return True
    return any(
        value in split_values(tags.get(prefix + key, ""))
        for prefix in ("", *(f"{name}:" for name in _LIFECYCLE))
        for key, value in _CHARGING
    )


def _is_poi(tags: Mapping[str, str]) -> bool:
    if any(tags.get(key, "no") not in _CLOSED for key in POI_ANY):
        return True
    named = any(values.intersection(split_values(tags.get(key, ""))) for key, values in POI_VALUES.items())
    is_backyard = (
        tags.get("leisure") in _PRIVATE and tags.get("access") in ("private", "no") and "amenity" not in tags
    )
    return named and not is_backyard


def read_places(path: Path, _: OsmSource, frame: Frame) -> Batch:
    """Read the places; those outside the region are one reject with their number.

    Raises:
        UsageError: the file cannot be read.
    """
    rejects = Rejects()
    with open_osm_file(path) as osm:
        objects = osm.objects(KEYS, is_line=is_power_line)
        features = [(found, item) for item in objects if (found := list_feature_types(item.tags))]
    pairs = [
        (feature_type, item)
        for found, item in features
        for feature_type in found
        if feature_type not in _OF_AREAS or not isinstance(item.shape, shapely.Point)
    ]
    table = collect_rows(_INTO, enumerate(pairs, start=1), _parse, frame, rejects)
    return Batch([table], rejects)


def _parse(_: int, pair: tuple[str, MapObject]) -> Item:
    feature_type, item = pair
    if item.shape is None:
        label = f"{item.osm_type} {item.osm_id}"
        raise FieldError("geometry", "its nodes are missing or its rings do not close", label)
    tags = {clean_text(key) or "": clean_text(value) or "" for key, value in item.tags.items()}
    text = json.dumps(tags, ensure_ascii=False)
    return Item(
        (item.osm_type, item.osm_id, feature_type, clean_text(tags.get("name", "")), text), item.shape
    )
