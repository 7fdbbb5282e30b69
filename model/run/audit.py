"""Audits a written plan in SQL, figure by figure and rule by rule, and publishes or rejects it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from db.common.errors import UsageError
from db.session import steady
from model.data.codes import Publication
from model.run.violation import sentence

Connection = psycopg.Connection[tuple[Any, ...]]
_VIEWS = """
    select relname from pg_class
    where relnamespace = 'audit'::regnamespace and relname ~ '^(figure|limit)_'
    order by relname
"""
_VIOLATIONS = """
    select
        count(*),
        (array_agg(code order by code, value))[1],
        (array_agg(value || jsonb_build_object('expected', expected, 'found', found) order by code, value))[1]
    from audit.{} where run_id = %s and {}
"""
_PUBLISH = """
    update plan.run as r
    set finished_at = clock_timestamp(),  -- now() is when the audit began
        publication = case
            when not %(is_sound)s then 'rejected'
            when r.mip_gap > s.publication_mip_gap_max then 'kept'
            else 'published'
        end
    from plan.scenario as s
    where s.scenario_id = r.scenario_id and r.run_id = %(run_id)s
"""


@dataclass(frozen=True)
class Finding:
    """What the audit found of a rule, or of figures: these are named `figure_` and what they tell of.

    Of the first violation it has the code and the values that its sentence takes.
    """

    rule: str
    violation_count: int
    first_code: str | None
    first_value: dict[str, Any] | None

    def sentence(self, currency: str) -> str:
        """Say what was found first; only of a finding with violations.

        Raises:
            KeyError: there is no sentence for it.
        """
        figure = self.rule.removeprefix("figure_")
        what = f"rule '{self.rule}' broken" if figure == self.rule else f"a wrong figure of '{figure}'"
        return f"The audit found {what}: {sentence(self.first_code or '', self.first_value or {}, currency)}"


def audit(conn: Connection, run_id: int) -> tuple[Finding, ...]:
    """Read every view of `sql/5_audit` for a run and write what they find to plan.run_audit.

    A plan without violations is published, or only kept where its gap is wider than its scenario publishes;
    one with any is rejected and never shown. A rule that a scenario has off binds nothing, but what the plan
    says about it must still be true. Returns the findings of all rules.

    Raises:
        UsageError: other data was loaded since the plan was solved, so that it cannot be checked.
    """
    with conn.transaction(), steady.unchanged(conn):
        # How many rows a view of views has, the planner cannot know; a nested loop on a wrong guess goes
        # through the cells of a region once for each of them, and so does a merge by the first of several
        # columns; a hash join goes once. For this transaction alone.
        conn.execute("set local enable_nestloop = off")
        conn.execute("set local enable_mergejoin = off")
        conn.execute("select audit.work_out(array[%s::bigint])", (run_id,))
        _ask_for_its_data(conn, run_id)
        findings = tuple(_find(conn, view, run_id) for (view,) in conn.execute(_VIEWS).fetchall())
        conn.execute("delete from plan.run_audit where run_id = %s", (run_id,))
        with conn.cursor() as cursor:
            cursor.executemany(
                "insert into plan.run_audit (run_id, rule, violation_count, first_code, first_value)"
                " values (%s, %s, %s, %s, %s)",
                [
                    (run_id, f.rule, f.violation_count, f.first_code, f.first_value and Jsonb(f.first_value))
                    for f in findings
                ],
            )
        is_sound = all(f.violation_count == 0 for f in findings)
        conn.execute(_PUBLISH, {"run_id": run_id, "is_sound": is_sound})
        conn.execute("delete from audit.asked_run")
    return findings


def publication(conn: Connection, run_id: int) -> tuple[Publication, float | None]:
    """Return the state of publication of a run, and the widest gap that its scenario publishes."""
    row = conn.execute(
        "select r.publication, s.publication_mip_gap_max"
        " from plan.run as r join plan.scenario as s using (scenario_id) where r.run_id = %s",
        (run_id,),
    ).fetchone()
    assert row is not None  # noqa: S101 - a run that was written is there
    return Publication(row[0]), row[1]


def _ask_for_its_data(conn: Connection, run_id: int) -> None:
    """On other data the views of the audit are empty, and an empty view finds nothing wrong."""
    shown = conn.execute(
        "select from audit.audited_run where run_id = %s",
        (run_id,),
    )
    if shown.fetchone() is None:
        raise UsageError("Other data was loaded since the plan was solved.", "solve the scenario again.")


def _find(conn: Connection, view: str, run_id: int) -> Finding:
    """Read a view: `figure_` views have wrong figures alone, `limit_` views all that a rule limits."""
    rule = view.removeprefix("limit_")
    query = sql.SQL(_VIOLATIONS)
    condition = sql.SQL("true" if rule == view else "is_violated")
    row = conn.execute(query.format(sql.Identifier(view), condition), (run_id,)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always returns a row
    return Finding(rule, *row)
