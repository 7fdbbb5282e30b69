-- needs: plan.run, plan.decision, plan.decision_port, plan.scenario_charger, plan.scenario_level, model.scenario, model.site_port
-- grain: one row per (run_id, site_id, charger_type)

create view report.plan_port as

with port as (
    -- a site changes once in a plan
    select r.run_id, r.scenario_id, d.site_id, d.charger_type, d.port_count_before, d.port_count_after
    from plan.run as r
    join plan.decision_port as d using (run_id)
    where r.publication <> 'none'
    union all
    select r.run_id, r.scenario_id, t.site_id, t.charger_type, t.port_count, t.port_count
    from plan.run as r
    join model.site_port as t using (scenario_id)
    where r.publication <> 'none'
        and not exists (select from plan.decision as d where d.run_id = r.run_id and d.site_id = t.site_id)
)

select
    p.run_id,
    p.site_id,
    p.charger_type,
    c.level,
    l.rank as level_rank,
    c.port_kw,
    p.port_count_before,
    p.port_count_after
from port as p
join model.scenario as s using (scenario_id)
join plan.scenario_charger as c on c.scenario_id = p.scenario_id and c.charger_type = p.charger_type
join plan.scenario_level as l on l.scenario_id = p.scenario_id and l.level = c.level;

comment on view report.plan_port is 'Ports of every site before a plan and at its end, by charger type, whether the plan changes the site or not.';
comment on column report.plan_port.run_id is 'The run, published or kept.';
comment on column report.plan_port.site_id is 'The site.';
comment on column report.plan_port.charger_type is 'The charger type.';
comment on column report.plan_port.level is 'Its level.';
comment on column report.plan_port.level_rank is 'Rank of the level in the scenario.';
comment on column report.plan_port.port_kw is 'Power of a port.';
comment on column report.plan_port.port_count_before is 'Ports before the plan.';
comment on column report.plan_port.port_count_after is 'Ports at its end.';
