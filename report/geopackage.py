"""Writes tables to a GeoPackage with the styles of QGIS, and says in it what each table and column holds.

Descriptions are the comments of the database, titles those of `catalogue.toml`; they stand where the standard
has them: `gpkg_contents`, and `gpkg_data_columns` of its extension `gpkg_schema`, which GDAL and QGIS read.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from db.common.language import Language, symbol_of
from report.catalogue import Catalogue, Layer
from report.qgis.facts import Facts
from report.qgis.style import qml

# https://www.geopackage.org/spec140/#extension_schema
_SCHEMA = """
    create table if not exists gpkg_extensions (
        table_name text, column_name text, extension_name text not null, definition text not null,
        scope text not null,
        constraint ge_tce unique (table_name, column_name, extension_name));
    create table if not exists gpkg_data_columns (
        table_name text not null, column_name text not null, name text, title text, description text,
        mime_type text, constraint_name text, constraint pk_gdc primary key (table_name, column_name),
        constraint gdc_tn unique (table_name, name));
    create table if not exists gpkg_data_column_constraints (
        constraint_name text not null, constraint_type text not null, value text, min numeric,
        min_is_inclusive boolean, max numeric, max_is_inclusive boolean, description text,
        constraint gdcc_ntv unique (constraint_name, constraint_type, value));
"""
_EXTENSION = "http://www.geopackage.org/spec140/#extension_schema"


@dataclass(frozen=True)
class Described:
    """A table that is exported: its rows, what it is, and what each of its columns is."""

    rows: pd.DataFrame
    comment: str
    columns: dict[str, str]


def table_of(layer: Layer) -> str:
    """Return the name under which a layer's rows are written: those of each level by themselves."""
    return layer.view if layer.level is None else f"{layer.view}_{layer.level}"


def styles(layers: Catalogue, facts: Facts, tables: Collection[str], language: Language) -> pd.DataFrame:
    """Return the table of styles as QGIS looks for it in a GeoPackage."""
    rows: list[dict[str, object]] = []
    seen: set[str] = set()
    for layer in layers.layer:
        table = table_of(layer)
        if table in tables and layer.geometry:
            rows.append(_style_row(layer, layers, facts, language, is_default=table not in seen))
            seen.add(table)
    return pd.DataFrame(rows)


def _style_row(
    layer: Layer, layers: Catalogue, facts: Facts, language: Language, *, is_default: bool
) -> dict[str, object]:
    other = next(one for one in Language if one != language)
    return {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": table_of(layer),
        "f_geometry_column": "geom",
        "styleName": layer.title.of(language),
        "styleQML": qml(layer, layers, facts, language),
        "styleSLD": "",
        "useAsDefault": is_default,
        "description": layer.title.of(other),
        "owner": "",
        "ui": "",
        "update_time": pd.Timestamp.now(tz="UTC"),
    }


def write(
    tables: dict[str, Described], layers: Catalogue, facts: Facts, language: Language, path: Path
) -> None:
    """Write tables to a new GeoPackage with styles, titles in a language, and descriptions."""
    for name, table in tables.items():
        is_map = isinstance(table.rows, gpd.GeoDataFrame)
        more = {"geometry_name": "geom"} if is_map else {}
        pyogrio.write_dataframe(table.rows, path, layer=name, driver="GPKG", append=path.exists(), **more)
    drawn = styles(layers, facts, tables, language)
    pyogrio.write_dataframe(drawn, path, layer="layer_styles", driver="GPKG", append=True)
    with closing(sqlite3.connect(path)) as file, file:
        _describe(file, tables, layers, facts, language)


def _describe(
    file: sqlite3.Connection,
    tables: dict[str, Described],
    layers: Catalogue,
    facts: Facts,
    language: Language,
) -> None:
    file.executescript(_SCHEMA)
    file.executemany(
        "insert or ignore into gpkg_extensions values (?, null, 'gpkg_schema', ?, 'read-write')",
        [(name, _EXTENSION) for name in ("gpkg_data_columns", "gpkg_data_column_constraints")],
    )
    symbol = symbol_of(facts.currency, language)
    titles = {view.name: view.title.of(language) for view in layers.view}
    titles |= {table_of(layer): layer.title.of(language) for layer in layers.layer if layer.level is not None}
    shared = {title for title, times in Counter(titles.values()).items() if times > 1}
    for name, table in tables.items():
        title = titles[name]
        file.execute(
            "update gpkg_contents set identifier = ?, description = ? where table_name = ?",
            (f"{title} ({name})" if title in shared else title, table.comment, name),
        )
        known: set[str] = set()
        for column, comment in table.columns.items():
            title = layers.field_of(column, language).replace("{currency}", symbol)
            # within a table a name is of one column alone
            short = None if title in known or title == column else title
            known.add(title)
            file.execute(
                "insert into gpkg_data_columns (table_name, column_name, name, title, description)"
                " values (?, ?, ?, ?, ?)",
                (name, column, short, title, comment),
            )
