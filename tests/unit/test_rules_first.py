"""The rules that every scenario begins with: each holds a plan back in a world of two sites, and is missed when it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.data.inputs import Inputs, Lock, Option, Phase, Plan, Price, Site
from model.formulation.build import build
from model.solver import whole_model
from tests.support.worlds import STRUCTURAL

L2, L3 = frozenset({"L2"}), frozenset({"L3"})
FED = {0: Site(0, grid_node_ids=(1, 7, 9)), 1: Site(1, grid_node_ids=(2, 7, 9))}
NOTHING: Plan = frozenset()
EAST, WEST = ("east", 1), ("west", 1)
LARGE = ("large", 1)


def option(
    name: str, site: int, levels: frozenset[str] = L2, capex_cad: float = 10.0, **figures: float
) -> Option:
    return Option(name, site, "build", levels, (1,), {1: Price(capex_cad)}, **figures)


WORLD = Inputs(
    phases=(Phase(1, 100.0),),
    levels=("L2", "L3"),
    sites={0: Site(0, grid_node_ids=(7,)), 1: Site(1, grid_node_ids=(7,))},
    options={o.option_id: o for o in (option("east", 0, added_kw=60.0), option("west", 1, added_kw=50.0))},
    covering_sites={(0, "L2"): (0,), (1, "L2"): (1,), (0, "L3"): (0,)},
    weight={(0, "L2"): 0.6, (1, "L2"): 0.4, (0, "L3"): 1.0},
    rules=STRUCTURAL,
    objective_weight={"coverage.L2": 1.0, "coverage.L3": 1.0, "capex": 0.1},
    remaining_kw={7: 70.0},
)
"""Both sites are worth building on: east covers 0.6 and west 0.4 of the demand at L2, each for 10 of 100 CAD."""


def plan_of(inputs: Inputs, *, gone: str | None = None) -> Plan:
    """Return the best plan, with a rule of the model taken out if asked."""
    m = build(inputs)
    if gone is not None:
        m.component(gone).deactivate()
    found = whole_model.solve(m)
    assert found.status == "optimal"
    return found.plan


@pytest.mark.parametrize(
    ("rule", "change", "held", "free"),
    [
        ("budget", {"phases": (Phase(1, 15.0),)}, {EAST}, {EAST, WEST}),
        ("grid_area_power", {}, {EAST}, {EAST, WEST}),
        # two feeders of one station of one supply: each carries its site, the supply not both
        (
            "grid_area_power",
            {"sites": FED, "remaining_kw": {1: 60.0, 2: 50.0, 7: 200.0, 9: 100.0}},
            {EAST},
            {EAST, WEST},
        ),
        # a feeder that is full stops its site alone
        (
            "grid_area_power",
            {"sites": FED, "remaining_kw": {1: 0.0, 2: 50.0, 7: 200.0, 9: 200.0}},
            {WEST},
            {EAST, WEST},
        ),
        (
            "site_power",
            {
                "options": {o.option_id: o for o in (option("east", 0), option("west", 1, peak_kw=600.0))},
                "site_power_limit_kw": 500.0,
            },
            {EAST},
            {EAST, WEST},
        ),
        (
            "min_coverage",
            {"objective_weight": {"coverage.L2": 0.1, "capex": 10.0}, "target": {(1, "L2"): 0.5}},
            {EAST},
            set(),
        ),
        ("locks", {"locks": (Lock(1, 0, "force_out"),)}, {WEST}, {EAST, WEST}),
        (
            "locks",
            {"objective_weight": {"coverage.L2": 0.1, "capex": 10.0}, "locks": (Lock(1, 1, "force_in"),)},
            {WEST},
            set(),
        ),
        (
            "locks",
            {
                "options": WORLD.options | {"large": option("large", 1, capex_cad=30.0)},
                "locks": (Lock(1, 1, "fix_option", "large"),),
            },
            {EAST, LARGE},
            {EAST, WEST},
        ),
    ],
)
def test_a_rule_binds_and_is_missed(
    rule: str, change: dict[str, object], held: set[tuple[str, int]], free: set[tuple[str, int]]
) -> None:
    inputs = replace(WORLD, **change)  # type: ignore[arg-type]
    assert plan_of(replace(inputs, rules=inputs.rules | {rule})) == held
    assert plan_of(inputs) == free


def test_a_site_changes_once_and_would_change_twice() -> None:
    """L2 at the east covers 0.6, L3 covers all: together they are worth more than either."""
    both = replace(WORLD, options={o.option_id: o for o in (option("east", 0), option("large", 0, L3))})
    assert plan_of(both) == {LARGE}
    assert plan_of(both, gone="one_change_per_site") == {EAST, LARGE}


def test_coverage_has_to_be_built_and_would_be_claimed_for_nothing() -> None:
    shared = replace(
        WORLD, covering_sites={(0, "L2"): (0, 1), (1, "L2"): (1,)}, weight={(0, "L2"): 0.9, (1, "L2"): 0.1}
    )
    assert plan_of(shared) == {WEST}
    barred = replace(shared, weight={(0, "L2"): 1.0, (1, "L2"): 0.0})
    assert len(plan_of(barred)) == 1
    assert plan_of(barred, gone="coverage") == NOTHING


def test_what_one_site_alone_can_cover_is_covered_by_its_choice() -> None:
    m = build(WORLD)
    assert m.covered[0, "L2", 1] is m.x[EAST]
    assert m.covered[1, "L2", 1] is m.x[WEST]
