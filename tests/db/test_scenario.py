"""Scenario files: what is refused and how, what each parameter changes, and what is written of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import ValidationError

from db.common.errors import UsageError
from db.schema import build as views
from db.session.connection import connect
from model.data import former_keys, read, scenario, scenario_faults, scenario_store
from model.data.scenario import FOLDER, names, resolve
from model.formulation.constraints import RULES
from tests.support.scenarios import file

BASE = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


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


def test_a_scenario_holds_all_switches_and_weights_and_no_other() -> None:
    for path, name in ((("rule",), "rule"), (("objective", "weight"), "objective.weight")):
        for change in ({"no_left_turn": 1.0}, None):
            table: Any = ruled()
            place = table
            for key in path:
                place = place[key]
            missing = next(iter(place))
            if change is None:
                del place[missing]
            else:
                place |= change if name != "rule" else {"no_left_turn": True}
            words = f"the key '{missing}' is missing" if change is None else "there is no key 'no_left_turn'"
            with pytest.raises(ValidationError, match=words):
                scenario.Scenario.model_validate(table)


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


CHANGED: dict[str, Any] = {
    "demand.kind": None,  # the toy town has no reference points; test_model_sql solves on some
    "demand.weight_share.ev": {"ev": 0.25, "population": 0.30},
    "demand.weight_share.population": {"ev": 0.25, "population": 0.30},
    "demand.weight_share.transit": {"transit": 0.05, "population": 0.30},
    "demand.weight_share.infrastructure_quality": {"infrastructure_quality": 0.15, "population": 0.30},
    "demand.weight_share.infrastructure_age": {"infrastructure_age": 0.0, "ev": 0.40},
    "distance.kind": "straight_line",
    "phase.1.actions": ["build"],
    "phase.1.chargers": ["dc_150"],
    "level.L2.title.en": "Slow",
    "level.L2.title.fr": "Lente",
    "level.L3.title.en": "Fast",
    "level.L3.title.fr": "Rapide",
    "charger.ac_7.title.en": "Slow",
    "charger.ac_7.title.fr": "Lente",
    "charger.dc_150.title.en": "Fast",
    "charger.dc_150.title.fr": "Rapide",
    "level.L2.rank": 5,
    "level.L3.rank": 5,
    # another one of the same level is needed: a test of its own has it
    "level.L2.usual_charger": None,
    "level.L3.usual_charger": None,
    "charger.ac_7.level": None,
    "charger.dc_150.level": None,
    "charger.ac_7.replaces": ["dc_150"],
    "charger.dc_150.replaces": [],
    "charger.ac_7.ports_min": 2,
    "charger.dc_150.ports_min": 3,
    "charger.ac_7.ports_max": 4,
    "charger.dc_150.ports_max": 2,
    "charger.ac_7.port_count_choices": [1, 3],
    "charger.dc_150.port_count_choices": [2, 5],
    "level.L2.service_distance_m": 500.0,
    "level.L3.service_distance_m": 600.0,
    "phase.1.year": 2030,
    "phase.1.title": "Another title",
    "phase.1.coverage_min_share.L2": 0.1,
    "phase.1.coverage_min_share.L3": 0.1,
    "site.l2_ports_retained_min": 1,
    "site.power_limit_kw": 310.0,
    "site.capex_limit_cad": 210000.0,
    "objective.mode": "lexicographic",
    "objective.order": {"mode": "lexicographic", "order": [["capex"], ["coverage_l2"]]},
    "objective.tolerance_share": {"mode": "lexicographic", "tolerance_share": 0.1},
    "objective.cost_limit_cad": 1000.0,
    "objective.money_scale_cad": 1000.0,
    "objective.weight.double_coverage": 1.0,
    "objective.weight.reinforcement": 1.0,
    "grid.reinforcement": [{"added_kw": 100.0, "cost_cad": 1.0}],
    "charger.ac_7.utilisation_share": 1.0,
    "charger.dc_150.utilisation_share": 0.3,
    "grant.program.zevip.rank": 4,
    "grant.program.chargeon.rank": 1,
    "grant.program.zevip.band_kw_min": [0.0, 20.0, 50.0, 200.0],
    # the other program pays first: only much less of this one is less
    "grant.program.chargeon.band_kw_min": [0.0, 200.0, 300.0, 400.0, 500.0],
    "grant.program.chargeon.cost_share_max": 0.3,
    "grant.program.zevip.band_port_cap_cad": [5000.0, 15000.0, 50000.0, 20000.0],
    "grant.program.chargeon.band_port_cap_cad": [5000.0, 15000.0, 50000.0, 20000.0, 100000.0],
    "grant.program.zevip.site_port_count_min": [[0, 6]],
    "grant.program.chargeon.site_port_count_min": [[0, 6]],
    "electricity.demand_billed_kw_min": 400.0,
    "electricity.evc_kw_min": 400.0,
    "electricity.evc_kw_max": 320.0,
    "electricity.evc_load_factor_max": 0.15,
    # no station of the toy town has another one with its levels; test_money adds one
    "removal.alternative_distance_m": None,
    "removal.utilisation_share_max": 0.2,
    "removal.opex_cad_per_session_min": 3.0,
    "candidate.score_min": 0.7,
    "spacing.l3_distance_min_m": 1000.0,
    "spacing.l3_gap_max_m": 1000.0,
    "spacing.corridor_road_classes": [],
    "spacing.corridor_gap_max_m": 9000.0,
    "spacing.corridor_detour_m": 100.0,
    "spacing.overlap_station_count_max": 1,
    "area.station_count_min": 1,
    "area.station_count_max": 3.0,
    "area.l3_station_count_min": 1,
    "area.override": [{"name": "Ringham", "station_count_min": 1}],
    "projects.project_count_max": 30,
    "projects.area_project_count_max": 10,
    "equity.group_kinds": ["settlement"],
    "equity.floor": [{"group_kind": "settlement", "group_name": "rural", "level": "L2", "share": 0.2}],
    "equity.protected": [],
    "equity.floor_share.L2": 0.2,
    "equity.floor_share.L3": 0.2,
    # the toy town counts its vehicles, and says when; test_served_demand plans for a town that does not
    "growth.ev_per_person_assumed": None,
    "growth.count_year_assumed": None,
    "objective.weight.served": 1.0,
    "objective.weight.efficiency": 1.0,
    "phase.1.served_min_share.L2": 0.1,
    "phase.1.served_min_share.L3": 0.1,
    "level.L2.zone_edge_m": 5000.0,
    "level.L3.zone_edge_m": 200.0,
    "level.L2.nearest_site_count": 1,
    "level.L3.nearest_site_count": 1,
}


def ruled() -> dict[str, Any]:
    """Return the base with every rule on: a parameter of a rule says nothing while the rule is off."""
    table = tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))
    table["rule"] = dict.fromkeys(table["rule"], True)
    table["spacing"] |= {"corridor_road_classes": ["primary"], "corridor_gap_max_m": 3000.0}
    table["site"]["l2_ports_retained_min"] = 0
    table["phase"]["1"] |= {"actions": ["upgrade", "build", "remove"], "opex_limit_cad_per_year": 1e6}
    table["grid"]["reinforcement"] = [{"added_kw": 50.0, "cost_cad": 1.0}]
    for rank, program in enumerate(table["grant"]["program"].values(), start=2):
        program |= {"is_on": True, "rank": rank}
    table["electricity"]["is_transmission_charged"] = True
    return table


def another(key: str) -> dict[str, Any]:
    """Return that base with another value for a key (and for others that have to go with it)."""
    table: Any = ruled()
    place = table
    *path, last = key.split(".")
    for part in path:
        place = place[part]
    was = place[last]
    new = CHANGED[key] if key in CHANGED else not was if isinstance(was, bool) else type(was)(was * 0.9)
    if isinstance(new, dict):
        place |= new
    else:
        place[last] = new
    return table  # type: ignore[no-any-return]


def told(conn: psycopg.Connection[Any], parameters: scenario.Scenario) -> list[Any]:
    """Everything that room 4 says of a scenario and that the model or people read."""
    scenario_id = scenario_store.store(conn, "trial", parameters)
    inputs = read.read(conn, scenario_id)
    capacity = conn.execute(
        "select option_id, l2_capacity_per_h, l3_capacity_per_h from model.site_option where scenario_id = %s order by option_id",
        (scenario_id,),
    ).fetchall()
    phases = conn.execute(
        "select phase, title, year from plan.scenario_phase where scenario_id = %s", (scenario_id,)
    ).fetchall()
    use = conn.execute(
        "select site_id, is_little_used, is_costly from model.removal_candidate where scenario_id = %s order by 1",
        (scenario_id,),
    ).fetchall()
    gap = conn.execute(
        "select publication_gap_share_max from plan.scenario where scenario_id = %s", (scenario_id,)
    ).fetchall()
    words = conn.execute(
        "select level, title_en, title_fr, rank from plan.scenario_level where scenario_id = %s"
        " union all select charger_type, title_en, title_fr, 0 from plan.scenario_charger where scenario_id = %s"
        " union all select charger_type, replaced_type, '', 0 from plan.scenario_charger_replaces where scenario_id = %s"
        " order by 1, 2, 3",
        (scenario_id,) * 3,
    ).fetchall()
    return [inputs.sha256, capacity, phases, use, gap, words]


def test_every_parameter_does_something(toy_database: str) -> None:
    """Another value of any parameter changes what the model or the report is told."""
    assert toy_database
    silent = []
    with connect(autocommit=True) as conn:
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind) select min(site_id), 'force_out' from core.site"
        )
        conn.execute("update raw.road_edge set highway = 'primary' where name = 'Far Road'")
        views.refresh(conn)
        before = told(conn, scenario.Scenario.model_validate(ruled()))
        for key in leaves(BASE):
            if key == "continues" or (key in CHANGED and CHANGED[key] is None):
                continue
            if told(conn, scenario.Scenario.model_validate(another(key))) == before:
                silent.append(key)
    assert silent == []


def test_a_scenario_is_written_once(toy_database: str, tmp_path: Path) -> None:
    assert toy_database
    one = resolve("phase1")[1]
    other = resolve(file(tmp_path, "extends = 'phase1'\n[grid]\ncoincidence_factor = 0.5"))[1]
    with connect(autocommit=True) as conn:
        first = scenario_store.store(conn, "phase1", one)
        assert scenario_store.store(conn, "phase1", one) == first
        assert scenario_store.store(conn, "phase1", other) != first
        rules = conn.execute(
            "select rule, is_on from plan.scenario_rule where scenario_id = %s", (first,)
        ).fetchall()
    assert dict(rules) == one.rule
    assert one.rule.keys() == {rule.name for rule in RULES}


def test_without_a_region_the_next_step_is_named(database: str) -> None:
    assert database
    with connect(autocommit=True) as conn, pytest.raises(UsageError) as caught:
        scenario_store.store(conn, "phase1", resolve("phase1")[1])
    assert "make load" in caught.value.hint


def test_phase2_needs_phase1(toy_database: str) -> None:
    assert toy_database
    with connect(autocommit=True) as conn, pytest.raises(UsageError) as caught:
        scenario_store.store(conn, "phase2", resolve("phase2")[1])
    assert "phase1" in caught.value.message
    assert "--scenario phase1" in caught.value.hint


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
