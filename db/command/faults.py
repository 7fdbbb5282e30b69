"""Says in one sentence what went wrong outside the program: the database, its rights, a full disk."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict

from db.common.errors import PlannerError, UsageError
from db.schema import fingerprint, upgrade
from db.server import embedded
from db.session import connection

_LOST = re.compile(
    "server closed the connection|terminating connection|connection is (lost|closed)"
    "|connection already closed|SSL SYSCALL|connection has been closed|could not (receive|send) data"
    "|consuming input failed"
)
_UNKNOWN = (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction, pg.InvalidSchemaName)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_LOG_TAIL = 8192


def explain(error: BaseException) -> PlannerError | None:
    """Return the sentence and hint for what went wrong outside the program; None for a bug."""
    for fault in _chain(error):
        if isinstance(fault, OSError) and fault.errno in _FULL:
            place = f" of {fault.filename}" if fault.filename else ""
            return UsageError(
                f"The disk{place} is full; what was there before stays.", "free some space, then try again."
            )
        if isinstance(fault, pg.QueryCanceled) and "statement timeout" in str(fault):
            return UsageError(
                "A question to the database took longer than its login may.",
                "try again when the machine is less busy, or lift statement_timeout of the login.",
            )
        if isinstance(fault, psycopg.Error):
            return _database(fault)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it wraps or follows from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def _database(fault: psycopg.Error) -> PlannerError | None:
    reason = (fault.diag.message_primary or str(fault)).strip().split("\n")[0].strip() or type(fault).__name__
    if isinstance(fault, pg.DiskFull):
        return UsageError(
            f"The disk of the database is full: {reason}; what was not finished is undone.",
            "free some space there (`planner load --prune` deletes former loads), then try again.",
        )
    if isinstance(fault, pg.InsufficientPrivilege | pg.ReadOnlySqlTransaction):
        return UsageError(
            f"The login{_login()} may not do this: {reason}.",
            "this command writes; set DATABASE_URL to the address of the database's owner.",
        )
    if isinstance(fault, pg.AdminShutdown | pg.CrashShutdown) or _LOST.search(str(fault)):
        return UsageError(
            f"The database server went away during the work: {reason}{_log_words()}",
            "see its log and `planner db status`, then run the command again; nothing half-done is kept.",
        )
    if isinstance(fault, psycopg.OperationalError):
        hint = "`planner db status` says where it should be, and whether it runs."
        return UsageError(f"The database cannot be used: {reason}", hint)
    is_ours = bool(getattr(fault, "__notes__", ()))  # the file of a view that cannot be made
    if isinstance(fault, _UNKNOWN) and not is_ours:
        return _outdated(reason)
    return None


def _login() -> str:
    given = connection.given_url()
    user = conninfo_to_dict(given).get("user") if given else None
    return f" {user}" if user else ""


def _outdated(reason: str) -> UsageError | None:
    """Say that tables or views are not those of this version; None where they are, and a bug is at fault."""
    words = UsageError(f"The database is not up to date: {reason}.", "run `planner db upgrade`.")
    try:
        with connection.connect() as conn:
            refusal = upgrade.unknown(upgrade.revision(conn))
            return refusal or (None if fingerprint.is_current(conn) else words)
    except (psycopg.Error, PlannerError):
        return words


def _log_words() -> str:
    """Return what the embedded cluster's log ends with, where it says why the server went away."""
    if connection.given_url():
        return ""
    try:
        text = embedded.status().log.read_bytes()[-_LOG_TAIL:].decode(errors="replace")
    except (OSError, PlannerError):
        return ""
    found: list[Any] = re.findall(r"(?:PANIC: +|LOG: +server process .* was )(.*)", text)
    return f" (its log: {found[-1].strip()})" if found else ""
