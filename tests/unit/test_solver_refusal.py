"""The solver answers every call with a status: a call that it refuses ends the work, whichever it is."""

from __future__ import annotations

from typing import Any

import highspy
import pytest

from model.data.inputs import Option, Price
from model.formulation.build import build
from model.solver import greedy, whole_model
from tests.support.worlds import station_world

REFUSED = highspy.HighsStatus.kError


def solve() -> whole_model.Outcome:
    built = Option("0:build", 0, "build", frozenset({"L2"}), (1,), {1: Price(1000.0)})
    inputs = station_world(frozenset(), built, covering_sites={(0, "L2"): (0,), (0, "L3"): ()})
    return whole_model.solve(build(inputs), start=greedy.greedy(inputs), time_limit_s=60, threads=1)


@pytest.mark.parametrize("call", ["setOptionValue", "passModel", "setSolution", "run"])
def test_a_call_that_the_solver_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    assert solve().status == "optimal"
    monkeypatch.setattr(highspy.Highs, call, lambda *_: REFUSED)
    with pytest.raises(RuntimeError, match=f"HiGHS refused a call: {call}"):
        solve()


@pytest.mark.parametrize("name", ["threads", "time_limit", "mip_rel_gap"])
def test_an_option_that_keeps_its_old_value_is_an_error(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Taken without a word and not kept."""
    as_it_is = highspy.Highs.setOptionValue

    def deaf(solver: Any, option: str, value: Any) -> Any:
        return highspy.HighsStatus.kOk if option == name else as_it_is(solver, option, value)

    monkeypatch.setattr(highspy.Highs, "setOptionValue", deaf)
    with pytest.raises(RuntimeError, match=f"HiGHS was asked for {name} = "):
        solve()
