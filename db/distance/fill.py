"""Fills `analysis.route`: each tile is searched on the streets around it, and has a partition of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from db.distance import binary
from db.distance.search import PIECE, Ids, Tile, routes

Connection = psycopg.Connection[Any]
_TILES = """
    select tile_id, array_agg(vertex_id order by vertex_id)
    from analysis.site_vertex
    group by tile_id
    order by tile_id
"""
_PARTITIONS = """
    select c.relname::text
    from pg_inherits as i
    join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'analysis.route'::regclass
"""
_PLACES = sql.SQL("select distinct vertex_id from analysis.access_point order by vertex_id")
_PIECES = "select {} from analysis.tile_network({}, {})"
_MARGIN_SHARE = 1.01
"""A street is hardly ever shorter than a straight line; where one is, the margin is made wider."""


def fill(conn: Connection) -> None:
    """Write the shortest routes to the sites of each tile, in place of those that are there."""
    for (partition,) in conn.execute(_PARTITIONS).fetchall():
        conn.execute(sql.SQL("drop table analysis.{}").format(sql.Identifier(partition)))
    row = conn.execute("select road_distance_max_m from core.region").fetchone()
    if row is None:
        return
    vertex_ids = binary.read(conn, _PLACES, {"vertex_id": "i8"})["vertex_id"]
    for tile_id, site_vertex_ids in conn.execute(_TILES).fetchall():
        _fill_tile(conn, tile_id, np.array(site_vertex_ids, dtype=np.int64), vertex_ids, row[0])


def _fill_tile(
    conn: Connection, tile_id: int, site_vertex_ids: Ids, vertex_ids: Ids, distance_max_m: float
) -> None:
    found, margin_m = None, _MARGIN_SHARE * distance_max_m + 1
    while found is None:
        columns = sql.SQL(", ").join(map(sql.Identifier, PIECE))
        query = sql.SQL(_PIECES).format(columns, sql.Literal(tile_id), sql.Literal(margin_m))
        pieces = binary.read(conn, query, PIECE)
        found = routes(Tile(tile_id, site_vertex_ids, pieces, vertex_ids, distance_max_m))
        margin_m *= 2
    partition = sql.Identifier("analysis", f"route_{tile_id}")
    conn.execute(
        sql.SQL("create table {} partition of analysis.route for values in ({})").format(
            partition, sql.Literal(tile_id)
        )
    )
    binary.write(conn, partition, found)
