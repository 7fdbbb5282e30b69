"""Scenario files: what is refused and how, and what those that come along hold."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from db.common.errors import UsageError
from model.data import former_keys, scenario_faults
from model.data.scenario import FOLDER, _merge, names, resolve
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

    def content(scenario: str) -> dict[str, Any]:
        return tomllib.loads((FOLDER / f"{scenario}.toml").read_text(encoding="utf-8"))

    own = content(name)
    below = _merge(BASE, content(own["extends"])) if "extends" in own else BASE
    same = [key for key in leaves(own) if value(own, key) == value(below, key)]
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
            "phase.1.chargers names 'dc_15', which is not a charger type; the charger types are ac_7, ac_19, dc_50,",
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
        ("[charger.ac_7]\nlevel = 'L4'", "charger.ac_7.level names 'L4', which is not a level", "base.toml"),
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
    with pytest.raises(UsageError) as caught:
        resolve("nothere")
    assert caught.value.hint.startswith("known scenarios: ")


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


def test_the_new_name_of_a_former_key_is_a_key() -> None:
    names = {
        "grant": "zevip",
        "phase": "1",
        "charger": "port_kw",
        "level": "L2",
        "corridor": "gap_max_m",
        "rule": "max_gap",
    }
    known = set(scenario_faults.leaves(BASE))
    unknown = []
    for now in former_keys.FORMER.values():
        name = "ac_7" if now.startswith(r"charger.\1.") else names.get(now.split(".", maxsplit=1)[0], "")
        if now.replace(r"\1", name) not in known:
            unknown.append(now)
    assert unknown == []


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        (
            "[spacing]\nl3_gap_max_m = 3000\ncorridor_detour_m = 5\noverlap_station_count_max = 4",
            [
                ("spacing.l3_gap_max_m", "level.L3.gap_max_m"),
                ("spacing.corridor_detour_m", "corridor.detour_m"),
                ("spacing.overlap_station_count_max", "level.L3.overlap_station_count_max"),
            ],
        ),
        ("[session]\nl3_energy_share = 0.4", [("session.l3_energy_share", "level.L3.energy_share")]),
        ("[site]\nl2_ports_retained_min = 1", [("site.l2_ports_retained_min", "site.ports_retained_min")]),
        (
            "[area]\nl3_station_count_min = 1\n[[area.override]]\nname = 'a'\nl3_station_count_min = 2",
            [
                ("area.l3_station_count_min", "area.level_station_count_min.L3"),
                ("area.override.0.l3_station_count_min", "area.override.level_station_count_min.L3"),
            ],
        ),
        (
            "[rule]\nl3_min_spacing = true\nl3_max_gap = true",
            [("rule.l3_min_spacing", "rule.min_spacing"), ("rule.l3_max_gap", "rule.max_gap")],
        ),
        (
            "[objective.weight]\ncoverage_l2 = 1\ncoverage_l3 = 1\nbackup = 1",
            [
                ("objective.weight.coverage_l2", "objective.weight.coverage.L2"),
                ("objective.weight.coverage_l3", "objective.weight.coverage.L3"),
                ("objective.weight.backup", "objective.weight.double_coverage.L3"),
            ],
        ),
    ],
)
def test_what_was_said_of_one_level_by_name_is_refused_with_its_new_name(
    tmp_path: Path, text: str, renamed: list[tuple[str, str]]
) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(file(tmp_path, text))
    for former, now in renamed:
        assert f"the key '{former}' is now '{now}'" in refused.value.message
        assert f"write '{now}'" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[objective.weight]\ndouble_coverage = 10",
            "objective.weight.double_coverage: Input should be a valid dictionary, such as { L2 = 0.0, L3 = 0.0 }",
        ),
        ("[objective.weight]\ncoverage = { L4 = 1.0 }", "there is no key 'objective.weight.coverage.L4'"),
        (
            "[grant.program.chargeon]\nsite_port_count_min = [[4, 0]]",
            "grant.program.chargeon.site_port_count_min.0: Input should be a valid dictionary, such as { L2 = 4 }",
        ),
        (
            "[grant.program.chargeon]\nsite_port_count_min = [{ L4 = 4 }]",
            "grant.program.chargeon.site_port_count_min names 'L4', which is not a level",
        ),
        ("[electricity]\nevc_levels = ['L4']", "electricity.evc_levels names 'L4', which is not a level"),
        ("[corridor]\nlevels = ['L4']", "corridor.levels names 'L4', which is not a level"),
        (
            "[[area.override]]\nname = 'a'\nlevel_station_count_min = { L4 = 1 }",
            "area.override names 'L4', which is not a level; the levels are L2, L3",
        ),
        (
            "[objective]\norder = [['coverage_l2'], ['backup']]",
            "objective.order names 'coverage_l2', which is now 'coverage.L2'; objective.order names 'backup',"
            " which is now 'double_coverage.L3'",
        ),
        ("[level.L2]\nenergy_share = 0.7", "the energy_share of all levels must sum to 1, not 1.2"),
        ("[charger.dc_50]\nreplaces = ['dc_50']", "charger.dc_50.replaces names the type itself"),
        (
            "[charger.ac_7]\nreplaces = ['dc_50']",
            "charger.ac_7.replaces names 'dc_50' of L3, a level above its own, L2",
        ),
        (
            "[charger.ac_7]\nreplaces = ['ac_9']",
            "charger.ac_7.replaces names 'ac_9', which is not a charger type",
        ),
    ],
)
def test_what_is_said_by_level_is_a_table_of_known_levels(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(file(tmp_path, text))
    assert says in refused.value.message


OWN = """
[level.L2]
energy_share = 0.3
[level.hpc]
title = { en = "Hub", fr = "Plaque" }
rank = 3
usual_charger = "hpc_350"
service_distance_m = 9000
wait_max_min = 5
wait_probability_max = 0.1
zone_edge_m = 2000
nearest_site_count = 10
energy_share = 0.2
spacing_min_m = 1000
gap_max_m = inf
overlap_station_count_max = 2
[charger.hpc_350]
title = { en = "350 kW", fr = "350 kW" }
level = "hpc"
port_kw = 350
equipment_cost_cad_per_port = 100000
installation_cost_cad_per_port = 0
equipment_cost_cad_per_station = 150000
civil_works_cost_cad_per_station = 0
make_ready_cost_cad_per_station = 0
dismantling_cost_cad_per_port = 0
dismantling_cost_cad_per_station = 0
opex_cad_per_port_year = 6000
network_fee_cad_per_port_year = 300
price_cad_per_kwh = 0.4
price_cad_per_session = 1
price_cad_per_hour = 0
session_min = 20
kwh_per_session = 40
utilisation_share = 0.1
ports_min = 1
ports_max = 4
port_count_choices = [1, 2]
replaces = ["dc_150"]
[objective.weight]
coverage.hpc = 10.0
double_coverage.hpc = 2.5
[phase.1]
chargers = ["ac_7", "hpc_350"]
[phase.1.coverage_min_share]
hpc = 0.1
[area]
level_station_count_min.hpc = 1
[equity.floor_share]
hpc = 0.05
"""


def test_a_level_and_a_type_of_one_s_own_are_taken_everywhere(tmp_path: Path) -> None:
    found = resolve(file(tmp_path, OWN))[1]
    assert found.term_weights["coverage.hpc"] == 10
    assert found.term_weights["double_coverage.hpc"] == 2.5
    assert found.term_weights["double_coverage.L2"] == 0
    assert found.phase[1].coverage_min_share == {"L2": 0, "L3": 0, "hpc": 0.1}
    assert found.area.level_station_count_min == {"L2": 0, "L3": 0, "hpc": 1}
    assert found.equity.floor_share["hpc"] == 0.05
    assert found.phase[1].chargers == ["ac_7", "hpc_350"]


def test_a_level_that_no_weight_names_weighs_nothing(tmp_path: Path) -> None:
    weights = "coverage.hpc = 10.0\ndouble_coverage.hpc = 2.5\n"
    found = resolve(file(tmp_path, OWN.replace(weights, "")))[1]
    assert found.term_weights["coverage.hpc"] == found.term_weights["double_coverage.hpc"] == 0


def test_a_type_of_one_s_own_may_be_the_usual_one(tmp_path: Path) -> None:
    text = '[level.L3]\nusual_charger = "dc_50"\n[phase.1]\nchargers = ["ac_7", "dc_50"]\n'
    assert resolve(file(tmp_path, text))[1].phase[1].chargers == ["ac_7", "dc_50"]


@pytest.mark.parametrize(
    ("text", "en", "fr"),
    [
        ("title = 'Later'", "Later", "Later"),
        ("title = { en = 'Later', fr = 'Plus tard ; puis' }", "Later", "Plus tard\u00a0; puis"),
        ("budget_cad = 5", "Plan in one go", "Plan en une fois"),
    ],
)
def test_a_phase_is_called_by_its_file(tmp_path: Path, text: str, en: str, fr: str) -> None:
    """A plain text stands for both languages; without one it is that of the file below."""
    title = resolve(file(tmp_path, f"[phase.1]\n{text}"))[1].phase[1].title
    assert (title.en, title.fr) == (en, fr)


def test_a_title_in_one_language_keeps_no_other_of_another_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(file(tmp_path, "[phase.1]\ntitle = { en = 'Later' }"))
    assert "mine.toml: phase.1.title.fr" in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("[]", "the first row of connection is of added_kw_min = 0"),
        ("[{ added_kw_min = 5, lead_month = 1 }]", "the first row of connection is of added_kw_min = 0"),
        (
            "[{ added_kw_min = 0, lead_month = 1 }, { added_kw_min = 0, lead_month = 2 }]",
            "connection has 0 kW after 0 kW; list more power later",
        ),
        ("[{ added_kw_min = 0, lead_month = 1.5 }]", "valid integer"),
        ("[{ added_kw_min = 0, lead_month = -1 }]", "greater than or equal to 0"),
    ],
)
def test_every_project_has_one_lead_time(tmp_path: Path, rows: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(file(tmp_path, f"[lead_time]\nconnection = {rows}"))
    assert "mine.toml: lead_time.connection" in str(refused.value) or "mine.toml: lead_time" in str(
        refused.value
    )
    assert says in str(refused.value)
