"""Grant programs clause by clause on Toy Town: what each asks, what a site has, and what the audit finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.common.errors import UsageError
from db.session.connection import connect
from model.data import scenario_store
from model.data.scenario import resolve
from model.solve import Limits, solve_scenario
from tests.support.findings import messages, violations
from tests.support.scenarios import file
from tests.support.toy_town.build import lon_lat, write_sources

Connection = psycopg.Connection[Any]

# Town Hall (S1, 3 L2, in Ringham with its 750 people) must change. Its upgrade to 1 L2 + 2 L3 costs 200,000: ZEVIP pays half, ChargeON up
# to nine tenths of it together. The only other L3 is on Third Street (S2), 1320 m by road and 963 m in a straight line from it.
SCENARIO = """
[phase.1]
actions = ["upgrade"]
year = 2027
[grant.program.zevip]
is_on = true
[grant.program.chargeon]
is_on = true
"""
S1, S2, K1, K2 = "ocm:1", "ocm:2", "place:n102", "place:n103"
ALL = {S1, S2, K1, K2}
AREAS = """
[[sources.grant_areas]]
path = "areas.geojson"
columns = { area_type = "stream", name = "road" }

"""


def box(stream: str, east_m: float, north_m: float) -> dict[str, Any]:
    """Return a square of 100 m as a feature."""
    corners = [(-50, -50), (50, -50), (50, 50), (-50, 50), (-50, -50)]
    ring = [lon_lat(east_m + x, north_m + y) for x, y in corners]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"stream": stream, "road": "First Street"}, "geometry": shape}


@pytest.fixture(scope="module")
def town(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Yield a connection to Toy Town with a corridor that holds K1 alone; routes end at 1200 m, and Town Hall must change."""

    def region() -> str:
        path = write_sources(
            tmp_path_factory.mktemp("grants"), settings={"road_distance_max_m": 1400, "reject_share_max": 0.6}
        )
        features = [box("corridor", 250, -40), box("Not a kind", 1000, 0)]
        areas = {"type": "FeatureCollection", "features": features}
        (path.parent / "areas.geojson").write_text(json.dumps(areas), encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("[sources.roads]", f"{AREAS}[sources.roads]", 1), encoding="utf-8")
        return str(path)

    with templates.clone(templates.loaded("grants", region)), connect(autocommit=True) as conn:
        conn.execute(
            "insert into plan.site_lock (site_id, lock_kind) select site_id, 'must_change' from core.site where site_key = %s",
            (S1,),
        )
        yield conn


def stored(conn: Connection, folder: Path, clause: str, program: str = "chargeon") -> int:
    """Store the scenario with one more clause in a program, fill the tables of the model, and return its number."""
    text = SCENARIO.replace(f"[grant.program.{program}]", f"[grant.program.{program}]\n{clause}")
    scenario_id = scenario_store.store(conn, *resolve(file(folder, text)))
    conn.execute("select model.work_out(%s)", (scenario_id,))
    return scenario_id


def paid(conn: Connection, scenario_id: int, program: str = "chargeon") -> set[str]:
    """Return the sites that a program may pay for."""
    found = conn.execute(
        "select c.site_key from model.site_grant as g join core.site as c using (site_id)"
        " where g.scenario_id = %s and g.program = %s and cardinality(g.phases) > 0",
        (scenario_id, program),
    )
    return {key for (key,) in found}


def grants(conn: Connection, scenario_id: int, site_key: str, layout: str) -> list[float] | None:
    """Return what ZEVIP and ChargeON would pay for a layout of a site."""
    row = conn.execute(
        "select p.grants_cad from model.site_option as o join model.layout_price as p"
        " using (scenario_id, price_class, layout_before, action, layout_after) join core.site as c using (site_id)"
        " where o.scenario_id = %s and c.site_key = %s and o.layout_after = %s and p.phase = 1",
        (scenario_id, site_key, layout),
    ).fetchone()
    return None if row is None else list(row[0])


@pytest.mark.parametrize(
    ("clause", "sites"),
    [
        ("", ALL),
        ("area_population_max = 750", ALL),
        ("area_population_max = 749", set()),
        ('planning_areas_in = ["Farend"]', set()),
        ('planning_areas_in = ["1"]', ALL),
        ('planning_areas_out = ["Ringham"]', set()),
        ('grant_areas_in = ["corridor"]', {K1}),
        ('grant_areas_out = ["corridor"]', ALL - {K1}),
        ('owner_types = ["government", "utility"]', set()),
        ('access = ["members"]', {S2}),  # nobody knows who may use S2
        ('access = ["members"]\nunknown_is_eligible = false\nneeds_open_all_day = false', set()),
        ("needs_open_all_day = true\nunknown_is_eligible = false", set()),  # nobody knows the hours
        ("service_year_min = 10", ALL),
        ("service_year_min = 11", set()),
        ("apart_m = 960", ALL),
        ("apart_m = 961", ALL - {K2}),  # K2 to S2: 920 m of street and 40 m of access
        ("apart_m = 1320", {S2, K1}),
        ("apart_m = 1401", {S2}),  # beyond the routes a straight line counts
        ('open_from = "2027-07-01"', ALL),
        ("open_from = 2027-07-02", set()),
        ('open_to = "2026-07-01"\nbuild_within_month = 12', ALL),
        ('open_to = "2026-06-30"\nbuild_within_month = 12', set()),
        ('open_to = "2020-01-01"', ALL),
    ],
)
def test_a_site_keeps_a_clause_or_breaks_it(
    town: Connection, tmp_path: Path, clause: str, sites: set[str]
) -> None:
    assert paid(town, stored(town, tmp_path, clause)) == sites


def test_an_area_of_no_kind_is_a_reject(town: Connection) -> None:
    found = town.execute("select area_kind, name from core.grant_area").fetchall()
    assert found == [("corridor", "First Street")]
    assert town.execute("select field, reason from raw.reject where source = 'grant_areas'").fetchall() == [
        ("stream", "'Not a kind' is no type of area: a word of small letters, digits and _")
    ]


def test_what_is_found_and_asked_is_told(town: Connection, tmp_path: Path) -> None:
    scenario_id = stored(town, tmp_path, "area_population_max = 500\napart_m = 1400")
    found = town.execute(
        "select g.clause, g.is_kept, g.is_unknown, g.found_number, g.found_text, g.limit_number, g.limit_text"
        " from model.site_grant_clause as g join core.site as c using (site_id)"
        " where g.scenario_id = %s and c.site_key = %s and g.program = 'chargeon' order by g.clause",
        (scenario_id, S1),
    ).fetchall()
    assert found == [
        ("access", True, False, None, "public", None, "public"),
        ("apart", False, False, pytest.approx(1320, abs=0.5), "L3", 1400, None),
        ("open_all_day", True, True, None, None, None, None),
        ("owner", True, False, None, "municipal", None, "municipal"),
        ("population", False, False, 750, "Ringham", 500, None),
        ("service", True, False, 10, None, 5, None),
    ]


def test_a_new_station_is_the_planners(town: Connection, tmp_path: Path) -> None:
    """Of a station the owner counts, of a candidate the planner; where the planner owns none, nobody knows."""
    private = "[station]\nowned_owner_types = ['private']\n"
    for owned, clause, sites in (
        (private, "", {S1, S2}),
        (private, 'owner_types = ["private"]', {K1, K2}),
        (
            "[station]\nowned_owner_types = []\n",
            "unknown_is_eligible = false\nneeds_open_all_day = false",
            {S1},
        ),
    ):
        text = f"{owned}{SCENARIO}{clause}"
        scenario_id = scenario_store.store(town, *resolve(file(tmp_path, text)))
        town.execute("select model.work_out(%s)", (scenario_id,))
        assert paid(town, scenario_id) == sites


def test_where_no_other_station_is_near_more_ports_are_asked_for(town: Connection, tmp_path: Path) -> None:
    """S1 has S2 within 1320 m and no other L3; two of L3 are enough for ChargeON, three are asked for alone."""
    two, three = "ac_7=1+dc_150=2", "ac_7=1+dc_150=3"
    near = stored(town, tmp_path, "alone_m = 1320\nalone_port_count_min = 3")
    assert grants(town, near, S1, two) == [pytest.approx(100_000), pytest.approx(80_000)]
    alone = stored(town, tmp_path, "alone_m = 1319\nalone_port_count_min = 3")
    assert grants(town, alone, S1, two) == [pytest.approx(100_000), 0]
    assert grants(town, alone, S1, three) == [pytest.approx(125_000), pytest.approx(100_000)]


def test_beyond_the_routes_a_straight_line_tells(town: Connection, tmp_path: Path) -> None:
    """Routes end at 1400 m: S2 is 1610 m from K1 by road, 896 m in a straight line, and has 1320 m to S1."""
    for limit_m, near in ((1400, {S1: 1320, K2: 960}), (1401, {S1: 1320, K2: 960, K1: 896})):
        found = town.execute(
            "select c.site_key, n.distance_m from model.site_grant_near as n join core.site as c using (site_id)"
            " where n.scenario_id = %s and n.clause = 'apart'",
            (stored(town, tmp_path, f"apart_m = {limit_m}"),),
        ).fetchall()
        assert dict(found) == {key: pytest.approx(distance_m, abs=2) for key, distance_m in near.items()}


def test_one_program_of_a_family_pays(town: Connection, tmp_path: Path) -> None:
    """ChargeON's two intakes would pay 80,000 each; the first by rank that may pay does, the other pays nothing."""
    both = '[grant.program.chargeon_2025]\nis_on = true\nopen_from = ""\nopen_to = ""\nbuild_within_month = inf\n'
    for clause, first, second in (("", 80_000, 0), ("area_population_max = 10", 0, 80_000)):
        text = f"{SCENARIO}{clause}\n{both}"
        scenario_id = scenario_store.store(town, *resolve(file(tmp_path, text)))
        town.execute("select model.work_out(%s)", (scenario_id,))
        assert grants(town, scenario_id, S1, "ac_7=1+dc_150=2") == [
            pytest.approx(100_000),
            pytest.approx(first),
            pytest.approx(second),
        ]
    apart = text.replace("is_on = true\nopen_from", 'is_on = true\nfamily = "other"\nopen_from').replace(
        "= 10", "= 1000"
    )
    scenario_id = scenario_store.store(town, *resolve(file(tmp_path, apart)))
    town.execute("select model.work_out(%s)", (scenario_id,))
    # of one family they would be 80,000; the limit of nine tenths leaves nothing to the third
    assert grants(town, scenario_id, S1, "ac_7=1+dc_150=2") == [
        pytest.approx(100_000),
        pytest.approx(80_000),
        0,
    ]


UPDATE = "update plan.scenario_grant_program set"
BROKEN = [
    (
        "area_population_max = 700",
        "Ringham has 750 people, and the program pays in communities of 700 at most.",
    ),
    ("owner_types = array['utility']", "its owner is municipal, and the program is for: utility."),
    (
        "access = array['members', 'private']",
        "its access is public, and the program asks for: members, private.",
    ),
    ("unknown_is_eligible = false", "the program asks for a station that is open day and night."),
    ("service_year_min = 12", "it runs for 10 years, and the program asks for 12."),
    ("apart_m = 1400", "another station with L3 is 1,320 m away, and the program pays from 1,400 m on."),
    (
        "alone_m = 1300, alone_port_count_min = 4",
        "it gets 2 new ports of L3, and the program asks for 4 where no other station has them near by.",
    ),
    ("open_from = '2028-01-01'", "whose works are of 2027-07-01; the program pays for 2028-01-01/..."),
    (
        "open_to = '2026-01-15', build_within_month = 12",
        "whose works are of 2027-07-01; the program pays for ../2027-01-15.",
    ),
]
OTHERS = [
    (
        "insert into plan.scenario_grant_planning_area select scenario_id, 'chargeon', 1, false from plan.run",
        "the program does not pay in Ringham.",
    ),
    (
        "insert into plan.scenario_grant_planning_area select scenario_id, 'chargeon', 2, true from plan.run",
        "the program does not pay in Ringham.",
    ),
    (
        "insert into plan.scenario_grant_area select scenario_id, 'chargeon', 'corridor', true from plan.run",
        "it lies in grant areas of these kinds: nothing; the program pays in: corridor, and not in those that it excludes.",
    ),
    (
        "update plan.scenario_grant_minimum set port_count_min = 5 where program = 'chargeon'",
        "its new ports are L3=2, and the program asks for one of: L2=5, L2=5+L3=5, L3=5.",
    ),
]


def clause_calls(conn: Connection, run_id: int) -> int:
    """Return how often the audit works out the clauses of a run to look at its grants."""
    asked = "select calls from pg_stat_xact_user_functions where funcid = 'audit.grant_clause'::regproc"
    with conn.transaction(force_rollback=True):
        conn.execute("set local track_functions = 'all'")
        for kind in ("nestloop", "mergejoin"):  # as the audit does
            conn.execute(f"set local enable_{kind} = off".encode())
        conn.execute("select count(value) from audit.figure_decision_grant where run_id = %s", (run_id,))
        (calls,) = conn.execute(asked).fetchone() or (0,)
    return int(calls)


def test_the_audit_tells_each_clause_that_a_grant_breaks(town: Connection, tmp_path: Path) -> None:
    """The plan was made on other clauses than the audit finds: what it gave is found, by project and clause."""
    ended = solve_scenario(file(tmp_path, SCENARIO), Limits())
    assert ended.error is None
    assert violations(town) == {}
    given = town.execute(
        "select program, eligible_cad, granted_cad from plan.decision_grant order by 1"
    ).fetchall()
    assert given == [
        ("chargeon", pytest.approx(80_000), pytest.approx(80_000)),
        ("zevip", pytest.approx(100_000), pytest.approx(100_000)),
    ]
    assert clause_calls(town, ended.report.run_id) == 1  # however many grants there are
    of_chargeon = "where program = 'chargeon'"
    updates = [(" ".join((UPDATE, change, of_chargeon)), said) for change, said in BROKEN]
    for statement, words in [*updates, *OTHERS]:
        with town.transaction(force_rollback=True):
            town.execute(statement.encode())
            found = messages(town, "figure_decision_grant")
            assert any(
                m.startswith("Site 1 is given a grant of chargeon in phase 1") and m.endswith(words)
                for m in found
            ), (statement, found)
            assert any("by itself in phase 1; the plan says $80,000.00." in m for m in found)
            assert messages(town, "figure_application_grant")
    # what is not known counts as the program says
    with town.transaction(force_rollback=True):
        town.execute(
            "update plan.scenario_grant_program set unknown_is_eligible = false where program = 'zevip'"
        )
        assert messages(town, "figure_decision_grant") == []
    # of one family the first would pay, and no other
    with town.transaction(force_rollback=True):
        town.execute("update plan.scenario_grant_program set family = 'zevip'")
        assert any("Site 1 would get $0.00 of chargeon" in m for m in messages(town, "figure_decision_grant"))


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ('open_from = "3 November"', "'3 November' is no day such as 2026-01-15, nor empty for none"),
        (
            'open_from = "2026-02-01"\nopen_to = "2026-01-15"',
            "open_to, 2026-01-15, is before open_from, 2026-02-01",
        ),
        ("build_within_month = 12", "build_within_month counts from open_to, which is empty"),
        ("build_within_month = 1.5", "build_within_month: a whole number up to 1000000, or inf for no limit"),
        ('owner_types = ["city"]', "owner_types.0: Input should be 'municipal'"),
        (
            'owner_types = ["unknown"]',
            "owner_types names 'unknown': unknown_is_eligible says what becomes of these",
        ),
        ('access = ["everybody"]', "access.0: Input should be 'public'"),
        ('alone_level = "L4"', "grant.program.chargeon.alone_level names 'L4', which is not a level"),
        ('apart_level = "L4"', "grant.program.chargeon.apart_level names 'L4', which is not a level"),
        (
            'grant_areas_in = ["a"]\ngrant_areas_out = ["a", "b"]',
            "'a' is both in grant_areas_in and in grant_areas_out",
        ),
        ('family = "Charge ON"', "family: String should match pattern"),
        ("area_population_max = -1", "area_population_max: Input should be greater than or equal to 0"),
        (
            'stream = { en = "x" }\npopulation_max = 3',
            "there is no key 'grant.program.chargeon.population_max'",
        ),
    ],
)
def test_a_clause_that_says_nothing_is_one_sentence(tmp_path: Path, clause: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(file(tmp_path, f"[grant.program.chargeon]\n{clause}\n"))
    assert words in caught.value.message


def test_a_program_of_a_file_needs_every_key(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(file(tmp_path, "[grant.program.zevi]\nis_on = true\nrank = 9\n"))
    assert caught.value.message.startswith(
        "mine.toml: grant.program.zevi is no grant program of base.toml, and a new one needs family, stream, cost_share_max,"
    )
    assert caught.value.hint == "the nearest known grant program is 'zevip'."
    keys = (Path(scenario_store.__file__).parents[1] / "scenarios/base.toml").read_text(encoding="utf-8")
    own = keys.partition("[grant.program.zevip]")[2].partition("[grant.program.chargeon]")[0]
    text = "[grant.program.corridor]\n" + own.replace("rank = 1 ", "rank = 9 ").replace(
        'family = "zevip"', 'family = "zevip" '
    )
    program = resolve(file(tmp_path, text))[1].grant.program
    assert (program["corridor"].rank, program["corridor"].family, len(program)) == (9, "zevip", 4)


@pytest.mark.parametrize(
    ("clause", "words", "hint"),
    [
        (
            'planning_areas_in = ["Ringam"]',
            "grant.program.chargeon.planning_areas_in names 'Ringam', which is not a planning area of the region.",
            "its planning areas are 'Ringham', 'Farend'.",
        ),
        (
            'planning_areas_in = ["Ringham"]\nplanning_areas_out = ["1"]',
            "grant.program.chargeon.planning_areas_out names '1', which planning_areas_in has by another name.",
            "leave it out of one of them.",
        ),
        (
            'grant_areas_out = ["coridor"]',
            "grant.program.chargeon.grant_areas_out names 'coridor', which is not a kind of grant area of the region.",
            "its kinds of grant areas, of [[sources.grant_areas]], are 'corridor'.",
        ),
    ],
)
def test_a_clause_names_what_the_region_has(
    town: Connection, tmp_path: Path, clause: str, words: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        stored(town, tmp_path, clause)
    assert (caught.value.message, caught.value.hint) == (words, hint)


def test_a_shipped_program_of_corridors_pays_nowhere_in_a_region_without_them(
    toy: Connection, town: Connection
) -> None:
    """Of the town with a corridor it pays for the one site in it; in one that has no such areas for none."""
    for conn, sites in ((toy, set()), (town, {K1})):
        scenario_id = scenario_store.store(conn, *resolve("corridor"))
        conn.execute("select model.work_out(%s)", (scenario_id,))
        assert paid(conn, scenario_id, "zevip") == sites
