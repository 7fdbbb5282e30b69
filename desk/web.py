"""What all routes of the desk share: the database, the keys, the scenarios, and how an answer is written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from desk import form, store
from desk.guard import ENTER
from desk.keys import Keys
from desk.store import Row, Store

Number = Annotated[int, Field(ge=1, le=2**62)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Strict(BaseModel):
    """What a page sends: nothing else may be in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Parent(Strict):
    """What a what-if is made from: a scenario by its name, or another what-if."""

    scenario: Annotated[str, Field(max_length=1000)] | None = None
    what_if_id: Number | None = None


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


def desk_of(request: Request) -> Desk:
    """Return the desk that a request is for."""
    found: Desk = request.app.state.desk
    return found


def answer(value: Any, status: int = 200) -> Response:
    """Return an answer in JSON; days and moments are written as ISO 8601 has them."""

    def plain(item: object) -> object:
        if isinstance(item, dt.date):
            return item.isoformat()
        raise TypeError(f"{type(item).__name__} has no place here")

    text = json.dumps(value, default=plain, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json")


def fault(key: str, kind: str, words: str = "", **limits: Any) -> Row:
    """Return what is wrong with what was sent at a key; `kind` chooses the words of the page."""
    return {"key": key, "kind": kind, "limits": limits, "words": words}


def text_faults(**texts: str) -> list[Row]:
    """Return a fault for each text that is blank or cannot be shown."""
    return [
        fault(key, "no_text") for key, text in texts.items() if not text.strip() or not text.isprintable()
    ]
