"""What the audit finds in a plan, view by view, as `model.run.audit` reads it and says it."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

import psycopg
from psycopg import sql

from db.common.language import Language, read_words
from model.run.violation import WORDS, sentence

COLUMNS = {"expected", "found"}
"""Values of a sentence that are columns of each view."""
_VIEWS = """
    select relname from pg_class
    where relnamespace = 'audit'::regnamespace and relname ~ '^(figure|limit)_'
    order by relname
"""


def views(conn: psycopg.Connection[Any]) -> list[str]:
    """Return the views of figures and of limits."""
    return [name for (name,) in conn.execute(_VIEWS).fetchall()]


def places(code: str, language: Language) -> set[str]:
    """Return the names that the sentence of a code has places for."""
    word = read_words(WORDS)[language][code]
    assert isinstance(word, str), code
    return {name for _, name, _, _ in Formatter().parse(word) if name}


def assert_told(code: str, value: Mapping[str, Any]) -> None:
    """Hold that a sentence tells each value that a view gives, and no other: `expected` and `found` may be left out."""
    for language in Language:
        assert places(code, language) | COLUMNS == value.keys() | COLUMNS, (code, language)


def work_out(conn: psycopg.Connection[Any], run_id: int | None = None) -> None:
    """Work out what the audit knows of a run, the latest unless told, as it stands now."""
    conn.execute("select audit.work_out(array[coalesce(%s, (select max(run_id) from plan.run))])", (run_id,))


def messages(conn: psycopg.Connection[Any], view: str, run_id: int | None = None) -> list[str]:
    """Return the sentences of what a view finds in a run, the latest unless told; both languages must have them."""
    work_out(conn, run_id)
    return _messages(conn, view, run_id)


def _messages(conn: psycopg.Connection[Any], view: str, run_id: int | None) -> list[str]:
    condition = "true" if view.startswith("figure_") else "is_violated"
    query = sql.SQL(
        "select code, value || jsonb_build_object('expected', expected, 'found', found), currency"
        " from audit.{} cross join core.region"
        " where run_id = coalesce(%s, (select max(run_id) from plan.run)) and {} order by code, value"
    ).format(sql.Identifier(view), sql.SQL(condition))
    found = conn.execute(query, (run_id,)).fetchall()
    for code, value, currency in found:
        assert_told(code, value)
        assert sentence(code, value, currency, Language.FR)
    return [sentence(*row) for row in found]


def violations(conn: psycopg.Connection[Any], run_id: int | None = None) -> dict[str, list[str]]:
    """Return the messages of each figure and rule that finds anything in a run, the latest unless told."""
    work_out(conn, run_id)
    found = {view.removeprefix("limit_"): _messages(conn, view, run_id) for view in views(conn)}
    return {name: said for name, said in found.items() if said}
