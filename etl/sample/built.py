"""What was built in the sample region after its feeds end: some of their stations, and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from etl.sample.afdc import first_id
from etl.sample.calibration import LABEL, stream, total
from etl.sample.files import degrees
from etl.sample.land import Land
from etl.sample.places import Plaza
from etl.sample.stations import FeedRows

BUILT_HEADER = ("id", "name", "lon", "lat", "l2_ports", "dcfc_ports")
_KNOWN, _NEW = 40, 64
"""Stations that stay and new ones at scale 1, near those of Waterloo's list of 2026."""
FIRST_NEW_ID = 940_001
_FAST_SHARE = 0.1


def built_rows(land: Land, feed: FeedRows, plaza: Plaza) -> Iterator[list[Any]]:
    """Yield rows in the order of `BUILT_HEADER`; new stations stand where plazas attract most people."""
    rng = stream(land.seed, "built")
    lon, lat = degrees(feed.east_m, feed.north_m)
    working = np.flatnonzero((feed.status == "E") & (feed.fuel == "ELEC"))
    for n in working[: total(_KNOWN, land.scale, least=2)].tolist():
        yield [first_id(land) + n, f"Station {n + 1} {LABEL}", float(lon[n]), float(lat[n]), 2, 0]
    count = min(total(_NEW, land.scale, least=4), int((plaza.pull > 0).sum()))
    chosen = rng.choice(len(plaza.pull), count, replace=False, p=plaza.pull / plaza.pull.sum())
    east_m, north_m = (axis[chosen] + rng.normal(0, 30, count) for axis in (plaza.east_m, plaza.north_m))
    lon, lat = degrees(east_m, north_m)
    ports, is_fast = rng.integers(1, 7, count), rng.random(count) < _FAST_SHARE
    for n in range(count):
        levels = (0, int(ports[n])) if is_fast[n] else (int(ports[n]), 0)
        yield [FIRST_NEW_ID + n, f"New station {n + 1} {LABEL}", float(lon[n]), float(lat[n]), *levels]
