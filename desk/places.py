"""Places on the map: what is near one, addresses by their words, and places of people's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Body, HTTPException, Query, Request, Response
from pydantic import Field

from desk import place_store
from desk.place_store import OwnPlace, RefusedPlaceError
from desk.web import Name, Number, Strict, answer, desk_of, fault, text_faults


class Place(Strict):
    """A place on the map, degrees."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class Drawn(Place):
    """A place as its form sends it: an empty name, and no suitability, are left open."""

    name: Annotated[str, Field(max_length=80)] = ""
    suitability_share: float | None = None
    asked_by: Name


class Asker(Strict):
    """Who asks."""

    asked_by: Name


def nearest(request: Request, place: Annotated[Place, Body()]) -> Response:
    """Give the site that a place on the map means; null with none near."""
    with desk_of(request).store.connect() as conn:
        found = place_store.nearest_site(conn, place.lon, place.lat)
    return answer({"site": found, "near_m": place_store.NEAR_M})


def addresses(request: Request, text: Annotated[str, Query(min_length=1, max_length=100)]) -> Response:
    """Give the first addresses with these words."""
    with desk_of(request).store.connect() as conn:
        return answer({"addresses": place_store.addresses(conn, text)})


def draw(request: Request, drawn: Annotated[Drawn, Body()]) -> Response:
    """Take a place of a person's own; what is wrong with it is told by key."""
    faults = text_faults(asked_by=drawn.asked_by)
    if drawn.name and (not drawn.name.strip() or not drawn.name.isprintable()):
        faults.append(fault("place_name", "no_text"))
    share = drawn.suitability_share
    if share is not None and not 0 <= share <= 1:
        faults.append(fault("suitability", "no_share"))
    if faults:
        return answer({"faults": faults}, 422)
    place = OwnPlace(drawn.lon, drawn.lat, drawn.name.strip() or None, share, drawn.asked_by.strip())
    try:
        with desk_of(request).store.connect() as conn:
            return answer(place_store.draw(conn, place), 201)
    except RefusedPlaceError as error:
        return answer({"faults": [fault("place", f"place_{error.kind}")]}, 422)


def withdraw(request: Request, number: Number, asker: Annotated[Asker, Body()]) -> Response:
    """Take a place back: the next load has it no more."""
    if text_faults(asked_by=asker.asked_by):
        raise HTTPException(422, "invalid")
    with desk_of(request).store.connect() as conn:
        if not place_store.withdraw(conn, number, asker.asked_by.strip()):
            raise HTTPException(409, "no_use")
    return answer({})


def work_in(request: Request, asker: Annotated[Asker, Body()]) -> Response:
    """Queue a load that makes candidates of the places; one that is queued already will do."""
    if text_faults(asked_by=asker.asked_by):
        raise HTTPException(422, "invalid")
    with desk_of(request).store.connect() as conn:
        is_new = place_store.ask_for_load(conn, asker.asked_by.strip())
    return answer({}, 201 if is_new else 200)


def cancel(request: Request, number: Number) -> Response:
    """Take note that a load is to be cancelled: the runner does it."""
    with desk_of(request).store.connect() as conn:
        if not place_store.cancel_load(conn, number):
            raise HTTPException(409, "no_use")
    return answer({})


READS: dict[str, Callable[..., Response]] = {"/api/addresses": addresses}
WISHES: dict[str, Callable[..., Response]] = {
    "/api/nearest": nearest,
    "/api/places": draw,
    "/api/places/{number}/withdrawal": withdraw,
    "/api/place-loads": work_in,
    "/api/place-loads/{number}/cancellation": cancel,
}
