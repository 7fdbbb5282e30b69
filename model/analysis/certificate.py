r"""A certificate of a plan: the whole model, the plan, and prices of the rows that prove how good it is.

Whoever has the file can recompute every rule and, by weak duality, a bound on all plans:
`tools/check_certificate.py`. Any prices give a valid bound, so nothing has to be trusted but that the model
in the file is the right one. What branching found beyond it is stated, and no file of this form proves it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyomo.core as pyo
from numpy.typing import NDArray
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData

from db.common.errors import UsageError
from model.analysis.past_run import PastRun
from model.data.scenario import call_of
from model.formulation.build import assign, build
from model.formulation.constraints import RULES
from model.formulation.definitions import DEFINITIONS
from model.formulation.plan_model import PlanModel
from model.formulation.rule import Rule
from model.solver.compiled import Compiled, compiled
from model.solver.highs import SolverEnd
from model.solver.lp_relaxation import attempts, priced
from model.solver.matrix import Matrix, Vector, at_best
from model.solver.objective_mode import enter_priority_level
from model.solver.watch import Watch, gap

Connection = psycopg.Connection[tuple[Any, ...]]
FACTS = "certificate_1"
"""Name of the array with the facts as JSON; the number is that of the form of the file."""
MODEL = (
    *("row_name", "column_name", "constant", "gain", "is_whole", "lower", "row_column", "row_factor"),
    *("row_lower", "row_start", "row_upper", "upper"),
)
"""The arrays that make up the model, in the order in which their digests are hashed."""
_LEAST = 1e-60
"""Smaller numbers of prices and values count as none: the checker takes none that are smaller."""
_UNIT_ROUNDOFF = 2.0**-53
_SAME = 1e-9


@dataclass(frozen=True)
class Stated:
    """What a run says of its plan.

    `decisions` has the columns that are 1, each with what it stands for. Of a lexicographic run `reached` are
    the objective values of the priority levels before the one certified, which has the number
    `priority_level`; elsewhere that is 0. `objective` and `dual_bound` are those of the level or of the run.
    """

    objective: float
    dual_bound: float
    decisions: dict[str, dict[str, Any]]
    priority_level: int = 0
    reached: tuple[float, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """The fields of a certificate; `has_best_prices` tells whether no others prove a lower bound."""

    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]
    has_best_prices: bool

    def write(self, path: Path) -> None:
        """Write the file: a NumPy archive without pickled objects."""
        facts = np.frombuffer(json.dumps(self.facts).encode(), dtype=np.uint8)
        fields: dict[str, Any] = self.arrays | {FACTS: facts}
        with path.open("wb") as file:
            np.savez_compressed(file, **fields)


@dataclass(frozen=True)
class Prices:
    """Prices of the rows, the bound that they prove, and whether it is the lowest that any prove."""

    values: Vector
    bound: float
    is_best: bool = False


def stated(conn: Connection, past: PastRun) -> Stated:
    """Return what a run says of its plan; a lexicographic one, of the last priority level that it reached.

    Raises:
        UsageError: it states no dual bound.

    """
    sites = conn.execute(
        "select option_id, phase, site_id, site_name, action from plan.decision where run_id = %s"
        " order by phase, site_id",
        (past.run_id,),
    )
    decisions: dict[str, dict[str, Any]] = {
        name_of("x", option, phase): {"phase": phase, "action": action, "site": site, "name": name}
        for option, phase, site, name, action in sites
    }
    for area, step, phase in sorted(past.bought or ()):
        decisions[name_of("grid_upgraded", area, step, phase)] = {
            "phase": phase,
            "action": "grid upgrade",
            "grid_area": area,
        }
    levels = conn.execute(
        "select objective, dual_bound from plan.run_priority_level where run_id = %s order by priority_level",
        (past.run_id,),
    ).fetchall()
    if levels:
        objective, dual_bound = levels[-1]
        reached = tuple(objective for objective, _ in levels[:-1])
        return Stated(objective, dual_bound, decisions, len(levels), reached)
    if past.dual_bound is None:
        raise UsageError(f"Run {past.run_id} states no dual bound.", "solve its scenario again.")
    return Stated(past.objective, past.dual_bound, decisions)


def certify(
    past: PastRun, said: Stated, watch: Watch, *, time_limit_s: float, threads: int | None
) -> Certificate:
    """Return the certificate of a run's plan, with the best prices that are found in so many seconds.

    Raises:
        UsageError: in the model as it is built now, the plan is not what the run says.
        KeyboardInterrupt: the user stopped it.

    """
    m = build(past.inputs, concludes=False)
    if said.priority_level:
        enter_priority_level(m, said.reached)
    assign(m, past.plan, past.bought)
    form = compiled(m)
    values = np.array([float(pyo.value(variable)) for variable in form.variables])
    _expect(past, said, form, values)
    matrix = as_modelled(form)
    prices = best_prices(matrix, watch, time_limit_s=time_limit_s, threads=threads)
    bound = max(prices.bound, said.objective)
    arrays, names = _arrays(matrix, values, prices.values), _names(form)
    facts = names | {
        "scenario": past.scenario,
        "run": past.run_id,
        "input_sha256": past.inputs.sha256,
        "priority_level": said.priority_level,
        "terms": _terms(m, said),
        "rules": _rules(form.constraints),
        "plan": said.decisions,
        "objective": said.objective,
        "bound_by_prices": bound,
        "gap_by_prices": gap(said.objective, bound),
        "bound_by_search": said.dual_bound,
        "gap_by_search": gap(said.objective, said.dual_bound),
    }
    return sealed(Certificate(arrays, facts, prices.is_best))


def sealed(certificate: Certificate) -> Certificate:
    """Return a certificate with the SHA-256 of each of its fields, and that of its model as a whole."""
    facts = {name: fact for name, fact in certificate.facts.items() if name not in {"sha256", "model_sha256"}}
    digests = {
        name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in certificate.arrays.items()
    }
    digests |= {name: _digest(fact) for name, fact in facts.items()}
    model = hashlib.sha256("".join(digests[name] for name in MODEL).encode()).hexdigest()
    digests["model_sha256"] = _digest(model)
    return dataclasses.replace(certificate, facts=facts | {"model_sha256": model, "sha256": digests})


def best_prices(matrix: Matrix, watch: Watch, *, time_limit_s: float, threads: int | None) -> Prices:
    """Solve the relaxation, and return the prices of the rows that prove the lowest bound.

    A method that gives up leaves prices too, and no prices at all are prices of 0.

    Raises:
        KeyboardInterrupt: the user stopped it.

    """
    best = proof(matrix, np.zeros(matrix.rows.shape[0]))
    for end, solver in attempts(matrix, watch, time_limit_s=time_limit_s, threads=threads):
        if solver.prices is not None:
            best = min(best, proof(matrix, solver.prices), key=lambda found: found.bound)
        if end == SolverEnd.OPTIMAL:
            best = dataclasses.replace(best, is_best=True)
            break
    if watch.is_interrupted:
        raise KeyboardInterrupt
    return best


def proof(matrix: Matrix, prices: Vector) -> Prices:
    """Return prices, changed where they would prove nothing, and the bound that they prove, rounded up."""
    prices = _carried(matrix, np.where(np.abs(prices) < _LEAST, 0.0, prices))
    gain, _ = priced(matrix, prices)
    for column in _open_columns(matrix):
        gain[column] = float(_gain(matrix, column, prices))
    bound = matrix.constant + at_best(prices, matrix.row_lower, matrix.row_upper)
    bound += at_best(gain, matrix.lower, matrix.upper)
    return Prices(prices, bound + _rounding(matrix, prices))


def as_modelled(form: Compiled) -> Matrix:
    """Return the matrix with the bounds that the variables have by themselves, and none that rows imply."""
    lower = [-np.inf if variable.lb is None else variable.lb for variable in form.variables]
    upper = [np.inf if variable.ub is None else variable.ub for variable in form.variables]
    return form.matrix.within(np.array(lower, dtype=float), np.array(upper, dtype=float))


def _carried(matrix: Matrix, prices: Vector) -> Vector:
    """Move prices of rows until no column has a gain left towards where it has no bound.

    Each such column has a row that gives it one, and that speaks of no other. Sums are exact here: however
    small a gain, without a bound it proves nothing.
    """
    prices = np.where(np.isinf(np.where(prices > 0, matrix.row_upper, matrix.row_lower)), 0.0, prices)
    columns = _open_columns(matrix)
    is_open = np.isin(np.arange(len(matrix.gain)), columns)
    open_count = matrix.pattern @ is_open.astype(float)
    for column in columns:
        span = slice(*matrix.columns.indptr[column : column + 2])
        for row, factor in zip(matrix.columns.indices[span], matrix.columns.data[span], strict=True):
            left = _unbounded_gain(matrix, column, prices)
            limits = matrix.row_upper if left * Fraction(factor) > 0 else matrix.row_lower
            if left == 0 or open_count[row] > 1 or np.isinf(limits[row]):
                continue
            prices[row] = float(Fraction(prices[row]) + left / Fraction(factor))
            while _unbounded_gain(matrix, column, prices) * left > 0:
                prices[row] = np.nextafter(prices[row], np.copysign(np.inf, float(left) * factor))
        if _unbounded_gain(matrix, column, prices):
            raise RuntimeError("a column without a bound has no row of its own that gives it one")
    return prices


def _open_columns(matrix: Matrix) -> NDArray[np.intp]:
    return np.flatnonzero(np.isinf(matrix.lower) | np.isinf(matrix.upper))


def _gain(matrix: Matrix, column: np.intp, prices: Vector) -> Fraction:
    """Return exactly what a unit more of a column adds beside its prices."""
    span = slice(*matrix.columns.indptr[column : column + 2])
    entries = zip(matrix.columns.indices[span], matrix.columns.data[span], strict=True)
    return Fraction(matrix.gain[column]) - sum(Fraction(by) * Fraction(prices[row]) for row, by in entries)


def _unbounded_gain(matrix: Matrix, column: np.intp, prices: Vector) -> Fraction:
    """Return the gain of a column that no bound limits, and else 0."""
    gain = _gain(matrix, column, prices)
    return (
        gain if gain and np.isinf(matrix.upper[column] if gain > 0 else matrix.lower[column]) else Fraction(0)
    )


def _rounding(matrix: Matrix, prices: Vector) -> float:
    """Return more than the arithmetic of a dual bound can be off by (Higham 2002, section 3.1)."""
    limits = np.where(prices > 0, matrix.row_upper, np.where(prices < 0, matrix.row_lower, 0.0))
    ends = [np.where(np.isinf(end), 0.0, np.abs(end)) for end in (matrix.lower, matrix.upper)]
    used = np.abs(matrix.gain) + abs(matrix.rows).T @ np.abs(prices)
    size = abs(matrix.constant) + np.abs(prices) @ np.abs(limits) + used @ np.maximum(*ends)
    longest = max(np.diff(matrix.rows.indptr).max(initial=0), np.diff(matrix.columns.indptr).max(initial=0))
    count = int(longest) + matrix.rows.shape[0] + matrix.rows.shape[1]
    return float(_UNIT_ROUNDOFF * count * size)


def _expect(past: PastRun, said: Stated, form: Compiled, values: Vector) -> None:
    """Refuse a plan that the model as it is built now judges otherwise than its run does."""
    again = f"solve it again: `planner solve --scenario {call_of(past.scenario)}`."
    matrix = form.matrix
    excess = matrix.excess(values)
    broken = np.flatnonzero(excess > matrix.row_tolerance)
    if len(broken):
        rule = form.constraints[broken[0]].parent_component().name
        raise UsageError(
            f"The plan of run {past.run_id} does not keep rule {rule} of the present model.", again
        )
    found = matrix.objective_value(values)
    size = abs(matrix.constant) + float(np.abs(matrix.gain) @ np.abs(values))
    if abs(found - said.objective) > _SAME * size:
        raise UsageError(
            f"The plan of run {past.run_id} has the objective {said.objective:g},"
            f" and in the present model {found:g}.",
            again,
        )


def _arrays(matrix: Matrix, values: Vector, prices: Vector) -> dict[str, NDArray[Any]]:
    return {
        "constant": np.array([matrix.constant]),
        "gain": matrix.gain,
        "is_whole": matrix.is_integer,
        "lower": matrix.lower,
        "upper": matrix.upper,
        "row_start": matrix.rows.indptr.astype("<i8"),
        "row_column": matrix.rows.indices.astype("<i4"),
        "row_factor": matrix.rows.data,
        "row_lower": matrix.row_lower,
        "row_upper": matrix.row_upper,
        "value": np.where(np.abs(values) < _LEAST, 0.0, values),
        "price": prices,
    }


def _names(form: Compiled) -> dict[str, list[str]]:
    return {"row_name": list(map(_named, form.constraints)), "column_name": list(map(_named, form.variables))}


def _named(part: ConstraintData | VarData) -> str:
    """Return the name of a row or column: its component, and its index as JSON."""
    index = part.index()
    if index is None:
        return str(part.parent_component().name)
    return name_of(part.parent_component().name, *(index if isinstance(index, tuple) else (index,)))


def name_of(component: str, *index: str | int) -> str:
    """Return the name of a row or a column: the component of the model and, as JSON, its index."""
    return component + json.dumps(index)


def _rules(constraints: Iterable[ConstraintData]) -> dict[str, tuple[str, str]]:
    """Return unit and title of each component that rows belong to; definitions of variables have neither."""
    parts = (*RULES, *DEFINITIONS)
    known = {p.name: (str(p.limit.unit) if isinstance(p, Rule) else "", p.title.en) for p in parts}
    found = dict.fromkeys(row.parent_component().name for row in constraints)
    return {name: known.get(name, ("", "")) for name in found}


def _terms(m: PlanModel, said: Stated) -> Sequence[str]:
    """Return the terms that the objective weighs."""
    if said.priority_level:
        return m.inputs.priority_levels[said.priority_level - 1].terms
    return [term for term in m.term if m.inputs.objective_weight.get(term)]


def _digest(fact: object) -> str:
    return hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).hexdigest()
