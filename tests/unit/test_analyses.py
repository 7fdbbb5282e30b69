"""What is varied in an analysis, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.common.errors import UsageError
from model.analysis import variation
from model.data import scenario
from model.data.codes import GrowthPath
from tests.support.scenarios import town_file


def test_an_order_of_unknown_terms_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        scenario.resolve(town_file(tmp_path, '[objective]\norder = [["beauty"]]'))
    assert "not a term" in caught.value.message
    assert "town.toml" in caught.value.message


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("budget=1e6,2e6", [1e6, 2e6]),
        ("budget=1e6:3e6:5", [1e6, 1.5e6, 2e6, 2.5e6, 3e6]),
        ("budget=-20%,+20%", [3.2e6, 4.8e6]),
        ("budget=4e6,5e6", [5e6]),
        ("service_distance=0.8,1", [0.8]),
        ("weights=0.6", [0.6]),
        ("charger.dc_150.ports_max=4", [4]),
        ("phase.1.budget_cad=5", [5]),
    ],
)
def test_values_of_a_parameter(text: str, values: list[float]) -> None:
    found = variation.vary(scenario.resolve("base")[1], text)
    assert [v.value for v in found] == pytest.approx(values)


def test_words_of_a_choice() -> None:
    base = scenario.resolve("base")[1]
    found = variation.vary(base, "growth.path=low, middle,high")
    assert [(v.value, v.base_value) for v in found] == [("low", "middle"), ("high", "middle")]
    assert [v.parameters.growth.path for v in found] == [GrowthPath.LOW, GrowthPath.HIGH]


@pytest.mark.parametrize("text", ["budget=1234567.891", "service_distance=0.1", "growth.path=high"])
def test_a_variation_read_again_is_the_same(text: str) -> None:
    base = scenario.resolve("base")[1]
    (found,) = variation.vary(base, text)
    assert variation.vary(base, found.text) == [found]


def test_short_names_turn_what_they_say() -> None:
    base = scenario.resolve("base")[1]

    def turned(text: str) -> scenario.Scenario:
        return variation.vary(base, text)[0].parameters

    assert turned("service_distance=0.5").level["L2"].service_distance_m == 500
    assert turned("costs=2").charger["dc_150"].equipment_cost_cad_per_port == 200_000
    assert turned("costs=2").charger["ac_7"].opex_cad_per_port_year == 800
    assert turned("costs=2").site.capex_limit_cad == base.site.capex_limit_cad
    weight = turned("weights=0.75").term_weights
    assert (weight["coverage.L2"], weight["coverage.L3"]) == pytest.approx((25, 75))
    assert turned("grid=0.5").grid.hosting_capacity_factor == 0.5
    assert turned("growth=2").growth.five_year_factor == 2


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("bugdet=1", "no parameter 'bugdet'", "'budget'"),
        (
            "level.L3.service_distence_m=1",
            "no parameter 'level.L3.service_distence_m'",
            "'level.L3.service_distance_m'",
        ),
        ("continues=1", "no parameter 'continues'", "nearest"),
        ("budget=much", "not understood at 'much'", "name=1e6:3e6:5"),
        (
            "growth.path=fast",
            "growth.path=fast: growth.path: Input should be 'low', 'middle' or 'high'",
            "base",
        ),
        ("growth.path=-20%", "growth.path=-20%: growth.path", "base.toml"),
        ("budget=1:2", "not understood at '1:2'", "name=1e6:3e6:5"),
        ("service_distance=-1", "service_distance=-1: level.L2.service_distance_m", "base.toml"),
    ],
)
def test_a_mistake_in_a_parameter_is_one_sentence(text: str, says: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        variation.vary(scenario.resolve("base")[1], text)
    assert says in caught.value.message
    assert hint in caught.value.hint


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=3), st.floats(1, 1e8))
def test_a_budget_is_shared_out_whole(budgets: list[float], total: float) -> None:
    tree = {"phase": {n: {"budget_cad": b} for n, b in enumerate(budgets, start=1)}}
    variation.SHORT["budget"].write(tree, total)
    assert variation.SHORT["budget"].read(tree) == pytest.approx(total)
