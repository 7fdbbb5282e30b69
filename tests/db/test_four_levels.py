"""A third and a fourth level by rows of a scenario alone: options, prices and the best plan against trying all."""

from __future__ import annotations

import dataclasses
import random
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from model.data import read, scenario, scenario_store
from model.data.read.money import read_options
from model.formulation.build import build
from model.solve import Limits, solve_scenario
from model.solver import whole_model
from tests.support.findings import violations
from tests.support.four_levels import (
    STANDING,
    best_worth,
    capacity_per_h,
    choices,
    covered_share,
    layout_of,
)
from tests.support.scenarios import file
from tests.support.toy_town import FOUR_LEVELS

P = scenario.resolve(str(FOUR_LEVELS))[1]
Connection = psycopg.Connection[Any]


def sites(conn: Connection) -> dict[str, int]:
    """Return the numbers of the town's sites by what they are called in the sums done by hand."""
    rows = conn.execute("select site_id, site_key, name from core.site").fetchall()
    found = {
        called: number
        for number, key, name in rows
        for called in STANDING
        if key == called or (called in name and not key.startswith("ocm"))
    }
    assert found.keys() == STANDING.keys()
    return found


def test_options_are_those_that_the_rows_of_the_scenario_make(toy: Connection) -> None:
    scenario_id = scenario_store.store(toy, "four_levels", P)
    inputs = read.read(toy, scenario_id)
    offered = read_options(partial(read._rows, toy, scenario_id), "site_option")
    number = sites(toy)
    assert inputs.levels == ("curbside", "L2", "L3", "hpc")
    for called, before in STANDING.items():
        assert inputs.sites[number[called]].layout == layout_of(P, before)
        by_hand = {f"{number[called]}:{c.action}:{c.layout}": c for c in choices(P, before)}
        found = {o: option for o, option in offered.items() if option.site_id == number[called]}
        assert found.keys() == by_hand.keys()
        for option_id, c in by_hand.items():
            o = found[option_id]
            assert (o.action, o.layout, o.phases) == (c.action, c.layout, (1,))
            assert o.levels == {P.charger[name].level for name, _ in c.ports}
            figures = (
                o.prices[1].capex_cad,
                o.prices[1].grant_cad,
                o.prices[1].resale_cad,
                o.opex_change_cad_per_year,
                o.added_kw,
                o.peak_kw,
            )
            assert figures == pytest.approx(
                (c.capex_cad, c.grant_cad, c.resale_cad, c.opex_change_cad_per_year, c.added_kw, c.peak_kw)
            )
            assert inputs.service is not None
            for level in o.levels:
                per_h = capacity_per_h(P, dict(c.ports), level)
                assert inputs.service.capacity_per_h[level, o.layout] == pytest.approx(per_h, abs=1.5e-6)


def test_the_plan_is_the_best_of_all_that_there_are(toy: Connection) -> None:
    ended = solve_scenario(str(FOUR_LEVELS), Limits(mip_gap=0.0))
    assert ended.error is None
    report = ended.report
    row = toy.execute("select scenario_id from plan.run where run_id = %s", (report.run_id,)).fetchone()
    assert row is not None
    inputs = read.read(toy, row[0])
    assert inputs.service is not None
    number = sites(toy)
    worth, layouts = best_worth(P, inputs.service, number)
    assert report.objective == pytest.approx(worth, abs=2e-4)
    plan = {number[s]: layout for s, layout in layouts.items() if layout != layout_of(P, STANDING[s])}
    assert {o.partition(":")[0] for o, _ in ended.plan} == {str(site) for site in plan}
    assert {inputs.options[o].site_id: inputs.options[o].layout for o, _ in ended.plan} == plan
    after = {s: dict(_parts(layout)) for s, layout in layouts.items()}
    for level in P.level:
        assert report.coverage[level]["before"] == pytest.approx(covered_share(P, STANDING, level))
        assert report.coverage[level]["after"] == pytest.approx(covered_share(P, after, level))
    assert {"curbside", "hpc"} <= {P.charger[name].level for ports in after.values() for name in ports}
    written = toy.execute(
        "select site_id, charger_type, port_count_before, port_count_after from plan.decision_port where run_id = %s",
        (report.run_id,),
    ).fetchall()
    assert set(written) == {
        (number[s], name, STANDING[s].get(name, 0), after[s].get(name, 0))
        for s in STANDING
        if number[s] in plan
        for name in {*STANDING[s], *after[s]}
    }
    assert violations(toy) == {}


def _parts(layout: str) -> list[tuple[str, int]]:
    return [
        (name, int(count)) for name, _, count in (part.partition("=") for part in layout.split("+") if part)
    ]


def test_a_level_of_the_region_that_the_scenario_does_not_know_is_refused(toy: Connection) -> None:
    toy.execute("alter materialized view core.site_port rename to known_site_port")
    toy.execute(
        "create view core.site_port as select site_id, 'hpc' as level, port_kw, port_count from core.known_site_port"
    )
    scenario_store.store(toy, "four_levels", P)
    with pytest.raises(UsageError, match="ports of a level that the scenario does not know: hpc") as caught:
        scenario_store.store(toy, *scenario.resolve("phase1"))
    assert "[level.hpc]" in caught.value.hint


def test_a_charger_type_left_by_the_plan_that_is_continued_must_be_known(
    toy: Connection, tmp_path: Path
) -> None:
    assert solve_scenario(str(FOUR_LEVELS), Limits()).error is None
    text = "continues = 'four_levels'\n[phase.1]\nactions = []\n"
    with pytest.raises(UsageError, match="a charger type that the scenario does not know: ") as caught:
        solve_scenario(file(tmp_path, text, "base_next"), Limits())
    assert "as 'four_levels' has it" in caught.value.hint
    known = file(tmp_path, f"extends = '{FOUR_LEVELS}'\n{text}year = 2028\n", "next")
    ended = solve_scenario(known, Limits())
    assert ended.error is None
    before = toy.execute(
        "select s.layout from model.site_state as s join plan.run as r using (scenario_id)"
        " join plan.decision as d on d.site_id = s.site_id where r.run_id = %s and s.is_changed"
        " and d.option_id not like '%%:' || s.layout",
        (ended.report.run_id,),
    ).fetchall()
    assert before == []


SEEDS = range(6)


def drawn_prices(draw: random.Random) -> str:
    """Return what prices and the connection of a site come to, drawn."""
    return (
        f"[price]\nindex_share_per_year = {draw.choice([-0.02, 0.0, 0.03])}\n"
        f"soft_cost_share = {draw.choice([0.0, 0.12])}\ncontingency_share = {draw.choice([0.0, 0.1])}\n"
        f"[connection]\nfixed_cost_cad = {draw.choice([0, 4_000])}\n"
        f"cost_cad_per_kw = {draw.choice([0, 100])}\nthree_phase_kw_min = {draw.choice([0, 50, 160])}\n"
        f"transformer_cost_cad = {draw.choice([0, 30_000])}\nline_cost_cad_per_m = {draw.choice([0, 150])}\n"
    )


def drawn(seed: int, *, is_session_counted: bool) -> str:
    """Return a scenario of three levels whose prices, powers and numbers of ports are drawn."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    chargers = [name for name in P.charger if name != "ac_19"]
    text = "".join(
        f"[charger.{name}]\nequipment_cost_cad_per_station = {draw.choice([0, 20_000, 90_000])}\n"
        f"equipment_cost_cad_per_port = {draw.choice([2_000, 15_000, 40_000])}\n"
        f"installation_cost_cad_per_port = {draw.choice([0, 3_000])}\n"
        f"civil_works_cost_cad_per_station = {draw.choice([0, 9_000])}\n"
        f"make_ready_cost_cad_per_station = {draw.choice([0, 4_000])}\n"
        f"dismantling_cost_cad_per_port = {draw.choice([0, 600])}\n"
        f"dismantling_cost_cad_per_station = {draw.choice([0, 1_500])}\n"
        f"opex_cad_per_port_year = {draw.choice([0, 400, 4_000])}\nports_min = 1\nports_max = 3\n"
        f"port_count_choices = {sorted(draw.sample([1, 2, 3], 2))}\n"
        for name in chargers
    )
    served = 30.0 if is_session_counted else 0.0
    return (
        f"extends = '{FOUR_LEVELS}'\n{text}{drawn_prices(draw)}[site]\nports_retained_min = {draw.choice([0, 1])}\n"
        f"equipment_life_year = {draw.choice([8, 'inf'])}\nresale_share_unknown_age = {draw.choice([0.0, 0.3, 1.0])}\n"
        f"[grant.program.zevip]\napplication_cap_cad = {draw.choice([20_000, 60_000, 5_000_000])}\n"
        "[grant.program.chargeon]\nis_on = true\n"
        "[phase.1]\nactions = ['expand', 'upgrade', 'build', 'remove']\n"
        f"budget_cad = {draw.choice([120_000, 300_000, 900_000])}\n"
        f"chargers = {sorted(draw.sample(chargers, 4))}\n[phase.1.coverage_min_share]\nhpc = 0.0\n"
        "[phase.2]\ntitle = 'Later'\nyear = 2033\nactions = ['expand', 'upgrade', 'build', 'remove']\n"
        f"budget_cad = {draw.choice([50_000, 400_000])}\nchargers = {sorted(draw.sample(chargers, 3))}\n"
        "discount_factor = 0.9\n[phase.2.coverage_min_share]\n"
        f"[removal]\nonly_candidates = false\n[objective]\nmoney_scale_cad = 900000\n"
        f"[objective.weight]\nserved = {served}\n[rule]\nmin_served = {str(is_session_counted).lower()}\n"
    )


@pytest.mark.parametrize("is_session_counted", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_pruned_makes_no_plan_better(
    toy: Connection, tmp_path: Path, seed: int, *, is_session_counted: bool
) -> None:
    """Charger types, prices, grants, budget and numbers of ports are drawn; sessions are counted or not."""
    text = drawn(seed, is_session_counted=is_session_counted)
    toy.execute("create table drawn as select %s::integer as seed", (seed,))
    toy.execute(
        "create or replace view model.site_price_definition as select s.scenario_id, s.site_id, s.layout,"
        " (array[0, 75, 400])[1 + (s.site_id + d.seed) % 3]::double precision as line_m,"
        " s.is_existing and (s.site_id + d.seed) % 2 = 0 as is_owned,"
        " case when s.is_existing then 2020 + s.site_id % 7 end as resale_year,"
        " null::text as grants, s.site_id::integer as price_class from model.site_state as s cross join drawn as d"
    )
    scenario_id = scenario_store.store(toy, *scenario.resolve(file(tmp_path, text)))
    pruned = read.read(toy, scenario_id)
    assert (pruned.service is not None) == is_session_counted
    whole = dataclasses.replace(
        pruned, options=read_options(partial(read._rows, toy, scenario_id), "site_option")
    )
    # where sessions count, all that serves more is worth deciding about
    assert len(whole.options) > len(pruned.options) or is_session_counted
    a, b = (whole_model.solve(build(inputs), mip_gap=0) for inputs in (pruned, whole))
    assert a.status == b.status == "optimal"
    assert a.objective == pytest.approx(b.objective, abs=1e-6)
