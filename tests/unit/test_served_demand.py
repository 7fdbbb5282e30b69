"""Served demand in worlds of one station: flows and terms by hand, and each rule as it binds and is missed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from model.accounting import sessions
from model.data import scenario
from model.data.inputs import Inputs, Option, Phase, Price, Service, Site
from model.formulation.build import assign, build
from model.formulation.objective import values
from model.solver import whole_model
from tests.support.scenarios import file
from tests.support.worlds import STRUCTURAL


def one_station(**changes: Any) -> Inputs:
    """Zone 7 asks for 4 sessions an hour; the station has a port (1/h), of two candidates one may be built (2/h)."""
    options = {
        f"{s}:build": Option(
            f"{s}:build",
            s,
            "build",
            frozenset({"L2"}),
            (1, 2),
            {1: Price(10.0), 2: Price(10.0)},
            added_kw=20.0,
            layout="ac_7=2",
        )
        for s in (2, 3)
    }
    found = Inputs(
        phases=(Phase(1, 10.0), Phase(2, 0.0)),
        levels=("L2",),
        sites={1: Site(1, frozenset({"L2"}), layout="ac_7=1"), 2: Site(2), 3: Site(3)},
        options=options,
        covering_sites={},
        weight={},
        rules=STRUCTURAL | {"budget", "min_served"},
        objective_weight={"served": 1.0},
        service=Service(
            demand_per_h={(7, "L2", 1): 4.0, (7, "L2", 2): 8.0, (8, "L2", 1): 1.0, (8, "L2", 2): 2.0},
            covered_share={(7, "L2"): ((1, 1.0), (2, 0.25)), (8, "L2"): ((3, 1.0),)},
            capacity_per_h={("L2", "ac_7=1"): 1.0, ("L2", "ac_7=2"): 2.0},
            kwh_per_session={"L2": 10.0},
            installed_kw=20.0,
        ),
    )
    return dataclasses.replace(found, **changes)


def with_service(inputs: Inputs, **changes: Any) -> Inputs:
    """Return the inputs with another service."""
    assert inputs.service is not None
    return dataclasses.replace(inputs, service=dataclasses.replace(inputs.service, **changes))


def chosen(inputs: Inputs) -> set[str]:
    """Return the options of the best plan."""
    found = whole_model.solve(build(inputs))
    assert found.status == "optimal"
    return {option for option, _ in found.plan}


def test_the_greatest_flow_by_hand() -> None:
    """A quarter of zone 7 is within the service distance of site 2: 1 of its 4 sessions, though its ports could serve 2."""
    inputs = one_station()
    plan = frozenset({("2:build", 1)})
    assert sessions.flow(inputs, frozenset(), 1) == {(7, "L2", 1): 1.0}
    assert sessions.flow(inputs, plan, 1) == {(7, "L2", 1): 1.0, (7, "L2", 2): 1.0}
    assert sessions.flow(inputs, plan, 2) == {(7, "L2", 1): 1.0, (7, "L2", 2): 2.0}


def test_the_greatest_flow_of_numbers_beyond_what_32_bits_hold_in_millionths() -> None:
    """Zone 7 asks for 40,000 sessions an hour; site 1 serves 9,000 of them, site 2 a quarter: 10,000."""
    inputs = with_service(
        one_station(),
        demand_per_h={(7, "L2", 1): 40_000.0, (8, "L2", 1): 1.0},
        capacity_per_h={("L2", "ac_7=1"): 9_000.0, ("L2", "ac_7=2"): 20_000.0},
    )
    found = sessions.flow(inputs, frozenset({("2:build", 1)}), 1)
    assert found == {
        (7, "L2", 1): pytest.approx(9_000.0, rel=1e-8),
        (7, "L2", 2): pytest.approx(10_000.0, rel=1e-8),
    }
    assert sessions.bottlenecks(inputs, frozenset({("2:build", 1)}), 1) == {"L2": {1}}


def test_the_stations_that_bound_the_greatest_flow_by_hand() -> None:
    """Site 1 is full while zone 7 asks for more; of site 2 a quarter of the zone asks, and that is served."""
    inputs = one_station()
    assert sessions.bottlenecks(inputs, frozenset(), 1) == {"L2": {1}}
    assert sessions.bottlenecks(inputs, frozenset({("2:build", 1)}), 1) == {"L2": {1}}
    # three quarters of 8 are within the service distance of site 2, which serves 2: both are full
    near = with_service(inputs, covered_share={(7, "L2"): ((1, 1.0), (2, 0.75)), (8, "L2"): ((3, 1.0),)})
    assert sessions.bottlenecks(near, frozenset({("2:build", 1)}), 2) == {"L2": {1, 2}}
    # nobody goes without: no station is full
    quiet = with_service(
        inputs, demand_per_h={(7, "L2", 1): 0.5, (7, "L2", 2): 0.5, (8, "L2", 1): 0, (8, "L2", 2): 0}
    )
    assert sessions.bottlenecks(quiet, frozenset(), 1) == {"L2": set()}
    assert sessions.bottlenecks(with_service(inputs, covered_share={}), frozenset(), 1) == {"L2": set()}


def test_the_terms_by_hand() -> None:
    """Served: 2 of 5, then 3 of 10. Idle: of 40 kW 20 serve, then 30; 20 kW stand and money buys 20 more."""
    inputs = one_station()
    m = build(inputs)
    assign(m, frozenset({("2:build", 1)}))
    found = {t.term: t.value for t in values(m)}
    assert found["served"] == pytest.approx((2 / 5 + 3 / 10) / 2)
    assert found["efficiency"] == pytest.approx(1 - (20 + 10) / 2 / 40)


def test_port_capacity_binds() -> None:
    """Zone 7 has more drivers, but the ports of site 2 serve 1 and then 2 of them; those of site 3, with more, more."""
    asked = {(7, "L2", 1): 40.0, (7, "L2", 2): 40.0, (8, "L2", 1): 5.0, (8, "L2", 2): 5.0}
    tight = with_service(
        one_station(), demand_per_h=asked, covered_share={(7, "L2"): ((2, 1.0),), (8, "L2"): ((3, 1.0),)}
    )
    bigger = dataclasses.replace(tight.options["3:build"], layout="ac_7=3")
    assert tight.service is not None
    capacity = {**tight.service.capacity_per_h, ("L2", "ac_7=3"): 3.0}
    tight = with_service(
        dataclasses.replace(tight, options={**tight.options, "3:build": bigger}), capacity_per_h=capacity
    )
    assert chosen(tight) == {"3:build"}
    wide = with_service(tight, capacity_per_h=dict.fromkeys(capacity, 1e6))
    assert chosen(wide) == {"2:build"}


def test_nothing_flows_where_nothing_stands() -> None:
    poor = one_station(phases=(Phase(1, 0.0), Phase(2, 0.0)))
    found = whole_model.solve(build(poor))
    # the station's port serves 1 of the 5 and 1 of the 10 who ask
    assert found.objective == pytest.approx((1 / 5 + 1 / 10) / 2)


def test_demand_balance_binds() -> None:
    """Zone 7 is served where it is; a second station near it would serve no more sessions, one near zone 8 does."""
    near = {(7, "L2"): ((1, 1.0), (2, 1.0)), (8, "L2"): ((3, 1.0),)}
    asked = {(7, "L2", 1): 1.0, (7, "L2", 2): 1.0, (8, "L2", 1): 0.5, (8, "L2", 2): 0.5}
    inputs = with_service(one_station(), covered_share=near, demand_per_h=asked)
    assert chosen(inputs) == {"3:build"}


@pytest.mark.parametrize("names", [{"min_served"}, set(), {"demand_balance"}, {"port_capacity"}])
def test_whichever_rules_are_on_no_more_is_served_than_asked_for_or_can_be(names: set[str]) -> None:
    """Ports for 2.5 sessions an hour beside zones that ask for 15: a share above 1, or beyond the ports, cannot be."""
    asked = {(7, "L2", 1): 0.5, (7, "L2", 2): 0.5, (8, "L2", 1): 0.5, (8, "L2", 2): 15.0}
    near = {(7, "L2"): ((1, 1.0), (2, 1.0), (3, 1.0)), (8, "L2"): ((3, 1.0),)}
    inputs = with_service(one_station(rules=STRUCTURAL | names), demand_per_h=asked, covered_share=near)
    m = build(inputs)
    assert whole_model.solve(m).status == "optimal"
    for phase in (1, 2):
        for zone in (7, 8):
            sent = sum(m.flow[key].value for key in m.flow if key[0] == zone and key[3] == phase)
            assert sent <= asked[zone, "L2", phase] + 1e-6
        assert sum(m.flow[key].value for key in m.flow if key[2] == 3 and key[3] == phase) <= 2.0 + 1e-6
        assert m.served_share["L2", phase].value <= (1 + 2 + 2) / sum(
            d for (_, _, t), d in asked.items() if t == phase
        )


def test_min_served_binds_and_is_missed() -> None:
    """Nothing is gained by building, so it is done only because 3 of 10 sessions must be served."""
    idle = dataclasses.replace(one_station(), objective_weight={"capex": 1.0})
    asked = with_service(idle, min_share={(2, "L2"): 0.3})
    assert chosen(idle) == set()
    assert len(chosen(asked)) == 1
    assert chosen(dataclasses.replace(asked, rules=asked.rules - {"min_served"})) == set()
    assert whole_model.solve(build(with_service(idle, min_share={(2, "L2"): 0.31}))).status == "infeasible"


def test_what_no_site_covers_is_not_served() -> None:
    inputs = with_service(one_station(), covered_share={}, min_share={(2, "L2"): 0.01})
    assert whole_model.solve(build(inputs)).status == "infeasible"


def test_where_nobody_asks_all_are_served() -> None:
    asked = dict.fromkeys(((7, "L2", 1), (7, "L2", 2)), 0.0)
    inputs = with_service(one_station(), demand_per_h=asked, covered_share={}, min_share={(2, "L2"): 1.0})
    assert whole_model.solve(build(inputs)).objective == pytest.approx(1.0)


def test_phases_together_are_no_worse_than_one_after_the_other() -> None:
    """One after the other the first phase takes what helps it most and leaves no money for what helps both."""
    inputs = one_station(
        phases=(Phase(1, 10.0), Phase(2, 10.0)), objective_weight={"served": 1.0, "capex": 0.01}
    )
    together = whole_model.solve(build(inputs))
    first = whole_model.solve(
        build(
            dataclasses.replace(
                inputs,
                phases=(Phase(1, 10.0),),
                options={o: dataclasses.replace(option, phases=(1,)) for o, option in inputs.options.items()},
            )
        )
    )
    taken = {inputs.options[o].site_id for o, _ in first.plan}
    second = whole_model.solve(
        build(
            dataclasses.replace(
                inputs,
                options={
                    o: dataclasses.replace(option, phases=(1,) if (o, 1) in first.plan else (2,))
                    for o, option in inputs.options.items()
                    if (o, 1) in first.plan or option.site_id not in taken
                },
            )
        )
    )
    assert together.objective is not None
    assert second.objective is not None
    assert together.objective >= second.objective - 1e-9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[objective.weight]\nefficiency = 1.0\n[rule]\nport_capacity = false\n",
            "mine.toml: rule.port_capacity cannot be false where charging sessions are counted",
        ),
        (
            "[rule]\nmin_served = true\ndemand_balance = false\n",
            "mine.toml: rule.demand_balance cannot be false where charging sessions are counted",
        ),
        ("[rule]\ndemand_balance = 1\n", "rule.demand_balance: it must be true or false"),
        (
            "[demand]\nkind = 'reference_point'\n[distance]\nkind = 'straight_line'\n[objective]\n"
            "mode = 'lexicographic'\norder = [['served']]\n",
            "reference points have no vehicles",
        ),
        ("[charger.dc_150]\nkwh_per_session = 200\n", "cannot give kwh_per_session"),
        ("[session]\npeak_hour_share = 0.0\n", "no sessions would be in public"),
        (
            "[demand]\nkind = 'reference_point'\n[distance]\nkind = 'straight_line'\n[rule]\nmin_served = true\n",
            "reference points have no vehicles",
        ),
    ],
)
def test_parameters_that_make_no_sense_are_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        scenario.resolve(file(tmp_path, text))
