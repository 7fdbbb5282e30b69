"""The planner's page of the adopted plan, made under the reader role when it is asked for."""

from __future__ import annotations

import asyncio
import math
import time

import psycopg
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from psycopg import sql
from starlette.concurrency import run_in_threadpool

from db.common.errors import PlannerError
from db.server.address import open_address
from db.server.roles import ROLE_NAMES
from db.session import steady
from report.page.read import read_plan, read_region
from report.page.render import render

KEPT_S = 60
_STATEMENT_S = 60
router = APIRouter(include_in_schema=False)


class Page:
    """The page, made by one request at a time and given to all that come within KEPT_S seconds."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._turn = asyncio.Lock()
        self._html, self._made_at = "", -math.inf

    async def html(self) -> str:
        """Return the page.

        Raises:
            PlannerError: no plan is published.
            OSError: the database does not answer.
        """
        async with self._turn:
            if time.monotonic() >= self._made_at + KEPT_S:
                await run_in_threadpool(self._make)
            return self._html

    def _make(self) -> None:
        with self._connect() as conn:
            conn.execute(sql.SQL("set role {}").format(sql.Identifier(ROLE_NAMES["reader"])))
            conn.execute(f"set statement_timeout = '{_STATEMENT_S}s'")
            plan, region = steady.read(conn, lambda: (read_plan(conn, None), read_region(conn)))
        self._html = render(region, [plan])
        self._made_at = time.monotonic()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return open_address(self._address)
        except PlannerError as error:
            raise ConnectionError(error.message) from None


@router.get("/page")
async def page(request: Request) -> HTMLResponse:
    """Give the page of the adopted plan."""
    try:
        return HTMLResponse(await request.app.state.page.html())
    except PlannerError as error:
        raise HTTPException(404, error.message) from None
    except psycopg.Error as error:
        raise ConnectionError(str(error)) from None
