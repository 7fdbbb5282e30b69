"""Speed limits in the law of countries, by type of road: wiki.openstreetmap.org/wiki/Default_speed_limits.

`maxspeed=RU:urban` refers to them. Each line has the limit in km/h and its countries; `*` is all others.
"""

from __future__ import annotations

MPH = 1.609344
WALK_KMH = 6.0

_LINES: dict[str, dict[float, str]] = {
    "urban": {
        50: "*",
        60: "RU BY KZ KG IR JP AM AZ GE ZA BR UZ TJ",
        40: "AR",
        30: "BE-BRU",
        30 * MPH: "GB UK",
        25 * MPH: "US",
    },
    "rural": {
        90: "*",
        100: "DE AT AU NZ BR",
        80: "CH LI NL NO DK FI FR IE CA CY IS",
        70: "SE BE-VLG BE-BRU",
        60: "JP",
        60 * MPH: "GB UK",
        55 * MPH: "US",
    },
    "trunk": {100: "*", 110: "HU HR CZ RU UA IT SI TR FR", 90: "SK", 80: "DK", 70 * MPH: "GB UK"},
    "motorway": {
        120: "*",
        130: "DE AT FR IT CZ HU DK HR SI SK RO UA LU LT GR",
        140: "PL BG",
        110: "RU BY SE AU BR",
        100: "NL NO CA JP CY",
        70 * MPH: "GB UK",
        65 * MPH: "US",
    },
    "living_street": {20: "*", 15: "NL DK", 30: "IT", 7: "DE", 5: "AT", WALK_KMH: "SE NO"},
    "expressway": {100: "*", 120: "PL"},
    "school": {30: "*"},
    "school_zone": {30: "*"},
    "bicycle_road": {30: "*"},
    "bicycle_street": {30: "*"},
    "cyclestreet": {30: "*"},
    "pedestrian_zone": {WALK_KMH: "*"},
    "pedestrian": {WALK_KMH: "*"},
    "nsl_single": {60 * MPH: "*"},
    "nsl_dual": {70 * MPH: "*"},
    "nsl_restricted": {30 * MPH: "*"},
}
LEGAL_KMH: dict[str, dict[str, float]] = {
    law: {country: kmh for kmh, countries in lines.items() for country in countries.split()}
    for law, lines in _LINES.items()
}
