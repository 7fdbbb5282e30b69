"""Writes the tables of rules, definitions and terms into `model/README.md`, from their objects.

`python -m model.rules` rewrites that part of the file; a test fails when it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.objective import TERMS
from model.formulation.rule import Definition, Rule
from model.formulation.term import Term

PAGE = Path(__file__).with_name("README.md")
_BEGIN = "<!-- written by python -m model.rules -->\n"
_END = "<!-- end -->\n"


def page(text: str) -> str:
    """Return the text of the page with its tables up to date."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = (
        *_table("Rules", "rule", RULES, ("limit", "step")),
        *_table("What the variables mean", "definition", DEFINITIONS, ()),
        *_table("Terms of the objective", "term", TERMS, ("better is",)),
    )
    return "\n".join([f"{before}{_BEGIN}", *tables, f"{_END}{after}"])


def _table(title: str, kind: str, parts: Iterable[Definition | Term], more: tuple[str, ...]) -> list[str]:
    columns = (kind, "says", "formula", *more, "needs")
    lines = [f"### {title}", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    lines += [f"| {' | '.join(_cells(part))} |" for part in parts]
    return [*lines, ""]


def _cells(part: Definition | Term) -> list[str]:
    path = "/".join(part.module.split(".")[1:])
    more: list[str] = []
    if isinstance(part, Rule):
        more = [part.limit.unit, f"{part.limit.step:,g}"]
    elif isinstance(part, Term):
        more = ["less" if part.is_cost else "more"]
    needs = ", ".join(f"`{name}`" for name in part.needs)
    return [f"[`{part.name}`]({path}.py)", part.summary, f"$`{_in_a_cell(part.formula)}`$", *more, needs]


def _in_a_cell(formula: str) -> str:
    """Write a formula on one line, its rows one after the other."""
    rows = (row.replace("&", "") for row in formula.split("\\\\"))
    return r" ;\quad ".join(" ".join(row.split()) for row in rows)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
