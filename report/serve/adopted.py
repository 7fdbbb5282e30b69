"""What a request shows that names no run: the adopted plan."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from report.serve.published import is_of_a_run

_ROWS = re.compile(r"/collections/(?P<collection>[^/]+)/(items|tiles/.+)/?")
_CHOOSES = frozenset({"run_id", "ids"})


class AdoptedPlanMiddleware:
    """Adds `run_id` of the adopted plan to a request for features or tiles that does not say which it wants.

    A collection holds the rows of every published plan; shown together they would be no plan at all.
    """

    def __init__(self, app: ASGIApp, state: State) -> None:
        self.app = app
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and self._is_open(scope):
            query = scope["query_string"].decode("latin-1")
            wanted = urlencode({"run_id": self.state.adopted_run_id})
            scope = {**scope, "query_string": f"{query}&{wanted}".lstrip("&").encode("latin-1")}
        await self.app(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = _ROWS.fullmatch(scope["path"])
        catalog = getattr(self.state, "collection_catalog", None)
        collection = catalog["collections"].get(path["collection"]) if path and catalog else None
        if collection is None or not is_of_a_run(collection.table, collection.table_columns):
            return False
        query = scope["query_string"].decode("latin-1")
        asked = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        return not _CHOOSES & asked.keys() and "run_id" not in asked.get("filter", "")
