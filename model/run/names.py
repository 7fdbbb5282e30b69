"""Writes what rules and terms are called, so that whoever reads plans need not know the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from db.common.language import typeset
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.objective import TERMS
from model.formulation.rule import Rule

Connection = psycopg.Connection[tuple[Any, ...]]
_RULE = """
    insert into plan.rule (rule, reading_order, topic, title_en, title_fr, unit, step)
    values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (rule) do update set (reading_order, topic, title_en, title_fr, unit, step)
        = row (
            excluded.reading_order, excluded.topic, excluded.title_en, excluded.title_fr, excluded.unit,
            excluded.step
        )
    where rule.* is distinct from excluded.*
"""
_TERM = """
    insert into plan.objective_term (term, reading_order, topic, title_en, title_fr, is_cost)
    values (%s, %s, %s, %s, %s, %s)
    on conflict (term) do update set (reading_order, topic, title_en, title_fr, is_cost)
        = row (
            excluded.reading_order, excluded.topic, excluded.title_en, excluded.title_fr, excluded.is_cost
        )
    where objective_term.* is distinct from excluded.*
"""


def write_names(conn: Connection, levels: Iterable[str]) -> None:
    """Bring the names of all rules and terms up to date; one by level has a row for each of these levels."""
    limits = {r.name: (r.limit.unit, r.limit.step) for r in (*DEFINITIONS, *RULES) if isinstance(r, Rule)}
    rules = [
        (r.name, n, r.topic, r.title.en, typeset(r.title.fr), *limits.get(r.name, (None, None)))
        for n, r in enumerate((*DEFINITIONS, *RULES), start=1)
    ]
    keys = [(term, key) for term in TERMS for key, _ in term.keys(sorted(levels))]
    terms = [
        (key, n, t.topic, t.title.en, typeset(t.title.fr), t.is_cost)
        for n, (t, key) in enumerate(keys, start=1)
    ]
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany(_RULE, rules)
        cursor.executemany(_TERM, terms)
