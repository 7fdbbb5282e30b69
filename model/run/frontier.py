"""The points of a frontier: solved apart, and then none worse than a cheaper one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg

from db.common.errors import PlannerError
from model.data.inputs import Plan
from model.data.run_key import RunKey
from model.data.scenario import Scenario
from model.run.varied import Piece, Solved
from model.solver.objective_mode import Limits

Connection = psycopg.Connection[tuple[Any, ...]]
_SAME_SHARE = 1e-9
"""Objectives that differ by no more are the same, but for rounding."""
_KEEP = """
    insert into plan.pareto_point (frontier_id, point, run_id, cost_limit_cad) values (%s, %s, %s, %s)
    on conflict (frontier_id, point) do update set run_id = excluded.run_id
"""


class Frontier:
    """A frontier that varies a run: a piece of work for each limit on the cost, however many points have it.

    Objectives of its points can be compared: they differ in the limit alone.
    """

    def __init__(self, conn: Connection, run: RunKey, point_count: int) -> None:
        row = conn.execute(
            "insert into plan.pareto_frontier (run_id, point_count) values (%s, %s) returning frontier_id",
            (run.run_id, point_count),
        ).fetchone()
        assert row is not None  # noqa: S101 - the statement returns the row it wrote
        self.frontier_id, self.pieces = int(row[0]), list[Piece]()
        self._conn, self._run, self._point_count = conn, run, point_count
        self._numbers: dict[float, list[int]] = {}
        self._solved: dict[float, Solved] = {}

    def add(self, name: str, parameters: Scenario, limits: Limits) -> None:
        """Add the next point; they come cheapest first."""
        numbers = self._numbers.setdefault(parameters.objective.cost_limit_cad, [])
        number = sum(map(len, self._numbers.values())) + 1
        if not numbers:
            title = f"point {number} of {self._point_count}"
            self.pieces.append(Piece(name, parameters, self._run, None, (), limits, title))
        numbers.append(number)

    def take(self, piece: Piece, solved: Solved) -> None:
        """Keep how the run of a piece ended, in place of one before."""
        cost = piece.parameters.objective.cost_limit_cad
        before = self._solved.get(cost)
        self._solved[cost] = solved
        with self._conn.transaction(), self._conn.cursor() as cursor:
            cursor.executemany(
                _KEEP, [(self.frontier_id, number, solved.run_id, cost) for number in self._numbers[cost]]
            )
            if before is not None and before.run_id != solved.run_id:
                cursor.execute("delete from plan.run where run_id = %s", (before.run_id,))

    def lift(self, plan: Plan, solve: Callable[[Piece], Solved]) -> bool:
        """Solve points again that are worse than cheaper ones, or have no plan; tell if the user stopped it.

        Each begins with the best plan of those, which it may only better: at first `plan`, which keeps all
        rules within every limit.

        Raises:
            PlannerError: a point has no plan even so.
        """
        most = -math.inf
        for piece in self.pieces:
            cost = piece.parameters.objective.cost_limit_cad
            solved, least = self._solved[cost], most - _SAME_SHARE * abs(most)
            if solved.objective is None or solved.objective < least:
                solved = solve(replace(piece, start=plan, least_objective=least))
                if solved.error:
                    raise _unexpected(solved.error, self._numbers[cost][0])
                self.take(piece, solved)
                if solved.is_interrupted:
                    return True
            assert solved.objective is not None  # noqa: S101 - it ended without an error
            if solved.objective > most:
                most, plan = solved.objective, self._plan(solved.run_id)
        return False

    def _plan(self, run_id: int) -> Plan:
        chosen = self._conn.execute("select option_id, phase from plan.decision where run_id = %s", (run_id,))
        return frozenset((option_id, phase) for option_id, phase in chosen)


def _unexpected(error: PlannerError, number: int) -> PlannerError:
    error.message = f"Point {number}: {error.message}"
    return error
