"""What-ifs: the form, asking for one, watching, comparing, adopting and exporting it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Body, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field

from db.common.language import Language, symbol_of
from db.session import steady
from desk import form, place_store, store
from desk.store import Asked, Lock, RefusedLockError
from desk.web import Name, Number, Parent, Strict, answer, desk_of, fault, text_faults
from model.data.codes import LockKind, Wish
from report.export import Format, export
from report.page.read import read_plan, read_region
from report.page.render import render

_PAGE_POLICY = {
    # as in its own head: it may ask for nothing, the desk included
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
    " worker-src blob:; child-src blob:; img-src data: blob:; connect-src data: blob:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
}


class LockWanted(Strict):
    """A lock as the map has it."""

    site_id: Annotated[int, Field(ge=1, lt=2**31)]
    lock_kind: LockKind
    option_id: Annotated[str, Field(max_length=200)] | None = None


class WhatIf(Strict):
    """A what-if as the form sends it: `settings` are all keys that differ from the scenario."""

    parent: Parent
    title: Name
    asked_by: Name
    settings: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=1000)]
    locks: Annotated[tuple[LockWanted, ...], Field(max_length=2000)] = ()
    time_limit_s: Annotated[float, Field(ge=1, le=86400)] = 600


class Values(Strict):
    """Values to look at before anything is solved."""

    parent: Parent
    settings: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=1000)]


class Wished(Strict):
    """What is to be done with a what-if."""

    wish: Wish


def give_form(request: Request, parent: Annotated[Parent, Body()]) -> Response:
    """Give the fields of what a what-if is made from, with their values there, and its locks."""
    desk = desk_of(request)
    with desk.store.connect() as conn:
        base, settings, name = desk.parent(conn, parent)
        currency = store.region(conn)["currency"]
        locks = store.locks(conn, name)
    parameters, faults = form.faults(base, settings)
    if parameters is None:
        return answer({"faults": faults}, 422)
    fields = form.fields(parameters, settings, symbol_of(currency, Language.EN))
    return answer({"base": base, "settings": settings, "fields": fields, "locks": locks})


def check(request: Request, values: Annotated[Values, Body()]) -> Response:
    """Say what is wrong with values; an empty list where nothing is."""
    desk = desk_of(request)
    with desk.store.connect() as conn:
        base, _, _ = desk.parent(conn, values.parent)
    return answer({"faults": form.faults(base, values.settings)[1]})


def ask(request: Request, given: Annotated[WhatIf, Body()]) -> Response:
    """Queue a what-if; what is wrong with it is told by key."""
    desk = desk_of(request)
    faults = text_faults(title=given.title, asked_by=given.asked_by)
    with desk.store.connect() as conn:
        base, _, _ = desk.parent(conn, given.parent)
        faults += form.faults(base, given.settings)[1]
        if faults:
            return answer({"faults": faults}, 422)
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
            return answer({"faults": [fault(f"lock.{error.site_id}", error.kind, error.words)]}, 422)
    return answer({"what_if_id": number}, 201)


def give_all(request: Request) -> Response:
    """Give what changes while one looks on: what-ifs, the adopted plan, own places and their load."""
    desk = desk_of(request)
    with desk.store.connect() as conn:
        found = {
            "load_id": store.region(conn)["load_id"],
            "what_ifs": store.what_ifs(conn),
            "adopted": store.adopted(conn),
            "places": place_store.places(conn),
            "place_load": place_store.last_load(conn),
        }
    for row in found["what_ifs"]:
        desk.fill_in_values(row)
    return answer(found | {"is_solving": desk.is_solving()})


def give_one(request: Request, number: Number) -> Response:
    """Give what the solve of a what-if found by when."""
    with desk_of(request).store.connect() as conn:
        found = store.what_if(conn, number)
        if found is None:
            raise HTTPException(404, "no_what_if")
        return answer({"what_if": found, "progress": store.progress(conn, number)})


def compare(request: Request, number: Number) -> Response:
    """Give the figures of a what-if beside those of the adopted plan."""
    with desk_of(request).store.connect() as conn:
        found, adopted = store.what_if(conn, number), store.adopted(conn)
        if found is None or found["run_id"] is None or found["objective"] is None:
            raise HTTPException(404, "no_plan")
        if adopted is None:
            raise HTTPException(404, "none_adopted")
        compared = store.comparison(conn, adopted["run_id"], found["run_id"]) | store.names(conn)
    return answer({"adopted": adopted, "what_if": found} | compared)


def wish(request: Request, number: Number, wished: Annotated[Wished, Body()]) -> Response:
    """Take note of what is to be done with a what-if: the runner does it."""
    with desk_of(request).store.connect() as conn:
        found = store.what_if(conn, number)
        if wished.wish is Wish.ADOPT and found is not None and not found["is_current_load"]:
            raise HTTPException(409, "former_load")
        if not store.wish(conn, number, wished.wish):
            raise HTTPException(409, "no_use")
    return answer({})


def give_plan(
    request: Request,
    run_id: Number,
    language: Literal["en", "fr"] = "en",
    beside: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Give the page of a published plan, alone or beside another one."""
    with desk_of(request).store.connect() as conn:
        chosen = [run_id] if beside in (None, run_id) else [run_id, beside]
        plans, region = steady.read(
            conn, lambda: ([read_plan(conn, number) for number in chosen], read_region(conn))
        )
    return HTMLResponse(render(region, plans, language=Language(language)), headers=_PAGE_POLICY)


def give_files(request: Request, run_id: Number, kind: Format) -> Response:
    """Give the files of a published plan in one archive."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / (f"plan_{run_id}.gpkg" if kind is Format.GPKG else f"plan_{run_id}")
        with desk_of(request).store.connect() as conn:
            files = export(conn, run_id, kind, out)
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
    name = f"plan_{run_id}_{kind}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(memory.getvalue(), media_type="application/zip", headers=headers)


READS: dict[str, Callable[..., Response]] = {
    "/api/what-ifs": give_all,
    "/api/what-ifs/{number}": give_one,
    "/api/what-ifs/{number}/comparison": compare,
    "/plan/{run_id}": give_plan,
    "/export/{run_id}/{kind}": give_files,
}
WISHES: dict[str, Callable[..., Response]] = {
    "/api/form": give_form,
    "/api/check": check,
    "/api/what-ifs": ask,
    "/api/what-ifs/{number}/wish": wish,
}
