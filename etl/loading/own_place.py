"""The places that planners draw: a source of candidates in the database, beside those that are files."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

import psycopg

from etl.sources.base import LOADER_VERSION, OUTSIDE

Connection = psycopg.Connection[Any]
LOADER = "own_place"
_FILE_NAME = "plan.own_place"
_LICENCE, _ATTRIBUTION = "drawn by planners", "Places drawn by planners"
_MARGIN_DEGREES = 0.05

_READ = """
    select
        array_agg(own_place_id order by own_place_id),
        string_agg(row(place_key, name, suitability_share, lon, lat)::text, e'\\n' order by own_place_id),
        max(asked_at at time zone 'UTC')::date
    from plan.own_place
    where region = %s and withdrawn_at is null
"""
_SOURCE = """
    insert into raw.load_source (
        load_id, source_id, source, loader, file_name, sha256, size_bytes, row_count, reject_count,
        licence, attribution, data_date, data_until, retrieved_on, loader_version
    )
    select %(load_id)s, coalesce(max(source_id), 0) + 1, 'candidates', %(loader)s, %(file_name)s, %(sha256)s,
        %(size_bytes)s, 0, 0, %(licence)s, %(attribution)s, %(newest)s::text, %(newest)s, %(newest)s,
        %(version)s
    from raw.load_source
    where load_id = %(load_id)s
    returning source_id
"""
# far from the roads a place may be beyond what the metric CRS of the region has
_PLACES = """
    with roads as (
        select st_expand(st_setsrid(st_extent(geom)::geometry, 4326), %(margin)s) as geom
        from raw.road_node
        where load_id = %(load_id)s
    ),
    place as (
        select
            p.*, d.geom, row_number() over (order by p.own_place_id) as record_number,
            not coalesce(st_intersects(d.geom, r.geom), false) as is_outside
        from plan.own_place as p
        cross join lateral (select st_setsrid(st_makepoint(p.lon, p.lat), 4326) as geom) as d
        cross join roads as r
        where p.own_place_id = any(%(ids)s)
    ),
    refused as (
        insert into raw.reject (load_id, source_id, source, file_name, record, reason, is_outside)
        select %(load_id)s, %(source_id)s, 'candidates', %(file_name)s, place_key, %(outside)s, true
        from place
        where is_outside
        returning 1
    ),
    kept as (
        insert into raw.candidate (
            load_id, source_id, record_number, candidate_key, name, suitability_share, geom
        )
        select %(load_id)s, %(source_id)s, record_number, place_key, name, suitability_share, geom
        from place
        where not is_outside
        returning 1
    )
    update raw.load_source
    set row_count = (select count(*) from kept), reject_count = (select count(*) from refused)
    where load_id = %(load_id)s and source_id = %(source_id)s
"""
# a lock that no site answers to would stop every plan that it holds for; what-ifs keep theirs, and say so
_DELETE_LOCKS = """
    delete from plan.site_lock as l
    using raw.site_registry as r, plan.own_place as p, raw.load as n
    where
        n.is_current and r.region = n.region and p.region = n.region
        and r.site_id = l.site_id and r.site_key = 'given:' || p.place_key
        and p.withdrawn_at is not null
        and not exists (select from core.site as s where s.site_id = l.site_id)
        and not exists (select from plan.what_if as w where w.scenario_name = l.scenario_name)
"""


@dataclass(frozen=True)
class OwnPlaces:
    """The places of a load: their numbers, SHA-256 and size of what is said of them, the newest day."""

    ids: tuple[int, ...]
    sha256: str
    size_bytes: int
    newest: dt.date


def read_own_places(conn: Connection, region: str) -> OwnPlaces | None:
    """Return the places of a region that were not withdrawn; None with none."""
    row = conn.execute(_READ, (region,)).fetchone()
    if row is None or row[0] is None:
        return None
    content = row[1].encode()
    return OwnPlaces(tuple(row[0]), hashlib.sha256(content).hexdigest(), len(content), row[2])


def content_with(files_sha256: str, places: OwnPlaces | None) -> str:
    """Return the SHA-256 of all that a load holds: that of its files alone where there are no places."""
    if places is None:
        return files_sha256
    return hashlib.sha256(f"{files_sha256}\n{LOADER}:{places.sha256}".encode()).hexdigest()


def insert_own_places(conn: Connection, load_id: int, places: OwnPlaces) -> None:
    """Insert the places as the last source of a load, whose roads are there."""
    values: dict[str, Any] = {
        "load_id": load_id,
        "loader": LOADER,
        "file_name": _FILE_NAME,
        "sha256": places.sha256,
        "size_bytes": places.size_bytes,
        "licence": _LICENCE,
        "attribution": _ATTRIBUTION,
        "newest": places.newest,
        "version": LOADER_VERSION,
        "ids": list(places.ids),
        "margin": _MARGIN_DEGREES,
        "outside": OUTSIDE,
    }
    row = conn.execute(_SOURCE, values).fetchone()
    assert row is not None  # noqa: S101 - `returning` gives a row
    conn.execute(_PLACES, values | {"source_id": row[0]})


def delete_locks_of_withdrawn(conn: Connection) -> int:
    """Delete locks on withdrawn places that are no longer sites, save those of what-ifs; return how many."""
    return conn.execute(_DELETE_LOCKS).rowcount
