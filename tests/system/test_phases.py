"""Plans of several phases under any rules: the search beside the solver alone."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from model.data.inputs import Inputs
from model.formulation.build import build
from model.solver import orchestrate, phases, whole_model
from model.solver.compiled import compiled
from model.solver.watch import Watch
from tests.support.towns import in_sequence
from tests.support.worlds import keeps_all_rules, small_inputs

FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(small_inputs())
def test_with_every_rule_there_is_a_plan_or_none_and_the_search_is_never_worse(inputs: Inputs) -> None:
    form = compiled(build(inputs))
    plan = in_sequence(inputs)
    values = whole_model.complete(form, plan, Watch(None, 0.0), threads=None)
    assert (values is not None) == keeps_all_rules(inputs, plan)
    if values is not None and phases.are_several(form):
        found = orchestrate.solve(build(inputs), large_nonzero_count=0)
        assert found.objective is not None
        assert found.objective >= form.matrix.objective_value(values) - 1e-9
