"""Remedies of an infeasible scenario: one rule relaxed, all in conflict, or a longer service distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from model.analysis import elastic
from model.analysis.elastic import RuleRelaxation
from model.analysis.variation import SHORT, validated
from model.data import read, scenario_store
from model.data.clock import NO_LIMIT, Clock
from model.data.codes import HAS_PLAN
from model.data.inputs import Inputs
from model.data.scenario import Scenario
from model.formulation.build import build
from model.solver import orchestrate

Connection = psycopg.Connection[tuple[Any, ...]]
DISTANCE_FACTOR_MAX = 4.0
DISTANCE_TOLERANCE = 0.02
DISTANCE_SEARCH_S = 60.0
DISTANCE_TRIAL_S = 15.0
RELAXATION_LIMIT_S = 20.0


@dataclass(frozen=True)
class Remedies:
    """`alone` has for each rule its relaxations when it alone is relaxed, None where that does not help."""

    alone: dict[str, tuple[RuleRelaxation, ...] | None]
    together: tuple[RuleRelaxation, ...] | None
    service_distance_factor: float | None = None

    def sentences(self) -> list[str]:
        """Say each remedy in words, the single rules first."""
        found = [", and ".join(r.words for r in rows) for rows in self.alone.values() if rows]
        if self.service_distance_factor is not None:
            found.append(
                "the service distance of all levels would have to be"
                f" {self.service_distance_factor:.2f} times as long"
            )
        if self.together and len({m.rule.name for m in self.together}) > 1:
            found.append("together: " + ", and ".join(r.words for r in self.together))
        return found


def find(
    inputs: Inputs, names: Sequence[str], clock: Clock = NO_LIMIT, *, threads: int | None = None
) -> Remedies:
    """Return how far the rules in conflict must be relaxed, alone and together, as far as the time goes."""
    took_s = 0.0
    found: dict[tuple[str, ...], tuple[RuleRelaxation, ...] | None] = {}
    for group in [(name,) for name in names] + ([tuple(names)] if len(names) > 1 else []):
        if clock.left_s > took_s:
            began_s, limit_s = clock.elapsed_s, min(RELAXATION_LIMIT_S, clock.left_s)
            found[group] = elastic.relaxations(inputs, group, time_limit_s=limit_s, threads=threads)
            took_s = clock.elapsed_s - began_s
    alone = {name: found[name,] for name in names if (name,) in found}
    return Remedies(alone, found.get(tuple(names)) if len(names) > 1 else None)


def service_distance_factor(conn: Connection, name: str, parameters: Scenario, clock: Clock) -> float | None:
    """Return the factor on the service distance at which all rules hold, within 2 %; None where none does.

    Nothing is kept of the scenarios that it tries. The search ends after a minute, or when the clock's time
    is over, with the shortest found.
    """
    until_s = clock.elapsed_s + min(DISTANCE_SEARCH_S, clock.left_s)
    low, high, found, took_s = 1.0, DISTANCE_FACTOR_MAX, None, 0.0
    trial = high
    while high / low > 1 + DISTANCE_TOLERANCE and clock.elapsed_s + took_s < until_s:
        began_s = clock.elapsed_s
        has_plan = _has_plan(conn, name, parameters, trial, min(DISTANCE_TRIAL_S, until_s - began_s))
        took_s = clock.elapsed_s - began_s
        if has_plan:
            high = found = trial
        elif found is None:
            return None
        else:
            low = trial
        trial = (low * high) ** 0.5
    return found


def _has_plan(conn: Connection, name: str, parameters: Scenario, factor: float, time_limit_s: float) -> bool:
    tree = parameters.model_dump()
    SHORT["service_distance"].write(tree, factor)
    with conn.transaction(force_rollback=True):
        inputs = read.read(conn, scenario_store.store(conn, name, validated(tree, "service_distance")))
    found = orchestrate.solve(build(inputs), time_limit_s=time_limit_s, mip_gap=1e6)
    return found.status in HAS_PLAN


def write(conn: Connection, run_id: int, found: Remedies) -> None:
    """Keep the remedies with the run."""
    numbered = [
        (0, found.together or ()),
        *((n, m or ()) for n, m in enumerate(found.alone.values(), start=1)),
    ]
    rows: list[tuple[Any, ...]] = [
        (run_id, way, m.rule.name, m.subject, m.unit, m.limit, m.needed, m.amount, m.amount_low, m.words)
        for way, relaxed in numbered
        for m in relaxed
    ]
    rows += [
        (run_id, n, name, "alone", "", None, None, None, None, f"relaxing {name} alone does not help")
        for n, (name, relaxed) in enumerate(found.alone.items(), start=1)
        if not relaxed
    ]
    if found.service_distance_factor is not None:
        factor = found.service_distance_factor
        words = next(w for w in found.sentences() if w.startswith("the service distance"))
        last = len(found.alone) + 1
        rows.append(
            (run_id, last, "service_distance", "all levels", "factor", 1.0, factor, factor - 1, None, words)
        )
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into plan.run_relaxation (run_id, remedy, rule, subject, unit, limit_value, needed_value,"
            " amount, amount_low, words) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )
