"""What planners and readers may do in the database; granted anew whenever the views are rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from db.schema import build
from db.server.roles import ROLE_NAMES, close_functions, create_group, existing

_QGIS_TABLES = """
    select relname::text
    from pg_class
    where relnamespace = 'public'::regnamespace and relname in ('qgis_projects', 'layer_styles')
        and pg_has_role(relowner, 'usage')
"""
_ASKED = ("load_id", "parent_what_if_id", "base_scenario", "title", "settings", "time_limit_s", "asked_by")
"""What a planner says of a what-if; all else of it is for whoever solves it to say."""
_DRAWN = ("region", "name", "suitability_share", "lon", "lat", "asked_by")
"""What a planner says of a place that he or she draws: it stays so until it is withdrawn."""
_PROVENANCE = ("load", "load_source", "load_step", "load_assumption", "reject", "site_registry")


def grant(connection: psycopg.Connection[Any]) -> None:
    """Let planners and readers see the derived schemas, `plan` and where data came from.

    Planners edit locks, draw places and withdraw them, ask for what-ifs and for loads of these places, and
    say what is to be done next with what they asked for.

    On a server that is not ours the roles are groups that cannot log in; they are created where that is
    permitted and left out where it is not.
    """
    groups = [ROLE_NAMES["planner"], ROLE_NAMES["reader"]]
    for role in ("planner", "reader"):
        create_group(connection, role)
    close_functions(connection)
    present = existing(connection, groups)
    if not present:
        return
    everyone = sql.SQL(", ").join(map(sql.Identifier, present))
    for schema in _existing_schemas(connection, [*build.schemas(), "plan"]):
        place = sql.Identifier(schema)
        connection.execute(sql.SQL("grant usage on schema {} to {}").format(place, everyone))
        connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(place, everyone))
    connection.execute(sql.SQL("grant usage on schema raw to {}").format(everyone))
    for table in _PROVENANCE:
        connection.execute(sql.SQL("grant select on {} to {}").format(sql.Identifier("raw", table), everyone))
    for (table,) in connection.execute(_QGIS_TABLES).fetchall():
        place = sql.Identifier("public", table)
        connection.execute(sql.SQL("grant select on {} to {}").format(place, everyone))
    if ROLE_NAMES["planner"] in present:
        planner = sql.Identifier(ROLE_NAMES["planner"])
        for name in ("plan", "report"):  # the view is the table on the map
            locks = sql.Identifier(name, "site_lock")
            connection.execute(sql.SQL("grant insert, update, delete on {} to {}").format(locks, planner))
        for right, columns, relation in (
            ("insert", _ASKED, "plan.what_if"),
            ("update", ("wish",), "plan.what_if"),
            ("insert", _DRAWN, "plan.own_place"),
            ("update", ("withdrawn_by", "withdrawn_at"), "plan.own_place"),
            ("insert", ("region", "asked_by"), "plan.place_load"),
            ("update", ("wish",), "plan.place_load"),
        ):
            _grant_columns(connection, right, columns, relation, planner)
        drawn = sql.SQL("grant insert, delete on report.own_place to {}").format(planner)
        connection.execute(drawn)


def _grant_columns(
    connection: psycopg.Connection[Any],
    right: str,
    columns: Iterable[str],
    relation: str,
    role: sql.Identifier,
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    place = sql.Identifier(*relation.split("."))
    query = sql.SQL("grant {} ({}) on {} to {}")
    connection.execute(query.format(sql.SQL(right), names, place, role))


def _existing_schemas(connection: psycopg.Connection[Any], names: Iterable[str]) -> list[str]:
    rows = connection.execute(
        "select nspname::text from pg_namespace where nspname = any(%s) order by 1", (list(names),)
    )
    return [row[0] for row in rows]
