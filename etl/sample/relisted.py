"""A newer list of the registry of the sample region: stations closed, were registered anew, or are new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from etl.sample.afdc import AFDC_HEADER
from etl.sample.built import FIRST_NEW_ID
from etl.sample.calibration import LABEL, total
from etl.sample.land import Land
from etl.sample.stations import FeedRows

NEWER_HEADER = ("id", "name", "network", "city", "address", "lon", "lat", "l2_ports", "dcfc_ports")
FIRST_ANEW_ID = 960_001
_CLOSED, _ANEW, _NEW = 7, 4, 4
"""Stations at scale 1 that closed, were registered anew (both as in Waterloo's list of 2026) and are new."""
_AWAY_DEGREES = 0.0002
"""How far off a station is registered anew: 16 m."""


def newer_rows(
    land: Land, feed: FeedRows, older: Sequence[Sequence[Any]], built: Sequence[Sequence[Any]]
) -> Iterator[list[Any]]:
    """Yield the rows in the order of `NEWER_HEADER`.

    `older` has the rows of the whole list, `built` what was built since. Stations that no other feed has
    close first, as nothing else speaks for them; the first of these lies outside the region.
    """
    rows = [dict(zip(AFDC_HEADER, row, strict=True)) for row in older]
    serving = [
        n for n, row in enumerate(rows) if row["Fuel Type Code"] == "ELEC" and row["Status Code"] == "E"
    ]
    alone = [n for n in serving if feed.same_as[n] < 0]
    shared = [n for n in serving if feed.same_as[n] >= 0]
    closed = set([*alone[1:], *shared][: total(_CLOSED, land.scale, least=1)])
    anew = set(shared[-total(_ANEW, land.scale, least=1) :])
    for n in serving:
        if n not in closed:
            yield _row(rows[n], FIRST_ANEW_ID + n if n in anew else None)
    new = [row for row in built if row[0] >= FIRST_NEW_ID]
    for built_id, name, lon, lat, l2_ports, dcfc_ports in new[: total(_NEW, land.scale, least=1)]:
        yield [built_id, name, "Non-Networked", f"Nearby {LABEL}", None, lon, lat, l2_ports, dcfc_ports]


def _row(row: dict[str, Any], new_id: int | None) -> list[Any]:
    ports = [int(float(row[column] or 0)) for column in ("EV Level2 EVSE Num", "EV DC Fast Count")]
    place = (round(row["Longitude"] + (_AWAY_DEGREES if new_id else 0), 6), row["Latitude"])
    texts = [row[column] for column in ("Station Name", "EV Network", "City", "Street Address")]
    return [new_id or row["ID"], *texts, *place, *ports]
