"""Every pick of a row by an order ends in a unique key."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.environment import CHECKOUT
from tests.support.row_picks import picks

OWN_KEY = "these columns together are the view's own key: one row for each"


ONE_PER_PHASE = "a run, site or level has one row a phase"


ONE_PER_LEVEL = "a level is there once"
ONE_PER_TYPE = "a charger type is there once"


AS_A_SET = "gathered to be spread again: no place in it means anything"


EVENTS = "cars that come, or leave, at one moment: the sum after them is the same in any order"


FAULTS = "the kinds of fault are listed there, each once"
SAME_CONTENT = "the order holds all columns that are kept: rows that tie are the same row"


EXCEPTIONS = {
    ("sql/2_core/named_municipality.sql", "string_agg: facility"): "the key of core.municipal_facility",
    ("sql/2_core/population_point.sql", "row_number: address_id, st_x(geom), st_y(geom)"): SAME_CONTENT,
    ("sql/2_core/population_point.sql", "sum: address_id, st_x(geom), st_y(geom)"): SAME_CONTENT,
    ("sql/2_core/job_point.sql", "row_number: p.address_id, st_x(p.geom), st_y(p.geom)"): SAME_CONTENT,
    ("sql/2_core/job_point.sql", "sum: p.address_id, st_x(p.geom), st_y(p.geom)"): SAME_CONTENT,
    (
        "sql/2_core/point_port.sql",
        "row_number: l.level_rank DESC NULLS LAST, p.level DESC NULLS LAST, p.port_kw DESC NULLS LAST",
    ): SAME_CONTENT,
    ("sql/2_core/level.sql", "row_number: level_rank, level"): ONE_PER_LEVEL,
    (
        "sql/2_core/afdc_port.sql",
        "distinct on: w.source_id, w.record_number, p.port_number, l.level_rank DESC NULLS LAST, p.level",
    ): ONE_PER_LEVEL,
    ("sql/2_core/station_port.sql", "row_number: p.port_kw DESC NULLS LAST"): SAME_CONTENT,
    ("sql/2_core/address_claim.sql", "limit: n.geom <-> c.geom"): "the distance alone is taken",
    ("sql/2_core/grid_feeder.sql", "array_agg: capacity_kw, capacity_basis"): SAME_CONTENT,
    ("sql/3_analysis/corridor_point.sql", "row_number: s.highway, s.x, s.y"): OWN_KEY,
    (
        "sql/3_analysis/corridor_point.sql",
        "distinct on: p.highway, g.x, g.y, st_x(p.geom), st_y(p.geom)",
    ): SAME_CONTENT,
    ("sql/4_model/cell_charging.sql", "sum: d.kind"): "a scenario has a share of a kind once",
    ("sql/4_model/layout_grant.sql", "row_number: own_cad <= 0, rank"): OWN_KEY,
    ("sql/4_model/site_grant.sql", "array_agg: phase"): OWN_KEY,
    ("sql/4_model/site_grant_clause.sql", "array_agg: area_kind"): OWN_KEY,
    ("sql/4_model/site_price.sql", "string_agg: program"): OWN_KEY,
    ("sql/6_report/site_grant.sql", "string_agg: clause"): OWN_KEY,
    (
        "sql/6_report/coverage_worth.sql",
        "distinct on: t.run_id, t.weight DESC, l.rank DESC, t.term",
    ): OWN_KEY,
    ("sql/3_analysis/ev_growth.sql", "lag: count_date"): OWN_KEY,
    ("sql/3_analysis/ev_growth.sql", "first_value: count_date"): OWN_KEY,
    ("sql/3_analysis/ev_growth_area.sql", "distinct on: postal_area_key, count_date DESC"): OWN_KEY,
    (
        "sql/3_analysis/ev_growth_step.sql",
        "distinct on: n.postal_area_key, n.count_date, abs(n.count_date - e.count_date - 365.25), e.count_date",
    ): OWN_KEY,
    ("sql/3_analysis/people_growth.sql", "limit: p.year DESC"): OWN_KEY,
    ("sql/3_analysis/people_growth.sql", "limit: p.year"): OWN_KEY,
    ("sql/3_analysis/session_coincidence.sql", "lead: v.day"): OWN_KEY,
    ("sql/3_analysis/session_coincidence.sql", "sum: v.at, v.change"): EVENTS,
    ("sql/3_analysis/session_hour.sql", "sum: h.hour"): OWN_KEY,
    ("sql/3_analysis/session_level.sql", "sum: hour"): OWN_KEY,
    (
        "sql/3_analysis/session_measure.sql",
        "limit: sum(energy_kwh ORDER BY session_port_id) DESC NULLS LAST, hour",
    ): OWN_KEY,
    ("sql/3_analysis/session_port.sql", "sum: v.at, v.change"): EVENTS,
    ("sql/3_analysis/session_station.sql", "array_agg: port_day_count DESC, level"): SAME_CONTENT,
    ("sql/3_analysis/road_network.sql", "lead: rank, position_m"): "a place on a street is one vertex",
    (
        "sql/2_core/grid_area.sql",
        "limit: o.grid_station_ids",
    ): "a station stands at one place: its numbers are the key of the place",
    ("sql/4_model/coincidence.sql", "distinct on: level, port_count DESC"): OWN_KEY,
    ("sql/4_model/coincidence.sql", "lead: port_count"): OWN_KEY,
    ("sql/5_audit/coincidence.sql", "lead: p.port_count"): OWN_KEY,
    ("sql/6_report/session_hour.sql", "row_number: level, weekday, hour"): OWN_KEY,
    ("sql/6_report/backtest_auc.sql", "row_number: a.backtest_id, a.measure"): OWN_KEY,
    ("sql/6_report/backtest_remark.sql", "row_number: r.backtest_id, r.remark"): OWN_KEY,
    (
        "sql/6_report/backtest_share.sql",
        "row_number: s.backtest_id, array_position(ARRAY['planned', 'candidate', 'score', 'people', 'random'], s.choice), s.distance_m",
    ): OWN_KEY,
    ("model/analysis/backtest.py", "array_agg: r.record"): OWN_KEY,
    ("sql/6_report/simulation_hour.sql", "row_number: h.simulation_id, h.level, h.hour"): OWN_KEY,
    ("sql/6_report/simulation_level.sql", "row_number: s.simulation_id, s.level"): OWN_KEY,
    ("sql/6_report/simulation_station.sql", "row_number: s.simulation_id, s.site_id, s.level"): OWN_KEY,
    ("sql/6_report/session_level.sql", "row_number: l.level"): ONE_PER_LEVEL,
    ("sql/6_report/future.sql", "array_agg: a.rule"): "a run is audited once by each rule",
    ("sql/6_report/record_use.sql", "row_number: u.source_id, u.record_table, u.record_kind"): OWN_KEY,
    ("sql/6_report/alternative.sql", "row_number: a.run_id, a.alternative"): OWN_KEY,
    ("sql/6_report/assumption.sql", "row_number: topic, code, value"): SAME_CONTENT,
    ("sql/6_report/attribution.sql", "row_number: attribution"): OWN_KEY,
    ("sql/4_model/grant_port_cap.sql", "limit: b.kw_min DESC"): "a program has one band from each power",
    ("sql/4_model/layout_change.sql", "array_agg: l.level"): ONE_PER_LEVEL,
    ("sql/4_model/layout_change.sql", "array_agg: p.phase"): "a scenario has a phase once",
    (
        "sql/4_model/layout_change.sql",
        "row_number: o.net_cad_min, o.opex_change_cad_per_year, o.added_kw, o.action, o.layout_after",
    ): OWN_KEY,
    (
        "sql/4_model/layout_change.sql",
        "first_value: o.net_cad_min, o.opex_change_cad_per_year, o.added_kw, o.action, o.layout_after",
    ): OWN_KEY,
    ("sql/4_model/layout_grant.sql", "array_agg: rank"): "a rank is of one program",
    ("sql/4_model/layout_program.sql", "array_agg: p.charger_type"): ONE_PER_TYPE,
    ("sql/4_model/layout_work.sql", "array_agg: p.charger_type"): ONE_PER_TYPE,
    ("sql/4_model/layout_step.sql", 'string_agg: p.level_rank, p.charger_type COLLATE "C"'): ONE_PER_TYPE,
    (
        "sql/4_model/site_port.sql",
        "distinct on: c.scenario_id, p.level, p.port_kw, p.port_kw IS NULL AND c.is_usual DESC, c.port_kw <= p.port_kw DESC, CASE WHEN c.port_kw <= p.port_kw THEN - c.port_kw ELSE c.port_kw END, c.is_usual DESC, c.charger_type",
    ): "a charger type is there once in a scenario",
    ("sql/4_model/site_state.sql", 'string_agg: c.level_rank, c.charger_type COLLATE "C"'): ONE_PER_TYPE,
    ("sql/5_audit/decision_layout.sql", 'string_agg: c.level_rank, c.charger_type COLLATE "C"'): ONE_PER_TYPE,
    ("sql/5_audit/decision_price.sql", "array_agg: c.charger_type"): ONE_PER_TYPE,
    (
        "sql/5_audit/port_fault.sql",
        "distinct on: c.run_id, c.decision_id, v.rank, c.charger_type, v.code",
    ): "each fault is listed there once",
    (
        "sql/5_audit/site_port.sql",
        "limit: CASE WHEN p.port_kw IS NULL THEN t.charger_type <> l.usual_charger ELSE t.port_kw > p.port_kw END, abs(t.port_kw - p.port_kw), t.charger_type <> l.usual_charger, t.charger_type",
    ): "a charger type is there once in a scenario",
    ("sql/3_analysis/working_day_hour.sql", "sum: hour"): "an hour of a level is there once",
    ("sql/4_model/charger_hour.sql", "lag: x"): "whole hours, each once for a charger type",
    ("sql/4_model/charger_hour.sql", "sum: hour"): "an hour of a charger type is there once",
    (
        "sql/6_report/grid_hour.sql",
        "row_number: round(CAST(abs(d.added_kw) AS numeric), 6) DESC, d.hour",
    ): "an hour of a node is there once",
    ("report/page/read.py", "array_agg: hour"): "an hour of a node is there once",
    ("sql/6_report/constraint_gain.sql", "row_number: g.run_id, g.rule, g.subject, g.level"): OWN_KEY,
    ("sql/6_report/constraint_slack.sql", "row_number: b.run_id, b.rule, b.subject"): OWN_KEY,
    ("sql/6_report/coverage_summary.sql", "row_number: c.run_id, c.phase, c.level"): OWN_KEY,
    (
        "sql/5_audit/decision_grant.sql",
        "limit: o.kw_min DESC",
    ): "a program has one band from each power",
    ("sql/5_audit/decision_grant.sql", "sum: rank, program"): "a program is there once a decision",
    (
        "sql/6_report/equity_coverage.sql",
        "row_number: p.run_id, p.phase, p.level, p.group_kind, p.group_name",
    ): OWN_KEY,
    ("sql/6_report/site_fact.sql", "row_number: f.site_id, f.fact"): OWN_KEY,
    ("sql/6_report/charger.sql", "row_number: l.level_id, k.port_kw, k.charger_type"): OWN_KEY,
    ("sql/6_report/level.sql", "row_number: p.rank NULLS FIRST, e.level_rank NULLS FIRST, level"): OWN_KEY,
    ("sql/6_report/plan_layout.sql", 'string_agg: level_rank, charger_type COLLATE "C"'): OWN_KEY,
    ("sql/6_report/plan_layout.sql", "array_agg: level_rank DESC"): "a rank is of one level",
    ("sql/6_report/project.sql", "string_agg: c.place"): ONE_PER_TYPE,
    (
        "sql/6_report/project.sql",
        "distinct on: g.run_id, g.site_id, g.only_population DESC NULLS LAST, g.only_weight_share DESC, l.place DESC",
    ): ONE_PER_LEVEL,
    ("sql/6_report/run_charger.sql", "row_number: l.place, c.port_kw, c.charger_type"): OWN_KEY,
    ("sql/6_report/run_level.sql", "row_number: l.rank"): "a rank is of one level",
    ("sql/6_report/station_port.sql", "row_number: station_key, level, port_kw"): OWN_KEY,
    ("sql/6_report/parameter_effect.sql", "row_number: parent_run_id, parameter"): OWN_KEY,
    (
        "sql/6_report/parameter_effect.sql",
        "row_number: people_spread DESC NULLS LAST, round(CAST(objective_change_widest AS numeric), 9) DESC, parameter",
    ): "a parameter is there once in an analysis",
    (
        "sql/6_report/parameter_effect.sql",
        "distinct on: parent_run_id, parameter, people_spread DESC NULLS LAST, level",
    ): "a level is there once for each parameter",
    ("sql/6_report/pareto_point.sql", "row_number: frontier_id, point"): OWN_KEY,
    ("sql/6_report/phase_budget.sql", "row_number: run_id, phase"): OWN_KEY,
    ("sql/6_report/phase_budget.sql", "sum: phase"): ONE_PER_PHASE,
    (
        "sql/6_report/programme_level.sql",
        "row_number: round(CAST(COALESCE(c.after_population / NULLIF(c.population, 0), c.after_share) - COALESCE(c.idle_population / NULLIF(c.population, 0), c.idle_share) AS numeric), 9) DESC NULLS LAST, l.place DESC",
    ): ONE_PER_LEVEL,
    (
        "sql/6_report/programme_step.sql",
        "row_number: t.generation DESC, b.phase",
    ): "a run is there once in an ancestry, and has a phase once",
    (
        "sql/6_report/project_schedule.sql",
        "limit: k.added_kw_min DESC",
    ): "a scenario has one row for each power",
    (
        "sql/6_report/reference_score.sql",
        "row_number: y.scenario_name, n.run_id NULLS FIRST, y.level",
    ): OWN_KEY,
    ("sql/6_report/rule_audit.sql", "row_number: a.run_id, a.rule"): OWN_KEY,
    (
        "sql/6_report/run_site_difference.sql",
        "distinct on: p.run_id, d.site_id, p.step",
    ): "a site changes once in a run, and a step of the ancestry is one run",
    ("sql/6_report/sensitivity.sql", "row_number: r.parent_run_id, v.run_id, v.parameter"): OWN_KEY,
    ("sql/6_report/service_area.sql", "row_number: level, limit_m DESC"): OWN_KEY,
    ("sql/6_report/service_summary.sql", "row_number: a.run_id, a.phase, a.level"): OWN_KEY,
    ("sql/6_report/site_gain.sql", "array_agg: "): AS_A_SET,
    ("sql/5_audit/figure_decision.sql", "limit: o.priority"): FAULTS,
    (
        "sql/4_model/overlap_node.sql",
        "array_agg: ",
    ): "all of one pass, in one order; each is compared with each",
    ("sql/5_audit/figure_grid_upgrade.sql", "limit: o.priority"): FAULTS,
    ("sql/5_audit/limit_locks.sql", "string_agg: d.phase"): ONE_PER_PHASE,
    ("sql/5_audit/limit_protected_coverage.sql", "string_agg: g.group_name"): SAME_CONTENT,
    (
        "desk/place_store.py",
        "limit: length(street_number), street_number, street, city",
    ): OWN_KEY,
    ("etl/checksum.py", "array_agg: a.attnum"): "the columns of one table",
    ("etl/loading/again.py", "array_agg: a.attnum"): "the columns of one table",
    ("etl/checksum.py", 'string_agg: line COLLATE "C"'): SAME_CONTENT,
    ("model/explain.py", "jsonb_agg: g.level"): ONE_PER_LEVEL,
    ("model/run/audit.py", "array_agg: code, value"): "a code of the audit has a value once a run",
    ("report/figures/read.py", "distinct on: l.place, c.phase DESC"): ONE_PER_PHASE,
    ("report/page/demand.py", "array_agg: i, j"): "a large hexagon has a state of a level once",
    ("sql/6_report/demand_overview_state.sql", "sum: state"): OWN_KEY,
    ("report/page/read.py", "distinct on: d.site_id, d.level, d.phase DESC"): ONE_PER_PHASE,
    ("report/summary.py", "distinct on: l.place, c.phase DESC"): ONE_PER_PHASE,
}


FILES = [
    *sorted((CHECKOUT / "sql").rglob("*.sql")),
    *(
        p
        for room in ("db", "etl", "model", "report", "desk")
        for p in sorted((CHECKOUT / room).rglob("*.py"))
    ),
]


def test_every_pick_of_a_row_ends_in_a_unique_key() -> None:
    found = [pick for path in FILES for pick in picks(path, str(path.relative_to(CHECKOUT)))]
    assert [str(p) for p in found if (p.path, f"{p.kind}: {p.text}") not in EXCEPTIONS] == []
    assert set(EXCEPTIONS) == {(p.path, f"{p.kind}: {p.text}") for p in found}


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("select 1\nfrom t order by a <-> b limit 1", 2, "limit"),
        ("select a\n, (select x from t\norder by t.y limit 1) from u", 3, "limit"),
        ("select x from t limit 5", 1, "limit"),
        ("select distinct on (a) a, b\nfrom t order by a, b", 2, "distinct on"),
        ("select\nrow_number() over (order by a) from t", 2, "row_number"),
        ("select first_value(a) over w\nfrom t window w as (partition by b order by c)", 1, "first_value"),
        ("select sum(a) over (order by b rows unbounded preceding) from t", 1, "sum"),
        ("select\n\n(array_agg(a order by b))[1] from t", 3, "array_agg"),
        ("select string_agg(a, ',') from t", 1, "string_agg"),
        ("select mode() within group (order by a) from t", 1, "mode"),
        (
            "create rule r as on insert to v do instead insert into t values\n((select a from u order by b limit 1))",
            2,
            "limit",
        ),
        ("select from where limit 1", 1, "not parsed"),
    ],
)
def test_a_pick_that_is_left_to_chance_is_found_with_its_line(
    tmp_path: Path, text: str, line: int, kind: str
) -> None:
    (tmp_path / "view.sql").write_text(text)
    assert [(p.line, p.kind) for p in picks(tmp_path / "view.sql", "view.sql")] == [(line, kind)]
    (tmp_path / "code.py").write_text(f'"""Says things."""\n\nQUERY = """\n{text}\n"""\n')
    if kind != "not parsed":
        assert [(p.line, p.kind) for p in picks(tmp_path / "code.py", "code.py")] == [(line + 3, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "select 1 from t order by a <-> b, t.t_id limit 1",
        "select x from t limit 0",
        "select x from t order by a <-> b fetch first 1 row with ties",
        "select distinct on (a) a, b from t order by a, b, t_key desc",
        "select row_number() over (partition by a order by b, record_number) from t",
        "select first_value(a) over w from t window w as (order by c, site_id)",
        "select sum(a) over (order by b) from t",
        "select (array_agg(a order by b, c_id))[1], array_agg(distinct b) from t",
        "select a from t where a = %s and b = any(%(names)s) order by t_id limit %s",
    ],
)
def test_a_pick_that_ends_in_a_key_is_let_be(tmp_path: Path, text: str) -> None:
    (tmp_path / "code.py").write_text(f'QUERY = b"""{text}"""\n')
    assert list(picks(tmp_path / "code.py", "code.py")) == []
