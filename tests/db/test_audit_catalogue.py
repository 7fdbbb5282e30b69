"""Whatever a plan says is audited: each column of each table of results, found in the catalogue and changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from db.session.connection import connect
from model.formulation.constraints import RULES
from model.solve import Limits, solve_scenario
from tests.support.findings import assert_told, views, violations, work_out
from tests.support.toy_town import FOUR_LEVELS

Connection = psycopg.Connection[Any]
ROWS = 4
"""Rows of a table that are tried; the first, the last and some between."""

WRITTEN_LATER = "another command writes it after the audit"
TABLES = {
    "run_audit": "what the audit says itself",
    "adopted_run": "what people decide",
    "run_variation": WRITTEN_LATER,
    "pareto_frontier": WRITTEN_LATER,
    "pareto_point": WRITTEN_LATER,
    "simulation": WRITTEN_LATER,
    "simulation_hour": WRITTEN_LATER,
    "simulation_station": WRITTEN_LATER,
    "site_reason": WRITTEN_LATER,
    "constraint_gain": WRITTEN_LATER,
    "alternative": WRITTEN_LATER,
    "alternative_decision": WRITTEN_LATER,
    "run_relaxation": "of scenarios that have no plan",
    "idle_action": "why a plan does nothing follows from the options on offer",
    "candidate_obstacle": "what bars stations that are not built, held against the model by a test of its own",
    "site_bound": "what the relaxation proves, and prices of options that were not chosen",
    "what_if": "what people ask for; its run is audited as any other",
    "what_if_progress": "what its solve told meanwhile",
    "run_lock": "what planners had drawn when the run began; they may have edited it since",
}
"""Tables of runs that the audit leaves alone, with the reason."""
SECONDS = "measured, and not to be measured again"
FOUND_BEFORE = (
    "what the solver had found before the end only it knows; it may not grow worse, and ends as the run does"
)
COLUMNS = {
    "run.run_id": "names the run, and all its rows go by it",
    "run.scenario_id": "what the run is audited against",
    "run.asked_scenario_id": "what the run was asked for before floors gave way; it is audited against the other",
    "run.parent_run_id": "says which run was varied; nothing of the plan follows from it",
    "run.is_parent_plan": "says that nothing was decided; nothing of the plan follows from it",
    "run.status": "how the solver ended",
    "run.publication": "what the audit says itself",
    "run.solver": "who solved it",
    "run.solver_version": "who solved it",
    "run.input_sha256": "the inputs are not read again",
    "run.message": "words for people",
    **{f"run.{step}_s": SECONDS for step in ("work_out", "read", "build", "solve", "write", "audit")},
    "run.started_at": SECONDS,
    "run.finished_at": SECONDS,
    "run_priority_level.status": "how the solver ended",
    "run_priority_level.solve_s": SECONDS,
    "run_progress.elapsed_s": SECONDS,
    "run_progress.incumbent": FOUND_BEFORE,
    "run_progress.dual_bound": FOUND_BEFORE,
    "decision.decision_id": "names the row, and nothing else goes by it",
    "run_constraint_slack.unit": "words for people",
    "run_constraint_slack.step": WRITTEN_LATER,
    "run_constraint_slack.marginal_value": WRITTEN_LATER,
    "run_constraint_slack.marginal_value_max": WRITTEN_LATER,
    "run_constraint_slack.marginal_value_method": WRITTEN_LATER,
    "run_constraint_slack.binding_count": "whether one more decision would fit follows from the options on offer",
}
"""Columns that the audit leaves alone, with the reason."""
ON = """
[demand.weight_share]
ev = 0.0
population = 1.0
transit = 0.0
infrastructure_quality = 0.0
infrastructure_age = 0.0
[level.L2]
service_distance_m = 1500
[level.L3]
service_distance_m = 1400
spacing_min_m = 100
gap_max_m = 2900
overlap_station_count_max = 2
[grant.program.zevip]
is_on = true
[grant.program.chargeon]
is_on = true
application_cap_cad = 50000
[grid]
coincidence = [{{ port_count = 1, share = 1.0 }}]
upgrade = [{{ added_kw = 300, cost_cad = 30000 }}, {{ added_kw = 50, cost_cad = 10000 }}]
[budget]
carries_over = true
[electricity]
is_transmission_charged = true
[session]
kwh_per_ev_day = 80.0
[area]
station_count_max = 4
override = [{{ name = "Ringham", station_count_min = 1, level_station_count_min = {{ L3 = 1 }} }}]
[projects]
project_count_max = 3
area_project_count_max = 2
[equity]
group_kinds = ["municipality"]
ratio_min = 0.0
is_every_phase = true
floor = [{{ group_kind = "municipality", group_name = "Ringham", level = "L3", share = 0.3 }}]
[phase.1]
title = "First"
year = 2027
budget_cad = 700000
actions = ["upgrade", "expand"]
opex_limit_cad_per_year = 100000
[phase.1.coverage_min_share]
L3 = 0.1
[phase.2]
title = "Then"
year = 2029
budget_cad = 900000
actions = ["build", "expand"]
chargers = {chargers}
discount_factor = 0.9
opex_limit_cad_per_year = 200000
[phase.2.coverage_min_share]
L2 = 0.1
L3 = 0.1
[phase.2.served_min_share]
L3 = 0.01
[objective]
mode = "{mode}"
order = [["coverage.L3", "double_coverage.L3"], ["served"], ["capex", "opex"]]
tolerance_share = 0.01
cost_limit_cad = 4000000
[objective.weight]
double_coverage = {{ L3 = 10 }}
served = 30
efficiency = 5
grid_upgrade = 0.4
[rule]
{rules}
"""
OFF = """
[level.L2]
service_distance_m = 1000
[level.L3]
service_distance_m = 600
[grid]
upgrade = [{ added_kw = 300, cost_cad = 30000 }]
[rule]
"""
SWITCHES = [rule.name for rule in RULES]


def scenarios() -> dict[str, str]:
    """Return one with all rules and terms, the same by priority levels, one without a rule, one of four levels."""
    on = "\n".join(f"{name} = true" for name in SWITCHES)
    off = "\n".join(f"{name} = false" for name in SWITCHES)
    return {
        "weighted": ON.format(mode="weighted", chargers=["ac_7", "ac_19", "dc_50", "dc_150"], rules=on),
        "lexicographic": ON.format(mode="lexicographic", chargers=["ac_7", "dc_150"], rules=on),
        "off": OFF + off,
        "four_levels": FOUR_LEVELS.read_text(encoding="utf-8"),
    }


@pytest.fixture(scope="module")
def planned(templates: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Yield a connection to Toy Town with a plan of each scenario; nothing is committed."""

    def region() -> str:
        from tests.support.toy_town.build import write_sources

        return str(write_sources(tmp_path_factory.mktemp("toy_town")))

    def solve() -> None:
        with connect() as conn:
            conn.execute(
                "insert into plan.site_lock (site_id, lock_kind)"
                " select site_id, 'must_change' from core.site where site_key = 'ocm:1'"
            )
        folder = tmp_path_factory.mktemp("scenario")
        for name, text in scenarios().items():
            file = Path(folder, f"{name}.toml")
            file.write_text(text, encoding="utf-8")
            assert solve_scenario(str(file), Limits()).error is None

    name = templates.template("toy_town_all", templates.loaded("toy_town", region), solve)
    with templates.clone(name) as address, psycopg.connect(address) as conn:
        conn.execute("set session_replication_role = replica")  # rows may be changed one by one
        conn.execute("set jit = off")
        # the same questions are asked a thousand times, and to plan one takes longer than to answer it
        conn.prepare_threshold = 0
        conn.execute("set plan_cache_mode = force_generic_plan")
        yield conn


def run_of(conn: Connection, scenario: str) -> int:
    """Return the run of a scenario."""
    row = conn.execute(
        "select run_id from plan.run join plan.scenario using (scenario_id) where name = %s", (scenario,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def tables(conn: Connection) -> list[str]:
    """Return the tables of results: `plan.run` and what refers to it, or to what does."""
    found = conn.execute(
        """
        with recursive result as (
            select 'plan.run'::regclass::oid as oid
            union
            select c.conrelid from pg_constraint as c join result as r on c.confrelid = r.oid where c.contype = 'f'
        )
        select k.relname from result as r join pg_class as k on k.oid = r.oid
        where k.relnamespace = 'plan'::regnamespace order by k.relname
        """
    )
    return [name for (name,) in found if name not in TABLES]


def columns(conn: Connection, table: str) -> dict[str, str]:
    """Return the columns of a table of plan with their category in pg_type, all but `run_id`s of rows."""
    found = conn.execute(
        """
        select a.attname, case when t.typname = 'geometry' then 'geometry' else t.typcategory::text end
        from pg_attribute as a join pg_type as t on t.oid = a.atttypid
        where a.attrelid = ('plan.' || %s)::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
        """,
        (table,),
    )
    return {name: kind for name, kind in found if f"{table}.{name}" not in COLUMNS}


@dataclass
class Audit:
    """Asks the views of figures and limits about one run, first the one that found something last.

    What they find is what a sentence tells.
    """

    conn: Connection
    run_id: int
    order: list[str] = field(default_factory=list)

    def finds(self) -> bool:
        """Work out what the audit knows of the run, as it stands now; return whether any view finds anything."""
        work_out(self.conn, self.run_id)
        for view in list(self.order):
            condition = sql.SQL("true" if view.startswith("figure_") else "is_violated")
            query = sql.SQL("select code, value from audit.{} where run_id = %s and {} limit 1")
            row = self.conn.execute(query.format(sql.Identifier(view), condition), (self.run_id,)).fetchone()
            if row is not None:
                assert_told(*row)
                self.order.remove(view)
                self.order.insert(0, view)
                return True
        return False


CHANGES = {
    "N": "coalesce({column}, 0) + {n}",
    "B": "not coalesce({column}, false)",
    "S": "coalesce({column}, '') || repeat('x', {n})",
    "A": "array_append({column}, 'x')",
    "U": "coalesce({column}, '{{}}') || jsonb_build_object('phase', 100 + {n})",
    "geometry": "st_translate({column}, {n}, 0)",
}
"""By category of the type, how a value is changed; by one unit, or more where another row has that key."""


def rows(conn: Connection, table: str, run_id: int) -> list[Any]:
    """Return some rows of a run: the first, the last and some between."""
    found = conn.execute(
        sql.SQL("select ctid::text from plan.{} where run_id = %s order by ctid").format(
            sql.Identifier(table)
        ),
        (run_id,),
    ).fetchall()
    step = max((len(found) - 1) / (ROWS - 1), 1)
    return [found[min(round(n * step), len(found) - 1)][0] for n in range(min(ROWS, len(found)))]


def is_missed(audit: Audit, statement: sql.Composed, values: tuple[Any, ...]) -> bool:
    """Change something, ask the audit, and take it back; return whether the audit finds nothing."""
    with audit.conn.transaction(force_rollback=True):
        assert audit.conn.execute(statement, values).rowcount > 0
        return not audit.finds()


def change(audit: Audit, table: str, column: str, kind: str, ctid: str) -> bool:
    """Change a value by a unit; return whether the audit misses it."""
    for n in (1, 2, 3, 1000):
        new = sql.SQL(CHANGES[kind]).format(column=sql.Identifier(column), n=sql.Literal(n))
        statement = sql.SQL("update plan.{} set {} = {} where ctid = %s::tid").format(
            sql.Identifier(table), sql.Identifier(column), new
        )
        try:
            return is_missed(audit, statement, (ctid,))
        except psycopg.errors.UniqueViolation:
            continue
        except psycopg.errors.CheckViolation:
            return False  # the database refuses it
    raise AssertionError((table, column))


def swap(audit: Audit, table: str, column: str, ctid: str) -> bool:
    """Give a row the value of another one and that one its own; return whether the audit misses it."""
    conn, names = audit.conn, {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    other = conn.execute(
        sql.SQL(
            "select b.ctid::text, to_jsonb(a) - {name} - 'run_id' = to_jsonb(b) - {name} - 'run_id'"
            " from plan.{table} as a join plan.{table} as b on b.run_id = a.run_id and b.{column} <> a.{column}"
            " where a.ctid = %s::tid order by b.ctid limit 1"
        ).format(name=sql.Literal(column), **names),
        (ctid,),
    ).fetchone()
    if other is None or other[1]:
        return False  # there is no other value, or the rows differ in nothing else
    read = sql.SQL("select {column} from plan.{table} where ctid = %s::tid").format(**names)
    mine, its = (conn.execute(read, (row,)).fetchone()[0] for row in (ctid, other[0]))  # type: ignore[index]
    key = conn.execute(
        sql.SQL("select to_jsonb(t) from plan.{table} as t where ctid = %s::tid").format(**names), (ctid,)
    ).fetchone()
    assert key is not None
    write = sql.SQL("update plan.{table} set {column} = %s where ctid = %s::tid returning ctid::text").format(
        **names
    )
    with conn.transaction(force_rollback=True):
        apart = -1 if isinstance(mine, int) else "apart"
        moved = conn.execute(write, (apart, ctid)).fetchone()
        assert moved is not None
        try:
            with conn.transaction():
                conn.execute(write, (mine, other[0]))
                conn.execute(write, (its, moved[0]))
        except psycopg.errors.UniqueViolation:
            return False  # the key of a third row: such a swap cannot be stored
        return not audit.finds()


@pytest.mark.parametrize("scenario", list(scenarios()))
def test_the_plans_are_sound(planned: Connection, scenario: str) -> None:
    assert violations(planned, run_of(planned, scenario)) == {}


def test_everything_that_a_plan_may_say_is_said(planned: Connection) -> None:
    """A table without a row, or a column without a value, would not be audited here."""
    empty = [
        f"{table}.{column}"
        for table in tables(planned)
        for column in columns(planned, table)
        if planned.execute(
            sql.SQL("select from plan.{} where {} is not null limit 1").format(
                sql.Identifier(table), sql.Identifier(column)
            )
        ).fetchone()
        is None
    ]
    assert empty == []
    for name, text, least in (
        ("actions", "select count(distinct action) from plan.decision", 2),
        ("charger types", "select count(distinct charger_type) from plan.decision_port", 3),
    ):
        row = planned.execute(text.encode()).fetchone()
        assert row is not None
        assert row[0] >= least, name


def test_exceptions_are_tables_and_columns_that_there_are(planned: Connection) -> None:
    known = planned.execute(
        "select table_name, table_name || '.' || column_name from information_schema.columns where table_schema = 'plan'"
    ).fetchall()
    assert set(TABLES) <= {table for table, _ in known}
    assert set(COLUMNS) <= {column for _, column in known}


@pytest.mark.parametrize("scenario", list(scenarios()))
def test_each_figure_that_is_changed_is_found(planned: Connection, scenario: str) -> None:
    run_id = run_of(planned, scenario)
    audit = Audit(planned, run_id, views(planned))
    missed = set()
    for table in tables(planned):
        kinds = columns(planned, table)
        for ctid in rows(planned, table, run_id):
            if table != "run":
                delete = sql.SQL("delete from plan.{} where ctid = %s::tid").format(sql.Identifier(table))
                if is_missed(audit, delete, (ctid,)):
                    missed.add(f"{table}: a row deleted")
            missed |= {f"{table}.{c}: changed" for c, k in kinds.items() if change(audit, table, c, k, ctid)}
    assert missed == set()


@pytest.mark.parametrize("scenario", list(scenarios()))
def test_each_id_that_is_swapped_is_found(planned: Connection, scenario: str) -> None:
    run_id = run_of(planned, scenario)
    audit = Audit(planned, run_id, views(planned))
    missed = set()
    for table in tables(planned):
        key = planned.execute(
            "select a.attname from pg_index as i join pg_attribute as a on a.attrelid = i.indrelid"
            " and a.attnum = any (i.indkey) where i.indrelid = ('plan.' || %s)::regclass and i.indisunique",
            (table,),
        )
        named = {name for (name,) in key} | {c for c in columns(planned, table) if c.endswith("_id")}
        for ctid in rows(planned, table, run_id):
            for column in sorted(named & set(columns(planned, table)) - {"run_id"}):
                if swap(audit, table, column, ctid):
                    missed.add(f"{table}.{column}")
    assert missed == set()


def test_a_column_that_no_view_reads_is_missed(planned: Connection) -> None:
    """What this file asks of the audit can fail."""
    audit = Audit(planned, run_of(planned, "weighted"), views(planned))
    with planned.transaction(force_rollback=True):
        planned.execute("alter table plan.decision add column surplus_cad double precision")
        (ctid, *_) = rows(planned, "decision", audit.run_id)
        missed = {c for c, k in columns(planned, "decision").items() if change(audit, "decision", c, k, ctid)}
    assert missed == {"surplus_cad"}
