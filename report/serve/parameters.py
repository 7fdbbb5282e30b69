"""Which parameters a request may have: an unknown one is an error, and never passed over (OGC 17-069r4).

What tipg does not know is met here: `limit` above the maximum is the maximum, and the CRS that all
coordinates are in may be named.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import State
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

FEATURES_DEFAULT = 1000
FEATURES_MAX = 10_000
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CRS_NAMES = frozenset({CRS84, CRS84.replace("http:", "https:"), "[OGC:CRS84]", "OGC:CRS84"})
_CRS = ("crs", "bbox-crs", "filter-crs")
_FORMAT = ("f",)
_SELECTION = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "ids")
_SHAPE = ("properties", "bbox-only", "simplify", "crs")
_COLLECTION = "/collections/{collectionId}"
_TILE = f"{_COLLECTION}/tiles/{{tileMatrixSetId}}"
# a path, and the names of what may be asked there; those of a collection's columns go with `items` and tiles
PARAMETERS: dict[str, tuple[str, ...]] = {
    "/": _FORMAT,
    "/api": (),
    "/api.html": (),
    "/page": (),
    "/conformance": _FORMAT,
    "/collections": _FORMAT,
    _COLLECTION: _FORMAT,
    f"{_COLLECTION}/queryables": _FORMAT,
    f"{_COLLECTION}/items": (*_FORMAT, "limit", "offset", "sortby", *_SELECTION, *_SHAPE),
    f"{_COLLECTION}/items/{{itemId}}": (*_FORMAT, *_SHAPE),
    "/tileMatrixSets": _FORMAT,
    "/tileMatrixSets/{tileMatrixSetId}": _FORMAT,
    f"{_COLLECTION}/tiles": _FORMAT,
    _TILE: _FORMAT,
    f"{_TILE}/tilejson.json": ("minzoom", "maxzoom"),
    f"{_TILE}/style.json": ("minzoom", "maxzoom"),
    f"{_TILE}/{{z}}/{{x}}/{{y}}": ("limit", "sortby", "properties", "simplify", *_SELECTION),
}
_PATTERNS = {
    template: re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template))) for template in PARAMETERS
}


class RefusedError(Exception):
    """A parameter that is unknown, or has a value that it cannot have."""


class ParameterMiddleware:
    """Refuses unknown parameters with 400, and puts those that tipg leaves to its caller into its terms."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; whatever else comes is passed on."""
        if scope["type"] == "http":
            try:
                query = checked_query(scope["path"], scope["query_string"], scope["app"].state)
            except RefusedError as error:
                await JSONResponse({"detail": str(error)}, 400)(scope, receive, send)
                return
            scope = dict(scope) | {"query_string": query}
        await self.app(scope, receive, send)


def template_of(path: str) -> str | None:
    """Return the path as the definition of the API writes it; None for a path that there is not."""
    return next((template for template, pattern in _PATTERNS.items() if pattern.fullmatch(path)), None)


def checked_query(path: str, query: bytes, state: State) -> bytes:
    """Return a query string as tipg takes it.

    Raises:
        RefusedError: a parameter is unknown, twice there, or has a value that is not offered.
    """
    template = template_of(path)
    if template is None:
        return query
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=50, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise RefusedError("The query cannot be read.") from None
    allowed = {*PARAMETERS[template], *_columns(path, template, state)}
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in allowed:
            raise RefusedError(f"There is no parameter '{name[:60]}' here.")
        if name in given:
            raise RefusedError(f"The parameter '{name[:60]}' is there twice.")
        given[name] = value
    for name in _CRS:
        if name in given and given.pop(name) not in _CRS_NAMES:
            raise RefusedError(f"'{name}' can only be {CRS84}: longitude, latitude in degrees.")
    if "limit" in given or template.endswith("/items"):
        given["limit"] = str(_limit(given.get("limit")))
    return urlencode(given).encode("ascii")


def _limit(text: str | None) -> int:
    if text is None:
        return FEATURES_DEFAULT
    if not re.fullmatch(r"\+?[0-9]{1,18}", text) or int(text) == 0:
        raise RefusedError("'limit' is a whole number above 0.")
    return min(int(text), FEATURES_MAX)


def _columns(path: str, template: str, state: State) -> set[str]:
    """Return the columns of a collection, which are parameters of their own where features are picked."""
    if "limit" not in PARAMETERS[template]:
        return set()
    match = _PATTERNS[template].fullmatch(path)
    catalogue: Any = getattr(state, "collection_catalog", None)
    collection = catalogue["collections"].get(match[1]) if match and catalogue else None
    return {column.name for column in collection.properties} if collection else set()
