"""Square towns for the solver, as large as a test wants them, and ways to solve a world."""

from __future__ import annotations

import dataclasses
from itertools import product

from model.data.inputs import Inputs, Option, Phase, Price, Site
from model.formulation.build import build
from model.solver import orchestrate, phases, whole_model
from model.solver.compiled import compiled
from model.solver.watch import Watch
from tests.support.worlds import STRUCTURAL

PRICES = {phase: Price(1.0) for phase in range(1, 4)}


def city(side: int, budget_cad: float) -> Inputs:
    """A square town: a candidate and a customer at each crossing, a service distance of one block, each station 1 CAD."""
    places = list(product(range(side), repeat=2))
    number = {place: n for n, place in enumerate(places)}
    covering_sites = {
        (number[x, y], "L2"): tuple(
            number[x + dx, y + dy]
            for dx, dy in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))
            if (x + dx, y + dy) in number
        )
        for x, y in places
    }
    weight = {key: 1.0 + key[0] * 7 % 11 for key in covering_sites}
    total = sum(weight.values())
    return Inputs(
        phases=(Phase(1, budget_cad),),
        levels=("L2",),
        sites={n: Site(n) for n in number.values()},
        options={
            f"{n}:build": Option(f"{n}:build", n, "build", frozenset({"L2"}), (1,), PRICES)
            for n in number.values()
        },
        covering_sites=covering_sites,
        weight={key: w / total for key, w in weight.items()},
        rules=STRUCTURAL | {"budget"},
        objective_weight={"coverage.L2": 1.0},
    )


def town(side: int, budget_cad: float) -> Inputs:
    """The square town of the solver's tests, with its crossings 100 m apart."""
    inputs = city(side, budget_cad)
    places = {n: Site(n, x_m=100.0 * (n // side), y_m=100.0 * (n % side)) for n in inputs.sites}
    weight = {"coverage.L2": 1.0, "capex": 0.0, "opex": 0.0}
    return dataclasses.replace(inputs, sites=places, objective_weight=weight)


def demanding(side: int, budget_cad: float, share: float) -> Inputs:
    """A town that asks for a share of coverage, which a plan that does nothing misses."""
    return dataclasses.replace(
        town(side, budget_cad), rules=STRUCTURAL | {"budget", "min_coverage"}, target={(1, "L2"): share}
    )


def searched(inputs: Inputs, **options: object) -> whole_model.Outcome:
    return orchestrate.solve(build(inputs), large_nonzero_count=0, **options)  # type: ignore[arg-type]


def in_sequence(inputs: Inputs) -> frozenset[tuple[str, int]]:
    return phases.in_sequence(compiled(build(inputs)), Watch(None, 0.0), time_limit_s=1e6, threads=None)
