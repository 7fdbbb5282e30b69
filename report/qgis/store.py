"""Puts projects and styles where QGIS looks: `qgis_projects` and `layer_styles` of schema `public`."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from db.common.errors import UsageError
from db.common.language import LANGUAGES, Language
from db.server import roles
from report.catalogue import Catalogue
from report.qgis.facts import Facts
from report.qgis.project import PROJECT_NAMES, archive, project_xml
from report.qgis.style import qml

Connection = psycopg.Connection[Any]
# The layout is QGIS's own, which makes these tables itself when a project is saved there first.
_PROJECTS = (
    "create table if not exists public.qgis_projects (name text primary key, metadata jsonb, content bytea)"
)
_STYLES = """
    create table if not exists public.layer_styles (
        id serial primary key, f_table_catalog varchar, f_table_schema varchar, f_table_name varchar,
        f_geometry_column varchar, stylename text, styleqml xml, stylesld xml, useasdefault boolean,
        description text, owner varchar(63), ui xml, update_time timestamp default current_timestamp,
        type varchar
    )
"""
# how our own styles are known again; people may keep theirs beside them
_MARK = "ev-charging-planner"


def _create_tables(conn: Connection) -> None:
    try:
        for statement in (_PROJECTS, _STYLES):
            conn.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        raise UsageError(
            "This login may not create the tables qgis_projects and layer_styles in schema public.",
            "run it as the owner of the database, or ask for `grant create on schema public`.",
        ) from None
    for group in ("planner", "reader"):
        name = roles.ROLE_NAMES[group]
        if conn.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
            grant = sql.SQL("grant select on public.qgis_projects, public.layer_styles to {}")
            conn.execute(grant.format(sql.Identifier(name)))


def _store_styles(conn: Connection, catalogue: Catalogue, facts: Facts, default: Language) -> int:
    conn.execute("delete from public.layer_styles where description = %s", (_MARK,))
    layers = [x for x in catalogue.layer if x.geometry and facts.columns[x.view]]
    count = 0
    for language in sorted(LANGUAGES, key=lambda name: name != default):
        for layer in layers:
            conn.execute(
                """
                insert into public.layer_styles (f_table_catalog, f_table_schema, f_table_name,
                    f_geometry_column, stylename, styleqml, useasdefault, description, owner)
                select current_database(), 'report', %(view)s::text, 'geom', %(name)s,
                    xmlparse(document %(qml)s),
                    not exists (select from public.layer_styles where f_table_catalog = current_database()
                        and f_table_schema = 'report' and f_table_name = %(view)s::text and useasdefault),
                    %(mark)s, current_user
                """,
                {
                    "view": layer.view,
                    "name": layer.title.of(language),
                    "qml": qml(layer, catalogue, facts, language),
                    "mark": _MARK,
                },
            )
            count += 1
    return count


def store(
    conn: Connection,
    catalogue: Catalogue,
    facts: Facts,
    *,
    default: Language = Language.EN,
    service: str | None = None,
) -> int:
    """Store the project in each language, and all styles; `default` is the language of default styles.

    Returns the number of styles. With `service` layers name an entry of pg_service.conf instead of a host.

    Raises:
        UsageError: this login may not create tables in schema public.
    """
    _create_tables(conn)
    for language in LANGUAGES:
        name = PROJECT_NAMES[language]
        content = archive(name, project_xml(catalogue, facts, language, service))
        conn.execute(
            "insert into public.qgis_projects (name, metadata, content) values (%s, jsonb_build_object("
            "'last_modified_time', to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS'),"
            " 'last_modified_user', current_user::text) || %s, %s)"
            " on conflict (name) do update set metadata = excluded.metadata, content = excluded.content",
            (name, Jsonb({"made_by": _MARK}), content),
        )
    return _store_styles(conn, catalogue, facts, default)
