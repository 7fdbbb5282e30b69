"""What is left of a time limit, and for whom."""

from __future__ import annotations

import dataclasses

from model.analysis import conflict, remedies
from model.data.clock import NO_LIMIT, Clock, since_process_began
from tests.support.towns import city
from tests.support.worlds import STRUCTURAL


def test_the_solver_gets_what_is_left_less_room_to_write_and_audit() -> None:
    assert NO_LIMIT.solver_s(read_s=1.0, build_s=1.0) is None
    assert NO_LIMIT.left_s == float("inf")
    assert Clock(0.0).left_s == 0.0
    assert Clock(10.0).solver_s(read_s=100.0, build_s=0.0) == 0.0
    found = Clock(1e6).solver_s(read_s=20.0, build_s=10.0)
    assert found is not None
    assert found < 1e6 - 10.0
    known = Clock(1e6).solver_s(read_s=20.0, build_s=10.0, known_after_s=100.0)
    assert known is not None
    assert known < 1e6 - 100.0


def test_a_command_counts_from_the_start_of_its_process() -> None:
    """The imports of a command take time, too; this process runs for longer than what it does here."""
    clock = since_process_began(1e9)
    assert clock.elapsed_s > 0.0
    assert clock.limit_s == 1e9
    assert clock.began_s <= Clock(None).began_s


def test_without_time_left_no_rule_is_spared_and_no_way_out_is_sought() -> None:
    rules = {"budget", "min_coverage", "projects_per_phase"}
    inputs = dataclasses.replace(city(4, 1.0), rules=STRUCTURAL | rules, target={(1, "L2"): 0.9})
    assert conflict.conflicting_rules(inputs) == ("min_coverage", "budget")
    assert set(conflict.conflicting_rules(inputs, Clock(0.0))) == rules
    assert remedies.find(inputs, ["min_coverage", "budget"]).sentences()
    assert remedies.find(inputs, ["min_coverage", "budget"], Clock(0.0)).sentences() == []
