"""What money is measured against: the budgets where they are any measure, and never so little that it is absurd."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from model.accounting.money_scale import capex_scale_cad, opex_scale_cad_per_year
from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.build import build
from model.solver import whole_model
from tests.support.worlds import STRUCTURAL

L2 = frozenset({"L2"})


def ten_stations(budget_cad: float, *more: Option, **changes: Any) -> Inputs:
    """Ten stations, each covers a tenth alone, cost 40,000 CAD new and 1,600 a year; all may go for their price."""
    gone = [
        Option(
            f"{s}:remove",
            s,
            "remove",
            frozenset(),
            (1,),
            prices={1: Price(resale_cad=40_000.0)},
            opex_change_cad_per_year=-1600.0,
        )
        for s in range(10)
    ]
    found = Inputs(
        phases=(Phase(1, budget_cad),),
        levels=("L2",),
        sites={s: Site(s, L2 if s < 10 else frozenset(), layout="ac_7=4" * (s < 10)) for s in range(12)},
        options={o.option_id: o for o in [*gone, *more]},
        covering_sites={(s, "L2"): (s,) for s in range(12)},
        weight={(s, "L2"): 0.1 for s in range(10)} | {(s, "L2"): 0.0 for s in (10, 11)},
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 33.33, "capex": 0.4, "opex": 0.1},
        network_cad=400_000.0,
        station_cad_max=40_000.0,
        network_opex_cad_per_year=16_000.0,
    )
    return dataclasses.replace(found, **changes)


BUILD = Option(
    "10:build",
    10,
    "build",
    L2,
    (1,),
    prices={1: Price(25_000.0)},
    opex_change_cad_per_year=400.0,
    layout="ac_7=1",
)


DEAR = Option(
    "11:build", 11, "build", L2, (1,), prices={1: Price(400_000.0)}, opex_change_cad_per_year=24_000.0
)


@pytest.mark.parametrize("budget_cad", [0.0, 0.01, 1000.0, 24_999.0, 25_000.0, 700_000.0, 1e9])
@pytest.mark.parametrize("options", [(), (BUILD,), (BUILD, DEAR)])
def test_no_station_is_removed_at_a_loss_of_coverage_that_outweighs_it(
    budget_cad: float, options: tuple[Option, ...]
) -> None:
    """A tenth of all coverage, 3.3 points, for a tenth of what the network is worth."""
    outcome = whole_model.solve(build(ten_stations(budget_cad, *options)))
    assert outcome.plan == frozenset()
    assert outcome.objective == pytest.approx(33.33)


@pytest.mark.parametrize(
    ("inputs", "money", "opex"),
    [
        (ten_stations(0.0), 400_000.0, 16_000.0),
        (ten_stations(1000.0), 400_000.0, 16_000.0),
        (ten_stations(700_000.0), 700_000.0, 16_000.0),
        (ten_stations(0.0, BUILD), 400_000.0, 16_000.0),
        (ten_stations(5e6, BUILD), 5e6, 16_000.0),
        (ten_stations(5e6, BUILD, DEAR), 5e6, 24_400.0),
        (ten_stations(100_000.0, BUILD, DEAR), 400_000.0, 24_000.0),
    ],
)
def test_scales_by_hand(inputs: Inputs, money: float, opex: float) -> None:
    """All ten bring 400,000 CAD and save 16,000 a year; the builds add 400 and 24,000 a year, 0.06 for a CAD."""
    assert capex_scale_cad(inputs) == pytest.approx(money)
    assert opex_scale_cad_per_year(inputs) == pytest.approx(opex)


def test_one_candidate_for_removal_is_measured_against_the_network() -> None:
    """Of ten stations one may go: 40,000 CAD are a tenth of what stands, not all of it."""
    all_ten = ten_stations(0.0)
    one = dataclasses.replace(all_ten, options={"3:remove": all_ten.options["3:remove"]})
    assert capex_scale_cad(one) == 400_000.0
    assert opex_scale_cad_per_year(one) == 16_000.0
    assert whole_model.solve(build(one)).plan == frozenset()
    useless = dataclasses.replace(one, weight={**one.weight, (3, "L2"): 0.0})
    assert whole_model.solve(build(useless)).plan == {("3:remove", 1)}


def test_a_figure_that_is_given_is_the_scale() -> None:
    assert capex_scale_cad(ten_stations(0.0, money_scale_cad=123.0)) == 123.0


def test_a_price_near_nothing_does_not_blow_the_scale_of_running_cost_up() -> None:
    """Grants leave 1 CAD of a price, and 8,000 CAD a year: all options together add no more than that."""
    cheap = dataclasses.replace(
        BUILD, prices={1: Price(25_000.0, (("one", 24_999.0),))}, opex_change_cad_per_year=8000.0
    )
    inputs = dataclasses.replace(ten_stations(700_000.0), options={"10:build": cheap})
    assert opex_scale_cad_per_year(inputs) == 8000.0


def test_what_costs_no_money_counts_in_the_scale_of_running_cost() -> None:
    """Free ports that add 10 CAD a year beside a project of 10 CAD that adds 1: a plan can add 11, not 1."""
    free = Option("0:expand", 0, "expand", L2, (1,), opex_change_cad_per_year=10.0)
    paid = Option("1:build", 1, "build", L2, (1,), prices={1: Price(10.0)}, opex_change_cad_per_year=1.0)
    inputs = dataclasses.replace(ten_stations(0.0), options={o.option_id: o for o in (free, paid)})
    assert opex_scale_cad_per_year(inputs) == 11.0
