-- needs: audit.site_before, audit.plan_part, plan.decision_port, plan.scenario_level, plan.scenario_charger, core.site_port
-- grain: one row per (run_id, site_id, charger_type) where ports stand

create view audit.site_port as

select k.run_id, k.site_id, k.charger_type, sum(k.port_count)::integer as port_count
from (
    select s.run_id, s.site_id, c.charger_type, p.port_count
    from audit.site_before as s
    join core.site_port as p on p.site_id = s.site_id
    join plan.scenario_level as l on l.scenario_id = s.scenario_id and l.level = p.level
    cross join lateral (
        select t.charger_type
        from plan.scenario_charger as t
        where t.scenario_id = l.scenario_id and t.level = l.level
        -- of known power: the strongest type that is no stronger, else the weakest
        order by case when p.port_kw is null then t.charger_type <> l.usual_charger else t.port_kw > p.port_kw end,
            abs(t.port_kw - p.port_kw), t.charger_type <> l.usual_charger, t.charger_type
        limit 1
    ) as c
    where not s.is_changed and s.is_in_plan
    union all
    select p.run_id, d.site_id, d.charger_type, d.port_count_after
    from audit.plan_part as p
    join plan.decision_port as d on d.run_id = p.part_run_id
    where p.generation > 0 and d.port_count_after > 0
) as k
group by k.run_id, k.site_id, k.charger_type;

comment on view audit.site_port is 'Ports of each charger type that a plan finds at sites: today''s, or what the plans that it continues have left.';
comment on column audit.site_port.run_id is 'The run.';
comment on column audit.site_port.site_id is 'The site: core.site.';
comment on column audit.site_port.charger_type is 'The charger type: by the power of a port; where that is not known, the usual one of its level.';
comment on column audit.site_port.port_count is 'Its ports of the type, at least one.';
