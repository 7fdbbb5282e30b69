"""The dual bound of a block, where prices are so high that the solver loses count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from model.solver import solve_matrix
from model.solver.blocks.solve import proved
from model.solver.highs import SolverEnd
from model.solver.matrix import Matrix


def one_of_two(gain: list[float]) -> Matrix:
    """Return a model in which one of two things may be done."""
    return Matrix(
        np.array(gain),
        1.0,
        sparse.csr_array(np.array([[1.0, 1.0]])),
        np.array([-np.inf]),
        np.array([1.0]),
        np.zeros(2),
        np.ones(2),
        np.array([True, True]),
    )


@pytest.mark.parametrize("said", [1.25, 3.5])
def test_the_solver_is_believed_while_it_can_count(said: float) -> None:
    found = solve_matrix.Found(SolverEnd.OPTIMAL, None, said)
    # a price of 2 for the row: it comes to 2, and 1 that is there anyway
    assert proved(one_of_two([2.0, 1.0]), np.array([2.0]), found) == min(said, 3.0)


def test_prices_of_the_rows_prove_the_bound_where_it_cannot_count() -> None:
    found = solve_matrix.Found(SolverEnd.OPTIMAL, None, 1.25)
    assert proved(one_of_two([2.0, -1e8]), np.array([2.0]), found) == 3.0
    assert proved(one_of_two([2.0, -1e8]), np.array([0.0]), found) == 3.0
