"""mypy checks the bodies of rules and terms: what is wrong with one is reported, and what is right is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db.environment import CHECKOUT

HEAD = """
import pyomo.core as pyo
from model.formulation.expressions import Row, in_force, total
from model.formulation.plan_model import PlanModel
"""
RIGHT = (
    "def rule(m: PlanModel, site: int) -> Row:\n    return m.x['a', 1] + 2.0 * m.presence[site, 'L2', 1] <= 1"
)
RULE = "def rule(m: PlanModel, site: int) -> Row:\n    return "
TERM = "def term(m: PlanModel, level: str) -> pyo.NumericValue:\n    return "

MISTAKES = {
    "a_text": (RULE + "'at most one'", 'got "str"'),
    "no_limit": (RULE + "total(m, (1.0 * m.x[key] for key in m.choice))", 'got "NumericValue"'),
    "a_bare_sum": (RULE + "sum(1.0 * m.x[key] for key in m.choice) <= 1", "bool"),
    "no_such_method": (RULE + "m.x['a', 1].round() <= 1", 'no attribute "round"'),
    "no_such_component": (RULE + "m.presense[site, 'L2', 1] <= 1", 'no attribute "presense"'),
    "no_such_input": (RULE + "m.x['a', 1] <= m.inputs.sites[site].budget", 'no attribute "budget"'),
    "keys_in_another_order": (RULE + "m.presence['L2', site, 1] <= 1", "Invalid index type"),
    "a_key_too_few": (RULE + "m.presence[site, 'L2'] <= 1", "Invalid index type"),
    "a_limit_that_may_be_missing": (
        RULE + "m.x['a', 1] <= m.inputs.space.project_count_max",
        "Unsupported operand types",
    ),
    "terms_of_text": (RULE + "total(m, ['x']) <= 1", "List item 0"),
    "a_condition_on_a_term": (TERM + "m.coverage_share[level, 1] >= 0.5", 'got "RelationalExpression"'),
    "a_component_for_its_element": (TERM + "1.0 * m.coverage_share", "Unsupported operand types"),
    "no_such_function": (TERM + "pyo.quick_sum([m.nothing])", 'no attribute "quick_sum"'),
}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says of each file, by its name."""
    folder = tmp_path_factory.mktemp("bodies")
    for name, text in {"right": RIGHT, **{name: text for name, (text, _) in MISTAKES.items()}}.items():
        (folder / f"{name}.py").write_text(f"{HEAD}\n\n{text}\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line.partition(": error: ") for line in done.stdout.splitlines() if ": error: " in line]
    return {Path(place.partition(":")[0]).stem: said for place, _, said in lines}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_body_is_reported(reported: dict[str, str], name: str) -> None:
    assert MISTAKES[name][1] in reported.get(name, "nothing")


def test_a_right_body_is_not(reported: dict[str, str]) -> None:
    assert reported.keys() == MISTAKES.keys()
