"""The desk as a web application: a page, what it asks for, and what a person may wish."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Annotated

import jinja2
import psycopg
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from markupsafe import Markup

from db.common.errors import PlannerError
from db.common.language import LANGUAGES, Language, Word, read_words
from desk import form, places, store, what_ifs
from desk.guard import ENTER, Guard, cookie_name
from desk.web import Desk, answer, desk_of
from report.catalogue import catalogue
from report.page.shape import ToBrowser

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
SCRIPTS = ("text.js", "form.js", "map.js", "place.js", "list.js", "desk.js")
_AREA_TOLERANCE_M, _ROAD_TOLERANCE_M = 30.0, 20.0


def make_app(desk: Desk) -> FastAPI:
    """Return the application; `Guard` stands before all of it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    reads: dict[str, Callable[..., Response]] = {
        "/": _page,
        "/asset/{name}": _asset,
        "/api/start": _start,
        ENTER: _enter,
        **what_ifs.READS,
        **places.READS,
    }
    wishes: dict[str, Callable[..., Response]] = {
        "/api/invitation": _invite,
        **what_ifs.WISHES,
        **places.WISHES,
    }
    for path, function in reads.items():
        app.add_api_route(path, function, methods=["GET"], response_model=None)
    for path, function in wishes.items():
        app.add_api_route(path, function, methods=["POST"], response_model=None)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(PlannerError, _planner_error)
    app.add_exception_handler(psycopg.Error, _database_error)
    app.add_exception_handler(Exception, _bug)
    app.add_middleware(Guard, keys=desk.keys, port=desk.port)
    return app


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    names = sorted({".".join(map(str, fault["loc"][1:])) for fault in faults})
    return JSONResponse({"code": "invalid", "fields": names}, 400)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    return JSONResponse({"code": error.detail}, error.status_code)


async def _planner_error(_: Request, error: Exception) -> JSONResponse:
    words, hint = (error.message, error.hint) if isinstance(error, PlannerError) else ("", "")
    return JSONResponse({"code": "planner", "words": words, "hint": hint}, 409)


async def _database_error(_: Request, error: Exception) -> JSONResponse:
    log.warning("the database says: %s", error)
    return JSONResponse({"code": "no_database"}, 503, {"Retry-After": "5"})


async def _bug(_: Request, error: Exception) -> JSONResponse:
    log.error("a bug", exc_info=error)
    return JSONResponse({"code": "bug"}, 500)


def _enter(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Trade an invitation for a cookie; the next page is asked for by this one, so that it has the cookie."""
    desk = desk_of(request)
    session = desk.keys.enter(token)
    words = read_words(HERE / "words.toml")
    if session is None:
        told = "".join(f"<p lang={language}>{words[language]['used_link']}</p>" for language in LANGUAGES)
        return HTMLResponse(f"<!doctype html><meta charset=utf-8><title>EV</title>{told}", 403)
    welcome = HTMLResponse(
        "<!doctype html><meta charset=utf-8><title>EV</title><link rel=icon href=data:,>"
        "<meta http-equiv=refresh content='0;url=/'>"
    )
    welcome.set_cookie(cookie_name(desk.port), session, httponly=True, samesite="strict", path="/")
    return welcome


def _page(request: Request) -> HTMLResponse:
    """Give the page; words and secrets of the session stand in it."""
    desk = desk_of(request)
    words, known = read_words(HERE / "words.toml"), catalogue()
    steps: dict[Language, dict[str, Word]] = {
        language: {f"step_{key}": word for key, word in known.values_of("solve_step", language).items()}
        for language in LANGUAGES
    }
    content = {
        "words": {language: words[language] | steps[language] for language in LANGUAGES},
        "csrf": request.state.session.csrf,
        "user": desk.user,
    }
    text = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    template = environment.get_template("desk.html.j2")
    return HTMLResponse(template.render(content=Markup(text), scripts=SCRIPTS))  # noqa: S704 - no "<" is in it


def _asset(name: str) -> FileResponse:
    """Give a script or a style sheet of the desk, or of MapLibre GL JS, which a package brings along."""
    if name in ("maplibre-gl.js", "maplibre-gl.css"):
        return FileResponse(str(distribution("maplibre").locate_file(f"maplibre/srcjs/{name}")))
    if name not in (*SCRIPTS, "desk.css"):
        raise HTTPException(404, "no_page")
    return FileResponse(HERE / name)


def _start(request: Request) -> Response:
    """Give what stays as it is: region, map, scenarios, groups of the form."""
    desk = desk_of(request)
    with desk.store.connect() as conn:
        region = store.region(conn)
        shapes = ToBrowser(int(region["metric_srid"]))
        outline = shapes.geometries([region.pop("geom")], tolerance_m=_AREA_TOLERANCE_M)[0]
        areas = shapes.features(store.areas(conn), tolerance_m=_AREA_TOLERANCE_M)
        roads = shapes.features(store.roads(conn), tolerance_m=_ROAD_TOLERANCE_M)
        found = {
            "region": region,
            "outline": outline,
            "areas": areas,
            "roads": roads,
            "sites": store.sites(conn),
            **store.names(conn),
            "groups": form.groups(),
            "first": desk.first(store.adopted(conn)),
            "scenarios": [{"name": name, "title": Path(name).stem} for name in desk.scenarios],
        }
    return answer(found)


def _invite(request: Request) -> Response:
    """Give an address that lets another browser enter, once."""
    return answer({"link": desk_of(request).link()})
