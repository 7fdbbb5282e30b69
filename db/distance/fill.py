"""Fills `analysis.route`: each tile is searched on the streets around it, and has a partition of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from db.distance import binary
from db.distance.binary import Rows
from db.distance.search import PIECE, ROUTE, Tile, routes
from db.work import beside
from db.work.pool import HERE, Pool

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


def fill(conn: Connection, pool: Pool) -> None:
    """Write the shortest routes to the sites of each tile, in place of those that are there."""
    for (partition,) in conn.execute(_PARTITIONS).fetchall():
        conn.execute(sql.SQL("drop table analysis.{}").format(sql.Identifier(partition)))
    row = conn.execute("select road_distance_max_m from core.region").fetchone()
    if row is None:  # nothing is loaded
        return
    (distance_max_m,) = row
    vertex_ids = binary.read(conn, _PLACES, {"vertex_id": "i8"})["vertex_id"]
    left = {tile_id: np.array(ids, dtype=np.int64) for tile_id, ids in conn.execute(_TILES).fetchall()}
    margin_m = _MARGIN_SHARE * distance_max_m + 1
    while left:
        tiles = (
            Tile(tile_id, ids, _pieces(conn, tile_id, margin_m), vertex_ids, distance_max_m)
            for tile_id, ids in list(left.items())
        )
        # without workers the next tile is read, and the last one written, while one is searched
        searched = beside.each(routes, tiles) if pool is HERE else pool.each(routes, tiles, are_quick=True)
        for tile, found in searched:
            if found is not None:
                _write(conn, tile.tile_id, found)
                del left[tile.tile_id]
        margin_m *= 2


def _pieces(conn: Connection, tile_id: int, margin_m: float) -> Rows:
    columns = sql.SQL(", ").join(map(sql.Identifier, PIECE))
    query = sql.SQL(_PIECES).format(columns, sql.Literal(tile_id), sql.Literal(margin_m))
    return binary.read(conn, query, PIECE)


def _write(conn: Connection, tile_id: int, found: bytes) -> None:
    partition = sql.Identifier("analysis", f"route_{tile_id}")
    command = sql.SQL("create table {} partition of analysis.route for values in ({})")
    with conn.transaction():
        conn.execute(command.format(partition, sql.Literal(tile_id)))
        binary.copy(conn, partition, ROUTE.names or (), found)
