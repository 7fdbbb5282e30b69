"""What the desk reads and writes of places on the map: the site near one, addresses, places of one's own."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache

import psycopg
from pyproj import Transformer

from desk.store import Connection, Row, region, rows
from report.page.render import STREET_KINDS

NEAR_M = 250.0
"""As far from a place that is clicked the site may be that a lock goes to; report.site_lock has the same."""
PLACES_MAX = 1000
"""Places of a region that may wait or be candidates at a time."""
_ADDRESSES_SHOWN = 5

_NEAREST = """
    select site_id, name, address, is_existing
    from report.site
    where st_dwithin(geom, st_setsrid(st_makepoint(%s, %s), %s), %s)
    order by geom <-> st_setsrid(st_makepoint(%s, %s), %s), site_id
    limit 1
"""
_ADDRESSES = """
    select concat_ws(' ', street_number, street) as address, city, x_m, y_m
    from report.street_address
    where concat_ws(' ', street_number, street, city) ~* %s
    order by length(street_number), street_number, street, city
    limit %s
"""
_PLACES = """
    select own_place_id, site_id, name, address, suitability_share, place_state, refusal, exclusion, lon, lat,
        asked_by, asked_at, withdrawn_by, withdrawn_at
    from report.own_place
    where place_state <> 'withdrawn' or withdrawn_at > now() - interval '7 days'
    order by own_place_id desc
"""
_LAST_LOAD = """
    select place_load_id, asked_by, asked_at, state, wish, step_number, step_count, message, hint, started_at,
        finished_at
    from report.place_load
    order by place_load_id desc
    limit 1
"""
_DRAW = """
    insert into plan.own_place (region, name, suitability_share, lon, lat, asked_by)
    select region, %(name)s, %(suitability)s, %(lon)s, %(lat)s, %(asked_by)s from core.region
    returning own_place_id
"""
_STATE = "select place_state, refusal, exclusion from report.own_place where own_place_id = %s"
_WITHDRAW = """
    update plan.own_place as p
    set withdrawn_by = %s, withdrawn_at = clock_timestamp()
    from core.region as r
    where p.own_place_id = %s and p.region = r.region and p.withdrawn_at is null
    returning p.own_place_id
"""
_LOAD = """
    insert into plan.place_load (region, asked_by)
    select region, %s from core.region
    on conflict do nothing
    returning place_load_id
"""
_CANCEL = """
    update plan.place_load
    set wish = 'cancel'
    where place_load_id = %s and state in ('queued', 'running')
    returning place_load_id
"""


@dataclass(frozen=True)
class OwnPlace:
    """A place as a person draws it, degrees; name and suitability (0 to 1) are None where left open."""

    lon: float
    lat: float
    name: str | None
    suitability_share: float | None
    asked_by: str


class RefusedPlaceError(Exception):
    """A place of one's own is refused; `kind` is outside, taken, same or many."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def nearest_site(conn: Connection, lon: float, lat: float) -> Row | None:
    """Return the site that is nearest to a place (degrees); None with none within NEAR_M."""
    srid = int(region(conn)["metric_srid"])
    x, y = Transformer.from_crs("EPSG:4326", srid, always_xy=True).transform(lon, lat)
    if not (math.isfinite(x) and math.isfinite(y)):
        return None
    found = rows(conn, _NEAREST, x, y, srid, NEAR_M, x, y, srid)
    return found[0] if found else None


@cache
def _street_words() -> tuple[frozenset[str], ...]:
    """Return words that streets are called by, each with its short forms: a person may type any of them."""
    found = tomllib.loads(STREET_KINDS.read_text(encoding="utf-8"))
    return tuple(frozenset({word, *short}) for word, short in found.items())


def _alternatives(word: str) -> str:
    """Return a regular expression of PostgreSQL for a word that was typed."""
    same = sorted(frozenset({word}).union(*(group for group in _street_words() if word in group)))
    return rf"\m({'|'.join(map(re.escape, same))})\M" if len(same) > 1 else re.escape(word)


def addresses(conn: Connection, text: str) -> list[Row]:
    """Return the first addresses that have a text in them, with their places in degrees."""
    pattern = ".*".join(map(_alternatives, text.casefold().split()))
    if not pattern or not text.isprintable():
        return []
    back = Transformer.from_crs(int(region(conn)["metric_srid"]), "EPSG:4326", always_xy=True)
    found = rows(conn, _ADDRESSES, pattern, _ADDRESSES_SHOWN)
    places = [back.transform(row.pop("x_m"), row.pop("y_m")) for row in found]
    return [row | {"lon": lon, "lat": lat} for row, (lon, lat) in zip(found, places, strict=True)]


def places(conn: Connection) -> list[Row]:
    """Return the places that people drew in the region, the latest first; those withdrawn stay for a week."""
    return rows(conn, _PLACES)


def last_load(conn: Connection) -> Row | None:
    """Return the last load of such places that was asked for; None where none ever was."""
    found = rows(conn, _LAST_LOAD)
    return found[0] if found else None


def draw(conn: Connection, place: OwnPlace) -> Row:
    """Write a place, and return its number, its state, and the ground that a plan may not build on, if any.

    Raises:
        RefusedPlaceError: it can be no candidate, stands there already, or there are too many.
    """
    values = {
        "name": place.name,
        "suitability": place.suitability_share,
        "lon": place.lon,
        "lat": place.lat,
        "asked_by": place.asked_by,
    }
    with conn.transaction():
        if sum(row["withdrawn_at"] is None for row in places(conn)) >= PLACES_MAX:
            raise RefusedPlaceError("many")
        try:
            row = conn.execute(_DRAW, values).fetchone()
        except psycopg.errors.UniqueViolation:
            raise RefusedPlaceError("same") from None
        number = None if row is None else int(row[0])
        (state,) = rows(conn, _STATE, number)
        if state["refusal"] in ("outside", "taken"):
            raise RefusedPlaceError(state["refusal"])
    return state | {"own_place_id": number}


def withdraw(conn: Connection, number: int, who: str) -> bool:
    """Withdraw a place; False where there is none to withdraw."""
    return conn.execute(_WITHDRAW, (who, number)).fetchone() is not None


def ask_for_load(conn: Connection, who: str) -> bool:
    """Ask for a load that makes candidates of the places; False where one is under way or waits already."""
    return conn.execute(_LOAD, (who,)).fetchone() is not None


def cancel_load(conn: Connection, number: int) -> bool:
    """Wish a load to be cancelled; False where it is over."""
    return conn.execute(_CANCEL, (number,)).fetchone() is not None
