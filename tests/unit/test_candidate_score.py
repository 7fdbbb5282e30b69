"""The term candidate_score: of plans that are worth the same it takes the better places, and it never pays for a site."""

from __future__ import annotations

import dataclasses

import pytest

from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.build import build
from model.solver import orchestrate
from tests.support.worlds import STRUCTURAL


def street(
    score: dict[int, float], *, weight: float, price_cad: float = 100.0, grant_cad: float = 0.0
) -> Inputs:
    """Two candidates that cover the same customer, and a third that covers nobody; money for all three."""
    sites = {n: Site(n) for n in (1, 2, 3)}
    price = Price(capex_cad=price_cad, grants=(("one", grant_cad),))
    options = {f"{n}": Option(f"{n}", n, "build", frozenset({"L2"}), (1,), {1: price}) for n in sites}
    return Inputs(
        phases=(Phase(1, 400.0),),
        levels=("L2",),
        sites=sites,
        options=options,
        covering_sites={(0, "L2"): (1, 2)},
        weight={(0, "L2"): 1.0},
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0, "candidate_score": weight},
        candidate_score=score,
    )


def built(inputs: Inputs) -> set[int]:
    outcome = orchestrate.solve(build(inputs))
    return {inputs.options[o].site_id for o, _ in outcome.plan}


@pytest.mark.parametrize("better", [1, 2])
def test_it_breaks_ties(better: int) -> None:
    score = {n: 0.75 if n == better else 0.5 for n in (1, 2, 3)}
    assert built(street(score, weight=0.1)) == {better}


def test_a_perfect_site_is_free_and_none_is_built_for_its_score() -> None:
    assert built(street({1: 0.9, 2: 1.0, 3: 1.0}, weight=0.1)) == {2}
    # the customer is worth 1; the better of two poor sites costs 5 x 0.9 x 100 / 400
    assert built(street({1: 0.0, 2: 0.1, 3: 0.1}, weight=5.0)) == set()
    assert built(street({1: 0.0, 2: 0.1, 3: 0.1}, weight=4.0)) == {2}


def test_its_value_by_hand() -> None:
    """Of 400 CAD, site 2 takes 100 less 20 of grants, and falls short by a quarter: 0.25 x 80 / 400."""
    inputs = street({1: 0.5, 2: 0.75, 3: 1.0}, weight=1.0, grant_cad=20.0)
    inputs = dataclasses.replace(inputs, application_cap_cad={"one": 1e6})
    outcome = orchestrate.solve(build(inputs))
    assert outcome.objective == pytest.approx(1 - 0.25 * 80 / 400)
