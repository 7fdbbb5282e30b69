"""Brings a database to the present: extensions, migrations and views, all in one transaction."""

from __future__ import annotations

from typing import Any

import psycopg
from alembic import command
from alembic.config import Config

from db import build, connection

DEFAULT_SRID = 3857


def current_srid(raw: psycopg.Connection[Any]) -> int:
    """Return the EPSG code of the current load's metric CRS; a stand-in while nothing is loaded."""
    row = raw.execute("select metric_srid from raw.load where is_current").fetchone()
    return int(row[0]) if row else DEFAULT_SRID


def upgrade(revision: str = "head") -> None:
    """Drop the derived schemas, migrate, create the views and fill them; a failure leaves all as it was."""
    config = Config(connection.CHECKOUT / "alembic.ini")
    config.set_main_option("script_location", str(connection.CHECKOUT / "db" / "migrations"))
    with connection.engine().begin() as bind:
        raw: psycopg.Connection[Any] = bind.connection.driver_connection  # type: ignore[assignment]
        for extension in ("postgis", "pgrouting"):
            bind.exec_driver_sql(f"create extension if not exists {extension} cascade")
        bind.exec_driver_sql("create schema if not exists plan")
        config.attributes["connection"] = bind
        command.upgrade(config, revision)
        build.create_views(raw, current_srid(raw))
        build.refresh(raw)
