"""Audits a written plan in SQL, rule by rule, and publishes or rejects it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from model.constraints import RULES

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Finding:
    """What the audit of one rule found."""

    rule: str
    offence_count: int
    first_offence: str | None


def audit(conn: Connection, run_id: int) -> tuple[Finding, ...]:
    """Read every view of `sql/6_audit` for a run and write what they find to plan.run_audit.

    A plan without offences is published; one with any is rejected and never shown. A rule that a scenario has
    off binds nothing, but what the plan says about it must still be true. Returns the findings of all rules.
    """
    with conn.transaction():
        findings = tuple(_find(conn, rule.name, run_id) for rule in RULES)
        conn.execute("delete from plan.run_audit where run_id = %s", (run_id,))
        with conn.cursor() as cursor:
            cursor.executemany(
                "insert into plan.run_audit (run_id, rule, offence_count, first_offence)"
                " values (%s, %s, %s, %s)",
                [(run_id, f.rule, f.offence_count, f.first_offence) for f in findings],
            )
        is_sound = all(f.offence_count == 0 for f in findings)
        conn.execute(
            "update plan.run set publication = %s, finished_at = now() where run_id = %s",
            ("published" if is_sound else "rejected", run_id),
        )
    return findings


def _find(conn: Connection, rule: str, run_id: int) -> Finding:
    row = conn.execute(
        sql.SQL(
            "select count(*), (array_agg(message order by subject))[1] from audit.{} where run_id = %s"
        ).format(sql.Identifier(rule)),
        (run_id,),
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always returns a row
    return Finding(rule, int(row[0]), row[1])
