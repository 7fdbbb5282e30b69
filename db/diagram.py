"""Writes `sql/README.md`: the views room by room, and a graph of what each room reads, from the headers.

`python -m db.diagram` rewrites the file; a test fails when it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.schema import build

PAGE = build.SQL / "README.md"

_INTRODUCTION = """\
# What is true

Each file here creates one view (or function) of the same name: `2_core/site.sql` is `core.site`. The number of a room
says what it may read: its own room and lower ones. `raw` is read by staging alone, `plan` by the rooms from model on.
Every file begins with two promises that tests hold against the database: `needs:` (what it reads) and `grain:` (what
one row is). `:metric_srid` stands for the EPSG code of the region's metric CRS.

`create view` is always up to date. `create materialized view` is filled by a load and by `planner db refresh`,
and so is a table with a line `filled:`, by the `fill` of the module that it names.
`create table ... as` is filled for one scenario after the other, by `model.work_out(scenario_id)`: a scenario never
changes, nor does what it reads; in `audit` for one run after the other, by `audit.work_out(run_ids)`. The query of such
a table is a view beside it, `model.demand_definition` for `model.demand`; its grain is its primary key (an index alone
where it ends in "of a sound plan"); an index that a reader needs stands below the query. What depends on
locks is no table: planners edit them at any time. `:kept_tables` stands for the names of the tables of the same room,
in the order in which they are filled.

`checks/` holds queries about the data that return offending rows: the first line is the claim, the second a hint.
They run at the end of each load and in `make check`.

*The rest of this page is written by `python -m db.diagram`.*
"""


def _room(schema: str, promise: str, views: list[build.ViewFile]) -> Iterator[str]:
    yield f"\n## {schema}\n\n{promise}\n\n| view | one row |\n|---|---|\n"
    for view in views:
        kind = (
            " (materialized)" if view.is_materialized else " (table)" if view.is_kept or view.filled else ""
        )
        yield f"| `{view.name}`{kind} | {view.grain} |\n"
    edges = sorted(
        {(need, view.full_name) for view in views for need in view.needs if need.split(".")[0] != "raw"}
    )
    if edges:
        yield "\n```mermaid\nflowchart LR\n"
        yield from (f"    {need} --> {name}\n" for need, name in edges)
        yield "```\n"


def page() -> str:
    """Return the page as it should be."""
    views = sorted(build.view_files(), key=lambda v: v.full_name)
    parts = [_INTRODUCTION]
    for _, schema, folder in build.rooms():
        promise = (folder / "README").read_text(encoding="utf-8").strip()
        parts.extend(_room(schema, promise, [v for v in views if v.schema == schema]))
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
