"""What the project has to know of the database: columns, bounds of classes, phases, attribution."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from db.common.errors import UsageError
from db.common.language import Text
from report.attribution import read_attribution
from report.catalogue import Catalogue, Layer, catalogue
from report.kinds import read_kinds

Connection = psycopg.Connection[Any]
_QUANTILES = [0.2, 0.4, 0.6, 0.8, 0.95]
OTHERS_MAX = 10
"""Other plans that a project lists, the newest; each has layers of its own."""
_KEPT = ("host", "port", "dbname", "sslmode", "sslrootcert")


@dataclass(frozen=True)
class Column:
    """A column of a view: name, type as PostgreSQL writes it, and comment."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class Adopted:
    """The adopted plan: its scenario, its run, and the day it was adopted."""

    scenario: str
    run_id: int
    day: dt.date


Titles = tuple[tuple[int, Text], ...]
"""What each phase of a plan is for, where it says so."""


@dataclass(frozen=True)
class OtherPlan:
    """The latest plan of a scenario that is not the adopted one."""

    scenario: str
    run_id: int
    phase_titles: Titles


@dataclass(frozen=True)
class Facts:
    """All that is read; `breaks` are keyed by layer, `phase_titles` are those of the adopted plan."""

    address: dict[str, str]
    region: str
    is_synthetic: bool
    currency: str
    srid: int
    extent: tuple[float, float, float, float]
    columns: dict[str, tuple[Column, ...]]
    comments: dict[str, str]
    breaks: dict[str, tuple[float, ...]]
    phase_count: int
    phase_titles: Titles
    adopted: Adopted | None
    others: tuple[OtherPlan, ...]
    attribution: tuple[str, ...]


def _adopted(conn: Connection) -> Adopted | None:
    row = conn.execute(
        "select scenario_name, run_id, adopted_at::date from report.published_run where is_adopted"
    ).fetchone()
    return Adopted(*row) if row else None


def _others(conn: Connection) -> tuple[OtherPlan, ...]:
    rows = conn.execute(
        "select scenario_name, run_id from report.published_run where is_latest and not is_adopted"
        " order by run_id desc limit %s",
        (OTHERS_MAX,),
    ).fetchall()
    return tuple(OtherPlan(name, run_id, _phase_titles(conn, run_id)) for name, run_id in rows)


def _phase_titles(conn: Connection, run_id: int) -> Titles:
    rows = conn.execute(
        "select phase, title_en, title_fr from report.phase_budget"
        " where run_id = %s and title_en <> '' order by phase",
        (run_id,),
    )
    return tuple((phase, Text(en=en, fr=fr)) for phase, en, fr in rows)


def columns_of(conn: Connection, view: str) -> tuple[Column, ...]:
    """Return the columns of a view of `report` in their order; none where there is no such view."""
    rows = conn.execute(
        "select attname::text, format_type(atttypid, null), coalesce(col_description(attrelid, attnum), '')"
        " from pg_attribute where attrelid = to_regclass('report.' || quote_ident(%s)) and attnum > 0"
        " order by attnum",
        (view,),
    )
    return tuple(Column(*row) for row in rows)


def comment_of(conn: Connection, view: str) -> str:
    """Return what the database says of a view of `report`; empty where it says nothing."""
    row = conn.execute(
        "select coalesce(obj_description(to_regclass('report.' || quote_ident(%s))), '')", (view,)
    ).fetchone()
    return str(row[0]) if row else ""


def rounded(bounds: list[float]) -> tuple[float, ...]:
    """Round bounds to two digits that count, drop doubles; the outer ones away from the data.

    Two at least, where there is any: a class has two ends.
    """
    if not bounds:
        return ()

    def step(value: float) -> float:
        return 10 ** (math.floor(math.log10(abs(value))) - 1) if value else 1

    inner = [round(b / step(b)) * step(b) for b in bounds[1:-1]]
    low = math.floor(bounds[0] / step(bounds[0])) * step(bounds[0])
    high = math.ceil(bounds[-1] / step(bounds[-1])) * step(bounds[-1])
    kept = sorted({round(b, 10) for b in [low, *inner, high]})
    return tuple(kept) if len(kept) > 1 else (kept[0], kept[0])


def _breaks(conn: Connection, layer: Layer) -> tuple[float, ...]:
    """Return the bounds of a layer's classes, or the values of its bands."""
    style = layer.style
    if style is None or style.kind not in ("classes", "bands") or style.breaks:
        return style.breaks if style else ()
    names = {"column": sql.Identifier(style.attribute), "view": sql.Identifier("report", layer.view)}
    if style.kind == "bands":
        query = sql.SQL("select distinct {column} from {view} order by 1").format(**names)
        return tuple(row[0] for row in conn.execute(query))
    condition = sql.SQL("where {column} > 0" if style.has_zero else "").format(**names)
    query = sql.SQL(
        "select min({column}), percentile_cont(%s) within group (order by {column}), max({column})"
        " from {view} {condition}"
    ).format(condition=condition, **names)
    row = conn.execute(query, (_QUANTILES,)).fetchone()
    if not row or row[0] is None:
        return ()
    return rounded([row[0], *row[1], row[2]])


def _region(conn: Connection) -> tuple[Any, ...]:
    try:
        row = conn.execute(
            "select title, is_synthetic, currency, metric_srid,"
            " st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom) from report.region"
        ).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise UsageError(
            "The database is not set up.", "run `planner db upgrade`, then `make load`."
        ) from None
    if not row:
        raise UsageError("No region is loaded, so there is nothing to draw.", "run `make load`.")
    return tuple(row)


def layers_of(conn: Connection) -> Catalogue:
    """Return the catalogue with a layer for each level that there is.

    Raises:
        UsageError: the database is not set up, or no region is loaded.
    """
    _region(conn)
    return catalogue().of(read_kinds(conn))


def read(conn: Connection, catalogue: Catalogue) -> Facts:
    """Read what the project needs; where a view is missing the columns are empty, and the layer is left out.

    Raises:
        UsageError: the database is not set up, or no region is loaded.
    """
    title, is_synthetic, currency, srid, *extent = _region(conn)
    views = sorted({layer.view for layer in catalogue.layer})
    comments = {v: comment_of(conn, v) for v in views}
    phases = conn.execute("select coalesce(max(phase), 1) from report.phase_budget").fetchone()
    info, adopted = conn.info.get_parameters(), _adopted(conn)
    address = {"host": conn.info.host, "port": str(conn.info.port), "dbname": conn.info.dbname}
    return Facts(
        address=address | {k: v for k, v in info.items() if k in _KEPT and k not in address},
        region=title,
        is_synthetic=is_synthetic,
        currency=currency,
        srid=srid,
        extent=(extent[0], extent[1], extent[2], extent[3]),
        columns={v: columns_of(conn, v) for v in views},
        comments=comments,
        breaks={layer.id: _breaks(conn, layer) for layer in catalogue.layer},
        phase_count=phases[0] if phases else 1,
        phase_titles=_phase_titles(conn, adopted.run_id) if adopted else (),
        adopted=adopted,
        others=_others(conn),
        attribution=read_attribution(conn),
    )
