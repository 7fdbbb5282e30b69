"""What a scenario leaves out of the model because something else says as much: drawn, and against all that there is."""

from __future__ import annotations

import dataclasses
import random
from functools import partial
from itertools import permutations, product
from pathlib import Path
from typing import Any

import psycopg
import pytest

from model.data import read, scenario, scenario_store
from model.data.inputs import Inputs
from model.data.read.money import read_options
from model.formulation.build import build
from model.solver import whole_model
from tests.support.scenarios import file

Connection = psycopg.Connection[Any]
PORTS = """
[phase.1]
actions = ["build", "expand", "upgrade"]
budget_cad = {budget}
[charger.dc_150]
port_count_choices = [2, 3, 4, 6]
[charger.ac_7]
port_count_choices = [1, 2, 4, 6]
[growth]
five_year_factor = {growth}
[objective]
money_scale_cad = 900000
[objective.weight]
served = {served}
"""


def stored(toy: Connection, folder: Path, text: str) -> int:
    scenario_id = scenario_store.store(toy, *scenario.resolve(file(folder, text)))
    toy.execute("select model.work_out(%s)", (scenario_id,))
    return scenario_id


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sites", [range(101, 108), range(101, 3602, 512)], ids=["near", "of_one_bit"])
def test_nodes_without_a_row_are_kept_wherever_the_others_are(
    toy: Connection, tmp_path: Path, seed: int, sites: range
) -> None:
    """Drawn nodes of up to seven sites, whose numbers may share a bit; every set of stations that keeps the rows that are left keeps all."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    scenario_id = stored(
        toy, tmp_path, "[level.L3]\noverlap_station_count_max = 2\n[rule]\nmax_overlap = true\n"
    )
    toy.execute("delete from model.demand_level where scenario_id = %s", (scenario_id,))
    drawn = []
    for number in range(14):
        chosen = sorted(draw.sample(sites, draw.randint(1, 6)))
        always = draw.choice([0, 0, 0, 1, 2])
        before = always + draw.randint(0, min(3, len(chosen)))
        drawn.append((chosen, max(2, before) - always))
        toy.execute(
            "insert into model.demand_level (scenario_id, demand_id, level, weight_share, is_covered_before, is_covered_always,"
            " before_site_count, always_site_count, open_site_ids) values (%s, %s, 'L3', 0.1, %s, %s, %s, %s, %s)",
            (scenario_id, number, before > 0, always > 0, before, always, chosen),
        )
    toy.execute("delete from model.overlap_set where scenario_id = %s", (scenario_id,))
    toy.execute(
        "insert into model.overlap_set select * from model.overlap_set_definition where scenario_id = %s",
        (scenario_id,),
    )
    kept = toy.execute(
        "select site_ids, station_count_max from model.overlap_node_definition where scenario_id = %s",
        (scenario_id,),
    ).fetchall()
    assert len(kept) < len(drawn)
    for stands in product([False, True], repeat=len(sites)):
        there = {site for site, is_there in zip(sites, stands, strict=True) if is_there}
        if all(len(there.intersection(node)) <= most for node, most in kept):
            assert all(len(there.intersection(node)) <= most for node, most in drawn)
    # none of those that are left holds wherever another one does
    for (node, most), (other, limit) in permutations(kept, 2):
        assert min(len(set(node) & set(other)), limit) + len(set(node) - set(other)) > most


def whole(toy: Connection, scenario_id: int, inputs: Inputs) -> Inputs:
    """Return the inputs with every option there is."""
    return dataclasses.replace(
        inputs, options=read_options(partial(read._rows, toy, scenario_id), "site_option")
    )


@pytest.mark.parametrize(
    ("growth", "budget", "served"), [(0.2, 900_000, 60), (1.0, 700_000, 60), (1.5, 1_500_000, 200)]
)
def test_ports_for_more_sessions_than_can_arrive_are_not_offered(
    toy: Connection, tmp_path: Path, growth: float, budget: int, served: int
) -> None:
    text = PORTS.format(growth=growth, budget=budget, served=served)
    scenario_id = stored(toy, tmp_path, text)
    inputs = read.read(toy, scenario_id)
    every = whole(toy, scenario_id, inputs)
    assert inputs.measured_options
    assert not inputs.measured_options.keys() & inputs.options.keys()
    assert inputs.options.keys() | inputs.measured_options.keys() <= every.options.keys()
    arriving = {
        (site, level): sessions
        for site, level, sessions in toy.execute(
            "select site_id, level, sessions_per_h from model.arriving_session where scenario_id = %s",
            (scenario_id,),
        )
    }
    service = inputs.counted_service
    for needless in inputs.measured_options.values():
        assert any(
            other.levels == needless.levels
            and other.site_id == needless.site_id
            and all(
                min(service.capacity_per_h[level, other.layout], arriving.get((other.site_id, level), 0.0))
                >= min(
                    service.capacity_per_h[level, needless.layout], arriving.get((other.site_id, level), 0.0)
                )
                for level in other.levels
            )
            and all(other.price(t).net_cad <= needless.price(t).net_cad + 1e-6 for t in needless.phases)
            and other.added_kw <= needless.added_kw
            for other in inputs.options.values()
        ), needless.option_id
    a, b = (whole_model.solve(build(found), mip_gap=0) for found in (inputs, every))
    assert a.status == b.status == "optimal"
    assert a.objective == pytest.approx(b.objective, abs=1e-6)


def test_a_locked_site_has_all_its_options(toy: Connection, tmp_path: Path) -> None:
    text = PORTS.format(growth=0.2, budget=900_000, served=60)
    scenario_id = stored(toy, tmp_path, text)
    before = read.read(toy, scenario_id)
    needless = next(iter(before.measured_options.values()))
    toy.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id) values (%s, 'fix_option', %s)",
        (needless.site_id, needless.option_id),
    )
    after = read.read(toy, scenario_id)
    assert after.options[needless.option_id] == needless
    assert all(o.site_id != needless.site_id for o in after.measured_options.values())
    found = whole_model.solve(build(after), mip_gap=0)
    assert needless.option_id in {option_id for option_id, _ in found.plan}
