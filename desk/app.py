"""The desk as a web application: a page, what it asks for, and what a person may wish."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Annotated, Any, Literal

import jinja2
import psycopg
from fastapi import Body, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field

from db.common.errors import PlannerError
from db.common.language import LANGUAGES, Language, Word, read_words, symbol_of
from db.session import steady
from desk import form, store
from desk.guard import ENTER, Guard, cookie_name
from desk.keys import Keys
from desk.store import Asked, Lock, RefusedLockError, Row, Store
from model.data.codes import LockKind, Wish
from report.catalogue import catalogue
from report.export import Format, export
from report.page.read import read_plan, read_region
from report.page.render import render
from report.page.shape import ToBrowser

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
SCRIPTS = ("text.js", "form.js", "map.js", "list.js", "desk.js")
_AREA_TOLERANCE_M, _ROAD_TOLERANCE_M = 30.0, 20.0
_PAGE_POLICY = {
    # as in its own head: it may ask for nothing, the desk included
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " worker-src blob:; child-src blob:; img-src data: blob:; connect-src data: blob:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
}
Number = Annotated[int, Field(ge=1, le=2**62)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parent(_Strict):
    """What a what-if is made from: a scenario by its name, or another what-if."""

    scenario: Annotated[str, Field(max_length=1000)] | None = None
    what_if_id: Number | None = None


class LockWanted(_Strict):
    """A lock as the map has it."""

    site_id: Annotated[int, Field(ge=1, lt=2**31)]
    lock_kind: LockKind
    option_id: Annotated[str, Field(max_length=200)] | None = None


class WhatIf(_Strict):
    """A what-if as the form sends it: `settings` are all keys that differ from the scenario."""

    parent: Parent
    title: Name
    asked_by: Name
    settings: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=1000)]
    locks: Annotated[list[LockWanted], Field(max_length=2000)] = []
    time_limit_s: Annotated[float, Field(ge=1, le=86400)] = 600


class Values(_Strict):
    """Values to look at before anything is solved."""

    parent: Parent
    settings: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=1000)]


class Place(_Strict):
    """A place on the map, degrees."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class Wished(_Strict):
    """What is to be done with a what-if."""

    wish: Wish


class Desk:
    """What the routes share: database, keys, the scenarios that may be changed, whether plans are solved."""

    def __init__(
        self,
        address: str,
        scenarios: tuple[str, ...],
        *,
        keys: Keys,
        port: int,
        user: str,
        is_solving: Callable[[], bool],
    ) -> None:
        self.store, self.keys, self.scenarios = Store(address), keys, scenarios
        self.port, self.user, self.is_solving = port, user, is_solving
        self._own_values: dict[str, dict[str, str]] = {}

    def parent(self, conn: store.Connection, parent: Parent) -> tuple[str, dict[str, str], str]:
        """Return scenario, settings and scenario name (of locks) of what a what-if is made from."""
        if parent.what_if_id is not None:
            found = store.what_if(conn, parent.what_if_id)
            if found is None or found["base_scenario"] not in self.scenarios:
                raise HTTPException(404, "no_what_if")
            return found["base_scenario"], found["settings"], found["scenario_name"]
        if parent.scenario not in self.scenarios:
            raise HTTPException(404, "no_scenario")
        return parent.scenario, {}, Path(parent.scenario).stem if "/" in parent.scenario else parent.scenario

    def fill_in_values(self, row: Row) -> None:
        """Say what the scenario itself has where a what-if, or its parent, sets nothing."""
        base = row["base_scenario"]
        if base not in self._own_values and base in self.scenarios:
            self._own_values[base] = form.own_values(base)
        known = self._own_values.get(base, {})
        for change in row["changes"]:
            if change["kind"] == "parameter":
                for side in ("value", "parent_value"):
                    change[side] = change[side] or known.get(change["key"])

    def first(self, adopted: Row | None) -> str:
        """Return the scenario that a form begins with: the adopted one, a file of one's own, or phase1."""
        name = None if adopted is None else adopted["scenario_name"].partition(" [")[0]
        stems = {Path(scenario).stem: scenario for scenario in reversed(self.scenarios)}
        own = [scenario for scenario in self.scenarios if scenario.endswith(".toml")]
        return stems.get(name or "") or next(iter(own), "phase1")

    def link(self) -> str:
        """Return an address that lets one browser enter, once."""
        return f"http://127.0.0.1:{self.port}{ENTER}?token={self.keys.invite()}"


def make_app(desk: Desk) -> FastAPI:
    """Return the application; `Guard` stands before all of it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    reads: dict[str, Callable[..., Response]] = {
        "/": _page,
        "/asset/{name}": _asset,
        "/api/start": _start,
        "/api/what-ifs": _list,
        "/api/what-ifs/{number}": _one,
        "/api/what-ifs/{number}/comparison": _compare,
        "/plan/{run_id}": _plan,
        "/export/{run_id}/{kind}": _export,
        ENTER: _enter,
    }
    wishes: dict[str, Callable[..., Response]] = {
        "/api/form": _form,
        "/api/check": _check,
        "/api/nearest": _nearest,
        "/api/what-ifs": _ask,
        "/api/what-ifs/{number}/wish": _wish,
        "/api/invitation": _invite,
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


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


def _json(value: Any, status: int = 200) -> Response:
    def plain(item: object) -> object:
        if isinstance(item, dt.date):
            return item.isoformat()
        raise TypeError(f"{type(item).__name__} has no place here")

    text = json.dumps(value, default=plain, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json")


def _enter(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Trade an invitation for a cookie; the next page is asked for by this one, so that it has the cookie."""
    desk = _desk(request)
    session = desk.keys.enter(token)
    words = read_words(HERE / "words.toml")
    if session is None:
        told = "".join(f"<p lang={language}>{words[language]['used_link']}</p>" for language in LANGUAGES)
        return HTMLResponse(f"<!doctype html><meta charset=utf-8><title>EV</title>{told}", 403)
    answer = HTMLResponse(
        "<!doctype html><meta charset=utf-8><title>EV</title><link rel=icon href=data:,>"
        "<meta http-equiv=refresh content='0;url=/'>"
    )
    answer.set_cookie(cookie_name(desk.port), session, httponly=True, samesite="strict", path="/")
    return answer


def _page(request: Request) -> HTMLResponse:
    """Give the page; words and secrets of the session stand in it."""
    desk = _desk(request)
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
    desk = _desk(request)
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
    return _json(found)


def _form(request: Request, parent: Annotated[Parent, Body()]) -> Response:
    """Give the fields of what a what-if is made from, with their values there, and its locks."""
    desk = _desk(request)
    with desk.store.connect() as conn:
        base, settings, name = desk.parent(conn, parent)
        currency = store.region(conn)["currency"]
        locks = store.locks(conn, name)
    parameters, faults = form.faults(base, settings)
    if parameters is None:
        return _json({"faults": faults}, 422)
    fields = form.fields(parameters, settings, symbol_of(currency, Language.EN))
    return _json({"base": base, "settings": settings, "fields": fields, "locks": locks})


def _check(request: Request, values: Annotated[Values, Body()]) -> Response:
    """Say what is wrong with values; an empty list where nothing is."""
    desk = _desk(request)
    with desk.store.connect() as conn:
        base, _, _ = desk.parent(conn, values.parent)
    return _json({"faults": form.faults(base, values.settings)[1]})


def _nearest(request: Request, place: Annotated[Place, Body()]) -> Response:
    """Give the site where a station for a place on the map could stand; null with none near."""
    with _desk(request).store.connect() as conn:
        return _json({"site": store.nearest_site(conn, place.lon, place.lat), "near_m": store.NEAR_M})


def _ask(request: Request, given: Annotated[WhatIf, Body()]) -> Response:
    """Queue a what-if; what is wrong with it is told by key."""
    desk = _desk(request)
    faults: list[Row] = [
        {"key": key, "kind": "no_text", "limits": {}, "words": ""}
        for key, text in (("title", given.title), ("asked_by", given.asked_by))
        if not text.strip() or not text.isprintable()
    ]
    with desk.store.connect() as conn:
        base, _, _ = desk.parent(conn, given.parent)
        faults += form.faults(base, given.settings)[1]
        if faults:
            return _json({"faults": faults}, 422)
        asked = Asked(
            base,
            given.parent.what_if_id,
            given.title.strip(),
            given.settings,
            [Lock(lock.site_id, lock.lock_kind, lock.option_id) for lock in given.locks],
            given.time_limit_s,
            given.asked_by.strip(),
        )
        try:
            number = store.ask(conn, asked)
        except RefusedLockError as error:
            fault = {"key": f"lock.{error.site_id}", "kind": "", "limits": {}, "words": error.words}
            return _json({"faults": [fault]}, 422)
    return _json({"what_if_id": number}, 201)


def _list(request: Request) -> Response:
    """Give all what-ifs, the adopted plan, and whether what waits is being solved."""
    desk = _desk(request)
    with desk.store.connect() as conn:
        what_ifs, adopted = store.what_ifs(conn), store.adopted(conn)
    for row in what_ifs:
        desk.fill_in_values(row)
    return _json({"what_ifs": what_ifs, "adopted": adopted, "is_solving": desk.is_solving()})


def _one(request: Request, number: Number) -> Response:
    """Give what the solve of a what-if found by when."""
    with _desk(request).store.connect() as conn:
        found = store.what_if(conn, number)
        if found is None:
            raise HTTPException(404, "no_what_if")
        return _json({"what_if": found, "progress": store.progress(conn, number)})


def _compare(request: Request, number: Number) -> Response:
    """Give the figures of a what-if beside those of the adopted plan."""
    with _desk(request).store.connect() as conn:
        found, adopted = store.what_if(conn, number), store.adopted(conn)
        if found is None or found["run_id"] is None or found["objective"] is None:
            raise HTTPException(404, "no_plan")
        if adopted is None:
            raise HTTPException(404, "none_adopted")
        compared = store.comparison(conn, adopted["run_id"], found["run_id"]) | store.names(conn)
    return _json({"adopted": adopted, "what_if": found} | compared)


def _wish(request: Request, number: Number, wished: Annotated[Wished, Body()]) -> Response:
    """Take note of what is to be done with a what-if: the runner does it."""
    with _desk(request).store.connect() as conn:
        if not store.wish(conn, number, wished.wish):
            raise HTTPException(409, "no_use")
    return _json({})


def _invite(request: Request) -> Response:
    """Give an address that lets another browser enter, once."""
    return _json({"link": _desk(request).link()})


def _plan(
    request: Request,
    run_id: Number,
    language: Literal["en", "fr"] = "en",
    beside: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Give the page of a published plan, alone or beside another one."""
    with _desk(request).store.connect() as conn:
        chosen = [run_id] if beside in (None, run_id) else [run_id, beside]
        plans, region = steady.read(
            conn, lambda: ([read_plan(conn, number) for number in chosen], read_region(conn))
        )
    return HTMLResponse(render(region, plans, language=Language(language)), headers=_PAGE_POLICY)


def _export(request: Request, run_id: Number, kind: Format) -> Response:
    """Give the files of a published plan in one archive."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / (f"plan_{run_id}.gpkg" if kind is Format.GPKG else f"plan_{run_id}")
        with _desk(request).store.connect() as conn:
            files = export(conn, run_id, kind, out)
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
    name = f"plan_{run_id}_{kind}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(memory.getvalue(), media_type="application/zip", headers=headers)
