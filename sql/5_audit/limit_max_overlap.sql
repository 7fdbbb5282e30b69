-- needs: audit.audited_run, audit.covering_site, plan.scenario_rule, plan.scenario_level, plan.demand_coverage
-- grain: one row per (run_id, code, value)

create view audit.limit_max_overlap as

with counted as not materialized (
    select run_id, level, demand_id, phase, count(*) as station_count
    from audit.covering_site
    group by run_id, level, demand_id, phase
)

select
    a.run_id,
    'overlap' as code,
    jsonb_build_object('demand_id', r.demand_id, 'level', r.level, 'phase', r.phase) as value,
    n.station_count_max::double precision as expected,
    r.station_count::double precision as found,
    r.station_count > n.station_count_max as is_violated
from audit.audited_run as a
join plan.scenario_rule as u on u.scenario_id = a.scenario_id and u.rule = 'max_overlap' and u.is_on
join plan.scenario_level as l on l.scenario_id = a.scenario_id and l.overlap_station_count_max is not null
join counted as r on r.run_id = a.run_id and r.level = l.level and r.phase > 0
-- only what the plan serves is a demand
join plan.demand_coverage as c on c.run_id = r.run_id and c.phase = r.phase and c.level = r.level and c.demand_id = r.demand_id
left join counted as b on b.run_id = r.run_id and b.level = r.level and b.demand_id = r.demand_id and b.phase = 0
cross join lateral (select greatest(l.overlap_station_count_max, b.station_count) as station_count_max) as n;

comment on view audit.limit_max_overlap is 'Demands with the stations of a level that cover them and may: the limit, or what covered them before the plan.';
comment on column audit.limit_max_overlap.run_id is 'The run.';
comment on column audit.limit_max_overlap.code is 'What would be broken: model/run/violation.toml has the sentence, in both languages.';
comment on column audit.limit_max_overlap.value is 'The demand, level and phase: what the sentence takes beside expected and found.';
comment on column audit.limit_max_overlap.expected is 'Most stations that may cover it.';
comment on column audit.limit_max_overlap.found is 'Stations that do.';
comment on column audit.limit_max_overlap.is_violated is 'True where the plan breaks the rule.';
