"""What each parameter of a scenario changes for the model or for people."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest

from db.schema import build as views
from model.data import read, scenario, scenario_store
from model.data.codes import OwnerType
from model.data.scenario import FOLDER
from tests.support.scenarios import BASE, leaves

LATER = "chargeon_2025"
"""A program with the keys of the others, whose dates pay for no phase here."""
FAST = ("dc_50", "dc_150", "dc_350")
KINDS = [f"{kind}.{name}" for kind in ("level", "charger") for name in BASE[kind]]
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
    **{f"{kind}.title.{language}": "Other" for kind in KINDS for language in ("en", "fr")},
    "level.L2.rank": 3,
    "level.L3.rank": 5,
    "level.L2.usual_charger": "ac_19",
    "level.L3.usual_charger": "dc_50",
    # the usual one of a level stays in it, and what replaces a type is of no lower level
    "charger.ac_7.level": None,
    "charger.ac_19.level": "L3",
    "charger.dc_50.level": "L2",
    "charger.dc_150.level": None,
    "charger.dc_350.level": None,
    "charger.ac_7.replaces": ["ac_19"],
    **{f"charger.{name}.replaces": [] for name in FAST},
    "charger.ac_19.replaces": [],
    **{f"charger.{name}.ports_min": 3 for name in BASE["charger"]},
    **{f"charger.{name}.ports_max": 2 for name in BASE["charger"]},
    **{f"charger.{name}.port_count_choices": [2, 5] if name in FAST else [1, 3] for name in BASE["charger"]},
    **{f"charger.{name}.price_cad_per_{per}": 1.0 for name in BASE["charger"] for per in ("session", "hour")},
    "level.L2.service_distance_m": 500.0,
    "level.L3.service_distance_m": 600.0,
    "phase.1.year": 2030,
    **{f"phase.1.title.{language}": "Another title" for language in ("en", "fr")},
    "lead_time.connection": [{"added_kw_min": 0.0, "lead_month": 3}],
    "phase.1.coverage_min_share.L2": 0.1,
    "phase.1.coverage_min_share.L3": 0.1,
    # its stations have both levels here, so that no upgrade adds one: tests/db/test_model_sql.py
    "site.ports_retained_min": None,
    "connection.three_phase_kw_min": 30.0,
    "site.power_limit_kw": 310.0,
    "site.upgrade_kept_session_share": 0.0,
    "site.resale_share_unknown_age": 0.2,
    # no line of three phases is known there: tests/db/test_prices.py
    "connection.distance_step_m": None,
    "site.capex_limit_cad": 210000.0,
    "objective.mode": "lexicographic",
    "objective.order": {"mode": "lexicographic", "order": [["capex"], ["coverage.L2"]]},
    "objective.tolerance_share": {"mode": "lexicographic", "tolerance_share": 0.1},
    "objective.cost_limit_cad": 1000.0,
    "objective.money_scale_cad": 1000.0,
    "objective.weight.double_coverage.L2": 1.0,
    "objective.weight.double_coverage.L3": 1.0,
    "objective.weight.grid_upgrade": 1.0,
    "grid.upgrade": [{"added_kw": 100.0, "cost_cad": 1.0}],
    **{f"charger.{name}.utilisation_share": 0.3 if name in FAST else 1.0 for name in BASE["charger"]},
    "grant.program.zevip.rank": 4,
    "grant.program.chargeon.rank": 1,
    "grant.program.zevip.band_kw_min": [0.0, 20.0, 50.0, 200.0],
    # the other program pays first: only much less of this one is less
    "grant.program.chargeon.band_kw_min": [0.0, 200.0, 300.0, 400.0, 500.0],
    **{f"grant.program.{name}.cost_share_max": 0.3 for name in ("zevip", "chargeon")},
    "grant.program.zevip.band_port_cap_cad": [5000.0, 15000.0, 50000.0, 20000.0],
    "grant.program.chargeon.band_port_cap_cad": [5000.0, 15000.0, 50000.0, 20000.0, 100000.0],
    "grant.program.zevip.site_port_count_min": [{"L3": 6}],
    "grant.program.chargeon.site_port_count_min": [{"L3": 6}],
    **{
        f"grant.program.{name}.{key}": value
        for name, other in (("zevip", "chargeon"), ("chargeon", "zevip"))
        for key, value in {
            "family": other,
            "stream.en": "Other",
            "stream.fr": "Autre",
            "open_from": "2028-01-01",
            "open_to": {"open_to": "2020-01-01", "build_within_month": 12.0},
            "build_within_month": {"open_to": "2020-01-01", "build_within_month": 12.0},
            "planning_areas_in": ["Farend"],
            "planning_areas_out": ["Ringham"],
            "area_population_max": 500.0,
            # the toy town has no grant areas: tests/db/test_grants.py
            "grant_areas_in": None,
            "grant_areas_out": None,
            "alone_level": {"alone_level": "L2", "alone_port_count_min": 5},
            "alone_m": {"alone_m": 100.0, "alone_port_count_min": 3} if name == "zevip" else 5000.0,
            "alone_port_count_min": 6,
            "apart_level": {"apart_level": "L2", "apart_m": 1000.0},
            "apart_m": 1000.0,
            "owner_types": ["private"],
            "access": ["members"],
            "service_year_min": 4,
        }.items()
    },
    "electricity.demand_billed_kw_min": 400.0,
    "electricity.evc_levels": ["L2"],
    "electricity.evc_kw_min": 400.0,
    "electricity.evc_kw_max": 320.0,
    "electricity.evc_load_factor_max": 0.15,
    "removal.alternative_distance_m": 100.0,
    "removal.utilisation_share_max": 0.01,
    "price.year": 2020,
    "removal.opex_cad_per_session_min": 50.0,
    "candidate.score_min": 0.7,
    "station.coverage_access": ["customers"],
    "station.change_owner_types": ["private"],
    "station.owned_owner_types": ["private"],
    "session.destination_kind.work": {"work": 0.4, "shopping": 0.35},
    "session.destination_kind.shopping": {"shopping": 0.2, "leisure": 0.25},
    "session.destination_kind.leisure": {"leisure": 0.05, "transit": 0.2},
    "session.destination_kind.transit": {"transit": 0.0, "work": 0.55},
    # its stations may be changed already: tests/db/test_station_rights.py
    "station.change_site_ids": None,
    # the toy town has no session records: tests/db/test_coincidence.py
    "grid.coincidence_from": None,
    "grid.coincidence": [{"port_count": 1, "share": 0.5}],
    # vehicles were counted once there: tests/db/test_growth_path.py
    "growth.method": None,
    "growth.path": None,
    # the toy town has neither bare junctions nor ground that excludes: tests/db/test_buildable.py
    "candidate.junctions": None,
    "candidate.hard_exclusions": None,
    **{f"level.{level}.spacing_min_m": 1000.0 for level in BASE["level"]},
    **{f"level.{level}.gap_max_m": 200.0 for level in BASE["level"]},
    **{f"level.{level}.overlap_station_count_max": 1 for level in BASE["level"]},
    "corridor.road_classes": [],
    "corridor.gap_max_m": 9000.0,
    "corridor.detour_m": 100.0,
    "corridor.levels": ["L2"],
    "area.station_count_min": 1,
    "area.station_count_max": 3.0,
    "area.level_station_count_min.L2": 1,
    "area.level_station_count_min.L3": 1,
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
    table["level"]["L2"]["rank"], table["level"]["L3"]["rank"] = 2, 4
    # no port of the toy town has an unknown power at L3: what the usual charger tells is the energy of a session
    table["charger"]["dc_50"]["kwh_per_session"] = 20.0
    table["corridor"] |= {"road_classes": ["primary"], "gap_max_m": 3000.0}
    table["equity"]["protected"] = [{"group_kind": "municipality", "group_name": "Ringham"}]
    table["removal"]["alternative_distance_m"] = 5000.0
    table["site"] |= {"ports_retained_min": 0, "power_limit_kw": 1000.0, "capex_limit_cad": 2e6}
    # as few layouts as tell apart what each type says: working them out takes the time of this test
    for name, charger in table["charger"].items():
        charger["port_count_choices"] = [2, 3] if name in FAST else [2, 4]
    owners = list(OwnerType)
    table["station"] |= {"change_owner_types": owners, "owned_owner_types": owners}
    table["phase"]["1"] |= {
        "actions": ["upgrade", "build", "remove"],
        "chargers": list(table["charger"]),
        "opex_limit_cad_per_year": 1e6,
    }
    table["grid"]["upgrade"] = [{"added_kw": 50.0, "cost_cad": 1.0}]
    del table["grant"]["program"][LATER]
    for rank, program in enumerate(table["grant"]["program"].values(), start=2):
        program |= {"is_on": True, "rank": rank}
    table["grant"]["program"]["chargeon"]["alone_m"] = 100.0
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
    if last == "energy_share":
        for row in table["level"].values():
            row["energy_share"] = 0.4 if row is place else 0.6
    elif isinstance(new, dict):
        place |= new
    else:
        place[last] = new
    return table  # type: ignore[no-any-return]


def told(conn: psycopg.Connection[Any], parameters: scenario.Scenario) -> list[str]:
    """Everything that room 4 says of a scenario and that the model or people read; nothing stays of it."""
    with conn.transaction(force_rollback=True):
        return told_of(conn, scenario_store.store(conn, "trial", parameters))


def told_of(conn: psycopg.Connection[Any], scenario_id: int) -> list[str]:
    inputs = read.read(conn, scenario_id)
    capacity = conn.execute(
        "select layout, level, capacity_per_h from model.layout_level where scenario_id = %s order by 1, 2",
        (scenario_id,),
    ).fetchall()
    options = conn.execute(
        "select o.option_id, p.phase, p.capex_cad, p.grants_cad, p.resale_cad, o.opex_change_cad_per_year, o.peak_kw,"
        " o.added_kw from model.site_option as o left join model.option_price as p using (scenario_id, option_id)"
        " where scenario_id = %s order by 1, 2",
        (scenario_id,),
    ).fetchall()
    phases = conn.execute(
        "select phase, title_en, title_fr, year from plan.scenario_phase where scenario_id = %s",
        (scenario_id,),
    ).fetchall()
    use = conn.execute(
        "select site_id, is_little_used, is_costly from model.removal_candidate where scenario_id = %s order by 1",
        (scenario_id,),
    ).fetchall()
    gap = conn.execute(
        "select publication_mip_gap_max from plan.scenario where scenario_id = %s", (scenario_id,)
    ).fetchall()
    words = conn.execute(
        "select level, title_en, title_fr, rank from plan.scenario_level where scenario_id = %s"
        " union all select charger_type, title_en, title_fr, 0 from plan.scenario_charger where scenario_id = %s"
        " union all select charger_type, replaced_type, '', 0 from plan.scenario_charger_replaces where scenario_id = %s"
        " union all select program, stream_en, stream_fr, rank from plan.scenario_grant_program where scenario_id = %s"
        " order by 1, 2, 3",
        (scenario_id,) * 4,
    ).fetchall()
    clauses = [
        [row[1:] for row in conn.execute(query, (scenario_id,))]
        for query in (
            "select * from model.site_grant_clause where scenario_id = %s order by site_id, program, clause",
            "select * from model.grant_phase where scenario_id = %s order by program, phase",
        )
    ]
    economy = [
        [row[1:] for row in conn.execute(query, (scenario_id,))]
        for query in (
            "select * from model.economy where scenario_id = %s",
            "select * from model.electricity where scenario_id = %s",
            "select * from model.economy_year where scenario_id = %s order by year",
            "select * from model.charger_economy where scenario_id = %s order by charger_type",
            "select * from plan.scenario_lead_time where scenario_id = %s",
            "select * from plan.scenario_connection_lead where scenario_id = %s order by added_kw_min",
        )
    ]
    found = [dataclasses.asdict(inputs), capacity, options, phases, use, gap, words, economy, clauses]
    return [repr(rounded(part)) for part in found]


def rounded(value: Any) -> Any:
    """Return a value with 9 digits of each number: sums differ in the last ones by the order of their rows."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return [(rounded(key), rounded(value[key])) for key in sorted(value, key=repr)]
    if isinstance(value, set | frozenset):
        return sorted((rounded(part) for part in value), key=repr)
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return value


def section(key: str) -> str:
    """Return the table of a key, such as `site` or `charger.ac_7`."""
    return (
        key.rpartition(".")[0]
        if key.startswith("grant.program")
        else ".".join(key.split(".")[:2][: key.count(".")])
    )


SECTIONS: dict[str, list[str]] = {}
for _key in leaves(BASE):
    if _key != "continues" and LATER not in _key and not (_key in CHANGED and CHANGED[_key] is None):
        SECTIONS.setdefault(section(_key), []).append(_key)


EQUIPPED = """
delete from raw.osm_feature where feature_kind = 'charging_station';
update raw.openchargemap_poi as p set record = p.record || jsonb_build_object('Connections', n.connections, 'NumberOfPoints', n.port_count)
from (
    select k.ocm_id, sum(k.port_count) as port_count, jsonb_agg(jsonb_build_object('LevelID', k.level, 'PowerKW', k.kw, 'Quantity', k.port_count)) as connections
    from (
        values ({busy}, 2, 7.2, 2), ({busy}, 3, 50, 1),
            ({idle}, 2, 7.2, 2), ({idle}, 2, 19.2, 1), ({idle}, 3, 50, 1), ({idle}, 3, 150, 1), ({idle}, 3, 350, 1)
    ) as k (ocm_id, level, kw, port_count)
    group by k.ocm_id
) as n where n.ocm_id = p.ocm_id;
insert into raw.utilisation (load_id, source_id, record_number, station_id, utilisation_share)
select s.load_id, s.source_id, k.ocm_id, 'ocm:' || k.ocm_id, k.share
from (select * from raw.load_source limit 1) as s cross join (values ({busy}, 0.3), ({idle}, 0.04)) as k (ocm_id, share);
update raw.afdc_station set opened_on = '2024-07-15' where afdc_id = 11;
update raw.road_edge set highway = 'primary' where name = 'Far Road';
insert into plan.site_lock (site_id, lock_kind) select site_id, 'force_out' from core.site where site_key = 'ocm:{locked}';
"""
"""A station with ports of all types that may go, as another stands in for it, which is in use; a main road; a lock."""
TOWNS = (
    {"busy": 1, "idle": 2, "locked": 1},
    {"busy": 2, "idle": 1, "locked": 2},
    {"busy": 1, "idle": 2, "locked": 2},
)
"""Town Hall is 1, on the main road; where it is locked, nothing can be upgraded, and the corridor has its station."""

Town = tuple[psycopg.Connection[Any], list[str]]


@pytest.fixture(scope="module")
def towns(templates: Any) -> Iterator[list[Town]]:
    """Yield a connection to each way to equip Toy Town, and what is told of the base there."""
    with ExitStack() as ends:
        found = []
        for places in TOWNS:
            address = ends.enter_context(templates.clone(templates.toy_town()))
            conn = ends.enter_context(psycopg.connect(address, autocommit=True))
            conn.execute(EQUIPPED.format(**places).encode())
            views.refresh(conn)
            found.append((conn, told(conn, scenario.Scenario.model_validate(ruled()))))
        yield found


def is_silent(key: str, town: Town) -> bool:
    conn, before = town
    return told(conn, scenario.Scenario.model_validate(another(key))) == before


@pytest.mark.parametrize("name", SECTIONS)
def test_every_parameter_does_something(name: str, towns: list[Town]) -> None:
    """Another value of any parameter changes what the model or the report is told, in one of the towns."""
    assert [key for key in SECTIONS[name] if all(is_silent(key, town) for town in towns)] == []


def test_a_scenario_tells_the_same_twice(towns: list[Town]) -> None:
    """What is told differs by what is asked alone, not by the plan of a query or the order of rows."""
    for conn, before in towns:
        again = told(conn, scenario.Scenario.model_validate(ruled()))
        assert [part == was for part, was in zip(again, before, strict=True)] == [True] * len(before)
