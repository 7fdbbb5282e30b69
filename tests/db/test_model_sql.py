"""Room 4 and the life of a run, on Toy Town: locks, plans that continue, exact reductions, ends of all kinds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.common.errors import AuditRejectedError, InfeasibleError, UsageError
from db.schema import build as views
from db.session.connection import connect
from model.data import read, scenario, scenario_store
from model.data.inputs import Inputs
from model.data.read.money import read_options
from model.formulation.build import build
from model.run import lifecycle
from model.solve import Ended, Limits, solve_scenario
from model.solver import whole_model
from model.solver.orchestrate import Progress
from tests.support.databases import Templates
from tests.support.scenarios import file

PEOPLE = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1000
[level.L3]
service_distance_m = 600
"""


@pytest.fixture
def town_hall(toy: psycopg.Connection[Any]) -> int:
    """The site of S1, which has 3 L2 ports."""
    row = toy.execute("select site_id from core.site where site_key = 'ocm:1'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def library(toy: psycopg.Connection[Any]) -> int:
    """The site of K2, a candidate."""
    row = toy.execute("select site_id from core.site where name like '%Library'").fetchone()
    assert row is not None
    return int(row[0])


def lock(conn: psycopg.Connection[Any], site_id: int, kind: str, **more: str) -> None:
    conn.execute(
        "insert into plan.site_lock (site_id, lock_kind, option_id, scenario_name) values (%s, %s, %s, %s)",
        (site_id, kind, more.get("option_id"), more.get("scenario_name")),
    )


def read_inputs(conn: psycopg.Connection[Any], name: str) -> Inputs:
    return read.read(conn, scenario_store.store(conn, *scenario.resolve(name)))


def changed(conn: psycopg.Connection[Any], ended: Ended) -> dict[int, str]:
    assert ended.error is None
    rows = conn.execute(
        "select site_id, option_id from plan.decision where run_id = %s", (ended.report.run_id,)
    )
    return dict(rows.fetchall())


def run_row(conn: psycopg.Connection[Any]) -> tuple[Any, ...]:
    row = conn.execute(
        "select status, publication, message from plan.run order by run_id desc limit 1"
    ).fetchone()
    assert row is not None
    return tuple(row)


# locks


def test_a_site_that_must_change_changes(
    toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path
) -> None:
    dear = file(tmp_path, PEOPLE + "[phase.1]\nactions = ['upgrade']\n[objective.weight]\ncapex = 1000.0\n")
    assert changed(toy, solve_scenario(dear, Limits())) == {}
    lock(toy, town_hall, "must_change")
    assert set(changed(toy, solve_scenario(dear, Limits()))) == {town_hall}


def test_a_fixed_option_is_taken(toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path) -> None:
    """Three new L3 ports and all L2 ports kept would never be chosen: fewer do the same for less."""
    option = f"{town_hall}:upgrade:ac_7=3+dc_150=3"
    lock(toy, town_hall, "fix_option", option_id=option)
    roomy = file(tmp_path, PEOPLE + "[rule]\ngrid_area_power = false\n")
    assert changed(toy, solve_scenario(roomy, Limits()))[town_hall] == option


def test_fixing_keep_is_forcing_out(toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path) -> None:
    name = file(tmp_path, PEOPLE)
    assert town_hall in changed(toy, solve_scenario(name, Limits()))
    lock(toy, town_hall, "fix_option", option_id=f"{town_hall}:keep")
    assert town_hall not in changed(toy, solve_scenario(name, Limits()))


def test_a_lock_of_another_scenario_does_not_hold(
    toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path
) -> None:
    lock(toy, town_hall, "force_out", scenario_name="phase9")
    assert town_hall in changed(toy, solve_scenario(file(tmp_path, PEOPLE), Limits()))


def test_a_switched_off_lock_does_not_hold(
    toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path
) -> None:
    lock(toy, town_hall, "force_out")
    ended = solve_scenario(file(tmp_path, PEOPLE + "[rule]\nlocks = false\n"), Limits())
    assert town_hall in changed(toy, ended)


@pytest.mark.parametrize("option_id", ["7:build:ac_7=1", "nonsense"])
def test_a_lock_on_no_option_is_a_mistake(
    toy: psycopg.Connection[Any], town_hall: int, option_id: str
) -> None:
    lock(toy, town_hall, "fix_option", option_id=option_id)
    with pytest.raises(UsageError) as caught:
        solve_scenario("phase1", Limits())
    assert option_id in caught.value.message
    assert f"site {town_hall}" in caught.value.message
    assert run_row(toy)[:2] == ("failed", "none")


def test_a_lock_on_a_site_that_is_gone_is_a_mistake(toy: psycopg.Connection[Any]) -> None:
    row = toy.execute(
        "insert into raw.site_registry (region, site_key) values ('toy_town', 'ocm:gone') returning site_id"
    ).fetchone()
    assert row is not None
    lock(toy, row[0], "force_out")
    with pytest.raises(UsageError, match=f"names site {row[0]}, which the data does not have"):
        solve_scenario("phase1", Limits())


def test_locks_of_another_region_do_not_hold(toy: psycopg.Connection[Any]) -> None:
    row = toy.execute(
        "insert into raw.site_registry (region, site_key) values ('elsewhere', 'ocm:1') returning site_id"
    ).fetchone()
    assert row is not None
    lock(toy, row[0], "force_in")
    assert solve_scenario("phase1", Limits()).error is None


def test_a_site_that_must_change_and_cannot_is_named(toy: psycopg.Connection[Any], library: int) -> None:
    """Phase 1 upgrades stations; a candidate has nothing to upgrade."""
    lock(toy, library, "force_in")
    ended = solve_scenario("phase1", Limits())
    assert isinstance(ended.error, InfeasibleError)
    assert "locks" in ended.error.message
    assert f"site {library} must change" in ended.error.hint
    assert run_row(toy)[:2] == ("infeasible", "none")


# plans that continue


def test_a_later_phase_finds_what_the_earlier_left(
    toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path
) -> None:
    """S1 becomes 1 L2 + 2 L3 ports; afterwards it is left alone, and its 285.6 kW are gone from West TS."""
    lock(toy, town_hall, "must_change")
    first = solve_scenario(file(tmp_path, PEOPLE + "[phase.1]\nactions = ['upgrade']\n", "first"), Limits())
    assert changed(toy, first) == {town_hall: f"{town_hall}:upgrade:ac_7=1+dc_150=2"}
    text = PEOPLE + "[phase.1]\nactions = ['upgrade', 'build', 'expand', 'remove']\nbudget_cad = 0\n"
    second = solve_scenario(file(tmp_path, f"continues = 'first'\n{text}", "second"), Limits())
    assert second.error is None  # the lock is met already
    assert town_hall not in changed(toy, second)
    state = toy.execute(
        "select layout, port_count, is_changed from model.site_state as s join plan.run as r"
        " using (scenario_id) where r.run_id = %s and s.site_id = %s",
        (second.report.run_id, town_hall),
    ).fetchone()
    assert state == ("ac_7=1+dc_150=2", 3, True)
    actions = toy.execute(
        "select array_agg(action) from model.site_option where scenario_id ="
        " (select scenario_id from plan.run where run_id = %s) and site_id = %s",
        (second.report.run_id, town_hall),
    ).fetchone()
    assert actions == (["keep"],)
    left = toy.execute(
        "select f.remaining_kw - s.remaining_kw from plan.grid_load as f join plan.grid_load as s"
        " using (grid_node_id, phase) where f.run_id = %s and s.run_id = %s and f.added_kw > 0",
        (first.report.run_id, second.report.run_id),
    ).fetchone()
    assert left is not None
    assert left[0] == pytest.approx(0.7 * (2 * 150 - 2 * 7.2))
    assert second.report.coverage["L3"]["before"] == pytest.approx(first.report.coverage["L3"]["after"])


# what is merged, dropped or held constant changes no plan


def everything(conn: psycopg.Connection[Any], scenario_id: int, inputs: Inputs) -> Inputs:
    """The same scenario with every option, every demand by itself, and no constants."""
    options = read_options(partial(read._rows, conn, scenario_id), "site_option")
    weight = {
        (demand_id, level): share
        for demand_id, level, share in conn.execute(
            "select demand_id, level, weight_share from model.demand_level where scenario_id = %s",
            (scenario_id,),
        )
    }
    covering_sites: dict[tuple[int, str], tuple[int, ...]] = dict.fromkeys(weight, ())
    for demand_id, level, site_id in conn.execute(
        "select demand_id, level, site_id from model.covering_pair where scenario_id = %s", (scenario_id,)
    ):
        covering_sites[demand_id, level] += (site_id,)
    return dataclasses.replace(
        inputs,
        options=options,
        covering_sites=covering_sites,
        weight=weight,
        always_covered_share={},
    )


@pytest.mark.parametrize("budget_cad", [30_000, 260_000, 500_000, 4_000_000])
@pytest.mark.parametrize("retained", [0, 1])
def test_reductions_are_exact(
    toy: psycopg.Connection[Any], tmp_path: Path, budget_cad: int, retained: int
) -> None:
    text = PEOPLE + (
        f"[site]\nports_retained_min = {retained}\n[objective.weight]\nopex = 1.0\n"
        f"[phase.1]\nbudget_cad = {budget_cad}\nactions = ['expand', 'upgrade', 'build', 'remove']\n"
    )
    scenario_id = scenario_store.store(toy, *scenario.resolve(file(tmp_path, text)))
    reduced = read.read(toy, scenario_id)
    whole = everything(toy, scenario_id, reduced)
    assert len(whole.options) > len(reduced.options)
    assert len(whole.covering_sites) > len(reduced.covering_sites)
    # opex is measured against the dearest option there is, and dropped options may be dearer
    opex = {"opex": 0.0}
    a, b = (
        whole_model.solve(
            build(dataclasses.replace(i, objective_weight=dict(i.objective_weight) | opex)), mip_gap=0
        )
        for i in (reduced, whole)
    )
    assert a.status == b.status == "optimal"
    assert a.objective == pytest.approx(b.objective, abs=1e-6)


def test_weights_sum_to_one(toy: psycopg.Connection[Any]) -> None:
    inputs = read_inputs(toy, "phase1")
    for level in inputs.levels:
        open_share = sum(w for (_, k), w in inputs.weight.items() if k == level)
        assert open_share + inputs.always_covered_share[level] == pytest.approx(1.0)


def test_a_cell_without_a_covering_pair_is_a_node_without_sites(
    toy: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """P4 and P5 (0.25) have no road to any site, and P2 (0.30) has none within 600 m: they count all the same."""
    inputs = read_inputs(toy, file(tmp_path, PEOPLE))
    lost = {
        level: inputs.weight[node, level]
        for (node, level), sites in inputs.covering_sites.items()
        if not sites
    }
    assert lost == {"L2": pytest.approx(0.25), "L3": pytest.approx(0.55)}


def scans(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All nodes, but what is gathered once for a whole query, such as the few programs of grants."""
    yield node
    for child in node.get("Plans", ()):
        if child.get("Parent Relationship") != "InitPlan":
            yield from scans(child)


@pytest.fixture(scope="module")
def one_of_eight(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[psycopg.Connection[Any], int]]:
    """Yield a connection to Toy Town that may only read, and one of the eight scenarios there."""
    folder = tmp_path_factory.mktemp("eight")
    with (
        templates.clone(templates.toy_town()) as address,
        psycopg.connect(address, autocommit=True) as conn,
    ):
        stored = [
            scenario_store.store(
                conn,
                *scenario.resolve(
                    file(folder, f"{PEOPLE}[grid]\ncoincidence = [{{ port_count = 1, share = 0.{n} }}]\n")
                ),
            )
            for n in range(1, 9)
        ]
        conn.execute("analyze plan.scenario")
        conn.read_only = True
        yield conn, stored[3]


@pytest.mark.parametrize(
    "view",
    [
        v.definition_name
        for v in views.view_files()
        if v.schema == "model" and v.is_relation and "backtest_id" not in v.key
    ],
)
def test_the_scenario_is_asked_for_at_the_bottom(
    one_of_eight: tuple[psycopg.Connection[Any], int], view: str
) -> None:
    """A view works out one scenario when asked for one: every read of plan.scenario returns one row at most.

    Views of backtests are asked for a backtest, and read no scenario.
    """
    conn, wanted = one_of_eight
    query = sql.SQL("explain (analyze, format json) select * from {} where scenario_id = %s")
    row = conn.execute(query.format(sql.Identifier(*view.split("."))), (wanted,)).fetchone()
    assert row is not None
    read_rows = [n["Actual Rows"] for n in scans(row[0][0]["Plan"]) if n.get("Relation Name") == "scenario"]
    assert all(count <= 1 for count in read_rows)


# other kinds of demand


def test_points_of_a_study_by_straight_line(toy: psycopg.Connection[Any]) -> None:
    """Weight 3 at S1 and 1 at P5, far from all: Level 2 covers 0.75 by S1, and nothing can cover the rest."""
    source = toy.execute("select load_id, min(source_id) from raw.load_source group by load_id").fetchone()
    assert source is not None
    toy.execute(
        "insert into raw.reference_demand_point (load_id, source_id, record_number, weight, geom)"
        " select %s, %s, n, weight, st_transform(st_setsrid(geom, 26917), 4326) from ("
        " select 1 as n, 3 as weight, geom from core.site where site_key = 'ocm:1' union all"
        " select 2, 1, st_translate(geom, 1500, 2500) from core.site where site_key = 'ocm:1') as p",
        source,
    )
    toy.execute("refresh materialized view core.reference_demand_point")
    ended = solve_scenario("seed_base", Limits())
    assert ended.error is None
    assert ended.report.coverage["L2"] == {"before": pytest.approx(0.75), "after": pytest.approx(0.75)}
    assert ended.report.coverage["L3"] == {"before": pytest.approx(0.0), "after": pytest.approx(0.75)}


# how a run ends


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), "interrupted", "Stopped by the user."),
        (RuntimeError("broken pipe"), "failed", "RuntimeError: broken pipe"),
    ],
)
def test_a_run_that_breaks_off_says_so(
    toy: psycopg.Connection[Any], error: BaseException, status: str, message: str
) -> None:
    """Whoever watches a solve may break it off: the first word of progress is its last."""

    def stop(_: Progress) -> None:
        raise error

    with pytest.raises(type(error)):
        solve_scenario("phase1", Limits(), stop)
    assert run_row(toy) == (status, "none", message)


def test_a_run_whose_process_died_is_marked_by_the_next(toy: psycopg.Connection[Any]) -> None:
    scenario_id = scenario_store.store(toy, *scenario.resolve("phase1"))
    with connect(autocommit=True) as alive:
        living = lifecycle.start(alive, scenario_id)
        with connect(autocommit=True) as dying:
            dead = lifecycle.start(dying, scenario_id)
        assert solve_scenario("phase1", Limits()).error is None
        found = dict(
            toy.execute(
                "select run_id, status from plan.run where run_id in (%s, %s)", (living, dead)
            ).fetchall()
        )
        assert found == {living: "running", dead: "failed"}


def test_a_plan_that_fails_its_audit_is_rejected(toy: psycopg.Connection[Any]) -> None:
    """The database turns coverage the wrong way round: the audit finds it, and the plan is not shown."""
    toy.execute(
        "create function public.turn() returns trigger language plpgsql as"
        " 'begin new.is_covered_after := not new.is_covered_after; return new; end'"
    )
    toy.execute(
        "create trigger turn before insert on plan.demand_coverage for each row execute function public.turn()"
    )
    ended = solve_scenario("phase1", Limits())
    assert isinstance(ended.error, AuditRejectedError)
    assert ended.error.exit_code == 5
    assert "coverage" in ended.error.message
    assert run_row(toy)[1] == "rejected"
    assert toy.execute("select count(*) from report.published_run").fetchone() == (0,)


def test_rules_that_conflict_are_named(toy: psycopg.Connection[Any], town_hall: int, tmp_path: Path) -> None:
    """West TS has 220 kW to spare; 3 ports of 150 kW at a coincidence of 0.7 need 315."""
    lock(toy, town_hall, "fix_option", option_id=f"{town_hall}:upgrade:ac_7=3+dc_150=3")
    error = solve_scenario(file(tmp_path, PEOPLE), Limits()).error
    assert isinstance(error, InfeasibleError)
    assert "grid_area_power" in error.message
    assert "locks" in error.message
    assert "budget" not in error.message


def test_the_figures_of_a_run_agree(toy: psycopg.Connection[Any], tmp_path: Path) -> None:
    """Terms add up to the objective, dual bound and gap fit, and the database says what the report says."""
    ended = solve_scenario(file(tmp_path, PEOPLE), Limits())
    report = ended.report
    row = toy.execute(
        "select objective, dual_bound, mip_gap, capex_cad, net_capex_cad, solver_version, input_sha256 is not null,"
        " (select sum(contribution) from plan.run_objective_term as t where t.run_id = r.run_id),"
        " (select bool_and(value between 0 and 1) from plan.run_objective_term as t where t.run_id = r.run_id),"
        " (select sum(capex_cad) from plan.decision as d where d.run_id = r.run_id)"
        " from plan.run as r where run_id = %s",
        (report.run_id,),
    ).fetchone()
    assert row is not None
    assert row[0] == report.objective == pytest.approx(row[7])
    assert row[1] == report.dual_bound
    assert row[1] >= row[0]
    assert row[2] == report.gap
    assert row[3] == report.capex_cad == pytest.approx(row[9])
    assert row[4] <= 4_000_000
    assert row[5] == whole_model.version()
    assert row[6] is True
    assert row[8] is True
    assert json.dumps(dataclasses.asdict(report))


def test_a_service_distance_beyond_the_known_distances_is_said(toy: psycopg.Connection[Any]) -> None:
    """Toy Town knows distances up to 3 km; phase1 asks for 5 km."""
    ended = solve_scenario("phase1", Limits())
    assert "up to 3,000 m only" in ended.notes[0]
    assert "up to 3,000 m only" in run_row(toy)[2]
