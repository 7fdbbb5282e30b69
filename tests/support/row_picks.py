"""Finds where SQL picks a row by an order: there the order has to end in a key, or the pick is left to chance.

PostgreSQL's own parser (pglast) reads the files of `sql/` and the statements in the strings of Python files.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pglast import ast as node
from pglast import enums, parse_sql
from pglast.parser import ParseError
from pglast.stream import RawStream

PICKING_WINDOWS = {"row_number", "first_value", "last_value", "nth_value", "lag", "lead", "ntile"}
GATHERING = {"array_agg", "string_agg", "json_agg", "jsonb_agg", "st_makeline"}
MAY_PICK = re.compile(rf"\b(limit|fetch|distinct|over|mode|{'|'.join(sorted(GATHERING))})\b", re.IGNORECASE)
WITH_TIES = enums.LimitOption.LIMIT_OPTION_WITH_TIES
KEY = re.compile(r"(\w+_)?(id|key|number)|oid")
STATEMENT = re.compile(
    r"\s*(--|\()*\s*(select|with|insert into|update|delete from|create|refresh|merge)\s", re.IGNORECASE
)


@dataclass(frozen=True)
class Pick:
    """A place where an order picks a row: its file, line, kind and text."""

    path: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.text}"


def walk(tree: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield every node of a tree with the named windows that hold for it, each before its parts."""
    left: list[tuple[Any, dict[str, Any]]] = [(tree, {})]
    while left:
        found, windows = left.pop()
        if isinstance(found, (tuple, list)):
            parts = list(found)
        else:
            if isinstance(found, node.SelectStmt) and found.windowClause:
                windows = windows | {w.name: w for w in found.windowClause if w.name}
            yield found, windows
            parts = [getattr(found, slot) for slot in found]
        left += [(part, windows) for part in reversed(parts) if isinstance(part, (tuple, list, node.Node))]


def _last_name(expression: Any) -> str | None:
    """Return the column that an expression names, through casts; None for anything else."""
    while isinstance(expression, node.TypeCast):
        expression = expression.arg
    if isinstance(expression, node.ColumnRef) and isinstance(expression.fields[-1], node.String):
        return str(expression.fields[-1].sval)
    return None


def _ends_in_key(order: Any) -> bool:
    name = _last_name(order[-1].node) if order else None
    return name is not None and KEY.fullmatch(name) is not None


def _text(order: Any) -> str:
    return ", ".join(RawStream()(item) for item in order or ())


def _function(call: Any) -> str:
    return str(call.funcname[-1].sval)


def _picks(tree: Any) -> Iterator[tuple[str, Any, int]]:
    """Yield (kind, order, place in the text) of every pick whose order does not end in a key."""
    for found, windows in walk(tree):
        if isinstance(found, node.SelectStmt):
            place = _place(found)
            # with ties, all rows that are as near come along: no pick
            if (
                found.limitCount is not None
                and found.limitOption != WITH_TIES
                and not _is_zero(found.limitCount)
                and not _ends_in_key(found.sortClause)
            ):
                yield "limit", found.sortClause, place
            chosen = found.distinctClause
            if chosen and chosen[0] is not None and not _ends_in_key(found.sortClause):
                yield "distinct on", found.sortClause, place
        elif isinstance(found, node.FuncCall):
            name = _function(found)
            if found.over is not None and (name in PICKING_WINDOWS or _counts_rows(found, windows)):
                order = _order_of(found.over, windows)
                if not _ends_in_key(order):
                    yield name, order, found.location
            elif (
                found.over is None
                and name in GATHERING
                and not found.agg_distinct
                and not _ends_in_key(found.agg_order)
            ) or name == "mode":
                yield name, found.agg_order, found.location


def _counts_rows(call: Any, windows: dict[str, Any]) -> bool:
    """Whether a window of `rows`, not of peers, decides what is added up."""
    frame_rows = 0x4  # FRAMEOPTION_ROWS
    return bool(_definition(call.over, windows).frameOptions & frame_rows)


def _definition(over: Any, windows: dict[str, Any]) -> Any:
    return windows[over.name] if over.name and over.name in windows else over


def _order_of(over: Any, windows: dict[str, Any]) -> Any:
    definition = _definition(over, windows)
    return definition.orderClause or (windows[over.refname].orderClause if over.refname else None)


def _is_zero(count: Any) -> bool:
    return isinstance(count, node.A_Const) and getattr(count.val, "ival", None) == 0 and not count.isnull


def _place(select: Any) -> int:
    """Return the first place in the text that a part of the statement has."""
    orders = [item.node for item in select.sortClause or ()]
    places = [
        f.location
        for part in (*orders, *(select.targetList or ()))
        for f, _ in walk(part)
        if getattr(f, "location", None)
    ]
    return places[0] if places else 0


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, SQL) of each string of a Python file that is a statement; marks become values."""
    for found in ast.walk(ast.parse(text)):
        if isinstance(found, ast.Constant) and isinstance(found.value, (str, bytes)):
            value = found.value if isinstance(found.value, str) else found.value.decode("utf-8", "replace")
        elif isinstance(found, ast.JoinedStr):
            value = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in found.values)
        else:
            continue
        if STATEMENT.match(value):
            value = re.sub(r"%\((\w+)\)[sbt]|%[sbt]", "null", value).replace("%%", "%")
            value = re.sub(r"\{\{|\}\}", "", value)
            yield found.lineno, re.sub(r"\{\w*\}", "x", value)


def _may_pick(text: str) -> bool:
    """Whether it has a word that picks rows; parsing it takes far longer than looking for these."""
    return MAY_PICK.search(text) is not None and "select" in text.lower()


def picks(path: Path, name: str) -> Iterator[Pick]:
    """Yield the picks of a file, `.sql` or `.py`, whose order does not end in a key."""
    text = path.read_text(encoding="utf-8")
    if not _may_pick(text):
        return
    if path.suffix == ".py":
        parts = list(_statements(text))
    else:
        parts = [(1, re.sub(r":metric_srid\b", "26917", text))]
    for line, statement in parts:
        if not _may_pick(statement):
            continue
        try:
            tree = [found.stmt for found in parse_sql(statement)]
        except ParseError as error:
            # prose may begin like a statement, too
            if path.suffix == ".sql" or re.search(r"\bfrom\b[^.]*\bwhere\b|\n.*\bfrom\b", statement):
                yield Pick(name, line, "not parsed", str(error.args[0]))
            continue
        for kind, order, place in _picks(tree):
            yield Pick(name, line + statement.encode()[:place].count(b"\n"), kind, _text(order))
