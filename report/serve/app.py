"""The application: tipg's endpoints over the published views, with errors that tell nothing of the inside."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import morecantile
import tipg.collections
import tipg.factory
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from morecantile.defaults import TileMatrixSets
from starlette.middleware.cors import CORSMiddleware
from starlette_cramjam.middleware import CompressionMiddleware
from tipg.errors import DEFAULT_STATUS_CODES, TiPgError
from tipg.factory import Endpoints
from tipg.middleware import CacheControlMiddleware, CatalogUpdateMiddleware

from report.serve.adopted import AdoptedPlanMiddleware
from report.serve.guard import OVERRIDES
from report.serve.patience import PatienceMiddleware
from report.serve.pool import open_pool
from report.serve.published import PUBLISHED, register

log = logging.getLogger(__name__)
TITLE = "EV charging plan"
REQUEST_S = 20
FEATURES_DEFAULT = 1000
FEATURES_MAX = 10_000
STATEMENT_S = 10
CATALOGUE_S = 60
_CACHE = "public, max-age=60"
# a request that does not fit the data is the client's: wrong types, unknown columns, numbers out of range
# (PostGIS calls all its errors internal ones)
_CLIENTS_FAULT = (asyncpg.DataError, asyncpg.SyntaxOrAccessError, asyncpg.InternalServerError)


async def _database_error(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, asyncpg.QueryCanceledError):
        return JSONResponse({"detail": "It took too long; ask for less."}, 503)
    if isinstance(error, _CLIENTS_FAULT) and not isinstance(error, asyncpg.InsufficientPrivilegeError):
        log.info("refused: %s", error)
        return JSONResponse({"detail": "The request does not fit the collection."}, 400)
    log.error("the database says", exc_info=error)
    return JSONResponse({"detail": "The database cannot answer now."}, 503)


async def _known_error(_: Request, error: Exception) -> JSONResponse:
    status = next((DEFAULT_STATUS_CODES[c] for c in type(error).__mro__ if c in DEFAULT_STATUS_CODES), 400)
    return JSONResponse({"detail": str(error)}, min(status, 422))


async def _value_error(_: Request, error: Exception) -> JSONResponse:
    log.info("refused: %s", error)
    return JSONResponse({"detail": "The request does not fit the collection."}, 400)


async def _bug(_: Request, error: Exception) -> JSONResponse:
    log.error("a bug", exc_info=error)
    return JSONResponse({"detail": "Something went wrong here."}, 500)


def _front_page(app: FastAPI) -> None:
    """Give people a page of what there is, without anything from elsewhere."""
    lines = "".join(f'<li><a href="collections/report.{name}">{name}</a></li>' for name in PUBLISHED)
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{TITLE}</title><h1>{TITLE}</h1>'
        "<p>OGC API Features and vector tiles: give a GIS client the address of this server.</p>"
        f'<ul>{lines}</ul><p><a href="api">Definition (OpenAPI)</a></p></html>'
    )

    @app.get("/api.html", name="swagger_ui_html", include_in_schema=False)
    def page() -> HTMLResponse:
        return HTMLResponse(text)


def _set_limits() -> None:
    """Bound the features of an answer; tipg reads this from the environment otherwise."""
    for module in (tipg.factory, tipg.collections):
        module.features_settings.default_features_limit = FEATURES_DEFAULT
        module.features_settings.max_features_per_query = FEATURES_MAX


def make_app(address: str, *, request_s: float = REQUEST_S, statement_s: int = STATEMENT_S) -> FastAPI:
    """Return the application over a database; a request and a statement that take longer are ended."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await open_pool(address, statement_s)
        try:
            await register(app)
            yield
        finally:
            await app.state.pool.close()

    app = FastAPI(title=TITLE, openapi_url="/api", docs_url=None, redoc_url=None, lifespan=lifespan)
    web_mercator: dict[str, Any] = {"WebMercatorQuad": morecantile.tms.get("WebMercatorQuad")}
    _set_limits()
    endpoints = Endpoints(title=TITLE, with_tiles_viewer=False, supported_tms=TileMatrixSets(web_mercator))
    app.include_router(endpoints.router)
    _front_page(app)
    app.dependency_overrides |= OVERRIDES
    app.add_exception_handler(asyncpg.PostgresError, _database_error)
    app.add_exception_handler(TiPgError, _known_error)
    app.add_exception_handler(ValueError, _value_error)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(CatalogUpdateMiddleware, func=register, ttl=CATALOGUE_S)  # type: ignore[arg-type]
    app.add_middleware(CacheControlMiddleware, cachecontrol=_CACHE, cachecontrol_max_http_code=400)
    app.add_middleware(CompressionMiddleware, compression_level=6)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])
    app.add_middleware(AdoptedPlanMiddleware, state=app.state)
    app.add_middleware(PatienceMiddleware, limit_s=request_s)
    return app
