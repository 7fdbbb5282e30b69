"""What the audit finds in a plan."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS


def violations(conn: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Return the messages of each rule that finds anything in the run."""
    found = {}
    for rule in (*DEFINITIONS, *RULES):
        query = sql.SQL(
            "select message from audit.{} where run_id = (select max(run_id) from plan.run)"
        ).format(sql.Identifier(rule.name))
        found[rule.name] = [row[0] for row in conn.execute(query)]
    return {name: messages for name, messages in found.items() if messages}
