"""The application: tipg's endpoints over the published views, with errors that tell nothing of the inside."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import morecantile
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from morecantile.defaults import TileMatrixSets
from starlette.middleware.cors import CORSMiddleware
from starlette_cramjam.middleware import CompressionMiddleware
from tipg.errors import MissingCollectionCatalog, MissingGeometryColumn, NotFound, TiPgError
from tipg.factory import Endpoints
from tipg.middleware import CacheControlMiddleware, CatalogUpdateMiddleware

from report.serve import metadata, page
from report.serve.adopted import AdoptedPlanMiddleware
from report.serve.definition import definition
from report.serve.guard import OVERRIDES
from report.serve.page import Page
from report.serve.parameters import ParameterMiddleware
from report.serve.patience import PatienceMiddleware
from report.serve.pool import open_pool
from report.serve.published import register, register_again

log = logging.getLogger(__name__)
REQUEST_S = 20
REQUESTS_MAX = 64
STATEMENT_S = 10
CATALOGUE_S = 60
_CACHE = "public, max-age=60"
# a request that does not fit the data is the client's: wrong types, unknown columns, numbers out of range
# (PostGIS calls all its errors internal ones)
_STATUS = {NotFound: 404, MissingGeometryColumn: 404, MissingCollectionCatalog: 503}
_CLIENTS_FAULT = (asyncpg.DataError, asyncpg.SyntaxOrAccessError, asyncpg.InternalServerError)


async def _database_error(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, asyncpg.QueryCanceledError):
        return JSONResponse({"detail": "It took too long; ask for less."}, 503)
    if isinstance(error, _CLIENTS_FAULT) and not isinstance(error, asyncpg.InsufficientPrivilegeError):
        log.info("refused: %s", error)
        return JSONResponse({"detail": "The request does not fit the collection."}, 400)
    log.error("the database says", exc_info=error)
    return JSONResponse({"detail": "The database cannot answer now."}, 503)


async def _no_database(_: Request, error: Exception) -> JSONResponse:
    log.warning("the database does not answer: %s", error or type(error).__name__)
    return JSONResponse({"detail": "The database does not answer now."}, 503, {"Retry-After": "5"})


async def _known_error(_: Request, error: Exception) -> JSONResponse:
    status = next((_STATUS[c] for c in type(error).__mro__ if c in _STATUS), 400)
    return JSONResponse({"detail": str(error)}, status)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Answer 404 where a part of the path cannot be, and 400 where a parameter has a value that it cannot."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault["loc"][0] == "path" for fault in faults):
        return JSONResponse({"detail": "Not found."}, 404)
    names = ", ".join(sorted({str(fault["loc"][-1]) for fault in faults}))
    return JSONResponse({"detail": f"A value that it cannot have: {names}."}, 400)


async def _value_error(_: Request, error: Exception) -> JSONResponse:
    log.info("refused: %s", error)
    return JSONResponse({"detail": "The request does not fit the collection."}, 400)


async def _bug(_: Request, error: Exception) -> JSONResponse:
    log.error("a bug", exc_info=error)
    return JSONResponse({"detail": "Something went wrong here."}, 500)


def make_app(
    address: str, *, with_page: bool = False, request_s: float = REQUEST_S, statement_s: int = STATEMENT_S
) -> FastAPI:
    """Return the application over a database; a request and a statement that take longer are ended.

    `with_page` adds the planner's page of the adopted plan, at /page.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await open_pool(address, statement_s)
        try:
            await register(app)
            yield
        finally:
            await app.state.pool.close()

    title = metadata.TITLE
    app = FastAPI(title=title, openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.openapi = lambda: definition(app)  # type: ignore[method-assign]
    web_mercator: dict[str, Any] = {"WebMercatorQuad": morecantile.tms.get("WebMercatorQuad")}
    tms = TileMatrixSets(web_mercator)
    endpoints = Endpoints(title=title, with_common=False, with_tiles_viewer=False, supported_tms=tms)
    app.include_router(metadata.pages)
    app.include_router(metadata.router)
    app.include_router(endpoints.router)
    app.state.page = Page(address) if with_page else None
    if with_page:
        app.include_router(page.router)
    app.dependency_overrides |= OVERRIDES
    app.add_exception_handler(asyncpg.PostgresError, _database_error)
    # the last one is what asyncpg says of a connection that ends while it speaks
    for lost in (
        *(OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError),
        asyncpg.InternalClientError,
    ):
        app.add_exception_handler(lost, _no_database)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(TiPgError, _known_error)
    app.add_exception_handler(ValueError, _value_error)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(CatalogUpdateMiddleware, func=register_again, ttl=CATALOGUE_S)  # type: ignore[arg-type]
    app.add_middleware(CacheControlMiddleware, cachecontrol=_CACHE, cachecontrol_max_http_code=400)
    app.add_middleware(CompressionMiddleware, compression_level=6)
    app.add_middleware(AdoptedPlanMiddleware, state=app.state)
    app.add_middleware(ParameterMiddleware)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"])
    app.add_middleware(PatienceMiddleware, limit_s=request_s, count_max=REQUESTS_MAX)
    return app
