"""Rebuilds the views on the load that has become the current one, and checks the data."""

from __future__ import annotations

from typing import Any

import psycopg

from db.common.errors import UsageError
from db.schema import checks, rebuild
from db.work.pool import Pool
from etl import store
from etl.loading.own_place import delete_locks_of_withdrawn
from etl.loading.read import Progress


def refill(
    conn: psycopg.Connection[Any],
    name: str,
    progress: Progress,
    pool: Pool,
    *,
    new_load_id: int | None = None,
) -> int:
    """Rebuild the views, run the checks of the data, and return how many locks went with withdrawn places.

    `name` says whose data it is, should a check fail; of a load that was read from files, `new_load_id`, what
    the views cannot place is added to its rejects.

    Raises:
        UsageError: a check fails, another session locks the views, or other objects depend on them.
    """
    rebuild.rebuild(conn, progress, pool)
    if new_load_id is not None:
        store.insert_unplaced(conn, new_load_id)
    progress("checking the data")
    failed = [check for check in checks.run_data_checks(conn) if not check.is_ok]
    if failed:
        claims = "; ".join(f"{check.claim} Found: {check.detail}" for check in failed)
        hint = failed[0].hint or "correct the sources; nothing was changed."
        raise UsageError(f"The data of {name} fails its checks: {claims}", hint)
    return delete_locks_of_withdrawn(conn)
