"""Where the figures of the page come from: the views of each section, and the files behind them.

That is worked out from the queries of the page and from what the views read; comments are the database's, and
their French is in `comment.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from db.common.language import Language, typeset
from db.schema import origin
from report.catalogue import catalogue
from report.page.read import QUERIES

FRENCH = Path(__file__).with_name("comment.toml")
Row = dict[str, Any]

FIGURES: Mapping[str, tuple[str, ...]] = {
    "fact_money": ("overview",),
    "fact_whom": ("coverage", "service"),
    "fact_sure": ("overview", "effects", "audit"),
    "reach": ("coverage", "floors"),
    "decisions": ("stations", "reasons", "gains"),
    "programme": ("programme", "programme_levels", "schedule"),
    "street": ("street",),
    "ports": ("ports",),
    "level-service": ("level_service",),
    "coverage": ("coverage",),
    "service": ("service",),
    "use": ("session_levels", "session_hours"),
    "simulation": ("simulation",),
    "backtest": ("backtests", "backtest_shares", "backtest_aucs"),
    "money": ("phases", "money"),
    "grants": ("grants", "grant_clauses"),
    "economy": ("economy", "site_economy", "cash_flow"),
    "grid": ("grid_load", "grid_hours"),
    "equity": ("equity",),
    "apart": ("apart",),
    "gone": ("gone",),
    "binding": ("constraint_slack", "constraint_gain"),
    "sensitivity": ("effects", "sensitivity", "robust"),
    "pareto": ("pareto",),
    "compare": ("coverage", "money", "ports"),
    "sure": ("audit", "terms"),
    "progress": ("progress", "run_steps"),
    "parameters": ("parameters",),
    "data": ("sources", "assumptions"),
}
"""Sections of the page, and lines of its first screen, with the queries whose rows they show."""

_READ = re.compile(r"\b(?:from|join)\s+(report\.\w+)")


def views_of(figure: str) -> tuple[str, ...]:
    """Return the views of `report` whose rows a figure shows, in the order in which its queries name them.

    Raises:
        KeyError: no such figure.
    """
    return tuple(dict.fromkeys(name for query in FIGURES[figure] for name in _READ.findall(QUERIES[query])))


def content(sources: list[Row], source_tables: list[Row]) -> Row:
    """Return for the page, by figure, its views and files; files by their place in `sources`.

    Args:
        sources: rows of report.load_source, with `source_id`.
        source_tables: rows of report.source_table.
    """
    place = {row["source_id"]: n for n, row in enumerate(sources)}
    filled: dict[str, list[int]] = {}
    for row in source_tables:
        filled.setdefault(row["record_table"], []).append(place[row["source_id"]])

    def files(found: origin.Origin) -> list[int]:
        return sorted({n for table in found.record_tables for n in filled.get(table, ())})

    figures: dict[str, Row] = {}
    for figure in FIGURES:
        found = origin.origin(views_of(figure))
        figures[figure] = {
            "views": list(views_of(figure)),
            "files": files(found),
            "is_plan": found.is_plan,
            "is_parameter": found.is_parameter,
            "is_setting": found.is_setting,
        }
    shown = sorted({name for figure in figures.values() for name in figure["views"]})
    return {
        "figures": figures,
        "views": {name: _view(name) for name in shown},
        "plan_files": files(origin.decided_from()),
    }


def _view(name: str) -> Row:
    """Return title, comment and the columns that the page reads: comment and what people call it.

    A comment is a pair, English and French; a column its comment, then what it is called in both, or None.
    """
    text = " ".join(query for query in QUERIES.values() if name in _READ.findall(query))
    words, comments = set(re.findall(r"\w+", text)), origin.comments(name)
    (title,) = (view.title for view in catalogue().view if f"report.{view.name}" == name)
    return {
        "title": {language: title.of(language) for language in Language},
        "comment": _in_both(comments.pop("")),
        "columns": {
            column: [_in_both(comment), *catalogue().field.get(column, (None, None))]
            for column, comment in comments.items()
            if not column.endswith("_id") and ("*" in text or column in words)
        },
    }


def _in_both(comment: str) -> tuple[str, str | None]:
    """Return a comment in English and French; French is None for one written anew, until it is translated."""
    return comment, _french().get(comment)


@cache
def _french() -> Mapping[str, str]:
    return {
        english: typeset(text) for english, text in tomllib.loads(FRENCH.read_text(encoding="utf-8")).items()
    }
