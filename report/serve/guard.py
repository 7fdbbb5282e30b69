"""What a request may ask for: known collections, features and tiles, answers as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from cql2 import Expr
from fastapi import HTTPException, Path, Query, Request
from morecantile import Tile
from tipg import dependencies as tipg
from tipg.collections import Collection
from tipg.resources.enums import MediaType

from report.serve.selection import refuse, selection

ZOOM_MAX = 20
_KEY = re.compile(r"-?[0-9]{1,18}")
_ORDER = re.compile(r"[+-]?[a-z][a-z0-9_]*(,[+-]?[a-z][a-z0-9_]*)*")

Answer = Literal["json"]
FeatureAnswer = Literal["geojson", "json"]


def collection_parameters(
    request: Request, collection_id: Annotated[str, Path(alias="collectionId")]
) -> Collection:
    """Return the collection of a request, whose features have whole numbers that PostgreSQL can hold."""
    wanted = [request.path_params.get("itemId", "0"), *request.query_params.get("ids", "0").split(",")]
    if not all(map(_KEY.fullmatch, wanted)):
        raise HTTPException(status_code=404, detail="There is no such feature.")
    if collection_id not in request.app.state.collection_catalog["collections"]:
        raise HTTPException(status_code=404, detail="There is no such collection.")
    return tipg.CollectionParams(request, collection_id)


def tile_parameters(
    z: Annotated[int, Path(ge=0, le=ZOOM_MAX)], x: Annotated[int, Path(ge=0)], y: Annotated[int, Path(ge=0)]
) -> Tile:
    """Return the tile of a request, which must be one of its zoom level."""
    if x >= 2**z or y >= 2**z:
        raise HTTPException(status_code=404, detail="There is no such tile.")
    return Tile(x, y, z)


def order(sortby: Annotated[str | None, Query()] = None) -> str | None:
    """Return the columns to order by."""
    # '+' is a blank where it was not written as %2B
    names = sortby.replace(" ", "+") if sortby is not None else None
    if names is not None and not _ORDER.fullmatch(names):
        raise refuse("'sortby' is a list of columns, each with '-' before it for descending order.")
    return names


def nothing() -> None:
    """Leave to `selection` what tipg would make of a box or a time."""


def answer(request: Request, f: Annotated[Answer | None, Query()] = None) -> MediaType:  # noqa: ARG001 - FastAPI's
    """Answer in JSON: tipg's pages load scripts from elsewhere, and names in them are untrusted."""
    return MediaType.json


def queryables_answer(f: Annotated[Literal["schemajson", "json"] | None, Query()] = None) -> MediaType:  # noqa: ARG001
    """Answer with a JSON schema."""
    return MediaType.schemajson


def features_answer(f: Annotated[FeatureAnswer | None, Query()] = None) -> MediaType:  # noqa: ARG001
    """Answer with GeoJSON; tables of untrusted names for spreadsheets come from `report.export` alone."""
    return MediaType.geojson


Overrides = dict[Callable[..., Any], Callable[..., Expr | Any]]
OVERRIDES: Overrides = {
    tipg.CollectionParams: collection_parameters,
    tipg.filter_query: selection,
    tipg.bbox_query: nothing,
    tipg.datetime_query: nothing,
    tipg.sortby_query: order,
    tipg.TileParams: tile_parameters,
    tipg.OutputType: answer,
    tipg.QueryablesOutputType: queryables_answer,
    tipg.ItemsOutputType: features_answer,
    tipg.ItemOutputType: features_answer,
}
