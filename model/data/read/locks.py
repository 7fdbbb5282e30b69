"""Reads what people decided beforehand, and refuses what no plan could obey."""

from __future__ import annotations

from db.common.errors import UsageError
from model.data.codes import LockEffect, LockKind
from model.data.inputs import Lock
from model.data.read.space import Rows

LOCK_WORDS: dict[str, str] = {
    LockKind.FORCE_IN: "a station must stand here",
    LockKind.MUST_CHANGE: "something must be done here",
    LockKind.FORCE_OUT: "nothing may be done here",
}


def read_locks(rows: Rows) -> tuple[Lock, ...]:
    """Return the locks still to be met.

    Raises:
        UsageError: a lock names a site or an option that is not there, or contradicts another one.

    """
    columns = ("lock_id", "site_id", "lock_kind", "option_id", "option_action", "is_site_known")
    locks = []
    for lock_id, site_id, kind, option_id, action, is_site_known in rows("lock", *columns):
        if not is_site_known:
            raise UsageError(
                f"Lock {lock_id} names site {site_id}, which the data does not have.",
                f"delete row {lock_id} of plan.site_lock.",
            )
        if kind == LockEffect.FIX_OPTION and action is None:
            raise UsageError(
                f"Lock {lock_id} fixes site {site_id} to option '{option_id}', which is not offered there.",
                f"see model.site_option for site {site_id}, or give the lock another scenario_name.",
            )
        locks.append(
            Lock(lock_id, site_id, LockEffect(kind), option_id if kind == LockEffect.FIX_OPTION else None)
        )
    if ("locks",) in rows("rule", "rule"):
        _refuse_contrary_locks(rows)
    return tuple(locks)


def _refuse_contrary_locks(rows: Rows) -> None:
    """Refuse locks that no plan can obey together; all pairs are named."""
    columns = (
        *("lock_id", "other_lock_id", "site_id"),
        *("lock_kind", "option_id", "other_lock_kind", "other_option_id"),
    )
    found = [
        f"lock {lock_id} ({_asks(*asked)}) and lock {other_id} ({_asks(*other)}) of site {site_id}"
        for lock_id, other_id, site_id, *rest in rows("lock_conflict", *columns)
        for asked, other in [(rest[:2], rest[2:])]
    ]
    if found:
        raise UsageError(
            f"No plan can obey contradictory locks: {'; '.join(found)}.",
            "delete one of each pair (rows of plan.site_lock), or give each a scenario_name of its own.",
        )


def _asks(kind: str, option_id: str | None) -> str:
    return LOCK_WORDS.get(kind) or f"just option {option_id}"
