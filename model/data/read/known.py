"""What was read of a scenario, for others that offer the same: they differ in money, weights and limits."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import psycopg

from db.session.steady import making
from model.data.inputs import Inputs
from model.data.read.space import Rows

Connection = psycopg.Connection[tuple[Any, ...]]
_CONTENT = "select content, opened_stations from model.worked_out where scenario_id = %s"
_CHOOSING: dict[str, tuple[str, ...]] = {
    "lock": ("lock_id", "site_id", "lock_kind", "option_id", "option_action", "is_site_known"),
    "double_coverage_level": ("level",),
    "equity_floor": ("group_kind", "group_name", "level"),
}
"""What the content leaves out, or changes under it, and yet says which rows of other views are wanted."""


class Known:
    """Inputs without what differs between scenarios of the same content.

    Those of the first scenario and of the latest of another content are kept, no more: they may be large.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Inputs] = {}

    def of(self, key: Hashable, read: Callable[[], Inputs]) -> Inputs:
        """Return what is known by a key; read it where nothing is."""
        if key not in self._kept:
            for other in list(self._kept)[1:]:
                del self._kept[other]
            self._kept[key] = read()
        return self._kept[key]


def key_of(conn: Connection, scenario_id: int, rows: Rows) -> Hashable:
    """Return what tells offers apart; scenarios of which it is equal have all in common that `Known` keeps.

    It is the making of the views, the content and the opened stations as they were worked out, the locks, and
    for whom and at which levels more than coverage is asked for.
    """
    content = conn.execute(_CONTENT, (scenario_id,)).fetchone()
    assert content is not None  # noqa: S101 - it is worked out in this transaction or before
    choosing = tuple(frozenset(rows(view, *columns)) for view, columns in _CHOOSING.items())
    return making(conn), content[0], tuple(content[1]), choosing
