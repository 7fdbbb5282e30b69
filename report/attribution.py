"""Whom the sources of a plan are owed to, as pictures and maps say it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

QUERY = "select attribution from report.attribution order by attribution_id"


def read_attribution(conn: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return the lines that the sources ask for; untrusted text."""
    return tuple(line for (line,) in conn.execute(QUERY).fetchall())


def in_one_line(lines: Iterable[str]) -> str:
    """Return lines of attribution as one, without the full stops that some of them end in."""
    return "; ".join(line.rstrip(". ") for line in lines)
