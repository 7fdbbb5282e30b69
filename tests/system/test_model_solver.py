"""A second solver, SCIP, agrees on what the best plan is worth."""

from __future__ import annotations

from pathlib import Path

import pyomo.environ  # noqa: F401 - it has the writer of LP files
import pytest
from hypothesis import given, settings
from pyscipopt import Model

from model.data.inputs import Inputs
from model.formulation.build import build
from model.solver import whole_model
from tests.support.towns import city
from tests.support.worlds import small_inputs

FEW = settings(max_examples=30)


def by_scip(inputs: Inputs, folder: Path) -> float | None:
    """Return the best objective that SCIP finds for the model written as a file; None when it is infeasible."""
    file = folder / "plan.lp"
    build(inputs).write(str(file), io_options={"symbolic_solver_labels": False})
    second = Model()
    second.hideOutput()
    second.readProblem(str(file))
    second.optimize()
    return float(second.getObjVal()) if second.getStatus() == "optimal" else None


@FEW
@given(inputs=small_inputs())
def test_a_second_solver_agrees(tmp_path_factory: pytest.TempPathFactory, inputs: Inputs) -> None:
    found = whole_model.solve(build(inputs))
    expected = by_scip(inputs, tmp_path_factory.mktemp("scip"))
    assert (found.status == "infeasible") == (expected is None)
    if expected is not None:
        assert found.objective == pytest.approx(expected, rel=2e-4, abs=1e-6)


def test_a_second_solver_agrees_on_a_town(tmp_path: Path) -> None:
    inputs = city(8, 9)
    assert whole_model.solve(build(inputs), mip_gap=0).objective == pytest.approx(
        by_scip(inputs, tmp_path), abs=1e-6
    )
