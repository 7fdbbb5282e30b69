"""Scenario files: what is refused and how, and what those that come along hold."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from model.data import former_keys, scenario_faults
from model.data.scenario import FOLDER, names, resolve
from model.formulation.constraints import RULES
from tests.support.scenarios import BASE, file, leaves


@pytest.mark.parametrize("name", names())
def test_scenarios_that_come_along_can_be_read(name: str) -> None:
    assert resolve(name)[0] == name


@pytest.mark.parametrize("name", sorted(set(names()) - {"base"}))
def test_a_variant_holds_differences_only(name: str) -> None:
    def value(tree: Any, key: str) -> Any:
        for part in key.split("."):
            tree = tree.get(part, {})  # phases after the first are in no base
        return tree

    own = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    same = [key for key in leaves(own) if value(own, key) == value(BASE, key)]
    assert same == []


def test_every_parameter_of_the_base_says_what_it_is() -> None:
    """A comment stands on the line of each value or above its block."""
    lines = (FOLDER / "base.toml").read_text(encoding="utf-8").splitlines()
    bare, is_explained = [], False
    for line in lines:
        if not line or line.startswith("["):
            is_explained = False
        if line.startswith("#"):
            is_explained = True
        elif "=" in line and "#" not in line and not is_explained and line.split()[0] != "title":
            bare.append(line)
    assert bare == []


def test_switches_and_rules_are_the_same_words() -> None:
    assert {r.name for r in RULES} == set(BASE["rule"])


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        (
            "[level.L2]\nservice_distanc_m = 5",
            "mine.toml: there is no key 'level.L2.service_distanc_m'",
            "'level.L2.service_distance_m'",
        ),
        ("[sit]\npower_limit_kw = 5", "there is no key 'sit'", "'site'"),
        ("[phase.2]\nbudgt_cad = 1", "there is no key 'phase.2.budgt_cad'", "budget_cad'"),
        ("[rule]\nbugdet = false", "there is no key 'rule.bugdet'", "'rule.budget'"),
        (
            "[level.L4]\nservice_distance_m = 5",
            "level.L4 is no level of base.toml, and a new one needs title, rank, usual_charger,",
            "the nearest known level is 'L",
        ),
        (
            "[charger.dc_15]\nport_kw = 5",
            "charger.dc_15 is no charger type of base.toml, and a new one needs title, level,",
            "the nearest known charger type is 'dc_150'",
        ),
        ("[level.L2]\nport_kw = 5", "the key 'level.L2.port_kw' is now 'charger.ac_7.port_kw'", "write"),
        (
            "[phase.1]\nbuild_levels = ['L3']",
            "the key 'phase.1.build_levels' is now 'phase.1.chargers'",
            "write",
        ),
        (
            "[phase.1]\nchargers = ['dc_15']",
            "phase.1.chargers names 'dc_15', which is no charger type; the charger types are ac_7, dc_150",
            "base.toml",
        ),
        (
            "[phase.1.coverage_min_share]\nL4 = 0.5",
            "there is no key 'phase.1.coverage_min_share.L4'",
            "'phase.1.coverage_min_share.L",
        ),
        (
            "[level.L2]\nusual_charger = 'dc_150'",
            "level.L2.usual_charger is dc_150, a charger of L3",
            "base.toml",
        ),
        ("[charger.ac_7]\nlevel = 'L4'", "charger.ac_7.level names 'L4', which is no level", "base.toml"),
        ("[charger.ac_7]\nreplaces = ['x']", "charger.ac_7.replaces names 'x'", "base.toml"),
        ("[level.L2]\nrank = 2", "two levels have the same rank", "base.toml"),
        (
            "[level.L2]\nservice_distance_m = -1.0",
            "mine.toml: level.L2.service_distance_m: Input should be greater than 0",
            "base.toml",
        ),
        ("[level.L2]\nservice_distance_m = inf", "mine.toml: level.L2.service_distance_m", "base.toml"),
        ("[charger.ac_7]\nports_min = 9", "mine.toml: charger.ac_7: none of port_count_choices", "base.toml"),
        ("[demand.weight_share]\nev = 0.5", "the shares must sum to 1, not 1.15", "base.toml"),
        ("[demand]\nkind = 'reference_point'", "distance.kind must be straight_line", "base.toml"),
        ("[phase.1]\nactions = ['demolish']", "mine.toml: phase.1.actions.0", "base.toml"),
        ("[phase.2]\ntitle = 'x'", "mine.toml: phase.2.year: Field required", "base.toml"),
        (
            "extends = 'full'\n[phase.3]\nyear = 2028",
            "phase 3 is in 2028, before phase 2 in 2029",
            "base.toml",
        ),
        ("extends = 'nowhere'", "There is no scenario 'nowhere'", "known scenarios"),
        ("[level", "mine.toml is not valid TOML", "mend"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, says: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(file(tmp_path, text))
    assert says in caught.value.message
    assert hint in caught.value.hint


def test_a_name_nearly_right_is_guessed() -> None:
    with pytest.raises(UsageError) as caught:
        resolve("phse1")
    assert "did you mean 'phase1'" in caught.value.hint


def test_a_name_is_no_path() -> None:
    with pytest.raises(UsageError):
        resolve("../scenarios/base")


def test_a_variant_may_extend_a_variant(tmp_path: Path) -> None:
    found = resolve(file(tmp_path, "extends = 'seed_base'\n[phase.1]\nbudget_cad = 1"))[1]
    assert found.distance.kind == "straight_line"
    assert found.phase[1].budget_cad == 1


def test_a_former_key_is_refused_with_its_new_name(tmp_path: Path) -> None:
    path = tmp_path / "former.toml"
    path.write_text("[works]\nsite_count_max = 3\n[grant.programme.zevip]\nproject_cap_cad = 1e6\n")
    with pytest.raises(UsageError) as refused:
        resolve(str(path))
    assert "the key 'works' is now 'projects'" in refused.value.message
    assert "the key 'grant.programme' is now 'grant.program'" in refused.value.message


def test_a_former_key_of_a_known_table_is_refused_with_its_new_name(tmp_path: Path) -> None:
    path = tmp_path / "former.toml"
    path.write_text("[grant.program.zevip]\nproject_cap_cad = 1e6\n[rule]\nworks_per_phase = true\n")
    with pytest.raises(UsageError) as refused:
        resolve(str(path))
    assert (
        "the key 'grant.program.zevip.project_cap_cad' is now 'grant.program.zevip.application_cap_cad'"
        in refused.value.message
    )
    assert "the key 'rule.works_per_phase' is now 'rule.projects_per_phase'" in refused.value.message


@pytest.mark.parametrize("now", former_keys.FORMER.values())
def test_the_new_name_of_a_former_key_is_a_key(now: str) -> None:
    table = now.split(".", maxsplit=1)[0]
    assert now.replace(r"\1", {"grant": "zevip", "phase": "1", "charger": "port_kw"}.get(table, "L2")) in set(
        scenario_faults.leaves(BASE)
    )


HPC = """
[level.hpc]
title = { en = "Hub", fr = "Plaque" }
rank = 3
usual_charger = "dc_350"
service_distance_m = 9000
wait_max_min = 5
wait_probability_max = 0.1
zone_edge_m = 2000
nearest_site_count = 10
"""
DC_50 = """
[charger.dc_50]
title = { en = "50 kW", fr = "50 kW" }
level = "L3"
port_kw = 50
station_cost_cad = 50000
port_cost_cad = 30000
opex_cad_per_port_year = 2000
session_min = 60
kwh_per_session = 20
utilisation_share = 0.1
ports_min = 1
ports_max = 4
port_count_choices = [1, 2]
replaces = []
"""


def test_a_level_that_the_views_do_not_know_is_refused(tmp_path: Path) -> None:
    text = HPC + DC_50.replace("dc_50", "dc_350").replace('"L3"', '"hpc"')
    with pytest.raises(
        UsageError, match=r"level.hpc cannot be planned yet; the levels that can are L2 and L3"
    ):
        resolve(file(tmp_path, text))


def test_a_type_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    text = DC_50 + '[phase.1]\nchargers = ["ac_7", "dc_50"]\n'
    with pytest.raises(UsageError, match=r"phase.1.chargers names 'dc_50'.*make it level.L3.usual_charger"):
        resolve(file(tmp_path, text))


def test_a_type_of_one_s_own_may_be_the_usual_one(tmp_path: Path) -> None:
    text = DC_50 + '[level.L3]\nusual_charger = "dc_50"\n[phase.1]\nchargers = ["ac_7", "dc_50"]\n'
    assert resolve(file(tmp_path, text))[1].phase[1].chargers == ["ac_7", "dc_50"]
