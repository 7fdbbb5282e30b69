"""What the data of a region had to assume, as people read it."""

from __future__ import annotations

from typing import Any

import psycopg

from db.common.assumption import sentence


def assumed(conn: psycopg.Connection[Any]) -> list[str]:
    """Return the sentences of the current load, in English."""
    rows = conn.execute("select code, value from report.assumption order by assumption_id").fetchall()
    return [sentence(code, value) for code, value in rows]
