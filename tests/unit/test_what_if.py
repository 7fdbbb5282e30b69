"""Keys that a command sets take the place of those of the file, and are told apart from it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from db.common.errors import UsageError
from model.analysis import what_if
from model.data import scenario


def test_a_key_takes_the_place_of_the_file_and_the_name_says_so() -> None:
    name, found = what_if.resolve("phase1", ["charger.dc_150.ports_max=8", "grid.coincidence_from=curve"])
    assert name == "phase1 [charger.dc_150.ports_max=8; grid.coincidence_from=curve]"
    own = scenario.resolve("phase1")[1]
    assert found.charger["dc_150"].ports_max == 8
    assert str(found.grid.coincidence_from) == "curve"
    assert found.charger["dc_150"].port_kw == own.charger["dc_150"].port_kw
    assert found.phase == own.phase
    assert {"charger.dc_150.ports_max", "grid.coincidence_from"} <= found.written


def test_the_budget_is_the_sum_of_all_phases() -> None:
    own = scenario.resolve("full")[1]
    _, found = what_if.resolve("full", ["budget=5e6"])
    assert sum(phase.budget_cad for phase in found.phase.values()) == pytest.approx(5e6)
    ratios = {found.phase[n].budget_cad / own.phase[n].budget_cad for n in own.phase}
    assert max(ratios) == pytest.approx(min(ratios))


def test_lists_tables_and_flags_are_as_toml_has_them() -> None:
    _, found = what_if.resolve(
        "phase1", ['phase.1.actions=["build"]', "rule.equity=true", "equity.floor_share={ L2 = 0.1, L3 = 0 }"]
    )
    assert [str(action) for action in found.phase[1].actions] == ["build"]
    assert found.rule["equity"] is True
    assert found.equity.floor_share == {"L2": 0.1, "L3": 0.0}


@pytest.mark.parametrize(
    "settings",
    [
        ["budget=5e6"],
        ["budget=5e6", "phase.1.title=Ports, and more"],
        ["equity.floor_share={L2=0.1, L3=0}", "rule.equity=true"],
    ],
)
def test_the_name_of_what_was_solved_tells_how_to_solve_it_again(settings: list[str]) -> None:
    name, found = what_if.resolve("phase1", settings)
    scenario_name, *rest = shlex.split(scenario.call_of(name))
    assert (scenario_name, rest[::2]) == ("phase1", ["--set"] * len(settings))
    assert what_if.resolve(scenario_name, rest[1::2]) == (name, found)
    assert scenario.call_of("phase1") == "phase1"


def test_nothing_set_is_the_scenario_itself() -> None:
    assert what_if.resolve("phase2") == scenario.resolve("phase2")


def test_a_set_key_lies_above_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[site]\npower_limit_kw = 300\n", encoding="utf-8")
    assert what_if.resolve(str(path), ["site.power_limit_kw=400"])[1].site.power_limit_kw == 400


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["budget"], "'budget' is no KEY=VALUE"),
        (["=5"], "is no KEY=VALUE"),
        (["budget="], "is no KEY=VALUE"),
        (["budget=5e6\nrule.budget=false"], "is no KEY=VALUE"),
        (["budget=5e6", "budget=6e6"], "gives budget more than one value"),
        (["budget=five"], "--set budget=five: 'five' is no number."),
        (["budget=1e300"], "budget=1e+300: "),
        (["budget=1e6,2e6"], "gives more than one value"),
        (["site.power_limit_kw=-1"], "--set: site.power_limit_kw"),
        (["site.power_limit=400"], "--set: there is no key 'site.power_limit'"),
        (["site=400", "site.power_limit_kw=400"], "site is given a value, too"),
        (["site.power_limit_kw=400", "site={}"], "keys below it are given values, too"),
        (["charger.dc_150.port_cost_cad=120000"], "is now 'charger.dc_150.equipment_cost_cad_per_port'"),
        (["rule.equity=maybe"], "--set: rule.equity"),
        (["objective.weight.capex=nan"], "--set: objective.weight"),
    ],
)
def test_what_cannot_be_set_is_told_at_its_key(settings: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        what_if.resolve("phase1", settings)
    assert said in error.value.message
    assert error.value.hint
