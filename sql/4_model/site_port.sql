-- needs: core.site_port, model.scenario, model.charger, model.ancestor, plan.decision, plan.decision_port
-- grain: one row per (scenario_id, site_id, charger_type)

create view model.site_port as

with earlier as (
    select a.scenario_id, d.run_id, d.phase, d.site_id
    from model.ancestor as a
    join plan.decision as d on d.run_id = a.run_id
),

-- a port is of the strongest charger type of its level that is no stronger, else of the weakest; of the usual one where its
-- power is not known
kind as (
    select distinct on (c.scenario_id, p.level, p.port_kw) c.scenario_id, p.level, p.port_kw, c.charger_type
    from (select distinct level, port_kw from core.site_port) as p
    join model.charger as c on c.level = p.level
    order by
        c.scenario_id, p.level, p.port_kw,
        (p.port_kw is null and c.is_usual) desc,
        (c.port_kw <= p.port_kw) desc,
        case when c.port_kw <= p.port_kw then -c.port_kw else c.port_kw end,
        c.is_usual desc,
        c.charger_type
)

select s.scenario_id, p.site_id, k.charger_type, k.level, sum(p.port_count)::integer as port_count
from model.scenario as s
join kind as k on k.scenario_id = s.scenario_id
join core.site_port as p on p.level = k.level and p.port_kw is not distinct from k.port_kw
where not exists (select from earlier as e where e.scenario_id = s.scenario_id and e.site_id = p.site_id)
group by s.scenario_id, p.site_id, k.charger_type, k.level

union all

select e.scenario_id, e.site_id, p.charger_type, c.level, p.port_count_after
from earlier as e
join plan.decision_port as p on p.run_id = e.run_id and p.phase = e.phase and p.site_id = e.site_id
join model.charger as c on c.scenario_id = e.scenario_id and c.charger_type = p.charger_type
where p.port_count_after > 0;

comment on view model.site_port is 'Ports as a scenario finds them: what stands today, or what the plans that it continues have left.';
comment on column model.site_port.scenario_id is 'The scenario.';
comment on column model.site_port.site_id is 'The site: core.site.';
comment on column model.site_port.charger_type is 'The charger type that they are taken to be of.';
comment on column model.site_port.level is 'Its level.';
comment on column model.site_port.port_count is 'How many.';
