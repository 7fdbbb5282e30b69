"""Whether a scenario is solved by blocks, and the way to a plan if it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg

from db.common.errors import UsageError
from db.work.pool import HERE, Pool
from model.data.inputs import Inputs
from model.solver.blocks.solve import Found, solve
from model.solver.objective_mode import Limits, Watcher

Connection = psycopg.Connection[tuple[Any, ...]]
WHOLE_FACTOR_COUNT_MAX = 3_000_000
"""With more factors in its rows a model is not built whole, unless that is asked for.

Measured on scenario `full`, region `sample --scale 4`, counted as 1.2 million (the rows have 1.15): in
140 s of one processor the blocks had a plan within 0.5 %, in 350 s the whole model had one within 4.3 %,
and a dual bound lower by 0.2 %.
"""
_PER_FLOW = 3
"""Rows that a flow is in: those of its zone, of its site, and of all sessions."""
_HOME = "select site_id, block_id from model.block_site where scenario_id = %s order by site_id"


class Splitting(StrEnum):
    """When a scenario is solved by blocks: where its model would be too large, always, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Blocks:
    """When to solve by blocks, and who does the work: `workers` is called where it is done so."""

    splitting: Splitting = Splitting.NEVER
    workers: Callable[[], AbstractContextManager[Pool]] = lambda: nullcontext(HERE)


def factor_count(inputs: Inputs) -> int:
    """Return about how many factors the rows of the model have: of coverage, sessions, rules on space."""
    space, doubles = inputs.space, inputs.double_coverage.values()
    flows = sum(map(len, inputs.service.covered_share.values())) if inputs.service else 0
    of_sites = (
        sum(map(len, inputs.covering_sites.values())),
        sum(len(node.site_ids) for double in doubles for node in double.nodes),
        sum(map(len, space.neighbours.values())),
        sum(len(node.site_ids) for node in space.overlaps),
        sum(2 * len(pairs) for pairs in space.conflicts.values()),
    )
    return len(inputs.phases) * (sum(of_sites) + _PER_FLOW * flows)


def is_split(inputs: Inputs, blocks: Blocks) -> bool:
    """Tell whether to solve by blocks.

    Raises:
        UsageError: it is asked for, and the objective has priority levels.

    """
    if blocks.splitting == Splitting.ALWAYS and inputs.priority_levels:
        raise UsageError(
            "Only a weighted objective can be solved by blocks, and this one has priority levels.",
            'give --blocks never, or set [objective] mode = "weighted".',
        )
    is_large = factor_count(inputs) > WHOLE_FACTOR_COUNT_MAX and not inputs.priority_levels
    return blocks.splitting == Splitting.ALWAYS or (blocks.splitting == Splitting.AUTO and is_large)


def find(
    conn: Connection,
    scenario_id: int,
    inputs: Inputs,
    blocks: Blocks,
    *,
    limits: Limits,
    watcher: Watcher,
) -> Found:
    """Solve a scenario by the blocks of `model.block_site`.

    Raises:
        KeyboardInterrupt: the user stopped it before there was a plan.

    """
    home: dict[int, int] = dict(conn.execute(_HOME, (scenario_id,)).fetchall())
    with blocks.workers() as pool:
        return solve(
            inputs,
            home,
            pool,
            time_limit_s=limits.time_limit_s,
            mip_gap=limits.mip_gap,
            progress=watcher,
        )


def words(found: Found) -> str:
    """Say how the plan was found, and what its bound is."""
    return (
        f"Planned by blocks, of which model.block_site has {found.block_count}: the dual bound is the sum"
        " of what their models prove at the prices of what joins them, and holds for the whole region."
    )


WHOLE = Blocks()
"""The model is solved whole."""
