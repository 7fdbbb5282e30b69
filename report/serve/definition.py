"""The definition of the service as OpenAPI 3.0: tipg's, put right where parameters are met by ourselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from report.serve.parameters import CRS84, FEATURES_DEFAULT, FEATURES_MAX, PARAMETERS

_NUMBERS = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
_CRS = {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": FEATURES_MAX, "default": FEATURES_DEFAULT}
_SCHEMAS: dict[str, tuple[str, dict[str, Any]]] = {
    "f": ("Format of the answer.", {"type": "string", "enum": ["json"]}),
    "bbox": ("West, south, east, north in degrees; features in the box or without a place.", _NUMBERS),
    "bbox-crs": ("CRS of `bbox`.", _CRS),
    "filter-crs": ("CRS of the shapes in `filter`.", _CRS),
    "crs": ("CRS of the answer.", _CRS),
    "datetime": ("A time or an interval as RFC 3339 writes them, `..` for an open end.", {"type": "string"}),
    "limit": ("How many features at most; above the maximum it is the maximum.", _LIMIT),
    "filter": ("A condition in CQL2, of the standard's own operators.", {"type": "string"}),
    "offset": ("How many features to pass over.", {"type": "integer", "minimum": 0}),
    "sortby": ("Columns to order by, `-` before one for descending order.", {"type": "string"}),
    "ids": ("Features by their keys.", {"type": "string"}),
    "properties": ("Columns of the answer; all where none is named.", {"type": "string"}),
    "bbox-only": ("The box of each feature instead of its shape.", {"type": "boolean"}),
    "simplify": ("Tolerance of simpler shapes, in degrees.", {"type": "number"}),
    "minzoom": ("Least zoom level.", {"type": "integer"}),
    "maxzoom": ("Greatest zoom level.", {"type": "integer"}),
    "filter-lang": ("How `filter` is written.", {"type": "string", "enum": ["cql2-text", "cql2-json"]}),
}
_NOT_GIVEN = {"text/html", "text/csv", "application/geo+json-seq", "application/ndjson"}
_FAULTS = {
    "400": "The request cannot be understood: an unknown parameter, or a value that it cannot have.",
    "404": "Not found.",
    "405": "Only reading is offered.",
    "500": "Something went wrong here.",
    "503": "It takes too long, or the database does not answer now.",
}


def definition(app: FastAPI) -> dict[str, Any]:
    """Return the definition of an application; it is worked out once."""
    if app.openapi_schema:
        return app.openapi_schema
    found = get_openapi(title=app.title, version=app.version, openapi_version="3.0.3", routes=app.routes)
    found.pop("components", None)  # FastAPI writes schemas as 3.1 has them
    for path, operations in found["paths"].items():
        for operation in operations.values():
            _correct(path, operation)
    app.openapi_schema = found
    return found


def _correct(path: str, operation: dict[str, Any]) -> None:
    inside = [one for one in operation.get("parameters", []) if one["in"] == "path"]
    for one in inside:
        one["schema"] = {"type": "integer" if one["name"] in {"x", "y", "z"} else "string"}
    operation["parameters"] = inside + [_parameter(name) for name in PARAMETERS.get(path, ())]
    kinds = [
        kind for kind in operation["responses"].get("200", {}).get("content", {}) if kind not in _NOT_GIVEN
    ]
    if path.startswith("/collections/{collectionId}/items"):
        kinds = ["application/geo+json"]
    good = {
        "description": "The answer.",
        "content": {kind: {"schema": _schema_of(kind)} for kind in kinds or ["application/json"]},
    }
    operation["responses"] = {"200": good} | {code: {"description": text} for code, text in _FAULTS.items()}


def _schema_of(kind: str) -> dict[str, Any]:
    return {"type": "object"} if "json" in kind else {"type": "string", "format": "binary"}


def _parameter(name: str) -> dict[str, Any]:
    text, schema = _SCHEMAS[name]
    place = {"name": name, "in": "query", "required": False, "style": "form", "explode": False}
    return place | {"description": text, "schema": schema}
