"""What the service says of itself: landing page, conformance, collections, each in JSON alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse
from tipg import dependencies as tipg
from tipg.collections import Collection

from report.serve.parameters import CRS84
from report.serve.published import PUBLISHED

TITLE = "EV charging plan"
_JSON, _GEOJSON, _SCHEMA = "application/json", "application/geo+json", "application/schema+json"
_OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
_TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
# what the abstract tests of these classes find: tests/system/test_serve_conformance.py
CONFORMANCE = (
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-3/1.0/conf/filter",
    f"{_FEATURES}-3/1.0/conf/features-filter",
)
router = APIRouter(tags=["OGC API Features"], dependencies=[Depends(tipg.OutputType)])
pages = APIRouter(include_in_schema=False)


def _link(request: Request, path: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": f"{str(request.base_url).rstrip('/')}{path}", "rel": rel, "type": kind, "title": title}


@router.get("/")
def front(request: Request) -> JSONResponse:
    """Say where everything is."""
    links = [
        _link(request, "/", "self", _JSON, "This page"),
        _link(request, "/api", "service-desc", _OPENAPI, "Definition of the service (OpenAPI 3.0)"),
        _link(request, "/api.html", "service-doc", "text/html", "What there is, for people"),
        _link(request, "/conformance", "conformance", _JSON, "Classes of the standard that are met"),
        _link(request, "/collections", "data", _JSON, "Collections"),
    ]
    if request.app.state.page:
        links.append(_link(request, "/page", "alternate", "text/html", "The adopted plan, for people"))
    about = "The latest plans of charging stations, and what they rest on."
    return JSONResponse({"title": TITLE, "description": about, "links": links})


@router.get("/conformance")
def classes() -> JSONResponse:
    """Say which classes of the standard are met."""
    return JSONResponse({"conformsTo": CONFORMANCE})


@router.get("/collections")
def all_collections(request: Request) -> JSONResponse:
    """Describe all collections."""
    found = request.app.state.collection_catalog["collections"].values()
    links = [_link(request, "/collections", "self", _JSON, "Collections")]
    return JSONResponse({"links": links, "crs": [CRS84], "collections": [_about(request, c) for c in found]})


@router.get("/collections/{collectionId}")
def one_collection(
    request: Request, collection: Annotated[Collection, Depends(tipg.CollectionParams)]
) -> JSONResponse:
    """Describe a collection."""
    return JSONResponse(_about(request, collection))


@pages.get("/api")
def api(request: Request) -> JSONResponse:
    """Give the definition of the service."""
    return JSONResponse(request.app.openapi(), media_type=_OPENAPI)


@pages.get("/api.html")
def page() -> HTMLResponse:
    """Give people a page of what there is, without anything from elsewhere."""
    lines = "".join(f'<li><a href="collections/report.{name}">{name}</a></li>' for name in PUBLISHED)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{TITLE}</title><h1>{TITLE}</h1>'
        "<p>OGC API Features and vector tiles: give a GIS client the address of this server.</p>"
        f'<ul>{lines}</ul><p><a href="api">Definition (OpenAPI)</a></p></html>'
    )


def _about(request: Request, collection: Collection) -> dict[str, Any]:
    path = f"/collections/{collection.id}"
    links = [
        _link(request, path, "self", _JSON, "This collection"),
        _link(request, f"{path}/items", "items", _GEOJSON, "Features"),
        _link(request, f"{path}/queryables", _QUERYABLES, _SCHEMA, "Columns that filters may name"),
    ]
    found: dict[str, Any] = {"id": collection.id, "title": collection.title, "itemType": "feature"}
    found |= {"description": collection.description, "crs": [CRS84]}
    if extent := collection.extent:
        found["extent"] = extent.model_dump(exclude_none=True, mode="json")
    if collection.geometry_column is not None:
        found["storageCrs"] = collection.crs
        links.append(_link(request, f"{path}/tiles", _TILESETS, _JSON, "Vector tiles"))
    return found | {"links": links}
