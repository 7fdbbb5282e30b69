"""A Pyomo model as a matrix, with what is needed to read a plan from values of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyomo.core as pyo
from numpy.typing import NDArray
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from model.data.inputs import Plan
from model.formulation.plan_model import PlanModel
from model.solver.matrix import Mask, Matrix, Vector, bounded

_AT_MOST, _AT_LEAST = 1, -1


@dataclass(frozen=True)
class Compiled:
    """The matrix of a Pyomo model, its constraints and variables in the order of rows and columns.

    `idle` are the variables that no rule and no objective speaks of, `choices` the columns of the choices in
    `keys`. `phase` is that of each column, 0 where it has none; `is_decision` marks those that are decided or
    paid in their phase, while others tell how things stand then.
    """

    matrix: Matrix
    constraints: tuple[ConstraintData, ...]
    variables: tuple[VarData, ...]
    idle: tuple[VarData, ...]
    keys: tuple[tuple[str, int], ...]
    choices: NDArray[np.intp]
    phase: NDArray[np.intp]
    is_decision: Mask

    @cached_property
    def place(self) -> Mapping[int, int]:
        """The column of each variable, by its identity."""
        return {id(variable): n for n, variable in enumerate(self.variables)}

    def plan(self, values: Vector) -> Plan:
        """Return the plan that values hold."""
        taken = np.flatnonzero(values[self.choices].round() > 0)
        return frozenset(self.keys[n] for n in taken)

    def load(self, values: Vector) -> None:
        """Set the variables of the model; whole numbers become exactly whole."""
        exact = np.where(self.matrix.is_integer, values.round(), values)
        for variable, value in zip(self.variables, exact.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)
        for variable in self.idle:
            low, high = variable.lb, variable.ub
            nearest = max(0.0, -np.inf if low is None else low)
            variable.set_value(min(nearest, np.inf if high is None else high), skip_validation=True)

    def held_to(self, plan: Plan) -> Matrix:
        """Return the matrix with every choice as a plan has it."""
        taken = np.array([key in plan for key in self.keys], dtype=float)
        lower, upper = self.matrix.lower.copy(), self.matrix.upper.copy()
        lower[self.choices] = upper[self.choices] = taken
        return self.matrix.within(lower, upper)


def compiled(m: PlanModel) -> Compiled:
    """Return the model as arrays; it must maximise. Fixed variables become constants.

    Raises:
        pyomo.common.errors.InfeasibleConstraintException: a rule without variables does not hold.
        ValueError: the model minimises.

    """
    goal = next(m.component_data_objects(pyo.Objective, active=True))
    if goal.sense != pyo.maximize:
        raise ValueError("the search for a plan maximises; turn the sign of the objective round")
    form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    kind = np.array([row.bound_type for row in form.rows], dtype=int)
    limit = np.asarray(form.rhs, dtype=float)
    variables = tuple(form.columns)
    decided = {name for part in m.parts for name in part.decides}
    place = {id(variable): n for n, variable in enumerate(variables)}
    chosen = [(key, place[id(m.x[key])]) for key in m.choice if id(m.x[key]) in place]
    matrix = Matrix(
        gain=np.asarray(form.c.todense(), dtype=float).ravel(),
        constant=float(form.c_offset[0]),
        rows=sparse.csr_array(form.A),
        row_lower=np.where(kind == _AT_MOST, -np.inf, limit),
        row_upper=np.where(kind == _AT_LEAST, np.inf, limit),
        lower=np.array([-np.inf if v.lb is None else v.lb for v in variables], dtype=float),
        upper=np.array([np.inf if v.ub is None else v.ub for v in variables], dtype=float),
        is_integer=np.array([v.is_integer() for v in variables], dtype=bool),
    )
    return Compiled(
        bounded(matrix),
        tuple(row.constraint for row in form.rows),
        variables,
        tuple(v for v in m.component_data_objects(pyo.Var) if id(v) not in place and not v.fixed),
        tuple(key for key, _ in chosen),
        np.array([n for _, n in chosen], dtype=np.intp),
        np.array([_phase(m, v) for v in variables], dtype=np.intp),
        np.array([v.parent_component().name in decided for v in variables], dtype=bool),
    )


def _phase(m: PlanModel, variable: VarData) -> int:
    """Return the phase of a variable: the last part of its index, where that has several."""
    index = variable.index()
    return int(index[-1]) if isinstance(index, tuple) and len(index) > 1 and index[-1] in m.phase else 0
